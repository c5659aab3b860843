"""The points of a summary, each checked against the words it cites, within the length asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from qa.answering.engine import Outcome
from qa.answering.grounding import Withheld, ground
from qa.answering.words import find_verbatim
from qa.summarizing.engine import Brief, Summarizer, count_words
from qa.types import Notice, Passage, Statement


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
        cited = {quote.passage for quote in draft.quotes}
        # The others have no part in it: an instruction planted in one makes no point of another suspect.
        result = ground(draft, [p for p in passages if p.number in cited])
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
