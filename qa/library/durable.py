"""Files that survive a crash, and noticing when they were changed."""

from __future__ import annotations

import os
import shutil
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path


def checksums(folder: Path, files: Iterable[Path]) -> dict[str, list[int]]:
    """Size in bytes and CRC-32 of each file, by its path inside `folder`."""
    return {path.relative_to(folder).as_posix(): [path.stat().st_size, _crc(path)] for path in sorted(files)}


def changed_files(folder: Path, expected: Mapping[str, list[int]]) -> list[str]:
    """Paths inside `folder` whose file is missing or is not what `checksums` saw."""
    return [name for name, (size, crc) in expected.items() if not _is_same(folder / name, size, crc)]


def sync_tree(folder: Path) -> None:
    """Forces a folder, all that is in it, and its own entry in its parent to the disk."""
    for path in (*folder.rglob("*"), folder, folder.parent):
        _fsync(path)


def replace_file(path: Path, text: str) -> None:
    """Writes a file so that it holds either what it held or `text`, whatever happens."""
    fresh = path.with_name(path.name + ".new")
    if path.is_dir() or fresh.is_dir():  # nothing of ours
        clear_away(path)
        clear_away(fresh)
    fresh.write_text(text, "utf-8")
    _fsync(fresh)
    fresh.replace(path)
    _fsync(path.parent)


def clear_away(path: Path) -> None:
    """Deletes a file, a link, or a folder with all that is in it, as far as that is possible."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


def _is_same(path: Path, size: int, crc: int) -> bool:
    # The size first: a damaged file can be gigabytes long.
    return path.is_file() and path.stat().st_size == size and _crc(path) == crc


def _crc(path: Path) -> int:
    crc = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            crc = zlib.crc32(block, crc)
    return crc


def _fsync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
