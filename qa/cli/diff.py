"""`qa diff`: what changed between two versions of an article."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from qa.cli.options import DebugOption, JsonOption, LibraryOption, opened, settings_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.answering.moving.changes import ArticleDifference

CHANGED = 4


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command("diff")(diff)


def diff(
    ctx: typer.Context,
    article: Annotated[str, typer.Argument(metavar="ARTICLE", hidden=True)],
    older: Annotated[
        int | None, typer.Option("--from", metavar="N", min=1, help="The older version (the last but one).")
    ] = None,
    newer: Annotated[
        int | None, typer.Option("--to", metavar="N", min=1, help="The newer version (the last).")
    ] = None,
    whole: Annotated[
        bool, typer.Option("--all", help="Show reworded and moved sentences too.", show_default=False)
    ] = False,
    json: JsonOption = False,
    library: LibraryOption = None,
    debug: DebugOption = False,
) -> None:
    """Show what changed between two versions of an article.

    ARTICLE is an ID; its first 6 characters will do. Facts come first: a statement with another number,
    date, name, modality (expected, confirmed, denied) or speaker, old and new. Rewording is counted. A new
    version is made when an address is ingested again with another text or headline. The exit code is 0 when
    nothing changed, 4 when something did.

    \b
    Examples:
      qa diff 3f9a2c41
      qa diff 3f9a2c41 --from 1 --to 3 --json
    """
    from qa.answering.moving.differences import article_difference
    from qa.cli.render_changes import difference_lines
    from qa.cli.terminal import Line, note, print_json, show

    with opened(settings_for(ctx, library, debug=debug)) as opened_library:
        versions = [head.version for head in opened_library.versions(article)]
        first, last = _which(versions, older, newer)
        new, old = opened_library.get(article, last), opened_library.get(article, first)
    found = article_difference(old, new, versions)
    if json:
        print_json(found)
    elif len(versions) == 1:
        show([Line(f"Article {found.article.id[:8]} has one version: there is nothing to compare.")])
        note("Ingest its address again: another text or headline makes a new version.")
    else:
        show(difference_lines(found, whole=whole))
        _say_more(found, whole=whole)
    if found.changed:
        raise typer.Exit(CHANGED)


def _which(versions: Sequence[int], older: int | None, newer: int | None) -> tuple[int, int]:
    """The two versions to compare; what is not given is the last, and the one before the newer."""
    from qa.errors import UsageError

    if len(versions) == 1 and older is None and newer is None:
        return versions[0], versions[0]
    last = newer or versions[-1]
    if older is None and last == versions[0]:
        raise UsageError(f"there is no version before {last}", f"Its versions are 1 to {versions[-1]}.")
    first = older or last - 1
    if first == last:
        raise UsageError(
            f"version {first} cannot be compared with itself", f"Its versions are 1 to {versions[-1]}."
        )
    return first, last


def _say_more(found: ArticleDifference, *, whole: bool) -> None:
    from qa.cli.terminal import note

    sys.stdout.flush()
    if (found.reworded or found.moved) and not whole:
        note("To read the reworded and moved sentences: --all")
    if len(found.versions) > 2:
        note(f"Versions 1 to {found.versions[-1]}; compare others with --from and --to.")
