"""What else a newsroom calls things: words that a question and its article use for one another, expressions
of several words, and opposites, which never count as the same.

The lists are in `wordings.txt`, as stems, and are read when the first question is asked. Unlike the groups of
`synonyms`, which also decide whether two articles contradict each other, these are wide: a word of them
counts for a little less than the question's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from qa.answering.words import Word, words

_FILE = Path(__file__).with_name("wordings.txt")
_WITHIN = "*"
MOST_BETWEEN = 3
"""So many words may stand where an expression has "*": "call the second strike off"."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """An expression: its stems, "*" among them where other words may stand, and the word that it means."""

    parts: tuple[str, ...]
    means: str


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression found among words: the places of its own words, in order, and all that it can mean."""

    places: tuple[int, ...]
    means: tuple[str, ...]


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


def expressions(tokens: Sequence[Word]) -> list[Expression]:
    """The expressions among `tokens`, in order, none inside another: the one of most words counts."""
    stems = [token.stem for token in tokens]
    found: list[Expression] = []
    taken: set[int] = set()
    for start, stem in enumerate(stems):
        best: dict[tuple[int, ...], list[str]] = {}
        for phrase in wordings().phrases.get(stem, ()):
            places = _places(phrase.parts, stems, start)
            if places and taken.isdisjoint(places):
                best.setdefault(places, []).append(phrase.means)
        if best:
            places = max(best, key=lambda p: (len(p), -p[-1]))
            taken.update(places)
            found.append(Expression(places, tuple(dict.fromkeys(best[places]))))
    return found


def _places(parts: Sequence[str], stems: Sequence[str], start: int) -> tuple[int, ...]:
    # Where the parts stand one after another from `start` on; () where they do not.
    places: list[int] = []
    at, room = start, 0
    for part in parts:
        if part == _WITHIN:
            room = MOST_BETWEEN
            continue
        place = next((i for i in range(at, min(at + room + 1, len(stems))) if stems[i] == part), None)
        if place is None:
            return ()
        places.append(place)
        at, room = place + 1, 0
    return tuple(places)


def joined(text: str) -> tuple[str, dict[str, frozenset[str]]]:
    """`text` with each expression as one word, and by that word's stem the stems of all that it can mean:
    "call the strike off" is "cancel the strike".
    """
    tokens = words(text)
    means: dict[str, frozenset[str]] = {}
    edits: list[tuple[int, int, str]] = []
    for found in expressions(tokens):
        first, *others = found.places
        edits.append((tokens[first].start, tokens[first].end, found.means[0]))
        edits += [(tokens[i].start, tokens[i].end, "") for i in others]
        meant = [words(word) for word in found.means]
        means[meant[0][-1].stem] = frozenset(w.stem for tokens_of in meant for w in tokens_of)
    for start, end, word in sorted(edits, reverse=True):
        text = text[:start] + word + text[end:]
    return " ".join(text.split()).replace(" ?", "?"), means


def meant_by_expressions(tokens: Sequence[Word]) -> frozenset[str]:
    """The stems of all that the expressions among `tokens` can mean."""
    return frozenset(w.stem for found in expressions(tokens) for word in found.means for w in words(word))
