"""`qa doctor`: is the library whole, and if not, make it so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from qa.cli.options import DebugOption, JsonOption, LibraryOption, TimeoutOption, opened, settings_for

if TYPE_CHECKING:
    from qa.cli.results import Health
    from qa.cli.terminal import Line
    from qa.library import Library


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command("doctor")(doctor)


def doctor(
    ctx: typer.Context,
    repair: Annotated[
        bool,
        typer.Option("--repair", help="Build what is damaged anew from the catalogue.", show_default=False),
    ] = False,
    reembed: Annotated[
        bool,
        typer.Option(
            "--reembed", help="Make all vectors anew with the embedder that is set.", show_default=False
        ),
    ] = False,
    timeout: TimeoutOption = None,
    json: JsonOption = False,
    library: LibraryOption = None,
    debug: DebugOption = False,
) -> None:
    """Check every part of the library. The exit code is 1 when something is wrong.

    \b
    Examples:
      qa doctor
      qa doctor --repair
    """
    from qa.cli.results import Health
    from qa.cli.terminal import print_json, show

    reembedded = None
    with opened(settings_for(ctx, library, debug=debug, lock_timeout=timeout)) as opened_library:
        if reembed:
            reembedded = _reembed(opened_library)
        findings = opened_library.repair() if repair else opened_library.check()
        health = Health(
            ok=all(finding.ok for finding in findings),
            stats=opened_library.stats(),
            findings=findings,
            reembedded=reembedded,
        )
    if json:
        print_json(health)
    else:
        show(_lines(health))
    if not health.ok:
        raise typer.Exit(1)


def _reembed(library: Library) -> int:
    from qa.cli.progress import counted

    with counted("embedding") as step:
        return library.reembed(on_progress=lambda done, total: step(done, total, "articles"))


def _lines(health: Health) -> list[Line]:
    from qa.cli.render import count
    from qa.cli.terminal import Line

    stats = health.stats
    size = (stats.catalogue_bytes + stats.lexical_bytes + stats.dense_bytes) / 1e6
    dated = f", {stats.undated:,} without a known date" if stats.undated else ""
    copied = f" ({stats.independent:,} independent)" if stats.independent < stats.articles else ""
    lines = [
        Line(f"library {stats.path}", style="bold"),
        Line(
            f"{count(stats.articles, 'article')}{copied}{dated}, {count(stats.outlets, 'outlet')}, "
            f"{count(stats.chunks, 'chunk')}, {size:.1f} MB"
        ),
    ]
    if health.reembedded is not None:
        lines.append(Line(f"embedded anew: {count(health.reembedded, 'chunk')}"))
    for finding in health.findings:
        lines.append(
            Line(
                f"{'ok   ' if finding.ok else 'WRONG'} {finding.message}",
                hang=6,
                style="" if finding.ok else "yellow",
            )
        )
        if finding.hint and not finding.ok:
            lines.append(Line(finding.hint, indent=6))
    return lines
