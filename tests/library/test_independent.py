"""Copies of one source are kept, and count once."""

from __future__ import annotations

import itertools
import re
import sqlite3
import tempfile
import threading
from pathlib import Path

import pytest
from fakes import make_article
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import ArticleNotFoundError, LibraryError
from qa.library import Library, committing, copies, grouping
from qa.library.catalogue import Catalogue
from qa.library.copies import are_copies, fingerprint
from qa.library.records import Entry
from qa.sources import discover, read
from qa.types import Article

SAMPLES = Path(__file__).parents[2] / "eval" / "samples"
PARAGRAPHS = (
    "SANDREY, March 3 (Northern Wire) - The ferry Aldous ran aground off Sandrey on Tuesday night with 61"
    " people on board, and all of them were taken off within two hours, the coastguard said.",
    "The ship had left Corvenham at seven in the evening and hit a sandbank in thick fog. Its captain"
    " reported water in the engine room, and three lifeboats and a helicopter were sent.",
    '"We heard a long grinding noise, then the lights went out," said Ola Brandt, a teacher who was'
    ' travelling with 19 of her pupils. "Nobody panicked, and the crew counted us twice."',
    "The operator, Sund Line, said it would ask divers to look at the hull as soon as the fog lifts. It would"
    " not say when the Aldous had last been inspected.",
    "A harbour pilot was not required on the route, which the ferry has sailed every day since 2009. The"
    " maritime authority opened an inquiry and sealed the ship's voyage recorder.",
    "Two more sailings were cancelled on Wednesday morning, and Sund Line put on buses over the Kellan pass"
    " for those who had to travel.",
)
WIRE = "\n\n".join(PARAGRAPHS)
# Another reporter at the same scene, with the same quotation.
REPORT = """Sixty-one people spent an anxious evening in the fog off Sandrey before lifeboats brought them all
ashore from a stranded ferry.

Our reporter met the passengers in the school hall of Sandrey, where the parish had laid out blankets and
soup. Ola Brandt and her class from Corvenham had been on the way home from a day at the aquarium.

"We heard a long grinding noise, then the lights went out," said Brandt. "Nobody panicked, and the crew
counted us twice."

Fishermen in the village have complained for years that the sandbank has moved a good way to the west, and
that the charts do not show it. Harbour master Ines Fell said that she had written to the authority about it.

Why the Aldous left on a night like this one is what most people here want to know. No other ship did."""
LOCAL = (
    "Among those rescued was the choir of St Brannoc's, which had sung at a wedding in Corvenham. Its"
    " organist, Piet Vell, lost a case of music that cannot be bought any more, he told this newspaper."
)


def _article(name: str, text: str, **given: object) -> Article:
    return Article(**{"id": name, "outlet": name.title(), "text": text, **given})


def _partition(library: Library) -> set[frozenset[str]]:
    groups = library.groups(head.id for head in library.heads())
    return {frozenset(i for i, g in groups.items() if g == group) for group in groups.values()}


def _sets(*groups: str) -> set[frozenset[str]]:
    return {frozenset(group.split()) for group in groups}


# ---------------------------------------------------------------- what is a copy


COPIES = {
    "word for word": WIRE,
    "trimmed": "\n\n".join(PARAGRAPHS[:2]),
    "the end only": "\n\n".join(PARAGRAPHS[3:]),
    "another lead": "\n\n".join(
        ["Passengers of a ferry that hit a sandbank near Sandrey are safe, officials say.", *PARAGRAPHS[1:]]
    ),
    "a paragraph of its own": "\n\n".join([*PARAGRAPHS[:2], LOCAL, *PARAGRAPHS[2:4]]),
    "trimmed, another lead, a paragraph of its own": "\n\n".join(
        ["All safe after ferry runs aground in fog.", *PARAGRAPHS[1:4], LOCAL]
    ),
    "other order": "\n\n".join(reversed(PARAGRAPHS)),
    "house style": WIRE.replace("March 3", "3 March").replace('"', "”").replace(" taken off", " evacuated"),
    "other numbers": WIRE.replace("61", "63")
    .replace("19", "20")
    .replace("three lifeboats", "four lifeboats"),
    "capitals": WIRE.upper(),
}


