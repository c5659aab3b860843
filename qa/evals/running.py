"""Runs a suite: asks every question as often as wanted, grades the answers, and writes the run as it goes."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import platform
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from qa.config import Settings
from qa.errors import QAError, UsageError
from qa.evals.asking import Asker, OpenEngine, library_of, open_for, retrieval_digest
from qa.evals.cases import Output
from qa.evals.cassettes import Cassettes, Mode, ReplayMissError
from qa.evals.comparing import graded
from qa.evals.judging import Judge
from qa.evals.runs import Header, Run, RunWriter, Trial
from qa.evals.scores import GRADER
from qa.evals.suite import Suite, Task
from qa.evals.summaries import OpenSummarizer, open_summarizer_for
from qa.library import Library
from qa.models.exchange import straight
from qa.models.faults import address
from qa.models.prices import Prices

WORKERS = 4
_PACKAGES = ("chromadb", "langchain-core", "openai", "sentencex", "tantivy", "wordllama")

Step = Callable[[int, int, str], None]
"""Takes how many trials are done, how many there are, and the question's id."""


class BudgetExceededError(QAError):
    """The run would cost, or has cost, more than it may."""

    exit_code = 4


class NotRecordedError(QAError):
    """Calls that are not recorded, in a run that may make none; `keys` are those of the recordings."""

    exit_code = 5

    def __init__(self, keys: Sequence[str]) -> None:
        shown = ", ".join(key[:16] for key in keys[:3])
        more = f" and {len(keys) - 3} more" if len(keys) > 3 else ""
        super().__init__(
            f"{len(keys)} model calls are not recorded: {shown}{more}",
            "Record them where there is a key: qa eval run --cache auto; then commit eval/cassettes.",
        )
        self.keys = tuple(keys)


@dataclass(frozen=True)
class Plan:
    """What to run. `trials` overrides the cases' own number; `first` is the number of the first trial;
    `reuse` is an earlier run from which unchanged questions are taken over."""

    suite: Suite
    tasks: tuple[Task, ...]
    name: str
    settings: Settings
    mode: Mode = "off"
    trials: int | None = None
    first: int = 1
    seed: int = 0
    budget: float | None = None
    prices: Prices = field(default_factory=Prices)
    judge: Judge | None = None
    reuse: Run | None = None
    workers: int = WORKERS
    cassettes: Path | None = None
    open_engine: OpenEngine = open_for
    open_summarizer: OpenSummarizer = open_summarizer_for

    @property
    def deterministic(self) -> bool:
        """Whether one trial stands for all: the extractive engine has no dice."""
        return not self.settings.model

    def count(self, task: Task) -> int:
        """How many trials a question gets."""
        return 1 if self.deterministic else self.trials or task.case.trials

    @property
    def folder(self) -> Path:
        """Where the recordings lie."""
        return self.cassettes or self.suite.folder / "cassettes"


class Running:
    """A plan being carried out, with its library open; `ask` gives more trials of a question. A context
    manager (`running`) opens and closes it."""

    def __init__(self, plan: Plan, asker: Asker, spent: float = 0.0) -> None:
        self.plan = plan
        self.header = header_of(plan, asker.library)
        self.spent = spent
        """US dollars for calls that were made, as far as their price is known."""
        self._asker = asker
        self._lock = threading.Lock()

    def run(self, path: Path, on_progress: Step | None = None) -> Run:
        """The whole run, written to `path` trial by trial. Raises NotRecordedError (all missing calls, none
        was made), BudgetExceededError, and the model errors that would not go away."""
        jobs = [(task, trial) for task in self.plan.tasks for trial in self._numbers(task)]
        trials: list[Trial] = []
        missing: list[str] = []
        with RunWriter(path, self.header) as writer:
            for done, result in enumerate(self._results(jobs), 1):
                if isinstance(result, ReplayMissError):
                    missing.append(result.key)
                    continue
                writer.add(result)
                trials.append(result)
                if on_progress:
                    on_progress(done, len(jobs), result.task)
            if missing:
                raise NotRecordedError(missing)
            writer.finish()
        return Run(header=self.header, trials=tuple(trials))

    def more(self, run: Run) -> Callable[[Task, int], Sequence[Trial]]:
        """For the gate: a question's trials of `run`, and new ones up to a number; `extra` keeps those."""
        self.extra: list[Trial] = []

        def ask(task: Task, upto: int) -> Sequence[Trial]:
            there = list(run.by_task.get(task.id, ()))
            last = max((t.trial for t in there), default=self.plan.first - 1)
            fresh = [self._one(task, n) for n in range(last + 1, last + 1 + upto - len(there))]
            self.extra += fresh
            return [*there, *fresh]

        return ask

    def _numbers(self, task: Task) -> range:
        return range(self.plan.first, self.plan.first + self.plan.count(task))

    def _results(self, jobs: Sequence[tuple[Task, int]]) -> Iterator[Trial | ReplayMissError]:
        if self.plan.deterministic or self.plan.workers == 1:
            yield from (self._tried(*job) for job in jobs)
            return
        pool = ThreadPoolExecutor(self.plan.workers, thread_name_prefix="qa-eval")
        try:
            yield from pool.map(lambda job: self._tried(*job), jobs)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _tried(self, task: Task, number: int) -> Trial | ReplayMissError:
        try:
            return self._one(task, number)
        except ReplayMissError as exc:
            return exc

    def _one(self, task: Task, number: int) -> Trial:
        trial = reused(self.plan, self.header, task, number) or self._asked(task, number)
        (scored,) = graded(self.plan.suite, task, [trial])
        if self.plan.judge is None:
            return scored
        judged = self.plan.judge.decide(task, scored)
        if judged.judge_calls:
            with self._lock:
                self.spent += judged.judge_cost or 0.0
        return judged

    def _asked(self, task: Task, number: int) -> Trial:
        budget = self.plan.budget
        if budget is not None and self.spent > budget:
            raise BudgetExceededError(
                f"the run has cost ${self.spent:.2f}, more than the budget of ${budget:.2f}",
                "What was answered is recorded: the next run goes on from there.",
            )
        trial = self._asker.ask(task, number)
        if trial.calls:
            with self._lock:
                self.spent += trial.cost or 0.0
        if trial.said and trial.said.prompt != self.header.prompt_of(trial.output):
            raise UsageError("the prompt was changed while the run went on", "Run it again.")
        return trial


