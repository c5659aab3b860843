"""How far a source supports a statement, as one number.

Doubt is added up and `exp(-doubt)` is the score. Its parts: what it cost to lay the statement over the
source, a word (joins, and words of its own); the share of its word triples that the source lacks; each
number or day that the source has of something else, more where that is all that was changed; each word whose
contrary stands there instead; yes said where the source says no; a fact made of what the source only alleges
or ties to a condition; and words put into another's mouth.

The constants are round numbers, chosen on half of QAGS' summaries and on the accepted and rejected sentences
of the eval suite. Around them the figures hardly move: with any one cost of `aligning` halved or doubled, the
area under the ROC curve on that half stays within .01. `REVERSED` and `SETTLED` would be 0.1 for the readers
of QAGS, who forgive a lost "possible", and far more for the eval suite. One step of firmness ("will" for "is
expected to") is no doubt: it told neither on that half nor much in the suite.

What did not help: a model trained on made-up errors (in the manner of Kryscinski et al., 2020); sums of the
score with the longest copied span, the share of words in long spans, ROUGE-L, or the number and distance of
the sentences joined, fitted on that half and cross-validated; how likely the words at a join are to follow
each other in other texts.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

from qa.answering.modality import modality, negated, negations
from qa.answering.supporting.aligning import NOVEL, Alignment, Source, align, read_source
from qa.answering.supporting.clauses import bearing, closest_clause
from qa.answering.supporting.displaced import displaced, holds_nearly_all, nearest_sentence
from qa.answering.supporting.misattributed import misattributed
from qa.answering.supporting.opposites import turned_round
from qa.answering.words import Word

TRIPLES = 0.2
DISPLACED = 0.3
MISPLACED = 0.7
"""On top, where the sentence that lacks the number or day holds nearly all else."""
CONTRARY = 1.0
REVERSED = 0.15
SETTLED = 0.3
MISATTRIBUTED = 1.0
_OPEN = ("alleged", "conditional")
MOST_SENTENCES = 3
"""Of how many sentences, those that most words were taken from, the negations and hedges are looked at."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What speaks against a statement, each 0 where nothing does."""

    laying: float
    triples: float
    displaced: int = 0
    misplaced: int = 0
    contrary: int = 0
    reversed: int = 0
    settled: int = 0
    misattributed: int = 0

    @property
    def score(self) -> float:
        """From 0 to 1: 1 for words taken as they stand."""
        total = (
            self.laying
            + TRIPLES * self.triples
            + DISPLACED * self.displaced
            + MISPLACED * self.misplaced
            + CONTRARY * self.contrary
            + REVERSED * self.reversed
            + SETTLED * self.settled
            + MISATTRIBUTED * self.misattributed
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
        return Doubt(math.inf, 1.0)
    nearest = nearest_sentence(laid.words, source)
    moved = displaced(nearest, statement, source)
    turned, settled = _stance(statement, laid, source)
    sentences = (source.sentence_text(n) for n in range(len(source.stems_of)))
    return Doubt(
        laying=laid.cost / len(laid.words),
        triples=_lost_triples(laid.words, source),
        displaced=len(moved),
        misplaced=int(bool(moved) and holds_nearly_all(nearest, laid.words, source)),
        contrary=int(turned_round(laid.words, source.stems_of[nearest]) is not None),
        reversed=int(turned),
        settled=int(settled),
        misattributed=int(misattributed(statement, sentences) is not None),
    )


def _stance(statement: str, laid: Alignment, source: Source) -> tuple[bool, bool]:
    """Whether it says no where the clause that it was taken from says yes, or yes where that says no; and, if
    not, whether it states as a fact what that clause leaves open."""
    taken = Counter(source.sentence[place] for place in laid.places if place != NOVEL)
    if not taken:
        return False, False
    cited = [source.sentence_text(number) for number, _ in taken.most_common(MOST_SENTENCES)]
    theirs = bearing(statement, closest_clause(statement, cited))
    turned = negated(statement) != negated(theirs) or negations(statement) > negations(" ".join(cited))
    settled = not turned and modality(theirs) in _OPEN and modality(statement) == "confirmed"
    return turned, settled


def _lost_triples(said: tuple[Word, ...], source: Source) -> float:
    lowers = [w.lower for w in said]
    # One or two words have none, and say as little: "Gov." is no statement.
    if len(lowers) < 3:
        return 1.0
    triples = list(zip(lowers, lowers[1:], lowers[2:], strict=False))
    return sum(t not in source.triples for t in triples) / len(triples)
