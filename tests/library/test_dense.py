"""One contract for every way of finding near vectors: exact, embedded Chroma, a Chroma server."""

from __future__ import annotations

import numpy as np
import pytest

from qa.errors import ConfigError
from qa.library import Library, nearest
from qa.library.nearest import DenseLeg
from qa.library.shards import EmbeddedChroma
from qa.library.vectors import VectorTable

pytestmark = pytest.mark.embedded  # all ways are its own parameters


@pytest.fixture(params=["exact", "embedded", "server"])
def leg(request, library, article, monkeypatch):
    """A dense leg over 40 articles, and how it searches."""
    url = None
    if request.param == "embedded":
        monkeypatch.setattr(nearest, "EXACT_ROWS", 0)
    if request.param == "server":
        url = request.getfixturevalue("chroma").url
    library.add([article(n) for n in range(40)])
    made = DenseLeg(library.catalogue, url, library.path)
    assert made.settle() == ""
    yield made
    assert made.problem == ""
    made.close()


def _everything(library):
    return VectorTable(library.catalogue)


def _same(found, expected):
    assert len(found) == len(expected)
    assert np.allclose([s for _, s in found], [s for _, s in expected], atol=1e-4)


def test_finds_what_exact_search_finds(leg, library, embedder):
    table = _everything(library)
    for text in ("the ferry will close", "engineers and reporters", "mayor summer fair"):
        vector = embedder.embed([text])[0]
        _same(leg.search(vector, 10, None), table.search(vector, 10))


def test_every_vector_finds_itself(leg, library):
    table = _everything(library)
    for row in range(0, len(table.ids), 5):
        best = leg.search(table.matrix[row], 3, None)
        assert best[0][1] == pytest.approx(1.0, abs=1e-4)


def test_only_in_the_articles_that_pass(leg, library, embedder):
    vector = embedder.embed(["the ferry will close"])[0]
    found = leg.search(vector, 50, [3, 4])
    rows = library.catalogue.chunks([i for i, _ in found])
    assert {row.number for row in rows.values()} == {3, 4}
    assert len(found) == len(library.catalogue.chunks_of(3)) + len(library.catalogue.chunks_of(4))
    assert leg.search(vector, 50, []) == []


def test_what_came_and_went_since_it_was_made(leg, library, article, embedder):
    library.remove("article-00005")
    library.add([article(77)])
    table = _everything(library)
    for text in ("marker77 plan 77", "marker5 plan 5"):
        vector = embedder.embed([text])[0]
        found = leg.search(vector, 20, None)
        _same(found, table.search(vector, 20))
        assert {i for i, _ in found} <= set(table.ids.tolist())
    assert leg.settle(always=True) == ""
    _same(leg.search(vector, 20, None), table.search(vector, 20))


def test_an_update_repeated_changes_nothing(leg, library, embedder):
    vector = embedder.embed(["the ferry will close"])[0]
    before = leg.search(vector, 10, None)
    for _ in range(2):
        assert leg.settle(always=True) == ""
    _same(leg.search(vector, 10, None), before)
    assert leg.pending() == (0, 0)
    assert leg.index.rows() == library.catalogue.chunk_count()


def test_asking_for_more_than_there_is(leg, library, embedder):
    assert len(leg.search(embedder.embed(["ferry"])[0], 10_000, None)) == library.catalogue.chunk_count()


def test_no_server_there_is_a_warning_and_not_the_end(library, article, embedder):
    with Library(library.path, embedder=embedder, chroma_url="http://127.0.0.1:9") as served:
        report = served.add([article(n) for n in range(5)])
        assert report.added == 5
        assert "http://127.0.0.1:9" in report.warnings[0].message
        assert served.search("marker3")[0].article.id == "article-00003"
        assert [f.part for f in served.check() if not f.ok] == ["dense"]
        assert [f.part for f in served.repair() if not f.ok] == ["dense"]


def test_what_came_and_went_before_the_index_followed_is_no_fault(library, article, monkeypatch):
    monkeypatch.setattr(nearest, "ALWAYS_FOLLOW_ROWS", 10)
    monkeypatch.setattr(nearest, "EXACT_ROWS", 10)
    library.add([article(n) for n in range(60)])
    library.add([article(61)])
    library.remove("article-00061")
    assert all(f.ok for f in library.check())


@pytest.mark.parametrize(
    "url", ["localhost:8000", "ftp://x", "http://", "http://host:port", "", "http://[::1"]
)
def test_an_address_that_is_none(library, url, article):
    library.add([article(1)])
    with (
        Library(library.path, chroma_url=url, embedder=library.embedder) as served,
        pytest.raises(ConfigError),
    ):
        served.search("ferry")


def test_what_a_killed_writer_left_is_cleared_away(library, article):
    library.add([article(1)])
    left = library.path / "dense" / "g-99-dead"
    left.mkdir()
    (left / "chroma.sqlite3").write_bytes(b"half")
    (library.path / "dense" / "current.json.new").write_text("{")
    library.add([article(2)])
    assert len(list((library.path / "dense").iterdir())) == 2


def test_searching_a_generation_never_writes_to_its_vector_files(library, article, monkeypatch, embedder):
    monkeypatch.setattr(nearest, "EXACT_ROWS", 0)
    library.add([article(n) for n in range(120)])
    files = {p: p.stat().st_mtime_ns for p in (library.path / "dense").glob("*/*/*")}
    assert len(files) >= 4
    library.close()
    with Library(library.path, embedder=embedder) as again:
        assert again.search("marker7")[0].article.id == "article-00007"
        assert again.searching.dense.index.applied
    assert {p: p.stat().st_mtime_ns for p in files} == files


def test_a_large_library_defers_what_is_new(library, article, monkeypatch):
    monkeypatch.setattr(nearest, "ALWAYS_FOLLOW_ROWS", 10)
    monkeypatch.setattr(nearest, "MOST_NEW_ROWS", 20)
    monkeypatch.setattr(nearest, "MOST_GONE_ROWS", 10)
    monkeypatch.setattr(nearest, "EXACT_ROWS", 10)
    index = EmbeddedChroma(library.path / "dense")
    library.add([article(n) for n in range(60)])
    first = index.pointer().sequence
    library.add([article(61)])
    assert index.pointer().sequence == first
    assert library.stats().dense_pending == len(library.catalogue.chunks_of(61))
    assert library.search("marker61")[0].article.id == "article-00061"
    assert all(f.ok for f in library.check())
    library.add([article(n) for n in range(62, 82)])
    second = index.pointer().sequence
    assert second > first
    library.remove("article-00001")
    assert index.pointer().sequence == second
    for n in range(2, 12):
        library.remove(f"article-{n:05d}")
    assert index.pointer().sequence > second


def test_recall_of_the_approximate_search(tmp_path, article):
    """Recall@10 of at least .95 beside exact search, on vectors of real words."""
    from qa.library.embedders import WordLlamaEmbedder

    embedder = WordLlamaEmbedder()
    with Library(tmp_path / "real", embedder=embedder) as library:
        library.add([article(n, paragraphs=6) for n in range(300)])
        table = VectorTable(library.catalogue)
        index = EmbeddedChroma(library.path / "dense")
        index.open(library.catalogue)
        found = 0
        for n in range(50):
            vector = embedder.embed(
                [f"When will the council of plan {n} tell residents about the work in {n} weeks?"]
            )[0]
            tenth = table.search(vector, 10)[-1][1]
            found += sum(score >= tenth - 1e-5 for _, score in index.search(vector, 10))
        index.close()
    assert found / 500 >= 0.95
