"""No connection but to the configured model, whatever the environment says: seen by a hook in the process,
and by strace, which sees what is no Python as well."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from loopback import ModelServer, says

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
QUESTION = "When will the harbour bridge reopen?"
SAID = "The harbour bridge in Port Selby will reopen on Monday, Mayor Ada Brandt said."
STATEMENTS = {
    "answerable": True,
    "reason": "",
    "statements": [
        {
            "text": SAID,
            "modality": "expected",
            "attributed_to": "Ada Brandt",
            "citations": [{"passage": 1, "quote": SAID}],
        }
    ],
}
NOBODY = "http://127.0.0.1:9"
COMMANDS = {
    "ingest": ["ingest", "articles"],
    "ask": ["ask", QUESTION],
    "summarize": ["summarize", "--query", "harbour bridge"],
    "chat": ["chat"],
    "search": ["search", QUESTION],
    "doctor": ["doctor"],
    "eval run": [
        "eval",
        "run",
        "--folder",
        str(REPOSITORY / "eval"),
        "--cases",
        "maravel*",
        "--out",
        "run.jsonl",
    ],
}


def _traced() -> str:
    """Why strace cannot be used here, "" if it can."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    done = subprocess.run(
        ["strace", "-f", "-e", "trace=network", "true"], capture_output=True, text=True, check=False
    )
    return "" if done.returncode == 0 else f"strace may not trace here: {done.stderr[:200]}"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk")
    (folder / "articles").mkdir()
    (folder / "articles" / "bridge.txt").write_text(
        f"Harbour bridge to reopen\n\n{SAID}\n\nThe toll is two euros.\n"
    )
    done = _run(folder, [sys.executable, "-m", "qa", "ingest", "articles"])
    assert done.returncode == 0, done.stderr
    return folder


def _run(folder: Path, command: list[str], **more: str) -> subprocess.CompletedProcess[str]:
    foreign = ("QA_", "OPENAI_", "LANGSMITH_", "LANGCHAIN_")
    clean = {name: value for name, value in os.environ.items() if not name.upper().startswith(foreign)}
    environment = {
        **clean,
        "PYTHONPATH": str(REPOSITORY),
        "HOME": str(folder),
        "QA_LIBRARY": str(folder / "library"),
        # What would send questions or articles out, if anybody listened to it:
        "LANGSMITH_TRACING": "true",
        "LANGSMITH_API_KEY": "lsv2_not_a_key",
        "LANGSMITH_ENDPOINT": "http://127.0.0.1:9/smith",
        "LANGCHAIN_TRACING_V2": "true",
        "HTTP_PROXY": NOBODY,
        "HTTPS_PROXY": NOBODY,
        "http_proxy": NOBODY,
        "https_proxy": NOBODY,
        "ALL_PROXY": NOBODY,
        **more,
    }  # fmt: skip
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
        input=QUESTION,
    )


def _by_hook(folder: Path, arguments: list[str], **more: str) -> tuple[set[str], int]:
    """The addresses, as "host:port" or "name:host"; and the exit code."""
    seen = folder / "seen.txt"
    seen.write_text("")
    done = _run(folder, [sys.executable, str(HERE / "watched_network.py"), str(seen), *arguments], **more)
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode in (0, 1, 3), done.stderr
    rows = [json.loads(line) for line in seen.read_text().splitlines()]
    return {f"{address[0]}:{address[1]}" for _, address in rows}, done.returncode


def _by_strace(folder: Path, arguments: list[str], **more: str) -> tuple[set[str], int]:
    log = folder / "strace.txt"
    tracing = ["strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg", "-o", str(log)]
    done = _run(folder, [*tracing, sys.executable, "-m", "qa", *arguments], **more)
    text = log.read_text(errors="replace")
    found = re.findall(r'sin6?_port=htons\((\d+)\).*?inet_(?:addr|pton)\((?:AF_INET6, )?"([^"]+)"', text)
    unix = re.findall(r'connect\(\d+, \{sa_family=AF_UNIX, sun_path=@?"([^"]+)"', text)
    return {f"{host}:{port}" for port, host in found} | {
        f"unix:{p}" for p in unix if "nscd" not in p
    }, done.returncode


WAYS = {"hook": _by_hook, "strace": _by_strace}


def _seen(way: str, folder: Path, arguments: list[str], **more: str) -> tuple[set[str], int]:
    if way == "strace" and (why := _traced()):
        pytest.skip(why)
    return WAYS[way](folder, arguments, **more)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", COMMANDS)
def test_without_a_model_nothing_is_connected_to(desk, name, way):
    if way == "strace" and name not in ("ingest", "ask", "eval run"):
        pytest.skip("the hook sees this command; strace takes three times as long")
    seen, code = _seen(way, desk, COMMANDS[name])
    assert seen == set()
    assert code in (0, 3), code


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ["ask", "chat"])
def test_with_a_model_only_that_is_connected_to(desk, name, way):
    with ModelServer() as server:
        server.will(says(STATEMENTS))
        more = {"QA_MODEL": "openai:local", "QA_BASE_URL": server.url, "QA_MODEL_RETRIES": "0"}
        seen, code = _seen(way, desk, COMMANDS[name], **more)
        assert len(server.requests) >= 1
    host = server.url.removeprefix("http://").removesuffix("/v1")
    assert seen == {host}
    assert code == 0


def test_a_server_connects_to_nobody(desk):
    """It is asked over its own socket, and then ended."""
    seen = desk / "seen.txt"
    seen.write_text("")
    command = [sys.executable, str(HERE / "watched_network.py"), str(seen), "serve", "--port", "0"]
    environment = {
        **os.environ,
        "PYTHONPATH": str(REPOSITORY),
        "HOME": str(desk),
        "QA_LIBRARY": str(desk / "library"),
        "LANGSMITH_TRACING": "true",
        "LANGCHAIN_TRACING_V2": "true",
        "HTTP_PROXY": NOBODY,
    }
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with subprocess.Popen(command, cwd=desk, env=environment, **pipes) as process:
        try:
            found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
            assert found
            answer = httpx.post(
                f"{found[0]}/api/ask", json={"question": QUESTION}, timeout=30, trust_env=False
            ).json()
        finally:
            process.kill()
    assert answer["statements"]
    rows = [json.loads(line) for line in seen.read_text().splitlines()]
    others = [row for row in rows if row[0] != "socket.getaddrinfo" or row[1][0] != "127.0.0.1"]
    assert others == []  # that it looks up the address that it listens on is no connection


def test_the_hook_sees_a_connection(desk):
    """To a page, which is not public and is refused before: what is seen is that its name was looked up."""
    seen, code = _by_hook(desk, ["ingest", "http://localhost:9/page"])
    assert seen
    assert code == 1
