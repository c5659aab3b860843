"""Where an answer's sources do not agree: the same thing, other values, each with its sources and days.

`disagreement`: they say so side by side, on one day or as different sources count ("police 800, organisers
3,000"). `superseded`: a later report, by the same kind of source, has another state of the same thing.
Nothing is merged and no side is picked. Where two values may be of two things, there is no conflict: one that
is missed can be seen by reading on, one that is invented is believed.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

from qa.answering.disagreeing.clauses import short_name
from qa.answering.disagreeing.counting import figures
from qa.answering.disagreeing.figures import Figure
from qa.answering.disagreeing.holders import Holder, holders
from qa.answering.disagreeing.moments import asks_when, moments
from qa.answering.disagreeing.stances import Stance, stances
from qa.answering.question import Question
from qa.answering.synonyms import same_name
from qa.answering.words import content_words, names, numbers, words
from qa.types import ArticleHead, Conflict, Passage, Side, Statement

SHARED_NAMES = 3
SHARED_SOON = 2
SHARED_WORDS = 2
SOON = dt.timedelta(days=2)
"""Two reports this near in time need fewer names in common to be about one story."""
ONE_EVENT = dt.timedelta(days=31)
"""Counts of one event are not published further apart, unless the later report says that it revises."""
_OPENING = 300
"""So many characters of an article set its scene: a place that stands there is that of the whole story."""

_REVISES = re.compile(
    r"\b(?:now|revis\w+|correct(?:s|ed|ion)|lower(?:s|ed)\b.*\bfrom|raised?\b.*\bfrom|instead\s+of|no\s+longer|clarification|updated?|rather\s+than|up\s+from|down\s+from)\b",
    re.IGNORECASE,
)
_EVERYWHERE = frozenset("usa america american americans washington cnn bbc reuters europe european".split())
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"\b(?:{cues})", re.IGNORECASE))
    for kind, cues in (
        ("critics", r"organi[sz]er|union|campaign|activist|protest|tenants|opposition|critic|residents|witness|surviv|rebel"),
        ("company", r"company|firm\b|operator|owner|airline|maker\b|manufacturer|employer|shareholder|chief executive"),
        ("experts", r"expert|economist|researcher|scientist|analyst|study|university|institute|pollster|survey|poll\b|consultan"),
        ("officials", r"polic|fire|brigade|authorit|government|minist|mayor|council|official|coast\s?guard|prosecutor|governor|agency|emergency|civil|army|militar|health|hospital|ambulance|rescue|city|town|state|federal|region|commission|office|court|parliament|delegation|service|department|data"),
    )
)  # fmt: skip


class Value(Protocol):
    """What a statement says of one thing: a Figure, a Moment, a Holder or a Stance."""

    @property
    def written(self) -> str: ...

    @property
    def speaker(self) -> str: ...

    @property
    def about(self) -> str: ...

    def comparable(self, other: Any) -> bool: ...

    def agrees(self, other: Any) -> bool: ...


@dataclass(frozen=True, slots=True)
class _Claim:
    """A value with the number and text of its statement, its article, and when that was written."""

    number: int
    value: Value
    article: ArticleHead
    when: dt.datetime | None
    text: str

    @property
    def revises(self) -> bool:
        """Whether its statement says that something was otherwise before."""
        return bool(_REVISES.search(self.text))

    @property
    def source(self) -> str:
        """Which kind of source says so, "" where that is not known."""
        return next((kind for kind, cues in _KINDS if cues.search(self.value.speaker)), "")


def conflicts(
    asked: Question, statements: Sequence[Statement], passages: Iterable[Passage]
) -> tuple[Conflict, ...]:
    """Where `statements`, which answer `asked` from `passages`, do not agree, in order of the statements."""
    heads: dict[str, ArticleHead] = {}
    texts: dict[str, str] = {}
    for passage in passages:
        head = heads.setdefault(passage.article.id, passage.article)
        texts[head.id] = f"{texts.get(head.id, head.title)}\n{passage.text}"
    stories = _Stories(asked, texts)
    found = []
    for group in _groups(list(_claims(asked, statements, heads)), stories):
        sides = _sides(_settled(group))
        if len(sides) > 1:
            found.append(_conflict(sides))
    return tuple(found)


# ---------------------------------------------------------------- what each statement says


def _claims(
    asked: Question, statements: Sequence[Statement], heads: Mapping[str, ArticleHead]
) -> Iterator[_Claim]:
    holding, firm = holders(asked, statements), stances(asked, statements)
    for number, statement in enumerate(statements, start=1):
        head = heads[statement.citations[0].article_id]
        values: list[Value | None] = [holding[number - 1], firm[number - 1]]
        if asked.kind in ("number", "what", "list", "reason", "quote"):
            year = head.published.year if head.published else None
            told = figures(asked, statement, year)
            values += [f for f in told if f.asked or asked.kind != "number"]
        if asks_when(asked):
            values += moments(asked, statement, head.published)
        for value in filter(None, values):
            for article in _articles(statement, value):
                yield _Claim(number, value, heads[article], _written(heads[article]), statement.text)


def _articles(statement: Statement, value: Value) -> list[str]:
    """The articles that a value comes from: of those cited, where several are, those whose words hold it."""
    cited = list(dict.fromkeys(c.article_id for c in statement.citations))
    if len(cited) == 1:
        return cited
    holding = [
        a for a in cited if any(_holds(c.quote, value) for c in statement.citations if c.article_id == a)
    ]
    return holding or cited


def _holds(quote: str, value: Value) -> bool:
    if isinstance(value, Figure):
        return any(number in (value.low, value.high) for number, _, _ in numbers(quote))
    return value.written.lower() in quote.lower()


def _written(head: ArticleHead) -> dt.datetime | None:
    """When the words of an article as they are now were written; None where that is not known."""
    return max(head.published, head.updated or head.published) if head.published else None


class _Stories:
    """The names that each article holds, and those it opens with."""

    def __init__(self, asked: Question, texts: Mapping[str, str]) -> None:
        self._asked = asked
        self.names = {article: _names_of(text) for article, text in texts.items()}
        self.openings = {article: _names_of(text[:_OPENING]) for article, text in texts.items()}

    def one(self, one: _Claim, other: _Claim) -> bool:
        """Whether the articles of two claims share names enough to be about one story."""
        mine, theirs = self.names[one.article.id], self.names[other.article.id]
        shared = mine & theirs
        wanted = min(SHARED_NAMES, max(1, math.ceil(0.4 * min(len(mine), len(theirs)))))
        if not self._asked.names:
            return len(shared) >= wanted and self._told_alike(one, other)
        if not (one.when and other.when) or abs(one.when - other.when) <= SOON:
            known = any(same_name(a, b) for a in self._asked.name_parts for b in shared)
            wanted = min(wanted, 1 if known else SHARED_SOON)
        return len(shared) >= wanted or not mine or not theirs

    def _told_alike(self, one: _Claim, other: _Claim) -> bool:
        """Whether two statements share more than the words of a question that names nobody."""
        known = {w.stem for w in content_words(self._asked.text)}
        mine, theirs = ({w.stem for w in content_words(c.text)} - known for c in (one, other))
        return len({w for w in mine & theirs if w[:1].isalpha()}) >= SHARED_WORDS


def _names_of(text: str) -> frozenset[str]:
    small = {word.lower for word in words(text) if not word.capital} | _EVERYWHERE
    return frozenset(p for n in names(text) for p in n.parts[-1:] if len(p) > 2 and p not in small)


def _groups(claims: Sequence[_Claim], stories: _Stories) -> Iterator[list[_Claim]]:
    """The claims that are about one thing, together."""
    groups: list[list[_Claim]] = []
    for claim in claims:
        for group in groups:
            if all(_one_thing(claim, other, stories) for other in group):
                group.append(claim)
                break
        else:
            groups.append([claim])
    return (group for group in groups if len(group) > 1)


def _one_thing(one: _Claim, other: _Claim, stories: _Stories) -> bool:
    if type(one.value) is not type(other.value) or not one.value.comparable(other.value):
        return False
    if one.article.id == other.article.id:
        return True
    return stories.one(one, other) and _near_in_time(one, other) and not _elsewhere(one, other, stories)


def _near_in_time(one: _Claim, other: _Claim) -> bool:
    if one.when is None or other.when is None or not isinstance(one.value, Figure):
        return True
    later = max(one, other, key=lambda c: c.when or dt.datetime.min.replace(tzinfo=dt.UTC))
    return abs(one.when - other.when) <= ONE_EVENT or later.revises or bool(one.value.unit)


def _elsewhere(one: _Claim, other: _Claim, stories: _Stories) -> bool:
    """Whether one counts at a place that the other's article does not know, or two places may be one within
    the other.
    """
    a, b = one.value, other.value
    if isinstance(a, Figure) and isinstance(b, Figure):
        new = [
            {place for place in mine.places if place not in stories.names[theirs.article.id]}
            for mine, theirs in ((a, other), (b, one))
        ]
        beyond = [p - stories.openings[c.article.id] for p, c in zip(new, (one, other), strict=True)]
        return all(new) or any(beyond)
    if isinstance(a, Holder) and isinstance(b, Holder) and a.place:
        pairs = ((a, other.article.id), (b, one.article.id))
        return any(held.names[0][-1] in stories.names[article] for held, article in pairs)
    return False


# ---------------------------------------------------------------- sides


def _settled(group: Sequence[_Claim]) -> list[_Claim]:
    """The claims without those of an article that gives several values and does not say who gives which: it
    means several things.
    """
    kept = []
    for claim in group:
        own = [c for c in group if c.article.id == claim.article.id and not _agree(c, claim)]
        if all(_another_speaker(claim, c) for c in own):
            kept.append(claim)
    return kept


def _another_speaker(one: _Claim, other: _Claim) -> bool:
    if any(isinstance(c.value, Figure) and not c.value.estimated for c in (one, other)):
        return False
    mine, theirs = one.value.speaker.lower(), other.value.speaker.lower()
    return bool(mine and theirs) and mine not in theirs and theirs not in mine


def _agree(one: _Claim, other: _Claim) -> bool:
    return one.value.agrees(other.value)


def _sides(claims: Sequence[_Claim]) -> list[list[_Claim]]:
    """The claims by value, in order of the statements."""
    sides: list[list[_Claim]] = []
    for claim in claims:
        side = next((s for s in sides if all(_agree(claim, c) for c in s)), None)
        if side is None:
            sides.append([claim])
        else:
            side.append(claim)
    if claims and isinstance(claims[0].value, Stance):
        return _firm_sides(sides)
    return _apart(sides)


def _apart(sides: list[list[_Claim]]) -> list[list[_Claim]]:
    """The sides, those joined that a third value agrees with: "about 3,000" is both 2,950 and 3,040."""
    apart: list[list[_Claim]] = []
    for side in sides:
        near = [other for other in apart if any(_agree(a, b) for a in side for b in other)]
        apart = [other for other in apart if other not in near]
        apart.append([claim for other in (*near, side) for claim in other])
    return apart


def _firm_sides(sides: list[list[_Claim]]) -> list[list[_Claim]]:
    """Yes against no; and what was open before against the yes or no that came on a later day."""
    by_firm = {side[0].value.firm: side for side in sides if isinstance(side[0].value, Stance)}
    firm = [by_firm[f] for f in ("yes", "no") if f in by_firm]
    if len(firm) == 1 and "open" in by_firm:
        before = [c for c in by_firm["open"] if all(_later(f, c) for f in firm[0])]
        return [before, firm[0]] if before else []
    if "alleged" in by_firm and "no" in by_firm and "yes" not in by_firm:
        sides = [by_firm["alleged"], by_firm["no"]]
        return sides if all(_another_speaker(a, b) for a in sides[0] for b in sides[1]) else []
    return firm if len(firm) == 2 else []


def _conflict(sides: Sequence[Sequence[_Claim]]) -> Conflict:
    ordered = sorted(sides, key=lambda side: min((c.when or _NEVER) for c in side))
    follows = all(_replaces(late, early) for early, late in pairwise(ordered))
    shown = ordered if follows else sides
    return Conflict(
        kind="superseded" if follows else "disagreement",
        about=shown[0][0].value.about,
        sides=tuple(_side(side, [c for s in sides if s is not side for c in s]) for side in shown),
    )


_NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)


def _replaces(late: Sequence[_Claim], early: Sequence[_Claim]) -> bool:
    return all(_later(a, b) and _same_source(a, b) for a in late for b in early)


def _later(late: _Claim, early: _Claim) -> bool:
    """Whether one was written on a later day; on the same day, as an update, or by the same outlet."""
    if late.when is None or early.when is None or late.article.id == early.article.id:
        return False
    if late.when.date() > early.when.date():
        return late.when > early.when
    updated = late.article.updated is not None and late.article.updated == late.when
    own = bool(late.article.outlet) and late.article.outlet == early.article.outlet
    timed = all(when.timetz() != dt.time(tzinfo=dt.UTC) for when in (late.when, early.when))
    return late.when > early.when and timed and (updated or own)


def _same_source(one: _Claim, other: _Claim) -> bool:
    return not (one.source and other.source) or one.source == other.source


def _side(claims: Sequence[_Claim], others: Sequence[_Claim]) -> Side:
    """`others` are the claims of the other sides. Who gives a date or a name is told where one article has
    both.
    """
    told = isinstance(claims[0].value, Figure | Stance) or any(
        c.article.id == o.article.id for c in claims for o in others
    )
    outlets = {c.article.outlet for c in claims if c.article.outlet}
    speakers = [short_name(c.value.speaker) for c in claims if told and c.value.speaker]
    days = sorted(c.when for c in claims if c.when)
    exact = min(claims, key=lambda c: isinstance(c.value, Figure) and bool(c.value.mark))
    return Side(
        value=exact.value.written,
        statements=tuple(sorted({c.number for c in claims})),
        speakers=tuple(s for s in dict.fromkeys(speakers) if s not in outlets),
        outlets=tuple(sorted(outlets)),
        first=days[0] if days else None,
        last=days[-1] if days else None,
    )
