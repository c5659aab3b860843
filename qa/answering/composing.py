"""Statements as text: their days in brackets, their [n] markers, and lists of them under a heading."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from qa.answering.dating import with_days
from qa.types import Statement


def marked(statement: Statement, as_of: dt.date | None = None) -> str:
    """A statement with its markers; days that lean on when its article came out have what they mean in
    brackets.
    """
    return f"{with_days(statement, as_of)} {''.join(f'[{m}]' for m in statement.markers)}"


def listed(statements: Iterable[Statement], as_of: dt.date | None = None) -> str:
    """Statements as a list, one a line."""
    return "\n".join(f"- {marked(statement, as_of)}" for statement in statements)


def headed(heading: str, statements: Iterable[Statement], as_of: dt.date | None = None) -> str:
    """Statements as a list under a heading."""
    return f"{heading}:\n{listed(statements, as_of)}"
