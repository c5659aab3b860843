"""From a question to an Answer: retrieve, let an engine draft, ground each draft, compose. Both engines go
through here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from qa.answering.asked import Asked, asked_days, on_those_days
from qa.answering.composing import headed, marked
from qa.answering.covering import coverage
from qa.answering.disagreeing.closing import closed
from qa.answering.disagreeing.conflicts import conflicts
from qa.answering.engine import Engine, Outcome
from qa.answering.finding import found
from qa.answering.grounding import Withheld, ground, notices, number_citations, repeats
from qa.answering.planted import with_plain_head
from qa.answering.presence import attendance_headings
from qa.answering.question import Question, clean_question, narrow, parse
from qa.answering.subquestions import subquestions
from qa.errors import QAError
from qa.library import Library
from qa.types import Answer, Article, Coverage, Filters, Modality, Notice, Passage, Statement

WHOLE_ARTICLES = 4
Groups = tuple[tuple[str, tuple[Modality, ...]], ...]
GROUPS: Groups = (
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
    today: dt.date | None = None,
    filters: Filters | None = None,
    k: int = 8,
) -> Iterator[Statement | Answer]:
    """The answer's statements one by one as they are grounded, then the Answer. Raises UsageError,
    LibraryError, ModelError.

    "Last week" in the question is counted from `today` (else `as_of`, else the clock's today).
    """
    question = clean_question(question)
    asked = asked_days(question, today or as_of or dt.date.today())
    used, reason = _usable(asked, narrow(filters or Filters(), as_of))
    blank = Answer(
        question=question,
        as_of=as_of,
        asked_dates=asked.dates,
        filters=used,
        text="",
        engine=engine.name,
        model=engine.model,
        prompt=engine.prompt,
    )
    warnings = _undated(library, used)
    reason = reason or _nothing_to_search(library, used)
    passages: Sequence[Passage] = () if reason else found(asked.text, library, k=k, filters=used)
    if not passages:
        yield _abstain(blank, reason or "nothing in the library matches the question", warnings)
        return
    if engine.whole_articles:
        passages = whole_articles(passages, library, WHOLE_ARTICLES)
    passages = [with_plain_head(p) for p in passages]
    statements: list[Statement] = []
    withheld: list[Withheld] = []
    markers: dict[tuple[str, int, int], int] = {}
    outcome = Outcome()
    # A model does not know what day it is.
    for draft in engine.draft(asked.told if engine.name == "chain" else asked.text, passages):
        if isinstance(draft, Outcome):
            outcome = draft
            continue
        result = ground(draft, passages)
        if isinstance(result, Withheld):
            withheld.append(result)
        elif not repeats(result.text, (old.text for old in statements)):
            statements.append(result if asked.events else number_citations(result, markers))
            if not asked.events:
                yield statements[-1]
    if asked.events:
        kept = on_those_days(statements, asked.events)
        withheld += [_another_day(s, asked) for s in statements if s not in kept]
        statements = [number_citations(s, markers) for s in kept]
        yield from statements
    blank = blank.model_copy(update={"usage": outcome.usage})
    warnings = (*warnings, *outcome.warnings, *notices(withheld))
    if not statements:
        reason = _why_nothing(withheld, asked) or outcome.reason
        yield _abstain(blank, reason or "the articles found do not answer it", warnings)
        return
    wanted = parse(subquestions(question)[0].text)
    opposed = conflicts(wanted, statements, passages)
    text = compose(statements, groups=groups_for(wanted, statements), as_of=as_of)
    yield blank.model_copy(
        update={
            "text": closed(text, wanted, opposed, statements),
            "statements": tuple(statements),
            "conflicts": opposed,
            "coverage": _coverage(statements, passages, library),
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


def _usable(asked: Asked, filters: Filters) -> tuple[Filters, str]:
    """The filters with the days of publication that the question names, and why nothing can be in them."""
    narrowed = asked.narrow(filters)
    if narrowed is None:
        return filters, f"nothing {filters.describe()} is from the days that the question names"
    return narrowed, ""


def _another_day(statement: Statement, asked: Asked) -> Withheld:
    message = f"about other days than {asked.describe()}"
    return Withheld(code="other-day", message=message, text=statement.text)


def _why_nothing(withheld: Sequence[Withheld], asked: Asked) -> str:
    if any(w.code == "other-day" for w in withheld):
        return f"what the articles found say is about other days than {asked.describe()}"
    return "nothing that could be said stood the check against the sources" if withheld else ""


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


# ---------------------------------------------------------------- composing


def groups_for(asked: Question, statements: Sequence[Statement]) -> Groups:
    """The headings, with their modalities, under which the statements of a list are put: none where it is no
    list, or where all of it is confirmed.
    """
    headings = attendance_headings(asked)
    if not headings and asked.kind != "list":
        return ()
    if all(s.modality == "confirmed" for s in statements):
        return ()
    if not headings:
        return GROUPS
    there, away = headings
    return ((there, ("confirmed",)), *GROUPS[1:-1], (away, ("denied",)))


def compose(statements: Sequence[Statement], *, groups: Groups = (), as_of: dt.date | None = None) -> str:
    """The statements as text with [n] markers: under the headings of `groups`, else one a line.

    Dates that lean on the day of publication have what they mean in brackets.
    """
    if not groups:
        return "\n".join(marked(s, as_of) for s in statements)
    parts = []
    for heading, modalities in groups:
        members = [s for s in statements if s.modality in modalities]
        if members:
            parts.append(headed(heading, members, as_of))
    return "\n\n".join(parts)


def _coverage(statements: Sequence[Statement], passages: Sequence[Passage], library: Library) -> Coverage:
    heads = {p.article.id: p.article for p in passages}
    cited = [heads[a] for a in {c.article_id for s in statements for c in s.citations}]
    return coverage(cited, library.groups([head.id for head in cited]))


def final(events: Iterable[Statement | Answer]) -> Answer:
    """The Answer that a stream of `ask` ends with."""
    for event in events:
        if isinstance(event, Answer):
            return event
    raise QAError("an answer ended without its last part", "This is a bug: please report it.")
