"""From what a user names (files, folders, addresses, "-") to the list of things to read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from qa.sources.material import Skipped, Source

STDIN = "stdin"


def discover(targets: Sequence[str]) -> list[Source | Skipped]:
    """Everything to read for `targets`, in their order; a folder's files by path, hidden ones left out.

    "-" is standard input, http:// and https:// are addresses. What cannot be read is in the list as
    Skipped, with the reason.
    """
    return [item for target in targets for item in _expand(target)]


def _expand(target: str) -> Iterator[Source | Skipped]:
    if target == "-":
        yield Source(kind="stdin", name=STDIN)
    elif target.lower().startswith(("http://", "https://")):
        yield Source(kind="url", name=target) if _printable(target) else _unreadable_name(target)
    elif "://" in target and not Path(target).exists():
        yield Skipped(source=_shown(target), reason="only http and https addresses are fetched")
    else:
        yield from _path(target)


def _path(target: str) -> Iterator[Source | Skipped]:
    try:
        found = os.stat(target)  # noqa: PTH116  # a Path would drop what the user typed
    except FileNotFoundError:
        looks_like_address = target.startswith("www.")
        hint = (
            f"Did you mean https://{target}?"
            if looks_like_address
            else "Check the path; an address starts with https://."
        )
        yield Skipped(source=_shown(target), reason="there is no such file or folder", hint=hint)
    except (OSError, ValueError) as exc:
        yield Skipped(source=_shown(target), reason=why(exc))
    else:
        if stat.S_ISDIR(found.st_mode):
            yield from _folder(target)
        else:
            yield Source(kind="file", name=target) if _printable(target) else _unreadable_name(target)


def _folder(folder: str) -> Iterator[Source | Skipped]:
    empty = True
    for item in _walk(folder, set()):
        empty = False
        yield item
    if empty:
        yield Skipped(
            source=_shown(folder), reason="the folder holds no files", hint="Hidden files are left out."
        )


def _walk(folder: str, seen: set[tuple[int, int]]) -> Iterator[Source | Skipped]:
    """The files under `folder`.

    `seen` holds device and inode of the folders on the way: a loop of links is entered once.
    """
    try:
        here = os.stat(folder)  # noqa: PTH116
        if (here.st_dev, here.st_ino) in seen:
            return
        seen.add((here.st_dev, here.st_ino))
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if not entry.name.startswith("."))
    except OSError as exc:
        yield Skipped(source=_shown(folder), reason=why(exc))
        return
    for name in names:
        yield from _entry(os.path.join(folder, name), seen)  # noqa: PTH118


def _entry(path: str, seen: set[tuple[int, int]]) -> Iterator[Source | Skipped]:
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116
    except OSError as exc:
        yield Skipped(source=_shown(path), reason=why(exc))
        return
    if stat.S_ISDIR(mode):
        yield from _walk(path, seen)
    elif not _printable(path):
        yield _unreadable_name(path)
    elif stat.S_ISREG(mode):
        yield Source(kind="file", name=path)
    else:
        yield Skipped(source=path, reason="it is not a regular file")


def why(exc: Exception) -> str:
    """The operating system's reason, in lower case, without the path."""
    reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)
    return reason[:1].lower() + reason[1:]


def _printable(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _shown(name: str) -> str:
    return name.encode("utf-8", "replace").decode()


def _unreadable_name(name: str) -> Skipped:
    return Skipped(source=_shown(name), reason="its name is not valid UTF-8", hint="Rename the file.")
