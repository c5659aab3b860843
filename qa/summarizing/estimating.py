"""What a summary would cost before anything is spent: its calls are planned as they would be made, those that
are remembered are played back, and the others left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NoReturn, TypeVar

from qa.answering.drafting import Ask, drafts
from qa.models.asking import Model
from qa.summarizing.engine import Brief
from qa.summarizing.planning import REPLY_TOKENS_A_WORD, Plan, tokens_of, words_taken
from qa.summarizing.sections import evenly
from qa.summarizing.taking import Call, Points, Taking, together
from qa.types import Value

T = TypeVar("T")


class CallEstimate(Value):
    """Calls of a summary, how many of them are remembered, and roughly the tokens of the rest. Repairs, and a
    second call for a summary that is too short, come on top.
    """

    calls: int
    remembered: int = 0
    input_tokens: int = 0
    output_tokens: int = 0

    @property
    def to_make(self) -> int:
        """Calls that would be made."""
        return self.calls - self.remembered

    def __add__(self, other: CallEstimate) -> CallEstimate:
        names = CallEstimate.model_fields
        return CallEstimate(**{name: getattr(self, name) + getattr(other, name) for name in names})


class NotMadeError(Exception):
    """A call is not remembered, and none is made."""


def not_made() -> NoReturn:
    """In place of a call. Raises NotMadeError."""
    raise NotMadeError


class Estimating:
    """Counts the calls of a plan; `ask` replays them, and raises NotMadeError where it cannot."""

    def __init__(self, model: Model, ask: Ask, brief: Brief, plan: Plan) -> None:
        self._model = model
        self._ask = ask
        self._brief = brief
        self._plan = plan

    def only(self, call: Call) -> CallEstimate:
        """The estimate for a plan of one call."""
        return self._last(call) or self._to_make(tokens_of(call.prompt, call.values), self._brief.words)

    def all_of(self, taking: Taking) -> CallEstimate:
        """The estimate for a plan of many."""
        total = CallEstimate(calls=0)
        groups: list[Points | None] = []
        for batch in self._plan.batches:
            groups.append(_known(partial(taking.taken, batch)))
            call = taking.taking(batch)
            total += self._one(groups[-1], tokens_of(call.prompt, call.values))
        while len(groups) > self._plan.fan:
            merged: list[Points | None] = []
            for some in evenly(groups, self._plan.fan):
                there = _all_known(some)
                merged.append(_known(partial(taking.merged, there)) if there else None)
                total += self._one(merged[-1], self._merging(taking, some))
            groups = merged
        last = None
        if there := _all_known(groups):
            last = self._last(taking.merging(together(there).stood, last=True))
        return total + (last or self._to_make(self._merging(taking, groups), self._brief.words))

    def _one(self, known: Points | None, tokens: int) -> CallEstimate:
        if known is not None:
            return CallEstimate(calls=1, remembered=1)
        return self._to_make(tokens, words_taken(self._brief))

    def _to_make(self, tokens: int, words: int) -> CallEstimate:
        return CallEstimate(calls=1, input_tokens=tokens, output_tokens=words * REPLY_TOKENS_A_WORD)

    def _last(self, call: Call) -> CallEstimate | None:
        """The estimate for the call that writes the summary, if it is remembered."""
        events = _known(lambda: list(drafts(self._model, self._ask, call.prompt, call.values)))
        return CallEstimate(calls=1, remembered=1) if events else None

    def _merging(self, taking: Taking, groups: Sequence[Points | None]) -> int:
        """The input of a merging call: points not known yet are taken to be as long as they may be."""
        stood = together(group for group in groups if group).stood
        call = taking.merging(stood)
        return tokens_of(call.prompt, call.values) + self._plan.notes * sum(group is None for group in groups)


def _known(find: Callable[[], T]) -> T | None:
    try:
        return find()
    except NotMadeError:
        return None


def _all_known(groups: Sequence[Points | None]) -> list[Points]:
    """The groups if every one is known, else none."""
    there = [group for group in groups if group is not None]
    return there if len(there) == len(groups) else []
