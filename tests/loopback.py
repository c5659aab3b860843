"""A model server on 127.0.0.1 that speaks OpenAI's chat completions, and fails on demand.

    with ModelServer() as server:
        server.will(fails(429, retry_after=0), says({"answerable": False, "reason": "", "statements": []}))
        ...  # base_url=server.url
        assert len(server.requests) == 2

The replies are used in order, the last one again and again. Real HTTP, so that the real clients are tested.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

LONGEST_WAIT = 30.0


@dataclass(frozen=True)
class Request:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The messages that the model was given."""
        return list(self.body.get("messages", ()))

    @property
    def text(self) -> str:
        """All that the model was given, as one text."""
        return "\n".join(str(m["content"]) for m in self.messages)


@dataclass(frozen=True)
class Reply:
    """What the server does with one request; made by the functions below."""

    act: Callable[[Exchange], None]


@dataclass
class Exchange:
    """The means to reply to one request."""

    request: Request
    handler: BaseHTTPRequestHandler
    closing: threading.Event
    sent: list[str] = field(default_factory=list)

    def whole(self, status: int, content_type: str, body: str, headers: dict[str, str] | None = None) -> None:
        """Sends a reply in one go."""
        data = body.encode()
        self._head(status, content_type, {"Content-Length": str(len(data))} | (headers or {}))
        self.handler.wfile.write(data)

    def begin(self) -> None:
        """Begins a stream of events."""
        self._head(200, "text/event-stream", {"Transfer-Encoding": "chunked"})

    def event(self, data: str) -> None:
        """Sends one event."""
        self.raw(f"data: {data}\n\n")

    def raw(self, text: str) -> None:
        """Sends text inside a stream that has begun."""
        data = text.encode()
        self.handler.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.handler.wfile.flush()

    def end(self) -> None:
        """Ends the stream in order."""
        self.handler.wfile.write(b"0\r\n\r\n")

    def _head(self, status: int, content_type: str, headers: dict[str, str]) -> None:
        self.handler.send_response(status)
        for name, value in ({"Content-Type": content_type, "Connection": "close"} | headers).items():
            self.handler.send_header(name, value)
        self.handler.end_headers()
        self.handler.wfile.flush()


class ModelServer:
    """The server; `url` is its base URL, `requests` what came in, oldest first."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.knows_response_format = True
        self._replies: list[Reply] = []
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = False  # closing waits for every reply in progress
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def url(self) -> str:
        """What to set as base_url."""
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    def will(self, *replies: Reply) -> None:
        """Sets the replies to come, in order; the last one repeats."""
        with self._lock:
            self._replies = list(replies)

    def close(self) -> None:
        """Stops, letting go of every client that still waits."""
        self._closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        self.close()

    def _next(self, request: Request) -> Reply:
        with self._lock:
            self.requests.append(request)
            if request.path != "/v1/chat/completions":
                return fails(404, message=f"no such path: {request.path}")
            if not self.knows_response_format and "response_format" in request.body:
                return fails(400, message="Unknown parameter: response_format")
            if not self._replies:
                return fails(500, message="the test set no reply")
            return self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]

    def _handler(server) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 10

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = Request(self.path, headers, json.loads(body or b"{}"))
                self.close_connection = True
                with suppress(ConnectionError):  # the client left: that may be the point of the test
                    server._next(request).act(Exchange(request, self, server._closing))

            def log_message(self, *_: object) -> None:
                pass

        return Handler


# ---------------------------------------------------------------- replies


def says(
    content: Any,
    *,
    piece: int = 12,
    finish_reason: str | None = "stop",
    cut_after: int | None = None,
    then: str = "",
    pause: float = 0,
) -> Reply:
    """A reply with `content` (a string as it is, anything else as JSON) in pieces of `piece` characters.

    `cut_after` stops after so many pieces; `then` says how: "gone" breaks the connection, "hang" goes
    silent, "drip" sends comments for ever, "" ends the stream in order but too early. `pause` waits before
    each piece.
    """
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)

    def act(exchange: Exchange) -> None:
        if not exchange.request.body.get("stream"):
            message = {"role": "assistant", "content": text}
            _send_completion(exchange, message, finish_reason)
            return
        exchange.begin()
        pieces = [text[i : i + piece] for i in range(0, len(text), piece)]
        exchange.event(_chunk({"role": "assistant", "content": ""}))
        for part in pieces[:cut_after]:
            if pause and exchange.closing.wait(pause):
                return
            exchange.event(_chunk({"content": part}))
        if cut_after is None:
            _finish(exchange, finish_reason)
        else:
            _break_off(exchange, then)

    return Reply(act)


def replies(write: Callable[[Request], Any]) -> Reply:
    """A reply whose content is made from the request; `write` may return a Reply of another kind."""

    def act(exchange: Exchange) -> None:
        content = write(exchange.request)
        (content if isinstance(content, Reply) else says(content, piece=200)).act(exchange)

    return Reply(act)


def refuses(why: str = "I cannot help with that.") -> Reply:
    """OpenAI's way to decline: a `refusal` in place of content."""

    def act(exchange: Exchange) -> None:
        if not exchange.request.body.get("stream"):
            _send_completion(exchange, {"role": "assistant", "content": None, "refusal": why}, "stop")
            return
        exchange.begin()
        exchange.event(_chunk({"role": "assistant", "content": None, "refusal": why}))
        _finish(exchange, "stop")

    return Reply(act)


