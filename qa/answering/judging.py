"""Which sentence answers a question best, and whether it can be trusted to, by the figures of `evidence` and
`seeming` and the trained weights of `trust`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qa.answering.evidence import evidence
from qa.answering.picks import Pick
from qa.answering.question import Question
from qa.answering.reading import Line, Story
from qa.answering.seeming import seeming
from qa.answering.terms import Found, Term, line_score
from qa.answering.trust import trained

PER_ARTICLE = 4
MOST = 2


def candidates(stories: Sequence[Story], terms: Sequence[Term]) -> Iterator[tuple[Line, Story, Found]]:
    """The sentences of each article that hold most of the question, and how much of it they hold."""
    for story in stories:
        scored = [(line_score(line, story, terms), line) for line in story.lines]
        scored.sort(key=lambda pair: -(pair[0].full + pair[0].own))
        for held, line in scored[:PER_ARTICLE]:
            yield line, story, held


def likeliest(asked: Question, stories: Sequence[Story], terms: Sequence[Term]) -> list[Pick]:
    """The sentence that most likely answers, of all the articles, and after it the next one where that is
    nearly as likely. None of them need answer: see `chance`.
    """
    trust = trained()
    picks = [
        Pick(line, story, trust.choosing.total(evidence(asked, line, story, terms, held)))
        for line, story, held in candidates(stories, terms)
    ]
    picks.sort(key=lambda pick: -pick.score)
    return [pick for pick in picks[:MOST] if pick.score >= picks[0].score - trust.close]


def chance(asked: Question, pick: Pick) -> float:
    """The probability that a sentence answers, 0 to 1, given that it is the likeliest to."""
    return trained().judging.probability(seeming(asked, pick.line, pick.story))