@pytest.mark.parametrize("what", COPIES)
def test_a_copy_of_a_wire_story_is_one_source_with_it(library, what):
    library.add(
        [_article("wire", WIRE, title="Ferry aground"), _article("copy", COPIES[what], title="Drama")]
    )
    assert _partition(library) == _sets("wire copy")


NO_COPIES = {
    "another report of the event": REPORT,
    "one sentence of it in a brief": f"In brief: {PARAGRAPHS[0].split(' - ')[1]} Trams in Selby run again.",
    "a paragraph of it in a long story": REPORT + "\n\n" + PARAGRAPHS[4],
    "other words": make_article(7).text,
    "nothing": "",
    "three words": "The ferry Aldous",
}


@pytest.mark.parametrize("what", NO_COPIES)
def test_what_is_no_copy_is_independent(library, what):
    library.add([_article("wire", WIRE), _article("other", NO_COPIES[what])])
    assert _partition(library) == _sets("wire", "other")


def test_short_texts_are_one_source_only_if_they_are_the_same(library):
    library.add(
        [
            _article("one", "The bridge opened on Monday."),
            _article("two", "The bridge opened on MONDAY"),
            _article("three", "The bridge opened on Monday. It was raining."),
            _article("four", "Rain."),
            _article("five", "Rain!"),
            _article("empty", ""),
            _article("blank", "..."),
        ]
    )
    assert _partition(library) == _sets("one two", "three", "four five", "empty", "blank")


def test_two_short_reports_that_quote_the_same_statement_are_independent(library):
    said = '"We regret the failure of the pumps and will pay each household that was flooded," the firm said.'
    one = f"{said} Forty houses in Elston stood in water for a night. The mayor wants a report by Friday."
    two = f"Elston's water board has promised money after the flood. {said} Insurers had asked for it."
    library.add([_article("one", one), _article("two", two)])
    assert _partition(library) == _sets("one", "two")


def test_a_round_up_does_not_tie_its_stories_together(library):
    stories = [" ".join(_sentences([2 * n, 2 * n + 1])) for n in range(12)]
    library.add(_article(f"s{n}", story) for n, story in enumerate(stories))
    library.add([_article("daily", "\n\n".join(stories))])
    assert len(_partition(library)) == 13


def test_the_samples_hold_one_wire_story_twice(library):
    taken = itertools.chain(*map(read, discover([str(SAMPLES)])))
    library.add(article for article in taken if isinstance(article, Article))
    (pair,) = [group for group in _partition(library) if len(group) > 1]
    assert {library.get(i).outlet for i in pair} == {"Northern Wire", "The Coastal Monitor"}
    assert library.stats().independent == library.count() - 1


# ---------------------------------------------------------------- groups


def test_copies_of_copies_are_one_group(library):
    chain = [" ".join(_sentences(range(n, n + 4))) for n in (0, 2, 4, 6)]
    library.add(_article(f"c{n}", text) for n, text in enumerate(chain))
    assert not are_copies(fingerprint(chain[0]), fingerprint(chain[3]))
    assert _partition(library) == _sets("c0 c1 c2 c3")
    library.remove("c1")
    assert _partition(library) == _sets("c0", "c2 c3")
    library.add([_article("c1", chain[1])])
    assert _partition(library) == _sets("c0 c1 c2 c3")


def test_the_order_of_ingest_does_not_matter(tmp_path):
    articles = [
        _article("wire", WIRE),
        _article("trimmed", COPIES["trimmed"]),
        _article("end", COPIES["the end only"]),
        _article("report", REPORT),
        _article("report2", REPORT.replace("Sixty-one", "Some sixty")),
    ]
    expected = {"wire": "end", "trimmed": "end", "end": "end", "report": "report", "report2": "report"}
    for number, order in enumerate(itertools.islice(itertools.permutations(articles), 0, None, 5)):
        catalogue = Catalogue(tmp_path / str(number) / "catalogue.sqlite", create=True)
        size = 1 + number % 5
        for start in range(0, 5, size):
            committing.write_batch(catalogue, _entries(order[start : start + size]), None)
        assert catalogue.groups(expected) == expected
        catalogue.close()


def test_groups_leaves_out_what_is_not_there(library):
    library.add([_article("wire", WIRE), _article("copy", WIRE)])
    assert library.groups(["copy", "nobody", "wire", "copy"]) == {"copy": "copy", "wire": "copy"}
    assert library.groups([]) == {}


