"""A library of two stories, models that read from scripts, and real servers on 127.0.0.1 for tests."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from qa import Article, Assistant, Library, Settings
from qa.answering.chain import ChainEngine
from qa.models.scripted import ScriptedChatModel
from qa.serving.http import app
from qa.serving.options import Options
from qa.serving.running import Server, listening

QUESTION = "When will the harbour bridge reopen?"
SAID = "The harbour bridge in Port Selby will reopen on Monday, Mayor Ada Brandt said."
BRIDGE = Article(
    id="bridge-0",
    title="Harbour bridge to reopen",
    outlet="Selby Courier",
    url="https://selby.example/bridge",
    published=dt.datetime(2026, 3, 3, 9, tzinfo=dt.UTC),
    text=f"{SAID}\n\nThe toll is two euros.",
)
FERRY = Article(
    id="ferry-00",
    title="Ferry strike ends",
    outlet="Evening Post",
    published=dt.datetime(2026, 3, 9, 9, tzinfo=dt.UTC),
    text="The ferry crews of Brindle ended their strike on Tuesday, the operator Northline said.",
)
WITHIN = 60.0
"""Seconds that a test waits for what must happen; nothing is said about how fast it does."""


def filled(folder: Path) -> Path:
    """A library with both articles."""
    with Library(folder) as library:
        library.add([BRIDGE, FERRY])
    return folder


def statement(text: str = SAID, passage: int = 1, modality: str = "expected") -> dict[str, Any]:
    """A statement as a model gives it, which quotes what it says."""
    citations = [{"passage": passage, "quote": text}]
    return {"text": text, "modality": modality, "attributed_to": "Ada Brandt", "citations": citations}


GOOD = {"answerable": True, "reason": "", "statements": [statement()]}


def scripted(script: Any) -> ChainEngine:
    """The chain, with a model that reads from this script, or with this model."""
    model = script if isinstance(script, ScriptedChatModel) else ScriptedChatModel(script=script)
    return ChainEngine(Settings(model="scripted:test"), model=model)


@contextlib.contextmanager
def assistant(folder: Path, script: Any = None) -> Iterator[Assistant]:
    """An assistant over the library in `folder`, extractive without a script."""
    settings = Settings(library=folder)
    with Library.open(settings, create=False) as library:
        yield Assistant(settings, library=library, engine=scripted(script) if script is not None else None)


class Running:
    """A server in a thread; `url` is where, `desk` what its routes share."""

    def __init__(self, answering: Assistant, **options: Any) -> None:
        chosen = Options(**{"port": 0, "rate": 0, **options})
        self.options = chosen
        self._sock = listening(chosen)
        self.url = f"http://127.0.0.1:{self._sock.getsockname()[1]}"
        application = app(answering, chosen)
        self.desk = application.state.desk
        config = uvicorn.Config(
            application, log_config=None, log_level="critical", ws="none", server_header=False,
            proxy_headers=False, timeout_graceful_shutdown=10, lifespan="off",
        )  # fmt: skip
        self.server = Server(config, self.desk)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        until(lambda: self.server.started)

    def _run(self) -> None:
        asyncio.run(self.server.serve(sockets=[self._sock]))

    def close(self) -> None:
        """Stops, and waits for the end."""
        self.server.should_exit = True
        self._thread.join(WITHIN)
        assert not self._thread.is_alive()
        self._sock.close()

    def client(self, **options: Any) -> httpx.Client:
        """A client of the server."""
        return httpx.Client(base_url=self.url, timeout=WITHIN, trust_env=False, **options)

    def ask(self, question: str = QUESTION, **more: Any) -> httpx.Response:
        """The response to a question."""
        with self.client() as client:
            return client.post("/api/ask", json={"question": question, **more})


@contextlib.contextmanager
def running(answering: Assistant, **options: Any) -> Iterator[Running]:
    """A server for the length of a block."""
    server = Running(answering, **options)
    try:
        yield server
    finally:
        server.close()


def until(true: Callable[[], object]) -> None:
    """Waits until something is so; fails when it never is."""
    end = time.monotonic() + WITHIN
    while not true():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.01)


def events(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Names and data of the server-sent events in a body, without comments."""
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if fields:
            found.append((fields.get("event", ""), json.loads(fields["data"])))
    return found


class Held:
    """A script whose model says nothing until it is let go; `asked` counts the calls."""

    def __init__(self, reply: Any = GOOD) -> None:
        self.go = threading.Event()
        self.asked = 0
        self._reply = reply
        self._lock = threading.Lock()

    def __call__(self, call: Any) -> Any:
        with self._lock:
            self.asked += 1
        self.go.wait(WITHIN)
        return self._reply
