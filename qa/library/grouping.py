"""Which articles are from one source: copies of each other, directly or through others. All are kept, and
count once.

Each article has a row in `sources`, whose `source` is the lowest number in its group; its marks (see
`copies`) are in `marks`, so that a new article is compared with those few that share some. All of it is
written in the transaction that writes the articles, and follows from their texts: what is missing is made by
`catch_up`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from qa.library.catalogue import Catalogue
from qa.library.copies import Fingerprint, are_copies, fingerprint, worth_comparing
from qa.library.storage import GROUPING, SCHEMA_VERSION, SOURCES_SCHEMA

PORTION = 256
MOST_WITH_ONE_MARK = 256
"""So many of the articles that share a mark are looked at, the oldest first: all may hold a stock phrase."""
MOST_UNLIKE = 32
"""After so many comparisons in vain, the most promising first, an article has no more copies."""
_MARK = "<i8"
_BEGUN = f"{GROUPING} begun"
_KNOWN = "SELECT number, version, marks FROM sources WHERE number"


class Placed(NamedTuple):
    """An article to group: its number, the version of its text, and what it is compared by."""

    number: int
    version: int
    fingerprint: Fingerprint


def place(catalogue: Catalogue, articles: Sequence[Placed]) -> None:
    """Groups articles that came, or came with another text; one that is known so stays as it is.

    Inside the caller's transaction, after the texts are written.
    """
    db, numbers = catalogue.db, [article.number for article in articles]
    known = {row[0]: row[1:] for row in _in(catalogue, _KNOWN, numbers)}
    arrived = [a for a in articles if known.get(a.number) != (a.version, _stored(a))]
    left = _take_out(catalogue, [a.number for a in arrived if a.number in known])
    for article in arrived:
        row = (article.number, article.version, article.number, _stored(article))
        db.execute("INSERT INTO sources VALUES (?, ?, ?, ?)", row)
    rows = [(mark, a.number) for a in arrived for mark in a.fingerprint.marks.tolist()]
    db.executemany("INSERT INTO marks VALUES (?, ?)", sorted(rows))
    linking = _Linking(catalogue, {a.number: a.fingerprint for a in arrived})
    for number in (*left, *(a.number for a in arrived)):
        linking.link(number)


def forget(catalogue: Catalogue, number: int) -> None:
    """Takes an article out of its group, which may fall apart. Inside the caller's transaction."""
    linking = _Linking(catalogue, {})
    for left in _take_out(catalogue, [number]):
        linking.link(left)


def is_complete(catalogue: Catalogue) -> bool:
    """Whether no article waits to be grouped; cheap enough to ask before each batch."""
    return catalogue.has_groups and _method(catalogue) == GROUPING


def pending(catalogue: Catalogue) -> int:
    """How many articles are not grouped, or grouped by a text that they no longer have; 0 is well."""
    if not catalogue.has_groups or _method(catalogue) not in (GROUPING, _BEGUN):
        return int(catalogue.one("SELECT count(*) FROM articles"))
    return int(
        catalogue.one(
            "SELECT count(*) FROM articles a LEFT JOIN sources s ON s.number = a.number "
            "WHERE s.version IS NOT a.version"
        )
    )


def catch_up(catalogue: Catalogue) -> None:
    """Groups all articles anew, in several transactions; broken off, it goes on where it was."""
    with catalogue.transaction():
        if not catalogue.has_groups:
            for statement in SOURCES_SCHEMA:
                catalogue.db.execute(statement)
            catalogue.db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        if _method(catalogue) != _BEGUN:
            catalogue.db.execute("DELETE FROM marks")
            catalogue.db.execute("DELETE FROM sources")
            _set_method(catalogue, _BEGUN)
    sql = (
        "SELECT a.number, a.version, t.text FROM articles a JOIN texts t ON t.number = a.number "
        "AND t.version = a.version WHERE a.number > (SELECT coalesce(max(number), 0) FROM sources) "
        "ORDER BY a.number LIMIT ?"
    )
    while rows := catalogue.rows(sql, (PORTION,)):
        portion = [Placed(number, version, fingerprint(text)) for number, version, text in rows]
        with catalogue.transaction():
            place(catalogue, portion)
    with catalogue.transaction():
        _set_method(catalogue, GROUPING)


