"""A language model that reads from a script: for tests and demonstrations, with no key or network.

    model = ScriptedChatModel(script={"Davos": {"answerable": False, "reason": "", "statements": []}})

The script is a list, gone through in order, or a mapping from words of the question to a reply (or to a
list of replies, of which the last one repeats); `"*"` stands for every other question; or a function that
is given each `ScriptedCall` and returns the reply, from any thread. A reply is a string,
sent as it is; a mapping with "statements", sent as JSON; or the fields of `ScriptedReply`, which also says
how it comes: slowly, cut off, refused, or not at all. `qa ask --model scripted:FILE` reads a YAML or JSON
file.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.output_parsers import JsonOutputParser
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from pydantic import Field, PrivateAttr, ValidationError, field_validator

from qa import strict_yaml
from qa.errors import ModelConfigError
from qa.types import Value

QUESTION = "Question:"
"""What marks the question in a prompt; a mapping's words are looked for after it, not in the passages."""
ANY = "*"


class ScriptedReply(Value):
    """One reply: what is sent, and how.

    Either `text` (sent as it is) or `reply` (sent as JSON). `delay` is the seconds before the first piece,
    `pause` those between pieces of `piece` characters. `cut_after` breaks the stream off after so many
    characters. `error` raises instead: an HTTP status such as 429, "timeout" or "connection". Without token
    counts, words are counted.
    """

    text: str = ""
    reply: Any = None
    refusal: str = ""
    finish_reason: str = "stop"
    delay: float = Field(default=0, ge=0)
    pause: float = Field(default=0, ge=0)
    piece: int = Field(default=24, ge=1)
    cut_after: int | None = Field(default=None, ge=0)
    error: int | str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None

    @property
    def sent(self) -> str:
        """The characters that go out."""
        return self.text if self.reply is None else json.dumps(self.reply, ensure_ascii=False)


class ScriptedCall(Value):
    """What the model was given in one call: (role, text) in order, and how it was bound."""

    messages: tuple[tuple[str, str], ...]
    options: dict[str, Any] = Field(default_factory=dict)

    @property
    def question(self) -> str:
        """The question of the last message that marks one, else the last user message."""
        asked = [text for role, text in self.messages if role == "human"]
        marked = [text for text in asked if QUESTION in text]
        return marked[-1].rpartition(QUESTION)[2].strip() if marked else "".join(asked[-1:])


class ScriptedStatusError(Exception):
    """Stands for the HTTP error of a provider; carries `status_code` as the real ones do."""

    def __init__(self, status_code: int) -> None:
        super().__init__(f"scripted status {status_code}")
        self.status_code = status_code


Script = Sequence[Any] | dict[str, Any] | Callable[[ScriptedCall], Any]


