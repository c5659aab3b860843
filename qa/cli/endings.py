"""How a command ends when something goes wrong: one line on stderr, a hint, an exit code, no traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import typer
from typer.core import TyperGroup

from qa.errors import QAError

INTERRUPTED = 130
"""128 + SIGINT, as shells count."""
BROKEN_PIPE = 141
"""128 + SIGPIPE: whoever read our output had enough (`qa articles | head`)."""


class Commands(TyperGroup):
    """The top group, which turns every exception of a command into its ending."""

    def invoke(self, ctx: Any) -> Any:
        """Runs the command. Usage errors that typer finds itself go on to typer."""
        with suppress(AttributeError, ValueError):  # a stream put in place by a caller may not have it
            sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
            sys.stderr.reconfigure(errors="replace")  # type: ignore[union-attr]
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()  # here, so that a reader who left is noticed while it can be handled
        except KeyboardInterrupt as exc:
            typer.echo("qa: interrupted", err=True)
            raise typer.Exit(INTERRUPTED) from exc
        except BrokenPipeError as exc:
            _silence(sys.stdout)
            raise typer.Exit(BROKEN_PIPE) from exc
        except QAError as exc:
            if _debug(ctx):
                raise
            complain(exc.message, exc.hint)
            raise typer.Exit(exc.exit_code) from exc
        except Exception as exc:
            if _debug(ctx) or _is_ours_to_pass(exc):
                raise
            _complain_unexpected(exc)
            raise typer.Exit(getattr(exc, "exit_code", 1)) from exc
        return result


@contextmanager
def reserved(code: int, *, instead: int) -> Iterator[None]:
    """Keeps `code` for the command itself: an error that would end with it ends with `instead`."""
    try:
        yield
    except Exception as exc:
        if not _is_ours_to_pass(exc) and getattr(exc, "exit_code", 1) == code:
            exc.exit_code = instead  # type: ignore[attr-defined]
        raise


def complain(message: str, hint: str = "") -> None:
    """One line on stderr that says what is wrong, and one with the next step if there is one."""
    from qa.cli.terminal import one_line

    typer.echo(f"qa: {one_line(message)}", err=True)
    if hint:
        typer.echo(f"    {one_line(hint)}", err=True)


def _complain_unexpected(exc: Exception) -> None:
    if isinstance(exc, MemoryError):
        complain("out of memory", "Try fewer or smaller articles at a time.")
    elif isinstance(exc, OSError) and exc.strerror:
        place = f"{exc.filename}: " if exc.filename else ""
        complain(
            f"{place}{exc.strerror[0].lower()}{exc.strerror[1:]}",
            "Check the disk and its rights; `qa --debug ...` shows where.",
        )
    else:
        what = f"{type(exc).__name__}: {exc}" if str(exc) else type(exc).__name__
        complain(
            f"unexpected {what}",
            "This is a bug in qa. `qa --debug ...` shows where; please report it with that.",
        )


def _debug(ctx: Any) -> bool:
    return bool(ctx.obj is not None and ctx.obj.debug)


def _is_ours_to_pass(exc: Exception) -> bool:
    # Typer's own usage errors and exits, by their home: the classes have moved between its versions.
    return type(exc).__module__.split(".")[0] in {"typer", "click"}


def _silence(stream: Any) -> None:
    # Otherwise Python complains once more when it flushes the stream at exit.
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
