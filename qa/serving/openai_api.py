"""OpenAI's chat completions, so that any client of them can ask the library.

The last user message is the question; earlier turns are its history. System messages are not followed: an
answer says what the articles say, in no other form. Unknown parameters are ignored.
"""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response
from starlette.types import Receive

from qa.serving import errors, streaming
from qa.serving.completing import Writing, content
from qa.serving.desk import Desk
from qa.serving.errors import ClientGoneError, RefusedError
from qa.serving.options import Turn
from qa.serving.working import Job, Make, Tell
from qa.types import Answer, Statement, Usage

MODEL = "qa"
EXAMPLE = 'a last message such as {"role": "user", "content": "Who is attending Davos?"}'
_DONE = b"data: [DONE]\n\n"


class _Given(BaseModel):
    """What a client sends. OpenAI's own API grows, so what is not known here is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Part(_Given):
    """A part of a message; of those, text alone can be read."""

    type: str
    text: str | None = None


class Message(_Given):
    """A message of the chat."""

    role: str
    content: str | tuple[Part, ...] | None = None


class StreamOptions(_Given):
    """Whether the stream ends with the token counts."""

    include_usage: bool | None = None


class ChatRequest(_Given):
    """A chat, oldest message first."""

    model: str = MODEL
    messages: tuple[Message, ...] = Field(
        min_length=1, max_length=1_000, examples=[[{"role": "user", "content": "Who is attending Davos?"}]]
    )
    stream: bool | None = None
    stream_options: StreamOptions | None = None


class Model(BaseModel):
    """A model as OpenAI lists it."""

    id: str
    object: str = "model"
    created: int
    owned_by: str = "qa"


class Models(BaseModel):
    """The models that there are: one."""

    object: str = "list"
    data: tuple[Model, ...]


class ErrorBody(BaseModel):
    """An error as OpenAI words it."""

    message: str
    type: str
    code: str | None
    param: str | None


class Error(BaseModel):
    """An error as OpenAI sends it."""

    error: ErrorBody


_ERRORS: dict[int | str, dict[str, Any]] = {"4XX": {"model": Error}, "5XX": {"model": Error}}
_COMPLETION: dict[str, Any] = {
    "type": "object",
    "required": ["id", "object", "created", "model", "choices", "usage", "qa"],
    "properties": {
        "id": {"type": "string"},
        "object": {"const": "chat.completion"},
        "created": {"type": "integer"},
        "model": {"type": "string"},
        "choices": {"type": "array", "minItems": 1, "items": {"type": "object"}},
        "usage": {"type": "object"},
        "qa": {"$ref": "#/components/schemas/Answer"},
    },
}


def routes(desk: Desk) -> APIRouter:
    """The routes under /v1."""
    router = APIRouter(prefix="/v1")
    model = Model(id=MODEL, created=desk.started)

    @router.get("/models", responses=_ERRORS, summary="List the models (OpenAI)")
    async def models() -> Models:
        return Models(data=(model,))

    @router.get("/models/{name:path}", responses=_ERRORS, summary="One model (OpenAI)")
    async def one_model(name: str) -> Model:
        _check_model(name)
        return model

    @router.post(
        "/chat/completions",
        responses={
            200: {
                "description": "A completion, or a stream of its pieces",
                "content": {"application/json": {"schema": _COMPLETION}, streaming.TYPE: {}},
            },
            **_ERRORS,
        },
        summary="Answer the last message of a chat (OpenAI)",
    )
    async def chat_completions(sent: ChatRequest, request: Request) -> Response:
        """The answer with [n] markers and its sources as the message's content; the whole Answer in `qa`."""
        _check_model(sent.model)
        question, history = asked(sent.messages)
        writing = Writing(desk.asked(request, question, EXAMPLE))
        job = desk.ask(_making(desk, writing, history))
        reply = Reply(sent)
        if sent.stream:
            pieces = partial(_stream, desk, job, reply, writing, request.url.path)
            return streaming.EventStream(pieces, job)
        answer = await desk.last(request, job)
        assert isinstance(answer, Answer)
        return JSONResponse(reply.whole(answer))

    return router


