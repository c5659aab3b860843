"""Days in words: which days an expression such as "next week" means, counted from when an article was
published.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qa.days.spans import MONTHS, WEEKDAYS, Days

if TYPE_CHECKING:
    from qa.days.readings import Found, days_in
    from qa.days.resolving import Resolved, resolved

__all__ = ["MONTHS", "WEEKDAYS", "Days", "Found", "Resolved", "days_in", "resolved"]

_HOMES = {
    "Found": "qa.days.readings",
    "Resolved": "qa.days.resolving",
    "days_in": "qa.days.readings",
    "resolved": "qa.days.resolving",
}


def __getattr__(name: str) -> Any:
    # On first use: the patterns take a while to compile, and the names of the months are wanted everywhere.
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'qa.days' has no attribute {name!r}")
