"""The two legs of a search, kept in step with the catalogue, and put together."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qa.errors import LibraryError, LibraryLockedError
from qa.library import lexical as words
from qa.library.evidence import LONGEST_QUESTION, SHIPPED
from qa.library.fusion import fuse
from qa.library.lexical import LexicalIndex
from qa.library.lexical_files import LexicalDamagedError
from qa.library.nearest import DenseLeg
from qa.library.passages import Hit, assemble
from qa.types import Article, Filters, Passage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from qa.library.catalogue import Catalogue
    from qa.library.library import Library
    from qa.library.records import ChunkRow

CANDIDATES = 100
_LOOKS = 3  # at an index that may not be written: a writer may just have deleted what was listed


class Searching:
    """Both indexes of one library, opened on first use; safe to share between threads."""

    def __init__(self, library: Library, chroma_url: str | None, dense_weight: float) -> None:
        self._library = library
        self._catalogue = library.catalogue
        self.dense_weight = dense_weight
        self.weights = SHIPPED
        self._lock = threading.RLock()
        self._lexical: LexicalIndex | None = None
        self._apart = False  # it is not the one on disk: in memory, or beside that
        self._seen = -1
        self.dense = DenseLeg(library.catalogue, chroma_url, library.path)

    def search(self, question: str, k: int, filters: Filters) -> tuple[Passage, ...]:
        """See `Library.search`; `filters` name whole article ids."""
        catalogue = self._catalogue
        lexical = self._fresh_lexical()
        numbers = None if filters == Filters() else catalogue.numbers(filters)
        if numbers == []:
            return ()
        depth = max(CANDIDATES, 4 * k)
        by_meaning: dict[int, float] = {}
        vector = self._vector(question)
        if vector is not None:
            by_meaning = dict(self.dense.search(vector, depth, numbers))
        rows = catalogue.chunks(sorted(by_meaning))
        beside = {i: rows[i].number for i in by_meaning if i in rows}
        named = numbers if filters.articles and numbers else ()
        try:
            found = lexical.search(question, depth, filters, named, beside=beside, weights=self.weights)
        except LexicalDamagedError:
            lexical = self._replaced()
            found = lexical.search(question, depth, filters, named, beside=beside, weights=self.weights)
        return self._passages(dict(found), by_meaning, vector, k, rows)

    def _passages(
        self,
        by_words: dict[int, float],
        by_meaning: dict[int, float],
        vector: NDArray[np.float32] | None,
        k: int,
        rows: dict[int, ChunkRow],
    ) -> tuple[Passage, ...]:
        rows |= self._catalogue.chunks(sorted(by_words.keys() - rows.keys()))
        by_words = {
            i: score for i, score in by_words.items() if i in rows
        }  # an index may lag behind a removal
        close = {i: score for i, score in by_meaning.items() if i in rows}
        if vector is not None:
            # What only the words found has a cosine too: without it, good chunks just below the cut would
            # count as worst.
            close |= self.dense.cosines(vector, [rows[i] for i in by_words if i not in close])
        ranked = fuse(by_words, close, self.dense_weight)
        hits = [Hit(rows[i], score, by_words.get(i), by_meaning.get(i)) for i, score in ranked]
        return assemble(hits, _Articles(self._catalogue, hits), k)

    def _vector(self, question: str) -> NDArray[np.float32] | None:
        """The question's vector; None if it has no words or the dense leg is off."""
        if not self.dense_weight or self._catalogue.embedder() is None:
            return None
        vector: NDArray[np.float32] = self._library.embedder.embed([question[:LONGEST_QUESTION]])[0]
        return vector if vector.any() else None

    # Keeping in step

    def follow(self) -> None:
        """Lets the lexical index apply what was committed. Under the library's lock."""
        with self._lock:
            try:
                if self._lexical is None or self._apart:
                    self._lexical, self._apart = self._opened(), self._catalogue.read_only
                if not self._sound(self._lexical):
                    raise LexicalDamagedError("it followed another history of the library")
                self._lexical.follow(self._catalogue)
                if not self._sound(self._lexical):
                    raise LexicalDamagedError("chunks are missing")
            except LexicalDamagedError:
                self.rebuild_lexical()

    def rebuild_lexical(self) -> None:
        """Builds the lexical index anew. Under the library's lock. Raises LibraryError."""
        with self._lock:
            self._lexical = None
            try:
                self._lexical, self._apart = words.build(self._folder, self._catalogue), False
            except (LexicalDamagedError, OSError) as exc:
                raise LibraryError(
                    f"The word index in {self._folder} cannot be written: {exc}",
                    "The articles are safe. Check the room on the disk, then run: qa doctor --repair",
                ) from exc

    def settle(self) -> str:
        """Lets the dense index follow if it is time. Under the library's lock. Returns what went wrong, ""
        if nothing."""
        return self.dense.settle()

    def lexical_problem(self) -> str:
        """What is wrong with the index on disk, "" if nothing; changes nothing."""
        try:
            index = self._opened()
        except LexicalDamagedError as exc:
            return str(exc)
        if not self._sound(index):
            return "it does not hold what the catalogue holds"
        behind = self._catalogue.sequence() - index.applied
        return f"it is {behind} batches behind" if behind else ""

    def lexical_applied(self) -> int:
        """The sequence number that the index on disk has applied; 0 if it cannot be used."""
        try:
            return self._opened().applied
        except LexicalDamagedError:
            return 0

    def close(self) -> None:
        """Closes both."""
        with self._lock:
            self._lexical = None
            self.dense.close()

    @property
    def _folder(self) -> Path:
        return self._library.path / "lexical"

    def _opened(self) -> LexicalIndex:
        """The index on disk. Raises LexicalDamagedError."""
        beside = self._catalogue.read_only
        for left in reversed(range(_LOOKS if beside else 1)):
            try:
                return words.open_index(self._folder, self._catalogue.library_id, beside=beside)
            except LexicalDamagedError:
                if not left:
                    raise
        raise AssertionError

    def _fresh_lexical(self) -> LexicalIndex:
        """The lexical index for a reader, in step with the catalogue unless another process is just
        writing."""
        with self._lock:
            if self._seen != self._catalogue.sequence():
                if self.dense_weight:
                    self._library.check_embedder()
                self._seen = self._step()
            elif self._lexical is None:
                self._step()
            assert self._lexical is not None
            return self._lexical

    def _replaced(self) -> LexicalIndex:
        """A new index in place of one that passed every check and failed all the same."""
        with self._lock:
            try:
                with self._library.writing(wait=False):
                    self.rebuild_lexical()
            except LibraryError:  # somebody is writing, or nobody can
                self._lexical, self._apart = words.build_in_memory(self._catalogue), True
            assert self._lexical is not None
            return self._lexical

    def _step(self) -> int:
        """Brings the lexical index into step, and returns the sequence number it has then; -1 to look again
        next time."""
        read_only = self._catalogue.read_only
        try:
            if self._lexical is None or self._apart:
                self._lexical, self._apart = self._opened(), read_only
            self._lexical.reload()
            if read_only and self._sound(self._lexical):
                self._lexical.follow(self._catalogue)  # beside the one on disk
            if self._lexical.applied == self._catalogue.sequence() and self._sound(self._lexical):
                return self._lexical.applied
        except LexicalDamagedError:
            self._lexical = None
        try:
            with self._library.writing(wait=False):
                self.follow()
        except (LibraryLockedError, LibraryError):
            # Somebody is writing, and will have it in step soon; or nobody can.
            if self._lexical is None or not self._sound(self._lexical) or self._catalogue.read_only:
                self._lexical, self._apart = words.build_in_memory(self._catalogue), True
        assert self._lexical is not None
        return self._lexical.applied

    def _sound(self, index: LexicalIndex) -> bool:
        """Whether the index followed this very catalogue and, where both are in step, has as many chunks."""
        if self._catalogue.stamp(index.applied) != index.stamp:
            return False
        before = self._catalogue.sequence()
        chunks = self._catalogue.chunk_count()
        in_step = before == index.applied == self._catalogue.sequence()
        return not in_step or chunks == index.count()


class _Articles:
    """The articles of the hits, read a few at a time: most searches need only the first."""

    _PORTION = 16

    def __init__(self, catalogue: Catalogue, hits: Sequence[Hit]) -> None:
        self._catalogue = catalogue
        self._waiting = list(dict.fromkeys(hit.chunk.number for hit in hits))
        self._read: dict[int, Article] = {}

    def __call__(self, number: int) -> Article | None:
        while number not in self._read and self._waiting:
            some, self._waiting = self._waiting[: self._PORTION], self._waiting[self._PORTION :]
            self._read |= self._catalogue.current(some)
        return self._read.get(number)
