"""A reply of a model as it is kept in a file, and the key it is found by.

Both the eval suite's recordings and the memory of a run that was interrupted are made of these.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from qa.models.exchange import Piece, Request
from qa.types import Value


class Response(Value):
    """What came back: the whole text, why it ended, tokens, who answered, and the seconds it took."""

    text: str
    ended: str = ""
    refused: bool = False
    input_tokens: int = 0
    output_tokens: int = 0
    model: str = ""
    seconds: float = 0.0

    @property
    def piece(self) -> Piece:
        """The reply, played back in one piece."""
        return Piece(**self.model_dump(exclude={"seconds"}))


def joined(pieces: Sequence[Piece], seconds: float) -> Response:
    """The pieces of one reply, put together."""
    return Response(
        text="".join(p.text for p in pieces).encode("utf-8", "replace").decode(),
        ended=next((p.ended for p in pieces if p.ended), ""),
        refused=any(p.refused for p in pieces),
        input_tokens=sum(p.input_tokens for p in pieces),
        output_tokens=sum(p.output_tokens for p in pieces),
        model=next((p.model for p in pieces if p.model), ""),
        seconds=round(seconds, 3),
    )


def key_of(request: Request, more: str = "") -> str:
    """SHA-256 (hex) over the canonical JSON of all of a request, and `more`."""
    return _digest(request.model_dump(mode="json"), more)


def seal_of(value: Value) -> str:
    """SHA-256 (hex) over all of a value but its field `sha256`, which is to hold it."""
    return _digest(value.model_dump(mode="json", exclude={"sha256"}))


def _digest(value: Any, more: str = "") -> str:
    canonical = json.dumps(value, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(f"{canonical}{more}".encode()).hexdigest()


def write_whole(path: Path, fields: dict[str, Any], *, mode: int = 0o666) -> None:
    """Writes `fields` as JSON so that the file is whole or not there, with the rights of `mode` that the
    umask leaves. Threads and processes may write the same file at once. Raises OSError.
    """
    text = json.dumps(fields, indent=1, ensure_ascii=False) + "\n"
    beside = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.new")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        beside.replace(path)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise
