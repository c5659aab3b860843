"""`qa eval list`, `sentences`, `lint`, `calibrate`, `bench` and `watch`: the suite itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa.cli.eval_options import (
    CacheOption,
    CasesOption,
    FolderOption,
    PromptOption,
    SuiteOption,
    plan_from,
    suite_in,
)
from qa.cli.options import DebugOption, JsonOption, settings_for

if TYPE_CHECKING:
    from qa.evals.calibration import Calibration
    from qa.evals.linting import Mutation
    from qa.evals.running import Plan


def register(group: typer.Typer) -> None:
    """Adds the commands to `qa eval`."""
    for name, command in (
        ("init", init), ("list", list_cases), ("sentences", sentences), ("lint", lint),
        ("calibrate", calibrate), ("bench", bench), ("watch", watch),
    ):  # fmt: skip
        group.command(name)(command)


def init(
    ctx: typer.Context,
    target: Annotated[Path, typer.Argument(metavar="[FOLDER]", hidden=True)] = Path("eval"),
    debug: DebugOption = False,
) -> None:
    """Copy the suite that ships to FOLDER (eval), to add cases of your own and keep baselines beside them."""
    from qa.cli.terminal import note
    from qa.evals.suite import copy_suite
    from qa.resources import resource

    settings_for(ctx, debug=debug)
    copy_suite(resource("eval"), target)
    note(f"copied to {target}: articles/ and cases/ are yours to change; check them with: qa eval lint")


def list_cases(
    ctx: typer.Context,
    suite: SuiteOption = "full",
    cases: CasesOption = None,
    folder: FolderOption = None,
    debug: DebugOption = False,
) -> None:
    """List the questions of the suite: id, kind, tier, tags."""
    from qa.cli.terminal import Line, show
    from qa.evals.suite import find_tasks

    settings_for(ctx, debug=debug)
    found = suite_in(folder)
    for task in find_tasks(found, found.chosen(suite), cases or ()):
        marks = ", ".join((task.case.ask, task.tier, *task.case.tags))
        show([Line(f"{task.id}  {task.question} ({marks})", hang=4)])


def sentences(
    ctx: typer.Context,
    article: Annotated[Path, typer.Argument(metavar="FILE", hidden=True)],
    debug: DebugOption = False,
) -> None:
    """Print an article's sentences with the numbers that `evidence` uses, its date and its sha256."""
    import hashlib

    from qa.cli.terminal import Line, note, show
    from qa.evals.suite import read_article
    from qa.sentences import sentence_spans

    settings_for(ctx, debug=debug)
    found = read_article(article)
    show(
        Line(f"s{number}  {found.text[start:end]}", hang=5)
        for number, (start, end) in enumerate(sentence_spans(found.text), 1)
    )
    published = found.published.date() if found.published else "unknown"
    note(f"published: {published}, sha256: {hashlib.sha256(article.read_bytes()).hexdigest()}")


def lint(
    ctx: typer.Context,
    mutate: Annotated[
        bool,
        typer.Option("--mutate", help="Test the matchers with wrong sentences, too.", show_default=False),
    ] = False,
    folder: FolderOption = None,
    debug: DebugOption = False,
) -> None:
    """Check the suite: form, hashes, quotes, and every example sentence of every matcher.

    Ends with 2 when something is wrong, or when the matchers notice fewer than 95 % of the mutants.
    """
    from qa.cli.terminal import Line, show
    from qa.evals.linting import ASKED_SHARE, mutation, problems

    settings_for(ctx, debug=debug)
    suite = suite_in(folder)
    found = problems(suite)
    show(Line(f"{p.level}: {p.file}: {p.where}: {p.message}", hang=2) for p in found)
    gate = [t for t in suite.tasks if t.tier == "gate"]
    none = sum(t.case.expect == "abstain" for t in gate)
    show(
        [
            Line(
                f"{len(suite.articles)} articles, {len(suite.facts)} facts, {len(gate)} gate cases, "
                f"{none} of them without an answer; {len(found)} problems"
            )
        ]
    )
    share = _mutated(mutation(suite)) if mutate else 1.0
    if share < ASKED_SHARE or any(p.level == "error" for p in found):
        raise typer.Exit(2)


def _mutated(found: tuple[Mutation, ...]) -> float:
    from qa.cli.terminal import Line, show

    for one in found:
        if one.missed:
            show([Line(f"{one.fact}: {one.caught} of {one.total} mutants noticed", style="bold")])
            show(Line(text, indent=2, hang=2) for text in one.missed)
    caught, total = sum(m.caught for m in found), sum(m.total for m in found)
    undecided = sum(m.undecided for m in found)
    if not total:
        return 1.0
    show(
        [
            Line(
                f"mutation score {100 * caught / total:.1f} % ({caught} of {total}), "
                f"{100 * undecided / total:.1f} % of the mutants undecided"
            )
        ]
    )
    return caught / total


