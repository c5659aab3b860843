"""Expressions of several words in a question or an article, and what they mean: "call the strike off" is
"cancel the strike".

The lists are those of `qa.wordings`. Unlike the groups of `synonyms`, which also decide whether two articles
contradict each other, these are wide: a word of them counts for a little less than the question's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.answering.words import Word, words
from qa.wordings.lists import wordings

_WITHIN = "*"
MOST_BETWEEN = 3
"""So many words may stand where an expression has "*": "call the second strike off"."""


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression found among words: the places of its own words, in order, and all that it can mean."""

    places: tuple[int, ...]
    means: tuple[str, ...]


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
