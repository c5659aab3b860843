"""Who may come in: the Host and Origin of a request, its key, how often and how much its client sends."""

from __future__ import annotations

import hashlib
import hmac
import math
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.serving import errors
from qa.serving.errors import RefusedError
from qa.serving.limits import Buckets, client_of, read_body
from qa.serving.options import Options, is_loopback

UNLIMITED = ("/healthz", "/metrics")
"""What may be asked for as often as one likes: monitoring does so."""
OPEN = ("/", "/healthz")
PAGES = "/web/"


class Door:
    """Middleware that lets in who may come in, and gives the others their error. `buckets` count the
    requests.
    """

    def __init__(self, app: ASGIApp, options: Options, buckets: Buckets | None = None) -> None:
        self._app = app
        self._options = options
        self._buckets = buckets or Buckets(options.rate)
        self._key = _digest(options.key.get_secret_value()) if options.key else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            headers = Headers(scope=scope)
            self._check_host(headers)
            self._check_origin(headers)
            self._check_rate(scope)
            scope.setdefault("state", {})["known"] = self._check_key(scope["path"], headers)
            if scope["method"] in ("POST", "PUT", "PATCH"):
                _check_type(headers)
                length = headers.get("content-length", "")
                receive = _replayed(await read_body(receive, length, self._options.most_bytes), receive)
        except RefusedError as exc:
            await errors.response(exc, scope["path"])(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _check_host(self, headers: Headers) -> None:
        """On this machine alone, a page from elsewhere whose name was turned to 127.0.0.1 (DNS rebinding)
        still gives its own name.
        """
        if not self._options.loopback:
            return
        host = headers.get("host", "")
        if len(headers.getlist("host")) != 1 or not is_loopback(_hostname(f"//{host}")):
            raise RefusedError(
                421, "wrong-host", "this server is for its own machine", "Use http://127.0.0.1 or localhost."
            )

    def _check_origin(self, headers: Headers) -> None:
        """A page from elsewhere may not spend our model calls, even if it cannot read the answer."""
        origin = headers.get("origin")
        if origin is None or origin in self._options.origins:
            return
        if origin.lower().partition("://")[2] != headers.get("host", "").lower():
            raise RefusedError(
                403,
                "foreign-origin",
                "pages of another origin may not use this server",
                "Start it with --allow-origin and the page's origin, if that page is yours.",
            )

    def _check_rate(self, scope: Scope) -> None:
        path = scope["path"]
        if path in UNLIMITED or path == "/" or path.startswith(PAGES):
            return
        wait = self._buckets.take(client_of((scope.get("client") or ("",))[0]))
        if wait:
            seconds = math.ceil(wait)
            raise RefusedError(
                429,
                "rate-limited-here",
                f"more than {self._options.rate} requests a minute",
                f"Try again in {seconds} s.",
                {"Retry-After": str(seconds)},
            )

    def _check_key(self, path: str, headers: Headers) -> bool:
        """Whether the client gave the key, or needs none. Raises RefusedError where it must."""
        if self._key is None:
            return True
        scheme, _, given = headers.get("authorization", "").partition(" ")
        # Digests have one length, so that the time of the comparison tells nothing about the key.
        right = hmac.compare_digest(_digest(given.strip()), self._key)
        if right and scheme.lower() == "bearer":
            return True
        if path in OPEN or path.startswith(PAGES):
            return False
        raise RefusedError(
            401,
            "wrong-key",
            "the key is wrong" if given else "this server asks for a key",
            "Send the header Authorization: Bearer KEY.",
            {"WWW-Authenticate": "Bearer"},
        )


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()


def _hostname(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _check_type(headers: Headers) -> None:
    # A form or plain text can be sent by any page in a browser without asking first.
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise RefusedError(
            415, "not-json", "the request is not JSON", "Send the header Content-Type: application/json."
        )


def _replayed(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body that was read, then what comes after it: that the client leaves."""
    waiting = [body]

    async def again() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return again
