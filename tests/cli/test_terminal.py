"""Plain in a pipe, wrapped and coloured in a terminal, and nothing in between that acts on one."""

from __future__ import annotations

import io
import json

import pytest
from rich.cells import cell_len

from qa.cli.terminal import Line, one_line, print_json, safe, show, wrapped
from qa.types import Filters


@pytest.mark.parametrize("width", [20, 40, 80, 200])
@pytest.mark.parametrize("text", ["one two three four " * 12, "日本語の記事 " * 20, "no-break" * 40])
def test_lines_fit_the_terminal_and_hang(width, text):
    rows = str(wrapped(Line("- " + text, hang=2), width)).split("\n")
    assert all(cell_len(row) <= min(width, 100) for row in rows)
    assert all(row.startswith("  ") == (width >= 40) for row in rows[1:])
    assert "".join("".join(rows).split()) == "".join(("- " + text).split())


def test_wrapped_words_have_the_spaces_they_had():
    rows = str(wrapped(Line("id  2026-01-13  one two three four five six", indent=1, hang=3), 30)).split("\n")
    assert rows == [" id  2026-01-13  one two three", "    four five six"]


def test_no_line_has_more_columns_than_the_window():
    for width in range(1, 60):
        for indent, hang in ((0, 0), (0, 8), (5, 2)):
            text = wrapped(Line("ab 記事 " + "c" * 70 + " d", indent=indent, hang=hang), max(width, 2))
            assert all(cell_len(row) <= max(width, 2) for row in str(text).split("\n"))


def test_markup_of_an_article_is_text():
    assert "[bold red]x[/]" in str(wrapped(Line("[bold red]x[/]"), 80))


@pytest.mark.parametrize(
    "hostile",
    ["\x1b[31mred", "a\x9bb", "a\u202eb", "a\u2066b", "a\u200bb", "a\ufeffb", "a\x07b", "a\x00b", "\ue000"],
)
def test_no_acting_or_hidden_character_is_left(hostile):
    left = safe(hostile)
    assert left.isprintable(), ascii(left)
    assert set(left) <= set("ab") | set("red")


def test_one_line_is_one_line():
    assert one_line(" a\n\tb\u2028c ") == "a b c"


def test_a_pipe_gets_whole_plain_lines(capsys):
    show([Line("word " * 60, hang=4, style="bold"), Line("x", indent=3)])
    first, second = capsys.readouterr().out.splitlines()
    assert first == ("word " * 60).strip()
    assert second == "   x"


def test_json_is_readable_and_acts_on_no_terminal(capsys):
    print_json(Filters(outlets=("Süd\u202eKurier\x9b",)))
    out = capsys.readouterr().out
    assert "Süd" in out
    assert not set(out) & set("\u202e\x9b")
    assert json.loads(out)["outlets"] == ["Süd\u202eKurier\x9b"]


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_colour_only_without_no_color(monkeypatch, no_color, coloured):
    screen = Tty()
    monkeypatch.setattr("sys.stdout", screen)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", no_color)
    show([Line("careful", style="yellow")])
    assert "careful" in screen.getvalue()
    assert ("\x1b[33m" in screen.getvalue()) is coloured
