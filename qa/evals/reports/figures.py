"""The figures of one run: means over questions, each with a standard error clustered by article.

A question counts once, with the mean over its trials, however many those were. Trials without a reply count
nowhere, and questions in quarantine only among the totals.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa.evals.runs import Run, Trial
from qa.evals.scores import FAULTS, Fault, Score
from qa.evals.statistics import clustered_se
from qa.evals.suite import Suite, Task
from qa.types import Value


class Figure(Value):
    """A mean over questions, 0 to 1, and its standard error.

    `mean` is None where no question has the figure; `se` where it cannot be known: fewer than two articles.
    """

    name: str
    mean: float | None
    se: float | None
    cases: int
    clusters: int


class Figures(Value):
    """All figures of a run. `by_ask` and `by_tag` are shares passed; `measures` stand in the order to show;
    `summaries` are those of its summaries, () where it has none.

    `faults` counts the failing trials of each kind, the gravest first. `cost` is None where no price is
    known, `seconds` is the time of the model calls.
    """

    passed: Figure
    by_ask: tuple[Figure, ...]
    by_tag: tuple[Figure, ...]
    measures: tuple[Figure, ...]
    summaries: tuple[Figure, ...] = ()
    faults: dict[Fault, int]
    trials: int
    infra: int
    quarantined: int
    unknown: int
    calls: int
    replayed: int
    input_tokens: int
    output_tokens: int
    cost: float | None
    seconds: float
    judge_calls: int = 0
    judge_cost: float | None = 0.0


@dataclass(frozen=True, slots=True)
class _Row:
    """The trials of a question of which there is a reply."""

    task: Task
    trials: tuple[Trial, ...]

    @property
    def scores(self) -> list[Score]:
        return [t.score for t in self.trials if t.score]


def run_figures(run: Run, suite: Suite) -> Figures:
    """The figures of `run`, whose questions are looked up in `suite`; those it does not have are counted as
    `unknown` and left out.
    """
    known = {name: suite.tasks_by_id[name] for name in run.by_task if name in suite.tasks_by_id}
    counted = {name: task for name, task in known.items() if task.tier != "quarantine"}
    rows = [_Row(task=task, trials=replied(run.by_task[name])) for name, task in counted.items()]
    rows = [row for row in rows if row.trials]
    every = run.trials
    costs = [t.cost for t in every if t.cost is not None]
    judged = [t.judge_cost for t in every]
    return Figures(
        passed=_passed("all", rows),
        by_ask=_groups(rows, lambda task: [task.case.ask]),
        by_tag=_groups(rows, lambda task: list(task.case.tags)),
        measures=tuple(_measures(rows)),
        summaries=tuple(_summaries([row for row in rows if row.task.case.output == "summary"])),
        faults=_faults(rows),
        trials=len(every),
        infra=sum(t.state == "infra" for t in every),
        quarantined=len(known) - len(counted),
        unknown=len(run.by_task) - len(known),
        calls=sum(t.calls for t in every),
        replayed=sum(t.replayed for t in every),
        input_tokens=sum(t.input_tokens for t in every),
        output_tokens=sum(t.output_tokens for t in every),
        cost=sum(costs) if costs else None,
        seconds=sum(t.seconds for t in every),
        judge_calls=sum(t.judge_calls for t in every),
        judge_cost=None if None in judged else sum(cost for cost in judged if cost is not None),
    )


def replied(trials: Sequence[Trial]) -> tuple[Trial, ...]:
    """The trials that count: those with a reply, be it one that cannot be read or a crash of our own."""
    return tuple(t for t in trials if t.state != "infra")


def trial_faults(trial: Trial) -> tuple[Fault, ...]:
    """What failed in a trial, also where nothing could be graded."""
    if trial.score:
        return trial.score.faults
    return (trial.state,) if trial.state in ("format", "crash") else ()


def _figure(name: str, rows: Sequence[_Row], value: Callable[[_Row], float | None]) -> Figure:
    found = [(v, row.task.cluster) for row in rows if (v := value(row)) is not None]
    values, clusters = [v for v, _ in found], [c for _, c in found]
    known = len(set(clusters)) > 1
    return Figure(
        name=name,
        mean=sum(values) / len(values) if values else None,
        se=clustered_se(values, clusters) if known else None,
        cases=len(values),
        clusters=len(set(clusters)),
    )


def _passed(name: str, rows: Sequence[_Row]) -> Figure:
    return _figure(name, rows, lambda row: _mean([float(t.passed) for t in row.trials]))


def _mean(values: Sequence[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return sum(known) / len(known) if known else None


def _groups(rows: Sequence[_Row], names_of: Callable[[Task], Sequence[str]]) -> tuple[Figure, ...]:
    names = sorted({name for row in rows for name in names_of(row.task)})
    return tuple(_passed(n, [row for row in rows if n in names_of(row.task)]) for n in names)


def _scored(name: str, rows: Sequence[_Row], value: Callable[[Score], float | None]) -> Figure:
    return _figure(name, rows, lambda row: _mean([value(s) for s in row.scores]))


def _summaries(rows: Sequence[_Row]) -> list[Figure]:
    """How the summaries fare; the vital facts are those that a case requires."""
    if not rows:
        return []
    return [
        _passed("passed", rows),
        _scored("vital facts stated", rows, lambda s: s.recall),
        _scored("of those, cited from their evidence", rows, lambda s: s.citation_recall),
        _scored("with a forbidden claim", rows, lambda s: float(bool(s.claims))),
        _scored("with a foreign name, number or day", rows, lambda s: float(bool(s.unknown))),
        _scored("of the length asked for", rows, lambda s: float("length" not in s.faults and s.words > 0)),
        _scored("stand alone", rows, lambda s: s.stands_alone),
    ]


def _measures(rows: Sequence[_Row]) -> list[Figure]:
    answerable = [row for row in rows if row.task.case.expect == "answer"]
    unanswerable = [row for row in rows if row.task.case.expect == "abstain"]
    return [
        _scored("abstains though the articles answer", answerable, lambda s: float(s.abstained)),
        _scored("answers what the articles do not", unanswerable, lambda s: float("abstention" in s.faults)),
        _scored("required facts stated", answerable, lambda s: s.recall),
        _scored("of those, cited from their evidence", answerable, lambda s: s.citation_recall),
        _scored("citations that are evidence", rows, lambda s: s.citation_precision),
        _scored("required facts with a wrong modality", answerable, lambda s: _share(s, "wrong_modality")),
        _scored("required facts contradicted", answerable, lambda s: _share(s, "contradicted")),
        _scored("required facts undecided", answerable, lambda s: _share(s, "undecided")),
        _scored("answers with a forbidden claim", rows, lambda s: float(bool(s.claims))),
    ]


def _share(score: Score, state: str) -> float | None:
    required = [f for f in score.facts if f.required]
    return sum(f.state == state for f in required) / len(required) if required else None


def _faults(rows: Sequence[_Row]) -> dict[Fault, int]:
    found = [fault for row in rows for t in row.trials if not t.passed for fault in trial_faults(t)]
    return {fault: found.count(fault) for fault in FAULTS if fault in found}
