"""`qa ask`: a question in, an answer with its citations out."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from qa.cli.options import (
    ArticleOption,
    DebugOption,
    JsonOption,
    LibraryOption,
    OutletOption,
    PassagesOption,
    SinceOption,
    UntilOption,
    filters_from,
    opened,
    settings_for,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from qa.assistant import Assistant
    from qa.library import Library
    from qa.types import Answer, Statement

ABSTAINED = 3
EXTRACTIVE = "extractive"
"""What `--model` takes for "no model", where the settings name one."""


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command("ask")(ask)


def ask(
    ctx: typer.Context,
    question: Annotated[list[str], typer.Argument(metavar="QUESTION", hidden=True)],
    since: SinceOption = None,
    until: UntilOption = None,
    outlet: OutletOption = None,
    article: ArticleOption = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DAY", help="Answer as on DAY: nothing published later is used."),
    ] = None,
    passages: PassagesOption = None,
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            metavar="NAME",
            help='Language model, such as "openai:gpt-5-mini"; "extractive" for none.',
        ),
    ] = None,
    prompt: Annotated[
        str | None,
        typer.Option("--prompt", metavar="NAME@VERSION", help="Prompt for the model (answer: the newest)."),
    ] = None,
    json: JsonOption = False,
    library: LibraryOption = None,
    debug: DebugOption = False,
) -> None:
    """Answer a question, every sentence cited.

    QUESTION "-" is read from standard input. The exit code is 0 for an answer, 3 when the articles hold none.

    \b
    Examples:
      qa ask "Who is attending Davos?"
      qa ask "What did Rutte say?" --since 2026-01-12 --outlet "The Courier"
      echo "Who is attending Davos?" | qa ask - --json
    """
    from qa.assistant import Assistant

    settings = settings_for(
        ctx, library, debug=debug, model=None if model == EXTRACTIVE else model, prompt=prompt
    )
    if model == EXTRACTIVE:
        settings = settings.model_copy(update={"model": None})
    text, day, filters = _what(question), _day(as_of), filters_from(since, until, outlet, article)
    with opened(settings) as opened_library, Assistant(settings, library=opened_library) as assistant:
        _say_which_engine(assistant, "as asked for" if model else "no model configured", prompt)
        events = assistant.stream(text, as_of=day, filters=filters, k=passages)
        answer = _answer(events, assistant, json=json)
        _say_around(answer, opened_library)
    if answer.abstained:
        raise typer.Exit(ABSTAINED)


def read_question(words: list[str], command: str) -> str:
    """The question: the words of the command line, or standard input for "-". Raises UsageError."""
    from qa.errors import UsageError

    text = " ".join(words)
    if text == "-":
        text = sys.stdin.buffer.read().decode("utf-8", "replace")
        if not text.strip():
            hint = f'Pipe one in: echo "Who is attending Davos?" | qa {command} -'
            raise UsageError("no question came on standard input", hint)
    return text


def _what(words: list[str]) -> str:
    from qa.answering.question import clean_question

    return clean_question(read_question(words, "ask"))  # here, so that a wrong call opens nothing


def _day(text: str | None) -> dt.date | None:
    from qa.sources import parse_day

    return parse_day(text) if text else None


def _say_which_engine(assistant: Assistant, why: str, prompt: str | None) -> None:
    from qa.cli.terminal import note, warn

    engine = assistant.engine
    if engine.name == EXTRACTIVE:
        note(f"engine: {engine.name} ({why})")
        if prompt:
            warn("--prompt has no effect without a model")
    else:
        used = f", prompt {engine.prompt.name}@{engine.prompt.version}" if engine.prompt else ""
        note(f"engine: {engine.name} ({engine.model}{used})")


def _answer(events: Iterator[Statement | Answer], assistant: Assistant, *, json: bool) -> Answer:
    """Prints the answer; a person at a terminal sees a model's statements as they pass the check."""
    from qa.answering.ask import final
    from qa.cli.render import answer_lines
    from qa.cli.terminal import interactive, print_json, show

    if json:
        answer = final(events)
        print_json(answer)
        return answer
    answer = (
        final(_watched(events)) if interactive() and assistant.engine.name != EXTRACTIVE else final(events)
    )
    show(answer_lines(answer))
    return answer


def _watched(events: Iterator[Statement | Answer]) -> Iterator[Statement | Answer]:
    from rich.live import Live

    from qa.cli.render import statement_line
    from qa.cli.terminal import Line, console_for, renderable
    from qa.types import Statement

    console = console_for(sys.stdout)
    waiting = Line("reading and checking ...", style="dim")
    lines = [waiting]
    # Transient: the composed answer, which may group the statements, takes the place of what was shown.
    with Live(renderable(lines, console), console=console, transient=True, auto_refresh=False) as live:
        live.refresh()
        for event in events:
            if isinstance(event, Statement):
                lines.insert(-1, statement_line(event))
                room = max(console.height // 3, 1)
                live.update(renderable(lines[-room:], console), refresh=True)
            yield event


def _say_around(answer: Answer, library: Library) -> None:
    """Warnings, and the next step after an abstention, on stderr."""
    from qa.cli.terminal import note, warn

    sys.stdout.flush()
    for warning in answer.warnings:
        warn(warning.message)
    if not answer.abstained:
        return
    if not library.count():
        note("Add articles with: qa ingest PATH, or try the samples: qa ingest --samples")
    elif not library.count(answer.filters):
        note("See which articles there are: qa articles")
    else:
        note(f"See what comes nearest: qa search {shlex.quote(answer.question)}")
