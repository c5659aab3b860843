"""Which shards of the Chroma index are kept and which are built when the catalogue has changed (see
`shards`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from qa.library.records import VectorBlock

SHARD_ROWS = 20_000
FULL_SHARE = 0.9  # a shard with so many rows is left alone when new ones come
SMALL_SHARE = 0.25  # one with fewer is built together with its neighbour where one of both is built anyway
GONE_SHARE = 0.1  # up to here a shard remembers what went from it

Ranges = Sequence[Sequence[int]]
"""Ranges of chunk ids: the first of each, and how many."""


class Shard(NamedTuple):
    """A folder with the vectors of the chunks `first` to `last`, as far as there were any when it was made:
    `rows`. Of these, those in `gone` (ranges: first, count) are in the catalogue no longer. `files` are the
    checksums of its vector files."""

    folder: str
    first: int
    last: int
    rows: int
    gone: Ranges
    files: dict[str, list[int]]

    @property
    def live(self) -> int:
        """How many of its rows are still in the catalogue."""
        return self.rows - count_ids(self.gone)


class Pointer(NamedTuple):
    """What the pointer file says: the shards, in order of their ids, hold the catalogue as it was at
    `sequence`."""

    sequence: int
    stamp: str
    shards: tuple[Shard, ...]

    @property
    def rows(self) -> int:
        """How many vectors they hold."""
        return sum(shard.live for shard in self.shards)


class Span(NamedTuple):
    """A part of a plan: the chunks `first` to `last` (None: all that follow), of which `rows` are there, in
    the shard `kept`, or to be built (as several shards where they are too many for one)."""

    first: int
    last: int | None
    rows: int
    kept: Shard | None


def plan(shards: Iterable[Shard], removed: Ranges, came: int) -> list[Span]:
    """What to keep and what to build so that the shards hold what is in the catalogue now, after the chunks
    `removed` went (ranges, ascending; also of ids that no shard holds) and `came` new ones came behind the
    last shard."""
    spans: list[Span] = []
    end = 0
    for shard in shards:
        inside = [r for r in removed if shard.first <= r[0] <= shard.last]
        shard = shard._replace(gone=(*shard.gone, *inside)) if inside else shard
        keep = shard.rows - shard.live <= GONE_SHARE * shard.rows
        end = max(end, shard.last + 1)
        if shard.live:
            _join(spans, Span(shard.first, shard.last, shard.live, shard if keep else None))
    if came:
        new = Span(end, None, came, None)
        if spans and spans[-1].rows < FULL_SHARE * SHARD_ROWS:
            last = spans.pop()
            new = Span(last.first, None, last.rows + came, None)
        spans.append(new)
    return spans


def _join(spans: list[Span], span: Span) -> None:
    """Adds the span, as one with that before it if one of both is small and is built anyway."""
    before = spans[-1] if spans else None
    if (
        before is not None
        and (before.kept is None or span.kept is None)
        and min(before.rows, span.rows) < SMALL_SHARE * SHARD_ROWS
        and before.rows + span.rows <= SHARD_ROWS
    ):
        spans[-1] = Span(before.first, span.last, before.rows + span.rows, None)
    else:
        spans.append(span)


def shardfuls(blocks: Iterable[VectorBlock]) -> Iterator[list[VectorBlock]]:
    """The blocks in portions of at most SHARD_ROWS rows, but for an article that alone has more."""
    waiting: list[VectorBlock] = []
    rows = 0
    for block in blocks:
        if waiting and rows + block.rows > SHARD_ROWS:
            yield waiting
            waiting, rows = [], 0
        waiting.append(block)
        rows += block.rows
    if waiting:
        yield waiting


def count_ids(ranges: Ranges) -> int:
    """How many ids they are."""
    return sum(count for _, count in ranges)
