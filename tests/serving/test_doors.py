"""Who may come in, how often, with how much; and what a browser is told."""

from __future__ import annotations

import http.client
import logging
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from desks import QUESTION, WITHIN, Running, assistant, running
from pydantic import SecretStr

from qa.errors import ConfigError, QAError
from qa.serving import pages
from qa.serving.limits import MOST_CLIENTS, Buckets, client_of
from qa.serving.options import Options, is_loopback
from qa.serving.pages import CSP
from qa.serving.running import listening

KEY = "a-long-secret-of-the-newsroom"


def raw(
    server: Running, method: str, path: str, headers: dict[str, str], body: bytes = b""
) -> tuple[int, str]:
    """A request with exactly these headers (httpx would mend some of them)."""
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(server.url).port, timeout=WITHIN)
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("localhost:9999", 200),
        ("LOCALHOST", 200),
        ("[::1]:8321", 200),
        ("127.0.0.1.evil.example", 421),
        ("rebound.example:8321", 421),
        ("localhost.evil.example", 421),
        ("user@127.0.0.1@evil.example", 421),
        ("[", 421),
        ("", 421),
    ],
)
def test_a_host_that_is_not_this_machine_is_turned_away(server: Running, host: str, status: int) -> None:
    assert raw(server, "GET", "/healthz", {"Host": host})[0] == status


def test_pages_of_other_origins_are_turned_away(server: Running) -> None:
    with server.client() as client:
        assert client.get("/healthz", headers={"Origin": server.url}).status_code == 200
        for origin in ("https://evil.example", "null", "http://127.0.0.1:1", "http://[", ""):
            response = client.get("/healthz", headers={"Origin": origin})
            assert response.status_code == 403
            assert "access-control-allow-origin" not in response.headers


def test_a_form_cannot_ask(server: Running) -> None:
    with server.client() as client:
        for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
            response = client.post(
                "/api/ask", content='{"question": "Who?"}', headers={"Content-Type": kind} if kind else {}
            )
            assert response.status_code == 415


def test_an_origin_that_is_allowed_may(shelf: Path) -> None:
    page = "https://newsroom.example"
    with (
        assistant(shelf) as answering,
        running(answering, origins=(page,)) as server,
        server.client() as client,
    ):
        before = client.options(
            "/api/ask",
            headers={
                "Origin": page,
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "content-type,authorization",
            },
        )
        assert before.status_code == 200
        asked = client.post("/api/ask", json={"question": QUESTION}, headers={"Origin": page})
        assert asked.status_code == 200
        assert asked.headers["access-control-allow-origin"] == page
        assert client.get("/healthz", headers={"Origin": "https://evil.example"}).status_code == 403


def test_a_key_is_asked_of_everybody(shelf: Path) -> None:
    with assistant(shelf) as answering, running(answering, key=SecretStr(KEY)) as server:
        with server.client() as client:
            for header in ({}, {"Authorization": f"Bearer {KEY}x"}, {"Authorization": KEY},
                           {"Authorization": f"Basic {KEY}"}, {"Authorization": "Bearer"}):  # fmt: skip
                response = client.get("/api/outlets", headers=header)
                assert response.status_code == 401
                assert response.headers["www-authenticate"] == "Bearer"
                assert KEY not in response.text
                assert client.get("/metrics", headers=header).status_code == 401
                assert client.get("/openapi.json", headers=header).status_code == 401
                assert client.get("/healthz", headers=header).json() == {
                    "status": "ok", "sequence": None, "articles": None, "engine": None,
                }  # fmt: skip
            right = {"Authorization": f"bearer {KEY}"}
            assert client.get("/api/outlets", headers=right).status_code == 200
            assert client.get("/healthz", headers=right).json()["articles"] == 2
            assert client.get("/openapi.json", headers=right).json()["security"] == [{"key": []}]
        # Bytes that are no text.
        assert (
            raw(server, "GET", "/api/outlets", {"Host": "localhost", "Authorization": "Bearer \xff\xfe"})[0]
            == 401
        )


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "newsroom.example"])
def test_other_machines_are_not_served_without_a_key(host: str) -> None:
    with pytest.raises(ConfigError, match="no key") as caught:
        Options(host=host).check()
    assert "QA_SERVE_KEY" in caught.value.hint
    Options(host=host, key=SecretStr(KEY)).check()


@pytest.mark.parametrize("key", ["", " padded", "two\nlines", "schlüssel"])
def test_a_key_that_no_header_can_carry_is_refused(key: str) -> None:
    with pytest.raises(ConfigError, match="key"):
        Options(key=SecretStr(key)).check()


