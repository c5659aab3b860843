"""A conversation: questions one after the other, each made to stand alone before it is asked.

with Assistant() as assistant:
    talk = assistant.conversation()
    talk.ask("Is Macron attending Davos?")
    answer = talk.ask("and Starmer?")      # asked as: Is Starmer attending Davos?
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from qa.chat.turns import MOST_TURNS, History, Rewriting, Turn
from qa.errors import ArticleNotFoundError, UsageError
from qa.types import Answer, Article, Filters, Statement

if TYPE_CHECKING:
    from qa.chat.mentions import Known
    from qa.library import Library

TURNS_READ = 3
"""Whose articles tell what a follow-up means: those of the last turns that have any, so many at most."""
MOST_ARTICLES = 6
Event = Rewriting | Statement | Answer


class Asks(Protocol):
    """What a conversation asks: an `Assistant`."""

    def stream(
        self,
        question: str,
        *,
        as_of: dt.date | None = None,
        today: dt.date | None = None,
        filters: Filters | None = None,
        k: int | None = None,
    ) -> Iterator[Statement | Answer]: ...


Rewrite = Callable[[str, Sequence[Turn], "Known"], Rewriting]
"""Makes a cleaned question stand alone after these turns."""


class Conversation:
    """Questions and answers that build on each other. `turns` are kept, the last 200 at most.

    `assistant` answers, `library` opens the library whose articles tell whom "he" means; `rewrite` makes
    follow-ups stand alone (by rules, if none is given). One question at a time: a second one, from another
    thread or while a stream is still open, is refused with UsageError and changes nothing.
    """

    def __init__(
        self,
        assistant: Asks,
        library: Callable[[], Library],
        *,
        history: History | None = None,
        rewrite: Rewrite | None = None,
    ) -> None:
        self._assistant = assistant
        self._library = library
        self._rewrite = rewrite
        self._history = history or History()
        self._lock = threading.Lock()
        self._known: tuple[tuple[str, ...], Known] | None = None

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The turns so far, oldest first."""
        return self._history.turns

    @property
    def name(self) -> str:
        """The name it was saved under, "" if it never was."""
        return self._history.name

    @property
    def history(self) -> History:
        """The conversation as a value, for JSON: `History.model_validate_json` reads it back."""
        return self._history

    def as_asked(self, question: str) -> Rewriting:
        """How `question` would be asked now, with nothing asked: with a model configured, it is called.

        Raises UsageError, LibraryError, ModelError.
        """
        from qa.answering.question import clean_question
        from qa.chat.rewriting import by_rules

        cleaned, turns = clean_question(question), self.turns
        if not turns:
            return Rewriting(typed=cleaned, asked=cleaned)
        return (self._rewrite or by_rules)(cleaned, turns, self._told_by_articles(turns))

    def ask(
        self,
        question: str,
        *,
        as_of: dt.date | None = None,
        today: dt.date | None = None,
        filters: Filters | None = None,
        k: int | None = None,
    ) -> Answer:
        """The answer to `question` as a part of this conversation; the other arguments and errors are those
        of `Assistant.ask`.
        """
        with closing(self._stream(question, as_of, today, filters, k)) as events:
            return next(event for event in events if isinstance(event, Answer))

    def stream(
        self,
        question: str,
        *,
        as_of: dt.date | None = None,
        today: dt.date | None = None,
        filters: Filters | None = None,
        k: int | None = None,
    ) -> Generator[Event, None, None]:
        """Like `ask`, but yields how the question is asked, then each Statement as it has been checked, then
        the whole Answer. A stream that is closed before its Answer leaves no turn behind.
        """
        return self._stream(question, as_of, today, filters, k)

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
        event and leaves no turn behind.
        """
        from qa.awaiting import each, last

        return await last(each(lambda: self._stream(question, as_of, today, filters, k)), Answer)

    async def astream(
        self,
        question: str,
        *,
        as_of: dt.date | None = None,
        today: dt.date | None = None,
        filters: Filters | None = None,
        k: int | None = None,
    ) -> AsyncIterator[Event]:
        """`stream` for asynchronous programs."""
        from qa.awaiting import each

        events = each(lambda: self._stream(question, as_of, today, filters, k))
        try:
            async for event in events:
                yield event
        finally:
            await events.aclose()

    def save(self, name: str | None = None) -> Path:
        """Writes the conversation to `<library>/conversations/NAME.json` (`name`, else the one it has; it
        keeps the name) and gives the file. Raises UsageError, LibraryError, ConversationError.
        """
        from qa.chat.keeping import path_of, save

        name = self.name if name is None else name
        if not name:
            raise UsageError("the conversation has no name yet", "Give one: save('davos').")
        folder = self._library().path
        path_of(folder, name)
        with self._lock_or_refuse():
            self._history = self._history.model_copy(update={"name": name})
            return save(folder, self._history)

    def _stream(
        self,
        question: str,
        as_of: dt.date | None,
        today: dt.date | None,
        filters: Filters | None,
        k: int | None,
    ) -> Generator[Event, None, None]:
        with self._lock_or_refuse():
            rewriting = self.as_asked(question)
            yield rewriting
            for event in self._assistant.stream(
                rewriting.asked, as_of=as_of, today=today, filters=filters, k=k
            ):
                if isinstance(event, Answer):
                    self._keep(Turn(rewriting=rewriting, answer=event))
                yield event

    def _keep(self, turn: Turn) -> None:
        turns = (*self._history.turns, turn)[-MOST_TURNS:]
        self._history = self._history.model_copy(update={"turns": turns})

    def _lock_or_refuse(self) -> _Once:
        return _Once(self._lock)

    def _told_by_articles(self, turns: Sequence[Turn]) -> Known:
        """What the articles cited in the last turns tell about the names in them, read once."""
        from qa.chat.mentions import Known, known_from

        answered = [turn for turn in turns if turn.answer.citations][-TURNS_READ:]
        cited = (c.article_id for turn in reversed(answered) for c in turn.answer.citations)
        ids = tuple(dict.fromkeys(cited))[:MOST_ARTICLES]
        if self._known is None or self._known[0] != ids:
            library = self._library() if ids else None
            articles: list[Article] = []
            for article_id in ids if library else ():
                try:
                    articles.append(library.get(article_id))  # type: ignore[union-attr]
                except ArticleNotFoundError:
                    continue  # removed since
            self._known = (ids, known_from(articles) if articles else Known())
        return self._known[1]


class _Once:
    """Holds a lock that may be let go in another thread, and refuses instead of waiting."""

    def __init__(self, lock: threading.Lock) -> None:
        self._lock = lock

    def __enter__(self) -> None:
        if not self._lock.acquire(blocking=False):
            raise UsageError(
                "the conversation is still answering another question",
                "Wait for that answer or close its stream; for two at once, open two conversations.",
            )

    def __exit__(self, *exc: object) -> None:
        self._lock.release()
