"""Cases that are known to be unsteady and do not gate for a while: measured, with a reason and an end."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pydantic import Field, ValidationError

from qa import strict_yaml
from qa.errors import UsageError
from qa.types import Value


class Quarantined(Value):
    """One case: how often it passed when measured, why it is set aside, and until when."""

    case: str
    passed: int = Field(ge=0)
    trials: int = Field(ge=5)
    since: dt.date
    expires: dt.date
    reason: str = Field(min_length=1)

    def holds(self, day: dt.date) -> bool:
        """Whether it is still set aside on `day`."""
        return day <= self.expires


def read_quarantine(path: Path) -> tuple[Quarantined, ...]:
    """The entries of the file at `path`; none where there is no file. Raises UsageError."""
    import yaml

    if not path.is_file():
        return ()
    try:
        entries = strict_yaml.load(path.read_text(encoding="utf-8")) or []
        return tuple(Quarantined.model_validate(entry) for entry in entries)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, TypeError) as exc:
        raise UsageError(
            f"{path} cannot be read: {strict_yaml.problem_of(exc)}", "Correct the file."
        ) from exc
    except ValidationError as exc:
        error = exc.errors()[0]
        where = ".".join(str(part) for part in error["loc"])
        raise UsageError(
            f"{path}: {where}: {error['msg']}",
            "An entry needs case, passed, trials (5 or more), since, expires and reason.",
        ) from exc