def test_same_source_names_the_others_oldest_first(library, article):
    library.add([article(n, id=f"a{n}", text=WIRE) for n in (3, 1, 2)])
    library.add([article(4, id="a4", text=WIRE, published=None), article(5)])
    assert [head.id for head in library.same_source("a2")] == ["a1", "a3", "a4"]
    assert library.same_source("article-00005") == []
    with pytest.raises(ArticleNotFoundError):
        library.same_source("nobody")


def test_an_update_moves_an_article_to_another_group(library):
    library.add([_article("wire", WIRE), _article("copy", WIRE + LOCAL), _article("report", REPORT)])
    assert _partition(library) == _sets("wire copy", "report")
    library.add([_article("copy", REPORT + LOCAL)])
    assert _partition(library) == _sets("wire", "copy report")
    library.add([_article("copy", "Something else now.")])
    assert _partition(library) == _sets("wire", "copy", "report")
    library.add([_article("copy", WIRE)])
    assert _partition(library) == _sets("wire copy", "report")


def test_a_changed_head_changes_no_group(library):
    library.add([_article("wire", WIRE), _article("copy", WIRE)])
    for change in ({"title": "New headline"}, {"authors": ("A. Writer",)}, {"url": "https://news.example/1"}):
        library.add([_article("copy", WIRE, **change)])
        assert _partition(library) == _sets("wire copy")


def test_a_text_that_comes_later_is_grouped(library):
    library.add([_article("wire", WIRE), _article("copy", "")])
    library.add([_article("copy", WIRE)])
    assert _partition(library) == _sets("wire copy")


def test_remove_and_add_again(library):
    library.add([_article("wire", WIRE), _article("copy", WIRE)])
    library.remove("wire")
    assert _partition(library) == _sets("copy")
    library.add([_article("wire", WIRE)])
    assert _partition(library) == _sets("wire copy")
    for article_id in ("wire", "copy"):
        library.remove(article_id)
    assert library.stats().independent == 0
    assert library.catalogue.one("SELECT (SELECT count(*) FROM marks) + (SELECT count(*) FROM sources)") == 0


def test_embedding_anew_leaves_groups_alone(library):
    library.add([_article("wire", WIRE), _article("copy", WIRE)])
    library.reembed()
    assert _partition(library) == _sets("wire copy")


def test_many_copies_and_a_phrase_that_stands_in_all_articles(tmp_path):
    """More than are looked at for one mark: neither a long group nor a common phrase gets in the way."""
    catalogue = Catalogue(tmp_path / "catalogue.sqlite", create=True)
    phrase = (
        "The editors of this page can be reached by telephone on every day of the week except on Sundays and "
    )
    phrase += "on public holidays of the province, and they read every letter that readers send to them."
    others = [_article(f"o{n}", " ".join(_sentences(range(5 * n, 5 * n + 5))) + phrase) for n in range(400)]
    carried = [_article(f"w{n}", WIRE + f"\n\nRead by {n} people.\n\n" + phrase) for n in range(400)]
    mixed = [article for pair in zip(others, carried, strict=True) for article in pair]
    for start in range(0, len(mixed), 100):
        committing.write_batch(catalogue, _entries(mixed[start : start + 100]), None)
    assert len(set(catalogue.groups(a.id for a in carried).values())) == 1
    assert catalogue.groups(a.id for a in others) == {a.id: a.id for a in others}
    catalogue.close()


def test_a_batch_that_fails_leaves_groups_as_they_were(library, monkeypatch):
    library.add([_article("wire", WIRE), _article("copy", WIRE), _article("report", REPORT)])
    with monkeypatch.context() as patch:
        patch.setattr(grouping._Linking, "link", _no_room)
        with pytest.raises(LibraryError, match="No room"):
            library.add([_article("copy", REPORT), _article("late", WIRE)])
        with pytest.raises(LibraryError, match="No room"):
            library.remove("wire")
    assert _partition(library) == _sets("wire copy", "report")
    assert library.add([_article("copy", REPORT), _article("late", WIRE)]).added == 1
    assert _partition(library) == _sets("wire late", "copy report")


