"""A few candidates out of very many vectors, told by two bits for each of their numbers.

One says on which side of the vectors' mean the number lies, the other is the side of the sum, or of the
difference, of a pair of numbers. Vectors that are near differ in few bits (Charikar, "Similarity estimation
techniques from rounding algorithms", STOC 2002), and bits are counted faster than numbers are multiplied: at
300,000 vectors of 256 numbers, 19 MB are read instead of 300. What is near is decided by exact scores of the
candidates; the bits only say which are worth it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WORD_BITS = 64
_BLOCK_ROWS = 8_192
_SEEN_ROWS = 50_000
_PAIRING = 7  # any number, the same for rows and questions


class SignCodes:
    """The bits of the rows of a matrix, 64 to a word. Never changes, so that threads may share it."""

    def __init__(self, centre: NDArray[np.float32], words: list[NDArray[np.uint64]]) -> None:
        """For `of`, which makes both."""
        self._centre, self._words = centre, words

    @classmethod
    def of(cls, matrix: NDArray[np.float32]) -> SignCodes:
        """The bits of `matrix`, float32 [n, dimension], n at least 1."""
        centre = matrix[:: max(1, len(matrix) // _SEEN_ROWS)].mean(axis=0)
        return cls(centre, _coded(matrix, centre))

    def extended(self, matrix: NDArray[np.float32]) -> SignCodes:
        """With the bits of more rows at the end."""
        pairs = zip(self._words, _coded(matrix, self._centre), strict=True)
        return SignCodes(self._centre, [np.concatenate(pair) for pair in pairs])

    def only(self, kept: NDArray[np.bool_]) -> SignCodes:
        """Only the rows that `kept` marks."""
        return SignCodes(self._centre, [word[kept] for word in self._words])

    def candidates(self, vector: NDArray[np.float32], wanted: int) -> NDArray[np.intp]:
        """Rows whose bits differ least from the vector's, ascending: at least `wanted` of them (or all), and
        with the last all that differ as little as it does.

        Of the vector, what points along the mean is taken off, instead of the mean itself: that part scores
        all rows alike, and a question is no text of the kind that the mean was made of.
        """
        length = float(self._centre @ self._centre)
        along = float(vector @ self._centre) / length if length else 0.0
        asked = _coded((vector - along * self._centre)[np.newaxis], np.zeros_like(self._centre))
        differing = np.zeros(len(self._words[0]), dtype=np.uint16)
        for word, mine in zip(self._words, asked, strict=True):
            differing += np.bitwise_count(word ^ mine[0])
        within = np.cumsum(np.bincount(differing))
        most = int(np.searchsorted(within, min(wanted, len(differing))))
        return np.flatnonzero(differing <= most)


def _coded(matrix: NDArray[np.float32], centre: NDArray[np.float32]) -> list[NDArray[np.uint64]]:
    """One array [n] of words for each 64 bits of a row."""
    rows, dimension = matrix.shape
    width = -(-2 * dimension // _WORD_BITS)
    order = np.random.default_rng(_PAIRING).permutation(dimension)
    half = dimension // 2
    one, other = order[:half], order[dimension - half :]
    bits = np.zeros((rows, 8 * width), dtype=np.uint8)
    for start in range(0, rows, _BLOCK_ROWS):
        some = matrix[start : start + _BLOCK_ROWS] - centre
        left, right = some[:, one], some[:, other]
        packed = np.packbits(np.hstack([some, left + right, left - right]) > 0, axis=1)
        bits[start : start + _BLOCK_ROWS, : packed.shape[1]] = packed
    words = bits.view(np.uint64)
    return [np.ascontiguousarray(words[:, place]) for place in range(width)]
