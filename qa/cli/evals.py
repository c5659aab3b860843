"""`qa eval`: runs the suite, compares runs, and decides whether a change made answers worse."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa.cli import eval_checks, eval_reports
from qa.cli.eval_options import (
    AllowOption,
    BaselineOption,
    BudgetOption,
    CacheOption,
    CasesOption,
    FolderOption,
    JudgeOption,
    MarginOption,
    OutOption,
    PromptOption,
    StrictOption,
    SuiteOption,
    TrialsOption,
    WorkersOption,
    baseline_path,
    plan_from,
    run_path,
    suite_in,
    tell_verdict,
)
from qa.cli.options import DebugOption, JsonOption, settings_for

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from qa.cli.progress import Step
    from qa.evals.gate import Options
    from qa.evals.running import Plan
    from qa.evals.runs import Run
    from qa.evals.verdicts import Verdict

group = typer.Typer(rich_markup_mode=None, no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds the group to the command line."""
    app.add_typer(group, name="eval")


@group.callback()
def evals() -> None:
    """Check answers against annotated facts; gate changes.

    \b
    Change a prompt in five commands, with QA_MODEL set:
      qa eval run --prompt answer@v1 --trials 10 -o before.jsonl
      qa eval bless before.jsonl
      qa eval gate --prompt ./mine.yaml -o after.jsonl
      qa eval compare before.jsonl after.jsonl --format html -o changes.html
      qa eval bless after.jsonl
    """


