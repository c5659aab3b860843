"""Candidates told by bits: the nearest are among them, whatever came and went."""

from __future__ import annotations

import numpy as np
import pytest

from qa.library import vectors
from qa.library.codes import SignCodes
from qa.library.vectors import VectorTable

DIMENSIONS = (3, 64, 100, 256)


def clustered(rows: int, dimension: int, seed: int = 1) -> np.ndarray:
    dice = np.random.default_rng(seed)
    centres = dice.standard_normal((20, dimension)) + 3  # far from the origin, as averages of words are
    made = centres[dice.integers(20, size=rows)] + 0.4 * dice.standard_normal((rows, dimension))
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_at_least_as_many_as_wanted_and_a_row_finds_itself(dimension):
    matrix = clustered(300, dimension)
    codes = SignCodes.of(matrix)
    for row in range(0, 300, 10):
        found = codes.candidates(matrix[row], 30)
        assert len(found) >= 30
        assert found.tolist() == sorted(set(found.tolist()))
        assert row in found or dimension < 64  # few bits: many others may differ as little


def test_equal_vectors_are_all_candidates_or_none():
    matrix = np.repeat(clustered(10, 64), 8, axis=0)
    found = SignCodes.of(matrix).candidates(matrix[16], 1).tolist()
    assert len(found) % 8 == 0
    assert set(range(16, 24)) <= set(found)


def test_all_are_candidates_where_more_are_wanted_than_there_are():
    matrix = clustered(50, 64)
    assert SignCodes.of(matrix).candidates(matrix[0], 1_000).tolist() == list(range(50))


def test_rows_that_came_and_went_keep_their_places():
    matrix = clustered(400, 64)
    codes = SignCodes.of(matrix[:300])
    kept = np.arange(400) % 3 != 0
    codes = codes.extended(matrix[300:]).only(kept)
    for row, vector in enumerate(matrix[kept]):
        assert row in codes.candidates(vector, 8)


@pytest.fixture
def few_scored(monkeypatch):
    monkeypatch.setattr(vectors, "CODED_ROWS", 20)
    monkeypatch.setattr(vectors, "FEWEST_CANDIDATES", 30)


def test_a_table_with_codes_follows_the_catalogue(few_scored, library, article, embedder):
    library.add([article(n) for n in range(40)])
    coded = VectorTable(library.catalogue)
    question = embedder.embed(["the ferry will close"])[0]
    coded.search(question, 5)
    library.remove(article(3).id)
    library.add([article(n) for n in range(40, 60)])
    coded.refresh()
    whole = VectorTable(library.catalogue, coded_rows=10_000)
    assert coded.ids.tolist() == whole.ids.tolist()
    assert len(coded.ids) > 60
    for row in range(0, len(whole.ids), 7):
        best = coded.search(whole.matrix[row], 3)
        assert best[0][1] == pytest.approx(1.0, abs=1e-4)
        assert best[0] == whole.search(whole.matrix[row], 3)[0]


def test_the_nearest_are_among_the_candidates():
    """Recall@10 of at least .95 where a tenth of the rows is scored, for questions near no row."""
    matrix = clustered(4_000, 256)
    codes = SignCodes.of(matrix)
    asked = clustered(100, 256) + 0.03 * np.random.default_rng(2).standard_normal((100, 256))
    found = 0
    for vector in asked.astype(np.float32):
        nearest = np.argsort(-(matrix @ vector))[:10]
        candidates = codes.candidates(vector, 400)
        assert len(candidates) < 1_000
        found += len(set(nearest) & set(candidates))
    assert found / 1_000 >= 0.95


def test_a_filter_scores_all_that_pass(few_scored, library, article, embedder):
    library.add([article(n) for n in range(60)])
    coded, whole = VectorTable(library.catalogue), VectorTable(library.catalogue, coded_rows=10_000)
    question = embedder.embed(["the ferry will close"])[0]
    numbers = sorted(set(whole.numbers.tolist()))[::4]
    assert coded.search(question, 20, numbers) == whole.search(question, 20, numbers)
