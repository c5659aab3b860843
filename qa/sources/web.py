"""Fetches a page for ingest, guarded: public addresses only, after each redirect too, with caps on size and
time.

The address that was checked is the one connected to, so a name that changes its address in between (DNS
rebinding) gains nothing. Proxies of the environment are not used: behind one, nothing could be checked.
"""

from __future__ import annotations

import ipaddress
import ssl
import time
from collections.abc import Iterable, Iterator, Sequence
from email.message import Message
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

from qa.errors import FetchError
from qa.sources.addresses import Network, public_addresses
from qa.sources.material import Fetched

LARGEST_BODY = 10_000_000
LONGEST_SECONDS = 30.0
MOST_REDIRECTS = 5

_STEP_SECONDS = 10.0
_READABLE = ("html", "xml", "json", "pdf", "markdown")
_HEADERS = {
    "User-Agent": "qa (news article reader)",
    "Accept": "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml,"
    " application/json;q=0.9, text/*;q=0.8, application/pdf;q=0.8",
    "Accept-Encoding": "gzip, deflate",
}


class GuardedFetch:
    """Fetches an address, as `Fetch` says.

    `allow` are networks that may be fetched though they are not public, such as "127.0.0.0/8" for a server
    of one's own; `seconds` caps the whole fetch with its redirects, `largest` the body in bytes.
    """

    def __init__(
        self, *, allow: Iterable[str] = (), seconds: float = LONGEST_SECONDS, largest: int = LARGEST_BODY
    ) -> None:
        self._allow = tuple(ipaddress.ip_network(network) for network in allow)
        self._seconds = seconds
        self._largest = largest

    def __call__(self, url: str) -> Fetched:
        """What `url` answers, after at most five redirects. Raises FetchError."""
        deadline = time.monotonic() + self._seconds
        transport = _GuardedTransport(self._allow, deadline)
        with httpx.Client(
            transport=transport, headers=_HEADERS, follow_redirects=False, trust_env=False
        ) as client:
            for _ in range(MOST_REDIRECTS + 1):
                answer = self._get(client, _checked(url), deadline)
                if isinstance(answer, Fetched):
                    return answer
                url = answer
        raise FetchError(
            f"it redirects more than {MOST_REDIRECTS} times", "Give the address that the browser ends at."
        )

    def _get(self, client: httpx.Client, url: str, deadline: float) -> Fetched | str:
        """What `url` answers, or the address that it redirects to."""
        try:
            with client.stream("GET", url, timeout=_STEP_SECONDS) as response:
                if response.has_redirect_location:
                    return urljoin(url, response.headers["location"])
                content_type, charset = _accepted(response)
                return Fetched(
                    url=url, content_type=content_type, charset=charset, body=self._body(response, deadline)
                )
        except (httpcore.TimeoutException, httpx.TimeoutException) as exc:
            raise FetchError(
                f"{_host(url)} did not answer in time", "Try again later, or save the page as a file."
            ) from exc
        except httpcore.ConnectError as exc:
            raise FetchError(
                f"no connection to {_host(url)}: {_plain(exc)}", "Check the address and the connection."
            ) from exc
        except (
            httpcore.ProtocolError,
            httpcore.NetworkError,
            httpx.HTTPError,
            httpx.InvalidURL,
            ValueError,
        ) as exc:
            raise FetchError(
                f"{_host(url)} broke off or answered wrongly", "Try again later, or save the page as a file."
            ) from exc

    def _body(self, response: httpx.Response, deadline: float) -> bytes:
        limit = f"it is larger than the {self._largest / 1_000_000:g} MB that are fetched"
        length = response.headers.get("content-length", "")
        if length.isdigit() and len(length) < 20 and int(length) > self._largest:
            raise FetchError(limit, "Save it and add the file.")
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > self._largest:
                raise FetchError(limit, "Save it and add the file.")
            if time.monotonic() > deadline:
                raise FetchError(
                    f"it took longer than {self._seconds:g} seconds",
                    "Try again later, or save the page as a file.",
                )
        return bytes(body)


def _checked(url: str) -> str:
    """`url` if it may be fetched at all: http or https, with a host, without a user's name or password."""
    try:
        parts = urlsplit(url.strip())
        parts.port  # noqa: B018  # reading the port is what checks it
    except ValueError as exc:
        raise FetchError("it is not a valid address", "Copy it again from the browser.") from exc
    if parts.scheme not in {"http", "https"}:
        raise FetchError(
            f"only http and https are fetched, not {parts.scheme or 'this'}", "Save it and add the file."
        )
    if not parts.hostname:
        raise FetchError("it is not a valid address", "Copy it again from the browser.")
    if parts.username is not None or parts.password is not None:
        raise FetchError(
            "the address holds a user name or password", "Leave them out, or save the page as a file."
        )
    return parts._replace(fragment="").geturl()


def _accepted(response: httpx.Response) -> tuple[str, str]:
    """Media type and charset of an answer that can be read. Raises FetchError."""
    status = response.status_code
    if status != httpx.codes.OK:
        hint = (
            "Open it in a browser; save the page as a file if it shows there."
            if status in {401, 402, 403, 429, 451}
            else "Check the address."
        )
        raise FetchError(
            f"it answered {status} {response.reason_phrase}".rstrip(),
            hint if status < 500 else "Try again later.",
        )
    if "," in response.headers.get("content-encoding", ""):
        raise FetchError(
            "it is compressed more than once, which is not read"
        )  # each layer multiplies what a small body can become
    message = Message()
    message["content-type"] = response.headers.get("content-type", "text/plain")
    kind = message.get_content_type()
    if not (kind.startswith("text/") or any(name in kind for name in _READABLE)):
        raise FetchError(
            f"it is {kind}, which holds no article", "Pages, feeds, text, JSON and PDF are read."
        )
    return kind, str(message.get_content_charset() or "")


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


def _plain(exc: Exception) -> str:
    if "CERTIFICATE" in str(exc):
        return "its certificate is not valid"
    return "it refused or was not reachable"


class _GuardedTransport(httpx.BaseTransport):
    """httpx over a connection pool whose connections are guarded."""

    def __init__(self, allow: Sequence[Network], deadline: float) -> None:
        backend = _GuardedBackend(allow, deadline)
        self._pool = httpcore.ConnectionPool(ssl_context=_tls(), network_backend=backend, max_connections=4)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        answer = self._pool.handle_request(
            httpcore.Request(
                request.method,
                url,
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions
        )

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class _GuardedBackend(httpcore.NetworkBackend):
    """Looks a host up, checks its addresses, and connects to one that was checked."""

    def __init__(self, allow: Sequence[Network], deadline: float) -> None:
        self._allow, self._deadline = allow, deadline
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = public_addresses(host, port, allow=self._allow, timeout=_left(self._deadline, timeout))
        failure: Exception = httpcore.ConnectError()
        for address in addresses:
            try:
                stream = self._sockets.connect_tcp(
                    address, port, _left(self._deadline, timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as exc:
                failure = exc
            else:
                return _TimedStream(stream, self._deadline)
        raise failure

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        raise FetchError("only http and https are fetched")


class _TimedStream(httpcore.NetworkStream):
    """A connection on which no step outlasts the deadline, so that an answer sent drop by drop ends too."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline, timeout))
        return _TimedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _left(deadline: float, timeout: float | None) -> float:
    """The seconds that one step may take."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time for this fetch is used up")
    return min(left, timeout or _STEP_SECONDS)


def _tls() -> ssl.SSLContext:
    """The certificates that httpx trusts, or those that SSL_CERT_FILE names."""
    return httpx.create_ssl_context()
