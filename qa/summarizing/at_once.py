"""Does several things at once, in order, and stops soon."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def each(
    things: Sequence[T], do: Callable[[T], R], at_once: int, done: Callable[[], None] | None = None
) -> list[R]:
    """What `do` gives for each of the things, in their order, at most `at_once` of them in work at a time.

    After the first error nothing more is begun; what is in work is waited for, since a call that has begun
    is paid for, and then the error is raised. An interrupt does not wait: the threads are left to end by
    themselves. `done` is called in this thread after each thing that went well.
    """
    if at_once == 1 or len(things) < 2:
        return [_then(do(thing), done) for thing in things]
    results: dict[int, R] = {}
    left = iter(enumerate(things))
    lock, stop = threading.Lock(), threading.Event()
    finished: SimpleQueue[tuple[int, R] | BaseException | None] = SimpleQueue()

    def work() -> None:
        while not stop.is_set():
            with lock:
                number, thing = next(left, (-1, None))
            if number < 0:
                break
            try:
                finished.put((number, do(thing)))  # type: ignore[arg-type]
            except BaseException as exc:  # noqa: BLE001 - raised in the thread that waits
                stop.set()
                finished.put(exc)
        finished.put(None)

    # Not a pool: that one waits for its threads when the interpreter ends.
    workers = min(at_once, len(things))
    for _ in range(workers):
        threading.Thread(target=work, name="qa-summary", daemon=True).start()
    error: BaseException | None = None
    try:
        while workers:
            event = finished.get()
            if event is None:
                workers -= 1
            elif isinstance(event, BaseException):
                error = error or event
            else:
                results[event[0]] = event[1]
                if done is not None:
                    done()
    finally:
        stop.set()
    if error is not None:
        raise error
    return [results[number] for number in range(len(things))]


def _then(result: R, done: Callable[[], None] | None) -> R:
    if done is not None:
        done()
    return result
