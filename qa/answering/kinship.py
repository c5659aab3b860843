"""Words that are near in meaning, by the static word vectors that ship with wordllama: "phone" and
"telephone", "punishment" and "penalty". A list knows some pairs; the vectors know the rest, less surely.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

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
    near = _vectors(mine) @ _vectors(theirs).T >= NEAR
    return {
        word: frozenset(other for other, close in zip(theirs, row, strict=True) if close and other != word)
        for word, row in zip(mine, near, strict=True)
    }


def _can_have_kin(word: str) -> bool:
    return len(word) >= _SHORTEST and word.isalpha() and word not in STOPWORDS and word not in _APART


@lru_cache(maxsize=4096)
def _direction(text: str) -> Any:
    import numpy as np

    vector = _embedder().embed([text])[0]
    return vector / (float(np.linalg.norm(vector)) or 1.0)


def likeness(one: str, other: str) -> float:
    """The cosine of two texts' vectors: 1 for the same words, near 0 for texts of different things. A text
    without words has 0 with every other.
    """
    return float(_direction(one) @ _direction(other)) if one and other else 0.0


_VECTORS: dict[str, Any] = {}
_MOST_VECTORS = 50_000


def nearness(asked: Sequence[str], said: Sequence[str]) -> list[float]:
    """For each of the lower-case words `asked`, the cosine (0 to 1) of the word of `said` that is nearest to
    it, 1.0 if it is among them; stopwords and numbers of `said` do not count.
    """
    theirs = [word for word in dict.fromkeys(said) if word.isalpha() and word not in STOPWORDS]
    if not theirs or not asked:
        return [float(word in said) for word in asked]
    mine = list(dict.fromkeys(asked))
    best = (_vectors(mine) @ _vectors(theirs).T).max(axis=1)
    near = dict(zip(mine, best.tolist(), strict=True))
    present = set(said)
    return [1.0 if word in present else min(1.0, max(0.0, near[word])) for word in asked]


def _vectors(wanted: Sequence[str]) -> Any:
    import numpy as np

    lacking = [word for word in wanted if word not in _VECTORS]
    if len(_VECTORS) + len(lacking) > _MOST_VECTORS:
        _VECTORS.clear()
        lacking = list(wanted)
    if lacking:
        _VECTORS.update(zip(lacking, _embedder().embed(lacking), strict=True))
    return np.stack([_VECTORS[word] for word in wanted])
