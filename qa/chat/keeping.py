"""Conversations on disk: one JSON file each, `<library>/conversations/NAME.json`, for its owner alone.

A file is replaced whole or not at all; what cannot be read is named, never overwritten by accident.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from qa.chat.turns import FORMAT, History
from qa.errors import ConversationError, UsageError

FOLDER = "conversations"
LARGEST = 32 * 1024 * 1024
"""Bytes: a larger file is no conversation of ours."""
_NAME = re.compile(r"[\w][\w .-]{0,63}")
_RESERVED = frozenset({"con", "prn", "aux", "nul"})


def path_of(library: Path, name: str) -> Path:
    """Where the conversation of that name is kept. Raises UsageError for what is no name."""
    if not _NAME.fullmatch(name) or name.endswith((" ", ".")) or name.lower() in _RESERVED:
        raise UsageError(
            f"{name!r} cannot be a conversation's name",
            "Use up to 64 letters, digits, spaces, points, hyphens and underscores, a letter or digit first.",
        )
    return library / FOLDER / f"{name}.json"


def names_kept(library: Path) -> list[str]:
    """The names of the kept conversations, the one last saved first."""
    files = [p for p in (library / FOLDER).glob("*.json") if p.is_file() and _NAME.fullmatch(p.stem)]
    return [p.stem for p in sorted(files, key=lambda p: (-p.stat().st_mtime_ns, p.stem))]


def save(library: Path, history: History) -> Path:
    """Writes the conversation under its name. Raises UsageError, ConversationError."""
    path = path_of(library, history.name)
    text = history.model_dump_json(indent=1)
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        _replace(path, text)
    except OSError as exc:
        raise ConversationError(
            f"{path} cannot be written: {exc.strerror}", "Check the disk and the rights of the folder."
        ) from exc
    return path


def load(library: Path, name: str) -> History:
    """The conversation of that name. Raises UsageError where there is none, ConversationError for a file
    that cannot be read, is damaged, or was written by a newer `qa`.
    """
    path = path_of(library, name)
    try:
        if path.stat().st_size > LARGEST:
            raise _damaged(path, f"it has more than {LARGEST // 1024**2} MB")
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError as exc:
        there = names_kept(library)
        hint = f"There is: {', '.join(there[:20])}." if there else "None has been saved yet."
        raise UsageError(f"there is no conversation called {name!r}", hint) from exc
    except OSError as exc:
        raise ConversationError(
            f"{path} cannot be read: {exc.strerror}", "Check the rights of the file."
        ) from exc
    except UnicodeDecodeError as exc:
        raise _damaged(path, "it is not UTF-8 text") from exc
    return from_json(text, str(path)).model_copy(update={"name": name})


def from_json(text: str, where: str) -> History:
    """The conversation in a JSON text; `where` it is from, for errors. Raises ConversationError."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise _damaged(where, "it is not JSON") from exc
    made = found.get("format") if isinstance(found, dict) else None
    if isinstance(made, int) and made > FORMAT:
        raise ConversationError(
            f"{where} was written by a newer qa (format {made}; this one reads {FORMAT})", "Upgrade qa."
        )
    try:
        return History.model_validate_json(text)
    except ValidationError as exc:
        first = exc.errors()[0]
        field = ".".join(map(str, first["loc"])) or "it"
        raise _damaged(where, f"{field}: {first['msg'][0].lower()}{first['msg'][1:]}") from exc


def _damaged(where: object, why: str) -> ConversationError:
    return ConversationError(f"{where} is damaged: {why}", "Move the file away, or restore it from a backup.")


def _replace(path: Path, text: str) -> None:
    # A name of its own for each writer: two that save at once must not mix. mkstemp gives mode 0600.
    handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}.", suffix=".new")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(fresh).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(fresh).unlink()
        raise
