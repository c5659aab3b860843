"""Iterators of ours in asynchronous programs: each step is made in a thread of the loop's pool."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from typing import Any, TypeVar

from qa.errors import QAError

T = TypeVar("T")
R = TypeVar("R")

_END: Any = object()


async def each(start: Callable[[], Iterator[T]]) -> AsyncGenerator[T, None]:
    """What `start()` yields, one by one; a thread is held only while the next item is made.

    Where it is closed or its task cancelled, no further item is made: an item under way is finished in its
    thread and thrown away, then the iterator is closed there and the thread is free.
    """
    steps = _Steps(start)
    try:
        while (item := await asyncio.to_thread(steps.next)) is not _END:
            yield item
    finally:
        steps.stop()


async def last(events: AsyncIterator[Any], kind: type[R]) -> R:
    """The first of `events` that is of this kind, which ends them."""
    try:
        async for event in events:
            if isinstance(event, kind):
                return event
    finally:
        if isinstance(events, AsyncGenerator):
            await events.aclose()
    raise QAError("an answer ended without its last part", "This is a bug: please report it.")


class _Steps:
    """An iterator that one thread advances while another may ask to stop it."""

    def __init__(self, start: Callable[[], Iterator[T]]) -> None:
        self._start = start
        self._items: Iterator[Any] | None = None
        self._stopped = False
        self._lock = threading.Lock()

    def next(self) -> Any:
        """The next item, or _END."""
        with self._lock:
            if self._stopped:
                return _END
            if self._items is None:
                self._items = self._start()
            item = next(self._items, _END)
        self._close_if_stopped()
        return item

    def stop(self) -> None:
        """Closes the iterator: now, or by the thread that is making an item, when it is made."""
        self._stopped = True
        self._close_if_stopped()

    def _close_if_stopped(self) -> None:
        # Both threads look after they have let go of the lock, so that one of them finds it free.
        if self._stopped and self._lock.acquire(blocking=False):
            try:
                if close := getattr(self._items, "close", None):
                    close()
            finally:
                self._lock.release()