def calibrate(
    ctx: typer.Context,
    labels: Annotated[Path, typer.Argument(metavar="LABELS", hidden=True)],
    judge: Annotated[str, typer.Option("--judge", metavar="MODEL", help="The judging model.")],
    cache: CacheOption = None,
    folder: FolderOption = None,
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Measure how far a judging model agrees with labels, and write it to the suite's judges.json."""
    from qa.cli.terminal import Line, note, print_json, show
    from qa.evals import calibration
    from qa.evals.cassettes import Cassettes
    from qa.evals.judging import Judge

    settings = settings_for(ctx, debug=debug)
    suite = suite_in(folder)
    read = calibration.read_labels(labels, suite)
    plan = plan_from(
        settings.model_copy(update={"model": judge, "temperature": 0.0}), suite, "pr", None, cache=cache
    )
    recordings = Cassettes(suite.folder / "cassettes", plan.mode, "judge")
    figures = calibration.calibrate(Judge(suite, plan.settings, recordings), read)
    calibration.record(suite.folder / "judges.json", figures)
    if json:
        print_json(figures)
        return
    show(Line(line, hang=2) for line in _calibration_lines(figures))
    note(f"written: {suite.folder / 'judges.json'}")


def _calibration_lines(found: Calibration) -> list[str]:
    allowed = "may gate" if found.may_gate else "may NOT gate (kappa's lower end 0.6 on 100 labels is asked)"
    return [
        f"judge {found.judge}: {allowed}",
        f"{found.labels} held-out labels, {100 * found.base_rate:.0f} % of them support",
        f"kappa {found.kappa:.2f} (95 % interval {found.kappa_low:.2f} to {found.kappa_high:.2f})",
        f"accuracy {100 * found.accuracy:.1f} %; always the commoner verdict: {100 * found.constant:.1f} %",
        f"true positives {100 * found.true_positive:.1f} %, true negatives {100 * found.true_negative:.1f} %",
        f"the same in five repeats {100 * found.consistency:.1f} %, "
        f"changed by order {100 * found.flips:.1f} %, "
        f"{found.discarded} discarded for a quote that is not there",
    ]


def bench(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", hidden=True)],
    data: Annotated[Path, typer.Option("--data", metavar="PATH", help="The data: a file or a folder.")],
    first: Annotated[
        int | None, typer.Option("--first", metavar="N", min=1, help="Only a sample of N questions or pages.")
    ] = None,
    results: Annotated[
        Path | None, typer.Option("--results", metavar="FOLDER", help="Where to append the figures.")
    ] = None,
    no_record: Annotated[bool, typer.Option("--no-record", help="Print only.", show_default=False)] = False,
    debug: DebugOption = False,
) -> None:
    """Measure on a public data set, beside the last recorded figures: newsqa, squad2, extraction, qags, rgb,
    summaries.

    \b
    Example:
      qa eval bench squad2 --data dev-v2.0.json --first 600
    """
    from qa.cli.terminal import Line, note, show
    from qa.evals import benchmarks

    settings_for(ctx, debug=debug)
    figures = benchmarks.run(name, data, first)
    show(Line(line) for line in benchmarks.table(figures, results))
    if not no_record:
        note(f"appended to {benchmarks.record(figures, results)}")


def watch(
    ctx: typer.Context,
    suite: SuiteOption = "pr",
    cases: CasesOption = None,
    prompt: PromptOption = None,
    cache: CacheOption = None,
    folder: FolderOption = None,
    debug: DebugOption = False,
) -> None:
    """Run again whatever a saved prompt or case changes, until Ctrl-C. Unchanged questions cost nothing."""
    from qa.evals.extras import need
    from qa.evals.watching import watched

    need("watchfiles")
    settings = settings_for(ctx, debug=debug, prompt=prompt)

    def load() -> Plan:
        return plan_from(settings, suite_in(folder), suite, cases, prompt=prompt, cache=cache)

    for event in watched(load(), reload=load):
        _tell(event)


def _tell(event: object) -> None:
    import sys

    from qa.cli.terminal import Line, show, warn
    from qa.evals.watching import Rerun

    if not isinstance(event, Rerun):
        warn(str(event))
        return
    show([Line(f"{event.passed} of {event.trials} trials pass; {event.asked} asked anew", style="bold")])
    show(Line(f"now fails: {name}", indent=2, hang=2) for name in event.broken)
    show(Line(f"now passes: {name}", indent=2, hang=2) for name in event.mended)
    sys.stdout.flush()  # whoever reads a pipe waits for it
