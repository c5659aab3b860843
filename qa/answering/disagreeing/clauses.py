"""A statement cut into clauses, each with who speaks in it: "police put the crowd at 800, while organisers
spoke of 3,000" has two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from qa.answering.speakers import PRONOUNS, attribution
from qa.sentences import sentence_spans
from qa.types import Statement

_BRACKETS = re.compile(r"\[[^\]]*\]")
_BORDER = re.compile(
    r";\s|\s[—–]\s|,?\s(?:while|whereas|although|though|but)\s|,\sand\s(?=[^,;]{3,60}?\b(?:said|says|put|puts|estimated?|counted|spoke|reported|claimed|gave)\b)"
)
_COUNTS = r"(?:put|puts|estimat(?:e|es|ed)|count(?:s|ed)?|spoke\s+of|speaks?\s+of|report(?:s|ed)?|gave|gives|reckon(?:s|ed)?|claim(?:s|ed)?|say|says|said)"
_RELATIVE = re.compile(
    rf"\b(?:that|which)\s+(?P<who>(?:the\s+)?[\w’'-]+(?:\s+[\w’'-]+){{0,3}}?)\s+{_COUNTS}\b"
)
_SUBJECT = re.compile(
    rf"^(?:(?:while|whereas|although|though|but|and)\s+)?(?P<who>[^,;:\"“”]{{3,80}}?)(?:,[^,]{{3,80}},)?\s+(?:also\s+|later\s+|has\s+|have\s+|had\s+)?{_COUNTS}\b",
    re.IGNORECASE,
)
_OWNED = re.compile(
    r"\b(?P<who>(?:the\s+)?[a-z][\w-]*)(?:'s|’s|s'|s’)\s+(?:own\s+)?(?:estimate|count|figure|tally|toll)\b"
)
_TRAILING = re.compile(
    r",\s(?P<who>(?:the|a|an)\s[^,;:\"“”]{2,60}?)\s(?:said|says|told|added|announced|confirmed|reported|estimated)\b"
)
_NOT_WHO = re.compile(
    r"\b(?:is|are|was|were|will|would|has|have|had|did|does|do|can|could|may|might|that|which|who|when|it|he|she|they|there|in|on|at|of\s+the\s+dead)\b|\d",
    re.IGNORECASE,
)
_LONG = 6


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause: its words, brackets blanked, and its speaker as written ("" = the outlet)."""

    text: str
    speaker: str


def clauses(statement: Statement) -> Iterator[Clause]:
    """The clauses of a statement's sentences, in order.

    A clause without a speaker of its own has that of the sentence if no other clause of it has one, and a
    statement's only sentence that of the statement.
    """
    text = _BRACKETS.sub(lambda m: " " * len(m.group()), statement.text)
    spans = sentence_spans(text)
    for start, end in spans:
        sentence = text[start:end]
        parts = _parts(sentence)
        said = [who_counts(part) for part in parts]
        spare = "" if any(said) else _spoken(statement, sentence, alone=len(spans) == 1)
        for part, who in zip(parts, said, strict=True):
            yield Clause(part, who or spare)


def _parts(sentence: str) -> list[str]:
    cuts = [0, *(m.start() for m in _BORDER.finditer(sentence)), len(sentence)]
    return [sentence[a:b].lstrip(";,—– ") for a, b in pairwise(cuts) if sentence[a:b].strip()]


def _spoken(statement: Statement, sentence: str, *, alone: bool) -> str:
    return attribution(sentence) or (statement.attributed_to if alone else "")


def who_counts(clause: str) -> str:
    """Who says or counts what the clause says; "" where nobody is named."""
    for pattern in (_RELATIVE, _SUBJECT, _OWNED, _TRAILING):
        match = pattern.search(clause)
        if match and not _NOT_WHO.search(
            match["who"].split(" in ")[0] if pattern is _TRAILING else match["who"]
        ):
            return match["who"].strip()
    who = attribution(clause)
    return "" if who.lower() in PRONOUNS else who


def short_name(who: str) -> str:
    """A speaker in few words: "organisers" for "Organisers from the tenants' union"."""
    bare = re.sub(r"^(?:the|a|an)\s+", "", " ".join(who.split()), flags=re.IGNORECASE)
    if len(bare.split()) > 2:
        bare = re.split(r"\s(?:from|in|at|behind|of|for|with|on)\s", bare)[0]
    bare = " ".join(bare.split()[:_LONG])
    bare = re.sub(r"\s(?:earlier|later|also|now|then|(?:on\s)?[A-Z][a-z]+day)$", "", bare)
    common = bare[:1].isupper() and bare.split()[0].lower() in _COMMON
    return bare[:1].lower() + bare[1:] if common else bare


_COMMON = frozenset(
    """police organisers organizers officials authorities campaigners witnesses residents doctors firefighters
    prosecutors unions critics researchers rescuers hospitals local city national regional state federal town
    union company government emergency health protesters supporters opponents economists experts""".split()
)
