"""Ctrl-C that loses nothing: the first one asks to stop, the second stops at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any, Self, TypeVar

T = TypeVar("T")


class Interruption:
    """While it is entered, a first Ctrl-C only sets `asked`, except where `cut_short` waits for something."""

    def __init__(self) -> None:
        self.asked = False
        self._waiting = False
        self._before: Any = None

    def cut_short(self, items: Iterator[T]) -> Iterator[T]:
        """The same items; ends early, in the middle of waiting for the next one too, when Ctrl-C comes."""
        while not self.asked:
            self._waiting = True
            try:
                item = next(items)
            except (StopIteration, KeyboardInterrupt):
                return
            finally:
                self._waiting = False
            yield item

    def __enter__(self) -> Self:
        # Only where Ctrl-C means what it usually does: a background job ignores it, a thread cannot set it.
        usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if usual and threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._heard)
        return self

    def __exit__(self, *exc: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _heard(self, number: int, frame: FrameType | None) -> None:
        again, self.asked = self.asked, True
        if again or self._waiting:
            raise KeyboardInterrupt
