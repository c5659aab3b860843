"""How often the gate cries wolf: a prompt against itself, for real or drawn from a baseline's trials."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from pydantic import Field

from qa.evals.gate import CONFIRM, Options, decide
from qa.evals.runs import Run, Trial
from qa.evals.suite import Suite, Task
from qa.types import Value


class Alarms(Value):
    """Outcomes of so many gates of a prompt against itself; the share of false reds with its exact 95 %
    interval (Clopper-Pearson)."""

    gates: int
    regressed: int
    inconclusive: int
    no_worse: int
    false_red: float
    low: float
    high: float
    reasons: dict[str, int] = Field(default_factory=dict)


def summed(outcomes: Sequence[tuple[str, tuple[str, ...]]]) -> Alarms:
    """The alarms of gates with these outcomes and reasons."""
    from scipy.stats import binomtest

    counted = Counter(outcome for outcome, _ in outcomes)
    red = counted["regressed"]
    interval = binomtest(red, len(outcomes)).proportion_ci(method="exact")
    return Alarms(
        gates=len(outcomes),
        regressed=red,
        inconclusive=counted["inconclusive"],
        no_worse=counted["no worse"],
        false_red=red / len(outcomes),
        low=float(interval.low),
        high=float(interval.high),
        reasons=dict(Counter(r for outcome, reasons in outcomes if outcome == "regressed" for r in reasons)),
    )


def simulated(
    suite: Suite, base: Run, gates: int, options: Options, *, trials: int = 3, seed: int = 0
) -> Alarms:
    """The alarms of candidates that are drawn, trial by trial, from the baseline; no model is called."""
    import numpy as np

    dice = np.random.default_rng(seed)
    outcomes = []
    for _ in range(gates):
        drawn = {name: _draw(there, CONFIRM, dice) for name, there in base.by_task.items() if there}
        first = tuple(t for there in drawn.values() for t in there[:trials])
        candidate = Run(header=base.header, trials=first)

        def more(task: Task, upto: int, drawn: dict[str, list[Trial]] = drawn) -> Sequence[Trial]:
            return drawn[task.id][:upto]

        verdict = decide(
            suite, base, candidate, options, more=more, now=base.header.created + dt.timedelta(days=1)
        )
        outcomes.append((verdict.outcome, verdict.reasons))
    return summed(outcomes)


def _draw(trials: Sequence[Trial], count: int, dice: object) -> list[Trial]:
    chosen = dice.integers(0, len(trials), count)  # type: ignore[attr-defined]
    return [trials[i].model_copy(update={"trial": n}) for n, i in enumerate(chosen, 1)]
