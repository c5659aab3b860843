"""What a run remembers of the calls that it has paid for, and what it does not."""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qa.models.exchange import Piece, Request
from qa.models.remembering import Remembered, holds_object

GOOD = '{"answerable": true}'


def request(*texts: str) -> Request:
    return Request(model="m", messages=tuple(("user", text) for text in texts or ("hello",)))


class Server:
    """Replies with `pieces`, and counts."""

    def __init__(self, *pieces: Piece) -> None:
        self.pieces = pieces or (Piece(text=GOOD[:5]), Piece(text=GOOD[5:], ended="stop", output_tokens=7))
        self.calls = 0

    def __call__(self) -> Iterator[Piece]:
        self.calls += 1
        yield from self.pieces


def text(pieces: Iterator[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def test_what_was_replied_is_replayed_by_another_run(tmp_path: Path) -> None:
    server = Server()
    first = Remembered(tmp_path / "work" / "summaries")
    assert text(first.through(request(), server)) == GOOD
    second = Remembered(tmp_path / "work" / "summaries")
    (piece,) = second.through(request(), server)
    assert piece == Piece(text=GOOD, ended="stop", output_tokens=7)
    assert (server.calls, first.made, second.made, second.replayed) == (1, 1, 0, 1)


def test_pieces_come_as_they_arrive(tmp_path: Path) -> None:
    assert next(Remembered(tmp_path).through(request(), Server())).text == GOOD[:5]


@pytest.mark.parametrize(
    "other",
    [
        request("hullo"),
        request().model_copy(update={"model": "n"}),
        request().model_copy(update={"temperature": 0.5}),
        request().model_copy(update={"output": {"type": "object"}}),
        request().model_copy(update={"address": "http://127.0.0.1"}),
    ],
)
def test_another_request_is_another_call(tmp_path: Path, other: Request) -> None:
    server, memory = Server(), Remembered(tmp_path)
    text(memory.through(request(), server))
    text(memory.through(other, server))
    assert server.calls == 2


@pytest.mark.parametrize(
    "pieces",
    [
        [Piece(text=GOOD, ended="length")],
        [Piece(text=GOOD, ended="content_filter")],
        [Piece(text=GOOD, ended="stop", refused=True)],
        [Piece(text="", ended="stop")],
        [Piece(text=GOOD[:8])],
        [Piece(text=GOOD[:8], ended="stop")],
        [Piece(text="I would rather not.", ended="stop")],
    ],
    ids=["cut", "filtered", "refused", "empty", "broken-off", "half", "no-object"],
)
def test_what_is_no_whole_reply_is_not_kept(tmp_path: Path, pieces: list[Piece]) -> None:
    server = Server(*pieces)
    for _ in range(2):
        list(Remembered(tmp_path).through(request(), server))
    assert server.calls == 2
    assert list(tmp_path.iterdir()) == []


def test_an_error_is_not_kept(tmp_path: Path) -> None:
    def failing() -> Iterator[Piece]:
        yield Piece(text=GOOD, ended="stop")
        raise ConnectionError

    with pytest.raises(ConnectionError):
        list(Remembered(tmp_path).through(request(), failing))
    assert list(tmp_path.iterdir()) == []


def test_a_reader_who_leaves_keeps_nothing(tmp_path: Path) -> None:
    stream = Remembered(tmp_path).through(request(), Server())
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert list(tmp_path.iterdir()) == []


def test_a_bad_reply_is_kept_with_the_one_that_repaired_it(tmp_path: Path) -> None:
    bad, good = Server(Piece(text="Sure!", ended="stop")), Server()
    repair = request("hello", "Sure!", "Once more.")
    memory = Remembered(tmp_path)
    text(memory.through(request(), bad))
    assert list(tmp_path.iterdir()) == []
    text(memory.through(repair, good))
    again = Remembered(tmp_path)
    assert text(again.through(request(), bad)) == "Sure!"
    assert text(again.through(repair, good)) == GOOD
    assert (bad.calls, good.calls) == (1, 1)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:40],
        lambda data: b"\xff\xfe" + data,
        lambda data: b"[1]",
        lambda data: data.replace(b"true", b"tree"),
        lambda data: data.replace(b"qa-reply/1", b"qa-reply/9"),
        lambda data: b"[" * 100_000,
    ],
)
def test_a_damaged_file_means_calling_again(tmp_path: Path, damage) -> None:
    server = Server()
    text(Remembered(tmp_path).through(request(), server))
    (path,) = tmp_path.iterdir()
    path.write_bytes(damage(path.read_bytes()))
    assert text(Remembered(tmp_path).through(request(), server)) == GOOD
    assert text(Remembered(tmp_path).through(request(), server)) == GOOD
    assert server.calls == 2


def test_a_reply_of_another_request_is_not_taken(tmp_path: Path) -> None:
    server, memory = Server(), Remembered(tmp_path)
    text(memory.through(request("a"), server))
    (one,) = tmp_path.iterdir()
    text(memory.through(request("b"), server))
    (two,) = set(tmp_path.iterdir()) - {one}
    two.write_bytes(one.read_bytes())
    text(memory.through(request("b"), server))
    assert server.calls == 3


def test_only_the_owner_may_read_and_the_articles_are_not_written(tmp_path: Path) -> None:
    folder = tmp_path / "summaries"
    text(Remembered(folder).through(request("the text of an article"), Server()))
    (path,) = folder.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "article" not in path.read_text("utf-8")
    assert json.loads(path.read_text("utf-8"))["schema"] == "qa-reply/1"


def test_what_is_old_is_forgotten(tmp_path: Path) -> None:
    server = Server()
    text(Remembered(tmp_path).through(request(), server))
    (path,) = tmp_path.iterdir()
    old = time.time() - 8 * 86_400
    os.utime(path, (old, old))
    memory = Remembered(tmp_path)
    assert not path.exists()
    text(memory.through(request(), server))
    assert server.calls == 2


def test_forgetting_leaves_what_other_runs_remember(tmp_path: Path) -> None:
    server = Server()
    folder = tmp_path / "summaries"
    mine, other = Remembered(folder), Remembered(folder)
    text(mine.through(request("mine"), server))
    text(other.through(request("other"), server))
    mine.forget()
    assert len(list(folder.iterdir())) == 1
    other.forget()
    assert not folder.exists()


def test_what_was_replayed_is_forgotten_too(tmp_path: Path) -> None:
    text(Remembered(tmp_path / "s").through(request(), Server()))
    memory = Remembered(tmp_path / "s")
    text(memory.through(request(), Server()))
    memory.forget()
    assert not (tmp_path / "s").exists()


def test_where_nothing_can_be_written_the_call_is_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")
    memory = Remembered(tmp_path / "file" / "summaries")
    assert text(memory.through(request(), Server())) == GOOD
    memory.forget()


def test_threads_may_share_it(tmp_path: Path) -> None:
    server, memory = Server(), Remembered(tmp_path)
    requests = [request(str(n % 20)) for n in range(100)]
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda r: text(memory.through(r, server)), requests)) == {GOOD}
    assert memory.made + memory.replayed == 100
    assert memory.made == server.calls
    assert len(list(tmp_path.iterdir())) == 20


@pytest.mark.parametrize(
    ("reply", "whole"),
    [
        (GOOD, True),
        (f"Here: {GOOD} ok", True),
        ("{", False),
        ("[1]", False),
        ("", False),
        ("[" * 99_999, False),
    ],
)
def test_a_whole_object(reply: str, whole: bool) -> None:
    assert holds_object(reply) is whole
