"""Where output goes: stdout carries the result, stderr everything else; a pipe gets plain text.

Article and model text is untrusted: nothing in it may move the cursor, hide or reorder words, or be read as
markup.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from pydantic import BaseModel
    from rich.console import Console, RenderableType
    from rich.text import Text

WIDEST = 100
"""Columns: longer lines are hard to read, however wide the window is."""

Style = Literal["", "bold", "dim", "yellow"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of output, wrapped in a terminal and left whole in a pipe.

    `indent` counts columns, `hang` those of the continuation lines beyond it.
    """

    text: str = ""
    indent: int = 0
    hang: int = 0
    style: Style = ""


def safe(text: str) -> str:
    """`text` without control, escape, bidi, zero-width and private characters; line breaks stay."""
    from qa.sources.clean import safe_characters

    return safe_characters(text.expandtabs(4))


def one_line(text: str) -> str:
    """`safe` text on a single line."""
    return " ".join(safe(text).split())


def show(lines: Iterable[Line], *, err: bool = False) -> None:
    """Prints lines, to a terminal wrapped and in colour (unless NO_COLOR is set), else plain."""
    stream = sys.stderr if err else sys.stdout
    if not stream.isatty():
        for line in lines:
            stream.write((" " * line.indent + safe(line.text)).rstrip() + "\n")
        return
    console = console_for(stream)
    for line in lines:
        console.print(wrapped(line, console.width), soft_wrap=True)


def write(text: str) -> None:
    """Prints a whole page as it is, but for characters that drive a terminal."""
    sys.stdout.write(safe(text))


def console_for(stream: Any) -> Console:
    """A rich console on `stream` that interprets nothing in what it is given."""
    from rich.console import Console

    return Console(file=stream, markup=False, highlight=False, emoji=False)


def wrapped(line: Line, width: int) -> Text:
    """The line broken to `width` columns, with its indents; wide characters count twice, as they show."""
    from rich.cells import cell_len, chop_cells
    from rich.text import Text

    width = max(min(width, WIDEST), 1)
    indent, hang = line.indent, line.indent + line.hang
    if width - hang < 20:  # a very narrow window: indents would leave nothing to read
        indent = hang = 0
    rows, row, used = [], " " * indent, indent
    for gap, word in _WORDS.findall(safe(line.text)):
        if used + cell_len(gap + word) > width and row.strip():
            rows.append(row)
            row, used, gap = " " * hang, hang, ""
        *full, rest = chop_cells(gap + word, width - used) or [""]
        if full:  # a word longer than the window
            rows.append(row + full[0])
            full, rest = [], (gap + word)[len(full[0]) :]
            *full, rest = chop_cells(rest, width - hang)
            rows += [" " * hang + part for part in full]
            row, used = " " * hang, hang
        row, used = row + rest, used + cell_len(rest)
    return Text("\n".join([*rows, row.rstrip()]), style=line.style)


_WORDS = re.compile(r"(\s*)(\S+)")


def warn(message: str) -> None:
    """One line on stderr that the reader should know."""
    show([Line(f"warning: {one_line(message)}", hang=2, style="yellow")], err=True)


def note(message: str) -> None:
    """One line on stderr for information."""
    show([Line(one_line(message), hang=2, style="dim")], err=True)


def print_json(value: BaseModel) -> None:
    """One JSON object on stdout. Non-ASCII characters stay readable, except those that act on a terminal."""
    sys.stdout.write(
        _ACTING.sub(lambda match: f"\\u{ord(match[0]):04x}", value.model_dump_json(indent=2)) + "\n"
    )


# JSON escapes the ASCII control characters itself; these would pass.
_ACTING = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def interactive(*, err: bool = False) -> bool:
    """Whether a person is looking at the stream."""
    return (sys.stderr if err else sys.stdout).isatty()


def renderable(lines: Iterable[Line], console: Console) -> RenderableType:
    """Lines as one thing that rich can draw and redraw."""
    from rich.text import Text

    return Text("\n").join(wrapped(line, console.width) for line in lines)
