"""Everything that changes the catalogue, each call one transaction. Only for the one who holds the
library's lock."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from qa.library import grouping
from qa.library.catalogue import Catalogue, fold_outlet
from qa.library.copies import fingerprint
from qa.library.records import EmbedderRecord, Entry

_PUT_ARTICLE = """
INSERT INTO articles (id, version, digest, head, outlet, day, published) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET version = excluded.version, digest = excluded.digest, head = excluded.head,
    outlet = excluded.outlet, day = excluded.day, published = excluded.published
"""


def write_batch(catalogue: Catalogue, entries: Sequence[Entry], embedder: EmbedderRecord | None) -> int:
    """Writes a batch of articles and returns its sequence number; it is safe on disk then. `embedder` is
    recorded if given."""
    fingerprints = [fingerprint(entry.article.text) for entry in entries]
    with _transaction(catalogue) as sequence:
        if embedder is not None:
            _record_embedder(catalogue, embedder)
        numbers = [_write_one(catalogue, entry, sequence) for entry in entries]
        versions = [entry.article.version for entry in entries]
        grouping.place(catalogue, list(map(grouping.Placed, numbers, versions, fingerprints)))
    return sequence


def remove_article(catalogue: Catalogue, article_id: str) -> None:
    """Removes an article with all its versions."""
    with _transaction(catalogue) as sequence:
        for (number,) in catalogue.rows("SELECT number FROM articles WHERE id = ?", (article_id,)):
            _drop_chunks(catalogue, number, sequence)
            grouping.forget(catalogue, number)
            catalogue.db.execute("DELETE FROM texts WHERE number = ?", (number,))
            catalogue.db.execute("DELETE FROM articles WHERE number = ?", (number,))


def staged(catalogue: Catalogue, embedder: EmbedderRecord) -> dict[int, int]:
    """What a re-embedding with `embedder` that was broken off has done: first chunk ids by article number.

    What another embedder did is thrown away.
    """
    mark = json.dumps(embedder)
    with _transaction(catalogue):
        if catalogue.rows("SELECT 1 FROM meta WHERE key = 'staged' AND value = ?", (mark,)) == []:
            catalogue.db.execute("DELETE FROM staged")
            catalogue.db.execute("INSERT OR REPLACE INTO meta VALUES ('staged', ?)", (mark,))
    return dict(catalogue.rows("SELECT number, first FROM staged"))


def stage(catalogue: Catalogue, rows: Sequence[tuple[int, int, bytes]]) -> None:
    """Keeps new vectors aside: article number, its first chunk's id, and the vectors as bytes."""
    with _transaction(catalogue):
        catalogue.db.executemany("INSERT OR REPLACE INTO staged VALUES (?, ?, ?)", rows)


def adopt_staged(catalogue: Catalogue, embedder: EmbedderRecord) -> int:
    """Puts the vectors kept aside in place of the old ones, all at once, and returns how many there are.

    The chunks get new ids, so that every index follows.
    """
    with _transaction(catalogue) as sequence:
        _record_embedder(catalogue, embedder)
        sql = "SELECT s.number FROM staged s JOIN vectors v ON v.number = s.number AND v.first = s.first"
        for (number,) in catalogue.rows(sql + " ORDER BY v.first"):
            ((data,),) = catalogue.rows("SELECT data FROM staged WHERE number = ?", (number,))
            spans = [(row.start, row.end) for row in catalogue.chunks_of(number)]
            _drop_chunks(catalogue, number, sequence)
            _add_chunks(catalogue, number, spans, data, sequence)
        catalogue.db.execute("DELETE FROM staged")
        catalogue.db.execute("DELETE FROM meta WHERE key = 'staged'")
    return catalogue.chunk_count()


@contextmanager
def _transaction(catalogue: Catalogue) -> Iterator[int]:
    """One transaction; gives the sequence number that it will commit as. Any exception rolls it back."""
    with catalogue.transaction():
        sequence = catalogue.sequence() + 1
        yield sequence
        catalogue.db.execute("INSERT INTO commits VALUES (?, ?)", (sequence, secrets.token_hex(8)))


def _record_embedder(catalogue: Catalogue, record: EmbedderRecord) -> None:
    values = [(f"embedder.{key}", str(value)) for key, value in record._asdict().items()]
    catalogue.db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values)


def _write_one(catalogue: Catalogue, entry: Entry, sequence: int) -> int:
    article, db = entry.article, catalogue.db
    head = article.head.model_dump_json()
    published = article.published.timestamp() if article.published else None
    # The day where the article says it was published: "since Tuesday" means the outlet's Tuesday.
    day = article.published.date().isoformat() if article.published else None
    outlet = fold_outlet(article.outlet)
    db.execute(_PUT_ARTICLE, (article.id, article.version, entry.digest, head, outlet, day, published))
    ((number,),) = catalogue.rows("SELECT number FROM articles WHERE id = ?", (article.id,))
    db.execute(
        "INSERT OR REPLACE INTO texts VALUES (?, ?, ?, ?)", (number, article.version, head, article.text)
    )
    if entry.spans is not None and entry.vectors is not None:
        _drop_chunks(catalogue, number, sequence)
        _add_chunks(catalogue, number, entry.spans, entry.vectors, sequence)
    return int(number)


def _add_chunks(
    catalogue: Catalogue, number: int, spans: Sequence[tuple[int, int]], data: bytes, sequence: int
) -> None:
    if not spans:
        return
    db, first = catalogue.db, int(catalogue.meta("next_chunk"))
    db.execute("UPDATE meta SET value = ? WHERE key = 'next_chunk'", (str(first + len(spans)),))
    rows = [(first + i, number, i, start, end) for i, (start, end) in enumerate(spans)]
    db.executemany("INSERT INTO chunks VALUES (?, ?, ?, ?, ?)", rows)
    db.execute("INSERT INTO vectors VALUES (?, ?, ?, ?, ?)", (number, first, len(spans), sequence, data))


def _drop_chunks(catalogue: Catalogue, number: int, sequence: int) -> None:
    db = catalogue.db
    db.execute(
        "INSERT INTO removals SELECT ?, first, count FROM vectors WHERE number = ?", (sequence, number)
    )
    db.execute("DELETE FROM vectors WHERE number = ?", (number,))
    db.execute("DELETE FROM chunks WHERE number = ?", (number,))
