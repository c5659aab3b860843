"""From a brief to a Summary: a summarizer drafts points, each is grounded, the length is kept, the text
composed. Both summarizers go through here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from qa.answering.composing import headed, listed, marked
from qa.answering.covering import coverage
from qa.answering.disagreeing.closing import closed
from qa.answering.disagreeing.conflicts import conflicts
from qa.answering.engine import Outcome
from qa.answering.grounding import number_citations
from qa.answering.question import parse
from qa.errors import QAError
from qa.summarizing.engine import ABOUT_ALL, Brief, Summarizer, count_words
from qa.summarizing.pointing import points_of
from qa.summarizing.rivals import rivals, with_room
from qa.summarizing.timeline import days_of, in_time
from qa.types import ArticleHead, Conflict, Coverage, Filters, Notice, Passage, Section, Statement, Summary

NOTHING = "there is no article to summarize"


@dataclass(frozen=True)
class Material:
    """What is summarized: whole articles, how they were chosen, and which are copies of one source
    (`Library.groups`).
    """

    passages: Sequence[Passage]
    filters: Filters = field(default_factory=Filters)
    as_of: dt.date | None = None
    groups: Mapping[str, str] = field(default_factory=dict)

    @property
    def heads(self) -> dict[str, ArticleHead]:
        """The heads of the articles by id, in the order of the passages."""
        return {p.article.id: p.article for p in self.passages}

    def coverage(self, points: Iterable[Statement]) -> Coverage:
        """What these points rest on."""
        heads = self.heads
        cited = dict.fromkeys(c.article_id for point in points for c in point.citations)
        return coverage([heads[a] for a in cited], self.groups)


def summarize(brief: Brief, material: Material, summarizer: Summarizer) -> Iterator[Statement | Summary]:
    """The points one by one as they are known, then the Summary, of any style but a digest. Raises
    ModelError.
    """
    blank = blank_summary(brief, material, summarizer)
    if not material.passages:
        yield abstained(blank, NOTHING)
        return
    points: list[Statement] = []
    markers: dict[tuple[str, int, int], int] = {}
    outcome = Outcome()
    # A timeline is put in order first; and from sentences that cost nothing some make room for others.
    waits = brief.style == "timeline" or summarizer.name == "extractive"
    for found in points_of(brief, material.passages, summarizer):
        if isinstance(found, Outcome):
            outcome = found
        else:
            points.append(found if waits else number_citations(found, markers))
            if not waits:
                yield points[-1]
    asked = brief.question
    against = rivals(asked, points, material.passages)
    if waits:
        points = with_room(brief, asked, points, against, material.passages)
        if brief.style == "timeline":
            dated = in_time(points)
            outcome = _without_days(outcome, len(points) - len(dated))
            points = dated
        points = [number_citations(point, markers) for point in points]
        yield from points
    else:
        against = [number_citations(point, markers) for point in against]
        points += against
        yield from against
    blank = blank.model_copy(update={"usage": outcome.usage, "warnings": outcome.warnings})
    if not points:
        yield abstained(blank, outcome.reason or _nothing_said(brief))
        return
    opposed = conflicts(asked, points, material.passages)
    sections = days_of(points) if brief.style == "timeline" else ()
    yield blank.model_copy(
        update={
            "text": with_conflicts(_text(brief, points, sections, material.as_of), opposed, points),
            "points": tuple(points),
            "sections": sections,
            "conflicts": opposed,
            "coverage": material.coverage(points),
            "warnings": (*outcome.warnings, *_length(brief, points, outcome.warnings)),
        }
    )


def blank_summary(brief: Brief, material: Material, summarizer: Summarizer) -> Summary:
    """The Summary before anything is said."""
    return Summary(
        style=brief.style,
        query=brief.query,
        words=brief.words,
        as_of=material.as_of,
        filters=material.filters,
        articles=tuple(material.heads.values()),
        text="",
        engine=summarizer.name,
        model=summarizer.model,
        prompt=summarizer.prompt,
    )


def abstained(blank: Summary, reason: str) -> Summary:
    """`blank` as a Summary that says nothing, and why."""
    return blank.model_copy(update={"text": f"No summary: {reason}.", "abstained": True, "reason": reason})


def with_conflicts(text: str, found: Sequence[Conflict], points: Sequence[Statement]) -> str:
    """A summary's text with a line at its end for each disagreement, which says what it is about."""
    return closed(text, parse(ABOUT_ALL), found, points)


def final(events: Iterable[Statement | Summary]) -> Summary:
    """The Summary that a stream ends with."""
    for event in events:
        if isinstance(event, Summary):
            return event
    raise QAError("a summary ended without its last part", "This is a bug: please report it.")


def _text(
    brief: Brief, points: Sequence[Statement], sections: Sequence[Section], as_of: dt.date | None
) -> str:
    if sections:
        return "\n\n".join(
            headed(section.heading, (points[n - 1] for n in section.points), as_of) for section in sections
        )
    if brief.style == "bullets":
        return listed(points, as_of)
    return " ".join(marked(point, as_of) for point in points)


def _nothing_said(brief: Brief) -> str:
    if brief.style == "timeline":
        return "no sentence of the articles names a day that is certain"
    return "the articles say nothing about it" if brief.query else "the articles hold nothing to say"


def _without_days(outcome: Outcome, count: int) -> Outcome:
    if not count:
        return outcome
    message = f"left out {count} point{'s' if count > 1 else ''} without a day that is certain"
    notice = Notice(code="undated-point", message=message, count=count)
    return outcome.model_copy(update={"warnings": (*outcome.warnings, notice)})


def _length(brief: Brief, points: Sequence[Statement], said: Sequence[Notice]) -> tuple[Notice, ...]:
    words = sum(count_words(point.text) for point in points)
    if brief.least <= words <= brief.most or any(notice.code == "length" for notice in said):
        return ()
    message = f"{words} words, where {brief.words} were asked for"
    return (Notice(code="length", message=message),)
