"""`qa chat`: from a pipe, in a terminal with its keys, and what it keeps."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import stat
import struct
import subprocess
import termios
import time
from pathlib import Path

import pytest
from running import Screen, command, environment, process

from qa.chat import History

QUESTION = "Is Ines Okafor confirmed for the harbour summit?"
FOLLOW_UP = "and Ruth Vance?"
AS_ASKED = "Is Ruth Vance confirmed for the harbour summit?"


def lines(*typed: str) -> str:
    return "".join(f"{line}\n" for line in typed)


# ---------------------------------------------------------------- from a pipe


def test_questions_from_a_pipe_are_answered_one_by_one(qa, filled):
    done = qa("chat", stdin=lines(QUESTION, "", FOLLOW_UP))
    assert done.exit_code == 0
    first, second = done.stdout.split("from 1 article, 1 outlet, 13 March 2026\n\n", 1)
    assert first.startswith("Mayor Ines Okafor")
    assert second.startswith("Councillor Ruth Vance")
    assert done.stderr == f"engine: extractive (no model configured)\nasked as: {AS_ASKED}\n"
    assert not (filled / "conversations").exists()  # a script's questions are nobody's conversation


def test_a_pipe_gets_no_prompt_and_no_colour(filled):
    done = process("chat", input=lines(QUESTION), env=environment(TERM="xterm-256color", CLICOLOR="1"))
    assert done.returncode == 0
    assert done.stdout.startswith("Mayor Ines Okafor")
    assert "\x1b" not in done.stdout + done.stderr


def test_a_line_is_answered_before_the_next_one_is_written(filled):
    with subprocess.Popen(
        command("chat"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment()
    ) as running:
        assert running.stdin
        assert running.stdout
        running.stdin.write(lines(QUESTION))
        running.stdin.flush()
        assert "Okafor" in running.stdout.readline()
        running.stdin.close()
        assert running.wait(60) == 0


def test_the_exit_code_tells_whether_anything_was_answered(qa, filled):
    nothing = "Who won the chess tournament in Reykjavik?"
    assert qa("chat", stdin=lines(nothing)).exit_code == 3
    assert qa("chat", stdin=lines(nothing, QUESTION)).exit_code == 0
    assert qa("chat", stdin=lines(QUESTION, "?!")).exit_code == 1
    assert qa("chat", stdin="").exit_code == 0


def test_an_error_ends_one_question_and_not_the_chat(qa, filled):
    done = qa("chat", stdin=lines("?!", QUESTION))
    assert "qa: the question is empty" in done.stderr
    assert "Okafor" in done.stdout


def test_why_nothing_was_carried_over_is_said(qa, filled):
    done = qa("chat", stdin=lines("What did the crews of Brindle do?", "how old is she?"))
    assert "not rewritten: the conversation names nobody whom “she” could mean" in done.stderr


def test_bytes_that_are_no_text(filled):
    done = subprocess.run(
        command("chat"), input=b"\xff\xfe?\n", capture_output=True, env=environment(), timeout=60, check=False
    )
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr


def test_filters_and_a_day_are_those_of_qa_ask(qa, filled):
    assert qa("chat", "--as-of", "2026-03-12", stdin=lines(QUESTION)).exit_code == 3
    assert qa("chat", "--outlet", "Evening Post", stdin=lines(QUESTION)).exit_code == 3
    assert qa("chat", "--since", "nonsense", stdin=lines(QUESTION)).exit_code == 2


def test_without_a_library_it_says_what_to_do(qa, tmp_path):
    done = qa("chat", stdin=lines(QUESTION))
    assert done.exit_code == 1
    assert "qa ingest" in done.stderr


# ---------------------------------------------------------------- commands


def test_sources_and_the_article_with_the_cited_words_marked(qa, filled):
    done = qa("chat", stdin=lines(QUESTION, "/sources", "/open 1", "/open [1]", "/open 9"))
    assert done.stdout.count("[1] The Courier, 13 March 2026") == 2
    assert done.stdout.count("[2] The Courier, 13 March 2026") == 2
    marked = "▶Mayor Ines Okafor of Carrow will attend the harbour summit in Lowmouth on Friday.◀"
    assert done.stdout.count(marked) == 2
    assert "Councillor Ruth Vance is not yet confirmed" in done.stdout
    assert "the last answer has no citation [9]" in done.stderr


def test_before_an_answer_there_are_no_sources(qa, filled):
    done = qa("chat", stdin=lines("/sources", "/open 1"))
    assert done.stderr.count("the last answer has no citations") == 2


def test_limits_are_set_said_and_lifted(qa, filled):
    typed = [
        *("/as-of 2026-03-12", QUESTION, "/as-of", QUESTION, "/outlet Evening Post", QUESTION, "/outlet"),
        *("/since 2026-03-14", "/until 2026-03-15", QUESTION, "/since", "/until"),
    ]  # fmt: skip
    done = qa("chat", stdin=lines(*typed))
    assert re.findall(r"^only articles .*|^all articles", done.stderr, re.MULTILINE) == [
        "only articles as of 2026-03-12",
        "all articles",
        "only articles from Evening Post",
        "all articles",
        "only articles published since 2026-03-14",
        "only articles published 2026-03-14 to 2026-03-15",
        "only articles published until 2026-03-15",
        "all articles",
    ]
    assert done.stdout.count("No answer") == 3
    assert done.stdout.count("[1] The Courier") == 1


@pytest.mark.parametrize("line", ["/as-of yesterdayish", "/since 2026-13-45", "/nonsense", "/", "/s"])
def test_a_command_that_cannot_be_done_says_so_and_changes_nothing(qa, filled, line):
    done = qa("chat", stdin=lines(line, QUESTION))
    assert "qa: " in done.stderr
    assert "Okafor" in done.stdout
    assert done.exit_code == 1


def test_a_range_turned_around_is_refused_and_the_old_one_stays(qa, filled):
    done = qa("chat", stdin=lines("/until 2026-03-13", "/since 2026-03-20", QUESTION))
    assert "Turn the dates around" in done.stderr
    assert "Okafor" in done.stdout


def test_help_lists_every_command(qa, filled):
    shown = qa("chat", stdin=lines("/help")).stdout
    commands = (
        "sources|open N|save NAME|load NAME|list|new|as-of DAY|outlet NAME|since DAY|until DAY|help|quit"
    )
    for name in commands.split("|"):
        assert f"/{name}" in shown


def test_quit_leaves_what_follows_unasked(qa, filled):
    assert "Okafor" not in qa("chat", stdin=lines("/quit", QUESTION)).stdout


def test_new_forgets(qa, filled):
    done = qa("chat", stdin=lines(QUESTION, "/new", FOLLOW_UP))
    assert "asked as" not in done.stderr


def test_saved_listed_loaded_and_continued(qa, filled):
    done = qa("chat", stdin=lines(QUESTION, "/save harbour", "/list"))
    assert "saved as harbour" in done.stderr
    assert done.stdout.endswith("harbour\n")
    assert f"asked as: {AS_ASKED}" in qa("chat", stdin=lines("/load harbour", FOLLOW_UP)).stderr
    for arguments in (["-c"], ["--continue", "harbour"], ["-c", "harbour"]):
        done = qa("chat", *arguments, stdin=lines(FOLLOW_UP))
        assert "harbour: " in done.stderr
        assert done.exit_code == 0
    kept = filled / "conversations" / "harbour.json"
    assert len(History.model_validate_json(kept.read_text()).turns) == 5
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_what_cannot_be_continued(qa, filled):
    assert "no conversation to continue yet" in qa("chat", "-c", stdin="").stderr
    done = qa("chat", "-c", "nothing", stdin="")
    assert done.exit_code == 2
    assert "no conversation called 'nothing'" in done.stderr
    assert "qa chat -c NAME" in qa("chat", "harbour", stdin="").stderr
    (filled / "conversations").mkdir()
    (filled / "conversations" / "bad.json").write_text("{")
    done = qa("chat", "-c", "bad", stdin="")
    assert done.exit_code == 1
    assert "bad.json is damaged" in done.stderr


def test_what_articles_hold_cannot_drive_the_terminal(qa, tmp_path):
    article = tmp_path / "evil.txt"
    article.write_text("The ferry \x1b[31mto Gull\u202e Point sails on Sundays at noon.\n\nIt is ▶blue◀.\n")
    assert qa("ingest", str(article)).exit_code == 0
    done = qa("chat", stdin=lines("When does the ferry to Gull Point sail?", "/open 1", "/sources"))
    assert "▶The ferry" in done.stdout
    assert "noon.◀" in done.stdout
    assert "▶blue◀" not in done.stdout
    for character in ("\x1b", "\u202e"):
        assert character not in done.stdout + done.stderr


# ---------------------------------------------------------------- in a terminal


READY = "\x1b[?2004h"
"""What the prompt writes when it begins to listen (bracketed paste)."""


class Typing(Screen):
    """`qa chat` in a terminal of its own, whose Ctrl-C is a signal where no prompt reads it."""

    def __init__(self, *args: str) -> None:
        self.leader, follower = pty.openpty()
        env = environment(
            TERM="xterm-256color", COLUMNS="90", LINES="40", NO_COLOR="1", PROMPT_TOOLKIT_NO_CPR="1"
        )

        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 90, 0, 0))

        def own_terminal() -> None:
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen(
            command("chat", *args),
            stdin=follower, stdout=follower, stderr=follower, env=env, preexec_fn=own_terminal,
        )  # fmt: skip
        os.close(follower)
        self.text = ""

    def type(self, text: str) -> None:
        """Types into the terminal."""
        os.write(self.leader, text.encode())

    def next(self, wanted: str) -> str:
        """What is written from here on, until `wanted` comes."""
        self.text = ""
        return self.read_until(wanted)


def test_a_chat_in_a_terminal(filled):
    screen = Typing()
    screen.read_until(READY)
    screen.type(QUESTION + "\r")
    screen.next(READY)
    screen.type(FOLLOW_UP + "\r")
    shown = screen.next("Councillor Ruth Vance")
    assert "asked as: Is Ruth Vance confirmed" in shown
    screen.read_until(READY)
    screen.type("\x04")
    assert screen.end() == 0
    kept = filled / "conversations" / "last.json"
    assert [t.asked for t in History.model_validate_json(kept.read_text()).turns] == [QUESTION, AS_ASKED]
    typed = filled / "chat_history"
    assert stat.S_IMODE(typed.stat().st_mode) == 0o600
    assert FOLLOW_UP in typed.read_text()

    again = Typing("--continue")
    again.read_until("2 questions so far")
    again.read_until(READY)
    again.type("\x1b[A\r")  # arrow up: the last question of the chat before
    assert "Councillor Ruth Vance" in again.next("Councillor Ruth Vance")
    again.read_until(READY)
    again.type("/quit\r")
    assert again.end() == 0


def test_ctrl_c_at_the_prompt_leaves_nothing_and_nobody(filled):
    screen = Typing()
    screen.read_until(READY)
    screen.type("half a question\x03")
    screen.read_until("Ctrl-D or /quit leaves")
    screen.type(QUESTION + "\r")
    screen.next("Okafor of Carrow")
    screen.read_until(READY)
    screen.type("/quit\r")
    assert screen.end() == 0


SLOW = """
"okafor":
  pause: 1
  piece: 60
  reply:
    answerable: true
    reason: it says so
    statements:
      - &said
        text: Mayor Ines Okafor of Carrow will attend the harbour summit in Lowmouth on Friday.
        modality: confirmed
        attributed_to: ""
        citations:
          - passage: 1
            quote: Mayor Ines Okafor of Carrow will attend the harbour summit in Lowmouth on Friday.
      - *said
      - *said
      - *said
      - *said
      - *said
      - *said
      - *said
      - *said
      - *said
      - *said
      - *said