def fails(
    status: int,
    *,
    code: str | None = None,
    message: str = "scripted fault",
    retry_after: float | str | None = None,
) -> Reply:
    """An error as OpenAI words it."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    body = json.dumps({"error": {"message": message, "type": "scripted", "param": None, "code": code}})
    return Reply(lambda exchange: exchange.whole(status, "application/json", body, headers))


def fails_within(message: str = "scripted fault", code: str = "server_error") -> Reply:
    """An error inside a stream that began well."""

    def act(exchange: Exchange) -> None:
        exchange.begin()
        exchange.event(_chunk({"role": "assistant", "content": '{"answ'}))
        exchange.event(json.dumps({"error": {"message": message, "code": code}}))
        exchange.end()

    return Reply(act)


def sends(body: str, *, status: int = 200, content_type: str = "text/html") -> Reply:
    """Something that is no reply of a model: a web page, an empty body, the wrong content type."""
    return Reply(lambda exchange: exchange.whole(status, content_type, body))


def hangs() -> Reply:
    """Takes the request and says nothing."""
    return Reply(lambda exchange: exchange.closing.wait(LONGEST_WAIT) and None)


def drops() -> Reply:
    """Takes the request and hangs up without a word."""
    return Reply(lambda exchange: None)


def _break_off(exchange: Exchange, then: str) -> None:
    if then == "hang":
        exchange.closing.wait(LONGEST_WAIT)
    elif then == "drip":
        while not exchange.closing.wait(0.02):
            exchange.raw(": still here\n\n")
    elif then != "gone":
        exchange.end()


def _finish(exchange: Exchange, finish_reason: str | None) -> None:
    exchange.event(_chunk({}, finish_reason))
    if (exchange.request.body.get("stream_options") or {}).get("include_usage"):
        exchange.event(
            json.dumps({**_COMMON, "object": "chat.completion.chunk", "choices": [], "usage": USAGE})
        )
    exchange.event("[DONE]")
    exchange.end()


def _send_completion(exchange: Exchange, message: dict[str, Any], finish_reason: str | None) -> None:
    choice = {"index": 0, "message": message, "finish_reason": finish_reason}
    body = {**_COMMON, "object": "chat.completion", "choices": [choice], "usage": USAGE}
    exchange.whole(200, "application/json", json.dumps(body))


_COMMON = {"id": "chatcmpl-scripted", "created": 1_800_000_000, "model": "scripted"}
USAGE = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
"""The token counts that the server reports for every call."""


def _chunk(delta: dict[str, Any], finish_reason: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return json.dumps({**_COMMON, "object": "chat.completion.chunk", "choices": [choice]})


def running() -> Iterator[ModelServer]:
    """A server for the length of a fixture."""
    with ModelServer() as server:
        yield server
