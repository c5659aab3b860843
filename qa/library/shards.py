"""Chroma embedded, beside the catalogue: shards, each a Chroma folder that never changes once it is made.

Chroma's vector index is not crash-safe, and a graph of all vectors takes ever longer to extend and misses
ever more. So a shard holds the vectors of a range of chunk ids, at most SHARD_ROWS, and is never changed: it
is built in a folder of its own from the stored vectors, closed, opened again, checked, and forced to disk.
Then the pointer file lists it (one atomic rename), and only then folders that it lists no longer are deleted:
a process killed anywhere leaves the old pointer in force with all its folders, and perhaps new folders that
the next writer deletes.

Chunk ids only grow. What came goes to new shards, built together with the last one where that is not full;
of what went, a shard's entry in the pointer remembers the ids until a tenth of it is gone; then it is built
again, together with a neighbour if it became small. So an update takes as long as what changed is large, not
as the library.

All rows are flushed in one persist at the end (`sync_threshold` is their number), so opening a shard for
reading never writes to its vector files. Their sizes and checksums stand in the pointer: Chroma maps them
without looking, and a changed file can kill the process.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.library.catalogue import Catalogue
from qa.library.dense import (
    COLLECTION,
    GRAPH,
    DenseUnavailableError,
    first_cosine,
    lost,
    open_client,
    query,
    row_batches,
    sample,
    translated,
)
from qa.library.durable import changed_files, checksums, clear_away, replace_file, sync_tree
from qa.library.records import VectorBlock
from qa.library.shard_plan import Pointer, Shard, Span, plan, shardfuls
from qa.library.vectors import Scored

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]

# Five shards of 20,000 together miss 3 in 100 of the nearest; with 1,000 they miss 1, in half the speed.
EF_SEARCH = 400
MOST_THREADS = 8
POINTER = "current.json"
LONGEST_POINTER = 16_000_000
LAYOUT = 2


_Searched = tuple[Any, set[int]]
"""A collection, and the ids in it that are in the catalogue no longer."""


class EmbeddedChroma:
    """The shards in the folder `folder`, as a DenseIndex."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.applied = self.held = 0
        self._opened: dict[str, tuple[Any, Any]] = {}  # folder: client and collection
        self._searched: list[_Searched] | None = None
        self._doubted: set[str] = set()
        self._threads: ThreadPoolExecutor | None = None

    def open(self, catalogue: Catalogue) -> None:
        with translated():
            pointer = self.pointer()
            while True:
                try:
                    self._follow(pointer, catalogue)
                    break
                except DenseUnavailableError:
                    newer = self.pointer()  # a writer may just have deleted what the old one lists
                    if newer == pointer:
                        raise
                    pointer = newer

    def pointer(self) -> Pointer:
        """What the pointer file says. Raises DenseUnavailableError if there is none that can be used."""
        with translated():
            file = self.folder / POINTER
            if file.stat().st_size > LONGEST_POINTER:
                raise DenseUnavailableError(f"{POINTER} is far too long")
            read = json.loads(file.read_text("utf-8"))
            if read["layout"] != LAYOUT:
                raise DenseUnavailableError("it has the layout of another version of qa")
            if read["crc"] != _crc(read["state"]):
                raise DenseUnavailableError(f"{POINTER} was changed")
            sequence, stamp, shards = read["state"]
            return Pointer(sequence, stamp, tuple(Shard(*shard) for shard in shards))

    def rows(self) -> int:
        with translated():
            return sum(int(collection.count()) - len(gone) for collection, gone in self._in_force())

    def search(self, vector: Vector, limit: int) -> Scored:
        with translated():
            shards = self._in_force()
            found = [
                item for best in self._at_once(partial(_nearest, vector, limit), shards) for item in best
            ]
            return sorted(found, key=lambda item: (-item[1], item[0]))[:limit]

    def update(self, catalogue: Catalogue) -> None:
        """Builds what has changed, one shard after the other; what else is there stays as it is, if it is
        whole."""
        with translated():
            if not self.folder.is_dir():
                clear_away(self.folder)
            self.folder.mkdir(parents=True, exist_ok=True)
            sequence = catalogue.sequence()
            made: list[str] = []
            try:
                shards = tuple(self._make(self._plan(catalogue), catalogue, made))
                pointer = Pointer(sequence, catalogue.stamp(sequence), shards)
                if pointer.rows != (rows := catalogue.chunk_count()):
                    raise DenseUnavailableError(f"{pointer.rows} rows instead of {rows}")
                state = json.loads(json.dumps(pointer))
                text = json.dumps({"layout": LAYOUT, "crc": _crc(state), "state": state})
                replace_file(self.folder / POINTER, text)
            except BaseException:
                for name in made:
                    clear_away(self.folder / name)
                raise
            self._let_go(pointer)
            self._doubted.clear()
            self.applied, self.held = sequence, rows

    def discard(self) -> None:
        """Trusts no shard any more: the next update opens each, and keeps those that pass the check which a
        new one has to pass."""
        self.close()
        self.applied = self.held = 0
        try:
            self._doubted = {shard.folder for shard in self.pointer().shards}
        except DenseUnavailableError:
            self._doubted = set()  # nothing will be kept

    def close(self) -> None:
        if self._threads is not None:
            self._threads.shutdown()
            self._threads = None
        with translated():
            self._close_others(())

    def _in_force(self) -> list[_Searched]:
        if self._searched is None:
            raise DenseUnavailableError("it is not open")
        return self._searched

    def _at_once(self, ask: Callable[[_Searched], Scored], shards: list[_Searched]) -> Iterable[Scored]:
        """What each shard answers; Chroma lets other threads work while it searches."""
        if len(shards) < 2:
            return map(ask, shards)
        if self._threads is None:
            self._threads = ThreadPoolExecutor(min(MOST_THREADS, os.cpu_count() or 1))
        return self._threads.map(ask, shards)

    def _close_others(self, names: Collection[str]) -> None:
        """Closes the shards whose folders are not named."""
        self._searched = None
        for name in [name for name in self._opened if name not in names]:
            client, _ = self._opened.pop(name)
            client.close()

    def _follow(self, pointer: Pointer, catalogue: Catalogue) -> None:
        """Opens the shards that are not open yet, and closes those that are listed no longer."""
        if catalogue.stamp(pointer.sequence) != pointer.stamp:
            raise DenseUnavailableError("it followed another history of the library")
        self._close_others({shard.folder for shard in pointer.shards})
        for shard in pointer.shards:
            if shard.folder not in self._opened:
                try:
                    with translated():
                        self._opened[shard.folder] = self._open(shard)
                except DenseUnavailableError:
                    self._doubted.add(shard.folder)
                    raise
        self._searched = [
            (self._opened[shard.folder][1], {first + i for first, count in shard.gone for i in range(count)})
            for shard in pointer.shards
        ]
        self.applied, self.held = pointer.sequence, pointer.rows

    def _open(self, shard: Shard) -> tuple[Any, Any]:
        folder = self.folder / shard.folder
        _verify(folder, shard.files)
        client = open_client(folder)
        try:
            collection = client.get_collection(COLLECTION, embedding_function=None)
            if collection.count() != shard.rows:
                raise DenseUnavailableError("rows are missing")
        except BaseException:
            client.close()
            raise
        return client, collection

    def _plan(self, catalogue: Catalogue) -> list[Span]:
        everything = [Span(0, None, catalogue.chunk_count(), None)]
        try:
            pointer = self.pointer()
        except DenseUnavailableError:
            return everything
        if catalogue.stamp(pointer.sequence) != pointer.stamp:
            return everything
        removed = catalogue.changes(pointer.sequence).removed
        came = catalogue.rows_since(pointer.sequence)
        spans = plan(pointer.shards, removed, came)
        if sum(span.rows for span in spans) != catalogue.chunk_count():
            return everything
        return [
            span._replace(kept=None) if span.kept and not self._whole(span.kept, catalogue) else span
            for span in spans
        ]

    def _whole(self, shard: Shard, catalogue: Catalogue) -> bool:
        """Whether a shard can be kept: its files are what they were; where there is a doubt, it also has all
        rows and finds its vectors."""
        folder = self.folder / shard.folder
        try:
            with translated():
                _verify(folder, shard.files)
                if shard.folder in self._doubted:
                    blocks = catalogue.iter_vector_blocks(first=shard.first, last=shard.last)
                    _check(folder, sample(blocks), shard.rows)
        except DenseUnavailableError:
            return False
        return True

    def _make(self, spans: Sequence[Span], catalogue: Catalogue, made: list[str]) -> Iterator[Shard]:
        """The shards of a plan; the names of the folders that it makes are added to `made`."""
        for span in spans:
            if span.kept is not None:
                yield span.kept
                continue
            for blocks in shardfuls(catalogue.iter_vector_blocks(first=span.first, last=span.last)):
                first, rows = blocks[0].first, sum(block.rows for block in blocks)
                made.append(f"s-{first}-{secrets.token_hex(4)}")
                folder = self.folder / made[-1]
                self._build(folder, blocks, rows)
                _compact(folder / "chroma.sqlite3")
                _check(folder, sample(blocks), rows)
                files = checksums(folder, _vector_files(folder))
                sync_tree(folder)
                yield Shard(made[-1], first, blocks[-1].first + blocks[-1].rows - 1, rows, (), files)

    def _build(self, folder: Path, blocks: Sequence[VectorBlock], rows: int) -> None:
        client = open_client(folder)
        try:
            hnsw = {
                **GRAPH,
                "ef_search": EF_SEARCH,
                "sync_threshold": max(2, rows),
                "batch_size": max(2, min(100, rows)),
            }
            collection = client.create_collection(
                COLLECTION, configuration={"hnsw": hnsw}, embedding_function=None
            )
            for ids, vectors in row_batches(iter(blocks)):
                collection.add(ids=ids, embeddings=vectors)
        finally:
            client.close()

    def _let_go(self, pointer: Pointer) -> None:
        """Closes and deletes what the pointer lists no longer."""
        names = {shard.folder for shard in pointer.shards}
        self._close_others(names)
        for path in self.folder.iterdir():
            if path.name not in names and path.name != POINTER:
                clear_away(path)


