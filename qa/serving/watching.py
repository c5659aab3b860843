"""What happens around every request: it is counted and logged, its response gets the headers that keep
browsers from misusing it, and an exception that nobody expected becomes a problem and a line in the log.
"""

from __future__ import annotations

import logging
import time

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.serving import errors
from qa.serving.metrics import Metrics
from qa.sources.clean import safe_characters

LOG = logging.getLogger("qa.serving")
UNMATCHED = "unmatched"
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_LONGEST = 300
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Watch:
    """Middleware around all the others. With `verbose` it logs what was asked, which is else left out:
    questions are what a newsroom is working on.
    """

    def __init__(
        self, app: ASGIApp, metrics: Metrics, *, verbose: bool = False, shared: bool = False
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._verbose = verbose
        self._headers = _HEADERS | {
            "Cross-Origin-Resource-Policy": "cross-origin" if shared else "same-origin"
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        began = time.perf_counter()
        scope.setdefault("state", {})
        with self._metrics.in_flight.track_inprogress():
            try:
                await self._app(scope, receive, told)
            except errors.ClientGoneError:
                status = status or errors.CLIENT_GONE
            except Exception as exc:  # the outermost seam: no traceback leaves the server
                LOG.error(
                    "unexpected %s: %s", type(exc).__name__, _one_line(str(exc)), exc_info=self._verbose
                )
                if not status:
                    await errors.response(exc, scope["path"])(scope, receive, told)
            finally:
                self._note(scope, status or errors.CLIENT_GONE, time.perf_counter() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", UNMATCHED)
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._metrics.served(method, route, status, seconds)
        path = scope.get("raw_path", scope["path"].encode()).decode("latin-1")
        asked = ""
        if self._verbose:
            query = scope.get("query_string", b"").decode("latin-1")
            path += f"?{query}" if query else ""
            asked = scope["state"].get("asked", "")
        client = (scope.get("client") or ("-",))[0]
        LOG.info(
            "%s %s %s %d %.3f s%s",
            client,
            method,
            _one_line(path),
            status,
            seconds,
            f" {_one_line(asked)!r}" if asked else "",
        )


def _one_line(text: str) -> str:
    """Text that cannot forge another line, or act on a terminal."""
    return " ".join(safe_characters(text).split())[:_LONGEST]
