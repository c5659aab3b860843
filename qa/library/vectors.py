"""Exact dense search: the stored vectors as one matrix in memory. The yardstick, the fallback, and all that
small libraries need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qa.library.catalogue import Catalogue
    from qa.library.records import VectorBlock

Scored = list[tuple[int, float]]


class VectorTable:
    """The vectors that came to the catalogue after sequence number `since`: `ids` (chunks, ascending),
    `numbers` (their articles) and `matrix` (float32 [n, dimension], one contiguous block, rows of length
    1)."""

    def __init__(self, catalogue: Catalogue, since: int = 0) -> None:
        self._catalogue = catalogue
        self.sequence = since
        self.ids: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self.numbers: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self.matrix: NDArray[np.float32] = np.zeros((0, 0), dtype=np.float32)
        self.refresh()

    def refresh(self) -> None:
        """Follows what the catalogue has committed since the last look."""
        if self._catalogue.sequence() == self.sequence:
            return
        changes = self._catalogue.changes(self.sequence)
        blocks = self._catalogue.vector_blocks(self.sequence)
        if changes.removed and len(self.ids):
            gone = np.concatenate([np.arange(first, first + count) for first, count in changes.removed])
            kept = ~np.isin(self.ids, gone)
            self.ids, self.numbers, self.matrix = self.ids[kept], self.numbers[kept], self.matrix[kept]
        if blocks:
            ids, numbers, matrix = stack(blocks)
            if len(self.ids):
                newer = ids > self.ids[-1]  # ids only grow: anything else was seen before
                ids, numbers, matrix = ids[newer], numbers[newer], matrix[newer]
                ids = np.concatenate([self.ids, ids])
                numbers = np.concatenate([self.numbers, numbers])
                matrix = np.concatenate([self.matrix, matrix])
            self.ids, self.numbers, self.matrix = ids, numbers, matrix
        self.sequence = changes.sequence

    def search(self, vector: NDArray[np.float32], limit: int, numbers: Sequence[int] | None = None) -> Scored:
        """Ids and cosines of the `limit` nearest chunks, best first, equal scores by id; only in the
        articles `numbers` if given."""
        if not len(self.ids) or limit < 1:
            return []
        if numbers is None:
            ids, cosines = self.ids, self.matrix @ vector
        else:
            rows = np.flatnonzero(np.isin(self.numbers, np.asarray(numbers, dtype=np.int64)))
            ids, cosines = self.ids[rows], self.matrix[rows] @ vector
        if len(ids) > limit:
            best = np.argpartition(-cosines, limit - 1)[:limit]
            ids, cosines = ids[best], cosines[best]
        order = np.lexsort((ids, -cosines))
        return [(int(ids[i]), float(cosines[i])) for i in order]

    def cosines(self, vector: NDArray[np.float32], ids: Sequence[int]) -> dict[int, float]:
        """Cosines of those of `ids` that are in the table."""
        wanted = np.asarray(ids, dtype=np.int64)
        rows = np.searchsorted(self.ids, wanted)
        found = rows < len(self.ids)
        found[found] = self.ids[rows[found]] == wanted[found]
        scores = self.matrix[rows[found]] @ vector if found.any() else ()
        return {int(i): float(score) for i, score in zip(wanted[found], scores, strict=True)}


def stack(blocks: Sequence[VectorBlock]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """Chunk ids, article numbers and vectors (float32 [n, dimension]) of stored blocks, in their order."""
    counts = [block.rows for block in blocks]
    ids = (
        np.concatenate([np.arange(b.first, b.first + b.rows) for b in blocks])
        if blocks
        else np.zeros(0, dtype=np.int64)
    )
    numbers = np.repeat(np.array([b.number for b in blocks], dtype=np.int64), counts)
    total = sum(counts)
    matrix = np.frombuffer(b"".join(b.data for b in blocks), dtype=np.float32).reshape(
        total, -1 if total else 0
    )
    return ids.astype(np.int64), numbers, matrix


def stored_cosines(
    catalogue: Catalogue, numbers: Sequence[int], ids: Sequence[int], vector: NDArray[np.float32]
) -> dict[int, float]:
    """Cosines of the chunks `ids`, which belong to the articles `numbers`, from the catalogue itself."""
    blocks = catalogue.vectors_of(numbers)
    if not blocks:
        return {}
    wanted = set(ids)
    found, _, matrix = stack(blocks)
    return {int(i): float(s) for i, s in zip(found, matrix @ vector, strict=True) if int(i) in wanted}
