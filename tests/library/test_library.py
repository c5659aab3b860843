"""What the library promises its users."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from qa.config import Settings
from qa.errors import (
    ArticleNotFoundError,
    EmbedderMismatchError,
    LibraryDamagedError,
    LibraryError,
    UsageError,
)
from qa.library import Library
from qa.library.embedders import HashingEmbedder
from qa.types import Filters


def _ids(passages):
    return [p.article.id for p in passages]


def test_what_was_added_is_found_and_stands_where_it_says(library, article):
    articles = [article(n) for n in range(30)]
    report = library.add(articles)
    assert (report.added, report.updated, report.unchanged) == (30, 0, 0)
    assert report.added_ids == tuple(a.id for a in articles)
    assert report.chunks == report.embedded > 0
    for n in (0, 7, 29):
        best = library.search(f"What does notice marker{n} say?", k=3)[0]
        assert best.article.id == articles[n].id
        assert best.text == library.get(best.article.id).text[best.start : best.end]
        assert best.article == library.get(best.article.id).head
        assert 0 <= best.score <= 1
        assert "lexical" in best.found_by


def test_numbers_scores_and_k(library, article):
    library.add([article(n) for n in range(30)])
    found = library.search("Which ferry or bridge will close for repairs?", k=5)
    assert [p.number for p in found] == [1, 2, 3, 4, 5]
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)
    assert len(library.search("ferry", k=1)) == 1
    with pytest.raises(UsageError):
        library.search("ferry", k=0)


def test_the_same_again_changes_nothing_and_embeds_nothing(library, article, embedder):
    articles = [article(n) for n in range(12)]
    library.add(articles)
    texts, sequence = embedder.texts, library.catalogue.sequence()
    again = [
        a.model_copy(update={"fetched": datetime(2026, 5, 5, tzinfo=UTC), "version": 9}) for a in articles
    ]
    report = library.add(again)
    assert (report.added, report.updated, report.unchanged, report.embedded) == (0, 0, 12, 0)
    assert embedder.texts == texts
    assert library.catalogue.sequence() == sequence


def test_a_changed_text_is_a_new_version_and_the_old_one_is_kept(library, article):
    first = article(1)
    library.add([first])
    library.add([first.model_copy(update={"text": "The tunnel of Brindle floods again. Nobody is hurt."})])
    assert library.get(first.id).version == 2
    assert library.get(first.id, version=1).text == first.text
    assert _ids(library.search("tunnel floods")) == [first.id]
    assert all("marker1" not in p.text for p in library.search("marker1"))
    report = library.add([first])
    assert (report.updated_ids, library.get(first.id).version) == ((first.id,), 3)


def test_a_changed_headline_is_a_new_version_and_a_gap_filled_is_none(library, article, embedder):
    first = article(1)
    library.add([first])
    texts = embedder.texts
    signed = first.model_copy(
        update={"authors": ("R. Reporter",), "updated": datetime(2026, 5, 5, tzinfo=UTC)}
    )
    report = library.add([signed])
    assert (report.updated, report.embedded, embedder.texts) == (1, 0, texts)
    assert (report.revised_ids, library.get(first.id).version) == ((), 1)
    report = library.add([signed.model_copy(update={"title": "Zeppelin lands"})])
    assert report.embedded > 0
    assert report.revised_ids == report.updated_ids == (first.id,)
    head = library.get(first.id)
    assert (head.version, head.title, head.authors) == (2, "Zeppelin lands", ("R. Reporter",))
    assert library.get(first.id, version=1).title == first.title
    assert [(v.version, v.title) for v in library.versions(first.id)] == [
        (1, first.title),
        (2, "Zeppelin lands"),
    ]
    assert _ids(library.search("zeppelin")) == [first.id]


def test_a_time_of_update_alone_is_no_new_version(library, article):
    first = article(1).model_copy(update={"updated": datetime(2026, 5, 5, tzinfo=UTC)})
    library.add([first])
    report = library.add([first.model_copy(update={"updated": datetime(2026, 5, 6, tzinfo=UTC)})])
    assert (report.updated, report.revised_ids, library.get(first.id).version) == (1, (), 1)
    assert library.get(first.id).updated == datetime(2026, 5, 6, tzinfo=UTC)


def test_a_version_that_is_not_there_names_those_that_are(library, article):
    first = article(1)
    library.add([first])
    with pytest.raises(ArticleNotFoundError) as caught:
        library.get(first.id, version=7)
    assert caught.value.hint == "It has version 1 alone."
    library.add([first.model_copy(update={"text": "Another text."})])
    with pytest.raises(ArticleNotFoundError) as caught:
        library.get(first.id, version=7)
    assert caught.value.hint == "It has versions 1 to 2."


def test_an_article_twice_in_one_call(library, article):
    first = article(1)
    report = library.add([first, first, first.model_copy(update={"text": "Short news."})])
    assert (report.added, report.unchanged, report.updated) == (1, 1, 1)
    assert library.get(first.id).text == "Short news."


def test_remove(library, article, reopen):
    library.add([article(n) for n in range(5)])
    library.remove("article-00003")
    assert library.count() == 4
    assert "article-00003" not in _ids(library.search("marker3", k=20))
    with pytest.raises(ArticleNotFoundError):
        library.get("article-00003")
    with pytest.raises(ArticleNotFoundError):
        library.remove("article-00003")
    with reopen() as other:
        assert "article-00003" not in _ids(other.search("marker3", k=20))
        assert all(f.ok for f in other.check())
    assert library.add([article(3)]).added == 1
    assert _ids(library.search("marker3"))[0] == "article-00003"


def test_get_takes_a_unique_prefix_of_six_characters(library, article):
    library.add([article(1, id="abcdef123"), article(2, id="abcdef999"), article(3, id="zzz")])
    assert library.get("abcdef1").id == "abcdef123"
    assert library.get("zzz").id == "zzz"
    for bad in ("abcdef", "abcde", "zz", "", "abcdef1234", "%", "abc%"):
        with pytest.raises(ArticleNotFoundError):
            library.get(bad)


def test_heads_are_newest_first_and_undated_last(library, article):
    library.add([article(1), article(3), article(2, published=None), article(0)])
    assert [h.id[-1] for h in library.heads()] == ["3", "1", "0", "2"]
    assert library.undated() == 1
    assert library.count() == 4
    assert library.outlets() == ("Evening Courier", "Morning Ledger")


def test_filters_come_before_ranking(library, article):
    library.add([article(n) for n in range(40)])
    # marker7 is by far the best match, and must not push the others out.
    found = library.search(
        "notice marker7 council", k=20, filters=Filters(since=date(2026, 1, 20), until=date(2026, 1, 22))
    )
    assert sorted(set(_ids(found))) == ["article-00019", "article-00020", "article-00021"]
    found = library.search("council", k=50, filters=Filters(outlets=("EVENING courier ",)))
    assert {p.article.outlet for p in found} == {"Evening Courier"}
    found = library.search("council", filters=Filters(articles=("article-00005", "article-00006")))
    assert set(_ids(found)) == {"article-00005", "article-00006"}
    both = Filters(
        outlets=("Morning Ledger",), articles=("article-00005", "article-00006"), since=date(2026, 1, 2)
    )
    assert set(_ids(library.search("council", filters=both))) == {"article-00005"}
    assert [h.id for h in library.heads(both)] == ["article-00005"]
    assert library.count(both) == 1


@pytest.mark.parametrize(
    "filters",
    [
        Filters(since=date(2030, 1, 1)),
        Filters(until=date(1999, 1, 1)),
        Filters(since=date(2026, 1, 5), until=date(2026, 1, 1)),
        Filters(outlets=("Nobody's Gazette",)),
        Filters(articles=("no-such-article",)),
        Filters(articles=("article-00001",), outlets=("Evening Courier",)),
    ],
)
def test_filters_that_match_nothing_find_nothing(library, article, filters):
    library.add([article(n) for n in range(10)])
    assert library.search("Which ferry will close?", filters=filters) == ()
    assert library.heads(filters) == []


def test_the_day_is_the_one_where_it_was_published(library, article):
    late = datetime(2026, 3, 1, 23, 30, tzinfo=timezone(timedelta(hours=-5)))  # in UTC it is 2 March
    library.add([article(1, published=late), article(2, published=None)])
    assert _ids(
        library.search("marker1", filters=Filters(since=date(2026, 3, 1), until=date(2026, 3, 1)))
    ) == ["article-00001"]
    assert library.search("marker1", filters=Filters(since=date(2026, 3, 2))) == ()
    assert library.get("article-00001").published == late


ODD = [
    '"',
    "'unclosed \" quote",
    "title:ferry AND NOT (body:[a TO b]",
    "ferry^99 ~ + - && || ! ( ) { } [ ] \\ /",
    "*",
    "?",
    "who is it?",
    "\x00\x07 ferry",
    "ferry " * 2000,
    " ".join(f"word{i}" for i in range(3000)),
    "Łódź 東京 😀",
    "ferry \ud800",
    "'; DROP TABLE articles; --",
    "%s {0} $ferry",
]


@pytest.mark.parametrize("question", ODD)
def test_no_question_is_malformed(library, article, question):
    library.add([article(n) for n in range(20)])
    for filters in (Filters(), Filters(outlets=(question.encode("utf-8", "replace").decode(),))):
        assert len(library.search(question, filters=filters)) <= 8
    assert library.count() == 20


@pytest.mark.parametrize("question", ["", "   ", "\n"])
def test_an_empty_question_finds_nothing(library, article, question):
    library.add([article(1)])
    assert library.search(question) == ()


def test_an_empty_library(library):
    assert library.search("ferry") == ()
    assert library.heads() == []
    assert library.outlets() == ()
    assert library.add([]).added == 0
    assert all(f.ok for f in library.check())
    assert library.stats().articles == 0


def test_an_article_without_words_is_kept(library, article):
    library.add([article(1, text=" "), article(2)])
    assert library.get("article-00001").text == " "
    assert _ids(library.search("marker2")) == ["article-00002"]
    assert all(f.ok for f in library.check())


def test_weight_zero_embeds_no_question(library, article, reopen, embedder):
    library.add([article(n) for n in range(5)])
    with reopen(dense_weight=0.0) as words_only:
        found = words_only.search("marker2 ferry")
        assert found[0].found_by == ("lexical",)
        assert found[0].dense is None


def test_another_embedder_is_refused_and_reembedding_helps(library, article, reopen):
    library.add([article(n) for n in range(5)])
    with reopen(embedder=HashingEmbedder(32)) as other:
        with pytest.raises(EmbedderMismatchError) as error:
            other.search("marker2")
        assert "qa doctor --reembed" in error.value.hint
        with pytest.raises(EmbedderMismatchError):
            other.add([article(9)])
        assert other.count() == 5
        assert other.get("article-00002").title
        assert [f.part for f in other.check() if not f.ok] == ["embedder"]
        seen = []
        assert other.reembed(on_progress=lambda done, of: seen.append((done, of))) == library.stats().chunks
        assert seen[-1] == (5, 5)
        assert _ids(other.search("marker2"))[0] == "article-00002"
        assert all(f.ok for f in other.check())
    with pytest.raises(EmbedderMismatchError):
        library.search("marker2")


def test_a_reembedding_that_breaks_off_changes_nothing_and_goes_on_later(library, article, reopen):
    library.add([article(n) for n in range(150)])

    class Failing(HashingEmbedder):
        left = 2

        def embed(self, texts):
            if not self.left:
                raise RuntimeError("no more quota")
            self.left -= 1
            return super().embed(texts)

    failing = Failing(32)
    with reopen(embedder=failing) as other:
        with pytest.raises(RuntimeError, match="quota"):
            other.reembed()
        assert _ids(library.search("marker2"))[0] == "article-00002"
        failing.left = 2  # two of three portions are done; one is left, and a question
        assert other.reembed() == library.catalogue.chunk_count()
        assert _ids(other.search("marker140"))[0] == "article-00140"


def test_progress_counts_what_is_safe(library, article, monkeypatch):
    monkeypatch.setattr("qa.library.library.BATCH_ARTICLES", 10)
    seen = []
    library.add(
        [article(n) for n in range(25)], on_progress=lambda done, report: seen.append((done, report.added))
    )
    assert seen == [(10, 10), (20, 20), (25, 25)]


def test_an_interrupted_add_keeps_what_was_saved(library, article, reopen, monkeypatch):
    monkeypatch.setattr("qa.library.library.BATCH_ARTICLES", 10)

    def source():
        for n in range(25):
            if n == 24:
                raise KeyboardInterrupt
            yield article(n)

    with pytest.raises(KeyboardInterrupt):
        library.add(source())
    assert library.count() == 20
    for opened in (library, reopen()):
        assert _ids(opened.search("marker13"))[0] == "article-00013"
        assert library.add([article(n) for n in range(21)]).added in (0, 1)
    assert all(f.ok for f in library.repair())


def test_threads_share_an_instance(library, article):
    library.add([article(n) for n in range(60)])
    wrong, stop = [], threading.Event()

    def look(number):
        while not stop.is_set():
            found = _ids(library.search(f"notice marker{number}", k=2))
            if f"article-{number:05d}" not in found[:1]:
                wrong.append((number, found))

    threads = [threading.Thread(target=look, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for n in range(60, 75):
        library.add([article(n)])
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert library.count() == 75


def test_a_reader_sees_what_another_process_added(library, article, reopen):
    library.add([article(1)])
    with reopen() as reader:
        assert _ids(reader.search("marker1")) == ["article-00001"]
        library.add([article(2)])
        assert _ids(reader.search("marker2"))[0] == "article-00002"
        library.remove("article-00002")
        assert "article-00002" not in _ids(reader.search("marker2"))


def test_open_takes_the_settings(tmp_path, article):
    settings = Settings(library=tmp_path / "here", embedder="hashing", dense_weight=0.5, lock_timeout=1)
    with Library.open(settings) as opened:
        opened.add([article(1)])
        assert opened.stats().embedder == "hashing"
    assert (tmp_path / "here" / "catalogue.sqlite").exists()


def test_no_library_there_and_none_wanted(tmp_path):
    with pytest.raises(LibraryError, match="There is no library"):
        Library(tmp_path / "nothing", create=False)
    assert not (tmp_path / "nothing").exists()


def test_a_file_in_place_of_the_folder(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(LibraryError):
        Library(tmp_path / "file")


@pytest.mark.parametrize(
    "content", [b"this is not a catalogue" * 100, b"SQLite format 3\0" + b"\x00" * 84 + b"junk" * 500]
)
def test_a_foreign_catalogue_is_refused(tmp_path, content):
    (tmp_path / "catalogue.sqlite").write_bytes(content)
    with pytest.raises(LibraryDamagedError) as error:
        Library(tmp_path)
    assert error.value.hint
    assert (tmp_path / "catalogue.sqlite").read_bytes() == content


def test_another_programs_database_is_refused(tmp_path):
    import sqlite3

    db = sqlite3.connect(tmp_path / "catalogue.sqlite")
    db.execute("CREATE TABLE recipes (name TEXT)")
    db.commit()
    db.close()
    with pytest.raises(LibraryDamagedError):
        Library(tmp_path)


def test_a_newer_catalogue_is_refused(library, reopen):
    library.catalogue.db.execute("PRAGMA user_version = 99")
    library.close()
    with pytest.raises(LibraryDamagedError, match="newer"):
        reopen()


@pytest.mark.embedded
def test_opening_and_searching_imports_no_chroma(tmp_path, library, article):
    library.add([article(1)])
    library.close()
    code = (
        "import sys; from pathlib import Path; from qa.library import Library\n"
        "heavy = {'numpy', 'chromadb', 'tantivy', 'tokenizers', 'langchain'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "from qa.library.embedders import HashingEmbedder\n"
        f"with Library(Path({str(tmp_path / 'library')!r}), embedder=HashingEmbedder()) as library:\n"
        "    assert library.search('marker1')\n"
        "assert not {'chromadb', 'langchain', 'httpx', 'requests', 'wordllama'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
