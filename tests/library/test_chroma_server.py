"""A Chroma server that is killed, emptied, slow, silent or wrong: search stays right, nothing is lost, and
the index catches up. Several libraries on one server, and several processes on one library.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from chroma_servers import Between, ChromaRun
from fakes import CountingEmbedder, make_article
from kill_chroma_server import run

from qa.library import Library, chroma_server
from qa.library.vectors import VectorTable

pytestmark = pytest.mark.embedded  # with a server in each of them
REPOSITORY = Path(__file__).resolve().parents[2]
ARTICLES = 30
WITHIN = 30.0


@pytest.fixture
def served(tmp_path, chroma) -> Iterator[Library]:
    with Library(tmp_path / "library", embedder=CountingEmbedder(), chroma_url=chroma.url) as opened:
        opened.add([make_article(n) for n in range(ARTICLES)])
        assert _by_server(opened)
        yield opened
    chroma.start()


@pytest.fixture
def between(chroma) -> Iterator[Between]:
    found = Between(chroma.port)
    yield found
    found.close()


def _nearest(library: Library, text: str = "engineers and weeks of work") -> list[int]:
    return [i for i, _ in library.searching.dense.search(library.embedder.embed([text])[0], 10, None)]


def _right(library: Library) -> None:
    """What search finds is what exact search over the catalogue finds."""
    table = VectorTable(library.catalogue)
    for text in ("engineers and weeks of work", "the mayor and the summer fair"):
        vector = library.embedder.embed([text])[0]
        found = library.searching.dense.search(vector, 10, None)
        expected = table.search(vector, 10)
        assert [round(s, 3) for _, s in found] == [round(s, 3) for _, s in expected]
    last = max(int(head.id[-5:]) for head in library.heads())
    assert library.search(f"notice marker{last}")[0].article.id == f"article-{last:05d}"


def _by_server(library: Library) -> bool:
    """Whether the server answered, and not exact search in its place."""
    leg = library.searching.dense
    leg._broken_until = 0.0  # as if the time to leave it in peace were over
    _nearest(library)
    return leg._broken_until == 0.0


def _catches_up(library: Library, number: int) -> None:
    assert library.add([make_article(number)]).warnings == ()
    assert _by_server(library)
    assert library.stats().dense_rows == library.catalogue.chunk_count()
    assert [f for f in library.check() if not f.ok] == []
    _right(library)


@pytest.mark.parametrize("empty", [False, True])
def test_killed_and_restarted_in_the_middle(served, chroma, empty):
    chroma.kill()
    _right(served)
    report = served.add([make_article(100)])
    assert (report.added, [w.code for w in report.warnings]) == (1, ["dense_index_behind"])
    served.remove("article-00003")
    _right(served)
    chroma.restart(empty=empty)
    _right(served)
    assert _by_server(served) is not empty
    _catches_up(served, 101)
    with Library(served.path, embedder=CountingEmbedder(), chroma_url=chroma.url) as again:
        assert again.count() == ARTICLES + 1
        _right(again)


@pytest.mark.parametrize("mode", ["hang", "500", "refuse", "slow"])
def test_a_server_that_is_not_well(served, between, chroma, monkeypatch, mode):
    with (
        Library(served.path, embedder=CountingEmbedder(), chroma_url=between.url) as library,
        chroma.client() as client,
    ):
        assert _by_server(library)
        before = {c.name: c.id for c in client.list_collections()}
        between.mode = mode
        with monkeypatch.context() as patch:
            if mode == "hang":  # the others answer, on a busy machine too, within the real limits
                patch.setattr(chroma_server, "SEARCH_SECONDS", 0.5)
                patch.setattr(chroma_server, "UPDATE_SECONDS", 0.5)
            _right(library)
            assert _by_server(library) is (mode == "slow")
            report = library.add([make_article(100)])
            assert [w.code for w in report.warnings] == ([] if mode == "slow" else ["dense_index_behind"])
            _right(library)
            assert all(f.ok for f in library.check() if f.part != "dense")
        between.mode = "pass"
        _catches_up(library, 101)
        # Nothing was wrong with what it held: it was not thrown away.
        assert {c.name: c.id for c in client.list_collections()} == before


def _lose(library: Library, chroma: ChromaRun, ids: list[int], *, counted: bool) -> None:
    """Takes vectors away behind our back; if `counted`, rows of nobody keep the count as it was."""
    with chroma.client() as client:
        name = next(n for n in chroma.names() if library.catalogue.library_id in n)
        collection = client.get_collection(name, embedding_function=None)
        collection.delete(ids=[str(i) for i in ids])
        if counted:
            vector = [1.0] + [0.0] * (library.catalogue.embedder().dimension - 1)
            collection.add(ids=[f"9{i:08d}" for i in ids], embeddings=[vector] * len(ids))


@pytest.mark.parametrize("counted", [False, True])
@pytest.mark.parametrize("looks", ["anew", "now and then"])
def test_vectors_lost_in_silence_are_noticed(served, chroma, monkeypatch, counted, looks):
    table = VectorTable(served.catalogue)
    _lose(served, chroma, [int(i) for i in table.ids[::3]], counted=counted)
    if looks == "now and then":
        served.searching.dense.index._verify_at = 0.0  # a minute later
        _right(served)
        assert not _by_server(served)
        _catches_up(served, 100)
        return
    with Library(served.path, embedder=CountingEmbedder(), chroma_url=chroma.url) as other:
        _right(other)
        assert not _by_server(other)
        assert [f.part for f in other.check() if not f.ok] == ["dense"]
        assert all(f.ok for f in other.repair())
        _catches_up(other, 100)


def test_looking_costs_no_request_with_each_search(served, monkeypatch):
    looked = []
    monkeypatch.setattr(chroma_server, "_nearest", lambda *_: looked.append(1) or [])
    for _ in range(5):
        _nearest(served)
    assert looked == []


def test_another_process_fills_the_collection_anew_while_this_one_searches(served, chroma, monkeypatch):
    """A reader that has it open never sees half of it."""
    original = chroma_server.row_batches
    seen = []

    def in_the_middle(blocks):
        batches = [next(original(iter([block]))) for block in blocks]
        for number, batch in enumerate(batches):
            if number == len(batches) // 2:
                seen.append(1)
                _right(served)
            yield batch

    with Library(served.path, embedder=CountingEmbedder(), chroma_url=chroma.url) as writer:
        monkeypatch.setattr(chroma_server, "row_batches", in_the_middle)
        writer.searching.dense.index.discard()
        assert writer.searching.dense.settle(always=True) == ""
    assert seen == [1]
    assert _by_server(served)
    _right(served)


def test_a_writer_killed_in_the_middle_of_an_update(served, chroma, monkeypatch):
    """Some of the newest rows are there, and the collection says that it has none of them."""
    original = chroma_server.row_batches

    def half(blocks):
        ids, vectors = next(original(blocks))
        yield ids[: len(ids) // 2], vectors[: len(ids) // 2]
        raise KeyboardInterrupt

    with Library(served.path, embedder=CountingEmbedder(), chroma_url=chroma.url) as writer:
        with monkeypatch.context() as patch:
            patch.setattr(chroma_server, "row_batches", half)
            with pytest.raises(KeyboardInterrupt):
                writer.add([make_article(n) for n in range(100, 110)])
        for library in (served, writer):
            _right(library)
            assert len(set(_nearest(library))) == 10
        _catches_up(writer, 120)
    _right(served)


def test_two_libraries_on_one_server_do_not_mix(served, chroma, tmp_path):
    with Library(tmp_path / "other", embedder=CountingEmbedder(), chroma_url=chroma.url) as other:
        other.add([make_article(n) for n in range(500, 520)])
        own = {n for n in chroma.names() if served.catalogue.library_id in n}
        theirs = {n for n in chroma.names() if other.catalogue.library_id in n}
        assert len(own) == len(theirs) == 1
        assert own != theirs
        for library in (served, other):
            assert _by_server(library)
            _right(library)
            rows = library.catalogue.chunks(_nearest(library))
            assert len(rows) == 10
        other.remove("article-00500")
        other.searching.dense.index.discard()
        assert _by_server(served)
        _right(served)


def test_a_copied_folder_that_went_its_own_way_is_another_library(served, chroma, tmp_path):
    """The copy has the same name on the server; whoever finds the other's rows there searches exactly."""
    shutil.copytree(served.path, tmp_path / "copy")
    with Library(tmp_path / "copy", embedder=CountingEmbedder(), chroma_url=chroma.url) as copy:
        for turn in range(2):
            copy.add([make_article(200 + turn)])
            served.add([make_article(300 + turn)])
            _right(copy)
            _right(served)
            assert "article-00300" not in [p.article.id for p in copy.search("marker300", k=20)]


