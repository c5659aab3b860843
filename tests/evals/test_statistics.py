"""The statistics of a comparison, against values worked out by hand or by another way."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from qa.evals.statistics import (
    Paired,
    all_of,
    any_of,
    clustered_se,
    compared,
    drop_p,
    holm,
    mcnemar,
    smallest_drop,
)


def pairs(*changes: tuple[str, float, float]) -> list[Paired]:
    return [Paired(*change) for change in changes]


def test_a_drop_in_every_one_of_six_articles():
    found = drop_p([-1.0] * 6)
    assert found == pytest.approx(1 / 64)


def test_sign_flips_are_counted_exactly():
    sums = [-0.5, 0.25, -1.0, 0.1, -0.3]
    totals = [
        sum(s * v for s, v in zip(signs, sums, strict=True)) for signs in itertools.product((1, -1), repeat=5)
    ]
    expected = np.mean([t <= sum(sums) + 1e-9 for t in totals])
    assert drop_p(sums) == pytest.approx(expected)


def test_articles_without_a_difference_say_nothing():
    assert drop_p([0.0] * 30) == 1.0
    assert drop_p([0.0] * 30 + [-1.0] * 6) == pytest.approx(1 / 64)


def test_a_rise_is_no_drop():
    assert drop_p([1.0] * 6) == 1.0


def test_many_articles_are_flipped_by_seeded_dice():
    sums = [-0.4, 0.3] * 15
    assert drop_p(sums, seed=1) == drop_p(sums, seed=1)
    assert drop_p(sums) == pytest.approx(0.3, abs=0.08)
    assert drop_p([-1.0] * 30) < 0.001


def test_cases_of_one_article_count_less_than_cases_of_many():
    values = [1.0] * 10 + [0.0] * 10
    alone = clustered_se(values, [str(i) for i in range(20)])
    together = clustered_se(values, ["a"] * 10 + ["b"] * 10)
    assert alone == pytest.approx(np.std(values, ddof=1) / np.sqrt(20))
    assert together > 3 * alone


def test_the_error_of_one_cluster_is_unknown():
    assert clustered_se([1.0, 0.0], ["a", "a"]) == 0.0
    assert clustered_se([], []) == 0.0


def test_nothing_changed():
    found = compared([Paired(f"a{i}", 1, 1) for i in range(100)])
    assert found.difference == 0
    assert found.p_drop == 1
    assert -0.04 < found.low < 0 < found.high < 0.04  # what 100 cases can rule out, and no more
    small = compared([Paired(f"a{i}", 1, 1) for i in range(20)])
    assert small.low < -0.1


def test_the_interval_holds_the_difference_and_is_seeded():
    changes = [Paired(f"a{i % 20}", 1, 0 if i % 7 == 0 else 1) for i in range(100)]
    found = compared(changes, seed=3)
    assert found.difference == pytest.approx(-0.15)
    assert found.low < found.difference < found.high
    assert found == compared(changes, seed=3)
    assert found.p_drop < 0.025


def test_mcnemar_by_hand():
    assert mcnemar(pairs(*[("a", 1, 0)] * 6)) == pytest.approx(2 / 64)
    assert mcnemar(pairs(*[("a", 1, 0)] * 5)) == pytest.approx(2 / 32)
    assert mcnemar(pairs(("a", 1, 1), ("b", 0, 0))) == 1.0
    assert compared(pairs(("a", 0.5, 1.0), ("b", 1, 1))).mcnemar is None


@pytest.mark.parametrize(("cases", "about"), [(50, 0.15), (100, 0.08), (200, 0.04), (400, 0.02)])
def test_the_smallest_drop_shrinks_with_the_cases(cases, about):
    assert smallest_drop(0.0, cases, 1) == pytest.approx(about, rel=0.05)


def test_the_smallest_drop_follows_the_error_when_that_is_larger():
    assert smallest_drop(0.05, 100, 3) == pytest.approx((1.96 + 0.8416) * 0.05, rel=0.001)
    assert smallest_drop(0.0, 3, 1) == 1.0


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []
    assert holm([0.9, 0.8]) == [1.0, 1.0]


def test_pass_at_k_and_pass_to_the_k():
    assert all_of(2, 4, 2) == pytest.approx(1 / 6)
    assert any_of(2, 4, 2) == pytest.approx(5 / 6)
    assert all_of(3, 3, 3) == any_of(1, 1, 1) == 1
    assert any_of(0, 5, 3) == 0
