"""Chroma, the index of the meaning leg, in two forms: embedded (generations of files beside the catalogue)
or a server.

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
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

import numpy as np

from qa.errors import ConfigError, QAError
from qa.library.catalogue import Catalogue
from qa.library.durable import changed_files, checksums, replace_file, sync_tree
from qa.library.records import VectorBlock
from qa.library.vectors import Scored, stack

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]

COLLECTION = "passages"
BATCH_ROWS = 2_000
EF_SEARCH = 1_000  # at 60,000 rows 0.7 ms more than 400 takes, for half of what it misses
SERVER_SECONDS = 30.0
SAMPLE_ROWS = 64
# An approximate index may miss a few; one that lost vectors misses a third of them.
SAMPLE_MISSES = 0.1
SELF_COSINE = 0.999
POINTER = "current.json"
LAYOUT = 1


class DenseUnavailableError(Exception):
    """The index cannot be used now; exact search takes its place. Never leaves the library."""


class DenseIndex(Protocol):
    """An approximate index of stored vectors, which holds the catalogue as it was at sequence number
    `applied` (0: nothing)."""

    applied: int

    def open(self, catalogue: Catalogue) -> None:
        """Looks at the newest state. Raises DenseUnavailableError."""
        ...

    def search(self, vector: Vector, limit: int) -> Scored:
        """Ids and cosines, best first. Raises DenseUnavailableError."""
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

    cheap_updates = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.applied = 0
        self._opened = ""
        self._client: Any = None
        self._collection: Any = None

    def open(self, catalogue: Catalogue) -> None:
        with _translated():
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
            self.applied = pointer["sequence"]

    def pointer(self) -> dict[str, Any]:
        """What the pointer file says. Raises DenseUnavailableError if there is none that can be used."""
        with _translated():
            pointer = json.loads((self.folder / POINTER).read_text("utf-8"))
            if pointer["layout"] != LAYOUT:
                raise DenseUnavailableError("it has the layout of another version of qa")
            return dict(pointer)

    def rows(self) -> int:
        with _translated():
            return int(self._collection.count())

    def search(self, vector: Vector, limit: int) -> Scored:
        with _translated():
            return _query(self._collection, vector, limit)

    def update(self, catalogue: Catalogue) -> None:
        with _translated():
            self.close()
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
                shutil.rmtree(generation, ignore_errors=True)
                raise
            self._delete_others(name)
            self.applied = changes.sequence

    def discard(self) -> None:
        self.close()
        self.applied = 0
        shutil.rmtree(self.folder, ignore_errors=True)

    def close(self) -> None:
        client, self._client, self._collection, self._opened = self._client, None, None, ""
        if client is not None:
            with _translated():
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
            for ids, vectors in _row_batches(catalogue.iter_vector_blocks()):
                collection.add(ids=ids, embeddings=vectors)
        finally:
            client.close()
        return rows

    def _delete_others(self, name: str) -> None:
        for path in self.folder.iterdir():
            if path.name not in (name, POINTER):
                shutil.rmtree(path, ignore_errors=True)
                path.unlink(missing_ok=True) if path.is_file() else None


class ChromaServer:
    """A collection on a Chroma server, one per library. Updates are upserts and deletes, safe to repeat;
    the sequence number applied is written to the collection's metadata last."""

    cheap_updates = True

    def __init__(self, url: str, library_id: str) -> None:
        """Connects on first use. Raises ConfigError for an address that is none."""
        try:
            parts = urlsplit(url)
            self._host, port = parts.hostname, parts.port
        except ValueError as exc:
            raise ConfigError(
                f"The Chroma server's address {url!r} is not a URL: {exc}", _ADDRESS_HINT
            ) from exc
        if parts.scheme not in ("http", "https") or not self._host:
            raise ConfigError(f"The Chroma server's address {url!r} is not a URL", _ADDRESS_HINT)
        self._url, self._ssl = url, parts.scheme == "https"
        self._port = port or (443 if self._ssl else 8000)
        self._name = f"qa-{library_id}-{LAYOUT}"
        self.applied = 0
        self._client: Any = None

    def open(self, catalogue: Catalogue) -> None:
        with _translated(self._url):
            state = self._collection(create=False).metadata or {}
            sequence = int(state.get("sequence", 0))
            if not sequence or catalogue.stamp(sequence) != state.get("stamp"):
                raise DenseUnavailableError(f"the Chroma server at {self._url} does not hold this library")
            self.applied = sequence

    def rows(self) -> int:
        with _translated(self._url):
            return int(self._collection(create=False).count())

    def search(self, vector: Vector, limit: int) -> Scored:
        with _translated(self._url):
            return _query(self._collection(create=False), vector, limit)

    def update(self, catalogue: Catalogue) -> None:
        with _translated(self._url):
            try:
                self.open(catalogue)
            except DenseUnavailableError:
                self.discard()
            collection = self._collection(create=True)
            since = self.applied
            changes = catalogue.changes(since)
            gone = [str(first + i) for first, count in changes.removed for i in range(count)] if since else []
            for start in range(0, len(gone), BATCH_ROWS):
                collection.delete(ids=gone[start : start + BATCH_ROWS])
            for ids, vectors in _row_batches(catalogue.iter_vector_blocks(since)):
                collection.upsert(ids=ids, embeddings=vectors)
            if collection.count() != catalogue.chunk_count():
                self.discard()
                raise DenseUnavailableError(f"the Chroma server at {self._url} lost rows")
            collection.modify(metadata={"sequence": changes.sequence, "stamp": changes.stamp})
            self.applied = changes.sequence

    def discard(self) -> None:
        self.applied = 0
        with _translated(self._url):
            if any(c.name == self._name for c in self._server().list_collections()):
                self._server().delete_collection(self._name)

    def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with _translated(self._url):
                client.close()
                for session in _sessions(client):  # which close() leaves open
                    session.close()

    def _server(self) -> Any:
        if self._client is None:
            import chromadb
            import httpx
            from chromadb.config import Settings

            host, settings = self._host or "", Settings(anonymized_telemetry=False)
            # Chroma's client waits for ever, and asks the server as soon as it is made.
            heartbeat = f"{self._url.rstrip('/')}/api/v2/heartbeat"
            httpx.get(heartbeat, timeout=SERVER_SECONDS).raise_for_status()
            self._client = chromadb.HttpClient(host=host, port=self._port, ssl=self._ssl, settings=settings)
            for session in _sessions(self._client):
                session.timeout = SERVER_SECONDS
        return self._client

    def _collection(self, *, create: bool) -> Any:
        """By name each time: a collection that was made anew elsewhere leaves old handles dead."""
        if create:
            configuration = {"hnsw": {"space": "ip", "ef_search": EF_SEARCH}}
            return self._server().get_or_create_collection(
                self._name, configuration=configuration, embedding_function=None
            )
        return self._server().get_collection(self._name, embedding_function=None)


