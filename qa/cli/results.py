"""What `--json` prints where no type of `qa.types` says it all.

Imported only when a command runs: pydantic is slow to load.
"""

from __future__ import annotations

from typing import Literal

from qa.library import AddReport, Finding, LibraryStats
from qa.sources import Skipped
from qa.summarizing.estimating import CallEstimate
from qa.types import ArticleHead, Filters, Passage, Value


class Suspect(Value):
    """An article that something was taken off at ingest because its readers do not see it (`hidden_words` of
    its page, invisible and control `characters`), or that speaks to machines: `instructions` counts such
    sentences, which are kept and never followed or quoted.
    """

    article_id: str
    title: str = ""
    hidden_words: int = 0
    characters: int = 0
    instructions: int = 0


class IngestReport(AddReport):
    """What `qa ingest` did: the report of `Library.add`, and what was skipped and why.

    `suspect` are the articles that hold what their readers do not see, or instructions to machines, in the
    order they were read. `undated` counts the articles taken that have no known date. `interrupted` means
    that it was stopped; what it counts is kept.
    """

    library: str
    skipped: tuple[Skipped, ...] = ()
    suspect: tuple[Suspect, ...] = ()
    undated: int = 0
    interrupted: bool = False


class SummaryEstimate(CallEstimate):
    """What `qa summarize --estimate` found: of how many articles, and the price in US dollars, None for a
    model without a known price.
    """

    articles: int
    dollars: float | None


class SearchResult(Value):
    """What `qa search` found, best first."""

    question: str
    filters: Filters
    passages: tuple[Passage, ...]


class ArticleList(Value):
    """What `qa articles list` found, newest first."""

    articles: tuple[ArticleHead, ...]


class Removed(Value):
    """What `qa articles remove` removed."""

    removed: tuple[str, ...]


class PromptEntry(Value):
    """One version of a prompt; `newest` is what its bare name means."""

    name: str
    version: str
    description: str
    fingerprint: str
    newest: bool


class PromptList(Value):
    """What `qa prompts list` found."""

    prompts: tuple[PromptEntry, ...]


class SettingValue(Value):
    """A setting: its value as text (None: not set; secrets masked), and where that comes from."""

    name: str
    value: str | None
    origin: Literal["flag", "environment", "file", "default"]
    place: str
    meaning: str


class SettingList(Value):
    """What `qa settings` found; `file` is the settings file that was read, "" if there is none."""

    file: str
    settings: tuple[SettingValue, ...]


class Health(Value):
    """What `qa doctor` found."""

    ok: bool
    stats: LibraryStats
    findings: tuple[Finding, ...]
    reembedded: int | None = None
