"""A Chroma server as the index of the meaning leg: one collection for each library.

Updates are upserts and deletes, safe to repeat. What the collection holds (the catalogue's sequence number
and stamp, and how many rows) is written to its metadata last, and read with every search, so that a search
never mixes two states. Chroma is not crash-safe as a server either: killed, it can come back with every row
counted and a third of them not found. So a sample of vectors must find themselves whenever this process
looks at the collection anew, after every error, and again now and then, since a restart between two
searches shows in nothing.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from qa.errors import ConfigError
from qa.library.dense import (
    BATCH_ROWS,
    GRAPH,
    SAMPLE_ROWS,
    DenseMovedError,
    DenseUnavailableError,
    DenseUnreachableError,
    lost,
    query,
    row_batches,
    server_client,
    translated,
)
from qa.library.vectors import Scored, stack

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from qa.library.catalogue import Catalogue

    Vector = NDArray[np.float32]

# A search must not wait long: exact search answers in milliseconds. An update may.
SEARCH_SECONDS = 3.0
UPDATE_SECONDS = 30.0
VERIFY_SECONDS = 60.0
LAYOUT = 1
EF_SEARCH = 1_000  # a server keeps one graph of all, which misses more than shards do
_ADDRESS_HINT = "Use an address such as http://localhost:8000"


class ChromaServer:
    """A collection on a Chroma server."""

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
        self.applied = self.held = 0
        self._stamp = ""
        self._catalogue: Catalogue | None = None
        self._verify_at = 0.0
        self._client: Any = None
        self._seconds = SEARCH_SECONDS

    def open(self, catalogue: Catalogue) -> None:
        with translated(self._url):
            self._wait_up_to(SEARCH_SECONDS)
            self._look(catalogue)

    def rows(self) -> int:
        with translated(self._url):
            self._wait_up_to(SEARCH_SECONDS)
            return int(self._collection(create=False).count())

    def search(self, vector: Vector, limit: int) -> Scored:
        try:
            with translated(self._url):
                self._wait_up_to(SEARCH_SECONDS)
                collection = self._collection(create=False)
                if _state(collection)[:2] != (self.applied, self._stamp):
                    raise DenseMovedError(f"the collection at {self._url} was changed")
                if self._catalogue is not None and time.monotonic() > self._verify_at:
                    self._verify(collection, self._catalogue)
                return query(collection, vector, limit)
        except DenseUnavailableError:
            self._verify_at = 0.0
            raise

    def update(self, catalogue: Catalogue) -> None:
        self._wait_up_to(UPDATE_SECONDS)
        try:
            with translated(self._url):
                self._look(catalogue)
                self._follow(catalogue)
        except DenseUnreachableError:
            raise  # what it holds may be whole
        except DenseUnavailableError:
            with translated(self._url):
                self.discard()
                self._follow(catalogue)

    def discard(self) -> None:
        self.applied = self.held = 0
        self._stamp = ""
        with translated(self._url):
            if any(c.name == self._name for c in self._server().list_collections()):
                self._server().delete_collection(self._name)

    def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with translated(self._url):
                client.close()
                for session in sessions(client):  # which close() leaves open
                    session.close()

    def _look(self, catalogue: Catalogue) -> None:
        """Takes in what the collection says that it holds. Raises DenseUnavailableError where that is not
        this library, or not there."""
        collection = self._collection(create=False)
        sequence, stamp, rows = _state(collection)
        if not sequence or catalogue.stamp(sequence) != stamp:
            self.applied = self.held = 0
            raise DenseUnavailableError(f"the Chroma server at {self._url} does not hold this library")
        self.applied, self.held, self._stamp, self._catalogue = sequence, rows, stamp, catalogue
        self._verify(collection, catalogue)

    def _follow(self, catalogue: Catalogue) -> None:
        """Brings in and takes out what has changed since, and writes down what is held then."""
        collection = self._collection(create=True)
        since = self.applied
        changes = catalogue.changes(since)
        gone = [str(first + i) for first, count in changes.removed for i in range(count)] if since else []
        for start in range(0, len(gone), BATCH_ROWS):
            collection.delete(ids=gone[start : start + BATCH_ROWS])
        for ids, vectors in row_batches(catalogue.iter_vector_blocks(since)):
            collection.upsert(ids=ids, embeddings=vectors)
        rows = catalogue.chunk_count()
        if (counted := collection.count()) != rows:
            raise DenseUnavailableError(f"the Chroma server at {self._url} has {counted} rows, not {rows}")
        if changes.sequence != since:  # else they were looked at a moment ago
            self._find_themselves(collection, catalogue, changes.sequence)
        state = {"sequence": changes.sequence, "stamp": changes.stamp, "rows": rows}
        collection.modify(metadata=state)
        self.applied, self.held, self._stamp = changes.sequence, rows, changes.stamp
        self._catalogue = catalogue

    def _verify(self, collection: Any, catalogue: Catalogue) -> None:
        """Raises DenseUnavailableError where rows are missing, or vectors do not find themselves."""
        counted = collection.count()
        # A writer may be in the middle of an update: then the number can be any.
        if catalogue.sequence() == self.applied and counted != self.held:
            raise DenseUnavailableError(
                f"the Chroma server at {self._url} has {counted} rows, not {self.held}"
            )
        self._find_themselves(collection, catalogue, self.applied)
        self._verify_at = time.monotonic() + VERIFY_SECONDS

    def _find_themselves(self, collection: Any, catalogue: Catalogue, until: int) -> None:
        for blocks in catalogue.sample_blocks(SAMPLE_ROWS, until):
            asked = [stack([block])[2][secrets.randbelow(block.rows)] for block in blocks]
            nearest = _nearest(collection, [vector for vector in asked if vector.any()])
            if problem := lost(nearest, len(asked)):
                raise DenseUnavailableError(f"the Chroma server at {self._url}: {problem}")

    def _wait_up_to(self, seconds: float) -> None:
        self._seconds = seconds
        if self._client is not None:
            for session in sessions(self._client):
                session.timeout = seconds

    def _server(self) -> Any:
        if self._client is None:
            import httpx

            # Chroma's client waits for ever, and asks the server as soon as it is made.
            heartbeat = f"{self._url.rstrip('/')}/api/v2/heartbeat"
            httpx.get(heartbeat, timeout=self._seconds).raise_for_status()
            self._client = server_client(self._host or "", self._port, ssl=self._ssl)
            self._wait_up_to(self._seconds)
        return self._client

    def _collection(self, *, create: bool) -> Any:
        """By name each time: a collection that was made anew elsewhere leaves old handles dead."""
        if create:
            configuration = {"hnsw": {**GRAPH, "ef_search": EF_SEARCH}}
            return self._server().get_or_create_collection(
                self._name, configuration=configuration, embedding_function=None
            )
        return self._server().get_collection(self._name, embedding_function=None)


def _state(collection: Any) -> tuple[int, str, int]:
    """Sequence number, stamp and rows as the collection's metadata say: (0, "", 0) while it is filled."""
    state = collection.metadata or {}
    return int(state.get("sequence", 0)), str(state.get("stamp", "")), int(state.get("rows", 0))


def _nearest(collection: Any, vectors: Sequence[Vector]) -> list[float | None]:
    """The cosine of what comes first for each of the vectors, all asked for in one call."""
    if not vectors:
        return []
    found = collection.query(query_embeddings=list(vectors), n_results=1, include=["distances"])
    return [1.0 - float(row[0]) if row else None for row in found["distances"]]


def sessions(client: Any) -> list[Any]:
    """The HTTP sessions inside a client; Chroma offers no other way to set their time limit or to close
    them."""
    return [client._server._session, client._admin_client._server._session]
