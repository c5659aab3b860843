from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from qa.errors import FetchError
from qa.sources import Fetched, Skipped, Source, article_id, read
from qa.sources.addresses import public_addresses
from qa.sources.web import GuardedFetch
from qa.types import Article

from .conftest import NOW

LOOPBACK = ("127.0.0.0/8", "::1/128")
TEXT = "The harbour bridge reopened on Monday after eleven months of repairs, the city engineer said."
Handler = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """A loopback server whose paths are set by a test; `hits` lists what was asked."""

    def __init__(self) -> None:
        self.paths: dict[str, Handler] = {}
        self.hits: list[str] = []
        outer = self

        class Request(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer.hits.append(self.path)
                self.close_connection = True
                outer.paths[self.path](self)

            def log_message(self, *args: Any) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Request)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self.thread.start()

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def answers(self, path: str, body: bytes = TEXT.encode(), status: int = 200, **headers: str) -> None:
        def answer(request: BaseHTTPRequestHandler) -> None:
            request.send_response(status)
            for name, value in {"content_type": "text/plain; charset=utf-8", **headers}.items():
                request.send_header(name.replace("_", "-"), value)
            request.send_header("Content-Length", str(len(body)))
            request.end_headers()
            request.wfile.write(body)

        self.paths[path] = answer

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


def fetch(**options: Any) -> GuardedFetch:
    return GuardedFetch(**{"allow": LOOPBACK, "seconds": 5, **options})


def test_a_page_is_fetched(server: Server) -> None:
    server.answers("/a", content_type="text/plain; charset=ISO-8859-1")
    found = fetch()(server.url("/a#part"))
    assert found == Fetched(
        url=server.url("/a"), content_type="text/plain", charset="iso-8859-1", body=TEXT.encode()
    )


def test_a_compressed_page_is_unpacked(server: Server) -> None:
    server.answers("/a", gzip.compress(TEXT.encode()), content_encoding="gzip")
    assert fetch()(server.url("/a")).body == TEXT.encode()


def test_an_address_becomes_an_article(server: Server) -> None:
    server.answers("/a", f"Title: Bridge\n\n{TEXT}".encode())
    (found,) = read(
        Source(kind="url", name=server.url("/a?utm_source=x")),
        fetch=lambda url: fetch()(server.url("/a")),
        now=NOW,
    )
    assert isinstance(found, Article)
    assert (found.title, found.url, found.fetched) == ("Bridge", server.url("/a"), NOW)
    assert found.id == article_id(server.url("/a"), "")


@pytest.mark.parametrize(
    ("canonical", "url"),
    [
        ("https://example.org/own", "https://example.org/own"),
        ("/own", "https://amp.example.org/own"),
        ("https://elsewhere.example.com/theirs", "https://amp.example.org/page"),
        ("", "https://amp.example.org/page"),
    ],
)
def test_a_page_cannot_take_the_place_of_another_sites_article(canonical: str, url: str) -> None:
    html = (
        f"<html><head><link rel='canonical'"
        f" href='{canonical}'></head><body><article>{f'<p>{TEXT}</p>' * 3}</article></body></html>"
    )
    page = Fetched(url="https://amp.example.org/page", content_type="text/html", body=html.encode())
    (found,) = read(Source(kind="url", name=page.url), fetch=lambda url: page, now=NOW)
    assert isinstance(found, Article)
    assert found.url == url


@pytest.mark.parametrize("kind", ["text/html", "application/rss+xml", "text/plain"])
def test_the_content_tells_the_kind_when_the_media_type_does_not(kind: str) -> None:
    rss = f"<rss version='2.0'><channel><item><link>https://other.example.com/a</link><description>{TEXT}</description></item></channel></rss>"
    page = Fetched(url="https://example.org/feed", content_type=kind, body=rss.encode())
    (found,) = read(Source(kind="url", name=page.url), fetch=lambda url: page, now=NOW)
    assert isinstance(found, Article)
    assert (found.text, found.url) == (TEXT, "https://other.example.com/a")


# ---- what may not be fetched


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "2130706433",
        "0x7f.1",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fc00::1]",
        "[ff02::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::1]",
        "[2002:7f00:1::]",
        "[2001:0:7f00:1::]",
    ],
)
def test_addresses_that_are_not_public_are_refused(host: str, server: Server) -> None:
    server.answers("/a")
    with pytest.raises(FetchError, match=r"not on the public internet|no host"):
        GuardedFetch(seconds=5)(f"http://{host}:{server.port}/a")
    assert server.hits == []


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822", "::ffff:93.184.216.34"]
)
def test_public_addresses_pass(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: [(0, 0, 0, "", (address, 80))])
    assert public_addresses("news.example", 80) == [address]


def test_one_private_address_among_public_ones_refuses_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(0, 0, 0, "", (address, 80)) for address in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: found)
    with pytest.raises(FetchError, match="not on the public internet"):
        public_addresses("news.example", 80)


