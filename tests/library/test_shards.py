"""The shards of the embedded Chroma index: which are kept, which are built, what a kill or damage leaves."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from qa.library import Library, nearest, shard_plan, shards
from qa.library.dense import DenseUnavailableError
from qa.library.shard_plan import Shard, Span, plan
from qa.library.shards import EmbeddedChroma
from qa.library.vectors import VectorTable

ROWS = 40

pytestmark = pytest.mark.embedded


class Killed(KeyboardInterrupt):
    """As a kill, what nobody takes for a fault of Chroma's."""


@pytest.fixture(autouse=True)
def small_shards(monkeypatch):
    """Shards of forty rows, which take part in every search."""
    monkeypatch.setattr(shard_plan, "SHARD_ROWS", ROWS)
    monkeypatch.setattr(nearest, "EXACT_ROWS", 0)


def _pointer(library):
    return EmbeddedChroma(library.path / "dense").pointer()


def _state(library) -> dict[str, tuple[int, int]]:
    """Inode and time of the last change of every file that belongs to a shard."""
    files = [p for p in (library.path / "dense").glob("*/**/*") if p.is_file()]
    return {str(p): (p.stat().st_ino, p.stat().st_mtime_ns) for p in files}


def _folders(library) -> set[str]:
    return {p.name for p in (library.path / "dense").iterdir() if p.is_dir()}


def _all_in_step(library) -> None:
    """The shards hold just what is in the catalogue, and are searched as well as all vectors at once."""
    pointer = _pointer(library)
    assert _folders(library) == {shard.folder for shard in pointer.shards}
    table = VectorTable(library.catalogue)
    held = [i for shard in pointer.shards for i in _ids(shard, table)]
    assert held == table.ids.tolist()
    assert pointer.rows == len(held)
    index = EmbeddedChroma(library.path / "dense")
    index.open(library.catalogue)
    assert index.rows() == len(held)
    for vector in table.matrix[::7]:
        found, expected = index.search(vector, 8), table.search(vector, 8)
        assert np.allclose([s for _, s in found], [s for _, s in expected], atol=1e-4)
        assert {i for i, _ in found} <= set(held)
    index.close()


def _ids(shard, table):
    assert shard.rows <= ROWS
    inside = [i for i in table.ids.tolist() if shard.first <= i <= shard.last]
    assert len(inside) == shard.live
    return inside


def _add(library, article, first: int, last: int):
    library.add([article(n) for n in range(first, last)])
    return _pointer(library).shards


