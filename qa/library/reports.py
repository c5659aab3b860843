"""What the library tells about itself: what an `add` did, its figures, and what a check found."""

from __future__ import annotations

from typing import Literal, Protocol

from qa.types import Notice, Value

Part = Literal["catalogue", "lexical", "dense", "embedder"]


class AddReport(Value):
    """What `Library.add` did: articles by outcome, chunks written, and texts embedded. Ids are in the order
    given. `revised_ids` are those of `updated_ids` that have a new version.

    `warnings` says what did not go as it should although every article is safe (an index that could not
    follow, say).
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    chunks: int = 0
    embedded: int = 0
    added_ids: tuple[str, ...] = ()
    updated_ids: tuple[str, ...] = ()
    revised_ids: tuple[str, ...] = ()
    warnings: tuple[Notice, ...] = ()


class Progress(Protocol):
    """Called after each batch is safe on disk, with how many articles were handled so far and the report so
    far."""

    def __call__(self, done: int, report: AddReport) -> None: ...


class LibraryStats(Value):
    """A library in figures. `independent` counts articles that are copies of one source once. Sizes in bytes;
    `dense_rows` is None while there is no usable dense index, and `dense_pending` counts the chunks that
    exact search covers until the dense index is next built."""

    path: str
    articles: int
    independent: int
    versions: int
    chunks: int
    undated: int
    outlets: int
    sequence: int
    embedder: str
    embedder_revision: str
    dimension: int
    catalogue_bytes: int
    lexical_bytes: int
    dense_bytes: int
    lexical_applied: int
    dense_applied: int
    dense_rows: int | None
    dense_pending: int


class Finding(Value):
    """One thing that a check looked at: whether it is as it should be, and the next step where it is not."""

    part: Part
    ok: bool
    message: str
    hint: str = ""
