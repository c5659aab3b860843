"""Each derived file deleted, cut short or overwritten: search goes on at once, and repair embeds nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from qa.errors import LibraryDamagedError
from qa.library import Library, nearest
from qa.library.lexical import open_index
from qa.library.lexical_files import LexicalDamagedError

ARTICLES = 60


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    from fakes import CountingEmbedder, make_article

    path = tmp_path_factory.mktemp("made") / "library"
    with Library(path, embedder=CountingEmbedder()) as library:
        library.add([make_article(n) for n in range(ARTICLES)])
    return path


@pytest.fixture(params=["exact", "chroma"])
def path(made, tmp_path, request, monkeypatch) -> Path:
    """A copy of the library; searched exactly as small ones are, and through Chroma as large ones are."""
    if request.param == "chroma":
        monkeypatch.setattr(nearest, "EXACT_ROWS", 0)
    shutil.copytree(made, tmp_path / "library")
    return tmp_path / "library"


def _derived_files(path: Path) -> list[Path]:
    return sorted(p for folder in ("lexical", "dense") for p in (path / folder).rglob("*") if p.is_file())


def _all_is_found(library: Library) -> None:
    for n in range(0, ARTICLES, 7):
        found = library.search(f"What does notice marker{n} say about plan {n}?", k=3)
        assert found[0].article.id == f"article-{n:05d}"
        assert found[0].lexical is not None
    found = library.search("engineers and weeks of work", k=5)
    assert any(p.dense is not None for p in found)


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _garble(file: Path) -> None:
    size = file.stat().st_size
    file.write_bytes(bytes((i * 37 + 11) % 256 for i in range(size or 64)))


def _flip(file: Path) -> None:
    data = bytearray(file.read_bytes() or b"x")
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(data)


def _bomb(file: Path) -> None:
    with file.open("r+b") as handle:
        handle.truncate(8 << 30)  # a sparse file of 8 GiB, as damaged stores leave them


def _read_everything(path: Path, embedder: object) -> None:
    with Library(path, embedder=embedder) as library:
        for n in range(ARTICLES):
            library.get(f"article-{n:05d}")


DAMAGES = {"deleted": Path.unlink, "cut": _cut, "garbled": _garble, "flipped": _flip, "bomb": _bomb}


@pytest.mark.parametrize("damage", [*DAMAGES])
def test_every_derived_file(path, damage, tmp_path, embedder):
    """All files of both indexes in turn, each from a fresh copy."""
    names = [file.relative_to(path) for file in _derived_files(path)]
    assert len(names) > 8
    for name in names:
        copy = tmp_path / "copy"
        shutil.copytree(path, copy)
        if damage == "bomb" and name.suffix in (".json", ".lock"):
            shutil.rmtree(copy)
            continue  # text of ours that is read whole
        DAMAGES[damage](copy / name)
        with Library(copy, embedder=embedder) as library:
            _all_is_found(library)
            library.repair()
            assert [f for f in library.check() if not f.ok] == [], name
            _all_is_found(library)
        asked = embedder.texts
        with Library(copy, embedder=embedder) as library:
            assert library.add([]).embedded == 0
            _all_is_found(library)
        assert embedder.texts - asked < 2 * ARTICLES  # questions only
        shutil.rmtree(copy)


@pytest.mark.parametrize("lost", ["lexical", "dense", "both"])
def test_a_whole_index_lost(path, lost, embedder):
    for name in ("lexical", "dense") if lost == "both" else (lost,):
        shutil.rmtree(path / name)
    with Library(path, embedder=embedder) as library:
        _all_is_found(library)
        chunks = library.catalogue.chunk_count()
        before = embedder.texts
        assert all(f.ok for f in library.repair())
        assert embedder.texts == before
        assert library.stats().dense_rows == chunks
        _all_is_found(library)


@pytest.mark.embedded
def test_check_names_what_is_damaged_and_changes_nothing(path, embedder):
    shutil.rmtree(path / "dense")
    (path / "lexical" / "meta.json").write_text("{}")
    with Library(path, embedder=embedder) as library:
        found = library.check()
        assert [f.part for f in found if not f.ok] == ["lexical", "dense"]
        assert all(f.hint for f in found if not f.ok)
        assert not (path / "dense").exists()
        assert (path / "lexical" / "meta.json").read_text() == "{}"


def test_damage_while_the_library_is_open(path, embedder, article):
    with Library(path, embedder=embedder) as library:
        _all_is_found(library)
        for file in _derived_files(path):
            file.unlink()
        _all_is_found(library)
        library.add([article(ARTICLES + 1)])
        assert library.search(f"marker{ARTICLES + 1}")[0].article.id == f"article-{ARTICLES + 1:05d}"
        _all_is_found(library)
        assert all(f.ok for f in library.repair())


@pytest.mark.embedded
def test_an_index_of_another_library_is_not_believed(path, tmp_path, embedder, article):
    with Library(tmp_path / "other", embedder=embedder) as other:
        other.add([article(n) for n in range(500, 500 + ARTICLES)])
    for name in ("lexical", "dense"):
        shutil.rmtree(path / name)
        shutil.copytree(tmp_path / "other" / name, path / name)
    with Library(path, embedder=embedder) as library:
        _all_is_found(library)
        assert all(f.ok for f in library.repair())


def test_an_index_ahead_of_a_restored_catalogue_is_not_believed(path, tmp_path, embedder, article):
    backup = tmp_path / "backup.sqlite"
    shutil.copy(path / "catalogue.sqlite", backup)
    with Library(path, embedder=embedder) as library:
        library.add([article(700)])
        library.add([article(701)])
    shutil.copy(backup, path / "catalogue.sqlite")
    with Library(path, embedder=embedder) as library:
        _all_is_found(library)
        library.add([article(800)])
        assert library.search("marker800")[0].article.id == "article-00800"
        assert "article-00700" not in [p.article.id for p in library.search("marker700", k=20)]
        assert all(f.ok for f in library.repair())


def test_an_index_that_lags_is_brought_into_step(made, path, embedder, article):
    with Library(path, embedder=embedder) as library:
        library.add([article(700)])
        library.remove("article-00003")
    for name in ("lexical", "dense"):  # as if killed before either index followed
        shutil.rmtree(path / name)
        shutil.copytree(made / name, path / name)
    with Library(path, embedder=embedder) as library:
        assert library.search("marker700")[0].article.id == "article-00700"
        assert "article-00003" not in [p.article.id for p in library.search("marker3", k=20)]
        index = open_index(path / "lexical", library.catalogue.library_id)
        assert index.applied == library.catalogue.sequence()


def test_a_reader_does_not_wait_for_a_writer(path, embedder, reopen):
    shutil.rmtree(path / "lexical")
    with (
        Library(path, embedder=embedder) as writer,
        Library(path, embedder=embedder) as reader,
        writer.writing(),
    ):
        import threading

        thread = threading.Thread(target=_all_is_found, args=(reader,))
        thread.start()
        thread.join(20)
        assert not thread.is_alive()
        with pytest.raises(LexicalDamagedError):
            open_index(path / "lexical", writer.catalogue.library_id)


def test_a_folder_that_cannot_be_written_can_be_searched(path, embedder, monkeypatch, article):
    from qa.errors import LibraryError

    shutil.rmtree(path / "lexical")
    monkeypatch.setattr("qa.library.storage.os.access", lambda *_: False)
    before = {p: p.stat().st_mtime_ns for p in path.rglob("*")}
    with Library(path, embedder=embedder, create=False) as library:
        _all_is_found(library)
        with pytest.raises(LibraryError, match="read-only"):
            library.add([article(900)])
    assert {p for p in path.rglob("*") if p.name.startswith("catalogue")} == {path / "catalogue.sqlite"}
    assert {p: t for p, t in before.items() if "dense" not in str(p)}.items() <= {
        p: p.stat().st_mtime_ns for p in path.rglob("*")
    }.items()


@pytest.fixture
def rights(monkeypatch) -> list[bool]:
    """Whether a library that is opened, or looked at again, may be written."""
    given = [True]
    monkeypatch.setattr("qa.library.storage.os.access", lambda *_: given[-1])
    return given


def test_a_file_that_nobody_wrote_is_looked_at_again_when_it_was_written(path, embedder, rights, article):
    """Opened without rights and while nobody writes, SQLite would go on with what it has read."""

    def write(number: int) -> None:
        rights.append(True)
        with Library(path, embedder=embedder) as writer:
            writer.add([article(number)])
        rights.pop()

    rights.append(False)
    with Library(path, embedder=embedder, create=False) as reader:
        assert (reader.count(), reader.catalogue.read_only) == (ARTICLES, True)
        write(900)
        assert reader.count() == ARTICLES + 1
        assert reader.search("marker900")[0].article.id == "article-00900"
        _all_is_found(reader)
        assert reader.catalogue.problems() == []


def test_what_changed_is_told_from_one_state(path, embedder, rights, article, monkeypatch):
    """Where the file is written between the questions, all are asked once more."""
    rights.append(False)
    with Library(path, embedder=embedder, create=False) as reader:
        catalogue, told = reader.catalogue, []
        since = catalogue.sequence()
        ask = catalogue.sequence

        def meanwhile() -> int:
            told.append(ask())
            if len(told) == 1:
                rights.append(True)
                with Library(path, embedder=embedder) as writer:
                    writer.add([article(900)])
                rights.pop()
            return told[-1]

        monkeypatch.setattr(catalogue, "sequence", meanwhile)
        changes = catalogue.changes(since)
        assert (told, changes.sequence, len(changes.arrived)) == ([since, since + 1], since + 1, 1)
        assert changes.stamp == catalogue.stamp(since + 1)


def test_the_files_of_the_word_index_can_be_read_by_the_same_people(path, embedder, article):
    def modes() -> set[int]:
        return {file.stat().st_mode for file in (path / "lexical").iterdir()}

    with Library(path, embedder=embedder) as library:
        assert len(modes()) == 1
        library.add([article(900)])
        assert len(modes()) == 1
        library.searching.rebuild_lexical()
        assert len(modes()) == 1


@pytest.mark.parametrize("damage", ["cut", "garbled", "emptied", "deleted"])
def test_a_damaged_catalogue_says_what_to_do(path, embedder, damage):
    file = path / "catalogue.sqlite"
    if damage == "emptied":
        file.write_bytes(b"")
    else:
        DAMAGES[damage](file)
    with pytest.raises(LibraryDamagedError) as error:
        _read_everything(path, embedder)
    assert "backup" in error.value.hint


def test_a_full_disk_says_so_and_leaves_the_library_whole(path, embedder, article, monkeypatch):
    import sqlite3

    from qa.errors import LibraryError
    from qa.library import committing

    def full(*_):
        raise sqlite3.OperationalError("database or disk is full")

    with Library(path, embedder=embedder) as library:
        with monkeypatch.context() as patch:
            patch.setattr(committing, "_add_chunks", full)
            with pytest.raises(LibraryError, match="No room"):
                library.add([article(900)])
        assert library.count() == ARTICLES
        _all_is_found(library)
        assert library.add([article(900)]).added == 1


@pytest.mark.embedded
def test_a_dense_index_that_cannot_follow_is_a_warning(path, embedder, article, monkeypatch):
    def broken(*_):
        raise OSError(28, "No space left on device")

    with Library(path, embedder=embedder) as library:
        with monkeypatch.context() as patch:
            patch.setattr("qa.library.shards.EmbeddedChroma._build", broken)
            report = library.add([article(900)])
        assert (report.added, [w.code for w in report.warnings]) == (1, ["dense_index_behind"])
        _all_is_found(library)
        assert library.search("marker900")[0].article.id == "article-00900"
        assert library.add([article(901)]).warnings == ()
        assert library.stats().dense_pending == 0


@pytest.mark.embedded
def test_a_word_index_with_other_fields_is_not_believed(path, embedder):
    """What passes every other check: all files are whole, but their list says that no body is indexed."""
    listed = path / "lexical" / "meta.json"
    before, name, after = listed.read_text().partition('"name": "body"')
    assert name
    assert '"indexing"' in after
    listed.write_text(before + name + after.replace('"indexing"', '"indexinf"', 1))
    with Library(path, embedder=embedder) as library:
        assert [f.part for f in library.check() if not f.ok] == ["lexical"]
        _all_is_found(library)
        assert all(f.ok for f in library.check())


def test_a_word_index_that_fails_in_the_search_is_built_anew(path, embedder, monkeypatch):
    """And not only opened again: what is wrong with it, no check has seen."""
    from qa.library import lexical

    search, build, built = lexical.LexicalIndex.search, lexical.build, []

    def failing(self, *args, **more):
        if not built:
            raise LexicalDamagedError("the field is not indexed")
        return search(self, *args, **more)

    def building(*args):
        built.append(args)
        return build(*args)

    monkeypatch.setattr(lexical.LexicalIndex, "search", failing)
    monkeypatch.setattr(lexical, "build", building)
    with Library(path, embedder=embedder) as library:
        _all_is_found(library)
    assert len(built) == 1


def test_a_word_index_that_cannot_be_built_leaves_nothing_behind(path, embedder, monkeypatch):
    from qa.errors import LibraryError
    from qa.library.lexical import LexicalIndex

    def full(*_):
        raise OSError(28, "No space left on device")

    with Library(path, embedder=embedder) as library:
        with monkeypatch.context() as patch:
            patch.setattr(LexicalIndex, "_add", full)
            with pytest.raises(LibraryError, match="No space left"):
                library.searching.rebuild_lexical()
        assert not (path / "lexical.building").exists()
        assert (path / "lexical").exists()
        _all_is_found(library)


@pytest.mark.embedded
def test_an_index_that_chroma_could_not_open_once_can_be_opened_later(path, embedder, monkeypatch):
    monkeypatch.setattr(nearest, "EXACT_ROWS", 0)
    monkeypatch.setattr(nearest, "RETRY_SECONDS", 0)
    (database,) = path.glob("dense/*/chroma.sqlite3")
    whole = database.read_bytes()
    with Library(path, embedder=embedder) as library:
        database.write_bytes(whole.replace(b"CREATE TABLE", b"CREATE TABLF"))
        library.search("marker3")  # once: Chroma forgets what it half opened with every second try
        assert library.searching.dense.problem
        database.write_bytes(whole)
        assert all(f.ok for f in library.check())


def test_a_disk_without_room_is_named_whatever_sqlite_calls_it(path, embedder, monkeypatch):
    from types import SimpleNamespace

    from qa.errors import LibraryError

    with Library(path, embedder=embedder) as library:
        with pytest.raises(LibraryError, match="cannot be used"), library.catalogue.transaction():
            _fail_in_sqlite()
        monkeypatch.setattr("qa.library.storage.shutil.disk_usage", lambda _: SimpleNamespace(free=0))
        with pytest.raises(LibraryError, match="No room on the disk"), library.catalogue.transaction():
            _fail_in_sqlite()


def _fail_in_sqlite():
    import sqlite3

    raise sqlite3.OperationalError("disk I/O error")
