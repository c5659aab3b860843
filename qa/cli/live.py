"""What a person at a terminal sees while a model writes: each statement as it passes the check, and how far
the calls are.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeVar

from qa.cli.terminal import Line

if TYPE_CHECKING:
    from rich.live import Live

    from qa.types import Value

E = TypeVar("E", bound="Value")
_WIDTH = 24


class Writing:
    """Shows statements as they come, above a line that says what is waited for. Nothing stays on the screen:
    what is composed at the end takes its place.
    """

    def __init__(self, waiting: str = "reading and checking ...") -> None:
        self._waiting = waiting
        self._progress = ""
        self._lines: list[Line] = []
        self._live: Live | None = None

    def progress(self, done: int, total: int) -> None:
        """How many of the calls are done."""
        if total > 1:
            filled = _WIDTH * done // total
            self._progress = f"{'█' * filled}{'░' * (_WIDTH - filled)} {done:,} of {total:,}  "
            self._refresh()

    def watched(self, events: Iterator[E]) -> Iterator[E]:
        """The events, unchanged; the statements among them are shown."""
        from rich.live import Live

        from qa.cli.render import statement_line
        from qa.cli.terminal import console_for
        from qa.types import Statement

        console = console_for(sys.stdout)
        with Live("", console=console, transient=True, auto_refresh=False) as self._live:
            self._refresh()
            for event in events:
                if isinstance(event, Statement):
                    self._lines.append(statement_line(event))
                    self._refresh()
                yield event
        self._live = None

    def _refresh(self) -> None:
        from qa.cli.terminal import renderable

        if self._live is None:
            return
        console = self._live.console
        status = Line(f"{self._progress}{self._waiting}", style="dim")
        room = max(console.height // 3, 1)
        self._live.update(renderable([*self._lines, status][-room:], console), refresh=True)
