"""From a brief to a Summary: a summarizer drafts points, each is grounded, the length is kept, the text
composed. Both summarizers go through here.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from qa.answering.dating import with_days
from qa.answering.engine import Outcome
from qa.answering.grounding import Withheld, ground, number_citations
from qa.answering.words import find_verbatim
from qa.errors import QAError
from qa.summarizing.engine import Brief, Summarizer, count_words
from qa.types import Notice, Passage, Statement, Summary


def points_of(
    brief: Brief, passages: Sequence[Passage], summarizer: Summarizer
) -> Iterator[Statement | Outcome]:
    """The points that stand the check, all their markers still 1, within the length asked for; then the
    Outcome, with what was withheld among its warnings. Raises ModelError.
    """
    said: list[Statement] = []
    withheld: list[Withheld] = []
    outcome = Outcome()
    length = too_long = 0
    for draft in summarizer.draft(brief, passages):
        if isinstance(draft, Outcome):
            outcome = draft
            continue
        result = ground(draft, passages)
        if isinstance(result, Withheld):
            withheld.append(result)
            continue
        if any(find_verbatim(result.text, old.text) is not None for old in said):
            continue
        words = count_words(result.text)
        if said and length + words > brief.most:
            too_long += 1
            continue
        length += words
        said.append(result)
        yield result
    warnings = [*outcome.warnings, *notices(withheld)]
    if too_long:
        message = f"left out {too_long} point{'s' if too_long > 1 else ''} to keep to {brief.words} words"
        warnings.append(Notice(code="left-out", message=message, count=too_long))
    reason = outcome.reason
    if not said:
        reason = "nothing that could be said stood the check against the sources" if withheld else reason
    yield outcome.model_copy(update={"warnings": tuple(warnings), "reason": reason})


def notices(withheld: Iterable[Withheld]) -> tuple[Notice, ...]:
    """What was withheld, each reason once with its count."""
    counted = Counter((w.code, w.message) for w in withheld)
    return tuple(
        Notice(code=code, message=f"withheld {count} point{'s' if count > 1 else ''}: {message}", count=count)
        for (code, message), count in counted.items()
    )


def numbered(points: Iterable[Statement], markers: dict[tuple[str, int, int], int]) -> list[Statement]:
    """The points with their citations numbered in order of first use; `markers` is added to."""
    return [number_citations(point, markers) for point in points]


def marked(point: Statement, as_of: dt.date | None = None) -> str:
    """A point with its days in brackets and its [n] markers."""
    markers = dict.fromkeys(c.marker for c in point.citations)
    return f"{with_days(point, as_of)} {''.join(f'[{m}]' for m in markers)}"


def final(events: Iterable[Statement | Summary]) -> Summary:
    """The Summary that a stream ends with."""
    for event in events:
        if isinstance(event, Summary):
            return event
    raise QAError("a summary ended without its last part", "This is a bug: please report it.")