def asked(messages: tuple[Message, ...]) -> tuple[str, tuple[Turn, ...]]:
    """The question, which is the last user message, and the turns of user and assistant before it. Raises
    RefusedError when there is none, or for content that is no text.
    """
    turns = [
        Turn(message.role, _text(message, number))
        for number, message in enumerate(messages)
        if message.role in ("user", "assistant")
    ]
    last = max((n for n, turn in enumerate(turns) if turn.role == "user"), default=None)
    if last is None:
        raise RefusedError(400, "no-question", "there is no user message", f"Send {EXAMPLE}.")
    return turns[last].text, tuple(turns[:last])


def _text(message: Message, number: int) -> str:
    if message.content is None or isinstance(message.content, str):
        return message.content or ""
    for part in message.content:
        # An assistant's earlier refusal is nothing to answer.
        if part.type not in ("text", "input_text", "output_text", "refusal"):
            raise RefusedError(
                400,
                "unsupported-content",
                f"messages.{number} has a part of type {part.type[:40]!r}, and only text can be read",
                "Send text alone.",
            )
    return "\n".join(part.text for part in message.content if part.text)


def _check_model(name: str) -> None:
    if name != MODEL:
        raise RefusedError(
            404, "unknown-model", f"there is no model {name[:100]!r}", f'The only model here is "{MODEL}".'
        )


def _making(desk: Desk, writing: Writing, history: tuple[Turn, ...]) -> Make[Statement | Answer]:
    def make(_: Tell[Statement | Answer]) -> Iterator[Statement | Answer]:
        if history:
            stand_alone = desk.options.stand_alone or desk.follow_ups
            writing.question = stand_alone(history, writing.question)
        for event in desk.assistant.stream(writing.question):
            if isinstance(event, Answer):
                desk.follow_ups.keep_sent(content(event), event)
            yield event

    return make


class Reply:
    """The completion to one request, whole or in chunks."""

    def __init__(self, sent: ChatRequest) -> None:
        self.with_usage = bool(sent.stream_options and sent.stream_options.include_usage)
        self._about = {
            "id": f"chatcmpl-{secrets.token_hex(12)}",
            "created": int(time.time()),
            "model": MODEL,
        }

    def whole(self, answer: Answer) -> dict[str, Any]:
        """The completion."""
        message = {"role": "assistant", "content": content(answer), "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return {
            **self._about,
            "object": "chat.completion",
            "choices": [choice],
            "usage": _usage(answer.usage),
            "qa": answer.model_dump(mode="json"),
        }

    def chunk(self, delta: dict[str, Any], finish: str | None = None, **more: Any) -> bytes:
        """A piece of it."""
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return self._chunk({"choices": [choice], **({"usage": None} if self.with_usage else {}), **more})

    def end(self, answer: Answer) -> Iterator[bytes]:
        """The last pieces: why it ends, with the whole Answer; the token counts if they were asked for."""
        yield self.chunk({}, "stop", qa=answer.model_dump(mode="json"))
        if self.with_usage:
            yield self._chunk({"choices": [], "usage": _usage(answer.usage)})
        yield _DONE

    def _chunk(self, fields: dict[str, Any]) -> bytes:
        body = {**self._about, "object": "chat.completion.chunk", **fields}
        return f"data: {json.dumps(body, ensure_ascii=False)}\n\n".encode()


async def _stream(
    desk: Desk, job: Job[Statement | Answer], reply: Reply, writing: Writing, path: str, receive: Receive
) -> AsyncGenerator[bytes, None]:
    yield reply.chunk({"role": "assistant", "content": ""})
    try:
        events = desk.events(job, receive)
        async with aclosing(events):
            async for found in events:
                if found is None:
                    yield streaming.STILL_HERE
                elif text := writing.add(found):
                    yield reply.chunk({"content": text})
                if isinstance(found, Answer):
                    for piece in reply.end(found):
                        yield piece
    except ClientGoneError:
        raise
    except Exception as exc:  # noqa: BLE001 - the response has begun, so the error is a piece of it
        told = errors.problem(exc, path)
        if told.status == 500:
            logging.getLogger("qa.serving").error("%s in a stream: %s", type(exc).__name__, told.detail)
        yield f"data: {json.dumps(errors.openai_error(told), ensure_ascii=False)}\n\n".encode()


def _usage(used: Usage) -> dict[str, int]:
    return {
        "prompt_tokens": used.input_tokens,
        "completion_tokens": used.output_tokens,
        "total_tokens": used.total_tokens,
    }
