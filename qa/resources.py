"""Finds the files that ship beside the code: `prompts/` and `eval/`, in a checkout, an editable install or
a wheel.
"""

from __future__ import annotations

from pathlib import Path

from qa.errors import QAError

_PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """The path of a shipped file or folder, e.g. `resource("prompts", "answer")`. Raises QAError if it is
    missing.
    """
    for root in (_PACKAGE / "data", _PACKAGE.parent):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise QAError(f"{'/'.join(parts)} is missing from this installation of qa", "Install qa again.")


def sample_articles() -> Path:
    """The folder of the sample articles."""
    return resource("eval", "samples")
