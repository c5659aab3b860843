"""The values that flow through `qa`, all frozen, so that JSON comes for free. Imports nothing of ours.

The JSON of the command line and of run files is these types and nothing else; their schema is in
`qa/schema.json`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Modality = Literal["confirmed", "expected", "conditional", "alleged", "denied", "opinion"]
"""How firmly the source states it. `denied` also covers what the source says is not so."""

Leg = Literal["lexical", "dense"]
"""Which half of the search found a passage: words (BM25) or meaning (vectors)."""

Engine = Literal["extractive", "chain"]
Style = Literal["brief", "bullets", "headline", "timeline", "digest"]
"""How a summary is laid out: running text, a list, one line, by the day of the event, or by story."""
Support = Literal["verbatim", "paraphrase"]


class Value(BaseModel):
    """Base of every type here: frozen, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ArticleHead(Value):
    """What is known about an article besides its text.

    `id` is stable: from the canonical URL, else from the text. `version` counts from 1 up each time the
    text, headline, outlet, authors or day of publication under that id changes. `published` has a time zone
    or is None (unknown; never taken from a file's time stamp). A day without a time is 00:00 UTC. `title`,
    `outlet`, `url` and `language` are "" where unknown.
    """

    id: str = Field(min_length=1)
    version: int = Field(default=1, ge=1)
    title: str = ""
    outlet: str = ""
    authors: tuple[str, ...] = ()
    url: str = ""
    published: AwareDatetime | None = None
    updated: AwareDatetime | None = None
    fetched: AwareDatetime | None = None
    language: str = ""


class Article(ArticleHead):
    """An article: its head and its body text, boilerplate and control characters off, paragraphs split by a
    blank line.
    """

    text: str

    @property
    def head(self) -> ArticleHead:
        """The article without its text."""
        return ArticleHead(**{name: getattr(self, name) for name in ArticleHead.model_fields})

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over all that a reader sees: everything but `version` and `fetched`. Equal digests:
        nothing changed.
        """
        kept = self.model_dump(mode="json", exclude={"version", "fetched"})
        return hashlib.sha256(repr(sorted(kept.items())).encode()).hexdigest()


class Span(Value):
    """A half-open range of characters, `text[start:end]`."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Chunk(Value):
    """One stretch of an article, `article.text[start:end]`: an exact slice on sentence borders; `ordinal`
    counts from 0.
    """

    article_id: str
    version: int
    ordinal: int = Field(ge=0)
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Passage(Value):
    """A stretch of an article that a search found, as an answerer is shown it.

    `number` counts from 1 in order of `score` (best first, 0 to 1 in one search). `text` is
    `article.text[start:end]`. `ordinals` are the chunks it was merged from. `found_by` says which legs
    found it, `lexical` and `dense` their own scores (BM25, cosine; None where that leg did not find it).
    `also_in` lists other articles that hold nearly the same words: wire copies, kept but not repeated.
    """

    number: int = Field(ge=1)
    article: ArticleHead
    ordinals: tuple[int, ...]
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str
    score: float
    found_by: tuple[Leg, ...]
    lexical: float | None = None
    dense: float | None = None
    also_in: tuple[ArticleHead, ...] = ()


class Filters(Value):
    """Which articles may be used: first and last day of publication (both included), outlets, article ids.

    Empty means all. Outlets are compared without regard to case. An article whose date is unknown is
    outside every date range.
    """

    since: dt.date | None = None
    until: dt.date | None = None
    outlets: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()

    @property
    def dated(self) -> bool:
        """Whether a date range is asked for."""
        return self.since is not None or self.until is not None

    def describe(self) -> str:
        """The filters in a reader's words, "" when there are none."""
        parts = []
        if self.since and self.until:
            parts.append(f"published {self.since} to {self.until}")
        elif self.since:
            parts.append(f"published since {self.since}")
        elif self.until:
            parts.append(f"published until {self.until}")
        if self.outlets:
            parts.append("from " + " or ".join(self.outlets))
        if self.articles:
            parts.append("article " + " or ".join(self.articles))
        return ", ".join(parts)


class Citation(Value):
    """Where a statement stands: `quote` is verbatim `article.text[start:end]`; `marker` is its number in
    the answer's text.
    """

    marker: int = Field(ge=1)
    article_id: str
    title: str = ""
    outlet: str = ""
    url: str = ""
    published: AwareDatetime | None = None
    updated: AwareDatetime | None = None
    quote: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class EventDate(Value):
    """Days that a statement speaks of: `words` as they stand in its text ("next week"), and the first and
    last day that they mean, counted from the day its article was published.
    """

    words: str
    first: dt.date
    last: dt.date


class Speaker(Value):
    """Who says it. `name` is as the source writes it ("Ann Roe", "two senior officials"), `role` what the
    source says of him or her ("finance minister"), `outlet` another outlet that is the source ("Le Soir"),
    each "" where unknown. `named` is False for anonymous sources; `form` tells the speaker's own words in
    quotation marks from a paraphrase.
    """

    name: str
    role: str = ""
    outlet: str = ""
    named: bool = True
    form: Literal["direct", "paraphrase"] = "paraphrase"


