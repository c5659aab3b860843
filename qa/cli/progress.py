"""Progress on stderr, only where a person is looking; a pipe or a log file sees none of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from qa.cli.terminal import console_for, interactive, one_line

Step = Callable[[int, int, str], None]
"""Takes how many are done, how many there are, and what to say beside it."""

_LONGEST = 50


@contextmanager
def counted(title: str) -> Iterator[Step]:
    """A bar with counts that disappears at the end. Without a terminal the step does nothing."""
    if not interactive(err=True):
        yield lambda done, total, text: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[text]}", markup=False),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console_for(sys.stderr), transient=True) as progress:
        task = progress.add_task(title, total=None, text="")

        def step(done: int, total: int, text: str) -> None:
            progress.update(task, completed=done, total=total, text=one_line(text)[:_LONGEST])

        yield step
