"""Chroma, the index of the meaning leg: embedded, as generations of files beside the catalogue. Its other
form, a server, is in `chroma_server`.

Chroma's vector index is not crash-safe, so an embedded index is never changed: each update builds a new
generation in a folder of its own from the stored vectors, closes it, opens it again, checks it, forces it
to disk, and only then lets the pointer file name it (one atomic rename). A process killed anywhere leaves
the old generation in force and a folder that the next writer deletes. All rows are flushed in one persist
at the end (`sync_threshold` is their number), so opening a generation for reading never writes to its
vector files. Their sizes and checksums stand in the pointer: Chroma maps them without looking, and a
changed file can kill the process.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from qa.errors import QAError
from qa.library.catalogue import Catalogue
from qa.library.durable import changed_files, checksums, clear_away, replace_file, sync_tree
from qa.library.records import VectorBlock
from qa.library.vectors import Scored, stack

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]

COLLECTION = "passages"
BATCH_ROWS = 2_000
EF_SEARCH = 1_000  # at 60,000 rows 0.7 ms more than 400 takes, for half of what it misses
SAMPLE_ROWS = 64
# An approximate index may miss a few; one that lost vectors misses a third of them.
SAMPLE_MISSES = 0.1
SELF_COSINE = 0.999
POINTER = "current.json"
LONGEST_POINTER = 1_000_000
LAYOUT = 1


class DenseUnavailableError(Exception):
    """The index cannot be used now; exact search takes its place. Never leaves the library."""


class DenseUnreachableError(DenseUnavailableError):
    """A server did not answer, or something between it and us did: what it holds may be whole."""


class DenseMovedError(DenseUnavailableError):
    """Another process has just changed the index: look at its newest state, and ask again."""


class DenseIndex(Protocol):
    """An approximate index of stored vectors, which holds the catalogue as it was at sequence number
    `applied` (0: nothing)."""

    applied: int
    held: int
    """How many vectors it held when it had applied that."""

    def open(self, catalogue: Catalogue) -> None:
        """Looks at the newest state. Raises DenseUnavailableError."""
        ...

    def search(self, vector: Vector, limit: int) -> Scored:
        """Ids and cosines, best first. Raises DenseMovedError, DenseUnavailableError."""
        ...

    def update(self, catalogue: Catalogue) -> None:
        """Makes it hold all that is committed. Under the library's lock. Raises DenseUnavailableError."""
        ...

    def rows(self) -> int:
        """How many vectors it holds. Raises DenseUnavailableError."""
        ...

    def discard(self) -> None:
        """Forgets all that it holds, so that the next update makes it anew. Under the library's lock."""
        ...

    def close(self) -> None:
        """Lets go of files and connections."""
        ...