def test_a_server_killed_at_any_moment(tmp_path):
    """The short form of `kill_chroma_server.py`."""
    tally = run(tmp_path, kills=2, seed=5, batch=100)
    assert (tally.lost, tally.wrong, tally.stuck) == (0, 0, 0)
    assert tally.kills == 2


@contextmanager
def _serving(folder: Path, **more: str) -> Iterator[str]:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "QA_LIBRARY": str(folder), **more}
    command = [sys.executable, "-m", "qa", "serve", "--port", "0"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with subprocess.Popen(command, env=environment, cwd=folder, **pipes) as process:
        try:
            found = re.search(r"http://\S+?:\d+", process.stdout.readline())
            assert found
            yield found[0]
        finally:
            process.kill()


def _found(url: str, question: str) -> list[str]:
    found = (
        httpx.get(f"{url}/api/search", params={"question": question}, timeout=WITHIN)
        .raise_for_status()
        .json()
    )
    return [passage["article"]["title"] for passage in found["passages"]]


def test_several_servers_share_one_library_and_see_what_is_added(tmp_path, chroma):
    folder = tmp_path / "library"
    more = {"QA_CHROMA_URL": chroma.url, "QA_EMBEDDER": "hashing", "QA_CONFIG": ""}
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "QA_LIBRARY": str(folder), **more}

    def ingest(name: str) -> None:
        text = f"The {name} of Selby reopens\n\nThe {name} of Selby will reopen on Monday, Ada Brandt said.\n"
        (tmp_path / f"{name}.txt").write_text(text)
        command = [sys.executable, "-m", "qa", "ingest", str(tmp_path / f"{name}.txt"), "--json"]
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=60, check=True
        )
        assert json.loads(done.stdout)["added"] == 1, done

    ingest("harbour")
    with ExitStack() as stack:
        servers = [stack.enter_context(_serving(folder, **more)) for _ in range(2)]
        for name in ("harbour", "lighthouse", "tramway"):
            if name != "harbour":
                ingest(name)
            for url in servers:
                end = time.monotonic() + WITHIN
                while not any(name in title for title in _found(url, f"When does the {name} reopen?")):
                    assert time.monotonic() < end
    with Library(folder, embedder=None, chroma_url=chroma.url) as library:
        assert library.stats().dense_rows == library.catalogue.chunk_count() == 3
