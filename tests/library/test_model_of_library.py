"""The library beside a plain model of it: whatever is done in whatever order, crashes and damage between, it
holds and finds what a dictionary says that it should.

The short form runs a few dozen histories. The long one: QA_MODEL_HISTORIES=300 (each of up to 40 steps).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from fakes import CountingEmbedder
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from qa.errors import ArticleNotFoundError
from qa.library import Library, committing, nearest, shard_plan
from qa.library.shards import EmbeddedChroma
from qa.library.vectors import VectorTable
from qa.types import Article, Filters

HISTORIES = int(os.environ.get("QA_MODEL_HISTORIES", "8"))
STEPS = 40 if HISTORIES > 8 else 25
OUTLETS = ("Evening Courier", "Morning Ledger", "")
FIRST_DAY = date(2026, 1, 1)
WIRE = """
The regional council voted on Tuesday to close the tidal barrier at Penlow for eleven months while its nine
gates are replaced. Chief engineer Marta Oyelaran said corrosion had gone further than divers found in spring.
Fishing crews will be paid for the trips they lose, and two temporary pumps keep the marsh dry. Opponents said
the cheaper repair that was offered in January would have lasted until the new harbour opens.
""".strip().replace("\n", " ")

pytestmark = pytest.mark.embedded


def text_of(number: int, edition: int, copies_wire: bool) -> str:
    """A text with a word of its own for each article and edition; or the wire's, with that word after it."""
    body = (
        WIRE
        if copies_wire
        else " ".join(
            f"Sentence {i} of story {number} tells what clerk{number}x{i} noted in edition {edition}."
            for i in range(9)
        )
    )
    return f"{body} It is filed under word{number}e{edition}."


class Killed(BaseException):
    """Stands for SIGKILL inside a call: nothing of ours may catch it."""


