"""`qa serve` as a real process: what it says, and how it ends."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from desks import QUESTION, SAID, WITHIN, filled

from qa.cli.app import app

REPOSITORY = Path(__file__).resolve().parents[2]
SLOW = {"*": {"reply": {"answerable": True, "reason": "", "statements": [
    {"text": SAID, "modality": "expected", "attributed_to": "", "citations": [{"passage": 1, "quote": SAID}]}
]}, "delay": 1.5}}  # fmt: skip


def environment(folder: Path, **more: str) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(REPOSITORY),
        "QA_LIBRARY": str(folder),
        "HOME": str(folder),
        **more,
    }


class Process:
    """A server in a process of its own; `url` is where."""

    def __init__(self, folder: Path, *args: str, **more: str) -> None:
        command = [sys.executable, "-m", "qa", "serve", "--port", "0", *args]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(command, env=environment(folder, **more), cwd=folder, **pipes)
        assert self.process.stdout is not None
        self.said = [self.process.stdout.readline() for _ in range(3)]
        found = re.search(r"http://\S+", self.said[0])
        assert found, (self.said, self.process.communicate())
        self.url = found[0]

    def end(self) -> tuple[int, str]:
        """Waits for the end; the exit code and what was written on stderr."""
        _, told = self.process.communicate(timeout=WITHIN)
        return self.process.returncode, told


@contextmanager
def serving(folder: Path, *args: str, **more: str) -> Iterator[Process]:
    found = Process(folder, *args, **more)
    try:
        yield found
    finally:
        with suppress(ProcessLookupError):
            found.process.kill()
        found.process.communicate(timeout=WITHIN)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = filled(tmp_path_factory.mktemp("process") / "library")
    (found / "slow.json").write_text(json.dumps(SLOW))
    return found


def test_it_says_where_and_how_to_try_it_and_ends_with_0(folder: Path) -> None:
    with serving(folder) as server:
        assert "2 articles (extractive)" in server.said[0]
        command = shlex.split(server.said[1].removeprefix("try: "))
        done = subprocess.run(command, capture_output=True, text=True, timeout=WITHIN, check=True)
        assert json.loads(done.stdout)["question"] == "Who is attending Davos?"
        assert f"{server.url}/v1" in server.said[2]
        server.process.send_signal(signal.SIGTERM)
        code, told = server.end()
    assert code == 0
    assert "POST /api/ask 200" in told
    assert "Davos" not in told
    assert "Traceback" not in told


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_request_in_progress_is_finished(folder: Path, number: signal.Signals) -> None:
    with serving(folder, "--model", f"scripted:{folder / 'slow.json'}") as server:
        with (
            httpx.Client(timeout=WITHIN, trust_env=False) as client,
            client.stream("POST", f"{server.url}/api/ask/stream", json={"question": QUESTION}) as response,
        ):
            server.process.send_signal(number)
            assert "event: answer" in response.read().decode()
        code, told = server.end()
    assert code == 0
    assert "stopping" in told


def test_a_second_ctrl_c_ends_at_once(folder: Path, tmp_path: Path) -> None:
    script = tmp_path / "never.json"
    script.write_text(json.dumps({"*": {**SLOW["*"], "delay": 600}}))
    with serving(folder, "--model", f"scripted:{script}", "--grace", "500") as server:
        asked = {"url": f"{server.url}/api/ask/stream", "json": {"question": QUESTION}, "timeout": WITHIN}
        with suppress(httpx.TransportError), httpx.stream("POST", **asked, trust_env=False):
            server.process.send_signal(signal.SIGINT)
            assert server.process.stderr is not None
            assert any("stopping" in line for line in server.process.stderr)
            server.process.send_signal(signal.SIGINT)
            assert server.process.wait(WITHIN) == 130


def test_when_the_time_is_over_it_ends_without_the_model(folder: Path, tmp_path: Path) -> None:
    script = tmp_path / "never.json"
    script.write_text(json.dumps({"*": {**SLOW["*"], "delay": 600}}))
    with serving(folder, "--model", f"scripted:{script}", "--grace", "0.2") as server:
        with (
            httpx.Client(timeout=WITHIN, trust_env=False) as client,
            client.stream("POST", f"{server.url}/api/ask/stream", json={"question": QUESTION}) as response,
        ):
            server.process.send_signal(signal.SIGTERM)
            assert "urn:qa:problem:stopping" in response.read().decode()
        assert server.end()[0] == 0


def test_the_key_comes_from_the_environment_and_is_not_printed(folder: Path) -> None:
    key = "kX93-the-key-of-this-test"
    with serving(folder, "--host", "0.0.0.0", QA_SERVE_KEY=key) as server:
        assert "$QA_SERVE_KEY" in server.said[1]
        port = server.url.rpartition(":")[2]
        with httpx.Client(timeout=WITHIN, trust_env=False) as client:
            url = f"http://127.0.0.1:{port}/api/outlets"
            assert client.get(url).status_code == 401
            assert client.get(url, headers={"Authorization": f"Bearer {key}"}).status_code == 200
        server.process.send_signal(signal.SIGTERM)
        assert key not in "".join(server.said) + server.end()[1]


def run(folder: Path, *args: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "qa", "serve", *args]
    env = environment(folder, **more)
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, env=env, cwd=REPOSITORY
    )


def test_another_address_needs_a_key(folder: Path) -> None:
    done = run(folder, "--host", "0.0.0.0")
    assert done.returncode == 2
    assert "QA_SERVE_KEY" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_in_use(folder: Path) -> None:
    with serving(folder) as server:
        port = server.url.rpartition(":")[2]
        done = run(folder, "--port", port)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"port {port} of 127.0.0.1 is in use" in done.stderr
    assert "--port" in done.stderr


def test_no_library_yet(tmp_path: Path) -> None:
    done = run(tmp_path / "nothing")
    assert done.returncode == 1
    assert "qa ingest" in done.stderr
    assert not (tmp_path / "nothing").exists()


def test_a_model_that_cannot_be_opened_is_said_at_once(folder: Path) -> None:
    done = run(folder, "--model", "scripted:absent.json")
    assert done.returncode == 2
    assert "absent.json" in done.stderr


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    from importlib import util

    from typer.testing import CliRunner

    real = util.find_spec
    monkeypatch.setattr(util, "find_spec", lambda name, *a: None if name == "uvicorn" else real(name, *a))
    done = CliRunner().invoke(app, ["--library", str(folder), "serve"], prog_name="qa")
    assert done.exit_code == 1
    assert "uvicorn" in done.stderr
    assert "pip install 'qa[serve]'" in done.stderr
