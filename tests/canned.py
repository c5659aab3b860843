"""A server on 127.0.0.1 with the files of the web page, whose API says what a test wants said."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


class Call:
    """A request to the API: `path`, `body`, and ways to answer it. `left` is set when its client is gone."""

    def __init__(self, handler: BaseHTTPRequestHandler, left: threading.Event) -> None:
        self._handler = handler
        self.left = left
        self.path = handler.path
        self.authorization = handler.headers.get("Authorization", "")
        length = int(handler.headers.get("Content-Length") or 0)
        self.body: Any = json.loads(handler.rfile.read(length)) if length else None

    def reply(self, value: Any, status: int = 200, kind: str = "application/json", **headers: str) -> None:
        """A whole response: JSON, or bytes as they are."""
        data = value if isinstance(value, bytes) else json.dumps(value).encode()
        self._begin(status, kind, {**headers, "Content-Length": str(len(data))})
        self._handler.wfile.write(data)

    def problem(self, status: int, detail: str, hint: str = "", **headers: str) -> None:
        """A problem (RFC 9457)."""
        told = {
            "type": "urn:qa:problem:test",
            "title": "Title",
            "status": status,
            "detail": detail,
            "hint": hint,
        }
        self.reply(told, status, "application/problem+json", **headers)

    def begin(self) -> None:
        """Begins a stream of events; it ends with the connection."""
        self._begin(200, "text/event-stream; charset=utf-8", {"Connection": "close"})

    def send(self, piece: bytes) -> None:
        """A piece of the stream, at once."""
        self._handler.wfile.write(piece)
        self._handler.wfile.flush()

    def event(self, name: str, value: Any) -> None:
        """An event of the stream."""
        self.send(event(name, value))

    def stay(self) -> None:
        """Keeps the stream open and says so, until the client leaves."""
        try:
            while not self.left.wait(0.05):
                self.send(b": still here\n\n")
        except OSError:
            self.left.set()

    def _begin(self, status: int, kind: str, headers: dict[str, str]) -> None:
        self._handler.send_response(status)
        self._handler.send_header("Content-Type", kind)
        for name, value in headers.items():
            self._handler.send_header(name.replace("_", "-"), value)
        self._handler.end_headers()


Answering = Callable[[Call], None]


class Canned:
    """The server: `address`, `answering` (called for each request to /api), `calls` so far."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.answering: Answering = lambda call: call.problem(404, "nothing here")
        self.calls: list[Call] = []


def event(name: str, value: Any) -> bytes:
    """An event as it goes over the wire."""
    return f"event: {name}\ndata: {json.dumps(value, ensure_ascii=False)}\n\n".encode()


@contextmanager
def serving(web: Path) -> Iterator[Canned]:
    """A canned server, with the files in `web` at / and /web/."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/api/"):
                self._answer()
                return
            path = self.path.partition("?")[0]
            file = web / ("index.html" if path == "/" else path.removeprefix("/web/"))
            data = file.read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", f"{_TYPES[file.suffix]}; charset=utf-8")
            self.send_header("Content-Security-Policy", CSP)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_POST(self) -> None:
            self._answer()

        def _answer(self) -> None:
            call = Call(self, threading.Event())
            canned.calls.append(call)
            self.close_connection = True
            canned.answering(call)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        canned = Canned(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield canned
        finally:
            for call in canned.calls:
                call.left.set()
            server.shutdown()
            thread.join()