def test_what_counts_as_this_machine() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.8.8.8", "::1", "localhost", "Localhost")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "10.0.0.1", "", "localhost.", "127.0.0.1.nip.example")))


def test_too_large_a_request(shelf: Path) -> None:
    with assistant(shelf) as answering, running(answering, most_bytes=1_000) as server:
        headers = {"Host": "localhost", "Content-Type": "application/json"}
        told = raw(server, "POST", "/api/ask", {**headers, "Content-Length": "1001"})
        assert told[0] == 413
        assert "1,000 bytes" in told[1]
        chunked = b"3e8\r\n" + b" " * 1000 + b"\r\n1\r\n \r\n0\r\n\r\n"
        told = raw(server, "POST", "/api/ask", {**headers, "Transfer-Encoding": "chunked"}, chunked)
        assert told[0] == 413
        assert server.ask().status_code == 200


def test_too_many_requests(shelf: Path) -> None:
    with assistant(shelf) as answering, running(answering, rate=1) as server, server.client() as client:
        assert client.get("/api/outlets").status_code == 200
        response = client.get("/api/outlets")
        assert response.status_code == 429
        assert 1 <= int(response.headers["retry-after"]) <= 60
        assert response.json()["type"] == "urn:qa:problem:rate-limited-here"
        listed = client.get("/v1/models")
        assert listed.json()["error"]["code"] == "rate_limit_exceeded"
        assert client.get("/healthz").status_code == 200  # monitoring may go on
        assert client.get("/metrics").status_code == 200


def test_a_bucket_fills_again() -> None:
    now = [0.0]
    buckets = Buckets(60, clock=lambda: now[0])
    assert [buckets.take("a") for _ in range(10)] == [0.0] * 10
    assert buckets.take("a") == pytest.approx(1.0)
    assert buckets.take("b") == 0.0
    now[0] = 0.5
    assert buckets.take("a") == pytest.approx(0.5)
    now[0] = 1.0
    assert buckets.take("a") == 0.0
    now[0] = 1_000.0
    assert [buckets.take("a") for _ in range(10)] == [0.0] * 10
    assert buckets.take("a") > 0


def test_buckets_do_not_grow_for_ever() -> None:
    buckets = Buckets(60)
    for number in range(MOST_CLIENTS + 50):
        buckets.take(str(number))
    assert len(buckets._known) == MOST_CLIENTS


def test_an_ipv6_network_is_one_client() -> None:
    assert client_of("2001:db8:1:2::1") == client_of("2001:db8:1:2:ffff::7") != client_of("2001:db8:1:3::1")
    assert client_of("::ffff:192.0.2.1") == "192.0.2.1" == client_of("192.0.2.1")


