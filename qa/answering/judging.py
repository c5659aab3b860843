"""Which sentences can be trusted to answer a question: those that hold most of it, by the figures of
`evidence` and the trained weights of `trust`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qa.answering.evidence import evidence
from qa.answering.picks import Pick
from qa.answering.question import Question
from qa.answering.reading import Line, Story
from qa.answering.terms import Found, Term, line_score
from qa.answering.trust import trained

PER_ARTICLE = 6


def candidates(stories: Sequence[Story], terms: Sequence[Term]) -> Iterator[tuple[Line, Story, Found]]:
    """The sentences of each article that hold most of the question, and how much of it they hold."""
    for story in stories:
        scored = [(line_score(line, story, terms), line) for line in story.lines]
        scored.sort(key=lambda pair: -(pair[0].full + pair[0].own))
        for held, line in scored[:PER_ARTICLE]:
            yield line, story, held


def chance(asked: Question, pick: Pick, terms: Sequence[Term]) -> float:
    """The probability that a picked sentence answers."""
    return trained().probability(evidence(asked, pick.line, pick.story, terms))