class EmbeddedChroma:
    """Generations of an embedded Chroma collection in the folder `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.applied = self.held = 0
        self._opened = ""
        self._client: Any = None
        self._collection: Any = None

    def open(self, catalogue: Catalogue) -> None:
        with translated():
            pointer = self.pointer()
            if catalogue.stamp(pointer["sequence"]) != pointer["stamp"]:
                raise DenseUnavailableError("it followed another history of the library")
            if pointer["generation"] != self._opened:
                self.close()
                generation = self.folder / pointer["generation"]
                self._verify(generation, pointer["files"])
                self._client = _client(generation)
                self._collection = self._client.get_collection(COLLECTION, embedding_function=None)
                if self._collection.count() != pointer["rows"]:
                    raise DenseUnavailableError("rows are missing")
                self._opened = pointer["generation"]
            self.applied, self.held = pointer["sequence"], pointer["rows"]

    def pointer(self) -> dict[str, Any]:
        """What the pointer file says. Raises DenseUnavailableError if there is none that can be used."""
        with translated():
            file = self.folder / POINTER
            if file.stat().st_size > LONGEST_POINTER:
                raise DenseUnavailableError(f"{POINTER} is far too long")
            pointer = json.loads(file.read_text("utf-8"))
            if pointer["layout"] != LAYOUT:
                raise DenseUnavailableError("it has the layout of another version of qa")
            return dict(pointer)

    def rows(self) -> int:
        with translated():
            return int(self._collection.count())

    def search(self, vector: Vector, limit: int) -> Scored:
        with translated():
            return query(self._collection, vector, limit)

    def update(self, catalogue: Catalogue) -> None:
        with translated():
            self.close()
            if not self.folder.is_dir():
                clear_away(self.folder)
            self.folder.mkdir(parents=True, exist_ok=True)
            changes = catalogue.changes(0)
            name = f"g-{changes.sequence}-{secrets.token_hex(4)}"
            generation = self.folder / name
            try:
                rows = self._build(generation, catalogue)
                _check(generation, catalogue, rows)
                pointer = {
                    "layout": LAYOUT,
                    "generation": name,
                    "sequence": changes.sequence,
                    "stamp": changes.stamp,
                    "rows": rows,
                    "files": checksums(generation, _vector_files(generation)),
                }
                sync_tree(generation)
                replace_file(self.folder / POINTER, json.dumps(pointer))
            except BaseException:
                clear_away(generation)
                raise
            self._delete_others(name)
            self.applied, self.held = changes.sequence, rows

    def discard(self) -> None:
        self.close()
        self.applied = self.held = 0
        clear_away(self.folder)

    def close(self) -> None:
        client, self._client, self._collection, self._opened = self._client, None, None, ""
        if client is not None:
            with translated():
                client.close()

    def _verify(self, generation: Path, files: dict[str, list[int]]) -> None:
        if not (generation / "chroma.sqlite3").is_file():
            raise DenseUnavailableError("chroma.sqlite3 is missing")
        changed = changed_files(generation, files)
        if changed:
            raise DenseUnavailableError(f"{changed[0]} was changed")

    def _build(self, generation: Path, catalogue: Catalogue) -> int:
        rows = catalogue.chunk_count()
        client = _client(generation)
        try:
            hnsw = {
                "space": "ip",
                "ef_search": EF_SEARCH,
                "sync_threshold": max(2, rows),
                "batch_size": max(2, min(100, rows)),
            }
            collection = client.create_collection(
                COLLECTION, configuration={"hnsw": hnsw}, embedding_function=None
            )
            for ids, vectors in row_batches(catalogue.iter_vector_blocks()):
                collection.add(ids=ids, embeddings=vectors)
        finally:
            client.close()
        return rows

    def _delete_others(self, name: str) -> None:
        for path in self.folder.iterdir():
            if path.name not in (name, POINTER):
                clear_away(path)


def _client(generation: Path) -> Any:
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.config import Settings

    try:
        return chromadb.PersistentClient(path=str(generation), settings=Settings(anonymized_telemetry=False))
    except BaseException:
        # Chroma keeps what it half opened, and would hand it out the next time.
        SharedSystemClient._identifier_to_system.pop(str(generation), None)
        raise


def server_client(host: str, port: int, *, ssl: bool) -> Any:
    """A client of a Chroma server, which asks it for its version at once. Waits for ever unless told."""
    import chromadb
    from chromadb.config import Settings

    return chromadb.HttpClient(host=host, port=port, ssl=ssl, settings=Settings(anonymized_telemetry=False))


def query(collection: Any, vector: Vector, limit: int) -> Scored:
    """Distances of the space "ip" are 1 - cosine for vectors of length 1."""
    found = collection.query(query_embeddings=[vector], n_results=limit, include=["distances"])
    pairs = zip(found["ids"][0], found["distances"][0], strict=True)
    return sorted(((int(i), 1.0 - float(d)) for i, d in pairs), key=lambda item: (-item[1], item[0]))


def row_batches(blocks: Iterator[VectorBlock]) -> Iterator[tuple[list[str], Vector]]:
    waiting: list[VectorBlock] = []
    for block in blocks:
        if waiting and sum(b.rows for b in waiting) + block.rows > BATCH_ROWS:
            yield from _rows(waiting)
            waiting = []
        waiting.append(block)
    if waiting:
        yield from _rows(waiting)


def _rows(blocks: Sequence[VectorBlock]) -> Iterator[tuple[list[str], Vector]]:
    ids, _, vectors = stack(blocks)
    for start in range(0, len(ids), BATCH_ROWS):  # one very long article can be more than a batch
        yield [str(i) for i in ids[start : start + BATCH_ROWS]], vectors[start : start + BATCH_ROWS]


def _check(generation: Path, catalogue: Catalogue, rows: int) -> None:
    """Opens what was built as a reader would: all rows are counted, and a sample of vectors must find
    themselves."""
    client = _client(generation)
    try:
        collection = client.get_collection(COLLECTION, embedding_function=None)
        if collection.count() != rows:
            raise DenseUnavailableError(f"{collection.count()} rows instead of {rows}")
        asked = sample(catalogue.iter_vector_blocks())
        missed = sum(1 for v in asked if not (best := query(collection, v, 1)) or best[0][1] < SELF_COSINE)
        if missed > SAMPLE_MISSES * len(asked):
            raise DenseUnavailableError(f"{missed} of {len(asked)} vectors do not find themselves")
    finally:
        client.close()


def sample(blocks: Iterable[VectorBlock]) -> list[Vector]:
    """A few stored vectors (none of zeros), spread over all: from evenly spaced articles."""
    kept: list[VectorBlock] = []
    step = 1
    for i, block in enumerate(blocks):
        if i % step == 0:
            kept.append(block)
        if len(kept) >= 2 * SAMPLE_ROWS:
            kept, step = kept[::2], 2 * step
    vectors = [stack([block])[2][i % block.rows] for i, block in enumerate(kept)]
    return [vector for vector in vectors if vector.any()]


def _vector_files(generation: Path) -> list[Path]:
    """Chroma's own files less its SQLite half, which is safe by itself and changes when it is opened."""
    return [path for path in generation.glob("*/*") if path.is_file()]


@contextmanager
def translated(url: str = "") -> Iterator[None]:
    """Everything that goes wrong in Chroma as DenseUnavailableError, panics of its Rust code too."""
    try:
        yield
    except (DenseUnavailableError, QAError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as exc:  # a panic is no Exception
        where = f"the Chroma server at {url}: " if url else ""
        kind = DenseUnreachableError if url and _no_answer(exc) else DenseUnavailableError
        raise kind(f"{where}{type(exc).__name__}: {exc}") from exc


def _no_answer(exc: BaseException) -> bool:
    """Whether it is the connection that failed: Chroma's own errors say what is wrong with its data."""
    by_http = type(exc).__module__.partition(".")[0] in ("httpx", "httpcore")
    # Chroma's client makes a bare Exception of an answer such as 502 that no Chroma server wrote.
    return by_http or type(exc) is Exception or isinstance(exc, OSError) or "Could not connect" in str(exc)
