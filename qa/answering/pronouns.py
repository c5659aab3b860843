"""Whom "he" and "she" mean in an article, where that is certain."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from qa.answering.words import Name, names

FARTHEST = 3
_QUOTED = re.compile(r"[\"“][^\"”]*[\"”]?")
_PRONOUN = re.compile(r"\b(?P<who>he|she|his|her)\b", re.IGNORECASE)
# "Ann Roe, the leader of the opposition, said that Doe ...": she may be the one who goes on. So may, for all
# that can be told, "Roe Line, the ferry company"; it is never named for it.
_DESCRIBED = re.compile(r",\s+(?:the|an?|who|whose|\d{2})\b")
_A_PERSON = re.compile(r",\s+(?:who\b|\d{2},)")
_SEX = {"he": "he", "his": "he", "she": "she", "her": "she"}


def antecedents(lines: Sequence[str], people: Set[tuple[str, ...]]) -> dict[int, tuple[str, int]]:
    """For each line that says "he", "she", "his" or "her" before it names anybody: the one person whom the
    nearest line before speaks of, as named there, and the number of that line.

    Lines that go on with the same pronoun are passed over, at most three. Where a line speaks of two people
    (one that opens it and is described may be one), or of one sex after the other, nobody is certain and the
    line is left out.
    """
    outside = [_QUOTED.sub(lambda m: " " * len(m.group()), line) for line in lines]
    named = [[n for n in names(text) if n.parts in people] for text in outside]
    opening = [_opening(text, people) for text in outside]
    named = [[*(n for n, sure in first if sure), *found] for first, found in zip(opening, named, strict=True)]
    unclear = frozenset(i for i, first in enumerate(opening) if any(not sure for _, sure in first))
    wanted = [_pronoun(text, found) for text, found in zip(outside, named, strict=True)]
    meant = {}
    for index, sex in enumerate(wanted):
        if sex and (found := _before(index, sex, named, wanted, unclear)):
            meant[index] = found
    return meant


def _opening(text: str, people: Set[tuple[str, ...]]) -> list[tuple[Name, bool]]:
    """The name that a line opens with and goes on to describe, where nothing else tells that it is a
    person's; and whether the description does.
    """
    return [
        (n, bool(_A_PERSON.match(text[n.end : n.end + 20])))
        for n in names(text)[:1]
        if not n.start
        and len(n.parts) > 1
        and n.parts not in people
        and _DESCRIBED.match(text[n.end : n.end + 20])
    ]


def _pronoun(text: str, people: Sequence[Name]) -> str:
    match = _PRONOUN.search(text)
    return "" if not match or any(n.start < match.start() for n in people) else _SEX[match["who"].lower()]


def _before(
    index: int,
    sex: str,
    named: Sequence[Sequence[Name]],
    wanted: Sequence[str],
    unclear: Set[int],
) -> tuple[str, int] | None:
    for back in range(index - 1, max(-1, index - 1 - FARTHEST), -1):
        if back in unclear or (wanted[back] and wanted[back] != sex):
            return None
        persons = {n.parts[-1]: n for n in reversed(named[back])}
        if not persons and wanted[back]:
            continue
        return (next(iter(persons.values())).text, back) if len(persons) == 1 else None
    return None
