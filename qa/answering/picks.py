"""Sentences chosen for an answer, each once, and the drafts that they become."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.answering.engine import Draft, Quote
from qa.answering.modality import negations
from qa.answering.reading import Line, Story
from qa.answering.standalone import Standing
from qa.answering.words import numbers
from qa.library.differing import says_otherwise
from qa.types import Modality

NEAR_REPEAT = 92


@dataclass(frozen=True, slots=True)
class Pick:
    """A sentence chosen for the answer: its score, and its draft when it is not simply the sentence made to
    stand alone.
    """

    line: Line
    story: Story
    score: float
    draft: Draft | None = None


def distinct(picks: Sequence[Pick]) -> list[Pick]:
    """The picks without near-repeats (wire copies): the first of each is kept.

    A copy in which a number, a name, a day or a negation was changed is no repeat: both are shown.
    """
    from rapidfuzz import fuzz

    kept: list[Pick] = []
    for pick in picks:
        told = _told(pick.line)
        alike = [k for k in kept if fuzz.ratio(k.line.text, pick.line.text) >= NEAR_REPEAT]
        if not any(_told(k.line) == told and not says_otherwise(k.line.text, pick.line.text) for k in alike):
            kept.append(pick)
    return kept


def _told(line: Line) -> tuple[frozenset[float], frozenset[str], int]:
    """The numbers and names of a line, and how often it denies."""
    named = frozenset(part for name in line.names for part in name.parts)
    return frozenset(value for value, _, _ in numbers(line.text)), named, negations(line.text)


def after(line: Line, standing: Standing, others: Sequence[Line]) -> Standing:
    """`standing` without the sentence put before it where that one is in the answer anyway."""
    led = len(standing.lines) > 1 and standing.text.endswith(line.text) and standing.text != line.text
    return Standing(line.text, (line,)) if led and standing.lines[1] in others else standing


def as_draft(text: str, lines: Sequence[Line], firmness: Modality) -> Draft:
    """The draft that says `text`, quoting `lines` whole."""
    quotes = tuple(Quote(passage=line.passage.number, text=line.text) for line in lines)
    return Draft(text=text, quotes=quotes, modality=firmness)
