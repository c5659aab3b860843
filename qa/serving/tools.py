"""What other programs' agents may ask of the newsroom: four tools, none of which changes anything.

Each takes checked arguments and gives a value whose JSON is the structured result, and a text that a language
model can read.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from qa.answering.question import clean_question, narrow
from qa.errors import UsageError
from qa.quoting import QUOTED, answer_text, article_text, passages_text, summary_text
from qa.types import Answer, Article, Filters, Passage, Style, Summary, Value

if TYPE_CHECKING:
    from qa.assistant import Assistant

DAY = "(YYYY-MM-DD)"
MOST_PASSAGES = 50
MOST_WORDS = 5_000
MOST_NAMES = 200
MOST_VERSIONS = 1_000_000


def _listed(value: Any) -> Any:
    """Some clients send a list as the text of its JSON, or its only item bare."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        try:
            return json.loads(value)
        except ValueError:
            pass
    return [value]


def _nothing(value: Any) -> Any:
    """Models fill in what they do not mean: an empty day is none."""
    return None if value == "" else value


def _asking(value: str) -> str:
    if not any(character.isalnum() for character in value):
        raise ValueError("it is empty")
    return value


Question = Annotated[str, AfterValidator(_asking)]
_Day = Annotated[dt.date, Field(ge=dt.date(1700, 1, 1), le=dt.date(2300, 1, 1))]
_Name = Annotated[str, Field(min_length=1, max_length=500)]
Day = Annotated[_Day | None, BeforeValidator(_nothing)]
Names = Annotated[tuple[_Name, ...], Field(max_length=MOST_NAMES), BeforeValidator(_listed)]


class Choosing(BaseModel):
    """Which articles may be used."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: Day = Field(None, description=f"Only articles published on this day or later {DAY}.")
    until: Day = Field(None, description=f"Only articles published on this day or earlier {DAY}.")
    outlets: Names = Field((), description='Only articles of these outlets, such as ["Evening Post"].')
    articles: Names = Field((), description="Only these articles, by id (the first 6 characters will do).")

    @property
    def filters(self) -> Filters:
        """The same as Filters. Raises UsageError for a range without a day in it."""
        found = Filters(since=self.since, until=self.until, outlets=self.outlets, articles=self.articles)
        return narrow(found, None)


class Asking(Choosing):
    """The arguments of `ask`."""

    question: Question = Field(description="The question, complete in itself: with names, not with pronouns.")
    as_of: Day = Field(None, description=f"Answer as on this day: nothing published later is used {DAY}.")


class Searching(Choosing):
    """The arguments of `search`."""

    query: Question = Field(description="What the passages should be about: a question or key words.")
    k: int = Field(8, ge=1, le=MOST_PASSAGES, description="How many passages at most.")


class Summarizing(Choosing):
    """The arguments of `summarize`."""

    articles: Names = Field((), description="The ids of the articles; without any, query and days choose.")
    query: str = Field("", description="Summarize what the articles say about this.")
    style: Style = Field("brief", description="Running text, a list, one line, by day, or story by story.")
    words: int | None = Field(
        None, ge=1, le=MOST_WORDS, description="About how long (80, a headline 12; of a digest, each story)."
    )
    as_of: Day = Field(None, description=f"Summarize as on this day: nothing published later is used {DAY}.")


class Reading(BaseModel):
    """The arguments of `article`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: _Name = Field(description="The article's id, from a citation or a search.")
    version: int | None = Field(
        None,
        ge=1,
        le=MOST_VERSIONS,
        description="An older version, counted from 1; the newest if left out.",
    )


