"""The points of a summary, each checked against the words it cites, within the length asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from qa.answering.engine import Draft, Outcome
from qa.answering.grounding import Withheld, ground, notices, repeats
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
        result = grounded(draft, passages)
        if isinstance(result, Withheld):
            withheld.append(result)
            continue
        if repeats(result.text, (old.text for old in said)):
            continue
        words = count_words(result.text)
        if said and length + words > brief.most:
            too_long += 1
            continue
        length += words
        said.append(result)
        yield result
    warnings = [*outcome.warnings, *notices(withheld, "point")]
    if too_long:
        message = f"left out {too_long} point{'s' if too_long > 1 else ''} to keep to {brief.words} words"
        warnings.append(Notice(code="left-out", message=message, count=too_long))
    reason = outcome.reason
    if not said:
        reason = "nothing that could be said stood the check against the sources" if withheld else reason
    yield outcome.model_copy(update={"warnings": tuple(warnings), "reason": reason})


def grounded(draft: Draft, passages: Iterable[Passage]) -> Statement | Withheld:
    """A draft, grounded in those of the passages that it cites: the others have no part in it, and an
    instruction planted in one makes no point of another suspect.
    """
    cited = {quote.passage for quote in draft.quotes}
    return ground(draft, [p for p in passages if p.number in cited])
