"""How far a source supports a statement, as one number.

Doubt is added up and `exp(-doubt)` is the score. It has four parts: what it cost to lay the statement over
the source, a word (joins, and words of its own); the share of its word triples that the source lacks; each
number or day that the source has of something else, more where that is all that was changed; and each word
whose contrary stands there instead.

The constants are round numbers, chosen on half of QAGS' summaries and on the accepted and rejected sentences
of the eval suite. Around them the figures hardly move: with any one cost of `aligning` halved or doubled, the
area under the ROC curve on that half stays within .01.

A model trained on made-up errors (in the manner of Kryscinski et al., 2020) did much worse on real ones.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from qa.answering.supporting.aligning import Source, align, read_source
from qa.answering.supporting.displaced import displaced, holds_nearly_all, nearest_sentence
from qa.answering.supporting.opposites import turned_round
from qa.answering.words import Word

TRIPLES = 0.2
DISPLACED = 0.3
MISPLACED = 0.7
"""On top, where the sentence that lacks the number or day holds nearly all else."""
CONTRARY = 1.0


@dataclass(frozen=True, slots=True)
class Doubt:
    """What speaks against a statement, each 0 where nothing does."""

    laying: float
    triples: float
    displaced: int
    misplaced: int
    contrary: int

    @property
    def score(self) -> float:
        """From 0 to 1: 1 for words taken as they stand."""
        total = (
            self.laying
            + TRIPLES * self.triples
            + DISPLACED * self.displaced
            + MISPLACED * self.misplaced
            + CONTRARY * self.contrary
        )
        return math.exp(-total)


def support(statement: str, source: str) -> float:
    """How far `source` (the article, or what is known of it) supports `statement`: 1 where it stands there
    word for word, near 0 where nothing of it does. A statement without words has 0."""
    return doubt(statement, read_source(source)).score


def doubt(statement: str, source: Source) -> Doubt:
    """What speaks against `statement`."""
    laid = align(statement, source)
    if not laid.words or not source.words:
        return Doubt(math.inf, 1.0, 0, 0, 0)
    nearest = nearest_sentence(laid.words, source)
    moved = displaced(nearest, statement, source)
    return Doubt(
        laying=laid.cost / len(laid.words),
        triples=_lost_triples(laid.words, source),
        displaced=len(moved),
        misplaced=int(bool(moved) and holds_nearly_all(nearest, laid.words, source)),
        contrary=int(turned_round(laid.words, source.stems_of[nearest]) is not None),
    )


def _lost_triples(said: tuple[Word, ...], source: Source) -> float:
    lowers = [w.lower for w in said]
    # One or two words have none, and say as little: "Gov." is no statement.
    if len(lowers) < 3:
        return 1.0
    triples = list(zip(lowers, lowers[1:], lowers[2:], strict=False))
    return sum(t not in source.triples for t in triples) / len(triples)
