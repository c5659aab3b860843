"""`qa articles`: list, show and remove what the library holds."""

from __future__ import annotations

from typing import Annotated

import typer

from qa.cli.options import (
    DebugOption,
    JsonOption,
    LibraryOption,
    OutletOption,
    SinceOption,
    TimeoutOption,
    UntilOption,
    filters_from,
    json_belongs_after,
    opened,
    settings_for,
)

group = typer.Typer(rich_markup_mode=None, invoke_without_command=True)


def register(app: typer.Typer) -> None:
    """Adds the group to the command line."""
    app.add_typer(group, name="articles")


@group.callback()
def articles(
    ctx: typer.Context, json: JsonOption = False, library: LibraryOption = None, debug: DebugOption = False
) -> None:
    """List, show or remove articles; without a command: list.

    \b
    Examples:
      qa articles
      qa articles show 3f9a2c41
      qa articles remove 3f9a2c41
    """
    settings_for(ctx, library, debug=debug)
    if ctx.invoked_subcommand is None:
        list_articles(ctx, json=json)
    elif json:
        json_belongs_after(ctx)


@group.command("list")
def list_articles(
    ctx: typer.Context,
    since: SinceOption = None,
    until: UntilOption = None,
    outlet: OutletOption = None,
    json: JsonOption = False,
    library: LibraryOption = None,
    debug: DebugOption = False,
) -> None:
    """List the articles, newest first, those without a date last."""
    from qa.cli.render import count, head_line
    from qa.cli.results import ArticleList
    from qa.cli.terminal import note, print_json, show

    settings, filters = settings_for(ctx, library, debug=debug), filters_from(since, until, outlet)
    with opened(settings) as opened_library:
        heads = opened_library.heads(filters)
        independent = len(set(opened_library.groups(head.id for head in heads).values()))
    if json:
        print_json(ArticleList(articles=tuple(heads)))
        return
    show(map(head_line, heads))
    copied = f" ({independent:,} independent)" if independent < len(heads) else ""
    note(count(len(heads), "article") + copied + (f" {filters.describe()}" if filters.describe() else ""))


@group.command("show")
def show_article(
    ctx: typer.Context,
    article: Annotated[str, typer.Argument(metavar="ID", hidden=True)],
    json: JsonOption = False,
    library: LibraryOption = None,
    debug: DebugOption = False,
) -> None:
    """Show one article whole. The first 6 characters of its ID will do."""
    from qa.cli.render import article_lines
    from qa.cli.terminal import print_json, show

    with opened(settings_for(ctx, library, debug=debug)) as opened_library:
        found = opened_library.get(article)
        same_source = opened_library.same_source(found.id)
    if json:
        print_json(found)
    else:
        show(article_lines(found, same_source))


@group.command("remove")
def remove_articles(
    ctx: typer.Context,
    articles: Annotated[list[str], typer.Argument(metavar="ID", hidden=True)],
    timeout: TimeoutOption = None,
    json: JsonOption = False,
    library: LibraryOption = None,
    debug: DebugOption = False,
) -> None:
    """Remove articles and all their versions. The first 6 characters of an ID will do."""
    from qa.cli.results import Removed
    from qa.cli.terminal import Line, one_line, print_json, show

    with opened(settings_for(ctx, library, debug=debug, lock_timeout=timeout)) as opened_library:
        # All are looked up first: a mistyped one must not leave the work half done.
        found = {article.id: article for article in map(opened_library.get, articles)}
        for article_id in found:
            opened_library.remove(article_id)
    if json:
        print_json(Removed(removed=tuple(found)))
    else:
        show(
            Line(f"removed {article_id}  {one_line(article.title)}") for article_id, article in found.items()
        )
