"""Calls a model: with our own clock, our own retries and no tracing, whatever the provider's package does.

The clock counts silence: from the call to the first piece of the reply, retries included, and then from
piece to piece. It runs beside the call, in another thread, because the packages' own limits start anew with
every byte and every retry.
"""

from __future__ import annotations

import contextvars
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from queue import Empty, SimpleQueue
from typing import TypeVar

from qa.config import Settings
from qa.errors import QAError
from qa.models.faults import Fault, judge, lost_connection, timed_out

T = TypeVar("T")

LONGEST = 10
"""A reply that keeps coming is given up after so many times the limit on silence: models can repeat
themselves for ever."""
FIRST_BACKOFF = 0.5
LONGEST_BACKOFF = 8.0


def stream(start: Callable[[], Iterator[T]], settings: Settings) -> Iterator[T]:
    """The pieces that `start()` yields, as they come; `start` is called once more for each retry.

    Retried, `settings.model_retries` times and only before the first piece: 429 (waiting as `Retry-After`
    says, when that leaves time), 5xx and lost connections; never a quota, a refused connection or a
    timeout. Raises ModelError.
    """
    began = time.monotonic()
    deadline = began + settings.model_timeout
    for attempt in range(settings.model_retries + 1):
        pieces = _watched(start, settings, deadline, began + LONGEST * settings.model_timeout)
        try:
            first = next(pieces, None)
        except Exception as exc:  # noqa: BLE001 - the seam: whatever a package raises is judged here
            fault = judge(exc, settings, retried=attempt)
            _wait_or_raise(fault, exc, settings, attempt, deadline)
            continue
        if first is None:
            raise lost_connection(settings)
        yield first
        yield from _translated(pieces, settings)
        return


def _wait_or_raise(fault: Fault, exc: Exception, settings: Settings, attempt: int, deadline: float) -> None:
    wait = fault.wait
    if wait is None:
        wait = min(FIRST_BACKOFF * 2**attempt, LONGEST_BACKOFF) * random.uniform(0.75, 1)  # noqa: S311
    if not fault.retry or attempt == settings.model_retries or time.monotonic() + wait >= deadline:
        raise fault.error from exc
    time.sleep(wait)


def _translated(pieces: Iterator[T], settings: Settings) -> Iterator[T]:
    try:
        yield from pieces
    except QAError:
        raise
    except Exception as exc:
        raise judge(exc, settings).error from exc


class _Failed:
    """An exception on its way from the calling thread to the waiting one."""

    def __init__(self, exc: BaseException) -> None:
        self.exc = exc


_END = object()


def _watched(
    start: Callable[[], Iterator[T]], settings: Settings, deadline: float, end: float
) -> Iterator[T]:
    """Runs `start()` in a thread and yields its pieces; raises what it raises, or ModelTimeoutError at
    `deadline`."""
    arrived: SimpleQueue[object] = SimpleQueue()
    given_up = threading.Event()

    def call() -> None:
        try:
            with _tracing(settings):
                for piece in start():
                    if given_up.is_set():
                        return
                    arrived.put(piece)
            arrived.put(_END)
        except BaseException as exc:  # noqa: BLE001 - raised in the thread that waits
            arrived.put(_Failed(exc))

    # Only with tracing allowed does the caller's context, which may hold a trace, go along.
    target = contextvars.copy_context().run if settings.tracing else _run
    threading.Thread(target=target, args=(call,), name="qa-model-call", daemon=True).start()
    try:
        while (piece := _next(arrived, min(deadline, end), settings)) is not _END:
            yield piece  # type: ignore[misc]
            deadline = time.monotonic() + settings.model_timeout
    finally:
        given_up.set()


def _run(call: Callable[[], None]) -> None:
    call()


def _next(arrived: SimpleQueue[object], deadline: float, settings: Settings) -> object:
    try:
        piece = arrived.get(timeout=max(deadline - time.monotonic(), 0.001))
    except Empty:
        raise timed_out(settings) from None
    if isinstance(piece, _Failed):
        raise piece.exc
    return piece


def _tracing(settings: Settings) -> AbstractContextManager[None]:
    """Switches LangSmith off in this thread, whatever the environment says, unless the settings allow it."""
    if settings.tracing:
        return nullcontext()
    from langsmith import tracing_context

    return tracing_context(enabled=False)
