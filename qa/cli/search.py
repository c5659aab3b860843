"""`qa search`: the passages an answer would be built from."""

from __future__ import annotations

from typing import Annotated

import typer

from qa.cli.ask import ABSTAINED, read_question
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


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command("search")(search)


def search(
    ctx: typer.Context,
    question: Annotated[list[str], typer.Argument(metavar="QUESTION", hidden=True)],
    passages: PassagesOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    outlet: OutletOption = None,
    article: ArticleOption = None,
    json: JsonOption = False,
    library: LibraryOption = None,
    debug: DebugOption = False,
) -> None:
    """Show the passages nearest to a question.

    Each with its score and what found it: "words" is the word index (BM25), "meaning" the vector index
    (cosine). The exit code is 3 when nothing is found.

    \b
    Examples:
      qa search "Davos delegation" -k 3
      qa search "rail strike" --until 2026-03-31 --json
    """
    from qa.answering.question import clean_question
    from qa.cli.render import passage_lines
    from qa.cli.results import SearchResult
    from qa.cli.terminal import note, print_json, show

    settings = settings_for(ctx, library, debug=debug)
    text, filters = (
        clean_question(read_question(question, "search")),
        filters_from(since, until, outlet, article),
    )
    with opened(settings) as opened_library:
        found = opened_library.search(text, k=passages or settings.passages, filters=filters)
        fitting = opened_library.count(filters)
    if json:
        print_json(SearchResult(question=text, filters=filters, passages=found))
    else:
        show(line for passage in found for line in passage_lines(passage))
    if not found:
        note(
            "Nothing found."
            if fitting
            else f"No article {filters.describe() or 'in the library'}; see: qa articles"
        )
        raise typer.Exit(ABSTAINED)
