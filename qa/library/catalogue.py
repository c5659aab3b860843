"""The truth: one SQLite file with every article, every version of its text, its chunks and their vectors.

Each batch is one transaction and gets the next sequence number. The indexes follow by asking what changed
since the number they applied last: chunks that came (by the `seq` of their vectors) and ranges of chunk ids
that went (`removals`). Chunk ids only grow and are never used again, so an id alone says which words are
meant. `commits` gives each sequence number a random stamp, so that an index that followed another history
(a restored backup, a copied folder) is noticed.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from qa.errors import LibraryDamagedError
from qa.library.records import Changes, ChunkRow, EmbedderRecord, Known, VectorBlock
from qa.library.storage import (
    GROUPS_VERSION,
    RESTORE,
    SCHEMA_VERSION,
    connect,
    inspect_file,
    lay_out,
    no_library,
    translated,
)
from qa.types import Article, ArticleHead, Filters

T = TypeVar("T")


class Catalogue:
    """The SQLite file. Reading is safe from any thread; writing is for the one who holds the library's
    lock."""

    def __init__(self, path: Path, *, create: bool) -> None:
        """Opens or creates the file. Raises LibraryDamagedError if it is not a catalogue, or a newer
        version's; LibraryError."""
        self.path = path
        self.lock = threading.RLock()
        inspect_file(path, create=create)
        self._connect()
        try:
            with translated(path):
                if not self.rows("SELECT 1 FROM sqlite_master LIMIT 1"):  # also when killed while it was made
                    if not create:
                        raise no_library(path.parent)
                    lay_out(self.db)
                found = int(self.one("PRAGMA user_version"))
                if found > SCHEMA_VERSION:
                    raise LibraryDamagedError(
                        f"{path} was written by a newer qa (layout {found}, this one knows {SCHEMA_VERSION})",
                        "Use the newer version of qa.",
                    )
                self.library_id = self.meta("library_id")
        except BaseException:
            self.db.close()
            raise

    def close(self) -> None:
        """Closes the file."""
        with self.lock:
            self.db.close()

    # Reading

    def sequence(self) -> int:
        """The number of the last committed batch; 0 for an empty library."""
        return int(self.one("SELECT coalesce(max(seq), 0) FROM commits"))

    def stamp(self, sequence: int) -> str:
        """The random stamp of a sequence number, "" if there was none such (0 has a stamp too: the
        library's id)."""
        if not sequence:
            return self.library_id
        rows = self.rows("SELECT stamp FROM commits WHERE seq = ?", (sequence,))
        return str(rows[0][0]) if rows else ""

    def embedder(self) -> EmbedderRecord | None:
        """The embedder that made the vectors; None while there are none."""
        rows = self.rows(
            "SELECT value FROM meta WHERE key LIKE 'embedder.%' ORDER BY key"
        )  # dimension, name, revision
        return EmbedderRecord(rows[1][0], rows[2][0], int(rows[0][0])) if rows else None

    def known(self, ids: Sequence[str]) -> dict[str, Known]:
        """Number, version and digest of those of `ids` that are in the library."""
        found: dict[str, Known] = {}
        for some in _portions(ids):
            marks = ",".join("?" * len(some))
            sql = f"SELECT id, number, version, digest FROM articles WHERE id IN ({marks})"  # noqa: S608 - only marks
            found.update({row[0]: Known(*row[1:]) for row in self.rows(sql, some)})
        return found

    def matching_ids(self, prefix: str, limit: int = 3) -> list[str]:
        """Ids that are `prefix` or start with it, the exact one first, at most `limit`."""
        exact = self.rows("SELECT id FROM articles WHERE id = ?", (prefix,))
        if exact:
            return [exact[0][0]]
        upper = (
            prefix[:-1] + chr(ord(prefix[-1]) + 1)
            if prefix and ord(prefix[-1]) < 0xD7FF
            else prefix + "\U0010ffff"
        )
        rows = self.rows(
            "SELECT id FROM articles WHERE id >= ? AND id < ? ORDER BY id LIMIT ?", (prefix, upper, limit)
        )
        return [row[0] for row in rows]

    def article(self, article_id: str, version: int | None = None) -> Article | None:
        """An article in its current or an older version, None if it is not there."""
        rows = self.rows(
            "SELECT t.head, t.text FROM articles a JOIN texts t ON t.number = a.number "
            "AND t.version = coalesce(?, a.version) WHERE a.id = ?",
            (version, article_id),
        )
        return _article(*rows[0]) if rows else None

    def versions(self, article_id: str) -> list[ArticleHead]:
        """Heads of all versions of an article, oldest first; none if it is not there."""
        sql = (
            "SELECT t.head FROM articles a JOIN texts t ON t.number = a.number WHERE a.id = ? "
            "ORDER BY t.version"
        )
        return [ArticleHead.model_validate_json(row[0]) for row in self.rows(sql, (article_id,))]

    def current(self, numbers: Iterable[int]) -> dict[int, Article]:
        """The current version of the articles with these numbers; those that are gone are left out."""
        found: dict[int, Article] = {}
        for some in _portions(list(numbers)):
            marks = ",".join("?" * len(some))
            sql = (
                "SELECT a.number, t.head, t.text FROM articles a JOIN texts t "  # noqa: S608 - only marks
                f"ON t.number = a.number AND t.version = a.version WHERE a.number IN ({marks})"
            )
            found.update({row[0]: _article(row[1], row[2]) for row in self.rows(sql, some)})
        return found

    def heads(self, filters: Filters, *, offset: int = 0, limit: int | None = None) -> list[ArticleHead]:
        """Heads of the articles that pass, newest first, those without a date last, then by id: at most
        `limit`, without the first `offset`.
        """
        where, values = _conditions(filters)
        order = "published IS NULL, published DESC, id"
        sql = f"SELECT head FROM articles {where} ORDER BY {order} LIMIT ? OFFSET ?"  # noqa: S608 - fixed parts
        bounds = (-1 if limit is None else limit, offset)  # -1 is SQLite's "all"
        return [ArticleHead.model_validate_json(row[0]) for row in self.rows(sql, [*values, *bounds])]

    def numbers(self, filters: Filters) -> list[int]:
        """Numbers of the articles that pass, ascending."""
        where, values = _conditions(filters)
        return [row[0] for row in self.rows(f"SELECT number FROM articles {where} ORDER BY number", values)]  # noqa: S608

    def count(self, filters: Filters) -> int:
        """How many articles pass."""
        where, values = _conditions(filters)
        return int(self.one(f"SELECT count(*) FROM articles {where}", values))  # noqa: S608

    def undated(self) -> int:
        """How many articles have no known date."""
        return int(self.one("SELECT count(*) FROM articles WHERE day IS NULL"))

    def outlets(self) -> tuple[str, ...]:
        """Every outlet once, as first written, in the order of the alphabet."""
        rows = self.rows(
            "SELECT min(json_extract(head, '$.outlet')) FROM articles WHERE outlet != '' "
            "GROUP BY outlet ORDER BY outlet"
        )
        return tuple(row[0] for row in rows)

    def chunk_count(self) -> int:
        """How many chunks there are now."""
        # Not the sum over `vectors`, whose rows are large: 2.4 s at a million chunks.
        return int(self.one("SELECT count(*) FROM chunks"))

    def version_count(self) -> int:
        """How many texts there are, old versions included."""
        return int(self.one("SELECT count(*) FROM texts"))

    def chunks(self, ids: Sequence[int]) -> dict[int, ChunkRow]:
        """The chunks with these ids; those that are gone are left out."""
        found: dict[int, ChunkRow] = {}
        for some in _portions(ids):
            marks = ",".join("?" * len(some))
            sql = f"SELECT id, number, ordinal, start, end FROM chunks WHERE id IN ({marks})"  # noqa: S608 - only marks
            found.update({row[0]: ChunkRow(*row) for row in self.rows(sql, some)})
        return found

    def chunks_of(self, number: int) -> list[ChunkRow]:
        """The chunks of one article, in order."""
        rows = self.rows(
            "SELECT id, number, ordinal, start, end FROM chunks WHERE number = ? ORDER BY id", (number,)
        )
        return [ChunkRow(*row) for row in rows]

    @property
    def has_groups(self) -> bool:
        """Whether this file's layout knows groups: one made by an older qa gets them with the next write."""
        return int(self.one("PRAGMA user_version")) >= GROUPS_VERSION

    def groups(self, ids: Iterable[str]) -> dict[str, str]:
        """For each of `ids` that is in the library the least id of its group; its own if not yet grouped."""
        wanted = list(ids)
        if not self.has_groups:
            return {article_id: article_id for article_id in self.known(wanted)}
        sql = (
            "SELECT a.id, coalesce((SELECT min(b.id) FROM sources m JOIN articles b ON b.number = m.number "
            "WHERE m.source = s.source), a.id) FROM articles a LEFT JOIN sources s ON s.number = a.number "
            "WHERE a.id IN (SELECT value FROM json_each(?))"
        )
        return dict(self.rows(sql, (json.dumps(wanted),)))

    def same_source(self, article_id: str) -> list[ArticleHead]:
        """Heads of the other articles of its group, oldest first, those without a date last, then by id."""
        if not self.has_groups:
            return []
        sql = (
            "SELECT b.head FROM articles a JOIN sources s ON s.number = a.number "
            "JOIN sources m ON m.source = s.source AND m.number != s.number "
            "JOIN articles b ON b.number = m.number WHERE a.id = ? "
            "ORDER BY b.published IS NULL, b.published, b.id"
        )
        return [ArticleHead.model_validate_json(row[0]) for row in self.rows(sql, (article_id,))]

    def group_count(self) -> int:
        """How many groups there are, an article that is not grouped yet being one."""
        if not self.has_groups:
            return self.count(Filters())
        sql = (
            "SELECT count(DISTINCT s.source) + sum(s.source IS NULL) "
            "FROM articles a LEFT JOIN sources s ON s.number = a.number"
        )
        return int(self.one(sql) or 0)

    def changes(self, since: int) -> Changes:
        """What an index that has applied `since` must follow."""
        with self.lock, self._reading() as db:
            sequence = self.sequence()
            removed = self.rows("SELECT first, count FROM removals WHERE seq > ? ORDER BY first", (since,))
            arrived = self.rows("SELECT number FROM vectors WHERE seq > ? ORDER BY seq, first", (since,))
            stamp = self.stamp(sequence)
        if db is not self.db:  # connected anew meanwhile
            return self.changes(since)
        return Changes(sequence, stamp, [(a, b) for a, b in removed], [row[0] for row in arrived])

    def iter_vector_blocks(
        self, since: int = 0, *, first: int = 0, last: int | None = None
    ) -> Iterator[VectorBlock]:
        """Vectors that came after sequence number `since`, in order of chunk id, one portion at a time, for
        libraries larger than memory should hold twice; only blocks whose first chunk is one of `first` to
        `last`."""
        # Ids grow with the sequence numbers, so where the ids begin says it all.
        # The + keeps SQLite from walking through all that came before.
        sql = "SELECT coalesce(min(+first), 0) FROM vectors WHERE seq > ?"
        begin = self.one(sql, (since,)) if since else 0
        seen, end = max(begin, first) - 1, last if last is not None else (1 << 63) - 1
        sql = "SELECT number, first, count, data FROM vectors WHERE first > ? AND first <= ? AND seq > ?"
        while rows := self.rows(sql + " ORDER BY first LIMIT 512", (seen, end, since)):
            yield from (VectorBlock(*row) for row in rows)
            seen = rows[-1][1]

    def sample_blocks(self, count: int, until: int) -> tuple[list[VectorBlock], list[VectorBlock]]:
        """Vectors of up to `count` articles that are spread over all, other ones each time, and of the
        quarter as many that came last; none that came after sequence number `until`. Takes as long for any
        size."""
        sql = "SELECT number, first, count, data FROM vectors WHERE first >= ? AND seq <= ? ORDER BY first"
        low = self.one("SELECT coalesce(min(first), 0) FROM vectors")
        step = max(1, (self.one("SELECT coalesce(max(first), 0) FROM vectors") - low) // count)
        start = low + secrets.randbelow(step)
        spread = [self.rows(sql + " LIMIT 1", (start + i * step, until)) for i in range(count)]
        newest = "SELECT number, first, count, data FROM vectors WHERE seq <= ? ORDER BY seq DESC LIMIT ?"
        return (
            list({row[1]: VectorBlock(*row) for rows in spread for row in rows}.values()),
            [VectorBlock(*row) for row in self.rows(newest, (until, max(1, count // 4)))],
        )

    def rows_since(self, sequence: int) -> int:
        """How many vectors came after sequence number `sequence` and are still there."""
        return int(self.one("SELECT coalesce(sum(count), 0) FROM vectors WHERE seq > ?", (sequence,)))

    def vectors_of(self, numbers: Iterable[int]) -> list[VectorBlock]:
        """The vectors of these articles' chunks."""
        found: list[VectorBlock] = []
        for some in _portions(list(numbers)):
            marks = ",".join("?" * len(some))
            sql = f"SELECT number, first, count, data FROM vectors WHERE number IN ({marks}) ORDER BY first"  # noqa: S608
            found += [VectorBlock(*row) for row in self.rows(sql, some)]
        return found

    def problems(self) -> list[str]:
        """What SQLite's own check and the links between the tables find wrong; empty is well."""
        found = [row[0] for row in self.rows("PRAGMA quick_check(5)") if row[0] != "ok"]
        checks = {
            "articles without their text": "SELECT count(*) FROM articles a WHERE NOT EXISTS "
            "(SELECT 1 FROM texts t WHERE t.number = a.number AND t.version = a.version)",
            "articles whose chunks and vectors differ in number": "SELECT count(*) FROM vectors v "
            "WHERE v.count != (SELECT count(*) FROM chunks c WHERE c.number = v.number)",
            "vectors of the wrong size": "SELECT count(*) FROM vectors WHERE length(data) != 4 * count * "
            "coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'embedder.dimension'), 0)",
        }
        for what, sql in checks.items():
            number = int(self.one(sql))
            if number:
                found.append(f"{number} {what}")
        return found

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: any exception takes back what was written."""
        with self.lock, translated(self.path):
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.db.execute("COMMIT")
            except BaseException:
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")
                raise

    # Small things

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Several reads that see one and the same state, if they end with the connection they began with."""
        db = self.db
        if db.in_transaction:
            yield db
            return
        with translated(self.path):
            db.execute("BEGIN")
            try:
                yield db
            finally:
                if db is self.db:
                    db.execute("COMMIT")

    def _connect(self) -> None:
        self._connection = connect(self.path)
        self.db, self.read_only = self._connection.db, self._connection.read_only

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self.lock, translated(self.path):
            while (found := self._connection.rows(sql, values)) is None:
                self.db.close()
                self._connect()
            return found

    def one(self, sql: str, values: Sequence[object] = ()) -> Any:
        return self.rows(sql, values)[0][0]

    def meta(self, key: str) -> str:
        rows = self.rows("SELECT value FROM meta WHERE key = ?", (key,))
        if not rows:
            raise LibraryDamagedError(f"{self.path} holds no {key}", RESTORE)
        return str(rows[0][0])


def fold_outlet(outlet: str) -> str:
    """An outlet's name as filters compare it: without regard to case and outer white space."""
    return outlet.strip().casefold()


def _article(head: str, text: str) -> Article:
    return Article(**ArticleHead.model_validate_json(head).model_dump(), text=text)


def _conditions(filters: Filters) -> tuple[str, list[object]]:
    parts: list[str] = []
    values: list[object] = []
    if filters.since:
        parts.append("day >= ?")
        values.append(filters.since.isoformat())
    if filters.until:
        parts.append("day <= ?")
        values.append(filters.until.isoformat())
    if filters.outlets:  # one JSON value, because SQLite bounds the number of marks
        parts.append("outlet IN (SELECT value FROM json_each(?))")
        values.append(json.dumps([fold_outlet(outlet) for outlet in filters.outlets]))
    if filters.articles:
        parts.append("id IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(filters.articles))
    return ("WHERE " + " AND ".join(parts) if parts else ""), values


def _portions(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), 500):
        yield items[start : start + 500]