class LibraryBesideItsModel(RuleBasedStateMachine):
    """`expected` holds each article's editions, oldest first, as they should be read back."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="qa-model-"))
        self.path = self.folder / "library"
        self.expected: dict[str, list[Article]] = {}
        self.edition = 0
        self.left: list[Library] = []
        self.patch = pytest.MonkeyPatch()

    @initialize(
        by_chroma=st.booleans(),
        always_follow=st.sampled_from([0, 20, 5_000]),
        shard_rows=st.sampled_from([5, 20_000]),
    )
    def begin(self, by_chroma: bool, always_follow: int, shard_rows: int) -> None:
        """EXACT_ROWS 0: Chroma takes part in every search; the other limits decide when it follows, and with
        how many shards."""
        self.patch.setattr(nearest, "EXACT_ROWS", 0 if by_chroma else 100_000)
        self.patch.setattr(nearest, "ALWAYS_FOLLOW_ROWS", always_follow)
        self.patch.setattr(nearest, "MOST_NEW_ROWS", 4)
        self.patch.setattr(nearest, "MOST_GONE_ROWS", 2)
        self.patch.setattr(shard_plan, "SHARD_ROWS", shard_rows)
        self.library = self._open()
        self.reader = self._open()

    def teardown(self) -> None:
        for library in (*self.left, *(getattr(self, name, None) for name in ("library", "reader"))):
            if library is not None:
                library.close()
        self.patch.undo()
        shutil.rmtree(self.folder, ignore_errors=True)

    # What is done

    @rule(
        numbers=st.lists(st.integers(0, 11), min_size=1, max_size=4, unique=True),
        outlet=st.sampled_from(OUTLETS),
        day=st.one_of(st.none(), st.integers(0, 9)),
        copies_wire=st.booleans(),
    )
    def add(self, numbers: list[int], outlet: str, day: int | None, copies_wire: bool) -> None:
        self.edition += 1
        articles = [self._article(n, outlet, day, copies_wire) for n in numbers]
        new = {a.id for a in articles} - set(self.expected)
        report = self.library.add(articles)
        assert set(report.added_ids) == new
        assert report.added + report.updated == len(articles)
        self._expect(articles)

    @precondition(lambda self: self.expected)
    @rule(data=st.data())
    def add_again_unchanged(self, data: st.DataObject) -> None:
        ids = data.draw(st.lists(st.sampled_from(sorted(self.expected)), min_size=1, max_size=5))
        embedded = self.library.embedder.texts
        report = self.library.add([self.expected[i][-1] for i in ids])
        assert (report.added, report.updated, report.unchanged) == (0, 0, len(ids))
        assert self.library.embedder.texts == embedded

    @precondition(lambda self: self.expected)
    @rule(data=st.data(), title=st.sampled_from(["Zeppelin lands", "Barrier to close", "Clerk leaves"]))
    def change_the_headline(self, data: st.DataObject, title: str) -> None:
        old = self.expected[data.draw(st.sampled_from(sorted(self.expected)))][-1]
        self.library.add([old.model_copy(update={"title": title})])
        if old.title != title:
            self.expected[old.id].append(old.model_copy(update={"title": title}))

    @precondition(lambda self: self.expected)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        article_id = data.draw(st.sampled_from(sorted(self.expected)))
        self.library.remove(article_id)
        del self.expected[article_id]

    @rule(number=st.integers(12, 20))
    def remove_what_is_not_there(self, number: int) -> None:
        with pytest.raises(ArticleNotFoundError):
            self.library.remove(f"story-{number:04d}")

    @rule(
        numbers=st.lists(st.integers(0, 11), min_size=1, max_size=3, unique=True),
        where=st.sampled_from(
            ["before the commit", "after the commit", "while Chroma is built", "before it is swapped in"]
        ),
    )
    def crash_while_adding(self, numbers: list[int], where: str) -> None:
        """Killed at a bad moment: before the commit nothing may be there, after it all must be."""
        self.edition += 1
        articles = [self._article(n, OUTLETS[0], 3, False) for n in numbers]
        with pytest.MonkeyPatch.context() as patch:
            self._strike(patch, where)
            try:
                self.library.add(articles)
                struck = False
            except Killed:
                struck = True
        if not (struck and where == "before the commit"):
            self._expect(articles)
        self._abandon()

    @rule()
    def crash(self) -> None:
        """The object is dropped as it is, unclosed, and another one opens the folder."""
        self._abandon()

    @rule()
    def reopen(self) -> None:
        self.library.close()
        self.library = self._open()

    @precondition(lambda self: self.expected)
    @rule(which=st.integers(0, 999), how=st.sampled_from(["deleted", "cut", "garbled", "flipped"]))
    def damage_a_derived_file(self, which: int, how: str) -> None:
        """While nobody has it open: what Chroma has mapped must not be pulled from under this process. How
        many files there are is tantivy's secret: nothing that hypothesis draws may depend on it."""
        self._close_all()
        files = [p for f in ("lexical", "dense") for p in (self.path / f).rglob("*") if p.is_file()]
        if files:
            files.sort(key=lambda path: (path.suffix, path.name))
            _DAMAGES[how](files[which % len(files)])
        self._open_all()

    @rule()
    def repair(self) -> None:
        embedded = self.library.embedder.texts
        assert [f for f in self.library.repair() if not f.ok] == []
        assert self.library.embedder.texts == embedded

    # What must hold

    @invariant()
    def both_hold_what_the_model_holds(self) -> None:
        for library in self._opened():
            assert {head.id for head in library.heads()} == set(self.expected)
            assert library.count() == len(self.expected)

    @rule()
    def articles_and_their_versions(self) -> None:
        for library in self._opened():
            for article_id, editions in self.expected.items():
                heads = library.versions(article_id)
                assert [(h.version, h.title) for h in heads] == [
                    (i, a.title) for i, a in enumerate(editions, 1)
                ]
                for version, edition in enumerate(editions, 1):
                    found = library.get(article_id, version)
                    assert (found.text, found.published, found.outlet) == (
                        edition.text,
                        edition.published,
                        edition.outlet,
                    )
            with pytest.raises(ArticleNotFoundError):
                library.get("story-0099")

    @precondition(lambda self: self.expected)
    @rule(data=st.data())
    def search_by_words(self, data: st.DataObject) -> None:
        article_id = data.draw(st.sampled_from(sorted(self.expected)))
        word = self.expected[article_id][-1].text.rsplit(" ", 1)[1].rstrip(".")
        for library in self._opened():
            found = library.search(f"filed under {word}", k=30)
            assert found[0].article.id == article_id
            assert all(p.text == library.get(p.article.id).text[p.start : p.end] for p in found)
            assert {p.article.id for p in found} <= set(self.expected)

    @precondition(lambda self: self.expected)
    @rule(data=st.data())
    def old_editions_are_not_found(self, data: st.DataObject) -> None:
        article_id = data.draw(st.sampled_from(sorted(self.expected)))
        editions = self.expected[article_id]
        current = editions[-1].text.rsplit(" ", 1)[1]
        for old in {e.text.rsplit(" ", 1)[1] for e in editions} - {current}:
            for library in self._opened():
                assert all(old not in p.text for p in library.search(old, k=30))

    @rule(
        outlets=st.lists(st.sampled_from(OUTLETS[:2]), max_size=2),
        since=st.one_of(st.none(), st.integers(0, 9)),
        until=st.one_of(st.none(), st.integers(0, 9)),
        numbers=st.lists(st.integers(0, 11), max_size=3),
    )
    def search_with_filters(
        self, outlets: list[str], since: int | None, until: int | None, numbers: list[int]
    ) -> None:
        filters = Filters(
            outlets=tuple(outlets),
            since=None if since is None else FIRST_DAY + timedelta(days=since),
            until=None if until is None else FIRST_DAY + timedelta(days=until),
            articles=tuple(f"story-{n:04d}" for n in numbers),
        )
        passing = {a[-1].id for a in self.expected.values() if _passes(a[-1], filters)}
        for library in self._opened():
            assert {head.id for head in library.heads(filters)} == passing
            found = library.search(
                "what the clerk noted, and what is filed under a word", k=200, filters=filters
            )
            assert {p.article.id for p in found} == passing

    @precondition(lambda self: self.expected)
    @rule()
    def search_by_meaning(self) -> None:
        """What Chroma finds is what exact search finds."""
        for library in self._opened():
            library.check_embedder()
            vector = library.embedder.embed(["what clerks noted about stories and barriers"])[0]
            exact = VectorTable(library.catalogue).search(vector, 8)
            found = library.searching.dense.search(vector, 8, None)
            assert [round(s, 3) for _, s in found] == [round(s, 3) for _, s in exact]

    @rule()
    def copies_are_one_source(self) -> None:
        """All that have the wire's text are one group, and every other is a group of its own."""
        wires = {i for i, editions in self.expected.items() if editions[-1].text.startswith(WIRE)}
        for library in self._opened():
            groups = library.groups(self.expected)
            assert set(groups) == set(self.expected)
            assert {i for i, group in groups.items() if wires and group == min(wires)} == wires
            assert len(set(groups.values())) == len(self.expected) - len(wires) + bool(wires)

    # Small things

    def _open(self) -> Library:
        return Library(self.path, embedder=CountingEmbedder())

    def _opened(self) -> tuple[Library, Library]:
        return self.library, self.reader

    def _open_all(self) -> None:
        self.library, self.reader = self._open(), self._open()

    def _close_all(self) -> None:
        for library in (*self.left, *self._opened()):
            library.close()
        self.left.clear()

    def _abandon(self) -> None:
        """The files of the dropped one are let go of at the end only, as a dead process's are at once."""
        self.left.append(self.library)
        self.library = self._open()

    def _article(self, number: int, outlet: str, day: int | None, copies_wire: bool) -> Article:
        published = None if day is None else datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(days=day)
        return Article(
            id=f"story-{number:04d}",
            title=f"Story {number}",
            outlet=outlet,
            published=published,
            text=text_of(number, self.edition, copies_wire),
        )

    def _expect(self, articles: list[Article]) -> None:
        for article in articles:
            self.expected.setdefault(article.id, []).append(article)

    @staticmethod
    def _strike(patch: pytest.MonkeyPatch, where: str) -> None:
        def killed(*_: object, **__: object) -> None:
            raise Killed

        if where == "before the commit":
            patch.setattr(committing.grouping, "place", killed)
        elif where == "after the commit":
            patch.setattr("qa.library.searching.Searching.follow", _only_then(killed))
        elif where == "while Chroma is built":
            patch.setattr(EmbeddedChroma, "_build", killed)
        else:
            patch.setattr("qa.library.shards.replace_file", killed)


