"""Options that the commands of `qa eval` share, and what comes of them."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from qa.config import Settings
    from qa.evals.judging import Judge
    from qa.evals.running import Plan
    from qa.evals.runs import Header, Run
    from qa.evals.suite import Suite
    from qa.evals.verdicts import Verdict
    from qa.models.prices import Prices

RUNS = "qa-runs"
"""The folder for runs, in the current one."""

FolderOption = Annotated[
    Path | None,
    typer.Option(
        "--folder", metavar="FOLDER", help="The suite: cases, articles, baselines (./eval, else ours)."
    ),
]
SuiteOption = Annotated[
    str, typer.Option("--suite", metavar="NAME", help='"pr" (what gates) or "full" (paraphrases too).')
]
CasesOption = Annotated[
    list[str] | None,
    typer.Option("--cases", metavar="PATTERN", help='Only these, such as "davos*"; may be repeated.'),
]
PromptOption = Annotated[
    str | None, typer.Option("--prompt", metavar="NAME@VERSION", help="Prompt, or the path of a YAML file.")
]
TrialsOption = Annotated[
    int | None,
    typer.Option("--trials", metavar="N", min=1, max=50, help="Trials a case (3; 10 for a baseline)."),
]
CacheOption = Annotated[
    str | None,
    typer.Option(
        "--cache",
        metavar="MODE",
        help="auto, replay, record, refresh or off (auto; replay in CI without a key).",
    ),
]
BaselineOption = Annotated[
    Path | None, typer.Option("--baseline", metavar="FILE", help="The baseline (the suite's own).")
]
MarginOption = Annotated[
    float,
    typer.Option("--margin", metavar="SHARE", min=0.001, max=0.5, help="A drop that would matter (0.05)."),
]
StrictOption = Annotated[
    bool, typer.Option("--strict", help="One pass in five is a regression too.", show_default=False)
]
AllowOption = Annotated[
    bool,
    typer.Option(
        "--allow-inconclusive", help="End with 0 when it cannot tell, and say so.", show_default=False
    ),
]
BudgetOption = Annotated[
    float | None, typer.Option("--budget-usd", metavar="DOLLARS", min=0, help="Stop before it costs more.")
]
JudgeOption = Annotated[
    str | None, typer.Option("--judge", metavar="MODEL", help="A model for what the rules cannot decide.")
]
WorkersOption = Annotated[
    int, typer.Option("--workers", metavar="N", min=1, max=64, help="Model calls at a time (4).")
]
OutOption = Annotated[Path | None, typer.Option("-o", "--out", metavar="FILE", help="Where to write it.")]


def suite_in(folder: Path | None) -> Suite:
    """The suite in `folder`; else in ./eval where that holds one; else the one that ships. Says which."""
    from qa.cli.terminal import note
    from qa.evals.suite import load_suite
    from qa.resources import resource

    if folder is None:
        here = Path("eval")
        folder = here if (here / "cases").is_dir() else resource("eval")
    suite = load_suite(folder)
    note(f"suite: {folder} ({len(suite.articles)} articles, {len(suite.tasks)} questions)")
    return suite


def plan_from(
    settings: Settings,
    suite: Suite,
    name: str,
    cases: list[str] | None,
    *,
    prompt: str | None = None,
    trials: int | None = None,
    cache: str | None = None,
    judge: str | None = None,
    workers: int = 4,
    **more: Any,
) -> Plan:
    """The plan that the options describe. Raises UsageError for a suite or a cache mode that does not exist,
    and for a prompt that nothing would read."""
    from qa.errors import UsageError
    from qa.evals.cassettes import MODES
    from qa.evals.running import Plan
    from qa.evals.suite import find_tasks
    from qa.models.prices import read_prices

    if name not in ("pr", "full"):
        raise UsageError(f"there is no suite called {name!r}", 'There is "pr" and "full".')
    if settings.model == "extractive":
        settings = settings.model_copy(update={"model": None})
    if prompt and not settings.model:
        raise UsageError(
            "--prompt without a model would measure nothing of it", "Set QA_MODEL, or give --model."
        )
    mode = cache or ("off" if not settings.model else "replay" if _in_ci_without_key(settings) else "auto")
    if mode not in MODES:
        raise UsageError(f"there is no cache mode {mode!r}", f"There is {', '.join(MODES)}.")
    tasks = find_tasks(suite, suite.tasks if cases else suite.chosen(name), cases or ())
    return Plan(
        suite=suite,
        tasks=tasks,
        name=name,
        settings=settings,
        mode=mode,
        trials=trials,
        prices=(prices := read_prices(suite.folder / "prices.yaml")),
        judge=_judge(judge, suite, settings, mode, prices) if judge else None,
        workers=workers,
        **more,
    )


def _in_ci_without_key(settings: Settings) -> bool:
    provider = (settings.model or "").partition(":")[0]
    keyed = settings.api_key or os.environ.get(f"{provider.upper()}_API_KEY") or settings.base_url
    return bool(os.environ.get("CI")) and not keyed and provider != "scripted"


def _judge(name: str, suite: Suite, settings: Settings, mode: str, prices: Prices) -> Judge:
    from qa.cli.terminal import warn
    from qa.evals.calibration import may_gate
    from qa.evals.cassettes import Cassettes
    from qa.evals.judging import Judge

    judging = settings.model_copy(update={"model": name, "temperature": 0.0})
    recordings = Cassettes(suite.folder / "cassettes", mode, "judge")  # type: ignore[arg-type]
    judge = Judge(suite, judging, recordings, prices=prices)
    if name.partition(":")[0] == (settings.model or "").partition(":")[0]:
        warn("the judge is of the same family as the model it judges: it may favour it")
    judge.gates = may_gate(suite.folder / "judges.json", judge.id)
    if not judge.gates:
        warn(
            f"the judge {judge.id} is not calibrated well enough to count: "
            f"qa eval calibrate LABELS --judge {name}"
        )
    return judge


def run_path(out: Path | None, plan: Plan) -> Path:
    """Where the run is written: `out`, else a new file in ./qa-runs."""
    import datetime as dt

    if out is not None:
        return out
    stem = f"{plan.name}-{dt.datetime.now(dt.UTC):%Y%m%d-%H%M%S}"
    path, number = Path(RUNS) / f"{stem}.jsonl", 1
    while path.exists():
        number += 1
        path = Path(RUNS) / f"{stem}-{number}.jsonl"
    return path


def baseline_path(of: Plan | tuple[Suite, Header]) -> Path:
    """The baseline of a suite and a model: baselines/pr.jsonl, or baselines/pr-openai-gpt-5-mini.jsonl."""
    if isinstance(of, tuple):
        suite, name, model = of[0], of[1].suite, of[1].model
    else:
        suite, name, model = of.suite, of.name, of.settings.model or ""
    model = Path(model).name if model.startswith("scripted:") else model
    slugs = [re.sub(r"[^a-z0-9.]+", "-", part.lower()).strip("-") for part in (name, model) if part]
    return suite.folder / "baselines" / f"{'-'.join(slugs)}.jsonl"


def tell_verdict(verdict: Verdict, suite: Suite, base: Run, candidate: Run, *, json: bool) -> None:
    """Prints the verdict, as one JSON object or as text."""
    from qa.cli.eval_reports import text_of
    from qa.cli.terminal import Line, print_json, show

    if json:
        print_json(verdict)
        return
    show(Line(line) for line in text_of(verdict, suite, base, candidate))