def _nearest(vector: Vector, limit: int, shard: _Searched) -> Scored:
    collection, gone = shard
    return [item for item in query(collection, vector, limit + len(gone)) if item[0] not in gone]


def _compact(database: Path) -> None:
    """Gives back the room of Chroma's log, through which all vectors went and which is empty now: half of
    what a shard takes on the disk. Where that fails, nothing is changed."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(database)) as db:
        db.execute("VACUUM")


def _check(folder: Path, asked: Sequence[Vector], rows: int) -> None:
    """Opens what was built as a reader would: all rows are counted, and a sample of vectors must find
    themselves."""
    client = open_client(folder)
    try:
        collection = client.get_collection(COLLECTION, embedding_function=None)
        if collection.count() != rows:
            raise DenseUnavailableError(f"{collection.count()} rows instead of {rows}")
        if problem := lost([first_cosine(query(collection, v, 1)) for v in asked], len(asked)):
            raise DenseUnavailableError(problem)
    finally:
        client.close()


def _verify(folder: Path, files: dict[str, list[int]]) -> None:
    if not (folder / "chroma.sqlite3").is_file():
        raise DenseUnavailableError("chroma.sqlite3 is missing")
    changed = changed_files(folder, files)
    if changed:
        raise DenseUnavailableError(f"{changed[0]} was changed")


def _vector_files(folder: Path) -> list[Path]:
    """Chroma's own files less its SQLite half, which can have no checksum: each opening adds a row to its
    table `acquire_write`. Nor does it need one: what is wrong in it shows in the number of rows, or as an
    error. (Of 300 copies with one bad byte each, 77 were noticed so; the others answered the same.)"""
    return [path for path in folder.glob("*/*") if path.is_file()]


def _crc(state: Any) -> int:
    return zlib.crc32(json.dumps(state).encode())
