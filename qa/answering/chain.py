"""The chain engine: a prompt, then any language model that LangChain opens, with structured output.

What the model proposes is only a draft; `grounding` decides what of it becomes part of an answer.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from qa.answering.engine import Draft, Outcome
from qa.answering.reply import Problem, ReplyReader
from qa.config import Settings
from qa.errors import ModelOutputError, PromptError
from qa.models.exchange import Piece, Request, Through, piece_of, straight
from qa.prompts import Prompt, load
from qa.types import Engine as EngineName
from qa.types import Notice, Passage, PromptRef, Usage, Value

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage
    from langchain_core.runnables import Runnable

VARIABLES = {"passages", "question"}
NO_ANSWER = "the model found no answer in the passages"
# What providers call their length limit and a filter.
_CUT = frozenset({"length", "max_tokens", "MAX_TOKENS", "incomplete"})
_FILTERED = frozenset({"content_filter", "refusal", "SAFETY"})


class ChainEngine:
    """Answers with the model and the prompt that `settings` name; `model` may be given ready-made.

    The model is opened at the first call. `through` is what every call goes through: it may record calls, or
    replay them, and then no model is opened. Raises PromptError at once for a prompt that cannot be used.
    """

    name: EngineName = "chain"
    whole_articles = False

    def __init__(
        self, settings: Settings, *, model: BaseChatModel | None = None, through: Through = straight
    ) -> None:
        self._settings = settings
        self._through = through
        self._prompt = _usable(load(settings.prompt))
        self._model = model
        self._ways: Sequence[Runnable[Any, BaseMessage]] = ()
        self._way = 0
        self._lock = threading.Lock()

    @property
    def model(self) -> str:
        """The model's name as the settings give it, or the class of a ready-made one."""
        return self._settings.model or type(self._model).__name__

    @property
    def prompt(self) -> PromptRef:
        """Which prompt shapes the answers."""
        return self._prompt.ref

    def draft(self, question: str, passages: Sequence[Passage]) -> Iterator[Draft | Outcome]:
        """Drafts as the model completes them, then one Outcome. Raises ModelError.

        A reply that cannot be read is asked for once more; drafts already given are not repeated.
        """
        asked = _Asked(question=question, passages=as_material(passages))
        reply = _Reply(self._settings)
        yield from self._exchange(asked, reply)
        usage, given, problem = reply.usage, reply.given, reply.problem()
        warnings: tuple[Notice, ...] = ()
        if problem is not None:
            asked = asked.model_copy(update={"bad_reply": reply.text, "problem": problem.message})
            reply = _Reply(self._settings, already=given)
            yield from self._exchange(asked, reply)
            usage, given, problem = usage + reply.usage, given + reply.given, reply.problem()
            if problem is not None:
                raise self._unreadable(problem, reply.text)
            warnings = (Notice(code="repaired-reply", message="the model's first reply could not be read"),)
        reason = "" if given and not reply.reader.unanswerable else NO_ANSWER
        yield Outcome(reason=reason, usage=usage, warnings=warnings)

    def _exchange(self, asked: _Asked, reply: _Reply) -> Iterator[Draft]:
        """One call: yields its drafts as they come and keeps everything else about it in `reply`."""
        try:
            for piece in self._through(self._request(asked), partial(self._live, asked)):
                yield from reply.take(piece)
        except ModelOutputError as exc:  # raised by a provider's package, which keeps the text to itself
            exc.reply = exc.reply or reply.text
            raise

    def _request(self, asked: _Asked) -> Request:
        from qa.models.faults import address

        return Request(
            model=self.model,
            address=address(self._settings),
            messages=tuple(self._messages(asked)),
            temperature=self._settings.temperature,
            output=self._prompt.output,
        )

    def _live(self, asked: _Asked) -> Iterator[Piece]:
        from langchain_core.runnables import RunnableLambda

        from qa.models.calling import stream
        from qa.models.faults import StructureRefusedError

        ways, way = self._open(), self._way
        while True:
            chain = RunnableLambda(self._messages) | ways[way]
            try:
                yield from map(piece_of, stream(partial(chain.stream, asked), self._settings))
            except StructureRefusedError:
                if way == len(ways) - 1:
                    raise
                # The prompt describes the form in words as well, so the same messages go out in a plainer
                # way, now and for later questions.
                way += 1
                self._way = max(self._way, way)
            else:
                return

    def _open(self) -> Sequence[Runnable[Any, BaseMessage]]:
        from qa.models.chat import open_chat_model, ways_to_ask

        with self._lock:
            if not self._ways:
                self._model = self._model or open_chat_model(self._settings)
                self._ways = ways_to_ask(self._model, self._prompt.output or {})
            return self._ways

    def _messages(self, asked: _Asked) -> list[tuple[str, str]]:
        messages = self._prompt.render(question=asked.question, passages=asked.passages)
        if not asked.problem:
            return list(messages)
        # An empty message is an error with some providers.
        bad = asked.bad_reply.strip() or "(empty)"
        return [*messages, ("assistant", bad), ("user", self._prompt.render_repair(asked.problem))]

    def _unreadable(self, problem: Problem, text: str) -> ModelOutputError:
        return ModelOutputError(
            f"{self.model} does not reply in the form asked for, also after a repair: {problem.message}",
            "Ask again, or set a model that can give structured output.",
            reply=text,
        )


