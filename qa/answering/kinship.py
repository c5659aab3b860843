"""Words that are near in meaning, by the static word vectors that ship with wordllama: "phone" and
"telephone", "punishment" and "penalty". A list knows some pairs; the vectors know the rest, less surely.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from qa.answering.words import STOPWORDS
from qa.days import MONTHS, WEEKDAYS
from qa.library.embedders import WordLlamaEmbedder

NEAR = 0.55
_SHORTEST = 4
_APART = frozenset([*MONTHS, *WEEKDAYS])


@cache
def _embedder() -> WordLlamaEmbedder:
    return WordLlamaEmbedder()


def kin(asked: Sequence[str], vocabulary: Iterable[str]) -> dict[str, frozenset[str]]:
    """For each of the lower-case words `asked`, those of `vocabulary` whose vectors are near it (cosine at
    least `NEAR`), itself left out. Short words, stopwords, numbers, days and months have no kin.
    """
    mine = [word for word in dict.fromkeys(asked) if _can_have_kin(word)]
    theirs = sorted({word for word in vocabulary if _can_have_kin(word)})
    if not mine or not theirs:
        return {}
    embedder = _embedder()
    near = embedder.embed(mine) @ embedder.embed(theirs).T >= NEAR
    return {
        word: frozenset(other for other, close in zip(theirs, row, strict=True) if close and other != word)
        for word, row in zip(mine, near, strict=True)
    }


def _can_have_kin(word: str) -> bool:
    return len(word) >= _SHORTEST and word.isalpha() and word not in STOPWORDS and word not in _APART