def test_a_forwarded_address_is_not_believed(shelf: Path) -> None:
    with assistant(shelf) as answering, running(answering, rate=1) as server, server.client() as client:
        statuses = [
            client.get("/api/outlets", headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code
            for n in range(3)
        ]
        assert statuses == [200, 429, 429]


def test_every_response_has_the_headers_that_protect_it(server: Running) -> None:
    with server.client() as client:
        for response in (client.get("/healthz"), client.get("/nothing"), client.get("/docs"), server.ask()):
            assert response.headers["x-content-type-options"] == "nosniff"
            assert response.headers["x-frame-options"] == "DENY"
            assert response.headers["referrer-policy"] == "no-referrer"
            assert response.headers["content-security-policy"].startswith("default-src 'none'")
            assert response.headers["cache-control"] == "no-store"
            assert "server" not in response.headers


def test_the_web_page_is_served_with_its_own_policy(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    web = tmp_path / "web"
    (web / "art").mkdir(parents=True)
    (web / "index.html").write_text("<!doctype html><p>the page")
    (web / "page.js").write_text("1")
    (web / "art" / "logo.svg").write_text("<svg/>")
    (web / "notes.py").write_text("secret = 1")
    (tmp_path / "outside.txt").write_text("secret")
    monkeypatch.setattr(pages.routes, "__defaults__", (web,))
    with assistant(shelf) as answering, running(answering, key=SecretStr(KEY)) as server:
        with server.client() as client:
            index = client.get("/")
            assert (index.text, index.headers["content-type"]) == (
                "<!doctype html><p>the page",
                "text/html; charset=utf-8",
            )
            assert index.headers["content-security-policy"] == CSP
            assert client.get("/web/page.js").headers["content-type"] == "text/javascript; charset=utf-8"
            assert client.get("/web/art/logo.svg").headers["content-type"] == "image/svg+xml"
            for other in ("/web/notes.py", "/web/", "/web/art", "/web/absent.js"):
                assert client.get(other).status_code == 404
        for path in (
            "/web/../outside.txt",
            "/web/..%2Foutside.txt",
            "/web/%2e%2e/outside.txt",
            "/web//etc/passwd",
        ):
            assert raw(server, "GET", path, {"Host": "localhost"})[0] in (401, 404)


def test_the_list_of_what_is_served_needs_no_script(server: Running) -> None:
    with server.client() as client:
        for path in ("/docs", "/"):
            page = client.get(path)
            assert page.headers["content-type"].startswith("text/html")
        assert "/v1/chat/completions" in client.get("/docs").text
        assert "<script" not in client.get("/docs").text
        assert "://" not in client.get("/docs").text


def test_the_log_has_no_questions_unless_asked_for(shelf: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "qa.serving")
    with assistant(shelf) as answering:
        for verbose in (False, True):
            caplog.clear()
            with running(answering, verbose=verbose) as server, server.client() as client:
                server.ask()
                client.get("/api/search", params={"question": "ferry\nGET /forged"})
                raw(server, "GET", "/api/outlets/%1b[31m%0aGET", {"Host": "localhost"})
            lines = [record.getMessage() for record in caplog.records if record.name == "qa.serving"]
            assert len(lines) == 3, lines
            assert all("\n" not in line and "\x1b" not in line for line in lines)
            assert any("/api/ask 200" in line for line in lines)
            assert ("bridge" in " ".join(lines), "ferry" in " ".join(lines)) == (verbose, verbose)


def test_what_nobody_expected_is_a_problem_without_a_traceback(
    shelf: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise ZeroDivisionError("the secret of the house")

    monkeypatch.setattr("qa.library.catalogue.Catalogue.outlets", broken)
    with assistant(shelf) as answering, running(answering) as server, server.client() as client:
        response = client.get("/api/outlets")
        assert client.get("/healthz").status_code == 200
    assert response.status_code == 500
    assert response.json()["type"] == "urn:qa:problem:unexpected"
    assert "secret" not in response.text
    assert "Traceback" not in response.text
    assert any("ZeroDivisionError" in record.getMessage() for record in caplog.records)


def test_counters(shelf: Path) -> None:
    with assistant(shelf) as answering, running(answering) as server, server.client() as client:
        server.ask()
        server.ask("Who won the 2022 World Cup?")
        client.get("/api/articles/nowhere")
        client.get("/any/thing/else")
        response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    lines = set(response.text.splitlines())
    assert {
        'qa_requests_total{method="POST",route="/api/ask",status="200"} 2.0',
        'qa_requests_total{method="GET",route="/api/articles/{article_id}",status="404"} 1.0',
        'qa_requests_total{method="GET",route="unmatched",status="404"} 1.0',
        'qa_answers_total{engine="extractive",kind="answer",outcome="answered"} 1.0',
        'qa_answers_total{engine="extractive",kind="answer",outcome="abstained"} 1.0',
        'qa_request_seconds_count{route="/api/ask"} 2.0',
        "qa_requests_in_flight 1.0",
    } <= lines


def test_withheld_statements_are_counted(shelf: Path) -> None:
    made_up = {"text": "The bridge cost 900 million euros.", "modality": "confirmed", "attributed_to": "",
               "citations": [{"passage": 1, "quote": "The toll is two euros."}]}  # fmt: skip
    reply = {"answerable": True, "reason": "", "statements": [made_up]}
    with assistant(shelf, {"*": reply}) as answering, running(answering) as server, server.client() as client:
        assert server.ask().json()["abstained"] is True
        metrics = client.get("/metrics").text
    assert "qa_withheld_statements_total{code=" in metrics


def test_a_port_in_use_is_said(server: Running) -> None:
    port = urlsplit(server.url).port
    assert port
    with pytest.raises(QAError, match=f"port {port} of 127.0.0.1 is in use") as caught:
        listening(Options(port=port))
    assert f"--port {port + 1}" in caught.value.hint


def test_a_host_that_is_none_is_said() -> None:
    with pytest.raises(ConfigError, match="no address of this machine"):
        listening(Options(host="192.0.2.77", port=0))


def test_ipv6(shelf: Path) -> None:
    try:
        with listening(Options(host="::1", port=0)) as found:
            assert found.family is socket.AF_INET6
    except ConfigError:
        pytest.skip("this machine has no ::1")
