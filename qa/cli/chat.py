"""`qa chat`: question after question, each in the light of those before."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from qa.cli.ask import ABSTAINED, say_which_engine
from qa.cli.options import (
    ArticleOption,
    AsOfOption,
    DebugOption,
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
    from pathlib import Path

    from prompt_toolkit import PromptSession

    from qa.cli.chatting import Chat

LONGEST_LINE = 1 << 20
HISTORY = "chat_history"
"""The file in the library that the arrow keys go through."""


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command("chat")(chat)


def chat(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="NAME", hidden=True)] = None,
    again: Annotated[
        bool,
        typer.Option(
            "--continue", "-c", help="Continue the conversation NAME, or the last one.", show_default=False
        ),
    ] = False,
    since: SinceOption = None,
    until: UntilOption = None,
    outlet: OutletOption = None,
    article: ArticleOption = None,
    as_of: AsOfOption = None,
    passages: PassagesOption = None,
    model: ModelOption = None,
    prompt: PromptOption = None,
    library: LibraryOption = None,
    debug: DebugOption = False,
) -> None:
    """Ask questions that build on each other.

    "and Starmer?" is read in the light of the question before, and how it was read is said.

    Ctrl-C stops an answer, Ctrl-D leaves, /help lists the commands. Questions from a pipe are answered line
    by line; the exit code is then 0, 3 when none had an answer, or 1 when one failed.

    \b
    Examples:
      qa chat
      qa chat --continue
      qa chat -c davos --as-of 2026-01-14
      qa chat < questions.txt
    """
    from qa.assistant import Assistant
    from qa.cli.chatting import Chat

    settings = with_model(settings_for(ctx, library, debug=debug), model, prompt)
    day, filters = day_from(as_of), filters_from(since, until, outlet, article)
    _check(name, again=again)
    at_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    with opened(settings) as opened_library, Assistant(settings, library=opened_library) as assistant:
        talk = assistant.conversation(_which(opened_library.path, name) if again else None)
        say_which_engine(assistant, "as asked for" if model else "no model configured", prompt)
        talking = Chat(
            assistant, opened_library, talk, filters=filters, as_of=day, k=passages, live=at_terminal
        )
        talking.greet()
        if at_terminal:
            _at_terminal(talking, opened_library.path)
            return
        for line in _piped():
            talking.hear(line)
            if talking.over:
                break
    if talking.failed:
        raise typer.Exit(1)
    if talking.asked and not talking.answered:
        raise typer.Exit(ABSTAINED)


def _check(name: str | None, *, again: bool) -> None:
    from qa.errors import UsageError

    if name is not None and not again:
        raise UsageError(
            f"{name!r} is no option of qa chat",
            'To go on with a conversation: qa chat -c NAME. To ask one question: qa ask "..."',
        )


def _which(library: Path, name: str | None) -> str:
    """The conversation to continue: the one named, else the one last saved. Raises UsageError."""
    from qa.chat.keeping import names_kept
    from qa.errors import UsageError

    if name is not None:
        return name
    if not (there := names_kept(library)):
        raise UsageError("there is no conversation to continue yet", "Begin one: qa chat")
    return there[0]


def _piped() -> Iterator[str]:
    """The lines of standard input, as they come."""
    while line := sys.stdin.buffer.readline(LONGEST_LINE):
        yield line.decode("utf-8", "replace")


def _at_terminal(talking: Chat, library: Path) -> None:
    """Asks for a line, answers it, and again, until the reader leaves."""
    from qa.cli.terminal import note

    session = _session(library)
    while not talking.over:
        try:
            line = session.prompt(talking.prompt)
        except KeyboardInterrupt:
            note("Ctrl-D or /quit leaves")
            continue
        except EOFError:
            return
        # Between the end of an answer and the next prompt too, Ctrl-C stops what goes on and not the program.
        with suppress(KeyboardInterrupt):
            talking.hear(line)


def _session(library: Path) -> PromptSession[str]:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.history import FileHistory, History, InMemoryHistory

    from qa.cli.chatting import COMMANDS

    history: History = InMemoryHistory()
    with suppress(OSError):  # a library on a read-only disk has none
        file = library / HISTORY
        file.touch(mode=0o600)
        with file.open("ab"):
            history = FileHistory(str(file))
    words = [f"/{command.name}" for command in COMMANDS]
    completer = WordCompleter(words, sentence=True, match_middle=False)
    return PromptSession(history=history, completer=completer, complete_while_typing=False)
