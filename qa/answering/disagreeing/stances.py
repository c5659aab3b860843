"""How firmly each statement says yes or no to what is asked, or that somebody will be there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from qa.answering.modality import modality
from qa.answering.people import RANKS
from qa.answering.presence import asks_presence
from qa.answering.question import Question
from qa.answering.synonyms import any_alike, same_name
from qa.answering.words import content_words, names, words
from qa.types import Modality, Statement

ENOUGH = 0.5
_LEFT_OPEN = re.compile(r"\bnot\s+be\s+(?:ruled\s+out|excluded)\b|\b(?:if|unless|whether)\b", re.IGNORECASE)
_OF_WHERE = re.compile(r"\s+(?:of|from)\s+")
_FIRM: dict[Modality, Literal["yes", "no", "open", "alleged"]] = {
    "confirmed": "yes",
    "denied": "no",
    "expected": "open",
    "conditional": "open",
    "alleged": "alleged",
}


@dataclass(frozen=True, slots=True)
class Stance:
    """A statement's yes, no, not yet, or an allegation; `who` is the person it is about in a list."""

    firm: Literal["yes", "no", "open", "alleged"]
    written: str
    speaker: str
    who: tuple[str, ...] = ()
    about: str = "yes or no"

    def comparable(self, other: Stance) -> bool:
        """Whether both are about the same person or question."""
        if not self.who and not other.who:
            return True
        return bool(self.who and other.who) and same_name(self.who[-1], other.who[-1])

    def agrees(self, other: Stance) -> bool:
        """Whether both say the same, or neither says enough to be contradicted."""
        return self.firm == other.firm or {self.firm, other.firm} in ({"yes", "alleged"}, {"open", "alleged"})


def stances(asked: Question, statements: Sequence[Statement]) -> list[Stance | None]:
    """For each statement how firmly it answers a yes-or-no question, or says that the first person it names
    is there; None where it does neither.
    """
    if asked.kind == "yesno":
        return [_stance(s) if _on_topic(asked, s) else None for s in statements]
    if asked.kind == "list" and asks_presence(asked):
        return [_presence(asked, s) for s in statements]
    return [None] * len(statements)


def _stance(statement: Statement, who: tuple[str, ...] = (), about: str = "yes or no") -> Stance | None:
    firm = _FIRM.get(statement.modality)
    left_open = modality(statement.text) != "denied" or _LEFT_OPEN.search(statement.text)
    if firm == "no" and left_open:
        return None
    return Stance(firm, statement.modality, statement.attributed_to, who, about) if firm else None


def _on_topic(asked: Question, statement: Statement) -> bool:
    said = words(statement.text)
    stems, lowers = frozenset(w.stem for w in said), frozenset(w.lower for w in said)
    terms = [t for t in asked.terms if t.lower not in asked.name_parts]
    found = sum(any_alike(t.stem, stems) for t in terms)
    named = all(any(same_name(name[-1], low) for low in lowers) for name in asked.names[:1])
    # Whoever "will also be there" attends: the words of presence were looked for before.
    return named and (not terms or found / len(terms) >= ENOUGH or asks_presence(asked))


def _presence(asked: Question, statement: Statement) -> Stance | None:
    who = {w.lower for w in content_words(statement.attributed_to)}
    for name in names(statement.text):
        person = _OF_WHERE.split(name.text)[0]  # "Ann Roe of Norland" is Roe, as "its premier, Ann Roe" is
        own = {w.lower for w in words(person)}
        parts = tuple(p for p in name.parts if p not in RANKS and p in own)
        known = any(same_name(part, a) for part in parts for a in asked.name_parts)
        if len(parts) > 1 and not known and not set(parts) <= who:
            return _stance(statement, parts, person)
    return None
