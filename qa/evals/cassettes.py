"""Recorded model calls: one reviewable JSON file for each, found by everything that shaped the call.

The key is the SHA-256 of the canonical JSON of the request (model, server, messages, parameters, form of the
reply) and the number of the trial, so that three trials of one question are three recordings. Recordings do
not expire. Errors, empty replies and replies that were cut off are never recorded, and no key of any provider
can be, since none is part of a request. A file that was edited is refused.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import ValidationError

from qa.errors import QAError, UsageError
from qa.models import recording
from qa.models.exchange import Live, Piece, Request, Through
from qa.models.recording import Response, joined, seal_of, write_whole
from qa.types import Value

Mode = Literal["auto", "replay", "record", "refresh", "off"]
"""`auto`: replay, else call and record. `replay`: never call. `record`: call, and keep what is not recorded
yet. `refresh`: call, and replace what is recorded. `off`: call, and keep nothing."""
MODES: tuple[Mode, ...] = get_args(Mode)


class RecordingError(UsageError):
    """A recording cannot be read or written. It ends a run: nothing that could be answered is to blame."""


class ReplayMissError(QAError):
    """A call is not recorded, and none may be made. `key` is the recording's."""

    exit_code = 5

    def __init__(self, key: str) -> None:
        super().__init__(
            f"a model call is not recorded: {key}",
            "Record it with a key: qa eval run --cache auto; then commit eval/cassettes.",
        )
        self.key = key


class Recording(Value):
    """One file: a request, its response, when it was made, and the SHA-256 (hex) of the rest of the file."""

    schema_: Literal["qa-cassette/1"] = "qa-cassette/1"
    purpose: str
    trial: int
    recorded: str
    request: Request
    response: Response
    sha256: str = ""

    @property
    def seal(self) -> str:
        """What `sha256` has to be."""
        return seal_of(self)


@dataclass
class Tally:
    """What went through: calls made, calls replayed, and what the replies took when they were made."""

    calls: int = 0
    replayed: int = 0
    seconds: float = 0.0
    input_tokens: int = 0
    output_tokens: int = 0
    models: set[str] = field(default_factory=set)

    def add(self, response: Response) -> None:
        """One more reply."""
        self.seconds += response.seconds
        self.input_tokens += response.input_tokens
        self.output_tokens += response.output_tokens
        self.models.add(response.model)


def key_of(request: Request, trial: int) -> str:
    """The recording's key: SHA-256 (hex) over all of the request, and the trial."""
    return recording.key_of(request, f"\n{trial}")


class Cassettes:
    """The recordings in a folder, in one of the modes. Threads may share it."""

    def __init__(self, folder: Path, mode: Mode, purpose: str = "answer") -> None:
        self.folder = folder
        self.mode = mode
        self.purpose = purpose

    def path(self, key: str) -> Path:
        """Where the recording with this key lies."""
        return self.folder / key[:2] / f"{key}.json"

    def has(self, request: Request, trial: int) -> bool:
        """Whether the call is recorded."""
        return self.path(key_of(request, trial)).is_file()

    def through(self, trial: int, tally: Tally) -> Through:
        """What the calls of one trial go through; `tally` is added to."""
        return partial(self._pass, trial, tally)

    def _pass(self, trial: int, tally: Tally, request: Request, live: Live) -> Iterator[Piece]:
        key = key_of(request, trial)
        if self.mode in ("auto", "replay") and (known := self._read(key)) is not None:
            tally.replayed += 1
            tally.add(known)
            yield known.piece
            return
        if self.mode == "replay":
            raise ReplayMissError(key)
        yield from self._recorded(trial, tally, request, live)

    def _recorded(self, trial: int, tally: Tally, request: Request, live: Live) -> Iterator[Piece]:
        pieces: list[Piece] = []
        began = time.monotonic()
        tally.calls += 1
        try:
            for piece in live():
                pieces.append(piece)
                yield piece
        finally:
            response = joined(pieces, time.monotonic() - began)
            tally.add(response)
        # A reply without an ending was cut off: nothing to build on. A refusal is one, and says nothing else.
        if self.mode != "off" and response.ended and (response.text.strip() or response.refused):
            self._write(trial, request, response)

    def _read(self, key: str) -> Response | None:
        """The recorded response, None if there is none. Raises RecordingError."""
        path = self.path(key)
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as exc:
            raise _damaged(path, str(exc)) from exc
        try:
            fields: dict[str, Any] = json.loads(text)
            fields["schema_"] = fields.pop("schema", "")
            found = Recording.model_validate(fields)
        except (json.JSONDecodeError, ValidationError, AttributeError, TypeError, RecursionError) as exc:
            raise _damaged(path, "it is no recording of this version") from exc
        if key_of(found.request, found.trial) != key:
            raise _damaged(path, "its request was changed after it was made")
        if found.sha256 != found.seal:
            raise _damaged(path, "it was changed after it was made")
        return found.response

    def _write(self, trial: int, request: Request, response: Response) -> None:
        key = key_of(request, trial)
        path = self.path(key)
        if self.mode == "record" and path.exists():
            return
        made = Recording(
            purpose=self.purpose,
            trial=trial,
            recorded=dt.datetime.now(dt.UTC).date().isoformat(),
            request=request,
            response=response,
        )
        fields = made.model_copy(update={"sha256": made.seal}).model_dump(mode="json")
        fields = {"schema": fields.pop("schema_"), **fields}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, fields)
        except OSError as exc:
            raise RecordingError(
                f"the recording {path} cannot be written: {exc.strerror}",
                "Check the folder's rights and the disk, or record nothing: --cache off.",
            ) from exc


def _damaged(path: Path, why: str) -> RecordingError:
    return RecordingError(
        f"the recording {path} cannot be used: {why}",
        "Delete it and record it again: qa eval run --cache auto.",
    )
