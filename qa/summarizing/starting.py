"""From what is wanted to a summary under way: the articles found, the summarizer opened, paid calls kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from qa.answering.question import clean_question, narrow
from qa.config import Settings
from qa.errors import UsageError
from qa.summarizing.choosing import material, numbered, whole
from qa.summarizing.digest import MOST_STORIES, digest, ranked
from qa.summarizing.engine import LENGTHS, Brief, Summarizer
from qa.summarizing.stories import stories
from qa.summarizing.summarize import Material, summarize
from qa.types import Article, Filters, Passage, Statement, Style, Summary

if TYPE_CHECKING:
    from qa.library import Library
    from qa.library.embedders import Embedder
    from qa.models.remembering import Remembered
    from qa.summarizing.estimating import CallEstimate

MOST_WORDS = 5_000
KEPT_REPLIES = "unfinished-summaries"
"""The folder, in the library's, of replies to a summary that was interrupted."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Wanted:
    """What is asked for. `articles` are ids or articles themselves; without any, `query` and `filters`
    choose.
    """

    articles: tuple[str | Article, ...] = ()
    query: str = ""
    style: Style = "brief"
    words: int | None = None
    as_of: dt.date | None = None
    filters: Filters = field(default_factory=Filters)
    stories: int | None = None

    def brief(self) -> Brief:
        """The brief. Raises UsageError for a length that is none, or a query without words."""
        words = LENGTHS[self.style] if self.words is None else self.words
        if not 1 <= words <= MOST_WORDS:
            raise UsageError(f"a summary has 1 to {MOST_WORDS:,} words, not {words:,}")
        if self.stories is not None and self.stories < 1:
            raise UsageError(f"a digest tells at least 1 story, not {self.stories}")
        return Brief(style=self.style, words=words, query=clean_question(self.query) if self.query else "")


@dataclass(frozen=True)
class Task:
    """A summary that can be made, or estimated. `memory` keeps a model's replies until it is finished."""

    brief: Brief
    material: Material
    summarizer: Summarizer
    settings: Settings
    embedder: Callable[[], Embedder]
    most_stories: int = MOST_STORIES
    memory: Remembered | None = None

    def run(self, on_story: Progress | None = None) -> Iterator[Statement | Summary]:
        """The points, then the Summary; `on_story` is told how many stories of a digest are done. Raises
        ModelError.
        """
        if self.brief.style == "digest":
            yield from digest(
                self.brief,
                self.material,
                self.stories(),
                self.summarizer,
                most=self.most_stories,
                at_once=self.settings.calls_at_once if self.memory else 1,
                on_progress=on_story,
            )
        else:
            yield from summarize(self.brief, self.material, self.summarizer)
        if self.memory is not None:
            self.memory.forget()

    def stories(self) -> list[list[Passage]]:
        """The articles by story."""
        return stories(self.material.passages, self.embedder(), self.material.groups)

    def estimate(self) -> CallEstimate:
        """The calls and tokens it would take; none for the extractive summarizer."""
        from qa.summarizing.chain import ChainSummarizer
        from qa.summarizing.estimating import CallEstimate

        if not isinstance(self.summarizer, ChainSummarizer) or not self.material.passages:
            return CallEstimate(calls=0)
        if self.brief.style != "digest":
            return self.summarizer.estimate(self.brief, self.material.passages)
        each = self.brief.model_copy(update={"style": "brief"})
        told = ranked(self.stories(), self.material)[: self.most_stories]
        found = [self.summarizer.estimate(each, numbered(story)) for story in told]
        return sum(found, CallEstimate(calls=0))


def started(
    wanted: Wanted,
    settings: Settings,
    library: Callable[[], Library],
    *,
    on_progress: Progress | None = None,
) -> Task:
    """The summary that is wanted, ready to run. `library` is asked for only where it is needed;
    `on_progress` is told of a model's calls. Raises UsageError, ArticleNotFoundError, LibraryError,
    PromptError.
    """
    brief = wanted.brief()
    given = [a for a in wanted.articles if isinstance(a, Article)]
    ids = tuple(a for a in wanted.articles if isinstance(a, str))
    alone = bool(given) and not ids
    if alone:
        filters = narrow(wanted.filters, wanted.as_of)
        found = Material(passages=whole(given), filters=filters, as_of=wanted.as_of)
    else:
        filters = wanted.filters.model_copy(update={"articles": (*wanted.filters.articles, *ids)})
        found = material(library(), filters, brief.query, as_of=wanted.as_of)
        if given:
            found = replace(found, passages=numbered([*found.passages, *whole(given)]))

    def embedder() -> Embedder:
        if not alone:
            return library().embedder
        from qa.library.embedders import open_embedder

        key = settings.api_key.get_secret_value() if settings.api_key else None
        return open_embedder(settings.embedder, base_url=settings.base_url, api_key=key)

    folder = settings.library if alone else library().path
    # Of a digest, the stories are counted and not the calls.
    tell = None if brief.style == "digest" else on_progress
    summarizer, memory = open_summarizer(settings, embedder, folder, tell)
    return Task(
        brief=brief,
        material=found,
        summarizer=summarizer,
        settings=settings,
        embedder=embedder,
        most_stories=wanted.stories or MOST_STORIES,
        memory=memory,
    )


def open_summarizer(
    settings: Settings,
    embedder: Callable[[], Embedder],
    folder: Path,
    on_progress: Progress | None = None,
) -> tuple[Summarizer, Remembered | None]:
    """The summarizer that the settings choose, and what keeps its paid replies in the library's `folder`: a
    configured model means the chain, none the extractive one. Raises PromptError.
    """
    if settings.model:
        from qa.summarizing.chain import ChainSummarizer, remembered

        memory = remembered(folder / KEPT_REPLIES)
        return ChainSummarizer(settings, through=memory.through, on_progress=on_progress), memory
    from qa.summarizing.extractive import ExtractiveSummarizer

    return ExtractiveSummarizer(embedder), None
