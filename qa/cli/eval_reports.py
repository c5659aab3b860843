"""`qa eval compare` and `view`, and the ways in which runs and verdicts are shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa.cli.eval_options import FolderOption, MarginOption, OutOption, StrictOption, suite_in
from qa.cli.options import DebugOption, settings_for

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qa.evals.alarms import Alarms
    from qa.evals.runs import Run
    from qa.evals.suite import Suite
    from qa.evals.verdicts import Verdict

FORMATS = ("text", "md", "json", "html", "junit")
RunArgument = Annotated[Path, typer.Argument(metavar="RUN", hidden=True)]


def register(group: typer.Typer) -> None:
    """Adds the commands to `qa eval`."""
    group.command("compare")(compare)
    group.command("view")(view)


def compare(
    ctx: typer.Context,
    base_file: Annotated[Path, typer.Argument(metavar="BASE", hidden=True)],
    candidate_file: Annotated[Path, typer.Argument(metavar="CANDIDATE", hidden=True)],
    form: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="text, md, json, html or junit.")
    ] = "text",
    margin: MarginOption = 0.05,
    strict: StrictOption = False,
    out: OutOption = None,
    folder: FolderOption = None,
    debug: DebugOption = False,
) -> None:
    """Show what changed from one run to another, for information.

    The exit code is 0, or 3 where nothing can be compared.

    \b
    Examples:
      qa eval compare eval/baselines/pr.jsonl after.jsonl
      qa eval compare before.jsonl after.jsonl --format html -o changes.html
    """
    from qa.evals.gate import Options, decide
    from qa.evals.quarantine import read_quarantine
    from qa.evals.runs import read_run

    _known(form)
    need_for([form])
    settings_for(ctx, debug=debug)
    suite = suite_in(folder)
    base, after = read_run(base_file), read_run(candidate_file)
    aside = read_quarantine(suite.folder / "quarantine.yaml")
    verdict = decide(suite, base, after, Options(margin=margin, strict=strict), quarantine=aside)
    _put(rendered(form, verdict, suite, base, after), out)
    if verdict.suite is None:
        raise typer.Exit(3)


def view(
    ctx: typer.Context,
    run_file: RunArgument,
    out: OutOption = None,
    folder: FolderOption = None,
    debug: DebugOption = False,
) -> None:
    """Write a web page that shows a run: every question, what was answered, and how it was graded."""
    from qa.cli.terminal import note
    from qa.evals.extras import need
    from qa.evals.reports.page import run_page
    from qa.evals.runs import read_run

    need("jinja2")
    settings_for(ctx, debug=debug)
    suite = suite_in(folder)
    page = run_page(read_run(run_file), suite)
    path = out or run_file.with_suffix(".html")
    path.write_text(page, encoding="utf-8")
    note(f"written: {path}")


def need_for(forms: Iterable[str]) -> None:
    """Checks that what a comparison in these formats needs is installed. Raises MissingExtraError."""
    from qa.evals.extras import need

    need("scipy", *(["jinja2"] if "html" in forms else []))


def _known(form: str) -> None:
    from qa.errors import UsageError

    if form not in FORMATS:
        raise UsageError(f"there is no report format {form!r}", f"There is {', '.join(FORMATS)}.")


def wanted(reports: Iterable[str] | None) -> list[tuple[str, Path]]:
    """What `--report FORMAT=FILE` asks for. Raises UsageError before anything has run."""
    from qa.errors import UsageError

    found = []
    for report in reports or ():
        form, separator, path = report.partition("=")
        if not separator or not path:
            raise UsageError(f"--report takes FORMAT=FILE, not {report!r}", "Such as: --report md=comment.md")
        _known(form)
        found.append((form, Path(path)))
    return found


def rendered(form: str, verdict: Verdict, suite: Suite, base: Run, candidate: Run) -> str:
    """The verdict in one of the formats."""
    from qa.evals.reports import junit, markdown, page
    from qa.evals.reports.material import changes

    if form == "json":
        return verdict.model_dump_json(indent=2) + "\n"
    if form == "text":
        return "\n".join(text_of(verdict, suite, base, candidate)) + "\n"
    found = changes(verdict, suite, base, candidate)
    if form == "md":
        return markdown.markdown_report(verdict, found)
    return junit.junit_report(verdict, found) if form == "junit" else page.comparison_page(verdict, found)


def text_of(verdict: Verdict, suite: Suite, base: Run, candidate: Run) -> list[str]:
    """The verdict as lines for a terminal."""
    from qa.evals.reports.material import changes
    from qa.evals.reports.text import verdict_lines

    return verdict_lines(verdict, changes(verdict, suite, base, candidate))


def _put(text: str, out: Path | None) -> None:
    from qa.cli.terminal import Line, note, show

    if out is None:
        show(Line(line) for line in text.splitlines())
        return
    out.write_text(text, encoding="utf-8")
    note(f"written: {out}")


def tell_run(run: Run, suite: Suite, path: Path, *, failing: bool, json: bool) -> None:
    """Prints what a run came to, and where it was written."""
    import sys

    from qa.cli.terminal import Line, note, print_json, show
    from qa.evals.reports.figures import run_figures
    from qa.evals.reports.text import run_lines

    if json:
        print_json(run_figures(run, suite))
    else:
        show(Line(line) for line in run_lines(run, suite, failing=failing))
    sys.stdout.flush()
    note(f"written: {path}")


def tell_alarms(found: Alarms, *, deterministic: bool) -> None:
    """Prints the share of false alarms."""
    from qa.cli.terminal import Line, note, show

    lines = [
        f"{found.gates} gates of the prompt against itself: {found.regressed} red, "
        f"{found.inconclusive} inconclusive, {found.no_worse} no worse",
        f"false red: {100 * found.false_red:.1f} % "
        f"(95 % interval {100 * found.low:.1f} to {100 * found.high:.1f})",
        *(f"  {count} times: {reason}" for reason, count in found.reasons.items()),
    ]
    show(Line(line, hang=2) for line in lines)
    if deterministic:
        note("this engine answers the same every time, so that it cannot raise a false alarm")
