"""The assistant: a library, an engine, and the three things a program asks of them. Embed this in a bot or
a script.

    from qa import Assistant

    with Assistant() as assistant:
        answer = assistant.ask("Who is attending Davos?")
        print(answer.text)
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Self

from qa.config import Settings
from qa.types import Answer, Filters, Passage, Statement

if TYPE_CHECKING:
    from qa.answering.engine import Engine
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
