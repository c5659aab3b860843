"""From a question to an Answer: retrieve, let an engine draft, ground each draft, compose. Both engines go
through here.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from qa.answering.engine import Engine, Outcome
from qa.answering.grounding import Withheld, ground, number_citations
from qa.answering.question import clean_question, narrow, parse
from qa.errors import QAError
from qa.library import Library
from qa.types import Answer, Article, ArticleHead, Coverage, Filters, Modality, Notice, Passage, Statement

WHOLE_ARTICLES = 4
GROUPS: tuple[tuple[str, tuple[Modality, ...]], ...] = (
    ("Confirmed", ("confirmed",)),
    ("Expected or conditional", ("expected", "conditional")),
    ("Alleged", ("alleged",)),
    ("Opinion", ("opinion",)),
    ("Denied or not so", ("denied",)),
)


def ask(
    question: str,
    library: Library,
    engine: Engine,
    *,
    as_of: dt.date | None = None,
    filters: Filters | None = None,
    k: int = 8,
) -> Iterator[Statement | Answer]:
    """The answer's statements one by one as they are grounded, then the Answer. Raises UsageError,
    LibraryError, ModelError.
    """
    question = clean_question(question)
    asked_for = filters or Filters()
    used = narrow(asked_for, as_of)
    blank = Answer(
        question=question,
        as_of=as_of,
        filters=used,
        text="",
        engine=engine.name,
        model=engine.model,
        prompt=engine.prompt,
    )
    warnings = _undated(library, used)
    reason = _nothing_to_search(library, used)
    passages: Sequence[Passage] = () if reason else library.search(question, k=k, filters=used)
    if not passages:
        yield _abstain(blank, reason or "nothing in the library matches the question", warnings)
        return
    if engine.whole_articles:
        passages = whole_articles(passages, library, WHOLE_ARTICLES)
    statements: list[Statement] = []
    withheld: list[Withheld] = []
    markers: dict[tuple[str, int, int], int] = {}
    outcome = Outcome()
    for draft in engine.draft(question, passages):
        if isinstance(draft, Outcome):
            outcome = draft
            continue
        result = ground(draft, passages)
        if isinstance(result, Withheld):
            withheld.append(result)
        elif not _repeats(result, statements):
            statements.append(number_citations(result, markers))
            yield statements[-1]
    blank = blank.model_copy(update={"usage": outcome.usage})
    warnings = (*warnings, *outcome.warnings, *_withheld(withheld))
    if not statements:
        reason = (
            "nothing that could be said stood the check against the sources" if withheld else outcome.reason
        )
        yield _abstain(blank, reason or "the articles found do not answer it", warnings)
        return
    grouped = parse(question).kind == "list" and len({_group(s) for s in statements}) > 1
    yield blank.model_copy(
        update={
            "text": compose(statements, grouped=grouped),
            "statements": tuple(statements),
            "coverage": coverage(statements, passages),
            "warnings": warnings,
        }
    )


def whole_articles(passages: Sequence[Passage], library: Library, most: int) -> list[Passage]:
    """One passage for each of the first `most` articles found, holding all of its text, best first."""
    first: dict[str, Passage] = {}
    for passage in passages:
        first.setdefault(passage.article.id, passage)
    whole = []
    for number, passage in enumerate(list(first.values())[:most], start=1):
        article: Article = library.get(passage.article.id)
        whole.append(
            passage.model_copy(
                update={"number": number, "start": 0, "end": len(article.text), "text": article.text}
            )
        )
    return whole


def _nothing_to_search(library: Library, filters: Filters) -> str:
    if library.count() == 0:
        return "the library is empty"
    if library.count(filters) == 0:
        return f"the library has no article {filters.describe()}"
    return ""


def _undated(library: Library, filters: Filters) -> tuple[Notice, ...]:
    if not filters.dated or not (count := library.undated()):
        return ()
    message = f"{count} article{'s' if count > 1 else ''} without a known date left out by the date range"
    return (Notice(code="undated-left-out", message=message, count=count),)


def _abstain(blank: Answer, reason: str, warnings: tuple[Notice, ...]) -> Answer:
    text = f"No answer: {reason}."
    return blank.model_copy(update={"text": text, "abstained": True, "reason": reason, "warnings": warnings})


def _withheld(withheld: Iterable[Withheld]) -> tuple[Notice, ...]:
    counted = Counter((w.code, w.message) for w in withheld)
    return tuple(
        Notice(
            code=code, message=f"withheld {count} statement{'s' if count > 1 else ''}: {message}", count=count
        )
        for (code, message), count in counted.items()
    )


def _repeats(new: Statement, statements: Sequence[Statement]) -> bool:
    return any(new.text in old.text for old in statements)


# ---------------------------------------------------------------- composing


def compose(statements: Sequence[Statement], *, grouped: bool) -> str:
    """The statements as text with [n] markers: under headings by modality when `grouped`, else one a line."""
    if not grouped:
        return "\n".join(_with_markers(s) for s in statements)
    parts = []
    for heading, _ in GROUPS:
        members = [s for s in statements if _group(s) == heading]
        if members:
            parts.append("\n".join([f"{heading}:", *(f"- {_with_markers(s)}" for s in members)]))
    return "\n\n".join(parts)


def _group(statement: Statement) -> str:
    return next(heading for heading, members in GROUPS if statement.modality in members)


def _with_markers(statement: Statement) -> str:
    markers = dict.fromkeys(c.marker for c in statement.citations)
    return f"{statement.text} {''.join(f'[{m}]' for m in markers)}"


def coverage(statements: Sequence[Statement], passages: Sequence[Passage]) -> Coverage:
    """What the statements rest on: how many articles and outlets, and when those were published."""
    heads: dict[str, ArticleHead] = {p.article.id: p.article for p in passages}
    cited = [heads[a] for a in {c.article_id for s in statements for c in s.citations}]
    dates = sorted(h.published for h in cited if h.published)
    return Coverage(
        articles=len(cited),
        outlets=tuple(sorted({h.outlet for h in cited if h.outlet})),
        first=dates[0] if dates else None,
        last=dates[-1] if dates else None,
        undated=sum(h.published is None for h in cited),
    )


def final(events: Iterable[Statement | Answer]) -> Answer:
    """The Answer that a stream of `ask` ends with."""
    for event in events:
        if isinstance(event, Answer):
            return event
    raise QAError("an answer ended without its last part", "This is a bug: please report it.")
