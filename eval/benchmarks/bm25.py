"""Plain BM25 over texts, in a few lines: the baseline that a recipe sets beside the engine's own figures.

Words are compared by stem, stopwords left out, as the library's own word search does. No phrase, name, kind
of
answer or place counts, and something is always found.

Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Container, Sequence

from qa.answering.words import content_words

K1 = 1.2
B = 0.75


class Bm25:
    """An index of texts, each known by its place in the list given."""

    def __init__(self, texts: Sequence[str]) -> None:
        counted = [Counter(word.stem for word in content_words(text)) for text in texts]
        lengths = [sum(counts.values()) for counts in counted]
        usual = sum(lengths) / max(1, len(texts)) or 1.0
        self._weights: dict[str, dict[int, float]] = defaultdict(dict)
        for place, (counts, length) in enumerate(zip(counted, lengths, strict=True)):
            for stem, count in counts.items():
                frequent = count * (K1 + 1) / (count + K1 * (1 - B + B * length / usual))
                self._weights[stem][place] = frequent
        for held in self._weights.values():
            rarity = math.log(1 + (len(texts) - len(held) + 0.5) / (len(held) + 0.5))
            for place in held:
                held[place] *= rarity

    def best(self, question: str, most: int, *, among: Container[int] | None = None) -> list[int]:
        """The places of the `most` best texts for a question, best first, of those in `among` (all if None);
        those that share no word with it are left out, and of equals the earlier comes first.
        """
        scores: dict[int, float] = defaultdict(float)
        for stem in {word.stem for word in content_words(question)}:
            for place, weight in self._weights.get(stem, {}).items():
                scores[place] += weight
        able = [place for place in scores if among is None or place in among]
        return sorted(able, key=lambda place: (-scores[place], place))[:most]
