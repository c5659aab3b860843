"""The command line: what stands before a command's name, and the list of commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qa import __version__
from qa.cli import (
    articles,
    ask,
    chat,
    diff,
    doctor,
    evals,
    ingest,
    mcp,
    prompts,
    search,
    serve,
    settings,
    summarize,
    watch,
)
from qa.cli.endings import Commands
from qa.cli.options import DebugOption, LibraryOption, Session

# Plain help: drawing it in boxes costs 0.1 s, more than everything else that `qa --help` does.
app = typer.Typer(
    cls=Commands,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"qa {__version__}")
        raise typer.Exit


@app.callback()
def qa(
    ctx: typer.Context,
    library: LibraryOption = None,
    debug: DebugOption = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Print the version.", show_default=False
        ),
    ] = False,
) -> None:
    """Answers from news articles, every sentence traced to the words of an article.

    \b
    Start here:
      qa ingest --samples
      qa ask "Who is attending Davos?"
    """
    ctx.obj = Session(library=Path(library) if library else None, debug=debug)


for group in (
    ingest,
    ask,
    chat,
    summarize,
    search,
    serve,
    mcp,
    watch,
    articles,
    diff,
    evals,
    prompts,
    settings,
    doctor,
):
    group.register(app)


def main() -> None:
    """Runs the command line; ends the process."""
    app(prog_name="qa")
