"""The judge tier: a model looks at the facts that the rules could not decide, and at nothing else.

One call for each answer, all its undecided facts together in a shuffled order. What the judge says counts
only with a quote that stands word for word in the answer; anything else is discarded, and a fact without any
verdict left stays undecided. It is asked only when it has been calibrated against human labels (see
`calibration`).
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from qa.answering.words import find_verbatim
from qa.config import Settings
from qa.errors import ModelError, ModelOutputError
from qa.evals.asking import HOPELESS
from qa.evals.cassettes import Cassettes, Tally
from qa.evals.claims import said_in
from qa.evals.grading import grade
from qa.evals.runs import Trial
from qa.evals.scores import State
from qa.evals.suite import Suite, Task, digest
from qa.models.asking import Model
from qa.models.exchange import Request
from qa.models.faults import address
from qa.models.prices import Prices
from qa.prompts import Prompt, load
from qa.types import Modality, Value

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

Support = Literal["support", "partial", "not"]
VOTES = 3


class Opinion(Value):
    """What the judge says of one fact. `quote` are the answer's words that it rests on."""

    fact: str
    verdict: Support
    modality: Modality = "confirmed"
    quote: str = ""


class Judge:
    """A judge: a model, a prompt, and its recordings. `gates` says whether its verdicts count."""

    def __init__(
        self,
        suite: Suite,
        settings: Settings,
        cassettes: Cassettes,
        *,
        gates: bool = False,
        prompt: str = "judge",
        model: BaseChatModel | None = None,
        prices: Prices | None = None,
        seed: int = 0,
    ) -> None:
        self.suite = suite
        self.settings = settings
        self.gates = gates
        self._cassettes = cassettes
        self._prompt: Prompt = load(prompt)
        self._model = Model(settings, model)
        self._prices = prices or Prices()
        self._seed = seed

    @property
    def id(self) -> str:
        """Names the judge by all that shapes it: model, server, prompt, temperature."""
        who = self._model.name
        shaping = [who, address(self.settings), self._prompt.fingerprint, self.settings.temperature]
        return f"{who}#{digest(shaping)[:12]}"

    def decide(self, task: Task, trial: Trial) -> Trial:
        """The trial with its undecided required facts judged; unchanged when there are none, or when the
        judge does not gate. A judge that gives no reply, or none that can be read, leaves them undecided, and
        `error` says so; raises ReplayMissError, and those model errors that would not go away."""
        score, said = trial.score, trial.said
        undecided = [f.fact for f in score.facts if f.required and f.state == "undecided"] if score else []
        if not undecided or said is None or not self.gates:
            return trial
        tally = Tally()
        try:
            votes = self._votes(undecided, said.text, tally)
        except HOPELESS:
            raise
        except ModelError as exc:
            said_why = {"error": f"the judge gave no verdict: {exc.message}"}
            return trial.model_copy(update={**said_why, **self._spent(tally)})
        decided = {fact: self._majority(fact, votes) for fact in undecided}
        judged = {fact: state for fact, state in decided.items() if state is not None}
        score = grade(self.suite, task, said, judged)
        return trial.model_copy(update={"score": score, **self._spent(tally)})

    def _spent(self, tally: Tally) -> dict[str, object]:
        tokens = (tally.input_tokens, tally.output_tokens)
        cost = self._prices.cost(self.settings.model, *tokens)
        return {"judge_calls": tally.calls, "judge_cost": cost}

    def _votes(self, facts: Sequence[str], text: str, tally: Tally) -> list[dict[str, Opinion]]:
        first = self.opinions(facts, text, tally=tally)
        if all(o.verdict != "support" for o in first.values()):
            return [first]
        # The rules had found nothing, so "support" is a change: it is asked for twice more. Whether a change
        # helps or harms the candidate makes no difference.
        return [first, *(self.opinions(facts, text, n, tally) for n in range(2, VOTES + 1))]

    def opinions(
        self, facts: Sequence[str], text: str, round_: int = 1, tally: Tally | None = None
    ) -> dict[str, Opinion]:
        """What the judge says of each fact in `text`, those with a quote that stands there. `round_` counts
        repeats, each in another order; `tally` gets what they took. Raises ModelError, ReplayMissError.
        """
        order = list(facts)
        random.Random(f"{self._seed}-{round_}").shuffle(order)  # noqa: S311
        request = self._request(order, text)
        pieces = self._cassettes.through(round_, tally or Tally())(
            request, partial(self._model.live, request)
        )
        reply = "".join(piece.text for piece in pieces)
        spoken = " ".join(s.text for s in said_in(text))
        return {
            opinion.fact: opinion
            for opinion in _opinions(reply, order)
            if opinion.verdict == "not" or (opinion.quote and find_verbatim(opinion.quote, spoken))
        }

    def _request(self, order: Sequence[str], text: str) -> Request:
        listed = "\n".join(f"{n}. {self.suite.facts[name].text}" for n, name in enumerate(order, 1))
        messages = self._prompt.render(facts=listed, answer=text)
        return self._model.request(messages, self._prompt.output)

    def _majority(self, fact: str, votes: Sequence[dict[str, Opinion]]) -> State | None:
        """What most of the votes say of `fact`; None without a majority: too many were discarded."""
        allowed = set(self.suite.facts[fact].modality)
        given = [v[fact] for v in votes if fact in v]
        support = [o for o in given if o.verdict == "support"]
        if 2 * (len(given) - len(support)) > len(votes):
            return "absent"
        if 2 * len(support) <= len(votes):
            return None
        return (
            "present" if 2 * sum(o.modality in allowed for o in support) > len(support) else "wrong_modality"
        )


def _opinions(reply: str, order: Sequence[str]) -> Iterator[Opinion]:
    start = reply.find("{")
    try:
        found: Any = json.JSONDecoder().raw_decode(reply, max(start, 0))[0]
        entries = found["facts"]
    except (ValueError, KeyError, TypeError, RecursionError) as exc:
        raise ModelOutputError(
            "the judge's reply is not in the form asked for", "Set another judge.", reply=reply
        ) from exc
    for entry in entries if isinstance(entries, list) else ():
        number = entry.get("number") if isinstance(entry, dict) else None
        if isinstance(number, int) and 1 <= number <= len(order):
            fields = {k: entry[k] for k in ("verdict", "modality", "quote") if k in entry}
            try:
                yield Opinion(fact=order[number - 1], **fields)
            except ValueError:  # a verdict or modality that does not exist: discarded
                continue
