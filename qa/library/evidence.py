"""What speaks for a chunk: its own words, pairs of the question's words that stand together in it, the whole
article that it is from, and how that article opens.

A question often takes some of its words from elsewhere in the article (a name that the passage calls "he"):
words that a chunk lacks count if its article has them. What a question is about stands at the beginning of a
news story. And two words that stand side by side in the question ("prime minister", "Kellan Pass") say more
where they stand so in the text: the sequential dependence of Metzler and Croft, "A Markov Random Field Model
for Term Dependencies", SIGIR 2005. All is BM25 over one field in which both chunks and whole articles are
documents; the weights were chosen on the tuning halves of eval/benchmarks/retrieval.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from qa.library.other_words import Others

MOST_TERMS = 64
LONGEST_QUESTION = 10_000
# What the apostrophe leaves behind ("Trump's", "doesn't"), and question words that tantivy's list lacks.
MORE_STOPWORDS = frozenset(
    """
    s t d ll m o re ve what who whom whose which when where why how do does did has have had can could would
    should may might he she his her him its we you your our us i me my from about were been am
    """.split()
)
_WORD = re.compile(r"[^\W_]+")


class Weights(NamedTuple):
    """How much each kind of evidence counts beside a chunk's own words, which count 1."""

    title: float
    pair: float
    article: float
    opening: float
    others: Others = Others()


SHIPPED = Weights(
    title=0.5,
    pair=0.3,
    article=0.5,
    opening=0.3,
    others=Others(form=0.8, used_for=0.3, asking=0.5, misspelt=True),
)
WORDS_ALONE = Weights(title=0.5, pair=0.0, article=0.0, opening=0.0)
"""Plain BM25: the yardstick."""


class Found(NamedTuple):
    """A document with a word of the question: `chunk` is its id, or None for a whole article, whose first
    chunk is `opening`."""

    score: float
    chunk: int | None
    article: int
    opening: int | None


class Asked(NamedTuple):
    """The stems of a question, each once, and the pairs that stand side by side in it but for stop words:
    one, how many words on, the other."""

    terms: tuple[str, ...]
    pairs: tuple[tuple[str, int, str], ...]

    def rarest(self, frequency: Callable[[str], int]) -> Asked:
        """The `MOST_TERMS` rarest of the stems that occur at all, and the pairs of these."""
        often = {term: frequency(term) for term in self.terms}
        kept = sorted((t for t in self.terms if often[t]), key=lambda t: often[t])[:MOST_TERMS]
        pairs = tuple(p for p in self.pairs if p[0] in kept and p[2] in kept)
        return Asked(tuple(kept), pairs[:MOST_TERMS])

    def spelled(self, right: Callable[[str], str | None]) -> Asked:
        """The same with each stem for which `right` gives another as that one."""
        instead = {term: other for term in self.terms if (other := right(term))}
        if not instead:
            return self
        terms = dict.fromkeys(instead.get(term, term) for term in self.terms)
        pairs = ((instead.get(a, a), apart, instead.get(b, b)) for a, apart, b in self.pairs)
        return Asked(tuple(terms), tuple(dict.fromkeys(p for p in pairs if p[0] != p[2])))

    def telling(self, frequency: Callable[[str], int], most: int) -> Asked:
        """The same without pairs of which both words are in more than `most` documents."""
        return self._replace(
            pairs=tuple(p for p in self.pairs if min(frequency(p[0]), frequency(p[2])) <= most)
        )


def asked(question: str, stems: Callable[[str], Sequence[str]]) -> Asked:
    """What is looked for. `stems` gives the stems of a text's words, none for a stop word."""
    placed = [(i, stem) for i, word in enumerate(_WORD.findall(question)) for stem in stems(word)]
    pairs = (
        (one, at_other - at_one, other)
        for (at_one, one), (at_other, other) in pairwise(placed)
        if one != other and at_other > at_one
    )
    return Asked(tuple(dict.fromkeys(stem for _, stem in placed)), tuple(dict.fromkeys(pairs)))


def weigh(
    found: Iterable[Found], weights: Weights, limit: int, beside: frozenset[int] = frozenset()
) -> list[tuple[int, float]]:
    """Chunk ids and their scores with all evidence, best first, equal scores by id: the best `limit`, and
    those of the chunks `beside` that were found."""
    own: dict[int, float] = {}
    article_of: dict[int, int] = {}
    whole: dict[int, tuple[float, int | None]] = {}
    for score, chunk, article, opening in found:
        if chunk is None:
            whole[article] = score, opening
        else:
            own[chunk], article_of[chunk] = score, article
    around = {
        article: weights.article * score
        + (weights.opening * own.get(opening, 0.0) if opening is not None else 0.0)
        for article, (score, opening) in whole.items()
    }
    scores = {chunk: score + around.get(article_of[chunk], 0.0) for chunk, score in own.items()}
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    return ranked[:limit] + [item for item in ranked[limit:] if item[0] in beside]