@group.command("run")
def run(
    ctx: typer.Context,
    suite: SuiteOption = "pr",
    cases: CasesOption = None,
    prompt: PromptOption = None,
    model: Annotated[
        str | None, typer.Option("--model", metavar="NAME", help='Language model; "extractive" for none.')
    ] = None,
    trials: TrialsOption = None,
    cache: CacheOption = None,
    changed: Annotated[
        Path | None,
        typer.Option("--changed", metavar="RUN", help="Take over from RUN what nothing has changed for."),
    ] = None,
    estimate: Annotated[
        bool, typer.Option("--estimate", help="Say what it would cost, and stop.", show_default=False)
    ] = False,
    budget: BudgetOption = None,
    judge: JudgeOption = None,
    failing: Annotated[
        bool, typer.Option("--failing", help="Name every case that fails, and why.", show_default=False)
    ] = False,
    workers: WorkersOption = 4,
    out: OutOption = None,
    folder: FolderOption = None,
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Ask every question of the suite and grade the answers. Ends with 0 also when cases fail.

    \b
    Examples:
      qa eval run
      qa eval run --cases "maravel*" --failing
      qa eval run --model openai:gpt-5-mini --prompt answer@v1 --estimate
    """
    from qa.evals.running import running
    from qa.evals.runs import read_run

    settings = settings_for(ctx, debug=debug, prompt=prompt, model=model)
    plan = plan_from(
        settings, suite_in(folder), suite, cases,
        prompt=prompt, trials=trials, cache=cache, judge=judge, workers=workers, budget=budget,
        reuse=read_run(changed) if changed else None,
    )  # fmt: skip
    if _estimated(plan, only=estimate, json=json):
        return
    path = run_path(out, plan)
    with running(plan) as going, _progress("asking") as step:
        done = going.run(path, step)
    eval_reports.tell_run(done, plan.suite, path, failing=failing, json=json)


@group.command("gate")
def gate(
    ctx: typer.Context,
    suite: SuiteOption = "pr",
    cases: CasesOption = None,
    prompt: PromptOption = None,
    model: Annotated[
        str | None, typer.Option("--model", metavar="NAME", help='Language model; "extractive" for none.')
    ] = None,
    trials: TrialsOption = None,
    cache: CacheOption = None,
    baseline: BaselineOption = None,
    candidate: Annotated[
        Path | None,
        typer.Option(
            "--run", metavar="RUN", help="Judge this run instead of making one.", show_default=False
        ),
    ] = None,
    margin: MarginOption = 0.05,
    strict: StrictOption = False,
    require_power: Annotated[
        bool,
        typer.Option("--require-power", help="Inconclusive if the suite is too small to see the margin."),
    ] = False,
    allow_inconclusive: AllowOption = False,
    budget: BudgetOption = None,
    judge: JudgeOption = None,
    workers: WorkersOption = 4,
    report: Annotated[
        list[str] | None,
        typer.Option(
            "--report",
            metavar="FORMAT=FILE",
            help="Also write md, html, junit or json to FILE; may be repeated.",
        ),
    ] = None,
    out: OutOption = None,
    folder: FolderOption = None,
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Decide whether answers got worse than the baseline's.

    The exit code is 0 for no worse, 1 for a regression and nothing else, 2 for a wrong call or file, 3 when
    it cannot tell, 4 when the budget does not reach, 5 when a call is not recorded and none may be made.

    \b
    Examples:
      qa eval gate
      qa eval gate --prompt ./mine.yaml --report md=comment.md
    """
    from qa.cli.endings import reserved
    from qa.evals.gate import Options

    with reserved(1, instead=3):
        reports = eval_reports.wanted(report)
        eval_reports.need_for(form for form, _ in reports)
        settings = settings_for(ctx, debug=debug, prompt=prompt, model=model)
        plan = plan_from(
            settings, suite_in(folder), suite, cases,
            prompt=prompt, trials=trials, cache=cache, judge=judge, workers=workers, budget=budget,
        )  # fmt: skip
        options = Options(
            margin=margin, strict=strict, require_power=require_power, allow_inconclusive=allow_inconclusive
        )
        base = _baseline(plan, baseline, cases, allow_inconclusive)
        verdict, after = _judged(plan, base, candidate, options, run_path(out, plan))
        tell_verdict(verdict, plan.suite, base, after, json=json)
        for form, path in reports:
            path.write_text(eval_reports.rendered(form, verdict, plan.suite, base, after), encoding="utf-8")
    raise typer.Exit(verdict.exit_code)


def _baseline(plan: Plan, named: Path | None, cases: list[str] | None, allow: bool) -> Run:
    from qa.cli.endings import complain
    from qa.cli.terminal import warn
    from qa.evals.runs import Run, read_run

    path = named or baseline_path(plan)
    if named is None and not path.is_file():
        complain(
            f"there is no baseline for this suite and model: {path}",
            "Make one: qa eval run --trials 10, then qa eval bless RUN.",
        )
        if allow:
            warn("INCONCLUSIVE, let through by --allow-inconclusive: nothing was compared")
        raise typer.Exit(0 if allow else 3)
    run = read_run(path)
    if cases:  # only some cases were asked for: the others are not missing
        chosen = {task.id for task in plan.tasks}
        header = run.header.model_copy(update={"tasks": tuple(t for t in run.header.tasks if t in chosen)})
        return Run(header=header, trials=tuple(t for t in run.trials if t.task in chosen))
    return run


def _judged(
    plan: Plan, base: Run, candidate: Path | None, options: Options, path: Path
) -> tuple[Verdict, Run]:
    from qa.evals.gate import decide
    from qa.evals.quarantine import read_quarantine
    from qa.evals.running import running
    from qa.evals.runs import Run, read_run, write_run

    aside = read_quarantine(plan.suite.folder / "quarantine.yaml")
    if candidate is not None:
        after = read_run(candidate)
        return decide(plan.suite, base, after, options, quarantine=aside), after
    _estimated(plan, only=False, json=True)
    with running(plan) as going:
        with _progress("asking") as step:
            after = going.run(path, step)
        verdict = decide(plan.suite, base, after, options, more=going.more(after), quarantine=aside)
        if going.extra:
            after = Run(header=after.header, trials=(*after.trials, *going.extra))
            write_run(path, after.header, after.trials)
    return verdict, after


def _estimated(plan: Plan, *, only: bool, json: bool, times: int = 1) -> bool:
    """Says what a run would cost where that was asked for; ends where `times` of it are over the budget."""
    from qa.cli.terminal import Line, print_json, show
    from qa.evals.estimating import estimate
    from qa.evals.running import BudgetExceededError

    if not only and plan.budget is None:
        return False
    found = estimate(plan)
    if only and json:
        print_json(found)
    elif only:
        dollars = "price unknown" if found.dollars is None else f"about ${found.dollars:.2f}"
        show(
            [
                Line(
                    f"{found.calls:,} calls, {found.recorded:,} of them recorded, {found.to_make:,} to make"
                ),
                Line(f"about {found.input_tokens:,} tokens in and {found.output_tokens:,} out; {dollars}"),
            ]
        )
    if only or plan.budget is None:
        return only
    if found.dollars is None:
        from qa.errors import UsageError

        raise UsageError(
            f"the price of {plan.settings.model} is not known, so that a budget cannot be kept",
            f"Add it to {plan.suite.folder / 'prices.yaml'}.",
        )
    if (wanted := times * found.dollars) > plan.budget:
        raise BudgetExceededError(
            f"the run would cost about ${wanted:.2f}, more than the budget of ${plan.budget:.2f}",
            "Nothing was spent. Raise --budget-usd, or run fewer cases or trials.",
        )
    return False


@group.command("bless")
def bless(
    ctx: typer.Context,
    run_file: Annotated[Path, typer.Argument(metavar="RUN", hidden=True)],
    folder: FolderOption = None,
    debug: DebugOption = False,
) -> None:
    """Make RUN the baseline of its suite and model."""
    from qa.cli.terminal import note, warn
    from qa.evals.comparing import regraded
    from qa.evals.gate import STABLE_TRIALS
    from qa.evals.runs import read_run, write_run
    from qa.evals.scores import GRADER

    settings_for(ctx, debug=debug)
    suite = suite_in(folder)
    run = regraded(suite, read_run(run_file))
    path = baseline_path((suite, run.header))
    write_run(path, run.header.model_copy(update={"grader": GRADER}), run.trials)
    note(f"the baseline is now {path}: {sum(t.passed for t in run.trials)} of {len(run.trials)} trials pass")
    if not run.header.deterministic and run.header.trials < STABLE_TRIALS:
        warn(f"a baseline of {run.header.trials} trials a case cannot judge single cases: use --trials 10")
    if missing := {task.id for task in suite.chosen(run.header.suite)} - set(run.header.tasks):
        warn(
            f"{len(missing)} questions of the suite are not in this run: without a baseline they do not gate"
        )


@group.command("rescore")
def rescore(
    ctx: typer.Context,
    run_file: Annotated[Path, typer.Argument(metavar="RUN", hidden=True)],
    out: OutOption = None,
    failing: Annotated[bool, typer.Option("--failing", help="Name every case that fails.")] = False,
    folder: FolderOption = None,
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Grade the stored answers of RUN anew, with today's cases and grader. No model is called."""
    from qa.evals.comparing import regraded
    from qa.evals.runs import Run, read_run, write_run
    from qa.evals.scores import GRADER

    settings_for(ctx, debug=debug)
    suite = suite_in(folder)
    run = regraded(suite, read_run(run_file))
    run = Run(header=run.header.model_copy(update={"grader": GRADER}), trials=run.trials)
    path = out or run_file
    write_run(path, run.header, run.trials)
    eval_reports.tell_run(run, suite, path, failing=failing, json=json)


@group.command("aa")
def aa(
    ctx: typer.Context,
    n: Annotated[
        int, typer.Option("--n", metavar="N", min=1, max=100, help="How many fresh runs to gate.")
    ] = 5,
    simulate: Annotated[
        int, typer.Option("--simulate", metavar="N", min=0, help="Draw N runs from the baseline instead.")
    ] = 0,
    suite: SuiteOption = "pr",
    cases: CasesOption = None,
    prompt: PromptOption = None,
    trials: TrialsOption = None,
    cache: CacheOption = None,
    baseline: BaselineOption = None,
    margin: MarginOption = 0.05,
    strict: StrictOption = False,
    budget: BudgetOption = None,
    workers: WorkersOption = 4,
    folder: FolderOption = None,
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Measure this suite's false alarms: the same prompt gated against itself."""
    import tempfile
    from dataclasses import replace

    from qa.cli.terminal import print_json
    from qa.evals.alarms import simulated, summed
    from qa.evals.extras import need
    from qa.evals.gate import Options, decide
    from qa.evals.running import running

    need("scipy")
    plan = plan_from(
        settings_for(ctx, debug=debug, prompt=prompt), suite_in(folder), suite, cases,
        prompt=prompt, trials=trials, cache=cache, workers=workers, budget=budget,
    )  # fmt: skip
    base, options = _baseline(plan, baseline, cases, False), Options(margin=margin, strict=strict)
    if simulate:
        found = simulated(plan.suite, base, simulate, options)
    else:
        # Trials with numbers of their own, so that nothing is compared with itself.
        plans = [replace(plan, first=1000 * (number + 1)) for number in range(n)]
        _estimated(plans[0], only=False, json=True, times=n)
        outcomes, spent = [], 0.0
        for number, fresh in enumerate(plans, 1):
            with tempfile.TemporaryDirectory() as scratch, running(fresh, spent=spent) as going:
                with _progress(f"run {number} of {n}") as step:
                    after = going.run(Path(scratch) / "run.jsonl", step)
                verdict = decide(plan.suite, base, after, options, more=going.more(after))
                spent = going.spent
            outcomes.append((verdict.outcome, verdict.reasons))
        found = summed(outcomes)
    if json:
        print_json(found)
    else:
        eval_reports.tell_alarms(found, deterministic=base.header.deterministic)


def _progress(title: str) -> AbstractContextManager[Step]:
    from qa.cli.progress import counted

    return counted(title)


eval_checks.register(group)
eval_reports.register(group)
