"""What clients send and get where `qa.types` has no type for it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from qa.types import ArticleHead, Filters, Passage, Style, Value

MOST_NAMES = 200
Day = Annotated[dt.date, Field(ge=dt.date(1700, 1, 1), le=dt.date(2300, 1, 1))]
"""A day that an article may be from: "2026-01-13"."""
Name = Annotated[str, Field(min_length=1, max_length=500)]
Names = Annotated[tuple[Name, ...], Field(max_length=MOST_NAMES)]


class _Sent(BaseModel):
    """What a client sends: an unknown field is an error, because it would be a filter that does nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class AskRequest(_Sent):
    """A question. `as_of` leaves out what was published after that day; `since`, `until`, `outlets` and
    `articles` (ids, or their beginnings) say what may be used; `k` is the number of passages. `earlier` are
    the questions before a follow-up, oldest first, as their answers have them; `question` of the Answer is
    then the follow-up as it was asked.
    """

    question: str = Field(min_length=1, examples=["Who is attending Davos?"])
    as_of: Day | None = None
    since: Day | None = None
    until: Day | None = None
    outlets: Names = ()
    articles: Names = ()
    k: int | None = Field(default=None, ge=1, le=50)
    earlier: Annotated[tuple[Annotated[str, Field(max_length=2_000)], ...], Field(max_length=50)] = ()

    @property
    def filters(self) -> Filters:
        """Which articles may be used."""
        return Filters(since=self.since, until=self.until, outlets=self.outlets, articles=self.articles)


class SummarizeRequest(_Sent):
    """A summary that is wanted: of `articles` (ids, or their beginnings), of what `query` finds, or of all
    that was published `since` and `until`, by `outlets`. `words` is its length, for a digest that of each of
    at most `stories` stories.
    """

    articles: Names = ()
    query: str = ""
    style: Style = "brief"
    words: int | None = Field(default=None, ge=1, le=5_000)
    stories: int | None = Field(default=None, ge=1, le=200)
    as_of: Day | None = None
    since: Day | None = None
    until: Day | None = None
    outlets: Names = ()

    @property
    def filters(self) -> Filters:
        """Which articles may be used, beside those that are named."""
        return Filters(since=self.since, until=self.until, outlets=self.outlets)


class Passages(Value):
    """What a search found, best first."""

    passages: tuple[Passage, ...]


class ArticlePage(Value):
    """Articles, newest first, those without a date last: `total` pass the filters, and these are those from
    `offset` (counted from 0); `next` is the offset of the next page, None on the last one.
    """

    articles: tuple[ArticleHead, ...]
    total: int
    offset: int
    next: int | None


class Outlets(Value):
    """Every outlet once, in the order of the alphabet."""

    outlets: tuple[str, ...]


class Progress(Value):
    """How far a summary is: model calls, or stories of a digest, done, and of how many."""

    done: int
    of: int


class Health(Value):
    """Whether the library can be read. `sequence` counts its changes; it and the number of articles are None
    for a client that did not give the server's key.
    """

    status: Literal["ok"] = "ok"
    sequence: int | None = None
    articles: int | None = None
    engine: str | None = None
