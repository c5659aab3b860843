"""False alarms: how they are counted, and that drawing from a baseline draws from nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from evals.tiny_suite import PRICE, RIGHT, TASKS, UNDECIDED, loaded, reply, run, script

from qa.config import Settings
from qa.evals.alarms import simulated, summed
from qa.evals.gate import Options
from qa.evals.running import Plan
from qa.evals.runs import Run
from qa.evals.suite import Suite

RED = ("regressed", ("a case fails",))


def test_outcomes_are_counted_with_their_reasons():
    outcomes = [RED, ("regressed", ("a case fails", "the suite drops")), ("inconclusive", ("too few",))]
    found = summed([*outcomes, *[("no worse", ("the same",))] * 7])
    assert (found.gates, found.regressed, found.inconclusive, found.no_worse) == (10, 2, 1, 7)
    assert found.false_red == 0.2
    assert found.reasons == {"a case fails": 2, "the suite drops": 1}


@pytest.mark.parametrize(
    ("red", "gates", "low", "high"),
    [
        (0, 5, 0, 1 - 0.025 ** (1 / 5)),
        (5, 5, 0.025 ** (1 / 5), 1),
        (2, 10, 0.02521, 0.55610),  # Clopper and Pearson's table
    ],
)
def test_the_interval_is_exact(red, gates, low, high):
    found = summed([RED] * red + [("no worse", ())] * (gates - red))
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-5)


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    return loaded(tmp_path / "eval")


def baseline(suite: Suite, folder: Path, trials: int, *prices: object) -> Run:
    """A baseline whose answers to the question of the cost are these in turn."""
    right = run(
        Plan(
            suite,
            suite.chosen("pr"),
            "pr",
            Settings(model=script(folder, RIGHT), library=folder),
            trials=trials,
        ),
        folder / "run.jsonl",
    )
    if not prices:
        return right
    others = [
        run(
            Plan(
                suite,
                (suite.tasks_by_id[PRICE],),
                "pr",
                Settings(model=script(folder, {"*": answer}), library=folder),
                trials=1,
            ),
            folder / "run.jsonl",
        ).trials[0]
        for answer in prices
    ]
    drawn = [others[n % len(others)].model_copy(update={"trial": n + 1}) for n in range(trials)]
    kept = [t for t in right.trials if t.task != PRICE]
    return Run(header=right.header, trials=(*kept, *drawn))


def test_a_steady_baseline_raises_none(suite, tmp_path):
    found = simulated(suite, baseline(suite, tmp_path, 10), 20, Options())
    assert (found.gates, found.regressed, found.no_worse) == (20, 0, 20)


def test_a_flaky_case_does_not_turn_the_gate_red(suite, tmp_path):
    flaky = baseline(suite, tmp_path, 10, RIGHT["repairs"], UNDECIDED)
    found = simulated(suite, flaky, 20, Options())
    assert found.regressed == 0
    assert found.inconclusive > 0  # five questions are too few to rule a drop out


def test_a_case_that_always_fails_raises_none_either(suite, tmp_path):
    assert simulated(suite, baseline(suite, tmp_path, 10, reply()), 5, Options()).no_worse == 5


def test_the_draws_are_seeded(suite, tmp_path):
    flaky = baseline(suite, tmp_path, 10, RIGHT["repairs"], reply())
    first, again = (simulated(suite, flaky, 10, Options(), seed=7) for _ in range(2))
    assert first == again


def test_a_question_without_trials_is_passed_over(suite, tmp_path):
    whole = baseline(suite, tmp_path, 10)
    some = Run(header=whole.header, trials=tuple(t for t in whole.trials if t.task != PRICE))
    assert set(whole.by_task) == set(TASKS)
    assert simulated(suite, some, 3, Options()).gates == 3