class ScriptedChatModel(BaseChatModel):
    """A chat model that replies from `script` (see the module). `calls` holds what it was given, in order.

    Works wherever a LangChain chat model does: streaming in pieces, structured output, token usage.
    `as_tool_call` sends structured replies as the arguments of a tool call, as some providers do.
    """

    script: list[Any] | dict[str, Any] | Callable[[ScriptedCall], Any]
    as_tool_call: bool = False
    _calls: list[ScriptedCall] = PrivateAttr(default_factory=list)
    _next: dict[str, int] = PrivateAttr(default_factory=dict)
    _lock: Any = PrivateAttr(default_factory=threading.Lock)

    @field_validator("script", mode="before")
    @classmethod
    def _read_script(cls, script: Any) -> Any:
        if isinstance(script, dict):
            return {
                str(words): [_as_reply(r) for r in _as_list(replies)] for words, replies in script.items()
            }
        if isinstance(script, Sequence) and not isinstance(script, str):
            return [_as_reply(reply) for reply in script]
        if callable(script):
            return script
        raise ValueError("a script is a list of replies, or a mapping from words of the question to replies")

    @classmethod
    def from_file(cls, path: Path | str, **options: Any) -> ScriptedChatModel:
        """The model with the script in a YAML or JSON file. Raises ModelConfigError, which names the file."""
        import yaml

        path = Path(path).expanduser()
        try:
            script = strict_yaml.load(path.read_text(encoding="utf-8"))
            return cls(script=script, **options)
        except OSError as exc:
            raise ModelConfigError(
                f"the script {path} cannot be read: {exc.strerror}",
                "Give scripted:PATH of a YAML or JSON file.",
            ) from exc
        except (yaml.YAMLError, UnicodeDecodeError, ValidationError) as exc:
            problem = strict_yaml.problem_of(exc)
            if isinstance(exc, ValidationError):
                problem = exc.errors()[0]["msg"]
            raise ModelConfigError(
                f"the script {path} cannot be used: {problem}", "See `pydoc qa.models.scripted` for its form."
            ) from exc

    @property
    def calls(self) -> tuple[ScriptedCall, ...]:
        """What the model was given, oldest first."""
        return tuple(self._calls)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def with_structured_output(
        self, schema: dict[str, Any] | type, *, include_raw: bool = False, **kwargs: Any
    ) -> Runnable[LanguageModelInput, Any]:
        """The model, bound to a schema that it does not look at, followed by a JSON parser."""
        if include_raw:
            raise NotImplementedError("the scripted model offers include_raw=False only")
        return self.bind(schema=schema, **kwargs) | JsonOutputParser()

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        from langchain_core.language_models.chat_models import generate_from_stream

        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        call = ScriptedCall(messages=tuple((m.type, m.text) for m in messages), options=kwargs)
        with self._lock:
            self._calls.append(call)
        reply = self._reply(call)
        time.sleep(reply.delay)
        _raise_if_scripted(reply.error)
        sent = reply.sent if reply.cut_after is None else reply.sent[: reply.cut_after]
        for start in range(0, len(sent), reply.piece):
            time.sleep(reply.pause if start else 0)
            yield _piece(
                sent[start : start + reply.piece], as_tool_call=self.as_tool_call and "schema" in kwargs
            )
        if reply.cut_after is not None:
            raise ConnectionError("the scripted connection was cut")
        yield _last(reply, messages)

    def _reply(self, call: ScriptedCall) -> ScriptedReply:
        if isinstance(self.script, list | dict):
            with self._lock:
                return self._pick(call, self.script)
        return _as_reply(self.script(call))  # without the lock: calls may come at once

    def _pick(self, call: ScriptedCall, script: list[Any] | dict[str, Any]) -> ScriptedReply:
        if isinstance(script, list):
            return self._take("", script, repeat=False)
        question = call.question.casefold()
        for words, replies in script.items():
            if words != ANY and words.casefold() in question:
                return self._take(words, replies, repeat=True)
        if ANY in script:
            return self._take(ANY, script[ANY], repeat=True)
        raise LookupError(f"the script has no reply for {call.question!r}")

    def _take(self, words: str, replies: list[ScriptedReply], *, repeat: bool) -> ScriptedReply:
        number = self._next.get(words, 0)
        self._next[words] = number + 1
        if number < len(replies):
            return replies[number]
        if repeat and replies:
            return replies[-1]
        raise LookupError(f"the script has no reply left: this is call number {number + 1}")


def _as_list(replies: Any) -> list[Any]:
    return replies if isinstance(replies, list) else [replies]


def _as_reply(reply: Any) -> ScriptedReply:
    if isinstance(reply, ScriptedReply):
        return reply
    if isinstance(reply, dict) and "statements" not in reply:
        return ScriptedReply.model_validate(reply)
    if isinstance(reply, str):
        return ScriptedReply(text=reply)
    return ScriptedReply(reply=reply)


def _raise_if_scripted(error: int | str | None) -> None:
    match error:
        case None:
            return
        case int():
            raise ScriptedStatusError(error)
        case "timeout":
            raise TimeoutError("scripted")
        case "connection":
            raise ConnectionRefusedError("scripted")
        case _:
            raise RuntimeError(error)


def _piece(text: str, *, as_tool_call: bool) -> ChatGenerationChunk:
    if as_tool_call:
        call = tool_call_chunk(name=None, args=text, id=None, index=0)
        return ChatGenerationChunk(message=AIMessageChunk(content="", tool_call_chunks=[call]))
    return ChatGenerationChunk(message=AIMessageChunk(content=text))


def _last(reply: ScriptedReply, messages: Sequence[BaseMessage]) -> ChatGenerationChunk:
    given = sum(len(m.text.split()) for m in messages) if reply.input_tokens is None else reply.input_tokens
    sent = len(reply.sent.split()) if reply.output_tokens is None else reply.output_tokens
    message = AIMessageChunk(
        content="",
        additional_kwargs={"refusal": reply.refusal} if reply.refusal else {},
        usage_metadata=UsageMetadata(input_tokens=given, output_tokens=sent, total_tokens=given + sent),
    )
    return ChatGenerationChunk(message=message, generation_info={"finish_reason": reply.finish_reason})
