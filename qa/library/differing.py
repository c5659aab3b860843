"""Whether two texts in nearly the same words say the same: a copy, or another story in its clothes.

A wire story is reprinted with its dateline, a paragraph or a spelling changed. An update, a correction or a
false copy changes a word that tells: a number, a day, a name, a "not". The two are told apart by setting the
texts side by side, word by word (Levenshtein's alignment), and looking at the words that differ between words
that do not.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

_WORD = re.compile(r"\w+(?:[.,:]\d+)*")
_BREAK = re.compile(r"[.!?:;\n]|\s[-–—]\s")
_NUMERALS = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen twenty""".split()
_AS_DIGITS = {word: str(number) for number, word in enumerate(_NUMERALS)}
_NUMBERS = frozenset(
    """thirty forty fifty sixty seventy eighty ninety hundred thousand million billion dozen dozens first
    second third""".split()
) | frozenset(_NUMERALS)
_DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
_MONTHS = frozenset(
    """january february march april may june july august september october november december jan feb mar apr
    jun jul aug sept sep oct nov dec""".split()
)
_REVERSING = frozenset(
    """no not never none neither nor without cannot didn doesn isn aren wasn weren hasn haven hadn won denied
    denies deny denying refused refuses""".split()
)
_HEDGES = frozenset(
    """may might could will would expected likely unlikely reportedly allegedly alleged suspected possible
    possibly planned confirmed confirms""".split()
)
# Words with a capital that are no names: openers, and titles before a name.
_NO_NAMES = frozenset(
    """the a an this that these those it he she they we his her its their some many most several few all both
    about nearly almost around more over at in on for from by with after before but and or as when while one
    president prime minister chancellor secretary senator judge king queen mayor governor mr mrs ms dr sir
    dame lord lady captain general police""".split()
)
_CLOSE = 3
"""So many equal words beside a difference, or the border of a sentence, tie it to its place."""
_SHORT = 5
"""A difference of more words is a sentence written anew: it cannot be set word against word."""
_SPELT_ALIKE = 80
_SAME_START = 5


def says_otherwise(one: str, other: str, aside: Collection[str] = ()) -> bool:
    """Whether two texts in nearly the same words differ, in the same place, in a number, a date, a name, a
    "not" or a hedge.

    `aside` are words in lower case that do not count, such as those of the outlets' names. What only one of
    them has, and what is written anew, does not count.
    """
    return any(_differ(change, aside) for change in _changes(one, other))


def differences(one: str, other: str) -> list[tuple[str, str]]:
    """The words that stand in one text where the other has others, as written, in order: only where the words
    around them are the same.
    """
    changes = [c for c in _changes(one, other) if c.gone and c.come]
    return [(" ".join(w.text for w in c.gone), " ".join(w.text for w in c.come)) for c in changes]


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    opens: bool
    """Whether it is the first of a sentence."""

    @property
    def lower(self) -> str:
        return self.text.casefold()


@dataclass(frozen=True, slots=True)
class _Change:
    """What stands in one text where the other has something else, and every word that either writes small."""

    gone: Sequence[_Word]
    come: Sequence[_Word]
    small: frozenset[str]


def _changes(one: str, other: str) -> Iterator[_Change]:
    from rapidfuzz.distance import Levenshtein

    mine, theirs = _words(one), _words(other)
    left, right = ([_AS_DIGITS.get(w.lower, w.lower) for w in text] for text in (mine, theirs))
    small = frozenset(w.text for w in (*mine, *theirs) if w.text[:1].islower())
    # One equal word between two differences ("5 January", "May 5") belongs to them.
    ends = len(left), len(right)
    same = [
        (op.src_start, op.src_end, op.dest_start, op.dest_end)
        for op in Levenshtein.opcodes(left, right)
        if op.tag == "equal"
        and (
            op.src_end - op.src_start > 1
            or op.src_start == op.dest_start == 0
            or (op.src_end, op.dest_end) == ends
        )
    ]
    left_at = right_at = held = 0
    for a, b, c, d in (*same, (len(left), len(left), len(right), len(right))):
        gone, come = mine[left_at:a], theirs[right_at:c]
        if max(len(gone), len(come)) in range(1, _SHORT + 1):
            opens = held >= _CLOSE or left_at == held or mine[left_at - held].opens
            closes = b - a >= _CLOSE or b == len(left) or mine[b].opens
            if opens and closes:
                yield _Change(gone, come, small)
        left_at, right_at, held = b, d, b - a


def _words(text: str) -> list[_Word]:
    found: list[_Word] = []
    end = 0
    for match in _WORD.finditer(text):
        found.append(_Word(match.group(), not found or bool(_BREAK.search(text, end, match.start()))))
        end = match.end()
    return found


def _differ(change: _Change, aside: Collection[str]) -> bool:
    left, right = ({w.lower for w in words} for words in (change.gone, change.come))
    gone, come = left - right - set(aside), right - left - set(aside)
    turned = {word for word in gone ^ come if word in _REVERSING | _HEDGES}
    if not change.gone or not change.come:  # a word more: "not" alone tells, a clause with a "would" does not
        return bool(turned) and len(gone | come) <= 2
    if turned or (any(map(_is_value, gone)) and any(map(_is_value, come))):
        return True
    names = [
        [n for n in _names(words, change.small) if n in new]
        for words, new in ((change.gone, gone), (change.come, come))
    ]
    return all(names) and not _same_name(*names)


def _is_value(word: str) -> bool:
    return word in _NUMBERS | _DAYS | _MONTHS or any(character.isdigit() for character in word)


def _names(found: Sequence[_Word], small: Collection[str]) -> Iterator[str]:
    """The words of names: with a capital; at the start of a sentence only if no text writes it small."""
    for word in found:
        capital = word.text[:1].isupper() and word.lower not in _NO_NAMES
        if capital and not (word.opens and word.lower in small):
            yield word.lower


def _same_name(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether the words of one name are all in the other, give or take the spelling."""
    from rapidfuzz import fuzz

    few, many = sorted((one, other), key=len)
    return all(
        any(fuzz.ratio(a, b) >= _SPELT_ALIKE or a[:_SAME_START] == b[:_SAME_START] for b in many) for a in few
    )