"vance": {answerable: false, reason: nothing, statements: []}
"""


def test_ctrl_c_stops_a_slow_answer_and_not_the_chat(filled, tmp_path: Path):
    script = tmp_path / "script.yaml"
    script.write_text(SLOW)
    screen = Typing("--model", f"scripted:{script}", "-k", "1")
    screen.read_until(READY)
    screen.type(QUESTION + "\r")
    screen.next("- Mayor Ines Okafor")  # the first statement, while the model goes on for a minute
    began = time.monotonic()
    screen.type("\x03")
    shown = screen.next("stopped")
    screen.read_until(READY)
    assert "Traceback" not in shown
    screen.type("Is Ruth Vance confirmed for the summit?\r")
    shown = screen.next("No answer")
    screen.read_until(READY)
    assert "asked as" not in shown  # the question that was stopped left no turn
    assert time.monotonic() - began < 45
    screen.type("\x04")
    assert screen.end() == 0
    kept = History.model_validate_json((filled / "conversations" / "last.json").read_text())
    assert [t.question for t in kept.turns] == ["Is Ruth Vance confirmed for the summit?"]


def test_a_read_only_library_is_chatted_with_all_the_same(filled):
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    filled.chmod(0o500)
    try:
        screen = Typing()
        screen.read_until(READY)
        screen.type(QUESTION + "\r")
        screen.next("Okafor of Carrow")
        screen.type("/quit\r")
        assert screen.end() == 0
    finally:
        filled.chmod(0o700)


def test_where_nothing_can_be_kept_it_is_said_once_and_questions_are_answered(qa, filled, monkeypatch):
    qa("chat", stdin=lines(QUESTION, "/save harbour"))

    def refused(*_, **__):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("qa.chat.keeping.tempfile.mkstemp", refused)
    done = qa("chat", "-c", "harbour", stdin=lines(QUESTION, FOLLOW_UP, QUESTION))
    assert done.stderr.count("cannot be written: Read-only file system") == 1
    assert done.stdout.count("from 1 article, 1 outlet, 13 March 2026") == 3
    assert done.exit_code == 0
