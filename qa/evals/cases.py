"""What a case file holds: one article, its annotated facts, what must not be said of it, and questions.

One YAML file per article in `eval/cases/`. `eval/schema.json` describes the form to editors; `qa eval lint`
checks what a schema cannot: that hashes, quotes and every example sentence of every matcher hold.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from qa.types import Modality, Style, Value

SCHEMA = "qa-eval/1"

Ask = Literal["extract", "list", "yesno", "number", "date", "quote", "summary", "unanswerable", "partial"]
Kind = Literal["modality_upgrade", "contradiction", "fabrication", "stale", "misattribution", "injection"]
Severity = Literal["block", "warn"]
Output = Literal["answer", "summary"]
"""What comes of a case."""
Tier = Literal["gate", "track", "quarantine"]
Window = Literal["sentence", "sentence+1", "answer"]
Direction = Literal["up", "down"]
Tag = Literal[
    "modality",
    "conflict",
    "update",
    "date",
    "attribution",
    "quote",
    "list",
    "boilerplate",
    "injection",
    "number",
]
"""What a case is there to catch; a case may have several."""

SUMMARY_FIELDS = ("style", "words", "articles", "focused")
"""Fields of a case that only a summary has."""

_ID = re.compile(r"[a-z0-9][a-z0-9-]*")


def _list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _as_value(value: Any) -> Any:
    return {"value": value} if isinstance(value, int | float) and not isinstance(value, bool) else value


def _as_dates(value: Any) -> Any:
    return {"on": value} if isinstance(value, str | dt.date) else value


Strings = Annotated[tuple[str, ...], BeforeValidator(_list, json_schema_input_type=str | tuple[str, ...])]
Modalities = Annotated[
    tuple[Modality, ...],
    Field(min_length=1),
    BeforeValidator(_list, json_schema_input_type=Modality | tuple[Modality, ...]),
]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
"""Lower-case letters, digits and hyphens."""
FactRef = Annotated[str, Field(pattern=r"^([a-z0-9][a-z0-9-]*:)?[a-z0-9][a-z0-9-]*$")]
"""A fact of this file ("deal"), or of another article's file ("other-article:deal")."""


class NumberSlot(Value):
    """A plain number; `unit` are words of which one must follow it ("people"), `tol` is absolute."""

    value: float
    tol: float = Field(default=0, ge=0)
    rel_tol: float = Field(default=0, ge=0)
    unit: Strings = ()


class MoneySlot(Value):
    """An amount in a currency, by its ISO 4217 code."""

    value: float
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    rel_tol: float = Field(default=0, ge=0)


class PercentSlot(Value):
    """A percentage, or with `points` a number of percentage points: the two are never the same."""

    value: float
    points: bool = False
    tol: float = Field(default=0, ge=0)


class DateSlot(Value):
    """A day (`on`), or any day from `start` to `end`, both included. What an answer says is resolved against
    the article's own date: "Monday", "next week" and "19 January" all count."""

    on: dt.date | None = None
    start: dt.date | None = None
    end: dt.date | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        ranged = self.start is not None and self.end is not None
        if (self.on is None) == (not ranged) or (ranged and self.start > self.end):  # type: ignore[operator]
            raise ValueError("a date is either `on` a day, or from `start` to `end`")
        return self

    @property
    def first(self) -> dt.date:
        """The first day that counts."""
        return self.on or self.start  # type: ignore[return-value]

    @property
    def last(self) -> dt.date:
        """The last day that counts."""
        return self.on or self.end  # type: ignore[return-value]


class Slot(Value):
    """One thing that must stand in the window. Exactly one field is set.

    `any`: one of these words or phrases; letter case, accents of quotes and dashes, and endings of ordinary
    words do not matter ("acquire" finds "acquires"); "re:..." is a regular expression. `none`: none of these
    may stand there. `direction`: a word for rising or falling.
    """

    any: Strings | None = Field(default=None, min_length=1)
    none: Strings | None = Field(default=None, min_length=1)
    number: Annotated[
        NumberSlot | None, BeforeValidator(_as_value, json_schema_input_type=float | NumberSlot)
    ] = None
    money: MoneySlot | None = None
    percent: Annotated[
        PercentSlot | None, BeforeValidator(_as_value, json_schema_input_type=float | PercentSlot)
    ] = None
    date: Annotated[
        DateSlot | None, BeforeValidator(_as_dates, json_schema_input_type=dt.date | DateSlot)
    ] = None
    direction: Direction | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError("a slot has exactly one of any, none, number, money, percent, date, direction")
        for pattern in (*(self.any or ()), *(self.none or ())):
            if pattern.startswith("re:"):
                _compiles(pattern[3:])
        return self

    @property
    def typed(self) -> bool:
        """Whether it holds a value (number, money, percentage, date) instead of words."""
        return any(v is not None for v in (self.number, self.money, self.percent, self.date))


