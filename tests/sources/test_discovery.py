from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from qa.sources import Skipped, Source, discover, read


def test_a_folder_is_expanded_in_order_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", ".hidden.txt", "sub/c.md", "sub/.git/x.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("text")
    found = discover([str(tmp_path)])
    assert [
        Path(item.name).relative_to(tmp_path).as_posix() for item in found if isinstance(item, Source)
    ] == [
        "a.txt",
        "b.txt",
        "sub/c.md",
    ]
    assert {item.kind for item in found if isinstance(item, Source)} == {"file"}


def test_stdin_addresses_and_a_named_hidden_file(tmp_path: Path) -> None:
    hidden = tmp_path / ".note.txt"
    hidden.write_text("text")
    assert discover(["-", "https://example.org/a", "HTTP://example.org/b", str(hidden)]) == [
        Source(kind="stdin", name="stdin"),
        Source(kind="url", name="https://example.org/a"),
        Source(kind="url", name="HTTP://example.org/b"),
        Source(kind="file", name=str(hidden)),
    ]


@pytest.mark.parametrize(
    ("target", "reason", "hint"),
    [
        ("no/such/file.txt", "no such file", "path"),
        ("www.example.org/a", "no such file", "https://www.example.org/a"),
        ("ftp://example.org/a", "only http and https", ""),
        ("file:///etc/hostname", "only http and https", ""),
        ("with\0null", "null", ""),
        ("", "no such file", ""),
        ("half\ud800pair", "", ""),
        ("x" * 5000, "too long", ""),
    ],
)
def test_what_cannot_be_read_is_skipped_with_reason_and_hint(target: str, reason: str, hint: str) -> None:
    (found,) = discover([target])
    assert isinstance(found, Skipped)
    assert reason in found.reason
    assert hint in found.hint


def test_an_empty_folder_is_said_to_be_empty(tmp_path: Path) -> None:
    (found,) = discover([str(tmp_path)])
    assert isinstance(found, Skipped)
    assert "no files" in found.reason


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("text")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self").symlink_to(tmp_path / "self")
    found = discover([str(tmp_path)])
    assert [Path(item.name).name for item in found if isinstance(item, Source)] == ["a.txt"]
    assert [Path(item.source).name for item in found if isinstance(item, Skipped)] == ["self"]


def test_a_broken_link_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    (found,) = discover([str(tmp_path)])
    assert isinstance(found, Skipped)
    assert "no such file" in found.reason


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX file kinds")
def test_what_is_no_regular_file_is_skipped_in_folders(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    found = discover([str(tmp_path)])
    assert [item.reason for item in found if isinstance(item, Skipped)] == ["it is not a regular file"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_name_that_is_not_utf8_is_skipped(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text("text")
    (found,) = discover([str(tmp_path)])
    assert isinstance(found, Skipped)
    assert "UTF-8" in found.reason


def test_a_file_that_goes_away_is_skipped_with_the_systems_reason(tmp_path: Path) -> None:
    (found,) = read(Source(kind="file", name=str(tmp_path / "gone.txt")))
    assert isinstance(found, Skipped)
    assert found.reason == "no such file or directory"
    (found,) = read(Source(kind="file", name=str(tmp_path)))
    assert isinstance(found, Skipped)
    assert "directory" in found.reason


def test_an_unreadable_file_is_skipped_with_the_systems_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, mode: str = "r") -> None:  # root may read anything, so the refusal is played
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refuse)
    (found,) = read(Source(kind="file", name=str(tmp_path / "a.txt")))
    assert isinstance(found, Skipped)
    assert found.reason == "permission denied"
