from __future__ import annotations

from qa.library.fusion import fuse


def test_the_sum_is_convex_and_runs_from_0_to_1():
    ranked = dict(fuse({1: 10.0, 2: 5.0, 3: 0.0}, {1: 0.1, 2: 0.9, 4: 0.5}, 0.2))
    assert ranked[1] == 1.0 / 1.2
    assert ranked[2] == (0.5 + 0.2) / 1.2
    assert ranked[3] == 0.0
    assert 0 < ranked[4] < 0.1


def test_equal_scores_are_ordered_by_id():
    assert [i for i, _ in fuse({9: 1.0, 2: 1.0, 5: 1.0}, {}, 0.2)] == [2, 5, 9]


def test_one_leg_alone_keeps_its_order_and_the_whole_scale():
    assert fuse({7: 3.0, 8: 1.0}, {}, 0.2) == [(7, 1.0), (8, 0.0)]
    assert fuse({}, {7: 0.3, 8: 0.1}, 0.2) == [(7, 1.0), (8, 0.0)]
    assert fuse({}, {}, 0.2) == []


def test_weight_zero_is_the_word_leg_alone():
    words = {1: 3.0, 2: 2.0, 3: 1.0}
    assert [i for i, _ in fuse(words, {3: 0.9, 2: 0.1}, 0.0)][:3] == [1, 2, 3]