class _Asked(Value):
    """What goes into the chain; with `problem` set, also the reply that could not be read."""

    question: str
    passages: str
    bad_reply: str = ""
    problem: str = ""


class _Reply:
    """One reply while it arrives: its drafts, and what else the pieces say."""

    def __init__(self, settings: Settings, already: Sequence[Draft] = ()) -> None:
        self.reader = ReplyReader(draft.text for draft in already)
        self.given: tuple[Draft, ...] = ()
        self._settings = settings
        self._input_tokens = self._output_tokens = 0
        self._ended = ""
        self._refused = False

    @property
    def text(self) -> str:
        """All that the model wrote."""
        return self.reader.text

    @property
    def usage(self) -> Usage:
        """What this call cost."""
        return Usage(calls=1, input_tokens=self._input_tokens, output_tokens=self._output_tokens)

    def take(self, piece: Piece) -> Iterator[Draft]:
        """The drafts that the next piece of the stream completes."""
        self._ended = self._ended or piece.ended
        self._refused = self._refused or piece.refused
        self._input_tokens += piece.input_tokens
        self._output_tokens += piece.output_tokens
        for draft in self.reader.feed(piece.text):
            self.given += (draft,)
            yield draft

    def problem(self) -> Problem | None:
        """What is wrong with the whole reply. Raises the ModelError where asking again would not help."""
        from qa.models.faults import cut_at_limit, lost_connection, refused

        if self._refused or self._ended in _FILTERED:
            raise refused(self._settings)
        problem = self.reader.end()
        if problem is None:
            return None
        if self._ended in _CUT:
            raise cut_at_limit(self._settings, self.text)
        if not self._ended and problem.unfinished:
            raise lost_connection(self._settings)
        return problem


def as_material(passages: Sequence[Passage]) -> str:
    """The passages as the prompt shows them: numbered, with the article's head, between lines with a key.

    The key is made from the texts themselves, so no text can hold its own end line.
    """
    key = hashlib.sha256("\0".join(p.text for p in passages).encode("utf-8", "replace")).hexdigest()[:8]
    return "\n\n".join(_fenced(passage, key) for passage in passages)


def _fenced(passage: Passage, key: str) -> str:
    head = passage.article
    lines = [
        f"BEGIN passage {passage.number}, key {key}",
        f"Headline: {_one_line(head.title) or 'unknown'}",
        f"Outlet: {_one_line(head.outlet) or 'unknown'}",
        f"Published: {_day(head.published)}",
    ]
    if head.updated and head.updated != head.published:
        lines.append(f"Updated: {_day(head.updated)}")
    return "\n".join([*lines, "Text:", passage.text, f"END passage {passage.number}, key {key}"])


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _day(when: dt.datetime | None) -> str:
    return f"{when:%A} {when.day} {when:%B} {when.year}" if when else "unknown"


def _usable(prompt: Prompt) -> Prompt:
    who = f"prompt {prompt.name}@{prompt.version}"
    if set(prompt.variables) != VARIABLES:
        raise PromptError(
            f"{who} cannot answer questions: its variables are {', '.join(prompt.variables) or 'none'}",
            "A prompt for answers has the variables passages and question, and no other.",
        )
    if "statements" not in (prompt.output or {}).get("properties", {}):
        raise PromptError(
            f"{who} cannot answer questions: its 'output' describes no statements",
            "Copy 'output' from prompts/answer/v1.yaml.",
        )
    return prompt