class Found(Value):
    """What `search` found, best first."""

    question: str
    filters: Filters
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Tool:
    """A tool: its name, what it is for, the types of what goes in and what comes out, and how it is run."""

    name: str
    title: str
    description: str
    takes: type[BaseModel]
    gives: type[Value]
    run: Callable[[Assistant, Any], tuple[Value, str]]

    def call(self, assistant: Assistant, arguments: dict[str, Any]) -> tuple[Value, str]:
        """The result and its text. Raises UsageError for wrong arguments, and every error of `qa`."""
        try:
            checked = self.takes.model_validate(arguments)
        except ValidationError as exc:
            takes = ", ".join(self.schema["properties"])
            raise UsageError(_wrong(exc), f"{self.name} takes {takes}.") from exc
        return self.run(assistant, checked)

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON schema of the arguments, what must be given first: models write them in this order."""
        schema = self.takes.model_json_schema()
        fields, first = schema["properties"], schema.get("required", [])
        return {**schema, "properties": {name: fields[name] for name in dict.fromkeys([*first, *fields])}}


def _ask(assistant: Assistant, asked: Asking) -> tuple[Value, str]:
    answer = assistant.ask(asked.question, as_of=asked.as_of, filters=asked.filters)
    return answer, f"{QUOTED}\n{answer_text(answer)}"


def _search(assistant: Assistant, asked: Searching) -> tuple[Value, str]:
    query = clean_question(asked.query)
    passages = assistant.search(query, k=asked.k, filters=asked.filters)
    found = Found(question=query, filters=asked.filters, passages=passages)
    return found, f"{QUOTED}\n{passages_text(passages)}"


def _summarize(assistant: Assistant, asked: Summarizing) -> tuple[Value, str]:
    chosen = asked.articles or asked.query or asked.outlets or asked.since or asked.until
    if not chosen and asked.style not in ("digest", "timeline"):
        raise UsageError("nothing to summarize", "Give articles (search finds their ids), a query, or days.")
    filters = asked.filters.model_copy(update={"articles": ()})
    summary = assistant.summarize(
        asked.articles,
        query=asked.query,
        style=asked.style,
        words=asked.words,
        as_of=asked.as_of,
        filters=filters,
    )
    return summary, f"{QUOTED}\n{summary_text(summary)}"


def _article(assistant: Assistant, asked: Reading) -> tuple[Value, str]:
    article = assistant.article(asked.id, asked.version)
    return article, f"{QUOTED}\n{article_text(article, len(assistant.versions(article.id)))}"


TOOLS = (
    Tool(
        "ask",
        "Ask the newsroom's articles",
        "Answers a question from the newsroom's own news articles. Every statement is checked against an "
        "article and cited, with how firmly it is said (confirmed, expected, alleged, denied) and by whom; "
        "where articles disagree, both sides are given. Abstains, with the reason, where the articles hold "
        "no answer: then say so, and do not answer from memory.",
        Asking,
        Answer,
        _ask,
    ),
    Tool(
        "search",
        "Search the newsroom's articles",
        "Finds the passages of the newsroom's news articles that are nearest to a query, best first, each "
        "with its outlet, day, headline, address and article id. Use it to look around; use ask for an "
        "answer.",
        Searching,
        Found,
        _search,
    ),
    Tool(
        "summarize",
        "Summarize news articles",
        "Summarizes articles of the newsroom (by id, by what a query finds, or by days of publication), "
        "each sentence cited: brief text, bullets, a headline, a timeline of events, or a digest by story.",
        Summarizing,
        Summary,
        _summarize,
    ),
    Tool(
        "article",
        "Read one article",
        "Gives one article of the newsroom whole, with its headline, outlet, authors, address and days. Use "
        "it to read around a quotation before relying on it.",
        Reading,
        Article,
        _article,
    ),
)  # fmt: skip
"""All of them, in the order in which an agent should consider them."""


def _wrong(exc: ValidationError) -> str:
    """What is wrong with the arguments, each in a few words."""
    return "; ".join(
        f"{'.'.join(map(str, error['loc'])) or 'arguments'}: {_in_lower_case(error)}"
        for error in exc.errors()
    )


def _in_lower_case(error: Any) -> str:
    if error["type"] == "extra_forbidden":
        return "there is no such argument"
    if error["type"] == "missing":
        return "it is missing"
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    if error["type"].startswith("date"):
        return "it is no day, written as 2026-01-13"
    message = str(error["msg"])
    return message[:1].lower() + message[1:]
