"""What else a newsroom calls things: words that a question and its article use for one another, expressions
of several words, and opposites, which never count as the same.

The lists are in `wordings.txt`, as stems (Snowball's English stemmer, irregular forms mapped first), and are
read when the first question is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("wordings.txt")


@dataclass(frozen=True, slots=True)
class Phrase:
    """An expression: its stems, "*" among them where other words may stand, and the word that it means."""

    parts: tuple[str, ...]
    means: str


@dataclass(frozen=True, slots=True)
class Wordings:
    """The lists: by stem, the stems that are used for it and those that are its opposites; by its first stem,
    each expression.
    """

    groups: tuple[tuple[str, ...], ...]
    used_for: dict[str, frozenset[str]]
    opposites: dict[str, frozenset[str]]
    phrases: dict[str, tuple[Phrase, ...]]


@cache
def wordings() -> Wordings:
    """The lists of `wordings.txt`."""
    groups: list[tuple[str, ...]] = []
    opposites: dict[str, set[str]] = {}
    phrases: dict[str, list[Phrase]] = {}
    section = ""
    for line in _FILE.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            section = line.strip("[]")
        elif section == "opposites":
            left, right = (side.split() for side in line.split("|"))
            for mine, theirs in ((left, right), (right, left)):
                for stem in mine:
                    opposites.setdefault(stem, set()).update(theirs)
        elif section == "phrases":
            means, _, expressions = line.partition(" = ")
            for expression in expressions.split("; "):
                parts = tuple(expression.split())
                phrases.setdefault(parts[0], []).append(Phrase(parts, means))
        else:
            groups += [tuple(group.split()) for group in line.split("; ")]
    used_for: dict[str, set[str]] = {}
    for group in groups:
        for stem in group:
            used_for.setdefault(stem, set()).update(group)
    return Wordings(
        tuple(groups),
        {stem: frozenset(others - {stem} - opposites.get(stem, set())) for stem, others in used_for.items()},
        {stem: frozenset(others) for stem, others in opposites.items()},
        {first: tuple(found) for first, found in phrases.items()},
    )


def used_for(stem: str) -> frozenset[str]:
    """The stems of the words that are used for the word with this stem, itself and its opposites left out."""
    return wordings().used_for.get(stem, frozenset())


def opposed(one: str, other: str) -> bool:
    """Whether two stems are opposites: "rise" and "fall"."""
    return other in wordings().opposites.get(one, ())
