"""Who a description stands for inside one article: "Britain's prime minister, Keir Starmer, ..." and "The
prime minister" later.

Two uses: a line that names somebody also counts for the words that the article describes him with, and a
line that only describes somebody can be given the name, in brackets, from where the article says it. Only
what stands beside the name is believed: an apposition, a title before the name, or the sentence before in
the same paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.answering.words import STOPWORDS, Name, names, words

ROLE = (
    r"(?:prime\s+minister|president|chancellor|premier|minister|secretary|spokes(?:man|woman|person)|chief(?:\s+executive)?|director|chair(?:man|woman)?|"
    r"leader|head|boss|mayor|governor|commissioner|ambassador|envoy|adviser|advisor|senator|lawmaker|councillor|judge|prosecutor|lawyer|"
    r"attorney|coach|manager|captain|striker|professor|researcher|economist|analyst|negotiator|founder|owner|operator|king|queen|pope|"
    r"bishop|general|admiral|minister-president|councilman|candidate|incumbent|defendant|author|singer|actor|actress|statistician)"
)
_OPENS = re.compile(
    rf"^(?:The|Its|His|Her|Their)\s+(?:[A-Z][\w.-]+\s+)?(?:[a-z][\w-]+\s+){{0,2}}?{ROLE}\b(?!['’])(?!\s+of\b)(?!,\s+[A-Z])(?!\s+[A-Z])"
)
_AFTER = re.compile(
    rf"^,\s(?P<role>(?:(?:the|an?|its|his|her|their|who)\s|(?:[a-z]+\s)?(?={ROLE}))[^,;.]{{3,90}})[,.;]"
)
_BEFORE = re.compile(
    rf"(?:^|[,;.]\s|\b(?:by|with|to|and|of)\s)(?P<role>[^,;.]{{0,60}}?\b{ROLE}\b[^,;.]{{0,30}}),\s$"
)
_TITLE = re.compile(rf"(?P<role>(?:[A-Z][\w.’']+\s+)?(?:[a-z][\w-]+\s+){{0,2}}{ROLE})\s$")
_SHORT = 9


@dataclass(frozen=True, slots=True)
class Described:
    """A line that describes somebody without the name: the name, and the index of the line that says so;
    where to put it.
    """

    name: str
    source: int
    end: int


def described(lines: Sequence[str], paragraphs: Sequence[int]) -> dict[int, Described]:
    """For each line that opens with a role ("The British prime minister has ...") whom it means, where that
    is certain.
    """
    found: dict[int, Described] = {}
    roles = _role_words(lines)
    for index, text in enumerate(lines):
        match = _OPENS.match(text)
        if not match:
            continue
        opening = {w.stem for w in words(match.group()) if w.lower not in STOPWORDS}
        if index and paragraphs[index - 1] == paragraphs[index] and len(lines[index - 1].split()) <= _SHORT:
            before = names(lines[index - 1])
            if before and len(before[-1].parts) > 1:
                found[index] = Described(before[-1].text, index - 1, match.end())
                continue
        holders = [(name, at) for name, at, stems in roles if opening <= stems and at < index]
        if holders and len({name.parts[-1] for name, _ in holders}) == 1:
            found[index] = Described(holders[0][0].text, holders[0][1], match.end())
    return found


def known_as(lines: Sequence[str]) -> dict[str, frozenset[str]]:
    """The last word of each described name, in lower case, with the stems of the words that describe it."""
    found: dict[str, frozenset[str]] = {}
    for name, _, stems in _role_words(lines):
        last = name.parts[-1]
        found[last] = found.get(last, frozenset()) | stems
    return found


def _role_words(lines: Sequence[str]) -> list[tuple[Name, int, frozenset[str]]]:
    found = []
    for index, text in enumerate(lines):
        for name in names(text):
            role = _role_of(name, text)
            if role and name.parts:
                stems = frozenset(w.stem for w in words(role) if w.lower not in STOPWORDS)
                found.append((name, index, stems))
    return found


def _role_of(name: Name, text: str) -> str:
    head = text[: name.start]
    match = _BEFORE.search(head) or _AFTER.match(text[name.end :]) or _TITLE.search(head)
    return match.group("role") if match else ""
