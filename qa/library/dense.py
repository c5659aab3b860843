"""What both forms of the meaning leg's Chroma index have in common: embedded (`shards`) and as a server
(`chroma_server`). The only module that knows Chroma's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from qa.errors import QAError
from qa.library.catalogue import Catalogue
from qa.library.records import VectorBlock
from qa.library.vectors import Scored, stack

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]

COLLECTION = "passages"
BATCH_ROWS = 2_000
# Measured by eval/benchmarks/shard_settings.py: with 16 neighbours, Chroma's own setting, the graph loses the
# way to more vectors; an `ef_construction` of 200 halves the misses, and takes half as long again to build.
GRAPH = {"space": "ip", "max_neighbors": 32, "ef_construction": 100}
SAMPLE_ROWS = 64
# An approximate index may miss a few; one that lost vectors misses a third of them.
SAMPLE_MISSES = 0.1
SELF_COSINE = 0.999


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
        """Trusts nothing of what it holds: the next update makes it anew, or checks it. Under the library's
        lock."""
        ...

    def close(self) -> None:
        """Lets go of files and connections."""
        ...


def open_client(folder: Path) -> Any:
    """An embedded Chroma in this folder, which it makes if need be."""
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.config import Settings

    try:
        return chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
    except BaseException:
        # Chroma keeps what it half opened, and would hand it out the next time.
        SharedSystemClient._identifier_to_system.pop(str(folder), None)
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
    """Ids and vectors (float32 [n, dimension]) in batches that Chroma takes at once."""
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


def missed(nearest: Sequence[float | None]) -> int:
    """How many stored vectors did not find themselves: `nearest` has the cosine of what came first for each,
    None where nothing came."""
    return sum(cosine is None or cosine < SELF_COSINE for cosine in nearest)


def lost(nearest: Sequence[float | None], of: int) -> str:
    """What is wrong where `of` stored vectors were looked for, "" where no more than a few were missed."""
    count = missed(nearest)
    return f"{count} of {of} vectors do not find themselves" if count > SAMPLE_MISSES * of else ""


def first_cosine(found: Scored) -> float | None:
    """The cosine of the best of what was found."""
    return found[0][1] if found else None


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
