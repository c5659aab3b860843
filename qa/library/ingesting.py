"""How articles come in: compare digests, chunk, embed, commit one transaction per batch, let the indexes
follow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from qa.library import committing
from qa.library.chunking import chunk_spans, embedded_text
from qa.library.records import Entry, Known
from qa.library.reports import AddReport, Progress
from qa.types import Article, Notice

if TYPE_CHECKING:
    from qa.library.library import Library

REEMBED_ARTICLES = 64
TELLS = ("text", "title", "outlet", "authors", "published")
"""What makes a new version when it changes. What only becomes known (a date given later), an address and the
time of an update are kept with the version that is there: a page whose time stamp moves with every visit
would bury what its text said before.
"""


class _Plan(NamedTuple):
    """What is to be written of one article; `spans` None leaves its chunks as they are."""

    article: Article
    digest: str
    is_new: bool
    is_revised: bool
    spans: list[tuple[int, int]] | None


class Ingest:
    """One call of `Library.add`: writes batch after batch and keeps the report."""

    def __init__(self, library: Library, on_progress: Progress | None) -> None:
        self._library = library
        self._on_progress = on_progress
        self._report = AddReport()
        self._done = 0
        self._wrote = False
        self._checked = False

    def write(self, batch: Sequence[Article]) -> None:
        """Saves one batch; ids in it are all different."""
        digests = [article.digest for article in batch]
        fresh = self._changed(batch, digests)
        if fresh:
            with self._library.writing():
                # Again, under the lock: another writer may have been here.
                self._commit(batch, digests)
        else:
            self._count(unchanged=len(batch))
        self._done += len(batch)
        if self._on_progress is not None:
            self._on_progress(self._done, self._report)

    def finish(self) -> AddReport:
        """Lets the dense index settle, and gives the report."""
        if self._wrote:
            with self._library.writing():
                problem = self._library.searching.settle()
            if problem:
                notice = Notice(code="dense_index_behind", message=problem)
                self._report = self._report.model_copy(update={"warnings": (*self._report.warnings, notice)})
        return self._report

    def _changed(self, batch: Sequence[Article], digests: Sequence[str]) -> dict[str, Known | None]:
        known = self._library.catalogue.known([article.id for article in batch])
        return {
            article.id: known.get(article.id)
            for article, digest in zip(batch, digests, strict=True)
            if article.id not in known or known[article.id].digest != digest
        }

    def _commit(self, batch: Sequence[Article], digests: Sequence[str]) -> None:
        library = self._library
        if not self._checked:
            library.check_embedder()
            library.searching.follow()  # what a killed writer left undone
            library.group_copies()
            self._checked = True
        changed = self._changed(batch, digests)
        current = library.catalogue.current([k.number for k in changed.values() if k])
        plans = [
            _plan(article, digest, known, current[known.number] if known else None)
            for article, digest in zip(batch, digests, strict=True)
            if article.id in changed
            for known in (changed[article.id],)
        ]
        self._count(unchanged=len(batch) - len(plans))
        if not plans:
            return
        entries, embedded = self._embed(plans)
        committing.write_batch(library.catalogue, entries, library.embedder_record() if embedded else None)
        self._wrote = True
        library.searching.follow()
        self._count(plans=plans, embedded=embedded)

    def _embed(self, plans: Sequence[_Plan]) -> tuple[list[Entry], int]:
        texts = [
            embedded_text(plan.article, plan.article.text[start:end])
            for plan in plans
            for start, end in plan.spans or ()
        ]
        vectors = self._library.embedder.embed(texts) if texts else None
        entries, row = [], 0
        for plan in plans:
            data = None
            if plan.spans is not None:
                count = len(plan.spans)
                data = vectors[row : row + count].tobytes() if vectors is not None else b""
                row += count
            entries.append(Entry(plan.article, plan.digest, plan.spans, data))
        return entries, len(texts)

    def _count(self, *, unchanged: int = 0, plans: Sequence[_Plan] = (), embedded: int = 0) -> None:
        report = self._report
        added = tuple(plan.article.id for plan in plans if plan.is_new)
        updated = tuple(plan.article.id for plan in plans if not plan.is_new)
        revised = tuple(plan.article.id for plan in plans if plan.is_revised)
        self._report = report.model_copy(
            update={
                "added": report.added + len(added),
                "updated": report.updated + len(updated),
                "unchanged": report.unchanged + unchanged,
                "chunks": report.chunks + sum(len(plan.spans or ()) for plan in plans),
                "embedded": report.embedded + embedded,
                "added_ids": report.added_ids + added,
                "updated_ids": report.updated_ids + updated,
                "revised_ids": report.revised_ids + revised,
            }
        )


def _plan(article: Article, digest: str, known: Known | None, old: Article | None) -> _Plan:
    if known is None or old is None:
        article = article.model_copy(update={"version": 1})
        return _Plan(article, digest, True, False, chunk_spans(article.text))
    revised = any(getattr(old, name) not in (getattr(article, name), None, "", ()) for name in TELLS)
    article = article.model_copy(update={"version": known.version + revised})
    # The text, and what is embedded and indexed beside it: any change there makes new vectors, any other does
    # not.
    beside = embedded_text(article, "") == embedded_text(old, "") and article.outlet == old.outlet
    kept = beside and article.text == old.text
    return _Plan(article, digest, False, revised, None if kept else chunk_spans(article.text))


def reembed(library: Library, on_progress: Callable[[int, int], None] | None) -> int:
    """See `Library.reembed`."""
    catalogue = library.catalogue
    with library.writing():
        blocks = [(block.number, block.first) for block in catalogue.iter_vector_blocks()]
        staged = committing.staged(catalogue, library.embedder_record())
        todo = [number for number, first in blocks if staged.get(number) != first]
        for start in range(0, len(todo), REEMBED_ARTICLES):
            portion = todo[start : start + REEMBED_ARTICLES]
            articles = catalogue.current(portion)
            rows = {number: catalogue.chunks_of(number) for number in portion}
            texts = [
                embedded_text(articles[n], articles[n].text[c.start : c.end])
                for n in portion
                for c in rows[n]
            ]
            vectors, row = library.embedder.embed(texts), 0
            made = []
            for number in portion:
                count = len(rows[number])
                made.append((number, rows[number][0].id, vectors[row : row + count].tobytes()))
                row += count
            committing.stage(catalogue, made)
            if on_progress is not None:
                on_progress(len(blocks) - len(todo) + start + len(portion), len(blocks))
        count = committing.adopt_staged(catalogue, library.embedder_record())
        library.searching.follow()
        library.searching.settle()
    return count
