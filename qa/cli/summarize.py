"""`qa summarize`: articles in, a summary with its citations out."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa.cli.ask import ABSTAINED, say_engine
from qa.cli.options import (
    AsOfOption,
    DebugOption,
    JsonOption,
    LibraryOption,
    ModelOption,
    OutletOption,
    SinceOption,
    UntilOption,
    day_from,
    filters_from,
    opened,
    settings_for,
    with_model,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from qa.cli.live import Writing
    from qa.config import Settings
    from qa.library import Library
    from qa.summarizing.starting import Task, Wanted
    from qa.types import Article, Summary

STYLES = ("brief", "bullets", "headline", "timeline", "digest")
FORMATS = ("text", "markdown", "html", "json")
_FEWEST = 8
"""An article's id has so many characters at least, where a word may be one."""


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command("summarize")(summarize)


def summarize(
    ctx: typer.Context,
    articles: Annotated[list[str] | None, typer.Argument(metavar="ARTICLE", hidden=True)] = None,
    query: Annotated[
        str | None, typer.Option("--query", "-q", metavar="TEXT", help="Summarize what is about TEXT.")
    ] = None,
    style: Annotated[str, typer.Option("--style", metavar="STYLE", help=f"{', '.join(STYLES)}.")] = "brief",
    words: Annotated[
        int | None,
        typer.Option("--words", metavar="N", help="How long; of a digest, each story (80, a headline 12)."),
    ] = None,
    stories: Annotated[
        int | None, typer.Option("--stories", metavar="N", help="The most stories of a digest (20).")
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    outlet: OutletOption = None,
    as_of: AsOfOption = None,
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help=f"{', '.join(FORMATS)}.")] = "text",
    estimate: Annotated[
        bool,
        typer.Option(
            "--estimate", help="Say what it would cost with the model, and make no call.", show_default=False
        ),
    ] = False,
    model: ModelOption = None,
    json: JsonOption = False,
    library: LibraryOption = None,
    debug: DebugOption = False,
) -> None:
    """Summarize articles, every sentence cited.

    An ARTICLE is the beginning of an id (see qa articles), a file, or "-" for standard input. Without one,
    --query, --since, --until and --outlet choose. The exit code is 0, or 3 where there is nothing to say.

    \b
    Examples:
      qa summarize 5f3a1c88
      qa summarize davos.txt --words 60
      qa summarize --query "the port strike" --style timeline
      qa summarize --since 2026-01-12 --until 2026-01-18 --style digest --format html > week.html
    """
    from qa.summarizing.starting import Wanted, started

    settings = with_model(settings_for(ctx, library, debug=debug), model)
    told: tuple[str | Article, ...] = tuple(_article(name) for name in dict.fromkeys(articles or ()))
    wanted = Wanted(
        articles=told,
        query=query or "",
        style=_one_of(STYLES, style, "--style"),  # type: ignore[arg-type]
        words=words,
        as_of=day_from(as_of),
        filters=filters_from(since, until, outlet),
        stories=stories,
    )
    form = "json" if json else _one_of(FORMATS, form, "--format")
    _check(wanted)
    writing = _writing(settings, estimate=estimate)
    with ExitStack() as stack:
        library_of = _opener(stack, settings)
        task = started(wanted, settings, library_of, on_progress=writing.progress if writing else None)
        say_engine(task.summarizer, "as asked for" if model else "no model configured")
        if estimate:
            _print_estimate(task, json=form == "json")
            return
        summary = _made(task, writing)
    _print(summary, form)
    if summary.abstained:
        raise typer.Exit(ABSTAINED)


def _one_of(known: tuple[str, ...], name: str, option: str) -> str:
    from qa.errors import UsageError

    if name not in known:
        raise UsageError(f"{option} cannot be {name!r}", f"It is one of {', '.join(known)}.")
    return name