_ADDRESS_HINT = "Use an address such as http://localhost:8000"


def _client(generation: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(path=str(generation), settings=Settings(anonymized_telemetry=False))


def _sessions(client: Any) -> list[Any]:
    """The HTTP sessions inside a client; Chroma offers no other way to set their time limit or to close
    them."""
    return [client._server._session, client._admin_client._server._session]


def _query(collection: Any, vector: Vector, limit: int) -> Scored:
    """Distances of the space "ip" are 1 - cosine for vectors of length 1."""
    found = collection.query(query_embeddings=[vector], n_results=limit, include=["distances"])
    pairs = zip(found["ids"][0], found["distances"][0], strict=True)
    return sorted(((int(i), 1.0 - float(d)) for i, d in pairs), key=lambda item: (-item[1], item[0]))


def _row_batches(blocks: Iterator[VectorBlock]) -> Iterator[tuple[list[str], Vector]]:
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
        missed = sum(1 for v in asked if not (best := _query(collection, v, 1)) or best[0][1] < SELF_COSINE)
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
def _translated(url: str = "") -> Iterator[None]:
    """Everything that goes wrong in Chroma as DenseUnavailableError, panics of its Rust code too."""
    try:
        yield
    except (DenseUnavailableError, QAError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as exc:  # a panic is no Exception
        where = f"the Chroma server at {url}: " if url else ""
        raise DenseUnavailableError(f"{where}{type(exc).__name__}: {exc}") from exc