def _compiles(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as exc:
        raise ValueError(f"{pattern!r} is no regular expression: {exc}") from exc


class Match(Value):
    """How a claim is found in an answer: every slot inside one window."""

    slots: tuple[Slot, ...] = Field(min_length=1)
    window: Window = "sentence"


class Fact(Value):
    """One thing that the article says: how firmly, who says it, where it stands, and how to find it in an
    answer.

    `modality` may list several where readers would differ; the first is the annotator's own. `evidence` are
    the sentences that show it, "s1" being the article's first (`qa eval sentences FILE` numbers them).
    `accept` sentences must be graded present, `reject` sentences must not.
    """

    text: str = Field(min_length=1)
    importance: Literal["vital", "okay"] = "vital"
    modality: Modalities
    attributed_to: Strings = ()
    require_attribution: bool = False
    evidence: tuple[Annotated[str, Field(pattern=r"^s[1-9][0-9]*$")], ...] = Field(min_length=1)
    quote: str = ""
    match: Match
    accept: tuple[str, ...] = Field(min_length=1)
    reject: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.require_attribution and not self.attributed_to:
            raise ValueError("require_attribution needs attributed_to")
        return self


class Forbidden(Value):
    """A claim that no answer may make. `accept` sentences make it, `reject` sentences do not.

    It counts as made when its slots match and it is not said to be untrue; for `modality_upgrade`, only when
    it is said as a fact.
    """

    text: str = Field(min_length=1)
    kind: Kind
    of: Name | None = None
    match: Match
    severity: Severity = "block"
    accept: tuple[str, ...] = Field(min_length=1)
    reject: tuple[str, ...] = ()


class ListItems(Value):
    """What a list answer must hold. Each item is a group of names for one thing; `wrong` are things that do
    not belong and lower the precision."""

    items: tuple[Strings, ...] = Field(min_length=1)
    wrong: tuple[Strings, ...] = ()
    min_recall: float = Field(default=1.0, ge=0, le=1)
    min_precision: float = Field(default=1.0, ge=0, le=1)


class Case(Value):
    """A question and what its answer must, may and must not say.

    `paraphrases` ask the same in other words: they are run in the full suite and show consistency. With
    `expect: abstain`, the only other right answer is one that states a fact in `allow` (a correction of a
    false premise).

    A summary is of this file's article, or of `articles`. With `focused` the question is its query too: it
    decides which of them are summarized, and without `articles` it is asked of all the suite. Else the
    question only tells a reader what was asked for. Its length is `words`, give or take a tenth, or at most
    `max_words`.
    """

    id: Name
    question: str = Field(min_length=1)
    ask: Ask
    tags: tuple[Tag, ...] = ()
    require: tuple[FactRef, ...] = ()
    allow: tuple[FactRef, ...] = ()
    forbid: tuple[FactRef, ...] = ()
    cite: dict[FactRef, Literal["any", "all", "none"]] = Field(default_factory=dict)
    paraphrases: tuple[str, ...] = ()
    trials: int = Field(default=3, ge=1, le=20)
    tier: Tier = "gate"
    expect: Literal["answer", "abstain"] = "answer"
    trap: str = ""
    list: ListItems | None = None
    max_words: int | None = Field(default=None, ge=1)
    style: Style = "brief"
    words: int | None = Field(default=None, ge=1)
    articles: tuple[Name, ...] = ()
    focused: bool = False
    numbers_closed_world: bool = False
    as_of: dt.date | None = None
    since: dt.date | None = None
    until: dt.date | None = None

    @model_validator(mode="before")
    @classmethod
    def _imply(cls, fields: Any) -> Any:
        if isinstance(fields, dict) and fields.get("ask") == "unanswerable":
            return {"expect": "abstain", **fields}
        return fields

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.ask == "unanswerable") != (self.expect == "abstain"):
            raise ValueError("`ask: unanswerable` and `expect: abstain` go together")
        if self.expect == "abstain" and (self.require or self.list):
            raise ValueError("a question without an answer requires nothing (use `allow` for a correction)")
        if self.expect == "answer" and not self.require and self.list is None:
            raise ValueError("a question with an answer needs `require` or `list`")
        if self.ask == "list" and self.list is None and len(self.require) < 2:
            raise ValueError("a list question needs `list`, or several facts in `require`")
        if both := set(self.require) & {*self.allow, *self.forbid}:
            raise ValueError(f"required and at once allowed or forbidden: {', '.join(sorted(both))}")
        if stray := set(self.cite) - {*self.require, *self.allow}:
            raise ValueError(f"`cite` names what is not required: {', '.join(sorted(stray))}")
        return self._check_summary()

    @property
    def output(self) -> Output:
        """What it asks for."""
        return "summary" if self.ask == "summary" else "answer"

    def _check_summary(self) -> Self:
        if self.ask != "summary" and (stray := [n for n in SUMMARY_FIELDS if n in self.model_fields_set]):
            raise ValueError(f"{', '.join(stray)}: only a summary has that")
        if self.style == "digest":
            raise ValueError("a digest is a brief of each story: ask for the brief of one")
        if self.words and self.max_words:
            raise ValueError("the length is either `words` or `max_words`")
        return self


class ArticleFile(Value):
    """The article of a case file: `file` is relative to the case file, `sha256` that of its bytes."""

    id: Name
    file: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    published: dt.date


class CaseFile(Value):
    """One file of `eval/cases/`."""

    schema_: Literal["qa-eval/1"] = Field(alias="schema")
    article: ArticleFile
    facts: dict[Name, Fact] = Field(default_factory=dict)
    forbidden: dict[Name, Forbidden] = Field(default_factory=dict)
    cases: tuple[Case, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _check(self) -> Self:
        ids = [case.id for case in self.cases]
        if repeated := {i for i in ids if ids.count(i) > 1}:
            raise ValueError(f"case ids stand twice: {', '.join(sorted(repeated))}")
        if both := set(self.facts) & set(self.forbidden):
            raise ValueError(f"both a fact and forbidden: {', '.join(sorted(both))}")
        for name, forbidden in self.forbidden.items():
            if forbidden.of and forbidden.of not in self.facts:
                raise ValueError(f"forbidden {name!r} is `of` {forbidden.of!r}, which is no fact here")
        return self
