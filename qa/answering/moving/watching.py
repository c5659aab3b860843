"""Asks standing questions again, and says what that changed and which article did it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence

from qa.answering.ask import ask, final
from qa.answering.engine import Engine
from qa.answering.moving.changes import Because, StatementChange
from qa.answering.moving.differences import answer_difference
from qa.answering.moving.watches import Watch, WatchOutcome
from qa.answering.words import find_verbatim
from qa.errors import ArticleNotFoundError, QAError
from qa.library import Library
from qa.types import Answer, Article, ArticleHead, Citation, Notice, Statement


def asked(watch: Watch, library: Library, engine: Engine, *, k: int, now: dt.datetime) -> Watch:
    """`watch` with today's answer, from `k` passages where it names no number. Raises what `ask` does."""
    events = ask(
        watch.question,
        library,
        engine,
        as_of=watch.as_of,
        filters=watch.filters,
        k=watch.passages or k,
    )
    answer = final(events)
    cited = {citation.article_id for citation in answer.citations}
    versions = {found.id: found.version for id_ in sorted(cited) if (found := _article(id_, library))}
    return watch.model_copy(update={"answer": answer, "asked": now, "versions": versions})


def compared(old: Watch, new: Watch, library: Library) -> WatchOutcome:
    """What changed between two answers to a standing question, each change with the articles that did it."""
    found = answer_difference(old.answer, new.answer)
    changes = tuple(_sourced(change, old, library) for change in found.changes)
    return WatchOutcome(
        name=old.name,
        question=old.question,
        status="changed" if changes or found.conflicts else "unchanged",
        since=old.asked,
        difference=found.model_copy(update={"changes": changes}),
        before=old.answer,
        answer=new.answer,
        warnings=_doubts(old.answer, new.answer),
    )


def run(
    watches: Sequence[Watch],
    library: Library,
    engine_for: Callable[[Watch], Engine],
    *,
    k: int,
    clock: Callable[[], dt.datetime],
) -> Iterator[tuple[WatchOutcome, Watch | None]]:
    """Asks each question again: what became of it, and the watch to store (None if it failed). A question
    that fails, whatever the reason, does not stop the next.
    """
    for watch in watches:
        try:
            newer = asked(watch, library, engine_for(watch), k=k, now=clock())
            outcome = compared(watch, newer, library)
        except Exception as exc:  # noqa: BLE001  # a bug met by one question must not hide the others' news
            yield _failed(watch, exc), None
        else:
            yield outcome, newer


def _failed(watch: Watch, exc: Exception) -> WatchOutcome:
    message = (
        exc.message if isinstance(exc, QAError) else f"unexpected {type(exc).__name__}: {exc}".rstrip(": ")
    )
    return WatchOutcome(
        name=watch.name,
        question=watch.question,
        status="failed",
        since=watch.asked,
        before=watch.answer,
        error=message,
        hint=exc.hint if isinstance(exc, QAError) else "This is a bug in qa; please report it.",
    )


def _doubts(old: Answer, new: Answer) -> tuple[Notice, ...]:
    was, now = ((answer.model or answer.engine) for answer in (old, new))
    if was != now:
        message = f"asked with {now}, and with {was} before: some of this may come from that"
        return (Notice(code="other-engine", message=message),)
    return ()


# ---------------------------------------------------------------- which article did it


def _sourced(change: StatementChange, before: Watch, library: Library) -> StatementChange:
    statement = change.new or change.old
    if statement is None:
        return change
    cited = {citation.article_id: citation for citation in statement.citations}
    there = {id_: found for id_ in cited if (found := _article(id_, library))}
    heads = [there[id_].head if id_ in there else _as_cited(citation) for id_, citation in cited.items()]
    revised = [head.id for head in heads if head.version > before.versions.get(head.id, head.version)]
    because = _because(statement, there) if change.kind == "withdrawn" else None
    return change.model_copy(update={"articles": tuple(heads), "revised": tuple(revised), "because": because})


def _because(gone: Statement, there: dict[str, Article]) -> Because:
    left = [citation for citation in gone.citations if citation.article_id in there]
    if len(left) < len(gone.citations):
        return "removed"
    whole = all(find_verbatim(c.quote, there[c.article_id].text) for c in left)
    return "displaced" if whole else "revised"


def _as_cited(citation: Citation) -> ArticleHead:
    return ArticleHead(
        id=citation.article_id,
        title=citation.title,
        outlet=citation.outlet,
        url=citation.url,
        published=citation.published,
        updated=citation.updated,
    )


def _article(article_id: str, library: Library) -> Article | None:
    try:
        return library.get(article_id)
    except ArticleNotFoundError:
        return None
