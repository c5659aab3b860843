"""One prompt, one model: the drafts of its reply as they arrive; one that cannot be read is asked for again.

What answers questions and what summarizes both go through here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from qa.answering.engine import Draft, Outcome
from qa.answering.reply import Problem, ReplyReader
from qa.config import Settings
from qa.errors import ModelOutputError, PromptError
from qa.models.asking import Model
from qa.models.exchange import CUT, FILTERED, Piece, Request
from qa.prompts import Prompt, load
from qa.types import Notice, Usage

Ask = Callable[[Request], Iterator[Piece]]
"""Makes a call, or replays it."""

NO_ANSWER = "the model found no answer in the passages"
REPAIRED = Notice(code="repaired-reply", message="the model's first reply could not be read")


def usable(ref: str, variables: Iterable[str], what: str) -> Prompt:
    """The prompt that `ref` names, if it has these variables and describes statements; `what` is what it is
    for, in an error. Raises PromptError.
    """
    prompt, wanted = load(ref), sorted(variables)
    who = f"prompt {prompt.name}@{prompt.version} cannot {what}"
    if sorted(prompt.variables) != wanted:
        listed = f"{', '.join(wanted[:-1])} and {wanted[-1]}"
        raise PromptError(
            f"{who}: its variables are {', '.join(prompt.variables) or 'none'}",
            f"A prompt that is to {what} has the variables {listed}, and no other.",
        )
    if "statements" not in (prompt.output or {}).get("properties", {}):
        raise PromptError(
            f"{who}: its 'output' describes no statements", "Copy 'output' from prompts/answer/v1.yaml."
        )
    return prompt


def drafts(
    model: Model,
    ask: Ask,
    prompt: Prompt,
    variables: Mapping[str, str],
    already: Iterable[str] = (),
) -> Iterator[Draft | Outcome]:
    """Drafts as the model completes them, then one Outcome (with NO_ANSWER where it has nothing to say).
    Raises ModelError.

    A reply that cannot be read is asked for once more; drafts already given, and those whose text is in
    `already`, are not repeated.
    """
    messages: Sequence[tuple[str, str]] = prompt.render(**variables)
    told = tuple(already)
    reply = Reply(model.settings, told)
    yield from _exchange(ask, model.request(messages, prompt.output), reply)
    usage, given, problem = reply.usage, reply.given, reply.problem()
    warnings: tuple[Notice, ...] = ()
    if problem is not None:
        # An empty message is an error with some providers.
        bad = ("assistant", reply.text.strip() or "(empty)")
        messages = [*messages, bad, ("user", prompt.render_repair(problem.message))]
        reply = Reply(model.settings, (*told, *(draft.text for draft in given)))
        yield from _exchange(ask, model.request(messages, prompt.output), reply)
        usage, given, problem = usage + reply.usage, given + reply.given, reply.problem()
        if problem is not None:
            raise _unreadable(model, problem, reply.text)
        warnings = (REPAIRED,)
    reason = "" if given and not reply.reader.unanswerable else NO_ANSWER
    yield Outcome(reason=reason, usage=usage, warnings=warnings)


def _exchange(ask: Ask, request: Request, reply: Reply) -> Iterator[Draft]:
    """One call: yields its drafts as they come and keeps everything else about it in `reply`."""
    try:
        for piece in ask(request):
            yield from reply.take(piece)
    except ModelOutputError as exc:  # raised by a provider's package, which keeps the text to itself
        exc.reply = exc.reply or reply.text
        raise


def _unreadable(model: Model, problem: Problem, text: str) -> ModelOutputError:
    return ModelOutputError(
        f"{model.name} does not reply in the form asked for, also after a repair: {problem.message}",
        "Ask again, or set a model that can give structured output.",
        reply=text,
    )


class Reply:
    """One reply while it arrives: its drafts, and what else the pieces say."""

    def __init__(self, settings: Settings, already: Iterable[str] = ()) -> None:
        self.reader = ReplyReader(already)
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

        if self._refused or self._ended in FILTERED:
            raise refused(self._settings)
        problem = self.reader.end()
        if problem is None:
            return None
        if self._ended in CUT:
            raise cut_at_limit(self._settings, self.text)
        if not self._ended and problem.unfinished:
            raise lost_connection(self._settings)
        return problem
