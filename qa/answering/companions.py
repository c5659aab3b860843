"""Who goes with whom: "who is travelling with the minister?" wants the companions, not the minister."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.answering.question import Question
from qa.answering.reading import Line, Story
from qa.answering.standalone import stand_alone
from qa.answering.terms import Term
from qa.answering.words import content_words, words

_GOING = r"(?:go|goes|going|gone|went|travel\w*|com(?:e|es|ing)|came|fl(?:y|ies|ying|ew)|attend\w*|appear\w*)"
_ASKS = re.compile(
    rf"^\s*who\b.*?\b(?:{_GOING}\s+(?:\w+\s+){{0,4}}?(?:with|alongside)|accompan\w+)\s+(?P<with>.+)$",
    re.IGNORECASE,
)
_TOGETHER = re.compile(
    rf"\b(?:alongside|accompan\w+|joined\s+by|(?:together|along)\s+with|{_GOING}\s+(?:\w+\s+){{0,4}}?with)\b",
    re.IGNORECASE,
)


def accompanied(asked: Question, terms: Sequence[Term]) -> list[Term]:
    """The names of those whose companions are asked for; none where that is not the question."""
    match = _ASKS.search(asked.text)
    if not match:
        return []
    said = frozenset(
        w.lower for w in content_words(re.split(r"\s(?:to|at|in|on|for|when)\s", match["with"])[0])
    )
    people = [t for t in terms if t.is_name and t.in_words(said, said)]
    # "the British prime minister" is no name: the articles have to be searched for who that is.
    return people if said <= {part for t in people for part in t.parts} else []


def companion_lines(story: Story, people: Sequence[Term]) -> list[Line]:
    """The lines of `story` that say who is, was or will be with one of `people`, in reading order."""
    return [
        line
        for line in story.lines
        if _TOGETHER.search(line.text) and _about(line, story, people) is not None
    ]


def _about(line: Line, story: Story, people: Sequence[Term]) -> Term | None:
    """The one of `people` whom the line names, or means by "he"; somebody else must be named beside."""
    resolved = words(stand_alone(line, story).text)
    lowers, stems = frozenset(w.lower for w in resolved), frozenset(w.stem for w in resolved)
    for term in people:
        others = [n for n in line.names if not term.in_words(frozenset(), frozenset(n.parts))]
        if others and term.in_words(stems, lowers):
            return term
    return None