def reused(plan: Plan, header: Header, task: Task, number: int) -> Trial | None:
    """The trial of the run that the plan takes over, if nothing that shapes it has changed; as one that made
    no call. `header` is that of the plan's own run."""
    if plan.reuse is None or not _alike(plan.reuse.header, header, task.case.output):
        return None
    asked = plan.suite.asked_digest(task)
    for trial in plan.reuse.by_task.get(task.id, ()):
        if trial.trial == number and trial.asked == asked and trial.state in ("answered", "format"):
            taken_over = {"calls": 0, "replayed": trial.calls + trial.replayed, "judge_calls": 0}
            return trial.model_copy(update=taken_over)
    return None


def _alike(a: Header, b: Header, output: Output) -> bool:
    def shaping(h: Header) -> tuple[object, ...]:
        shaped = h.prompt_of(output)
        prompt = shaped and shaped.fingerprint
        return (h.engine, h.model, h.address, prompt, h.retrieval, h.temperature, h.versions)

    return shaping(a) == shaping(b)


@contextmanager
def running(plan: Plan, *, spent: float = 0.0) -> Iterator[Running]:
    """The plan with its library made and open; `spent` of its budget is gone already."""
    with library_of(plan.suite, plan.settings) as library:
        cassettes = Cassettes(plan.folder, plan.mode)
        yield Running(plan, asker_of(plan, library, cassettes), spent)


def asker_of(plan: Plan, library: Library, cassettes: Cassettes) -> Asker:
    """What asks the plan's questions, its calls going through `cassettes`."""
    return Asker(
        plan.suite, plan.settings, library, cassettes, plan.prices, plan.open_engine, plan.open_summarizer
    )


def header_of(plan: Plan, library: Library, now: dt.datetime | None = None) -> Header:
    """The header of a run of `plan` that begins now."""
    now = now or dt.datetime.now(dt.UTC)
    engine = plan.open_engine(plan.settings, straight)
    sums_up = any(task.case.output == "summary" for task in plan.tasks)
    summarizer = plan.open_summarizer(plan.settings, straight, library) if sums_up else None
    git, dirty = _git(plan.suite.folder)
    return Header(
        id=f"{plan.name}-{now:%Y%m%d-%H%M%S}",
        created=now,
        suite=plan.name,
        tasks=tuple(task.id for task in plan.tasks),
        engine=engine.name,
        model=engine.model if plan.settings.model else "",
        address=address(plan.settings) if plan.settings.model else "",
        prompt=engine.prompt,
        summary_prompt=summarizer.prompt if summarizer else None,
        deterministic=plan.deterministic,
        trials=max((plan.count(task) for task in plan.tasks), default=1),
        passages=plan.settings.passages,
        temperature=plan.settings.temperature,
        articles=plan.suite.articles_digest,
        retrieval=retrieval_digest(plan.suite, plan.settings),
        grader=GRADER,
        judge=plan.judge.id if plan.judge and plan.judge.gates else "",
        cache=plan.mode,
        seed=plan.seed,
        versions=versions(),
        git=git,
        dirty=dirty,
    )


def versions() -> dict[str, str]:
    """The versions of Python, of qa, and of the packages that can change an answer."""
    from qa import __version__

    found = {"qa": __version__, "python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def _git(folder: Path) -> tuple[str, bool]:
    def ask(*args: str) -> str:
        try:
            done = subprocess.run(  # noqa: S603 - fixed arguments, no shell
                ["git", *args],  # noqa: S607 - whichever git the user has
                cwd=folder,
                capture_output=True,
                text=True,
                check=False,
                timeout=10,
            )
        except (OSError, subprocess.TimeoutExpired):  # no git here, or none that answers
            return ""
        return done.stdout.strip() if done.returncode == 0 else ""

    return ask("rev-parse", "--short", "HEAD"), bool(ask("status", "--porcelain", "--untracked-files=no"))