class _Linking:
    """Joins groups while a batch is written; remembers what articles are compared by."""

    def __init__(self, catalogue: Catalogue, prints: dict[int, Fingerprint]) -> None:
        self._catalogue = catalogue
        self._prints = prints

    def link(self, number: int) -> None:
        """Joins the group of an article with those of all its copies."""
        db, own = self._catalogue.db, self._print(number)
        ((source,),) = db.execute("SELECT source FROM sources WHERE number = ?", (number,))
        joined, in_vain = {source}, 0
        for other, shared in self._sharing(number, own.marks.tolist()):
            source, size = db.execute(
                "SELECT source, length(marks) / 8 FROM sources WHERE number = ?", (other,)
            ).fetchone()
            if source in joined or not worth_comparing(shared, len(own.marks), size):
                continue
            if are_copies(own, self._print(other)):
                joined.add(source)
            elif (in_vain := in_vain + 1) == MOST_UNLIKE:
                break
        lowest = min(joined)
        moves = [(lowest, source) for source in joined - {lowest}]
        db.executemany("UPDATE sources SET source = ? WHERE source = ?", moves)

    def _sharing(self, number: int, marks: Iterable[int]) -> list[tuple[int, int]]:
        """Other articles with how many of `marks` they share, the most first."""
        counts: Counter[int] = Counter()
        sql = "SELECT number FROM marks WHERE mark = ? ORDER BY number LIMIT ?"
        for mark in marks:
            found = self._catalogue.db.execute(sql, (mark, MOST_WITH_ONE_MARK)).fetchall()
            if len(found) > 1:  # its own is always there
                counts.update(row[0] for row in found)
        counts.pop(number, None)
        return sorted(counts.items(), key=lambda item: (-item[1], item[0]))

    def _print(self, number: int) -> Fingerprint:
        if number not in self._prints:
            sql = (
                "SELECT t.text FROM sources s JOIN texts t ON t.number = s.number AND t.version = s.version "
                "WHERE s.number = ?"
            )
            ((text,),) = self._catalogue.rows(sql, (number,))
            self._prints[number] = fingerprint(text)
        return self._prints[number]


def _stored(article: Placed) -> bytes:
    return article.fingerprint.marks.astype(_MARK).tobytes()


def _take_out(catalogue: Catalogue, numbers: Sequence[int]) -> list[int]:
    """Removes the rows of articles, and gives those left in their groups, each a group of its own then."""
    db = catalogue.db
    gone = _in(catalogue, "SELECT number, source, marks FROM sources WHERE number", numbers)
    if not gone:
        return []
    pairs = [(mark, number) for number, _, data in gone for mark in np.frombuffer(data, _MARK).tolist()]
    db.executemany("DELETE FROM marks WHERE mark = ? AND number = ?", sorted(pairs))
    db.executemany("DELETE FROM sources WHERE number = ?", [(number,) for number, *_ in gone])
    groups = sorted({source for _, source, _ in gone})
    left = [row[0] for row in _in(catalogue, "SELECT number FROM sources WHERE source", groups)]
    db.executemany("UPDATE sources SET source = number WHERE number = ?", [(number,) for number in left])
    return sorted(left)


def _method(catalogue: Catalogue) -> str:
    rows = catalogue.rows("SELECT value FROM meta WHERE key = 'grouped'")
    return str(rows[0][0]) if rows else ""


def _set_method(catalogue: Catalogue, method: str) -> None:
    catalogue.db.execute("INSERT OR REPLACE INTO meta VALUES ('grouped', ?)", (method,))


def _in(catalogue: Catalogue, sql: str, values: Sequence[int]) -> list[tuple[Any, ...]]:
    """The rows of `sql`, which ends with a column, where that column has one of `values`."""
    return catalogue.rows(f"{sql} IN (SELECT value FROM json_each(?))", (json.dumps(list(values)),))  # noqa: S608
