"""The seam between the two engines and the rest: a question and passages in, drafts out, nothing trusted
yet.

An engine proposes `Draft`s one by one; `grounding` decides which of them become `Statement`s.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from qa.types import Engine as EngineName
from qa.types import Modality, Notice, Passage, PromptRef, Usage, Value


class Quote(Value):
    """Words that an engine says stand in passage number `passage`."""

    passage: int
    text: str


class Draft(Value):
    """A statement as an engine proposes it. `modality` None means: take it from the cited words."""

    text: str
    quotes: tuple[Quote, ...]
    modality: Modality | None = None
    attributed_to: str = ""


class Outcome(Value):
    """The last thing an engine yields: why there is no (more) answer ("" if there is one), what it cost,
    what went wrong.
    """

    reason: str = ""
    usage: Usage = Usage()
    warnings: tuple[Notice, ...] = ()


class Engine(Protocol):
    """Anything that answers from passages. Holds no state between questions, so threads may share one."""

    @property
    def name(self) -> EngineName: ...

    @property
    def model(self) -> str: ...

    @property
    def prompt(self) -> PromptRef | None: ...

    @property
    def whole_articles(self) -> bool:
        """Whether it wants each found article whole, in one passage, rather than the stretches that were
        found.
        """
        ...

    def draft(self, question: str, passages: Sequence[Passage]) -> Iterator[Draft | Outcome]:
        """Drafts in the order of the answer, then exactly one Outcome. Raises ModelError."""
        ...
