"""Options that several commands share, and the settings that come of them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from qa.config import Settings
    from qa.library import Library
    from qa.types import Filters

LibraryOption = Annotated[
    Path | None,
    typer.Option(
        "--library", metavar="FOLDER", help="The library to use, instead of QA_LIBRARY's.", show_default=False
    ),
]
DebugOption = Annotated[
    bool, typer.Option("--debug", help="Show the traceback of an error.", show_default=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.", show_default=False)]
SinceOption = Annotated[
    str | None,
    typer.Option("--since", metavar="DAY", help="Only articles published on DAY (2026-01-13) or later."),
]
UntilOption = Annotated[
    str | None, typer.Option("--until", metavar="DAY", help="Only articles published on DAY or earlier.")
]
OutletOption = Annotated[
    list[str] | None,
    typer.Option("--outlet", metavar="NAME", help="Only articles of this outlet; may be repeated."),
]
ArticleOption = Annotated[
    list[str] | None, typer.Option("--article", metavar="ID", help="Only this article; may be repeated.")
]
PassagesOption = Annotated[
    int | None,
    typer.Option("-k", "--passages", metavar="N", min=1, max=50, help="How many passages to use (8)."),
]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DAY", help="Answer as on DAY: nothing published later is used."),
]
ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model", metavar="NAME", help='Language model, such as "openai:gpt-5-mini"; "extractive" for none.'
    ),
]
PromptOption = Annotated[
    str | None,
    typer.Option("--prompt", metavar="NAME@VERSION", help="Prompt for the model (answer: the newest)."),
]
EXTRACTIVE = "extractive"
"""What `--model` takes for "no model", where the settings name one."""
TimeoutOption = Annotated[
    float | None,
    typer.Option("--timeout", metavar="SECONDS", min=0, help="How long to wait for another writer (60)."),
]


@dataclass
class Session:
    """What was said before the command's name."""

    library: Path | None = None
    debug: bool = False


def settings_for(
    ctx: typer.Context, library: Path | None = None, *, debug: bool = False, **overrides: Any
) -> Settings:
    """The settings of this run. The command's own `library` and `debug` win over those before its name."""
    from qa.config import Settings, reach_this_machine_directly

    reach_this_machine_directly()
    session: Session = ctx.find_root().obj
    session.library = library or session.library
    session.debug = debug or session.debug
    return Settings.load(library=session.library, **overrides)


def with_model(settings: Settings, model: str | None, prompt: str | None = None) -> Settings:
    """The settings with this model ("extractive": none) and prompt; None leaves what they say."""
    chosen: dict[str, Any] = {} if model is None else {"model": None if model == EXTRACTIVE else model}
    return settings.model_copy(update={**chosen, **({} if prompt is None else {"prompt": prompt})})


@contextmanager
def opened(settings: Settings, *, create: bool = False) -> Iterator[Library]:
    """The library, closed at the end. Waiting for another writer is said on stderr."""
    from qa.library import Library

    with Library.open(
        settings, create=create, on_wait=lambda message: typer.echo(message, err=True)
    ) as library:
        yield library


def filters_from(
    since: str | None,
    until: str | None,
    outlets: Sequence[str] | None = None,
    articles: Sequence[str] | None = None,
) -> Filters:
    """The filters that the flags name. Raises UsageError for what is no day and for a range without any."""
    from qa.errors import UsageError
    from qa.sources import parse_day
    from qa.types import Filters

    first = parse_day(since) if since else None
    last = parse_day(until) if until else None
    if first and last and first > last:
        raise UsageError(
            f"nothing can be published both since {first} and until {last}", "Turn the dates around."
        )
    return Filters(since=first, until=last, outlets=tuple(outlets or ()), articles=tuple(articles or ()))


def day_from(text: str | None) -> dt.date | None:
    """The day that a flag names. Raises UsageError for what is no day."""
    from qa.sources import parse_day

    return parse_day(text) if text else None


def json_belongs_after(ctx: typer.Context) -> None:
    """Raises UsageError for `qa articles --json show ID`: the group's own --json is for its list."""
    from qa.errors import UsageError

    raise UsageError(
        "--json belongs after the command", f"Write: {ctx.command_path} {ctx.invoked_subcommand} ... --json"
    )