def test_a_name_that_changes_its_address_gains_nothing(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answers("/a")
    asked: list[str] = []
    real = socket.getaddrinfo

    def changing(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host != "rebinding.example":
            return real(host, *args, **kwargs)
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "127.0.0.2"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, args[0]))]

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    assert fetch(allow=["127.0.0.1/32"])(server.url("/a", host="rebinding.example")).body == TEXT.encode()
    assert asked == ["rebinding.example"]
    with pytest.raises(FetchError, match="not on the public internet"):
        fetch(allow=["127.0.0.1/32"])(server.url("/a", host="rebinding.example"))
    assert server.hits == ["/a"]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://example.org/a", "only http and https"),
        ("file:///etc/hostname", "only http and https"),
        ("example.org/a", "only http and https"),
        ("https://reader:secret@example.org/a", "user name or password"),
        ("https://reader@example.org/a", "user name or password"),
        ("http:///a", "not a valid address"),
        ("http://[::1", "not a valid address"),
        ("http://example.org:99999/", "not a valid address"),
    ],
)
def test_addresses_that_are_refused_as_they_stand(url: str, reason: str) -> None:
    with pytest.raises(FetchError, match=reason):
        fetch()(url)


# ---- redirects


def test_redirects_are_followed(server: Server) -> None:
    server.answers("/old", b"", 301, location="/new")
    server.answers("/new", b"", 302, location=server.url("/last?x=1"))
    server.answers("/last?x=1")
    assert fetch()(server.url("/old")).url == server.url("/last?x=1")


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://127.0.0.2/a", "not on the public internet"),
        ("http://169.254.169.254/latest/meta-data", "not on the public internet"),
        ("file:///etc/hostname", "only http and https"),
        ("http://reader:secret@127.0.0.1/", "user name or password"),
        ("http://[::1", "not a valid|answered wrongly"),
    ],
)
def test_a_redirect_is_checked_like_an_address(server: Server, location: str, reason: str) -> None:
    server.answers("/old", b"", 302, location=location)
    with pytest.raises(FetchError, match=reason):
        fetch(allow=["127.0.0.1/32"])(server.url("/old"))


def test_a_loop_of_redirects_ends(server: Server) -> None:
    server.answers("/loop", b"", 302, location="/loop")
    with pytest.raises(FetchError, match="redirects more than 5 times"):
        fetch()(server.url("/loop"))
    assert len(server.hits) == 6


# ---- caps and broken answers


def test_a_large_body_is_cut_off(server: Server) -> None:
    server.answers("/declared", b"x" * 3000)
    server.answers("/bomb", gzip.compress(b"x" * 1_000_000), content_encoding="gzip")

    def endless(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        try:
            while True:
                request.wfile.write(b"x" * 1000)
        except OSError:
            pass

    server.paths["/endless"] = endless
    for path in ("/declared", "/bomb", "/endless"):
        with pytest.raises(FetchError, match="larger than"):
            fetch(largest=2000)(server.url(path))


def test_layered_compression_is_refused(server: Server) -> None:
    server.answers("/a", gzip.compress(gzip.compress(b"x")), content_encoding="gzip, gzip")
    with pytest.raises(FetchError, match="compressed more than once"):
        fetch()(server.url("/a"))


@pytest.mark.parametrize("part", ["head", "body"])
def test_an_answer_drop_by_drop_ends_at_the_deadline(server: Server, part: str) -> None:
    stop = threading.Event()

    def slow(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\n" + (b"\r\n" if part == "body" else b""))
        try:
            while not stop.wait(0.05):
                request.wfile.write(b"x-a: b\r\n" if part == "head" else b"x")
                request.wfile.flush()
        except OSError:
            pass

    server.paths["/slow"] = slow
    with pytest.raises(FetchError, match=r"in time|longer than"):
        fetch(seconds=0.5)(server.url("/slow"))
    stop.set()


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, "401"),
        (403, "403"),
        (404, "404 Not Found"),
        (410, "410"),
        (429, "429"),
        (500, "500"),
        (304, "304"),
    ],
)
def test_a_refusal_is_named(server: Server, status: int, reason: str) -> None:
    server.answers("/a", b"" if status == 304 else b"sorry", status)
    with pytest.raises(FetchError, match=reason) as caught:
        fetch()(server.url("/a"))
    assert caught.value.hint


@pytest.mark.parametrize("kind", ["image/png", "application/zip", "video/mp4", "application/octet-stream"])
def test_what_holds_no_article_is_not_fetched(server: Server, kind: str) -> None:
    server.answers("/a", content_type=kind)
    with pytest.raises(FetchError, match=kind):
        fetch()(server.url("/a"))


def test_broken_answers_are_skipped(server: Server) -> None:
    server.answers("/gzip", b"not gzip", content_encoding="gzip")
    server.answers("/blank", b" \n")
    server.paths["/none"] = lambda request: None
    server.paths["/noise"] = lambda request: request.wfile.write(b"noise\r\n\r\n") and None
    server.paths["/short"] = lambda request: (
        request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx") and None
    )
    for path in server.paths:
        (found,) = read(Source(kind="url", name=server.url(path)), fetch=fetch(), now=NOW)
        assert isinstance(found, Skipped), path
        assert found.reason
        assert found.source == server.url(path)


def test_no_connection_is_skipped() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    (found,) = read(Source(kind="url", name=f"http://127.0.0.1:{port}/"), fetch=fetch(), now=NOW)
    assert isinstance(found, Skipped)
    assert "no connection" in found.reason


def test_by_default_the_guarded_fetch_is_used(server: Server) -> None:
    server.answers("/a")
    (found,) = read(Source(kind="url", name=server.url("/a")), now=NOW)
    assert isinstance(found, Skipped)
    assert "not on the public internet" in found.reason
    assert server.hits == []
