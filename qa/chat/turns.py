"""What a conversation holds: its turns, and how each question was made to stand alone."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from qa.types import Answer, Usage, Value

FORMAT = 1
"""Of a conversation's JSON. A newer one is refused."""
MOST_TURNS = 200
"""A conversation forgets the turns before its last 200."""


class Rewriting(Value):
    """A question as typed, and as it is asked: `asked` stands alone, and is `typed` where nothing had to be
    added.

    `by` says who rewrote it ("" where nobody did). `reason` says, in words for a reader, why nothing was
    added although the question leans on something ("" otherwise). `usage` is what asking a model for it cost.
    """

    typed: str
    asked: str
    by: Literal["", "rules", "model"] = ""
    reason: str = ""
    usage: Usage = Usage()

    @property
    def changed(self) -> bool:
        """Whether what is asked is not what was typed."""
        return self.asked != self.typed


class Turn(Value):
    """A question, how it was made to stand alone, and the answer."""

    rewriting: Rewriting
    answer: Answer

    @property
    def question(self) -> str:
        """The question as typed."""
        return self.rewriting.typed

    @property
    def asked(self) -> str:
        """The question as it was asked."""
        return self.rewriting.asked


class History(Value):
    """A conversation as JSON: its turns, oldest first. `name` is "" for one that was never saved."""

    format: int = Field(default=FORMAT, ge=1)
    name: str = ""
    turns: tuple[Turn, ...] = Field(default=(), max_length=MOST_TURNS)
