"""The API of our own, over real HTTP."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from desks import (
    BRIDGE,
    FERRY,
    GOOD,
    QUESTION,
    SAID,
    WITHIN,
    Running,
    assistant,
    events,
    filled,
    running,
    statement,
)
from langchain_core.outputs import ChatGenerationChunk
from pydantic import PrivateAttr

from qa import Answer, Article, Assistant, Library, Settings
from qa.models.scripted import ScriptedChatModel
from qa.types import Passage, Statement, Summary

REPOSITORY = Path(__file__).resolve().parents[2]


def test_an_answer_is_the_type_it_is(server: Running, shelf: Path) -> None:
    response = server.ask()
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    with assistant(shelf) as answering:
        assert Answer.model_validate_json(response.content) == answering.ask(QUESTION)


def test_filters_and_as_of_hold(server: Running) -> None:
    early = Answer.model_validate_json(server.ask(as_of="2026-03-01").content)
    assert early.abstained
    assert early.as_of == dt.date(2026, 3, 1)
    other = Answer.model_validate_json(server.ask(outlets=["evening post"]).content)
    assert other.filters.outlets == ("evening post",)
    assert not any(c.article_id == BRIDGE.id for c in other.citations)


@pytest.mark.parametrize("way", ["path", "header"])
def test_a_stream_is_statements_and_then_the_answer(server: Running, way: str) -> None:
    path, headers = (
        ("/api/ask/stream", {}) if way == "path" else ("/api/ask", {"Accept": "text/event-stream"})
    )
    with server.client() as client:
        response = client.post(path, json={"question": QUESTION}, headers=headers)
    assert response.headers["content-type"].startswith("text/event-stream")
    *statements, (name, answer) = events(response.text)
    assert name == "answer"
    assert [kind for kind, _ in statements] == ["statement"] * len(statements)
    told = Answer.model_validate(answer)
    assert tuple(Statement.model_validate(data) for _, data in statements) == told.statements
    assert told.statements


class Pausing(ScriptedChatModel):
    """Says nothing more once it comes to the toll, until it is let go."""

    _go: threading.Event = PrivateAttr(default_factory=threading.Event)

    def go(self) -> None:
        self._go.set()

    def _stream(self, *given: Any, **more: Any) -> Iterator[ChatGenerationChunk]:
        said = ""
        for piece in super()._stream(*given, **more):
            said += piece.text
            assert "toll" not in said or self._go.wait(WITHIN)
            yield piece


def test_a_statement_comes_before_the_model_has_finished(shelf: Path) -> None:
    reply = {**GOOD, "statements": [statement(), statement("The toll is two euros.", modality="confirmed")]}
    model = Pausing(script={"*": {"reply": reply, "piece": 30}})
    with (
        assistant(shelf, model) as answering,
        running(answering) as slow,
        slow.client() as client,
        client.stream("POST", "/api/ask/stream", json={"question": QUESTION}) as response,
    ):
        lines = response.iter_lines()
        first = next(line for line in lines if line.startswith("event:"))
        assert first == "event: statement"
        assert slow.desk.asking.threads == 1  # the model is still at it
        model.go()
        assert "event: answer" in list(lines)


def test_an_error_within_a_stream_is_an_event(shelf: Path) -> None:
    with assistant(shelf, {"*": {"error": 401}}) as answering, running(answering) as broken:
        with broken.client() as client:
            response = client.post("/api/ask/stream", json={"question": QUESTION})
        (name, problem), *rest = events(response.text)
        assert (name, rest) == ("error", [])
        assert problem["type"] == "urn:qa:problem:model-auth"
        assert problem["status"] == 502
        assert problem["hint"]


def test_a_summary(shelf: Path, tmp_path: Path) -> None:
    script = tmp_path / "script.json"
    script.write_text(json.dumps({"*": GOOD}))
    settings = Settings(library=shelf, model=f"scripted:{script}")
    with (
        Library.open(settings, create=False) as library,
        running(Assistant(settings, library=library)) as server,
        server.client() as client,
    ):
        body = {"articles": [BRIDGE.id], "style": "headline", "words": 14}
        whole = client.post("/api/summarize", json=body)
        assert whole.status_code == 200, whole.text
        summary = Summary.model_validate_json(whole.content)
        assert [p.text for p in summary.points] == [SAID]
        assert [head.id for head in summary.articles] == [BRIDGE.id]
        streamed = events(client.post("/api/summarize/stream", json=body).text)
        names = [name for name, _ in streamed]
        assert names[-1] == "summary"
        assert "statement" in names
        assert Summary.model_validate(streamed[-1][1]) == summary
        nothing = client.post("/api/summarize", json={})
        assert (nothing.status_code, nothing.json()["detail"]) == (400, "nothing to summarize")
        absent = client.post("/api/summarize", json={"articles": ["nowhere-at-all"]})
        assert absent.status_code == 404
        metrics = client.get("/metrics").text
    assert 'qa_answers_total{engine="chain",kind="summary",outcome="answered"} 2.0' in metrics


def test_search(server: Running) -> None:
    with server.client() as client:
        found = client.get("/api/search", params={"question": "ferry strike", "k": 1}).json()
        assert set(found) == {"passages"}
        (passage,) = found["passages"]
        assert Passage.model_validate(passage).article.id == FERRY.id
        none = client.get("/api/search", params={"question": "ferry strike", "until": "2026-03-04"}).json()
        assert all(p["article"]["id"] == BRIDGE.id for p in none["passages"])


def test_articles_come_in_pages(server: Running) -> None:
    with server.client() as client:
        first = client.get("/api/articles", params={"limit": 1}).json()
        assert [a["id"] for a in first["articles"]] == [FERRY.id]
        assert (first["total"], first["offset"], first["next"]) == (2, 0, 1)
        second = client.get("/api/articles", params={"limit": 1, "offset": first["next"]}).json()
        assert [a["id"] for a in second["articles"]] == [BRIDGE.id]
        assert second["next"] is None
        beyond = client.get("/api/articles", params={"offset": 7}).json()
        assert (beyond["articles"], beyond["next"]) == ([], None)
        filtered = client.get("/api/articles", params={"outlet": "SELBY COURIER"}).json()
        assert [a["id"] for a in filtered["articles"]] == [BRIDGE.id]
        assert client.get("/api/outlets").json() == {"outlets": ["Evening Post", "Selby Courier"]}


def test_one_article_whole(server: Running) -> None:
    with server.client() as client:
        for name in (BRIDGE.id, "bridge"):
            found = client.get(f"/api/articles/{name}")
            assert Article.model_validate_json(found.content) == BRIDGE
        absent = client.get("/api/articles/nowhere")
        assert absent.status_code == 404
        assert absent.headers["content-type"] == "application/problem+json"
        assert absent.json() == {
            "type": "urn:qa:problem:article-not-found",
            "title": "Not Found",
            "status": 404,
            "detail": "There is no article nowhere",
            "hint": "List articles with: qa articles",
            "instance": "/api/articles/nowhere",
            "errors": [],
        }


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({"question": "???"}, 400, "the question is empty"),
        ({"question": "a" * 2_001}, 400, "2,000 are the most"),
        ({"question": "Who?", "since": "2026-03-02", "until": "2026-03-01"}, 400, "both since"),
        ({"question": "Who?", "as_of": "soon"}, 422, "body.as_of"),
        ({"question": "Who?", "outlet": "Post"}, 422, "body.outlet"),
        ({"question": "Who?", "k": 0}, 422, "body.k"),
        ({"question": "\ud800"}, 422, "body.question"),
        ([], 422, "body"),
        ({}, 422, "body.question"),
    ],
)
def test_a_wrong_request_is_a_problem_that_says_where(server: Running, body, status: int, told: str) -> None:
    with server.client() as client:
        response = client.post(
            "/api/ask", content=json.dumps(body), headers={"Content-Type": "application/json"}
        )
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert told in problem["detail"]
    assert problem["hint"]
    assert problem["instance"] == "/api/ask"


@pytest.mark.parametrize("text", ["{", '{"question": ' * 5_000, "", "\xff"])
def test_what_is_no_json_is_a_problem(server: Running, text: str) -> None:
    with server.client() as client:
        response = client.post(
            "/api/ask", content=text.encode("latin-1"), headers={"Content-Type": "application/json"}
        )
    assert response.status_code in (400, 422)
    assert response.headers["content-type"] == "application/problem+json"


def test_articles_that_another_process_adds_are_found_at_once(tmp_path: Path) -> None:
    folder = filled(tmp_path / "library")
    with assistant(folder) as answering, running(answering) as server, server.client() as client:
        assert Answer.model_validate_json(server.ask("Who won the Corvanta chess final?").content).abstained
        before = client.get("/healthz").json()
        ingest = [
            sys.executable,
            "-m",
            "qa",
            "--library",
            str(folder),
            "ingest",
            "-",
            "--title",
            "Chess final",
        ]
        text = "Ines Okafor won the Corvanta chess final on Sunday."
        env = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
        subprocess.run(ingest, input=text, text=True, check=True, capture_output=True, timeout=60, env=env)
        after = client.get("/healthz").json()
        assert (before["articles"], after["articles"]) == (2, 3)
        assert after["sequence"] > before["sequence"]
        assert "Okafor" in server.ask("Who won the Corvanta chess final?").json()["text"]


def test_a_library_that_is_gone_is_not_well(tmp_path: Path) -> None:
    folder = filled(tmp_path / "library")
    with assistant(folder) as answering, running(answering) as server, server.client() as client:
        assert client.get("/healthz").status_code == 200
        folder.rename(tmp_path / "elsewhere")
        response = client.get("/healthz")
        (tmp_path / "elsewhere").rename(folder)
    assert response.status_code == 503
    assert "is gone" in response.json()["detail"]
