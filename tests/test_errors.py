"""The error tree is as its drawing says."""

from __future__ import annotations

import re

import pytest

from qa import errors
from qa.errors import QAError

DRAWN = re.compile(
    r"^    (?P<indent>[│├└─ ]*?)(?P<name>[A-Z]\w+Error)\b.*?(?:\((?P<code>\d)\))?$", re.MULTILINE
)


def drawing() -> dict[str, tuple[str, int]]:
    """Each drawn class with its parent and its exit code."""
    assert errors.__doc__
    found: dict[str, tuple[str, int]] = {}
    parents = ["Exception"]
    for match in DRAWN.finditer(errors.__doc__):
        depth = len(match["indent"]) // 4
        parents[depth + 1 :] = [match["name"]]
        found[match["name"]] = (parents[depth], int(match["code"] or 1))
    return found


def classes() -> dict[str, type[QAError]]:
    found = {n: c for n, c in vars(errors).items() if isinstance(c, type) and issubclass(c, QAError)}
    assert len(found) > 15
    return found


def test_every_error_is_drawn_and_every_drawn_one_exists():
    assert set(drawing()) == set(classes())


@pytest.mark.parametrize("name", sorted(classes()))
def test_parent_and_exit_code_are_as_drawn(name):
    parent, code = drawing()[name]
    error = classes()[name]
    assert error.__bases__[0].__name__ == parent
    assert error.exit_code == code


@pytest.mark.parametrize("name", sorted(classes()))
def test_an_error_says_what_happened_and_what_next(name):
    error = classes()[name]("The file is gone", "Look in the bin.")
    assert (str(error), error.message, error.hint) == (
        "The file is gone",
        "The file is gone",
        "Look in the bin.",
    )
    assert classes()[name]("x").hint == ""
    assert error.__doc__
