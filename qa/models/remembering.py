"""Remembers the replies of a run that makes many calls, so that nothing is paid for twice when it is
interrupted and started again.

    memory = Remembered(folder)
    ChainSummarizer(settings, through=memory.through)
    ...  # the run; again after an interrupt
    memory.forget()  # it has finished

One file for each reply, named after the SHA-256 of all that shaped the call; the request itself, which holds
the articles, is not written.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from qa.models.exchange import CUT, FILTERED, Live, Piece, Request
from qa.models.recording import Response, joined, key_of, seal_of, write_whole
from qa.types import Value

DAYS = 7.0
"""How long a reply is remembered: the articles and the model may have changed since."""
FOLDER_MODE, FILE_MODE = 0o700, 0o600


class KeptReply(Value):
    """One file: a reply, its request's key, and the SHA-256 (hex) of the rest of the file."""

    schema_: Literal["qa-reply/1"] = "qa-reply/1"
    key: str
    response: Response
    sha256: str = ""


def holds_object(text: str) -> bool:
    """Whether a reply holds a whole JSON object."""
    decoder = json.JSONDecoder()
    try:
        return isinstance(decoder.raw_decode(text, max(text.find("{"), 0))[0], dict)
    except (ValueError, RecursionError):
        return False


class Remembered:
    """The replies in a folder. `through` is what the calls go through; threads may share it.

    Kept are whole replies that `readable` takes, never an error, a refusal, a reply that was cut off or one
    whose reader left. A reply that cannot be read is kept with the one that repaired it, and not before:
    else a run that failed for it would fail again each time. What is older than `days`, damaged or not
    readable from the disk counts as not kept; where nothing can be written the run goes on without.

    `replayed` and `made` count the calls that went through.
    """

    def __init__(
        self, folder: Path, *, days: float = DAYS, readable: Callable[[str], bool] = holds_object
    ) -> None:
        self.folder = folder
        self.replayed = self.made = 0
        self._oldest = time.time() - days * 86_400
        self._readable = readable
        self._used: set[str] = set()
        self._unread: dict[str, Response] = {}
        self._lock = threading.Lock()
        self._drop_old()

    def through(self, request: Request, live: Live) -> Iterator[Piece]:
        """Replays the reply if it is remembered, else makes the call and remembers its reply."""
        key = key_of(request)
        known = self._read(key)
        if known is not None:
            self._count(key, replayed=1)
            yield known.piece
            return
        pieces: list[Piece] = []
        began = time.monotonic()
        for piece in live():
            pieces.append(piece)
            yield piece
        # Not reached when the call fails, or when the reader leaves before the end.
        self._count(key, made=1)
        self._keep(request, key, joined(pieces, time.monotonic() - began))

    def forget(self) -> None:
        """Deletes what this run kept or replayed; what other runs remember stays."""
        with self._lock:
            used, self._used = self._used, set()
            self._unread.clear()
        for key in used:
            with suppress(OSError):
                self._path(key).unlink()
        with suppress(OSError):
            self.folder.rmdir()  # only goes when it is empty

    def _count(self, key: str, *, replayed: int = 0, made: int = 0) -> None:
        with self._lock:
            self.replayed += replayed
            self.made += made
            self._used.add(key)

    def _keep(self, request: Request, key: str, response: Response) -> None:
        if response.refused or response.ended in CUT | FILTERED or not response.text.strip():
            return
        if not self._readable(response.text):
            # Without an ending it was cut off.
            if response.ended:
                with self._lock:
                    self._unread[key] = response
            return
        # A repair is asked for with the same messages and two more.
        first = key_of(request.model_copy(update={"messages": request.messages[:-2]}))
        with self._lock:
            unread = self._unread.pop(first, None)
        if unread is not None:
            self._write(first, unread)
        self._write(key, response)

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.json"

    def _read(self, key: str) -> Response | None:
        path = self._path(key)
        try:
            if path.stat().st_mtime < self._oldest:
                return None
            fields = json.loads(path.read_bytes())
            fields["schema_"] = fields.pop("schema", "")
            kept = KeptReply.model_validate(fields)
        except (OSError, ValueError, ValidationError, AttributeError, TypeError, RecursionError):
            return None
        return kept.response if kept.key == key and kept.sha256 == seal_of(kept) else None

    def _write(self, key: str, response: Response) -> None:
        kept = KeptReply(key=key, response=response)
        fields = kept.model_copy(update={"sha256": seal_of(kept)}).model_dump(mode="json")
        with suppress(OSError):
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            self.folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
            write_whole(self._path(key), {"schema": fields.pop("schema_"), **fields}, mode=FILE_MODE)

    def _drop_old(self) -> None:
        with suppress(OSError):
            for path in self.folder.iterdir():
                with suppress(OSError):
                    if path.suffix in (".json", ".new") and path.stat().st_mtime < self._oldest:
                        path.unlink()
