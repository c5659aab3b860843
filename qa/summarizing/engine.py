"""The seam between the two summarizers and the rest: a brief and whole articles in, points out, nothing
trusted yet.

`qa.answering.grounding` decides which points become statements of a `Summary`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from pydantic import Field

from qa.answering.engine import Draft, Outcome
from qa.answering.question import Question, parse
from qa.types import Engine as EngineName
from qa.types import Passage, PromptRef, Style, Value

LENGTHS: dict[Style, int] = {"brief": 80, "bullets": 100, "headline": 12, "timeline": 150, "digest": 50}
"""Words where none are asked for; those of a digest are for each story."""
ABOUT_ALL = "What happened?"
"""The question that a summary without a query answers."""
SLACK = 0.1
"""How far from the words asked for a summary may be, as a share of them."""


class Brief(Value):
    """What is asked for: the style, how many words, and what the summary is about ("" for all of it)."""

    style: Style
    words: int = Field(ge=1)
    query: str = ""

    @property
    def question(self) -> Question:
        """The question that it answers, by which its sources are compared."""
        return parse(self.query or ABOUT_ALL)

    @property
    def most(self) -> int:
        """The most words that still keep to the length asked for."""
        return int(self.words * (1 + SLACK))

    @property
    def least(self) -> int:
        """The fewest words that still keep to it; a headline may have half of them."""
        if self.style == "headline":
            return -(-self.words // 2)
        return -int(-self.words * (1 - SLACK) // 1)


class Summarizer(Protocol):
    """Anything that summarizes. Holds no state between summaries, so threads may share one."""

    @property
    def name(self) -> EngineName: ...

    @property
    def model(self) -> str: ...

    @property
    def prompt(self) -> PromptRef | None: ...

    def draft(self, brief: Brief, passages: Sequence[Passage]) -> Iterator[Draft | Outcome]:
        """The points in the order of the summary, together about `brief.words` long, then exactly one
        Outcome.

        `passages` are whole articles, numbered from 1; never empty. For a `timeline` the points come in any
        order: they are sorted by the days they speak of. A `digest` is not asked for here: it is a brief of
        each story. Raises ModelError.
        """
        ...


def count_words(text: str) -> int:
    """The words of a text as a reader counts them: what stands between spaces, brackets included."""
    return len(text.split())
