"""Reads the files of public data sets, and says what is wrong with one that is not as expected."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from qa.errors import UsageError


class Row(BaseModel):
    """Base of what a data set's files hold: frozen, and fields that no recipe needs are left out."""

    model_config = ConfigDict(frozen=True, extra="ignore")


R = TypeVar("R", bound=BaseModel)
T = TypeVar("T")


def one_file(data: Path, expected: str, *names: str) -> Path:
    """The file meant by `data`: itself, or the first file of that folder that has one of `names` (patterns
    such as "*.jsonl"). `expected` says in words what the file holds. Raises UsageError.
    """
    if data.is_file():
        return data
    found = [path for name in names for path in sorted(data.glob(name))]
    if not found:
        raise UsageError(
            f"{data} holds no {' and no '.join(names)}",
            f"Give the file itself, or its folder. Expected: {expected}.",
        )
    return found[0]


def read_lines(path: Path, form: type[R], expected: str) -> list[R]:
    """The rows of a JSON-lines file, at least one; `expected` says in words what each line holds. Raises
    UsageError, which names the line.
    """
    lines = _text(path, expected).splitlines()
    rows = [_row(line, form, f"{path}:{n}", expected) for n, line in enumerate(lines, 1) if line.strip()]
    if not rows:
        raise UsageError(f"{path} is empty", f"Expected: {expected}.")
    return rows


def read_object(path: Path, form: type[R], expected: str) -> R:
    """The one JSON object that a file holds. Raises UsageError."""
    return _row(_text(path, expected), form, str(path), expected)


def sample(rows: Sequence[T], first: int | None) -> list[T]:
    """A random sample of `first` rows, always the same for the same rows; all of them, in order, if None."""
    return list(rows) if first is None else random.Random(7).sample(rows, min(first, len(rows)))


def share(part: int, whole: int) -> float | None:
    """`part` of `whole` to four decimals; None if there is nothing to have a share of."""
    return round(part / whole, 4) if whole else None


def _text(path: Path, expected: str) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as exc:
        raise UsageError(f"{path} cannot be read: {exc.strerror}", f"Expected: {expected}.") from exc
    except UnicodeDecodeError as exc:
        raise UsageError(f"{path} is not UTF-8 text", f"Expected: {expected}.") from exc


def _row(text: str, form: type[R], where: str, expected: str) -> R:
    try:
        return form.model_validate(json.loads(text))
    except ValidationError as exc:
        first = exc.errors()[0]
        field = ".".join(map(str, first["loc"]))
        wrong = f"{field}: {first['msg']}" if field else first["msg"]
        raise UsageError(f"{where}: {wrong}", f"Expected: {expected}.") from exc
    except ValueError as exc:
        raise UsageError(f"{where} is not JSON: {exc}", f"Expected: {expected}.") from exc
