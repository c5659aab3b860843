"""`qa ask`: a question in, an answer with its citations out."""

from __future__ import annotations

import datetime as dt
import shlex
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from qa.cli.options import (
    EXTRACTIVE,
    ArticleOption,
    AsOfOption,
    DebugOption,
    JsonOption,
    LibraryOption,
    ModelOption,
    OutletOption,
    PassagesOption,
    PromptOption,
    SinceOption,
    UntilOption,
    day_from,
    filters_from,
    opened,
    settings_for,
    with_model,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qa.answering.engine import Engine
    from qa.assistant import Assistant
    from qa.library import Library
    from qa.summarizing.engine import Summarizer
    from qa.types import Answer, Statement

ABSTAINED = 3


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
    as_of: AsOfOption = None,
    passages: PassagesOption = None,
    model: ModelOption = None,
    prompt: PromptOption = None,
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
    from qa.answering.question import narrow
    from qa.assistant import Assistant

    settings = with_model(settings_for(ctx, library, debug=debug), model, prompt)
    text, day, filters = _what(question), day_from(as_of), filters_from(since, until, outlet, article)
    with opened(settings) as opened_library, Assistant(settings, library=opened_library) as assistant:
        say_which_engine(assistant, "as asked for" if model else "no model configured", prompt)
        events = assistant.stream(text, as_of=day, filters=filters, k=passages)
        answer = _answer(events, assistant, json=json)
        say_around(answer, opened_library, narrowed=answer.filters != narrow(filters, day))
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


def say_which_engine(assistant: Assistant, why: str, prompt: str | None) -> None:
    """One line on stderr: the engine, the model, the prompt."""
    from qa.cli.terminal import warn

    engine = assistant.engine
    say_engine(engine, why)
    if engine.name == EXTRACTIVE and prompt:
        warn("--prompt has no effect without a model")


def say_engine(engine: Engine | Summarizer, why: str) -> None:
    """One line on stderr: what answers or summarizes, its model and prompt; `why` there is no model."""
    from qa.cli.terminal import note

    if engine.name == EXTRACTIVE:
        note(f"engine: {engine.name} ({why})")
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
    if interactive() and assistant.engine.name != EXTRACTIVE:
        from qa.cli.live import Writing

        events = Writing().watched(events)
    answer = final(events)
    show(answer_lines(answer))
    return answer


def days_asked(answer: Answer, today: dt.date) -> str:
    """How the days of the question were read, "" where it names none that need reading: "dates in the
    question: last week = 5-11 January 2026 (as of 13 January 2026)".
    """
    from qa.days.wording import day, meaning, span_of_days

    counted_from = answer.as_of or today
    read = [
        f"{d.words} = {span_of_days(d.first, d.last)}"
        for d in answer.asked_dates
        if meaning(d.words, d.first, d.last, year=0)
    ]
    return f"dates in the question: {'; '.join(read)} (as of {day(counted_from)})" if read else ""


def say_around(answer: Answer, library: Library, *, narrowed: bool) -> None:
    """The days of the question, warnings, and the next step after an abstention, on stderr."""
    from qa.cli.terminal import note, warn

    sys.stdout.flush()
    if days := days_asked(answer, dt.date.today()):
        note(days + ("; only articles published then are used" if narrowed else ""))
        if answer.abstained and answer.as_of is None:
            note("--as-of DAY counts them from another day")
    for warning in answer.warnings:
        warn(warning.message)
    if not answer.abstained:
        return
    if not library.count():
        note("Add articles with: qa ingest PATH, or try the samples: qa ingest --samples")
    elif not library.count(answer.filters):
        note("See which articles there are: qa articles")
    elif answer.question.lower().startswith(("summar", "sum up", "tl;dr")):
        note("To summarize: qa summarize --query TEXT, or qa summarize --style digest --since DAY")
    else:
        note(f"See what comes nearest: qa search {shlex.quote(answer.question)}")
