"""What a run would cost before anything is spent: every question is prepared as it would be asked, and the
call itself left out."""

from __future__ import annotations

from collections.abc import Iterator

from qa.evals.asking import library_of
from qa.evals.cassettes import Cassettes, Tally
from qa.evals.running import Plan, asker_of, header_of, reused
from qa.models.exchange import Live, Piece, Request, Through
from qa.models.tokens import CHARACTERS_PER_TOKEN
from qa.types import Value

__all__ = ["CHARACTERS_PER_TOKEN", "REPLY_TOKENS", "Estimate", "estimate"]

REPLY_TOKENS = 350
"""What an answer takes, roughly: three statements with their quotes."""
_NOTHING = '{"answerable": false, "reason": "", "statements": []}'


class Estimate(Value):
    """Calls of a run, how many of them are recorded, the tokens of the rest (characters / 4 in, 350 out a
    call), and their price in US dollars, None for a model without a known price."""

    calls: int
    recorded: int
    input_tokens: int
    output_tokens: int
    dollars: float | None

    @property
    def to_make(self) -> int:
        """Calls that would be made."""
        return self.calls - self.recorded


class _Counting(Cassettes):
    """Counts the calls and makes none."""

    calls = 0
    recorded = 0
    characters = 0

    def through(self, trial: int, tally: Tally) -> Through:
        def count(request: Request, live: Live) -> Iterator[Piece]:
            self.calls += 1
            if self.mode in ("auto", "replay") and self.has(request, trial):
                self.recorded += 1
            else:
                self.characters += sum(len(text) for _, text in request.messages)
            yield Piece(text=_NOTHING, ended="stop")

        return count


def estimate(plan: Plan) -> Estimate:
    """The estimate for `plan`; what it takes over from an earlier run is no call. Repairs, trials that
    confirm a failure, and a judge's calls come on top."""
    counting = _Counting(plan.folder, plan.mode)
    if not plan.deterministic:
        with library_of(plan.suite, plan.settings) as library:
            header = header_of(plan, library)
            asker = asker_of(plan, library, counting)
            for task in plan.tasks:
                for trial in range(plan.first, plan.first + plan.count(task)):
                    if reused(plan, header, task, trial) is None:
                        asker.ask(task, trial)
    made = counting.calls - counting.recorded
    tokens = counting.characters // CHARACTERS_PER_TOKEN, made * REPLY_TOKENS
    return Estimate(
        calls=counting.calls,
        recorded=counting.recorded,
        input_tokens=tokens[0],
        output_tokens=tokens[1],
        dollars=plan.prices.cost(plan.settings.model, *tokens) if made else 0.0,
    )
