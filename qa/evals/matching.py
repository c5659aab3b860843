"""Finds a claim in an answer: which windows hold every slot, which hold another value, which hold a part.

Words match as whole words without regard to letter case, to the shape of quotes and dashes, or to ordinary
endings; values match by their type (see `values`).
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from qa.answering.words import STOPWORDS, stem
from qa.evals.cases import Match, Slot
from qa.evals.cues import directions
from qa.evals.values import Mention, comparable, matches, mentions

_FOLDED = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "`": "'"}
    | {"–": "-", "—": " - ", "‑": "-", "‐": "-", "\u00a0": " ", "\u202f": " "}
)
_COMMON = STOPWORDS | {"us"}
_TOKEN = re.compile(r"[^\W_]+(?:['’.,][^\W_]+)*", re.UNICODE)


@lru_cache(maxsize=16384)
def folded(text: str) -> str:
    """`text` in NFKC with plain quotes, dashes and blanks; letter case is kept."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_FOLDED).split())


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of an answer that is matched as one; `statement` is its (first) statement's index."""

    text: str
    statement: int


@dataclass(frozen=True, slots=True)
class Hit:
    """How a claim fares in one window.

    `spans` are the places of the slots that are there. `missing` counts those that are not, `wrong` those
    that have another value of their type (or direction), `unclear` those where several values of the type
    stand. `vetoed` means that a forbidden word stands there.
    """

    window: Window
    spans: tuple[tuple[int, int], ...] = ()
    slots: int = 0
    missing: int = 0
    wrong: int = 0
    unclear: int = 0
    vetoed: bool = False

    @property
    def full(self) -> bool:
        """Whether every slot is there."""
        return not (self.missing or self.wrong or self.unclear or self.vetoed)

    @property
    def otherwise(self) -> bool:
        """Whether all the words are there and a value is another one."""
        return self.wrong > 0 and not (self.missing or self.unclear or self.vetoed)

    @property
    def part(self) -> float:
        """The share of the slots that are there."""
        return len(self.spans) / max(1, self.slots)

    @property
    def bounds(self) -> tuple[int, int]:
        """From the first to the last character of the slots."""
        if not self.spans:
            return 0, len(self.window.text)
        return min(s for s, _ in self.spans), max(e for _, e in self.spans)


def windows(texts: Sequence[Sequence[str]], kind: str) -> Iterator[Window]:
    """The windows of an answer whose statements are given as lists of sentences."""
    flat = [(folded(s), i) for i, sentences in enumerate(texts) for s in sentences]
    if kind == "answer":
        if flat:
            yield Window(" ".join(s for s, _ in flat), flat[0][1])
        return
    yield from (Window(s, i) for s, i in flat)
    if kind == "sentence+1":
        for (first, i), (second, _) in pairwise(flat):
            yield Window(f"{first} {second}", i)


def find(match: Match, window: Window, published: dt.date) -> Hit:
    """How the claim fares in `window`; dates are counted from `published`."""
    typed = _mentions(window.text, published) if any(s.typed for s in match.slots) else ()
    hit = _Tally()
    for slot in match.slots:
        if slot.none is not None:
            hit.vetoed = hit.vetoed or any(True for p in slot.none for _ in places(p, window.text))
        elif slot.direction is not None:
            _direction(slot, window.text, hit)
        elif slot.any is not None:
            _words(slot.any, window.text, hit)
        else:
            _value(slot, typed, hit)
    return Hit(window, _nearest(hit.places), hit.slots, hit.missing, hit.wrong, hit.unclear, hit.vetoed)


@dataclass
class _Tally:
    places: list[list[tuple[int, int]]] = field(default_factory=list)
    slots: int = 0
    missing: int = 0
    wrong: int = 0
    unclear: int = 0
    vetoed: bool = False


@lru_cache(maxsize=16384)
def _mentions(text: str, published: dt.date) -> tuple[Mention, ...]:
    return mentions(text, published)


def _words(patterns: Sequence[str], text: str, hit: _Tally) -> None:
    hit.slots += 1
    found = [place for pattern in patterns for place in places(pattern, text)]
    if found:
        hit.places.append(found)
    else:
        hit.missing += 1


def _value(slot: Slot, typed: Sequence[Mention], hit: _Tally) -> None:
    hit.slots += 1
    wanted = slot.number or slot.money or slot.percent or slot.date
    assert wanted is not None  # the caller has seen the other kinds
    right = [(m.start, m.end) for m in typed if matches(wanted, m)]
    others = [m for m in typed if comparable(wanted, m) and not matches(wanted, m)]
    if right:
        hit.places.append(right)
    elif len(others) == 1:
        hit.wrong += 1
    elif others:
        hit.unclear += 1
    else:
        hit.missing += 1


def _direction(slot: Slot, text: str, hit: _Tally) -> None:
    hit.slots += 1
    said = directions(text)
    if said == {slot.direction}:
        hit.places.append([])
    elif slot.direction in said:
        hit.unclear += 1
    elif said:
        hit.wrong += 1
    else:
        hit.missing += 1


def _nearest(choices: Sequence[Sequence[tuple[int, int]]]) -> tuple[tuple[int, int], ...]:
    """One place for each slot, as near to the first slot's as they come."""
    spans: list[tuple[int, int]] = []
    for options in choices:
        if not options:
            spans.append(spans[0] if spans else (0, 0))
        elif spans:
            spans.append(min(options, key=lambda o: abs(o[0] - spans[0][0])))
        else:
            others = [p for c in choices[1:] for p in c]
            spans.append(min(options, key=lambda o: min((abs(o[0] - p[0]) for p in others), default=0)))
    return tuple(spans)


# ---------------------------------------------------------------- words


def places(pattern: str, text: str) -> tuple[tuple[int, int], ...]:
    """Where `pattern` (words, or "re:" and a regular expression) stands in folded `text`."""
    return _places(pattern, text)


@lru_cache(maxsize=65536)
def _places(pattern: str, text: str) -> tuple[tuple[int, int], ...]:
    if pattern.startswith("re:"):
        compiled = re.compile(pattern[3:])
        return tuple(m.span() for m in compiled.finditer(text.lower()) if m.end() > m.start())
    wanted = _tokens(folded(pattern))
    have = _tokens(text)
    size = len(wanted)
    return tuple(
        (have[i].start, have[i + size - 1].end)
        for i in range(len(have) - size + 1)
        if size and all(_same(w, h) for w, h in zip(wanted, have[i : i + size], strict=True))
    )


@dataclass(frozen=True, slots=True)
class _Token:
    lower: str
    stem: str
    start: int
    end: int
    name: bool
    capitals: bool


@lru_cache(maxsize=65536)
def _tokens(text: str) -> tuple[_Token, ...]:
    found = []
    for match in _TOKEN.finditer(text):
        raw = match.group()
        lower = re.sub(r"'s$|'$", "", raw.casefold())
        bare = lower.replace(".", "") if re.fullmatch(r"(?:\w\.)+\w?", lower) else lower
        name, capitals = raw[:1].isupper(), raw[:2].isupper() and bare in _COMMON
        found.append(_Token(bare, stem(bare), match.start(), match.end(), name, capitals))
    return tuple(found)


def _same(wanted: _Token, have: _Token) -> bool:
    # A name is itself and not a word with the same stem: "Powers" is not "power", and "US" is not "us".
    if wanted.capitals and not have.name:
        return False
    return wanted.lower == have.lower or (not wanted.name and wanted.stem == have.stem)
