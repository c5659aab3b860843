"""The meaning leg: nearest vectors, by Chroma where the library is very large or a server is set, else by the
stored vectors themselves; never without an answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qa.library.chroma_server import ChromaServer
from qa.library.dense import (
    DenseIndex,
    DenseMovedError,
    DenseUnavailableError,
    first_cosine,
    lost,
    sample,
)
from qa.library.shards import EmbeddedChroma
from qa.library.vectors import Scored, VectorTable, stored_cosines

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from qa.library.catalogue import Catalogue
    from qa.library.records import ChunkRow

# Up to here the table of the stored vectors (see `vectors`) serves: it finds more of the nearest than Chroma
# does, takes as much memory, and spares a process that asks one question the import of chromadb (about a
# second). growth.py measures both.
EXACT_ROWS = 500_000
# An embedded index this small follows each change; a larger one when so many rows came that exact search,
# which fills the gap, takes a millisecond, or so many went that they crowd what is asked for.
ALWAYS_FOLLOW_ROWS = 5_000
MOST_NEW_ROWS = 10_000
MOST_GONE_ROWS = 1_000
# An index that failed is asked again when something has changed, or after this long.
RETRY_SECONDS = 30.0


class DenseLeg:
    """Nearest vectors: exact search while the library is small or the index cannot be used, else Chroma,
    plus exact search over what came after the index was made."""

    def __init__(self, catalogue: Catalogue, chroma_url: str | None, folder: Path) -> None:
        self._catalogue = catalogue
        self._lock = threading.RLock()
        self._table: VectorTable | None = None
        self._tail: VectorTable | None = None
        self._gone: set[int] = set()
        self._elsewhere: set[int] = set()
        self._chunks = (-1, 0)
        self._broken_at, self._broken_until = -1, 0.0
        self.problem = ""
        self._server = chroma_url is not None
        self.index: DenseIndex = (
            ChromaServer(chroma_url, catalogue.library_id)
            if chroma_url is not None
            else EmbeddedChroma(folder / "dense")
        )

    def search(self, vector: NDArray[np.float32], limit: int, numbers: Sequence[int] | None) -> Scored:
        """Chunk ids and cosines, best first; only in the articles `numbers` if given. Never fails for the
        index's sake."""
        with self._lock:
            sequence = self._catalogue.sequence()
            broken = sequence == self._broken_at and time.monotonic() < self._broken_until
            if numbers is None and not broken and (self._server or self._rows(sequence) > EXACT_ROWS):
                try:
                    try:
                        return self._approximate(vector, limit, sequence)
                    except DenseMovedError:
                        self._tail = None
                        return self._approximate(vector, limit, self._catalogue.sequence())
                except DenseUnavailableError as exc:
                    self._broken_at, self.problem = sequence, str(exc)
                    self._broken_until = time.monotonic() + RETRY_SECONDS
            table = self._exact()
        return table.search(vector, limit, numbers)

    def cosines(self, vector: NDArray[np.float32], rows: Sequence[ChunkRow]) -> dict[int, float]:
        """Cosines of these chunks, whoever found them."""
        with self._lock:
            table = self._table
        ids = [row.id for row in rows]
        found = table.cosines(vector, ids) if table is not None else {}
        rest = [row for row in rows if row.id not in found]
        if rest:
            numbers = sorted({row.number for row in rest})
            found |= stored_cosines(self._catalogue, numbers, [row.id for row in rest], vector)
        return found

    def pending(self) -> tuple[int, int]:
        """How many rows the index has to take in, and how many to forget. Raises DenseUnavailableError."""
        with self._lock:
            self.index.open(self._catalogue)
            changes = self._catalogue.changes(self.index.applied)
            came = self._catalogue.rows_since(self.index.applied)
            return came, sum(count for _, count in changes.removed)

    def probe(self) -> str:
        """Whether a sample of the stored vectors finds itself in the index: what is wrong, "" if nothing."""
        with self._lock:
            newer = set(self._catalogue.changes(self.index.applied).arrived)
            asked = sample(b for b in self._catalogue.iter_vector_blocks() if b.number not in newer)
            return lost([first_cosine(self.index.search(v, 1)) for v in asked], len(asked))

    def settle(self, *, always: bool = False) -> str:
        """Lets the index follow if enough is out of date. Under the library's lock. Returns what went
        wrong, "" if nothing."""
        with self._lock:
            try:
                if always or self._due():
                    self.index.update(self._catalogue)
                    self._tail, self._broken_at, self.problem = None, -1, ""
            except DenseUnavailableError as exc:
                self.problem = str(exc)
                return f"The articles are saved and found, but the Chroma index could not follow: {exc}"
        return ""

    def close(self) -> None:
        """Lets go of the index."""
        with self._lock:
            self.index.close()
            self._table = self._tail = None

    def _due(self) -> bool:
        sequence = self._catalogue.sequence()
        if isinstance(self.index, EmbeddedChroma):
            try:
                pointer = self.index.pointer()
            except DenseUnavailableError:
                return True
            if self._catalogue.stamp(pointer.sequence) != pointer.stamp:
                return True
            if pointer.sequence == sequence:
                return False
            if self._rows(sequence) <= ALWAYS_FOLLOW_ROWS:
                return True
            gone = sum(count for _, count in self._catalogue.changes(pointer.sequence).removed)
            return gone > MOST_GONE_ROWS or self._catalogue.rows_since(pointer.sequence) > MOST_NEW_ROWS
        return True

    def _approximate(self, vector: NDArray[np.float32], limit: int, sequence: int) -> Scored:
        if self._tail is None or self._tail.sequence != sequence:
            self.index.open(self._catalogue)
            self._tail = VectorTable(self._catalogue, since=self.index.applied)
            removed = self._catalogue.changes(self.index.applied).removed
            self._gone = {first + i for first, count in removed for i in range(count)}
            # Some of the newer ones may be there already, where a writer is bringing it up to date.
            self._elsewhere = self._gone | set(self._tail.ids.tolist())
        rows = self._rows(sequence)
        found = self.index.search(vector, min(limit + len(self._gone), rows + len(self._gone)))
        found = [item for item in found if item[0] not in self._elsewhere]
        found += self._tail.search(vector, limit)
        return sorted(found, key=lambda item: (-item[1], item[0]))[:limit]

    def _exact(self) -> VectorTable:
        if self._table is None:
            self._table = VectorTable(self._catalogue)
        else:
            self._table.refresh()
        return self._table

    def _rows(self, sequence: int) -> int:
        if self._chunks[0] != sequence:
            self._chunks = (sequence, self._catalogue.chunk_count())
        return self._chunks[1]
