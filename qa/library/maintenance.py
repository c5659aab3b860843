"""What `qa doctor` asks of a library: its figures, a check of every part, and a repair of what is derived."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qa.errors import EmbedderMismatchError, QAError
from qa.library import grouping
from qa.library.dense import DenseUnavailableError
from qa.library.reports import Finding, LibraryStats
from qa.types import Filters

if TYPE_CHECKING:
    from qa.library.library import Library

_REPAIR = "Run: qa doctor --repair"
_READ_ONLY = (
    "The folder is read-only for you: nothing in it can be repaired, and Chroma's index cannot be opened, so "
    "that each process does without. Give the right to write to it, or run this as its owner."
)


def stats(library: Library) -> LibraryStats:
    """See `Library.stats`."""
    catalogue = library.catalogue
    record = catalogue.embedder()
    dense = library.searching.dense
    rows: int | None = None
    try:
        pending = dense.pending()[0]
        rows = dense.index.rows()
    except DenseUnavailableError:
        pending = catalogue.chunk_count()
    return LibraryStats(
        path=str(library.path),
        articles=catalogue.count(Filters()),
        independent=catalogue.group_count(),
        versions=catalogue.version_count(),
        chunks=catalogue.chunk_count(),
        undated=catalogue.undated(),
        outlets=len(catalogue.outlets()),
        sequence=catalogue.sequence(),
        embedder=record.name if record else "",
        embedder_revision=record.revision if record else "",
        dimension=record.dimension if record else 0,
        catalogue_bytes=sum(_size(path) for path in library.path.glob("catalogue.sqlite*")),
        lexical_bytes=_size(library.path / "lexical"),
        dense_bytes=_size(library.path / "dense"),
        lexical_applied=library.searching.lexical_applied(),
        dense_applied=dense.index.applied,
        dense_rows=rows,
        dense_pending=pending,
    )


def check(library: Library) -> tuple[Finding, ...]:
    """See `Library.check`."""
    return (
        *_check_catalogue(library),
        *_check_groups(library),
        _check_embedder(library),
        _check_lexical(library),
        _check_dense(library),
    )


def repair(library: Library) -> tuple[Finding, ...]:
    """See `Library.repair`."""
    with library.writing():
        if not grouping.is_complete(library.catalogue) or grouping.pending(library.catalogue):
            grouping.catch_up(library.catalogue)
        if not _check_lexical(library).ok:
            library.searching.rebuild_lexical()
        problem = "" if _check_dense(library).ok else _rebuild_dense(library)
        return tuple(
            finding.model_copy(update={"message": f"Chroma index: {problem}"})
            if problem and finding.part == "dense" and not finding.ok
            else finding
            for finding in check(library)
        )


def _rebuild_dense(library: Library) -> str:
    """What went wrong, "" if nothing."""
    dense = library.searching.dense
    try:
        dense.index.discard()
    except DenseUnavailableError as exc:  # a server that does not answer
        return str(exc)
    return dense.settle(always=True)


def _check_catalogue(library: Library) -> list[Finding]:
    from qa.library.storage import RESTORE

    catalogue = library.catalogue
    problems = catalogue.problems()
    if problems:
        return [
            Finding(part="catalogue", ok=False, message=f"catalogue: {problem}", hint=RESTORE)
            for problem in problems
        ]
    articles, chunks = catalogue.count(Filters()), catalogue.chunk_count()
    return [
        Finding(
            part="catalogue",
            ok=True,
            message=f"catalogue: {_many(articles, 'article')}, {_many(chunks, 'chunk')}, nothing wrong",
        )
    ]


def _check_groups(library: Library) -> list[Finding]:
    """Says where copies still count as independent articles, which makes no answer wrong."""
    count = grouping.pending(library.catalogue)
    if not count:
        return []
    message = (
        f"copies: {_many(count, 'article')} not compared with the others yet; adding an article does that"
    )
    return [Finding(part="catalogue", ok=True, message=message, hint=_REPAIR)]


def _check_embedder(library: Library) -> Finding:
    try:
        library.check_embedder()
        name = f"{library.embedder.name} ({library.embedder.revision})"
    except EmbedderMismatchError as exc:
        return Finding(part="embedder", ok=False, message=exc.message, hint=exc.hint)
    except QAError as exc:
        return Finding(part="embedder", ok=False, message=f"embedder: {exc.message}", hint=exc.hint)
    return Finding(part="embedder", ok=True, message=f"embedder: {name}")


def _check_lexical(library: Library) -> Finding:
    problem = library.searching.lexical_problem()
    if problem:
        return Finding(part="lexical", ok=False, message=f"word index: {problem}", hint=_repair(library))
    return Finding(
        part="lexical",
        ok=True,
        message=f"word index: {_many(library.catalogue.chunk_count(), 'chunk')}, in step",
    )


def _check_dense(library: Library) -> Finding:
    dense = library.searching.dense
    if not library.catalogue.chunk_count():
        return Finding(part="dense", ok=True, message="Chroma index: empty, as the library")
    try:
        came, _ = dense.pending()
        rows = dense.index.rows()
        probe = dense.probe()
    except DenseUnavailableError as exc:
        return Finding(
            part="dense",
            ok=False,
            message=f"Chroma index: {exc}; exact search takes its place",
            hint=_repair(library),
        )
    expected = dense.index.held
    if rows != expected:
        return Finding(
            part="dense", ok=False, message=f"Chroma index: {rows} rows instead of {expected}", hint=_REPAIR
        )
    if probe:
        return Finding(part="dense", ok=False, message=f"Chroma index: {probe}", hint=_REPAIR)
    rest = f", exact search covers {_many(came, 'newer chunk')}" if came else ", in step"
    return Finding(part="dense", ok=True, message=f"Chroma index: {_many(rows, 'chunk')}{rest}")


def _repair(library: Library) -> str:
    return _READ_ONLY if library.catalogue.read_only else _REPAIR


def _many(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def _size(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(p.stat().st_size for p in path.rglob("*") if p.is_file())
