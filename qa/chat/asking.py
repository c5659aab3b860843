"""Makes a follow-up question stand alone with a language model, and checks what it wrote; the rules take over
where that cannot be used.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from qa.answering.fencing import fenced, key_of, one_line
from qa.answering.question import clean_question
from qa.answering.words import STOPWORDS, numbers, words
from qa.chat.mentions import Known
from qa.chat.rewriting import by_rules, stands_alone
from qa.chat.turns import Rewriting, Turn
from qa.config import Settings
from qa.errors import ModelOutputError, ModelRefusedError, PromptError, UsageError
from qa.models.asking import Model
from qa.models.exchange import Piece, Request, Through, straight
from qa.prompts import Prompt, load
from qa.types import Usage

if TYPE_CHECKING:
    from qa.models.asking import ChatModel

PROMPT = "followup"
VARIABLES = ("conversation", "question")
MOST_TURNS = 6
MOST_ANSWER = 600
"""Characters of each answer that the model is shown."""
MOST_REPLY = 8_000
LONGEST = 300
"""Characters: a longer rewriting of a shorter question is none."""
_THOUGHT = re.compile(r"\s*<think>.*?</think>", re.DOTALL)


class Rewriter:
    """Rewrites with the model that `settings` name and the newest prompt; `model` may be given ready-made.

    The model is opened at the first call, and not called for a question that stands alone. `through` is what
    every call goes through. Raises PromptError at once for a prompt that cannot be used.
    """

    def __init__(
        self, settings: Settings, *, model: ChatModel | None = None, through: Through = straight
    ) -> None:
        self._prompt = _usable(load(PROMPT))
        self._model = Model(settings, model)
        self._through = through

    def __call__(self, question: str, turns: Sequence[Turn], known: Known) -> Rewriting:
        """The cleaned `question` after these `turns` as it is asked.

        What the model wrote is used if it is one question, not much longer, and names nothing that neither
        the question nor the conversation names; else the rules' own is. Raises ModelError, but not for
        replies that cannot be used.
        """
        if not turns or stands_alone(question):
            return Rewriting(typed=question, asked=question)
        shown = _conversation(turns)
        request = self._model.request(
            self._prompt.render(conversation=shown, question=question), self._prompt.output
        )
        reply = _Reply()
        try:
            for piece in self._ask(request):
                reply.take(piece)
            written, unclear = reply.read()
        except (ModelOutputError, ModelRefusedError):
            written = unclear = ""
        if asked := _checked(written, question, turns):
            if asked == question:
                reason = f"it could mean {one_line(unclear)[:LONGEST]}" if unclear.strip() else ""
                return Rewriting(typed=question, asked=question, reason=reason, usage=reply.usage)
            return Rewriting(typed=question, asked=asked, by="model", usage=reply.usage)
        return by_rules(question, turns, known).model_copy(update={"usage": reply.usage})

    def _ask(self, request: Request) -> Iterator[Piece]:
        return self._through(request, partial(self._model.live, request))


def _usable(prompt: Prompt) -> Prompt:
    if sorted(prompt.variables) != sorted(VARIABLES):
        raise PromptError(
            f"prompt {prompt.name}@{prompt.version} cannot rewrite questions",
            f"It has the variables {' and '.join(VARIABLES)}, and no other.",
        )
    return prompt


def _conversation(turns: Sequence[Turn]) -> str:
    """The last turns as the prompt shows them, as material that others wrote."""
    lines = []
    for turn in turns[-MOST_TURNS:]:
        lines.append(f"Question: {one_line(turn.asked)}")
        lines.append(f"Answer: {one_line(turn.answer.text)[:MOST_ANSWER]}")
    return fenced("conversation", key_of(lines), lines)


class _Reply:
    """A reply while it arrives."""

    def __init__(self) -> None:
        self._text = ""
        self._spent = [0, 0]

    @property
    def usage(self) -> Usage:
        """What the call cost."""
        return Usage(calls=1, input_tokens=self._spent[0], output_tokens=self._spent[1])

    def take(self, piece: Piece) -> None:
        """The next piece. Raises ModelOutputError for a reply without end."""
        self._text += piece.text
        self._spent[0] += piece.input_tokens
        self._spent[1] += piece.output_tokens
        if len(self._text) > MOST_REPLY:
            raise ModelOutputError("the model's reply goes on and on", "Ask again, or set another model.")

    def read(self) -> tuple[str, str]:
        """The question, and what is unclear; two empty texts for what cannot be read."""
        body = self._text
        if thought := _THOUGHT.match(body):
            body = body[thought.end() :]
        start = body.find("{")
        try:
            found, _ = json.JSONDecoder().raw_decode(body, max(start, 0))
        except (ValueError, RecursionError):
            return "", ""
        if not isinstance(found, dict):
            return "", ""
        values = (found.get("question"), found.get("unclear"))
        question, unclear = (v if isinstance(v, str) else "" for v in values)
        return question, unclear


def _checked(written: str, question: str, turns: Sequence[Turn]) -> str:
    """The model's question, "" where it is none that may be asked."""
    if "\n" in written.strip() or len(written) > max(LONGEST, 2 * len(question)):
        return ""
    try:
        cleaned = clean_question(written)
    except UsageError:
        return ""
    if cleaned == question or cleaned.count("?") > 1:
        return cleaned if cleaned == question else ""
    told = " ".join([question, *(_told(turn) for turn in turns[-MOST_TURNS:])])
    there = {w.lower for w in words(told)}
    mine = [w for w in words(cleaned) if w.capital and (w.start or not _common(w.lower))]
    if any(w.lower not in there for w in mine):
        return ""
    values = {value for value, _, _ in numbers(told)}
    return cleaned if all(value in values for value, _, _ in numbers(cleaned)) else ""


def _common(word: str) -> bool:
    """Whether a question may begin with this word, so that its capital tells nothing."""
    return word in STOPWORDS or word in (
        "list",
        "name",
        "describe",
        "explain",
        "since",
        "until",
        "may",
        "might",
    )


def _told(turn: Turn) -> str:
    """All words of a turn that a later question may take up."""
    answer = turn.answer
    quoted = (f"{c.title} {c.outlet} {c.quote}" for c in answer.citations)
    return " ".join([turn.question, turn.asked, answer.text, *(s.text for s in answer.statements), *quoted])
