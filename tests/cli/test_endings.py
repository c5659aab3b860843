"""What a user sees when something goes wrong: one line, the next step, an exit code, never a traceback."""

from __future__ import annotations

import pytest

import qa.library
from qa.errors import LibraryError


def failing(exc):
    def fail(*args, **kwargs):
        raise exc

    return fail


@pytest.fixture
def broken(monkeypatch):
    """Makes opening the library fail with an exception."""

    def set_up(exc):
        monkeypatch.setattr(qa.library.Library, "open", failing(exc))

    return set_up


def test_an_error_of_ours_is_a_line_and_a_hint(qa, broken):
    broken(LibraryError("The shelf is gone", "Look behind the door."))
    done = qa("articles")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "qa: The shelf is gone\n    Look behind the door.\n"


def test_a_message_with_foreign_text_stays_one_harmless_line(qa, broken):
    broken(LibraryError("bad\x1b[2J\nname\u202e", "do\rthis"))
    assert qa("articles").stderr == "qa: bad name\n    do this\n"


def test_an_unexpected_exception_is_called_a_bug(qa, broken):
    broken(ZeroDivisionError("division by zero"))
    done = qa("articles")
    assert done.exit_code == 1
    assert done.stderr.startswith("qa: unexpected ZeroDivisionError: division by zero\n")
    assert "bug" in done.stderr
    assert "qa --debug" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_full_disk_is_no_bug(qa, broken):
    broken(OSError(28, "No space left on device", "/library/catalogue.sqlite"))
    done = qa("articles")
    assert done.exit_code == 1
    assert done.stderr.startswith("qa: /library/catalogue.sqlite: no space left on device\n")
    assert "a bug" not in done.stderr


@pytest.mark.parametrize(
    "args", [["--debug", "articles"], ["articles", "--debug"], ["articles", "list", "--debug"]]
)
@pytest.mark.parametrize("exc", [ZeroDivisionError("x"), LibraryError("x")])
def test_debug_lets_the_exception_out(qa, broken, args, exc):
    broken(exc)
    assert qa(*args).exception is exc


def test_ctrl_c(qa, broken):
    broken(KeyboardInterrupt())
    done = qa("articles")
    assert done.exit_code == 130
    assert done.stderr == "qa: interrupted\n"


def test_a_reader_who_left(qa, broken):
    broken(BrokenPipeError(32, "Broken pipe"))
    done = qa("articles")
    assert (done.exit_code, done.stderr) == (141, "")
