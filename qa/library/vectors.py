"""Dense search over the stored vectors as one matrix in memory: the fallback, and all that most libraries
need. Up to 100,000 rows every row is scored (the yardstick); beyond, those that `codes` says are worth it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from qa.library.codes import SignCodes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qa.library.catalogue import Catalogue
    from qa.library.records import VectorBlock

Scored = list[tuple[int, float]]

# Scoring 100,000 rows of 256 numbers takes as long as the rest of a search. Beyond, one row in 33 is
# scored; growth.py shows how many of the nearest are among them.
CODED_ROWS = 100_000
CANDIDATES_SHARE, FEWEST_CANDIDATES = 0.03, 4_000
_PORTION = 512


class _Rows(NamedTuple):
    """One state of a table, replaced as a whole, so that a search in another thread sees nothing half
    changed. `codes` is there where there are many rows."""

    ids: NDArray[np.int64]
    numbers: NDArray[np.int64]
    matrix: NDArray[np.float32]
    codes: SignCodes | None


class VectorTable:
    """The vectors that came to the catalogue after sequence number `since`: `ids` (chunks, ascending),
    `numbers` (their articles) and `matrix` (float32 [n, dimension], one contiguous block, rows of length
    1)."""

    def __init__(self, catalogue: Catalogue, since: int = 0, *, coded_rows: int | None = None) -> None:
        """`coded_rows` is up to how many rows every row is scored; None means CODED_ROWS."""
        self._catalogue = catalogue
        self._coded_rows = CODED_ROWS if coded_rows is None else coded_rows
        self.sequence = since
        self._rows = _Rows(*stack([]), None)
        self.refresh()

    @property
    def ids(self) -> NDArray[np.int64]:
        """Ids of the chunks, ascending."""
        return self._rows.ids

    @property
    def numbers(self) -> NDArray[np.int64]:
        """Numbers of the chunks' articles."""
        return self._rows.numbers

    @property
    def matrix(self) -> NDArray[np.float32]:
        """The vectors, float32 [n, dimension]."""
        return self._rows.matrix

    def refresh(self) -> None:
        """Follows what the catalogue has committed since the last look."""
        if self._catalogue.sequence() == self.sequence:
            return
        changes = self._catalogue.changes(self.sequence)
        rows = self._rows
        if changes.removed and len(rows.ids):
            gone = np.concatenate([np.arange(first, first + count) for first, count in changes.removed])
            kept = ~np.isin(rows.ids, gone)
            codes = rows.codes.only(kept) if rows.codes is not None else None
            rows = _Rows(rows.ids[kept], rows.numbers[kept], rows.matrix[kept], codes)
        rows = _joined(rows, _stacked(self._catalogue.iter_vector_blocks(self.sequence)))
        if rows.codes is None and len(rows.ids) > self._coded_rows:
            rows = rows._replace(codes=SignCodes.of(rows.matrix))
        self._rows, self.sequence = rows, changes.sequence

    def search(self, vector: NDArray[np.float32], limit: int, numbers: Sequence[int] | None = None) -> Scored:
        """Ids and cosines of the `limit` nearest chunks, best first, equal scores by id; only in the
        articles `numbers` if given."""
        table = self._rows
        if not len(table.ids) or limit < 1:
            return []
        if numbers is not None:
            some = np.flatnonzero(np.isin(table.numbers, np.asarray(numbers, dtype=np.int64)))
            ids, cosines = table.ids[some], table.matrix[some] @ vector
        elif table.codes is not None:
            share = int(CANDIDATES_SHARE * len(table.ids))
            some = table.codes.candidates(vector, max(share, FEWEST_CANDIDATES, 4 * limit))
            ids, cosines = table.ids[some], table.matrix[some] @ vector
        else:
            ids, cosines = table.ids, table.matrix @ vector
        if len(ids) > limit:
            best = np.argpartition(-cosines, limit - 1)[:limit]
            ids, cosines = ids[best], cosines[best]
        order = np.lexsort((ids, -cosines))
        return [(int(ids[i]), float(cosines[i])) for i in order]

    def cosines(self, vector: NDArray[np.float32], ids: Sequence[int]) -> dict[int, float]:
        """Cosines of those of `ids` that are in the table."""
        table = self._rows
        wanted = np.asarray(ids, dtype=np.int64)
        rows = np.searchsorted(table.ids, wanted)
        found = rows < len(table.ids)
        found[found] = table.ids[rows[found]] == wanted[found]
        scores = table.matrix[rows[found]] @ vector if found.any() else ()
        return {int(i): float(score) for i, score in zip(wanted[found], scores, strict=True)}


_Stacked = tuple["NDArray[np.int64]", "NDArray[np.int64]", "NDArray[np.float32]"]


def _joined(rows: _Rows, more: _Stacked) -> _Rows:
    """The rows with those that came after them."""
    ids, numbers, matrix = more
    if not len(ids):
        return rows
    if not len(rows.ids):
        return _Rows(ids, numbers, matrix, None)
    newer = ids > rows.ids[-1]  # ids only grow: anything else was seen before
    ids, numbers, matrix = ids[newer], numbers[newer], matrix[newer]
    return _Rows(
        np.concatenate([rows.ids, ids]),
        np.concatenate([rows.numbers, numbers]),
        np.concatenate([rows.matrix, matrix]),
        rows.codes.extended(matrix) if rows.codes is not None else None,
    )


def _stacked(blocks: Iterator[VectorBlock]) -> _Stacked:
    """What `stack` gives, of as many blocks as there are, without holding the vectors twice but for a
    portion."""
    ids, numbers, parts = [], [], []
    while some := list(islice(blocks, _PORTION)):
        more = stack(some)
        ids.append(more[0])
        numbers.append(more[1])
        parts.append(more[2])
    if not ids:
        return stack([])
    matrix = np.empty((sum(map(len, parts)), parts[0].shape[1]), dtype=np.float32)
    end = len(matrix)
    while parts:  # from the end, so that each part is let go of when it is copied
        part = parts.pop()
        matrix[end - len(part) : end] = part
        end -= len(part)
    return np.concatenate(ids), np.concatenate(numbers), matrix


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
