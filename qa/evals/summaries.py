"""Summaries in the suite: what a case asks for, of which articles, what comes of it, and how it reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from qa.answering.question import clean_question
from qa.config import Settings
from qa.evals.cases import Case
from qa.evals.suite import Suite, Task
from qa.library import Library
from qa.models.exchange import Through
from qa.summarizing.choosing import chosen
from qa.summarizing.engine import LENGTHS, SLACK, Brief, Summarizer
from qa.summarizing.summarize import Material, final, summarize
from qa.types import Filters, Passage, Summary

OpenSummarizer = Callable[[Settings, Through, Library], Summarizer]

_LEANS = (
    "he|she|it|they|him|her|them|his|hers|its|their|this|that|these|those|both|such|"
    "but|and|or|nor|so(?! far)|yet|then|also|however|meanwhile|moreover|furthermore|nevertheless|nonetheless|"
    "instead|therefore|thus|otherwise|besides|similarly|"
    "the two|the pair|the same|the other|the former|the latter"
)
_DAYS = "morning|afternoon|evening|week|weekend|month|spring|summer|autumn|fall|winter|year|season|decade"
_DANGLING = re.compile(rf"[\"'“‘(]*(?!th(?:is|at|ese|ose) (?:{_DAYS})\b)(?:{_LEANS})\b(?! \[)", re.IGNORECASE)
"""How a sentence begins that leans on one before it; "He [Ann Roe]" does not, nor does "This week"."""
LISTED = ("bullets", "timeline")
"""Styles whose points are read one by one."""


class Length(NamedTuple):
    """The fewest and the most words that a summary may have; `most` None: no limit was set."""

    least: int
    most: int | None


def open_summarizer_for(settings: Settings, through: Through, library: Library) -> Summarizer:
    """The summarizer that the settings choose, its calls going through `through`."""
    if not settings.model:
        from qa.summarizing.extractive import ExtractiveSummarizer

        return ExtractiveSummarizer(lambda: library.embedder)
    from qa.summarizing.chain import ChainSummarizer

    return ChainSummarizer(settings, through=through)


def brief_of(task: Task) -> Brief:
    """What the case asks of the summarizer. With `max_words` it is told so many words that what it may add
    to them is still within."""
    case = task.case
    most = case.max_words
    fitting = [n for n in range(1, most + 1) if int(n * (1 + SLACK)) <= most] if most else []
    words = case.words or max(fitting, default=LENGTHS[case.style])
    query = clean_question(task.question) if case.focused else ""
    return Brief(style=case.style, words=words, query=query)


def length_of(case: Case) -> Length:
    """How long its summary may be."""
    if case.words:
        brief = Brief(style=case.style, words=case.words)
        return Length(brief.least, brief.most)
    return Length(0, case.max_words)


def passages_of(suite: Suite, task: Task, library: Library) -> list[Passage]:
    """The articles that the case names or its query finds, each whole, in one passage."""
    case = task.case
    filters = Filters(
        since=case.since,
        until=min((day for day in (case.until, case.as_of) if day), default=None),
        articles=tuple(sheet.article.id for sheet in suite.told(task)),
    )
    return chosen(library, filters, brief_of(task).query)


def summary_of(brief: Brief, passages: Sequence[Passage], summarizer: Summarizer) -> Summary:
    """The summary that comes of it, abstained where there are no passages or no point stands the check.
    Raises ModelError."""
    return final(summarize(brief, Material(passages=passages), summarizer))


def stands_alone(summary: Summary) -> float | None:
    """The share of its beginnings that lean on nothing before them ("He", "But", "The two"): of all points
    where they are read one by one, else of the first. None without points."""
    read = summary.points if summary.style in LISTED else summary.points[:1]
    return sum(not _DANGLING.match(point.text) for point in read) / len(read) if read else None