def _remove(library, first: int, last: int) -> None:
    """Removes the articles that the chunks `first` to `last` belong to; the index follows once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nearest, "ALWAYS_FOLLOW_ROWS", 0)
        for article_id in {_article_of(library, i) for i in range(first, last + 1)}:
            library.remove(article_id)
    with library.writing():
        assert library.searching.dense.settle(always=True) == ""


def _article_of(library, chunk: int) -> str:
    (row,) = library.catalogue.rows(
        "SELECT a.id FROM chunks c JOIN articles a USING (number) WHERE c.id = ?", (chunk,)
    )
    return str(row[0])


# The plan


def _shard(first: int, last: int, rows: int, gone=()) -> Shard:
    return Shard(f"s-{first}", first, last, rows, gone, {})


def _ranges(spans: list[Span]) -> list[tuple[int, int | None, int, bool]]:
    return [(s.first, s.last, s.rows, s.kept is not None) for s in spans]


FULL, ALSO = _shard(1, 40, 40), _shard(41, 80, 40)


def test_full_shards_are_kept_and_what_came_is_built():
    assert _ranges(plan([FULL, ALSO], [], 7)) == [(1, 40, 40, True), (41, 80, 40, True), (81, None, 7, False)]


def test_the_last_shard_is_built_together_with_what_came():
    assert _ranges(plan([FULL, _shard(41, 60, 20)], [], 90)) == [(1, 40, 40, True), (41, None, 110, False)]


def test_the_last_shard_stays_where_nothing_came():
    assert _ranges(plan([FULL, _shard(41, 60, 20)], [], 0)) == [(1, 40, 40, True), (41, 60, 20, True)]


def test_a_few_that_went_are_remembered():
    first, second = plan([FULL, ALSO], [(3, 2), (79, 2), (200, 5)], 0)
    assert first.kept is not None
    assert first.kept.gone == ((3, 2),)
    assert second.kept is not None
    assert second.kept.live == second.rows == 38
    (again, _) = plan([first.kept, ALSO], [(8, 2)], 0)
    assert again.kept is not None
    assert again.kept.gone == ((3, 2), (8, 2))


def test_a_tenth_that_went_is_built_without_them():
    assert _ranges(plan([FULL, ALSO], [(3, 5)], 0)) == [(1, 40, 35, False), (41, 80, 40, True)]


def test_a_shard_that_became_small_joins_its_neighbour():
    other = _shard(41, 80, 30)
    assert _ranges(plan([FULL, other], [(3, 33)], 0)) == [(1, 80, 37, False)]
    assert _ranges(plan([other, _shard(81, 120, 40)], [(90, 33)], 0)) == [(41, 120, 37, False)]
    assert _ranges(plan([FULL, ALSO], [(3, 33)], 0)) == [(1, 40, 7, False), (41, 80, 40, True)]


def test_an_empty_shard_is_dropped():
    assert _ranges(plan([FULL, ALSO], [(1, 40)], 0)) == [(41, 80, 40, True)]
    assert plan([FULL], [(1, 40)], 0) == []
    assert _ranges(plan([FULL], [(1, 40)], 3)) == [(41, None, 3, False)]


# The folders


def test_more_rows_than_a_shard(library, article):
    made = _add(library, article, 0, 60)
    assert len(made) > 2
    _all_in_step(library)
    for n in (0, 31, 59):
        assert library.search(f"marker{n}")[0].article.id == f"article-{n:05d}"


def test_many_small_ingests_make_no_small_shards_and_leave_full_ones_alone(library, article):
    _add(library, article, 0, 10)
    for n in range(10, 34):
        before = _pointer(library).shards
        state = _state(library)
        after = _add(library, article, n, n + 1)
        full = [s for s in before if s.rows >= shard_plan.FULL_SHARE * ROWS]
        assert list(after[: len(full)]) == full
        assert {p: t for p, t in state.items() if any(s.folder in p for s in full)}.items() <= _state(
            library
        ).items()
    _all_in_step(library)
    assert all(s.rows >= shard_plan.FULL_SHARE * ROWS for s in _pointer(library).shards[:-1])


def test_a_removal_touches_no_vector(library, article):
    _add(library, article, 0, 60)
    state = _state(library)
    first = _pointer(library).shards[0]
    library.remove(_article_of(library, first.first))
    assert _pointer(library).shards[0].gone
    assert _state(library) == state
    _all_in_step(library)
    assert "article-00000" not in [p.article.id for p in library.search("marker0", k=20)]


def test_what_went_from_one_shard_builds_that_one_only(library, article):
    before = _add(library, article, 0, 60)
    state = _state(library)
    _remove(library, before[1].first, before[1].first + ROWS // 5)
    after = _pointer(library).shards
    assert [s.folder for s in after if s in before] == [s.folder for s in before if s != before[1]]
    assert after[1].folder != before[1].folder
    kept = {p: t for p, t in state.items() if before[1].folder not in p}
    assert kept.items() <= _state(library).items()
    _all_in_step(library)


def test_all_that_a_shard_held_went(library, article):
    before = _add(library, article, 0, 60)
    _remove(library, before[0].first, before[0].last)
    assert before[1] in _pointer(library).shards
    _all_in_step(library)


def test_updates_move_rows_to_the_end(library, article):
    _add(library, article, 0, 60)
    library.add([_edited(article(n)) for n in range(0, 60, 4)])
    _all_in_step(library)
    assert library.stats().dense_pending == 0


def _edited(article):
    return article.model_copy(update={"text": article.text + "\n\nCorrected since."})


def test_what_chroma_needs_no_more_takes_no_room(library, article):
    """All vectors went through its log, which is empty at the end."""
    _add(library, article, 0, 60)
    for name in _folders(library):
        with closing(sqlite3.connect(library.path / "dense" / name / "chroma.sqlite3")) as database:
            assert database.execute("PRAGMA freelist_count").fetchone() == (0,)


# Kills and damage


@pytest.mark.parametrize("where", ["row_batches", "_check", "replace_file", "clear_away"])
def test_a_kill_leaves_the_old_shards_or_the_new_ones(library, article, where, embedder, monkeypatch):
    """While the second shard is built, before it is checked, before the swap, and before what was replaced is
    deleted."""
    _add(library, article, 0, 65)
    before, folders = _pointer(library), _folders(library)
    calls, row_batches = [], shards.row_batches

    def killed(*args):
        calls.append(args)
        if where != "row_batches" or len(calls) == 2:
            raise Killed
        return row_batches(*args)

    with monkeypatch.context() as patch:
        # Unlike an exception, a kill leaves no time to take back what was made.
        patch.setattr(shards, "clear_away", lambda _: None)
        patch.setattr(shards, where, killed)
        with pytest.raises(Killed):
            library.add([article(n) for n in range(65, 90)])
    assert calls
    library.close()
    if where != "clear_away":
        assert _pointer(library) == before
        assert folders < _folders(library)
    with Library(library.path, embedder=embedder) as again:
        index = EmbeddedChroma(again.path / "dense")
        index.open(again.catalogue)
        assert index.rows() == _pointer(again).rows
        index.close()
        assert again.search("marker3")[0].article.id == "article-00003"
        assert again.search("marker70")[0].article.id == "article-00070"
        again.add([article(95)])
        _all_in_step(again)


@pytest.mark.parametrize("damage", ["flipped", "lost", "sqlite"])
def test_a_damaged_shard_is_built_again_alone(library, article, embedder, damage):
    before = _add(library, article, 0, 60)
    library.close()
    hurt = library.path / "dense" / before[1].folder
    if damage == "flipped":
        file = next(hurt.glob("*/data_level0.bin"))
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 0xFF
        file.write_bytes(data)
    elif damage == "lost":
        shutil.rmtree(hurt)
    else:
        (hurt / "chroma.sqlite3").write_bytes(b"no database" * 100)
    with Library(library.path, embedder=embedder) as again:
        state = {p: t for p, t in _state(again).items() if hurt.name not in p and "sqlite" not in p}
        assert [f.part for f in again.check() if not f.ok] == ["dense"]
        assert again.search("marker3")[0].article.id == "article-00003"
        assert all(f.ok for f in again.repair())
        after = _pointer(again).shards
        assert [s.folder for s in after if s in before] == [s.folder for s in before if s != before[1]]
        assert state.items() <= _state(again).items()
        _all_in_step(again)


def test_a_shard_deleted_while_it_is_open_is_built_again(library, article):
    before = _add(library, article, 0, 65)
    assert library.search("marker3")
    assert library.searching.dense.index.applied
    shutil.rmtree(library.path / "dense" / before[0].folder)
    after = _add(library, article, 65, 66)
    assert [s in before for s in after] == [False, True, True, False]
    _all_in_step(library)


def test_the_next_writer_builds_a_damaged_shard_again(library, article, embedder):
    before = _add(library, article, 0, 60)
    library.close()
    next((library.path / "dense" / before[0].folder).glob("*/link_lists.bin")).write_bytes(b"x")
    with Library(library.path, embedder=embedder) as again:
        again.add([article(70)])
        after = _pointer(again).shards
        assert after[0].folder != before[0].folder
        assert after[1] == before[1]
        _all_in_step(again)


@pytest.mark.parametrize("spoil", ["layout", "state", "older"])
def test_a_pointer_that_is_not_believed(library, article, spoil):
    before = _add(library, article, 0, 60)
    file: Path = library.path / "dense" / "current.json"
    read = json.loads(file.read_text())
    if spoil == "layout":
        read["layout"] = 3
    elif spoil == "state":
        read["state"][2][0][2] -= 1  # the last id of the first shard
    else:
        read = {
            "layout": 1,
            "generation": before[0].folder,
            "sequence": 1,
            "stamp": "",
            "rows": 1,
            "files": {},
        }
    file.write_text(json.dumps(read))
    with pytest.raises(DenseUnavailableError):
        _pointer(library)
    assert library.search("marker3")[0].article.id == "article-00003"
    library.add([article(70)])
    assert not {s.folder for s in before} & _folders(library)
    _all_in_step(library)


def test_an_open_shard_is_not_opened_again(library, article, monkeypatch):
    _add(library, article, 0, 60)
    opened = []
    open_client = shards.open_client

    def counting(folder):
        opened.append(folder.name)
        return open_client(folder)

    index = EmbeddedChroma(library.path / "dense")
    index.open(library.catalogue)
    before = _folders(library)
    library.add([article(70)])
    with monkeypatch.context() as patch:
        patch.setattr(shards, "open_client", counting)
        index.open(library.catalogue)
    assert set(opened) == _folders(library) - before
    assert len(opened) == 1
    assert index.rows() == library.catalogue.chunk_count()
    index.close()
    with pytest.raises(DenseUnavailableError):
        index.rows()
