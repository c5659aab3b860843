"""The gate against dice: how often it cries wolf, and what it catches. Seeded: the same every time.

`python tests/evals/simulation.py --runs 1000` prints the figures that the closing note of the suite quotes.
"""

from __future__ import annotations

import pytest
import simulation

RUNS = 100


def test_the_same_prompt_is_hardly_ever_red():
    found = simulation.shares("the same prompt", 2 * RUNS)
    assert found["regressed"] <= 0.03
    assert found["no worse"] >= 0.9


def test_one_stable_case_that_breaks_is_always_caught():
    assert simulation.shares("one stable case broken", RUNS)["regressed"] >= 0.98


def test_a_drop_of_five_points_everywhere_is_caught():
    found = simulation.shares("all drop by 5 points", RUNS)
    assert found["regressed"] >= 0.8
    assert found["no worse"] <= 0.06


@pytest.mark.parametrize("seed", range(3))
def test_the_answers_are_graded_for_real(seed):
    before = simulation.chances(seed)
    verdict = simulation.gate(before, before, seed)
    assert verdict.suite is not None
    assert verdict.suite.cases == simulation.CASES
    assert verdict.suite.clusters == simulation.ARTICLES
    assert 0.9 < verdict.suite.base < 1
    worst = min(range(simulation.CASES), key=lambda i: before[i])
    task = simulation.known()[1][worst].task.id
    flaky = next(c for c in verdict.cases if c.task == task)
    assert flaky.base_passed < flaky.base_trials
