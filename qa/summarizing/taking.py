"""Takes points out of articles, and merges them until one call holds them all. Every point is grounded before
it goes on, so that nothing unsupported reaches the summary.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from qa.answering.drafting import Ask, drafts
from qa.answering.engine import Draft, Outcome
from qa.answering.fencing import as_material
from qa.answering.grounding import Withheld
from qa.models.asking import Model
from qa.prompts import Prompt
from qa.summarizing.at_once import each
from qa.summarizing.engine import Brief
from qa.summarizing.notes import Notes
from qa.summarizing.planning import NONE_GIVEN, Plan, Prompts, variables, words_taken
from qa.summarizing.pointing import grounded
from qa.summarizing.sections import evenly
from qa.types import Notice, Passage, Statement, Usage, Value


class Call(NamedTuple):
    """One call: the prompt, what fills it, and, where it merges, the notes that it is shown."""

    prompt: Prompt
    values: dict[str, str]
    notes: Notes | None = None


class Points(Value):
    """What one call gave, or several: points that stood the check, what did not, what it cost."""

    stood: tuple[Statement, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    usage: Usage = Usage()
    warnings: tuple[Notice, ...] = ()

    def __add__(self, other: Points) -> Points:
        return Points(
            stood=self.stood + other.stood,
            withheld=self.withheld + other.withheld,
            usage=self.usage + other.usage,
            warnings=self.warnings + other.warnings,
        )


class Taking:
    """The calls of one summary that does not fit one; `ask` makes them."""

    def __init__(
        self, model: Model, ask: Ask, prompts: Prompts, brief: Brief, passages: Sequence[Passage], plan: Plan
    ) -> None:
        self._model = model
        self._ask = ask
        self._prompts = prompts
        self._brief = brief
        self._passages = passages
        self._plan = plan

    def gather(self, at_once: int, done: Callable[[], None]) -> Points:
        """The points that the last call is to merge, in the order of the articles. Raises ModelError."""
        groups = each(self._plan.batches, self.taken, at_once, done)
        while len(groups) > self._plan.fan:
            groups = each(evenly(groups, self._plan.fan), self.merged, at_once, done)
        return together(groups)

    def taken(self, batch: Sequence[Passage]) -> Points:
        """The points of one call's articles. Raises ModelError."""
        return self._kept(self.taking(batch), batch)

    def merged(self, groups: Sequence[Points]) -> Points:
        """The points of several calls as fewer, by one call; none without any points. Raises ModelError."""
        before = together(groups)
        if not before.stood:
            return before
        found = self._kept(self.merging(before.stood), self._passages)
        return before.model_copy(update={"stood": ()}) + found

    def taking(self, batch: Sequence[Passage]) -> Call:
        """The call that takes points out of articles."""
        prompt = self._prompts.points
        values = variables(prompt, self._brief, words=words_taken(self._brief))
        return Call(prompt, {**values, "passages": as_material(batch)})

    def merging(self, points: Sequence[Statement], given: str = NONE_GIVEN, *, last: bool = False) -> Call:
        """The call that merges points: into fewer, or, the `last`, into the summary."""
        prompt, notes = self._prompts.merge, Notes(points, self._passages)
        words = self._brief.words if last else words_taken(self._brief)
        values = variables(prompt, self._brief, words=words, given=given)
        return Call(prompt, {**values, "points": notes.shown()}, notes)

    def _kept(self, call: Call, shown: Sequence[Passage]) -> Points:
        found = Points()
        for event in drafts(self._model, self._ask, call.prompt, call.values):
            if isinstance(event, Outcome):
                found += Points(usage=event.usage, warnings=event.warnings)
            else:
                found += checked(call.notes.in_the_articles(event) if call.notes else event, shown)
        kept = Notes(found.stood, self._passages).within(self._plan.notes)
        return found.model_copy(update={"stood": tuple(kept)})


def checked(draft: Draft, passages: Iterable[Passage]) -> Points:
    """A draft as a point that stood, or that was withheld."""
    result = grounded(draft, passages)
    return Points(withheld=(result,)) if isinstance(result, Withheld) else Points(stood=(result,))


def together(groups: Iterable[Points]) -> Points:
    """Several as one, in their order."""
    return sum(groups, start=Points())
