"""The assistant: a library, an engine, and what a program asks of them: answers, summaries, passages. Embed
this in a bot or a script.

    from qa import Assistant

    with Assistant() as assistant:
        answer = assistant.ask("Who is attending Davos?")
        print(answer.text)
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Self

from qa.config import Settings
from qa.types import Answer, Article, ArticleHead, Filters, Passage, Statement, Style, Summary

if TYPE_CHECKING:
    from qa.answering.engine import Engine
    from qa.chat import Conversation
    from qa.chat.conversation import Rewrite
    from qa.chat.turns import History
    from qa.library import Library


class Assistant:
    """Answers questions from one library. The library and the engine are opened on first use and shared by
    all threads.

    `settings` default to `Settings.load()`; `library` and `engine` may be given ready-made, and are then
    not closed here.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        library: Library | None = None,
        engine: Engine | None = None,
    ) -> None:
        self.settings = settings or Settings.load()
        self._library = library
        self._engine = engine
        self._owns_library = library is None
        self._lock = threading.Lock()

    @property
    def library(self) -> Library:
        """The library, opened on first use, and made if there is none: `assistant.library.add(articles)`."""
        return self._opened(create=True)

    def _opened(self, *, create: bool) -> Library:
        with self._lock:
            if self._library is None:
                from qa.library import Library

                self._library = Library.open(self.settings, create=create)
            return self._library

    @property
    def engine(self) -> Engine:
        """The engine: the chain when a model is configured, else the extractive one."""
        with self._lock:
            if self._engine is None:
                self._engine = open_engine(self.settings)
            return self._engine

    def ask(
        self,
        question: str,
        *,
        as_of: dt.date | None = None,
        today: dt.date | None = None,
        filters: Filters | None = None,
        k: int | None = None,
    ) -> Answer:
        """The answer to `question`, every statement cited, or an abstention with its reason.

        `as_of` leaves out what was published after that day; "last week" in the question is counted from
        `today` (else `as_of`, else the real today); `k` is the number of passages. Raises UsageError,
        LibraryError, ModelError.
        """
        from qa.answering.ask import final

        return final(self.stream(question, as_of=as_of, today=today, filters=filters, k=k))

    def stream(
        self,
        question: str,
        *,
        as_of: dt.date | None = None,
        today: dt.date | None = None,
        filters: Filters | None = None,
        k: int | None = None,
    ) -> Iterator[Statement | Answer]:
        """Like `ask`, but yields each Statement as soon as it has been checked, and the whole Answer at the
        end.
        """
        from qa.answering.ask import ask

        yield from ask(
            question,
            self._opened(create=False),
            self.engine,
            as_of=as_of,
            today=today,
            filters=filters,
            k=self.settings.passages if k is None else k,
        )

    def summarize(
        self,
        articles: Sequence[str | Article] = (),
        *,
        query: str = "",
        style: Style = "brief",
        words: int | None = None,
        as_of: dt.date | None = None,
        filters: Filters | None = None,
        stories: int | None = None,
    ) -> Summary:
        """A summary of these articles (ids, or articles that need not be in the library), of what `query`
        finds, or of all that pass `filters`; every point cites.

        `words` is kept within a tenth where the articles allow it (for a digest: for each of at most
        `stories` stories). `as_of` leaves out what was published after that day. Raises UsageError,
        ArticleNotFoundError, LibraryError, ModelError.
        """
        from qa.summarizing.summarize import final

        return final(
            self.stream_summary(
                articles,
                query=query,
                style=style,
                words=words,
                as_of=as_of,
                filters=filters,
                stories=stories,
            )
        )

    def stream_summary(
        self,
        articles: Sequence[str | Article] = (),
        *,
        query: str = "",
        style: Style = "brief",
        words: int | None = None,
        as_of: dt.date | None = None,
        filters: Filters | None = None,
        stories: int | None = None,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> Iterator[Statement | Summary]:
        """Like `summarize`, but yields each point as soon as it has been checked, and the whole Summary at
        the end. `on_progress` is told how many model calls, or stories of a digest, are done,
        and of how many.

        Calls that were paid for before an interruption are not made again: their replies are kept in the
        library's folder until the summary is finished.
        """
        from qa.summarizing.starting import Wanted, started

        wanted = Wanted(
            articles=tuple(articles),
            query=query,
            style=style,
            words=words,
            as_of=as_of,
            filters=filters or Filters(),
            stories=stories,
        )
        task = started(wanted, self.settings, lambda: self._opened(create=False), on_progress=on_progress)
        yield from task.run(on_story=on_progress)

    def article(self, article_id: str, version: int | None = None) -> Article:
        """The article with that id (or the only one whose id begins so), its newest version unless another
        is named. Raises ArticleNotFoundError, LibraryError.
        """
        return self._opened(create=False).get(article_id, version)

    def versions(self, article_id: str) -> tuple[ArticleHead, ...]:
        """All versions of an article, oldest first. Raises ArticleNotFoundError, LibraryError."""
        return self._opened(create=False).versions(article_id)

    def search(
        self, question: str, *, k: int | None = None, filters: Filters | None = None
    ) -> tuple[Passage, ...]:
        """The passages nearest to `question`, best first. Raises UsageError, LibraryError."""
        from qa.answering.question import clean_question

        return self._opened(create=False).search(
            clean_question(question),
            k=self.settings.passages if k is None else k,
            filters=filters or Filters(),
        )

    def conversation(self, name: str | None = None, *, history: History | None = None) -> Conversation:
        """A conversation that this assistant answers: a new one, the saved one of that name, or one that goes
        on from `history`. Raises UsageError where there is none, LibraryError, ConversationError,
        PromptError.
        """
        from qa.chat import Conversation
        from qa.chat.keeping import load

        if name is not None:
            history = load(self._opened(create=False).path, name)
        return Conversation(
            self,
            lambda: self._opened(create=False),
            history=history,
            rewrite=_rewriter(self.settings) if self.settings.model else None,
        )

    # ------------------------------------------------------------ the same for asynchronous programs

    async def aask(
        self,
        question: str,
        *,
        as_of: dt.date | None = None,
        today: dt.date | None = None,
        filters: Filters | None = None,
        k: int | None = None,
    ) -> Answer:
        """`ask` for asynchronous programs: the work is done in threads. Cancelled, it stops at the next
        statement.
        """
        from qa.awaiting import last

        return await last(self.astream(question, as_of=as_of, today=today, filters=filters, k=k), Answer)

    async def astream(
        self,
        question: str,
        *,
        as_of: dt.date | None = None,
        today: dt.date | None = None,
        filters: Filters | None = None,
        k: int | None = None,
    ) -> AsyncIterator[Statement | Answer]:
        """`stream` for asynchronous programs. Where its task is cancelled, or it is closed, the statement
        under way is the last that is made.
        """
        from qa.awaiting import each

        events = each(lambda: self.stream(question, as_of=as_of, today=today, filters=filters, k=k))
        try:
            async for event in events:
                yield event
        finally:
            await events.aclose()

    async def asummarize(
        self,
        articles: Sequence[str | Article] = (),
        *,
        query: str = "",
        style: Style = "brief",
        words: int | None = None,
        as_of: dt.date | None = None,
        filters: Filters | None = None,
        stories: int | None = None,
    ) -> Summary:
        """`summarize` for asynchronous programs. Cancelled, it stops at the next point."""
        from qa.awaiting import each, last

        events = each(
            lambda: self.stream_summary(
                articles, query=query, style=style, words=words, as_of=as_of, filters=filters, stories=stories
            )
        )
        return await last(events, Summary)

    async def asearch(
        self, question: str, *, k: int | None = None, filters: Filters | None = None
    ) -> tuple[Passage, ...]:
        """`search` for asynchronous programs."""
        import asyncio

        return await asyncio.to_thread(self.search, question, k=k, filters=filters)

    def close(self) -> None:
        """Closes the library if it was opened here."""
        with self._lock:
            if self._library is not None and self._owns_library:
                self._library.close()
                self._library = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def open_engine(settings: Settings) -> Engine:
    """The engine that the settings choose: a configured model means the chain, none the extractive engine."""
    if settings.model:
        from qa.answering.chain import ChainEngine

        return ChainEngine(settings)
    from qa.answering.extractive import ExtractiveEngine

    return ExtractiveEngine()


def _rewriter(settings: Settings) -> Rewrite:
    from qa.chat.asking import Rewriter

    return Rewriter(settings)
