"""The judge tier: a model looks at the facts that the rules could not decide, and at nothing else.

One call for each answer, all its undecided facts together in a shuffled order. What the judge says counts only
with a quote that stands word for word in the answer; anything else is discarded. It may gate only when it has
been calibrated against human labels (see `calibration`); else its verdicts are shown beside, as information.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from qa.answering.words import find_verbatim
from qa.config import Settings
from qa.errors import ModelOutputError
from qa.evals.cassettes import Cassettes, Tally
from qa.evals.claims import said_in
from qa.evals.runs import Trial
from qa.evals.scores import FAULTS, Fault, Score, State
from qa.evals.suite import Suite, Task, digest
from qa.models.exchange import Piece, Request, piece_of
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
        seed: int = 0,
    ) -> None:
        self.suite = suite
        self.settings = settings
        self.gates = gates
        self._cassettes = cassettes
        self._prompt: Prompt = load(prompt)
        self._model = model
        self._seed = seed

    @property
    def id(self) -> str:
        """Names the judge by all that shapes it: model, prompt, temperature."""
        who = self.settings.model or (type(self._model).__name__ if self._model else "")
        return f"{who}#{digest([who, self._prompt.fingerprint, self.settings.temperature])[:12]}"

    def decide(self, task: Task, trial: Trial) -> Trial:
        """The trial with its undecided required facts judged; unchanged when there are none, or when the judge
        does not gate."""
        score, answer = trial.score, trial.answer
        undecided = [f.fact for f in score.facts if f.required and f.state == "undecided"] if score else []
        if not undecided or answer is None or score is None or not self.gates:
            return trial
        votes = [self.opinions(undecided, answer.text)]
        if any(o.verdict == "support" for o in votes[0].values()):
            # The rules had found nothing, so "support" is a change: it is asked for twice more. Whether a change
            # helps or harms the candidate makes no difference.
            votes += [self.opinions(undecided, answer.text, n) for n in range(2, VOTES + 1)]
        judged = {fact: self._majority(fact, votes) for fact in undecided}
        return trial.model_copy(update={"score": _rescored(score, judged)})

    def opinions(self, facts: Sequence[str], text: str, round_: int = 1) -> dict[str, Opinion]:
        """What the judge says of each fact in `text`, those with a quote that stands there. `round_` counts
        repeats, each in another order."""
        order = list(facts)
        random.Random(f"{self._seed}-{round_}").shuffle(order)  # noqa: S311
        request = self._request(order, text)
        reply = "".join(p.text for p in self._cassettes.through(round_, Tally())(request, partial(self._live, request)))
        spoken = " ".join(s.text for s in said_in(text))
        return {
            opinion.fact: opinion
            for opinion in _opinions(reply, order)
            if opinion.verdict == "not" or (opinion.quote and find_verbatim(opinion.quote, spoken))
        }

    def _request(self, order: Sequence[str], text: str) -> Request:
        listed = "\n".join(f"{n}. {self.suite.facts[name].text}" for n, name in enumerate(order, 1))
        messages = self._prompt.render(facts=listed, answer=text)
        return Request(
            model=self.settings.model or "judge",
            messages=tuple(messages),
            temperature=self.settings.temperature,
            output=self._prompt.output,
        )

    def _live(self, request: Request) -> Iterator[Piece]:
        from qa.models.calling import stream
        from qa.models.chat import open_chat_model, ways_to_ask

        self._model = self._model or open_chat_model(self.settings)
        way = ways_to_ask(self._model, request.output or {})[0]
        yield from map(piece_of, stream(partial(way.stream, list(request.messages)), self.settings))

    def _majority(self, fact: str, votes: Sequence[dict[str, Opinion]]) -> State:
        allowed = set(self.suite.facts[fact].modality)
        said = [v[fact] for v in votes if fact in v and v[fact].verdict == "support"]
        if 2 * len(said) <= len(votes):
            return "absent"
        return "present" if 2 * sum(o.modality in allowed for o in said) > len(said) else "wrong_modality"


def _opinions(reply: str, order: Sequence[str]) -> Iterator[Opinion]:
    start = reply.find("{")
    try:
        found: Any = json.JSONDecoder().raw_decode(reply, max(start, 0))[0]
        entries = found["facts"]
    except (ValueError, KeyError, TypeError) as exc:
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


def _rescored(score: Score, judged: dict[str, State]) -> Score:
    facts = tuple(
        f.model_copy(update={"state": judged[f.fact], "by_judge": True}) if f.fact in judged else f
        for f in score.facts
    )
    states = [f.state for f in facts if f.required]
    told: dict[State, Fault] = {"undecided": "undecided", "absent": "missing", "wrong_modality": "modality"}
    kept = [f for f in score.faults if f not in ("undecided", "missing")]
    found = {*kept, *(told[s] for s in states if s in told)}
    return score.model_copy(
        update={
            "facts": facts,
            "faults": tuple(f for f in FAULTS if f in found),
            "passed": not found,
            "recall": sum(s == "present" for s in states) / len(states) if states else None,
        }
    )