def _only_then(killed: Callable[..., None]) -> Callable[..., None]:
    """`follow` is called once before the first commit of an `add` too, for what another left undone."""
    from qa.library.searching import Searching

    original, calls = Searching.follow, []

    def follow(self: Searching) -> None:
        calls.append(1)
        (original if len(calls) == 1 else killed)(self)

    return follow


def _passes(article: Article, filters: Filters) -> bool:
    day = article.published.date() if article.published else None
    return (
        (not filters.outlets or article.outlet in filters.outlets)
        and (filters.since is None or (day is not None and day >= filters.since))
        and (filters.until is None or (day is not None and day <= filters.until))
        and (not filters.articles or article.id in filters.articles)
    )


def _cut(file: Path) -> None:
    _put(file, file.read_bytes()[: file.stat().st_size // 2])


def _garble(file: Path) -> None:
    _put(file, bytes((i * 37 + 11) % 256 for i in range(file.stat().st_size or 64)))


def _flip(file: Path) -> None:
    data = bytearray(file.read_bytes() or b"x")
    data[len(data) // 2] ^= 0xFF
    _put(file, data)


def _put(file: Path, data: bytes | bytearray) -> None:
    """Another file in its place: a thread of tantivy's reads what was opened once more for itself, some time
    later, and cutting off what it has mapped would kill this process."""
    file.unlink()
    file.write_bytes(data)


_DAMAGES: dict[str, Callable[[Path], None]] = {
    "deleted": Path.unlink,
    "cut": _cut,
    "garbled": _garble,
    "flipped": _flip,
}

TestLibraryBesideItsModel = LibraryBesideItsModel.TestCase
TestLibraryBesideItsModel.settings = settings(
    max_examples=HISTORIES,
    stateful_step_count=STEPS,
    deadline=None,
    derandomize=HISTORIES <= 8,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
