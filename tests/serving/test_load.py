"""Slow models, clients that leave, and the end of the server."""

from __future__ import annotations

import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from desks import QUESTION, WITHIN, Held, Running, assistant, events, running, until

CHAT = {"stream": True, "messages": [{"role": "user", "content": QUESTION}]}


def open_request(server: Running, path: str = "/api/ask") -> socket.socket:
    """A request on its way; nothing is read."""
    sock = socket.create_connection(("127.0.0.1", urlsplit(server.url).port or 0), timeout=WITHIN)
    body = json.dumps(CHAT if path.startswith("/v1") else {"question": QUESTION})
    sock.sendall(
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
    )
    return sock


def test_slow_models_block_nobody(shelf: Path, held: Held) -> None:
    """12 questions wait side by side for a model, and everything else goes on."""
    with assistant(shelf, held) as answering, running(answering) as server, ThreadPoolExecutor(12) as askers:
        asked = [askers.submit(server.ask) for _ in range(12)]
        until(lambda: held.asked == 12)
        with server.client() as client:
            assert client.get("/healthz").status_code == 200
            assert client.get("/api/articles").status_code == 200
            assert client.get("/metrics").status_code == 200
            assert not any(future.done() for future in asked)
        held.go.set()
        assert all(future.result().json()["statements"] for future in asked)
        assert server.desk.asking.threads <= 12
        until(lambda: server.desk.asking.threads == 0)


def test_too_many_at_once_are_told_to_come_back(shelf: Path, held: Held) -> None:
    with assistant(shelf, held) as answering, running(answering, max_concurrent=1) as server:
        with ThreadPoolExecutor(1) as askers:
            first = askers.submit(server.ask)
            until(lambda: held.asked == 1)
            response = server.ask()
            assert response.status_code == 503
            assert response.headers["retry-after"] == "1"
            assert response.json()["type"] == "urn:qa:problem:busy"
            with server.client() as client:
                assert client.post("/api/ask/stream", json={"question": QUESTION}).status_code == 503
                assert client.get("/api/outlets").status_code == 200
            held.go.set()
            assert first.result().status_code == 200
        assert server.ask().status_code == 200


@pytest.mark.parametrize("path", ["/api/ask", "/api/ask/stream", "/v1/chat/completions"])
def test_a_client_that_leaves_frees_its_slot(shelf: Path, held: Held, path: str) -> None:
    with assistant(shelf, held) as answering, running(answering, max_concurrent=1) as server:
        gone = open_request(server, path)
        until(lambda: held.asked == 1)
        assert server.desk.asking.jobs == 1
        gone.close()
        until(lambda: server.desk.asking.jobs == 0)
        assert server.desk.asking.threads == 1  # it still waits for its model
        with ThreadPoolExecutor(1) as askers:
            second = askers.submit(server.ask)
            until(lambda: held.asked == 2)
            held.go.set()
            assert second.result().status_code == 200
        until(lambda: server.desk.asking.threads == 0)


def test_threads_that_linger_are_bounded(shelf: Path, held: Held) -> None:
    with assistant(shelf, held) as answering, running(answering, max_concurrent=1) as server:
        for number in (1, 2):
            with open_request(server):
                until(lambda number=number: held.asked == number)
            until(lambda: server.desk.asking.jobs == 0)
        assert server.ask().status_code == 503
        held.go.set()
        until(lambda: server.desk.asking.threads == 0)
        assert server.ask().status_code == 200


def test_a_request_that_takes_too_long(shelf: Path, held: Held) -> None:
    with (
        assistant(shelf, held) as answering,
        running(answering, timeout=0.2) as server,
        server.client() as client,
    ):
        response = server.ask()
        assert response.status_code == 504
        assert "longer than 0.2 s" in response.json()["detail"]
        streamed = client.post("/api/ask/stream", json={"question": QUESTION})
        ((name, problem),) = events(streamed.text)
        assert (name, problem["status"]) == ("error", 504)
        assert server.desk.asking.jobs == 0


def test_a_silent_stream_says_that_it_is_still_there(shelf: Path, held: Held) -> None:
    with (
        assistant(shelf, held) as answering,
        running(answering, keep_alive=0.05) as server,
        server.client() as client,
        client.stream("POST", "/api/ask/stream", json={"question": QUESTION}) as response,
    ):
        lines = response.iter_lines()
        assert next(lines).startswith(":")
        held.go.set()
        assert "event: answer" in list(lines)


def test_at_the_end_requests_in_progress_get_their_time(shelf: Path, held: Held) -> None:
    with assistant(shelf, held) as answering, running(answering) as server, ThreadPoolExecutor(1) as askers:
        asked = askers.submit(server.ask)
        until(lambda: held.asked == 1)
        server.server.should_exit = True

        def refused() -> bool:
            try:
                with server.client() as client:
                    client.get("/healthz")
            except httpx.TransportError:
                return True
            return False

        until(refused)
        assert not asked.done()
        held.go.set()
        assert asked.result().json()["statements"]


@pytest.mark.parametrize("path", ["/api/ask", "/api/ask/stream"])
def test_after_their_time_they_are_told(shelf: Path, held: Held, path: str) -> None:
    with assistant(shelf, held) as answering, running(answering, grace=0.2) as server:
        with ThreadPoolExecutor(1) as askers, server.client() as client:
            asked = askers.submit(client.post, path, json={"question": QUESTION})
            until(lambda: held.asked == 1)
            server.server.should_exit = True
            response = asked.result()
        if path == "/api/ask":
            assert response.status_code == 503
            assert response.json()["type"] == "urn:qa:problem:stopping"
        else:
            ((name, problem),) = events(response.text)
            assert (name, problem["type"]) == ("error", "urn:qa:problem:stopping")


def test_many_clients_at_once_get_the_same_answer(shelf: Path) -> None:
    with assistant(shelf) as answering, running(answering) as server, ThreadPoolExecutor(16) as askers:
        texts = {r.json()["text"] for r in askers.map(lambda _: server.ask(), range(48))}
        assert len(texts) == 1
        assert server.desk.asking.jobs == 0
    until(lambda: all(thread.name != "qa-serving-job" for thread in threading.enumerate()))