def test_readers_see_whole_groups_while_another_writes(library, reopen):
    library.add([_article("wire", WIRE), _article("report", REPORT)])
    stop, seen, faults = threading.Event(), set(), []

    def look(reader: Library) -> None:
        while not stop.is_set():
            groups = reader.groups(["wire", "copy", "report"])
            seen.add(len(groups))
            if len(set(groups.values())) != 2:
                faults.append(groups)

    with reopen() as first, reopen() as second:
        threads = [threading.Thread(target=look, args=(reader,)) for reader in (first, second, library)]
        for thread in threads:
            thread.start()
        for _ in range(6):
            library.add([_article("copy", WIRE)])
            library.remove("copy")
        stop.set()
        for thread in threads:
            thread.join(30)
    assert faults == []
    assert 2 in seen


# ---------------------------------------------------------------- libraries of an older qa


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A library that qa 0.1.0 made, its indexes lost: `wire`, `copy` and `other`."""
    folder = tmp_path / "library"
    folder.mkdir()
    db = sqlite3.connect(folder / "catalogue.sqlite")
    db.executescript((Path(__file__).parent / "layout1.sql").read_text("utf-8"))
    db.close()
    return folder


def test_an_old_library_is_read_as_it_is(old, embedder):
    with Library(old, embedder=embedder) as library:
        assert library.groups(["wire", "copy", "gone"]) == {"wire": "wire", "copy": "copy"}
        assert library.same_source("copy") == []
        assert library.stats().independent == 3
        assert library.search("ferry sandbank")
        (finding,) = [f for f in library.check() if "copies" in f.message]
        assert (finding.ok, finding.part) == (True, "catalogue")
        assert "3 articles" in finding.message
        assert library.catalogue.one("PRAGMA user_version") == 1


def test_an_old_library_that_cannot_be_written_is_read(old, embedder, monkeypatch):
    with Library(old, embedder=embedder) as library:
        library.search("ferry")  # builds the indexes
    monkeypatch.setattr("qa.library.storage.os.access", lambda *_: False)
    with Library(old, embedder=embedder) as library:
        assert library.groups(["wire", "copy"]) == {"wire": "wire", "copy": "copy"}
        assert library.search("ferry sandbank")
        assert library.stats().independent == 3


def test_the_next_write_groups_an_old_library(old, reopen):
    heard: list[str] = []
    reader = reopen()
    assert len(_partition(reader)) == 3
    with reopen(on_wait=heard.append) as library:
        library.add([_article("late", library.get("copy").text)])
        assert _partition(library) == _partition(reader) == _sets("wire copy late", "other")
        library.add([_article("later", WIRE)])
        assert not [f for f in library.check() if "copies" in f.message]
        assert library.catalogue.one("PRAGMA user_version") == 2
    assert len(heard) == 1
    assert "3 articles" in heard[0]


def test_removing_from_an_old_library_groups_it(old, reopen):
    with reopen() as library:
        library.remove("other")
        assert _partition(library) == _sets("wire copy")


def test_repair_groups_an_old_library(old, reopen):
    with reopen() as library:
        assert not [f for f in library.repair() if "copies" in f.message]
        assert _partition(library) == _sets("wire copy", "other")
        sequence = library.catalogue.sequence()
        library.repair()
        assert library.catalogue.sequence() == sequence


def test_grouping_that_was_broken_off_goes_on(old, reopen, monkeypatch):
    monkeypatch.setattr(grouping, "PORTION", 1)
    place, calls = grouping.place, []

    def place_twice(*given: object) -> None:
        calls.append(given)
        if len(calls) == 3:
            raise KeyboardInterrupt
        place(*given)

    with reopen() as library:
        with monkeypatch.context() as patch:
            patch.setattr(grouping, "place", place_twice)
            with pytest.raises(KeyboardInterrupt):
                library.remove("other")
        assert library.count() == 3
        assert _partition(library) == _sets("wire copy", "other")
        assert [f.ok for f in library.check() if "1 article not" in f.message] == [True]
        library.remove("copy")
        assert _partition(library) == _sets("wire", "other")
        assert grouping.is_complete(library.catalogue)


def test_repair_groups_anew_what_an_older_qa_wrote_since(library, reopen):
    library.add([_article("wire", WIRE), _article("copy", WIRE), _article("report", REPORT)])
    library.catalogue.db.execute("DELETE FROM sources WHERE number = 2")
    assert [f.message for f in library.check() if "1 article not" in f.message]
    library.repair()
    assert _partition(library) == _sets("wire copy", "report")


def test_another_method_groups_anew(library, reopen, monkeypatch):
    library.add([_article("wire", WIRE), _article("copy", WIRE), _article("report", REPORT)])
    library.catalogue.db.execute("UPDATE meta SET value = '0' WHERE key = 'grouped'")
    library.catalogue.db.execute("UPDATE sources SET source = 1")
    library.remove("copy")
    assert _partition(library) == _sets("wire", "report")


# ---------------------------------------------------------------- against the definition, worked out simply


def _sentences(which: range | list[int]) -> list[str]:
    """Sentences of 24 words that share none."""
    return [" ".join(f"word{n}x{i}" for i in range(24)) + "." for n in which]


def _entries(articles: tuple[Article, ...] | list[Article]) -> list[Entry]:
    return [Entry(article, article.digest, None, None) for article in articles]


def _grams(text: str) -> frozenset[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    size = min(5, len(words))
    return frozenset(zip(*(words[i:] for i in range(size)), strict=False)) if size else frozenset()


def _copies(one: str, other: str) -> bool:
    """The definition, in tuples instead of numbers."""
    shorter, longer = sorted((_grams(one), _grams(other)), key=len)
    if not shorter:
        return False
    shared, length = len(shorter & longer), len(shorter)
    enough = max(16, 0.4 * length, min(40, 0.8 * length))
    return shorter == longer or (shared >= enough and len(longer) <= 8 * length)


def _components(texts: dict[str, str]) -> set[frozenset[str]]:
    groups = {name: {name} for name in texts}
    for one, other in itertools.combinations(texts, 2):
        if _copies(texts[one], texts[other]):
            joined = groups[one] | groups[other]
            groups.update(dict.fromkeys(joined, joined))
    return {frozenset(group) for group in groups.values()}


TEXTS = st.lists(st.integers(0, 9), max_size=14).map(lambda which: " ".join(_sentences(which)))
NAMES = st.sampled_from("abcdefgh")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.dictionaries(NAMES, st.none() | TEXTS, min_size=1), min_size=1, max_size=5))
def test_groups_are_the_connected_copies(batches):
    """Batches of articles that come, change and (None) go."""
    now: dict[str, str] = {}
    versions: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        catalogue = Catalogue(Path(folder) / "catalogue.sqlite", create=True)
        for batch in batches:
            for name in [name for name, text in batch.items() if text is None and name in now]:
                committing.remove_article(catalogue, name)
                del now[name], versions[name]
            changed = {n: text for n, text in batch.items() if text is not None and now.get(n) != text}
            for name in changed:
                versions[name] = versions.get(name, 0) + 1
            articles = [_article(name, text, version=versions[name]) for name, text in changed.items()]
            committing.write_batch(catalogue, _entries(articles), None)
            now |= changed
            groups = catalogue.groups(now)
            assert {frozenset(n for n in now if groups[n] == g) for g in groups.values()} == _components(now)
            assert all(group == min(n for n in now if groups[n] == group) for group in groups.values())
            assert catalogue.group_count() == len(set(groups.values()))
        catalogue.close()


@settings(max_examples=200, deadline=None)
@given(TEXTS, TEXTS)
def test_numbers_say_what_the_words_say(one, other):
    assert are_copies(fingerprint(one), fingerprint(other)) == _copies(one, other)


SMALL_WORDS = st.lists(st.sampled_from("alpha beta gamma delta epsilon".split()), max_size=60)


@settings(max_examples=200, deadline=None)
@given(SMALL_WORDS, SMALL_WORDS, SMALL_WORDS, SMALL_WORDS, st.integers(0, 2**32))
def test_twenty_words_in_a_row_are_always_noticed(before, after, before_too, after_too, seed):
    row = [f"w{seed}x{n}" for n in range(copies.SAME_ROW)]
    one = fingerprint(" ".join([*before, *row, *after]))
    other = fingerprint(" ".join([*before_too, *row, *after_too]))
    assert set(one.marks.tolist()) & set(other.marks.tolist())


def test_a_fingerprint_is_the_same_on_every_machine():
    """Stored ones must be understood for ever: whoever changes this counts `storage.GROUPING` up."""
    text = "Mayor Ines Okafor of Carrow will attend the 1,200-seat summit in Lowmouth on Friday, aides say."
    found = fingerprint(text)
    assert (len(found.runs), found.marks.tolist()) == (13, [4620224871644])


def _no_room(*_: object) -> None:
    raise sqlite3.OperationalError("database or disk is full")