def _article(name: str) -> str | Article:
    """The article in a file or on standard input; the id as it is. Raises UsageError."""
    from qa.errors import UsageError
    from qa.sources import Skipped, Source, read

    if not name.strip():
        raise UsageError("an article's name is empty", "List articles with: qa articles")
    path = Path(name)
    if name != "-" and not (path.is_file() and (path.suffix or len(name) < _FEWEST)):
        if path.suffix and not path.exists():
            raise UsageError(f"there is no file {name}", "Name an article: qa articles lists them.")
        return name
    stdin = sys.stdin.buffer.read() if name == "-" else None
    source = Source(kind="stdin", name="stdin") if name == "-" else Source(kind="file", name=name)
    found = list(read(source, stdin=stdin))
    for one in found:
        if isinstance(one, Skipped):
            raise UsageError(f"{one.source}: {one.reason}", one.hint)
    if len(found) != 1 or isinstance(found[0], Skipped):
        raise UsageError(
            f"{name} holds {len(found):,} articles", f"Add them, and choose: qa ingest {name}; qa articles"
        )
    return found[0]


def _check(wanted: Wanted) -> None:
    from qa.errors import UsageError

    wanted.brief()
    filters = wanted.filters
    if wanted.articles and wanted.query and all(not isinstance(a, str) for a in wanted.articles):
        return
    chosen = wanted.articles or wanted.query or filters.dated or filters.outlets
    if not chosen and wanted.style not in ("digest", "timeline"):
        raise UsageError(
            "nothing to summarize",
            "Name an article (qa articles lists them), or choose with --query, --since or --outlet.",
        )


def _opener(stack: ExitStack, settings: Settings) -> Callable[[], Library]:
    """Opens the library once, when it is first needed, to be closed with the stack."""
    found: list[Library] = []

    def library() -> Library:
        if not found:
            found.append(stack.enter_context(opened(settings)))
        return found[0]

    return library


def _writing(settings: Settings, *, estimate: bool) -> Writing | None:
    """What shows a model at work to a person at a terminal."""
    from qa.cli.live import Writing
    from qa.cli.terminal import interactive

    return Writing() if interactive() and settings.model and not estimate else None


def _made(task: Task, writing: Writing | None) -> Summary:
    from qa.summarizing.summarize import final

    if writing is None:
        return final(task.run())
    return final(writing.watched(task.run(on_story=writing.progress)))


def _print(summary: Summary, form: str) -> None:
    from qa.cli.render import summary_lines
    from qa.cli.terminal import note, print_json, show, warn, write
    from qa.summarizing.pages import as_html, as_markdown

    if form == "json":
        print_json(summary)
    elif form == "text":
        show(summary_lines(summary))
    else:
        write(as_html(summary) if form == "html" else as_markdown(summary))
    sys.stdout.flush()
    for warning in summary.warnings:
        warn(warning.message)
    if summary.abstained:
        note("See which articles there are: qa articles")


def _print_estimate(task: Task, *, json: bool) -> None:
    from qa.cli.results import SummaryEstimate
    from qa.cli.terminal import Line, print_json, show
    from qa.models.prices import read_prices
    from qa.resources import resource

    found = task.estimate()
    model = task.settings.model
    dollars = read_prices(resource("eval") / "prices.yaml").cost(
        model, found.input_tokens, found.output_tokens
    )
    told = SummaryEstimate(**found.model_dump(), articles=len(task.material.passages), dollars=dollars)
    if json:
        print_json(told)
        return
    if not found.calls:
        show([Line("no call: the extractive summarizer costs nothing")])
        return
    kept = f" ({found.remembered:,} made already)" if found.remembered else ""
    price = f", about ${dollars:.2f}" if dollars is not None else f"; no price is known for {model}"
    show(
        [
            Line(
                f"{told.articles:,} articles, {found.calls:,} calls{kept}, about {found.input_tokens:,} "
                f"tokens in and {found.output_tokens:,} out{price}"
            )
        ]
    )
