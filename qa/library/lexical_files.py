"""The files of the word index (see `lexical`): whether they are what tantivy wrote, who may read them, and a
place from which those may use them who may only read.

tantivy maps its files without looking, takes a lock in the folder of an index also to read it, and makes its
lists of files readable for their owner alone.
"""

from __future__ import annotations

import json
import tempfile
import zlib
from contextlib import suppress
from pathlib import Path

from qa.library.durable import clear_away

_FOOTER_MAGIC = 1337
_LONGEST_FOOTER = 10_000
# tantivy's own lists of its files, which it reads whole: a few hundred bytes for each segment.
_COMMIT = "meta.json"
_LISTS = (_COMMIT, ".managed.json")
_LONGEST_LIST = 16_000_000
_LOCK = ".tantivy-meta.lock"  # made like any other file


class LexicalDamagedError(Exception):
    """The index cannot be used and must be built anew. Never leaves the library."""


def verify(folder: Path) -> None:
    """Compares every file of the last commit with the checksum in its footer: tantivy maps the files
    without looking."""
    _verify_lists(folder)
    commit = json.loads((folder / _COMMIT).read_text("utf-8"))
    for segment in commit["segments"]:
        name = segment["segment_id"].replace("-", "")
        deletes = segment.get("deletes")
        kept = f"{name}.{deletes['opstamp']}.del" if deletes else None
        for path in folder.glob(f"{name}.*"):
            if path.suffix != ".del" or path.name == kept:
                _verify_file(path)


def _verify_lists(folder: Path) -> None:
    for name in _LISTS:
        if (folder / name).is_file() and (folder / name).stat().st_size > _LONGEST_LIST:
            raise LexicalDamagedError(f"{name} is far too long")


def _verify_file(path: Path) -> None:
    """A file ends with a line of JSON that holds its CRC, the length of that, and a magic number."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - 8))
        tail = file.read(8)
        length, magic = int.from_bytes(tail[:4], "little"), int.from_bytes(tail[4:], "little")
        if len(tail) < 8 or magic != _FOOTER_MAGIC or length > min(size - 8, _LONGEST_FOOTER):
            raise LexicalDamagedError(f"{path.name} is cut short")  # seen before a huge file is read
        file.seek(size - 8 - length)
        footer = json.loads(file.read(length))
        file.seek(0)
        left, crc = size - 8 - length, 0
        while left and (block := file.read(min(left, 1 << 20))):
            crc = zlib.crc32(block, crc)
            left -= len(block)
    if crc != footer["crc"]:
        raise LexicalDamagedError(f"{path.name} was changed")


def let_read(folder: Path | None) -> None:
    """Lets those read tantivy's lists who may read the rest; after each commit, which makes them anew."""
    if folder is not None:
        for name in _LISTS:
            with suppress(OSError):
                (folder / name).chmod((folder / _LOCK).stat().st_mode & 0o666)


def beside_it(folder: Path) -> Path:
    """A temporary folder in which tantivy can take its locks, with links to the index's files (which it never
    changes) and a copy of its list of them (which each commit replaces)."""
    _verify_lists(folder)
    place = Path(tempfile.mkdtemp(prefix="qa-words-"))
    try:
        (place / _COMMIT).write_bytes((folder / _COMMIT).read_bytes())
        for path in folder.absolute().iterdir():
            if path.suffix not in (".json", ".lock"):
                (place / path.name).symlink_to(path)
    except BaseException:
        clear_away(place)
        raise
    return place