class Statement(Value):
    """One thing an answer says.

    `modality` is how firmly the cited source says it, `attributed_to` who says it there ("" = the outlet
    itself), and `speaker` what else is known of him or her. `dates` are the days it speaks of. `support`
    is "verbatim" when the words are the source's own (context added in square brackets), "paraphrase" when
    a model wrote them and every name, number and date was found in the cited words.
    """

    text: str
    modality: Modality = "confirmed"
    attributed_to: str = ""
    speaker: Speaker | None = None
    dates: tuple[EventDate, ...] = ()
    citations: tuple[Citation, ...] = Field(min_length=1)
    support: Support = "verbatim"

    @property
    def markers(self) -> tuple[int, ...]:
        """The numbers of its citations, each once, in their order."""
        return tuple(dict.fromkeys(citation.marker for citation in self.citations))


def each_once(statements: Iterable[Statement]) -> tuple[Citation, ...]:
    """Every citation of these statements once, in order of its marker."""
    by_marker = {c.marker: c for s in statements for c in s.citations}
    return tuple(by_marker[m] for m in sorted(by_marker))


class Side(Value):
    """One side of a disagreement: what it says (`value`, as written), the numbers of the statements that
    say so (counted from 1), who says so there (none: the outlets themselves), their outlets (sorted), and
    when it was first and last published.
    """

    value: str
    statements: tuple[int, ...]
    speakers: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    first: AwareDatetime | None = None
    last: AwareDatetime | None = None


class Conflict(Value):
    """Sources that do not agree. `disagreement`: they say so at the same time; `superseded`: a later report
    has another state of the same thing, the sides in order of time. `about` is what they differ on.
    """

    kind: Literal["disagreement", "superseded"]
    about: str
    sides: tuple[Side, ...] = Field(min_length=2)


class Coverage(Value):
    """What an answer rests on: number of cited articles, how many of them are independent (wire copies and
    near-copies count once), their outlets (sorted), first and last publication, undated articles.
    """

    articles: int = 0
    independent: int = 0
    outlets: tuple[str, ...] = ()
    first: AwareDatetime | None = None
    last: AwareDatetime | None = None
    undated: int = 0


class Notice(Value):
    """Something the reader should know about an answer: a machine-readable `code`, a sentence, and how
    often it happened.
    """

    code: str
    message: str
    count: int = Field(default=1, ge=1)


class PromptRef(Value):
    """Which prompt shaped an answer: `name@version` and the SHA-256 fingerprint of all that shapes the
    call.
    """

    name: str
    version: str
    fingerprint: str


class Usage(Value):
    """What an answer cost: model calls and tokens, all 0 for the extractive engine."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0

    @property
    def total_tokens(self) -> int:
        """Input and output together."""
        return self.input_tokens + self.output_tokens

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            calls=self.calls + other.calls,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
        )


class Answer(Value):
    """An answer that can be checked. `abstained` means no statements, and `reason` says why; else every
    `[n]` in `text` is a citation's marker, and `text` has the days that "next week" means in brackets.
    `as_of` and `filters` say what could be used, `asked_dates` the days that the question names, `conflicts`
    where sources do not agree, `warnings` what was withheld.
    """

    question: str
    as_of: dt.date | None = None
    asked_dates: tuple[EventDate, ...] = ()
    filters: Filters = Filters()
    text: str
    statements: tuple[Statement, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    abstained: bool = False
    reason: str = ""
    coverage: Coverage = Coverage()
    engine: Engine
    model: str = ""
    prompt: PromptRef | None = None
    usage: Usage = Usage()
    warnings: tuple[Notice, ...] = ()

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation once, in order of its marker."""
        return each_once(self.statements)


class Section(Value):
    """A part of a summary under its own heading: a story of a digest, or the day or days of an event in a
    timeline. `points` are the numbers of its points (from 1), `articles` the ids of all that belong to it,
    `first` and `last` the days it is about (None where they are not known).
    """

    heading: str
    points: tuple[int, ...]
    articles: tuple[str, ...] = ()
    first: dt.date | None = None
    last: dt.date | None = None
    coverage: Coverage = Coverage()


class Summary(Value):
    """A summary that can be checked: every point cites. `articles` are the heads of all that were
    summarized, in the order of their passages; `words` is the length asked for. `abstained` means no points,
    and `reason` says why; else every `[n]` in `text` is a citation's marker. The other fields are those of an
    Answer.
    """

    style: Style
    query: str = ""
    words: int = Field(ge=1)
    as_of: dt.date | None = None
    filters: Filters = Filters()
    articles: tuple[ArticleHead, ...] = ()
    text: str
    points: tuple[Statement, ...] = ()
    sections: tuple[Section, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    abstained: bool = False
    reason: str = ""
    coverage: Coverage = Coverage()
    engine: Engine
    model: str = ""
    prompt: PromptRef | None = None
    usage: Usage = Usage()
    warnings: tuple[Notice, ...] = ()

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation once, in order of its marker."""
        return each_once(self.points)
