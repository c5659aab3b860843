"""The command as a real process: pipes, signals, terminals, and what the machine has set."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
from running import Screen, command, environment, process

from qa.cli.results import IngestReport
from qa.errors import LibraryError
from qa.library import Library

QUESTION = "Who will attend the harbour summit?"
PIPES = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}


def test_module_and_command_are_the_same(filled):
    done = process("ask", QUESTION)
    assert done.returncode == 0
    assert "Okafor" in done.stdout
    assert done.stderr == "engine: extractive (no model configured)\n"  # and no warning of any package


def test_a_pipe_gets_no_colour_even_from_a_colour_terminal_type(filled):
    done = process(
        "ask", QUESTION, env=environment(TERM="xterm-256color", COLORTERM="truecolor", CLICOLOR="1")
    )
    assert "\x1b" not in done.stdout + done.stderr


def test_an_ascii_only_pipe_still_gets_the_answer(filled):
    done = process("ask", QUESTION, env=environment(PYTHONIOENCODING="ascii", LC_ALL="C", PYTHONUTF8="0"))
    assert done.returncode == 0
    assert "Okafor" in done.stdout


def test_a_question_piped_in(filled):
    assert "Okafor" in process("ask", "-", input=QUESTION).stdout


def test_a_question_of_bytes_that_are_no_text(filled):
    done = process("ask", os.fsdecode(b"\xff\xfe\x80"))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_reader_who_left_early(filled):
    article_id = json.loads(process("articles", "--json").stdout)["articles"][0]["id"]
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        command("articles", "show", article_id),
        stdout=write,
        stderr=subprocess.PIPE,
        env=environment(),
        timeout=60,
        check=False,
    )
    os.close(write)
    assert done.returncode == 141
    assert done.stderr == b""


def test_without_a_home_and_without_settings_there_is_a_default_library(tmp_path):
    bare = {k: v for k, v in environment().items() if k not in {"HOME", "QA_LIBRARY"}}
    done = process("settings", env={**bare, "XDG_DATA_HOME": str(tmp_path / "data")})
    assert done.returncode == 0
    assert str(tmp_path / "data" / "qa" / "library") in done.stdout


def test_ctrl_c_saves_what_was_read(tmp_path):
    many = tmp_path / "many.jsonl"
    with many.open("w", encoding="utf-8") as file:
        for n in range(20_000):
            text = f"Report {n} says that the council of ward {n} met {n + 2} times before the bridge vote."
            file.write(json.dumps({"title": f"Report {n}", "text": text}) + "\n")
    running = subprocess.Popen(command("ingest", str(many), "--json"), **PIPES, env=environment(), text=True)
    while running.poll() is None and not saved():
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130, (out, err)
    report = IngestReport.model_validate_json(out)
    assert report.interrupted
    assert 0 < report.added == saved() < 20_000
    assert err == ""
    assert process("doctor").returncode == 0


def saved() -> int:
    """How many articles the library holds; 0 while there is none."""
    try:
        with Library(Path(os.environ["QA_LIBRARY"]), create=False) as library:
            return library.count()
    except LibraryError:
        return 0


def test_ctrl_c_while_reading_standard_input():
    with subprocess.Popen(
        command("ingest", "-"), stdin=subprocess.PIPE, **PIPES, env=environment()
    ) as running:
        time.sleep(1.5)  # long enough to start; a slower machine is interrupted while it loads Python
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=60) in (130, -signal.SIGINT, 1)
    assert not Path(os.environ["QA_LIBRARY"]).exists()


def test_a_terminal_gets_wrapped_lines(filled):
    screen = Screen("ask", QUESTION, NO_COLOR="1")
    assert screen.end() == 0
    assert "Okafor" in screen.text
    assert all(len(re.sub(r"\x1b\[[0-9;]*m", "", line)) <= 60 for line in screen.text.splitlines())
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", screen.text)  # NO_COLOR


def test_a_progress_bar_is_for_a_terminal_only(articles):
    screen = Screen("ingest", str(articles))
    assert screen.end() == 0
    assert "reading" in screen.text
    assert "3 articles taken: 3 added." in screen.text


@pytest.mark.parametrize("name", ["reading", "articles"])
def test_a_failing_command_leaves_the_terminal_usable(articles, name):
    (articles / f"{name}.txt").write_text("")
    screen = Screen("ingest", str(articles / f"{name}.txt"))
    assert screen.end() == 1
    assert screen.text.count("\x1b[?25l") == screen.text.count("\x1b[?25h")  # hidden cursors are shown again
    assert "it is empty" in " ".join(screen.text.split())
