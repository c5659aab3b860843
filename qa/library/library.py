"""The library: add, remove, get, search. The catalogue is the truth; both indexes follow it and may be lost
at any time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from qa.errors import (
    ArticleNotFoundError,
    EmbedderMismatchError,
    LibraryError,
    LibraryLockedError,
    UsageError,
)
from qa.library.catalogue import Catalogue
from qa.library.records import EmbedderRecord
from qa.library.reports import AddReport, Finding, LibraryStats, Progress
from qa.types import Article, ArticleHead, Filters, Passage

if TYPE_CHECKING:
    from qa.config import Settings
    from qa.library.embedders import Embedder
    from qa.library.searching import Searching

BATCH_ARTICLES = 256
BATCH_CHARACTERS = 2_000_000
BATCH_SECONDS = 2.0
SHORTEST_PREFIX = 6
CATALOGUE_FILE = "catalogue.sqlite"
EVERYTHING = Filters()


class Library:
    """A folder of articles. One process writes at a time, any number read; threads may share an instance."""

    def __init__(
        self,
        path: Path,
        *,
        embedder: Embedder | None = None,
        lock_timeout: float = 60,
        chroma_url: str | None = None,
        dense_weight: float = 0.3,
        on_wait: Callable[[str], None] | None = None,
        create: bool = True,
    ) -> None:
        """Opens the library in the folder `path`, which is made if `create`.

        `embedder` None is WordLlama. `lock_timeout` is how many seconds to wait for another writer, and
        `on_wait` gets one sentence when that wait, or another before the first write, begins. `chroma_url`
        names a Chroma server to use instead of embedded Chroma. `dense_weight` 0 searches by words only.
        Raises LibraryDamagedError, LibraryError.
        """
        self.path = Path(path)
        self._embedder = embedder
        self._chroma_url = chroma_url
        self._dense_weight = dense_weight
        self._lock_timeout = lock_timeout
        self._on_wait = on_wait
        self._mutex = threading.RLock()
        self._write_mutex = threading.RLock()
        self._writing_depth = 0
        self.catalogue = Catalogue(self.path / CATALOGUE_FILE, create=create)
        self._searching: Searching | None = None

    @classmethod
    def open(cls, settings: Settings, **kwargs: Any) -> Library:
        """The library that `settings` name. `kwargs` are those of the constructor and win."""
        if kwargs.get("embedder") is None:
            from qa.library.embedders import open_embedder

            key = settings.api_key.get_secret_value() if settings.api_key else None
            kwargs["embedder"] = open_embedder(settings.embedder, base_url=settings.base_url, api_key=key)
        chosen = {
            "lock_timeout": settings.lock_timeout,
            "chroma_url": settings.chroma_url,
            "dense_weight": settings.dense_weight,
        }
        return cls(settings.library, **{**chosen, **kwargs})

    # Writing

    def add(self, articles: Iterable[Article], *, on_progress: Progress | None = None) -> AddReport:
        """Adds articles, or new versions of those whose id is known; equal ones are left alone and nothing
        of them is embedded.

        Batches are saved as they go: an article is safe, and found by search, once `on_progress` or the
        return has counted it, whatever happens later. `version` and `fetched` of what is given are not
        compared. Raises LibraryLockedError, EmbedderMismatchError, LibraryError; ModelError from the
        embedder.
        """
        from qa.library.ingesting import Ingest

        ingest = Ingest(self, on_progress)
        for batch in _batches(articles):
            ingest.write(batch)
        return ingest.finish()

    def remove(self, article_id: str) -> None:
        """Removes an article and all its versions, from the indexes too. Raises ArticleNotFoundError."""
        from qa.library.committing import remove_article

        full_id = self._full_id(article_id)
        with self.writing():
            self.group_copies()
            remove_article(self.catalogue, full_id)
            self.searching.follow()
            self.searching.settle()

    def reembed(self, *, on_progress: Callable[[int, int], None] | None = None) -> int:
        """Gives every chunk a new vector, made by this library's embedder, and returns how many.

        All or nothing: until the end search goes on with the old vectors. `on_progress` gets articles done
        and articles in all.
        """
        from qa.library.ingesting import reembed

        return reembed(self, on_progress)

    # Reading

    def get(self, article_id: str, version: int | None = None) -> Article:
        """An article, in its current version or an older one. A prefix of its id will do if it has 6
        characters and fits only one. Raises ArticleNotFoundError."""
        full_id = self._full_id(article_id)
        article = self.catalogue.article(full_id, version)
        if article is None:
            last = len(self.catalogue.versions(full_id))
            there = f"It has versions 1 to {last}." if last > 1 else "It has version 1 alone."
            raise ArticleNotFoundError(f"Article {article_id} has no version {version}", there)
        return article

    def versions(self, article_id: str) -> tuple[ArticleHead, ...]:
        """Heads of all versions of an article, oldest first; the last is the current one. Raises
        ArticleNotFoundError."""
        return tuple(self.catalogue.versions(self._full_id(article_id)))

    def heads(
        self, filters: Filters = EVERYTHING, *, offset: int = 0, limit: int | None = None
    ) -> list[ArticleHead]:
        """Heads of the articles that pass, newest first, those without a date last: at most `limit` of them,
        without the first `offset`.
        """
        return self.catalogue.heads(self.resolve(filters), offset=offset, limit=limit)

    def count(self, filters: Filters = EVERYTHING) -> int:
        """How many articles pass."""
        return self.catalogue.count(self.resolve(filters))

    def undated(self) -> int:
        """How many articles have no known date, and are therefore outside every date range."""
        return self.catalogue.undated()

    def outlets(self) -> tuple[str, ...]:
        """Every outlet once, in the order of the alphabet."""
        return self.catalogue.outlets()

    def groups(self, ids: Iterable[str]) -> dict[str, str]:
        """For each of these whole ids the group of its article, named by the least id in it: articles of one
        group are copies of one source, directly or through others, and count once. Ids that are not in the
        library are left out.

        The count of independent articles is `len(set(library.groups(ids).values()))`.
        """
        return self.catalogue.groups(ids)

    def same_source(self, article_id: str) -> list[ArticleHead]:
        """Heads of the other articles that are copies of the same source, oldest first. Raises
        ArticleNotFoundError."""
        return self.catalogue.same_source(self._full_id(article_id))

    def search(self, question: str, *, k: int = 8, filters: Filters = EVERYTHING) -> tuple[Passage, ...]:
        """The best `k` passages for a question, best first; fewer, or none, if the articles that pass hold
        no more.

        `filters` decide what is ranked at all; if no article passes, the result is empty. Scores run from 0
        to 1 within one search. Raises UsageError for k below 1, EmbedderMismatchError, ModelError,
        LibraryError.
        """
        if k < 1:
            raise UsageError(f"-k must be at least 1, not {k}")
        question = question.encode("utf-8", "replace").decode()  # half a surrogate pair is no text for Rust
        if not question.strip():
            return ()
        return self.searching.search(question, k, self.resolve(filters))

    def stats(self) -> LibraryStats:
        """The library in figures."""
        from qa.library.maintenance import stats

        return stats(self)

    def check(self) -> tuple[Finding, ...]:
        """Looks at every part, changes nothing, and says what it found."""
        from qa.library.maintenance import check

        return check(self)

    def repair(self) -> tuple[Finding, ...]:
        """Builds whatever is wrong with the indexes anew from the catalogue, embedding nothing, and checks
        again."""
        from qa.library.maintenance import repair

        return repair(self)

    def close(self) -> None:
        """Closes all files; the instance cannot be used after."""
        with self._mutex:
            if self._searching is not None:
                self._searching.close()
                self._searching = None
            self.catalogue.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # For the modules of this package

    @property
    def searching(self) -> Searching:
        """The two legs, opened on first use."""
        with self._mutex:
            if self._searching is None:
                from qa.library.searching import Searching

                self._searching = Searching(self, self._chroma_url, self._dense_weight)
            return self._searching

    @property
    def embedder(self) -> Embedder:
        """The embedder, which may not be the one that made the vectors (see `check_embedder`)."""
        if self._embedder is None:
            from qa.library.embedders import WordLlamaEmbedder

            self._embedder = WordLlamaEmbedder()
        return self._embedder

    def check_embedder(self) -> None:
        """Raises EmbedderMismatchError if the vectors were made by another embedder."""
        record = self.catalogue.embedder()
        if record is None:
            return
        name, revision = self.embedder.name, self.embedder.revision
        # The dimension is compared last: some providers must be asked for it.
        if (name, revision) == (record.name, record.revision) and self.embedder.dimension == record.dimension:
            return
        made, now = f"{record.name} ({record.revision})", f"{name} ({revision})"
        raise EmbedderMismatchError(
            f"The library at {self.path} was made with the embedder {made}, and {now} is set",
            f"Set the embedder {record.name!r} again, or embed everything anew: qa doctor --reembed",
        )

    def embedder_record(self) -> EmbedderRecord:
        """This library's embedder as the catalogue records it."""
        return EmbedderRecord(self.embedder.name, self.embedder.revision, self.embedder.dimension)

    def resolve(self, filters: Filters) -> Filters:
        """The same filters with prefixes of article ids completed; an unknown id stays, and matches none."""
        if not filters.articles:
            return filters
        ids = [
            found[0]
            if len(wanted) >= SHORTEST_PREFIX and len(found := self.catalogue.matching_ids(wanted)) == 1
            else wanted
            for wanted in filters.articles
        ]
        return filters.model_copy(update={"articles": tuple(ids)})

    def group_copies(self) -> None:
        """Groups what an older version of qa left ungrouped, once; for the one who holds the lock."""
        from qa.library import grouping

        if grouping.is_complete(self.catalogue):
            return
        count = grouping.pending(self.catalogue)
        if count and self._on_wait is not None:
            self._on_wait(f"Comparing the {count:,} articles in {self.path} with each other, this once.")
        grouping.catch_up(self.catalogue)

    @contextmanager
    def writing(self, wait: bool = True) -> Iterator[None]:
        """Holds the library's lock, also against other threads. Raises LibraryLockedError; at once if not
        `wait`."""
        from filelock import FileLock, Timeout

        if self.catalogue.read_only:
            raise LibraryError(f"The library at {self.path} is read-only", "Check the rights of the folder.")
        if not self._write_mutex.acquire(timeout=self._lock_timeout if wait else 0):
            raise LibraryLockedError(
                f"Another thread is writing to {self.path}", "Try again when it has finished."
            )
        try:
            if self._writing_depth:  # this thread holds it already
                yield
                return
            lock = FileLock(self.path / "write.lock")
            try:
                lock.acquire(timeout=0)
            except Timeout as exc:
                if not wait:
                    raise LibraryLockedError(
                        f"The library at {self.path} is being written", "Try later."
                    ) from exc
                self._wait_for(lock)
            except OSError as exc:
                message = f"{self.path} cannot be written: {exc.strerror}"
                raise LibraryError(message, "Check the disk and its rights.") from exc
            self._writing_depth += 1
            try:
                yield
            finally:
                self._writing_depth -= 1
                lock.release()
        finally:
            self._write_mutex.release()

    def _wait_for(self, lock: Any) -> None:
        from filelock import Timeout

        if self._on_wait is not None:
            self._on_wait(
                f"Another process is writing to {self.path}; waiting up to {self._lock_timeout:g} s."
            )
        try:
            lock.acquire(timeout=self._lock_timeout)
        except Timeout as exc:
            raise LibraryLockedError(
                f"Another process has been writing to {self.path} for {self._lock_timeout:g} s",
                "Try again when it has finished, or wait longer with --timeout.",
            ) from exc

    def _full_id(self, article_id: str) -> str:
        found = self.catalogue.matching_ids(article_id)
        if len(found) == 1 and (found[0] == article_id or len(article_id) >= SHORTEST_PREFIX):
            return found[0]
        if len(found) > 1 and len(article_id) >= SHORTEST_PREFIX:
            raise ArticleNotFoundError(
                f"Several articles have an id that starts with {article_id}", "Give more of the id."
            )
        raise ArticleNotFoundError(f"There is no article {article_id}", "List articles with: qa articles")


def _batches(articles: Iterable[Article]) -> Iterator[list[Article]]:
    """Batches bounded in number, in size and in time: slow sources must not lose long work when
    interrupted. No id twice in one."""
    batch: list[Article] = []
    ids: set[str] = set()
    size, began = 0, time.monotonic()
    for article in articles:
        if article.id in ids:
            yield batch
            batch, ids, size, began = [], set(), 0, time.monotonic()
        batch.append(article)
        ids.add(article.id)
        size += len(article.text)
        if (
            len(batch) >= BATCH_ARTICLES
            or size >= BATCH_CHARACTERS
            or time.monotonic() - began >= BATCH_SECONDS
        ):
            yield batch
            batch, ids, size, began = [], set(), 0, time.monotonic()
    if batch:
        yield batch
