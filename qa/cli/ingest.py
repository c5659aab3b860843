"""`qa ingest`: articles into the library."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa.cli.endings import INTERRUPTED
from qa.cli.interrupting import Interruption
from qa.cli.options import DebugOption, JsonOption, LibraryOption, TimeoutOption, opened, settings_for

if TYPE_CHECKING:
    from qa.cli.progress import Step
    from qa.cli.results import IngestReport, Suspect
    from qa.library import AddReport, Library
    from qa.sources import Given, Skipped, Source, Stripped
    from qa.types import Article


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command("ingest")(ingest)


def ingest(
    ctx: typer.Context,
    targets: Annotated[list[str] | None, typer.Argument(metavar="TARGET", hidden=True)] = None,
    samples: Annotated[
        bool,
        typer.Option("--samples", help="Ingest the sample articles that come with qa.", show_default=False),
    ] = False,
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT", help="The headline.")] = None,
    outlet: Annotated[str | None, typer.Option("--outlet", metavar="NAME", help="Who published it.")] = None,
    author: Annotated[
        list[str] | None, typer.Option("--author", metavar="NAME", help="Who wrote it; may be repeated.")
    ] = None,
    url: Annotated[str | None, typer.Option("--url", metavar="URL", help="Its own address.")] = None,
    published: Annotated[
        str | None,
        typer.Option(
            "--published", metavar="DATE", help="When it came out: 2026-01-13 or 2026-01-13T18:05+01:00."
        ),
    ] = None,
    updated: Annotated[
        str | None, typer.Option("--updated", metavar="DATE", help="When it was last changed.")
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", metavar="CODE", help='Its language, such as "en".')
    ] = None,
    timeout: TimeoutOption = None,
    json: JsonOption = False,
    library: LibraryOption = None,
    debug: DebugOption = False,
) -> None:
    """Add articles: files, folders, addresses or stdin.

    A TARGET is a file, a folder, an address, or "-" for standard input.

    Reads text, Markdown, HTML, JSON and JSONL, RSS and Atom, and PDF (extra: qa[pdf]). The options say what
    an article does not say itself; they hold for every TARGET. What is there already and has not changed is
    left alone.

    \b
    Examples:
      qa ingest articles/
      qa ingest https://news.example.com/davos
      qa ingest davos.txt --outlet "The Courier" --published 2026-01-13
      cat wire.txt | qa ingest - --title "Davos opens"
    """
    from qa.cli.terminal import print_json
    from qa.sources import discover

    settings = settings_for(ctx, library, debug=debug, lock_timeout=timeout)
    wanted = _wanted(targets or [], samples=samples)
    given = _given(title, outlet, author, url, published, updated, language)
    stdin = sys.stdin.buffer.read() if "-" in wanted else None
    with opened(settings, create=True) as opened_library:
        report = Intake(opened_library, discover(wanted), given, stdin).run()
    if json:
        print_json(report)
    else:
        _print(report)
    if report.interrupted:
        raise typer.Exit(INTERRUPTED)
    if not report.added + report.updated + report.unchanged:
        raise typer.Exit(1)


def _wanted(targets: list[str], *, samples: bool) -> list[str]:
    from qa.errors import UsageError
    from qa.resources import sample_articles

    if not targets and not samples:
        raise UsageError(
            "nothing to ingest", "Name files, folders or addresses, or try the samples: qa ingest --samples"
        )
    return [*targets, *([str(sample_articles())] if samples else [])]


def _given(
    title: str | None,
    outlet: str | None,
    authors: list[str] | None,
    url: str | None,
    published: str | None,
    updated: str | None,
    language: str | None,
) -> Given:
    from qa.sources import Given, parse_when

    return Given(
        title=title,
        outlet=outlet,
        authors=tuple(authors) if authors else None,
        url=url,
        published=parse_when(published) if published else None,
        updated=parse_when(updated) if updated else None,
        language=language,
    )


@dataclass
class Intake:
    """One run of `qa ingest`: reads source after source into the library, and keeps count."""

    library: Library
    sources: list[Source | Skipped]
    given: Given
    stdin: bytes | None
    skipped: list[Skipped] = field(default_factory=list)
    undated: set[str] = field(default_factory=set)
    dated: set[str] = field(default_factory=set)
    sources_done: int = 0
    suspect: dict[str, Suspect] = field(default_factory=dict)
    interruption: Interruption = field(default_factory=Interruption)

    def run(self) -> IngestReport:
        """Adds everything; Ctrl-C ends it early, and what was read by then is saved."""
        from qa.cli.progress import counted
        from qa.cli.results import IngestReport
        from qa.library import AddReport

        kept = AddReport()

        def keep(done: int, report: AddReport) -> None:
            nonlocal kept
            kept = report

        with counted("reading") as step, self.interruption, suppress(KeyboardInterrupt):
            kept = self.library.add(self._articles(step), on_progress=keep)
        return IngestReport(
            **{name: getattr(kept, name) for name in AddReport.model_fields},
            library=str(self.library.path).encode("utf-8", "replace").decode(),
            skipped=tuple(self.skipped),
            suspect=tuple(self.suspect.values()),
            undated=self._undated(kept),
            interrupted=self.interruption.asked,
        )

    def _articles(self, step: Step) -> Iterator[Article]:
        from qa.sources import Skipped, read

        for source in self.sources:
            if isinstance(source, Skipped):
                self._skip(source)
            else:
                self._step(step, source.name)
                articles = read(source, self.given, stdin=self.stdin, on_stripped=self._stripped)
                for found in self.interruption.cut_short(articles):
                    if isinstance(found, Skipped):
                        self._skip(found)
                        continue
                    self._look_for_instructions(found)
                    (self.dated if found.published else self.undated).add(found.id)
                    yield found
                    self._step(step, source.name)
            if self.interruption.asked:
                return
            self.sources_done += 1

    def _stripped(self, article: Article, stripped: Stripped) -> None:
        self._suspect(article, hidden_words=stripped.hidden_words, characters=stripped.characters)

    def _look_for_instructions(self, article: Article) -> None:
        from qa.answering.planted import instructions_in, is_planted

        head = sum(map(is_planted, (article.title, article.outlet, *article.authors)))
        if found := head + instructions_in(article.text):
            self._suspect(article, instructions=found)

    def _suspect(self, article: Article, **counts: int) -> None:
        from qa.cli.results import Suspect

        known = self.suspect.get(article.id) or Suspect(article_id=article.id, title=article.title)
        self.suspect[article.id] = known.model_copy(update=counts)

    def _step(self, step: Step, name: str) -> None:
        read_so_far = len(self.dated | self.undated)
        step(
            self.sources_done,
            len(self.sources),
            f"{read_so_far:,} articles, {len(self.skipped):,} skipped, {name}",
        )

    def _skip(self, skipped: Skipped) -> None:
        from qa.cli.terminal import Line, one_line, show

        self.skipped.append(skipped)
        hint = f" ({one_line(skipped.hint)})" if skipped.hint else ""
        show(
            [Line(f"skipped {one_line(skipped.source)}: {one_line(skipped.reason)}{hint}", hang=4)], err=True
        )

    def _undated(self, kept: AddReport) -> int:
        # What was read but not yet saved when Ctrl-C came is not counted.
        saved = kept.added + kept.updated + kept.unchanged
        return min(len(self.undated - self.dated), saved)


def _revised(ids: tuple[str, ...]) -> str:
    """Which articles have a new version, the first few by name, and how to see what changed."""
    from qa.cli.render import SHORT_ID, count

    first, *others = (article_id[:SHORT_ID] for article_id in ids)
    listed = f" (and {', '.join(others[:4])}{', ...' if len(others) > 4 else ''})" if others else ""
    have = "has a new version" if len(ids) == 1 else "have new versions"
    return f"{count(len(ids), 'article')} {have}. To see what changed: qa diff {first}{listed}"


def _suspects(report: IngestReport) -> Iterator[str]:
    """What articles hold that their readers do not see, or that speaks to machines, a line for each kind."""
    from qa.cli.render import SHORT_ID, count

    kinds = (
        ("hidden_words", "text that the page hides was left out of"),
        ("characters", "invisible or control characters were taken off"),
        ("instructions", "instructions to machines, which are never followed or quoted, stand in"),
    )
    for name, told in kinds:
        ids = [s.article_id[:SHORT_ID] for s in report.suspect if getattr(s, name)]
        if ids:
            listed = f"{', '.join(ids[:4])}{', ...' if len(ids) > 4 else ''}"
            yield f"{told} {count(len(ids), 'article')} ({listed}; counts: --json)"


def _print(report: IngestReport) -> None:
    from qa.answering.moving.watches import FILE as WATCHES
    from qa.cli.render import count
    from qa.cli.terminal import Line, note, show, warn

    for warning in report.warnings:
        warn(warning.message)
    parts = [f"{report.added:,} added"]
    parts += [f"{report.updated:,} updated"] if report.updated else []
    parts += [f"{report.unchanged:,} unchanged"] if report.unchanged else []
    parts += [f"{len(report.skipped):,} skipped"] if report.skipped else []
    taken = report.added + report.updated + report.unchanged
    what = "kept before the interruption" if report.interrupted else "taken"
    show([Line(f"{count(taken, 'article')} {what}: {', '.join(parts)}.")])
    sys.stdout.flush()
    if report.interrupted:
        note("What was kept is safe. Run the same command again to go on: it leaves alone what is there.")
    if report.revised_ids:
        note(_revised(report.revised_ids))
    if report.added_ids + report.revised_ids and (Path(report.library) / WATCHES).exists():
        note("To see what changed in the answers to your saved questions: qa watch --run")
    for told in _suspects(report):
        note(told)
    if report.undated:
        note(
            f"{count(report.undated, 'article')} without a known date, left out when you filter by date. "
            "To say when one came out: qa ingest FILE --published 2026-01-13"
        )
