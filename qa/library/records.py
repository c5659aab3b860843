"""The rows that the catalogue gives and takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from qa.types import Article


class EmbedderRecord(NamedTuple):
    """Which embedder made the vectors of a library."""

    name: str
    revision: str
    dimension: int


class Known(NamedTuple):
    """What an ingest needs to know of an article that is there already."""

    number: int
    version: int
    digest: str


class Entry(NamedTuple):
    """One article to write: with its new version, its chunks' spans and their vectors (float32, as bytes),
    or None for both if they stay as they are."""

    article: Article
    digest: str
    spans: Sequence[tuple[int, int]] | None
    vectors: bytes | None


class ChunkRow(NamedTuple):
    """A chunk as it is stored; `number` is the article's."""

    id: int
    number: int
    ordinal: int
    start: int
    end: int


class VectorBlock(NamedTuple):
    """The vectors of one article's chunks, whose ids are `first`, `first + 1`, …; `data` is float32 [rows,
    dimension]."""

    number: int
    first: int
    rows: int
    data: bytes


class Changes(NamedTuple):
    """What an index has to follow: ranges (first, count) of chunk ids that went, and numbers of articles
    whose chunks came."""

    sequence: int
    stamp: str
    removed: list[tuple[int, int]]
    arrived: list[int]
