"""Work beside the event loop: a bounded number of jobs, each in a thread of its own, whose events come back
one by one. The loop never waits for a model, an index or a disk.

A thread that waits for a model cannot be stopped. When its client leaves, its slot is free at once; the
thread itself ends at the model's next word, or at the model's time limit. No more of them linger than there
are slots.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import suppress
from typing import Any, Generic, TypeVar

from starlette.types import Receive

from qa.serving.errors import BUSY_SECONDS, ClientGoneError, RefusedError

T = TypeVar("T")
Tell = Callable[[T], None]
Make = Callable[[Tell[T]], Iterator[T]]
"""Makes the events of a job, in a thread. What it is given adds an event from any other thread."""


class _End:
    pass


class _Failed:
    def __init__(self, exc: Exception) -> None:
        self.exc = exc


class Work:
    """At most `most` jobs, `at_once` of them running while the others wait their turn (None: all). For one
    event loop.
    """

    def __init__(self, most: int, at_once: int | None = None) -> None:
        self.most = most
        self.turn = asyncio.Semaphore(at_once) if at_once else None
        self._jobs: set[Job[Any]] = set()
        self._threads = 0
        self._lock = threading.Lock()
        self._stopped = False

    @property
    def threads(self) -> int:
        """How many threads are at work, those included whose client has left."""
        return self._threads

    @property
    def jobs(self) -> int:
        """How many jobs there are."""
        return len(self._jobs)

    def job(self, make: Make[T]) -> Job[T]:
        """A job that begins when its first event is asked for, and holds a slot until it is closed. Raises
        RefusedError (503) when all slots are taken.
        """
        if self._stopped:
            raise _stopping()
        if len(self._jobs) >= self.most or self._threads >= 2 * self.most:
            raise RefusedError(
                503,
                "busy",
                f"{self.most} requests are being worked on already",
                f"Try again in {BUSY_SECONDS} s.",
                {"Retry-After": str(BUSY_SECONDS)},
            )
        job = Job(self, make)
        self._jobs.add(job)
        return job

    def stop(self) -> None:
        """Ends all jobs with an error that says so, and takes no more."""
        self._stopped = True
        for job in list(self._jobs):
            job.fail(_stopping())

    def left(self, job: Job[T]) -> None:
        """A job is over: its slot is free."""
        self._jobs.discard(job)

    def counted(self, change: int) -> None:
        """A thread began (1) or ended (-1)."""
        with self._lock:
            self._threads += change


class Job(Generic[T]):
    """One job; made by `Work.job`."""

    def __init__(self, work: Work, make: Make[T]) -> None:
        self._work = work
        self._make = make
        self._loop = asyncio.get_running_loop()
        self._events: asyncio.Queue[T | _End | _Failed] = asyncio.Queue()
        self._closed = threading.Event()
        self._began = False

    def fail(self, exc: Exception) -> None:
        """Ends the job with this exception. In the event loop's thread."""
        self._events.put_nowait(_Failed(exc))

    def close(self) -> None:
        """Frees the slot, and asks the thread to end. In the event loop's thread."""
        self._closed.set()
        self._work.left(self)

    async def watched(
        self, receive: Receive, seconds: float, keep_alive: float = 15
    ) -> AsyncGenerator[T | None, None]:
        """The events as they come; None after each `keep_alive` seconds without one. Closes the job at the
        end.

        Raises ClientGoneError as soon as `receive` says that the client left, RefusedError (504) when it took
        longer than `seconds`, and what the job raised.
        """
        deadline = self._loop.time() + seconds
        gone = asyncio.ensure_future(_disconnected(receive))
        event: asyncio.Future[T | _End] | None = None
        try:
            while True:
                event = event or asyncio.ensure_future(self._next())
                left = deadline - self._loop.time()
                waiting: set[asyncio.Future[Any]] = {event, gone}
                await asyncio.wait(
                    waiting,
                    timeout=max(min(keep_alive, left), 0),
                    return_when=asyncio.FIRST_COMPLETED,
                )
                if event.done():
                    found, event = event.result(), None
                    if isinstance(found, _End):
                        return
                    yield found
                elif gone.done():
                    raise ClientGoneError
                elif self._loop.time() >= deadline:
                    raise _took_too_long(seconds)
                else:
                    yield None
        finally:
            self.close()
            for one in (gone, event):
                if one is not None and not one.cancel() and not one.cancelled():
                    one.exception()  # looked at, so that asyncio does not report it

    async def _next(self) -> T | _End:
        if not self._began:
            self._began = True
            await self._begin()
        found = await self._events.get()
        if isinstance(found, _Failed):
            raise found.exc
        return found

    async def _begin(self) -> None:
        turn = self._work.turn
        if turn is not None:
            await turn.acquire()
        try:
            # Daemons, because a server that ends does not wait for a model.
            threading.Thread(target=self._run, name="qa-serving-job", daemon=True).start()
        except RuntimeError:  # the machine gives no more threads
            if turn is not None:
                turn.release()
            raise

    def _run(self) -> None:
        self._work.counted(1)
        try:
            self._go_through()
        finally:
            self._work.counted(-1)
            if self._work.turn is not None:
                self._in_loop(self._work.turn.release)

    def _go_through(self) -> None:
        try:
            events = self._make(self._tell)
            try:
                while not self._closed.is_set():
                    event = next(events, None)
                    if event is None:
                        break
                    self._tell(event)
            finally:
                close = getattr(events, "close", None)
                if close is not None:
                    close()  # here and now: it gives up a call of a model
            self._put(_End())
        except BaseException as exc:  # noqa: BLE001 - raised where the events are waited for
            # What ends a program must end this thread alone.
            self._put(_Failed(exc if isinstance(exc, Exception) else RuntimeError(repr(exc))))

    def _tell(self, event: T) -> None:
        self._put(event)

    def _put(self, event: T | _End | _Failed) -> None:
        self._in_loop(self._events.put_nowait, event)

    def _in_loop(self, call: Callable[..., object], *given: object) -> None:
        with suppress(RuntimeError):  # the loop has ended, and nobody waits
            self._loop.call_soon_threadsafe(call, *given)


def once(call: Callable[[], T]) -> Make[T]:
    """A job with one event: what `call` returns."""

    def make(_: Tell[T]) -> Iterator[T]:
        yield call()

    return make


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _stopping() -> RefusedError:
    return RefusedError(503, "stopping", "the server is being stopped", "Try again when it is back.")


def _took_too_long(seconds: float) -> RefusedError:
    message = f"this took longer than {seconds:g} s"
    return RefusedError(504, "timeout", message, "Ask for less, or start the server with a longer --timeout.")
