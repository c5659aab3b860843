"""From ranked chunks to passages: overlapping chunks of an article become one, near-copies are named and
not repeated."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from qa.library.differing import says_otherwise
from qa.library.records import ChunkRow
from qa.types import Article, ArticleHead, Leg, Passage

SHINGLE = 5
SAME_WORDS = 0.8
SAME_ARTICLE_WORDS = 0.9
SHARED_WITH_SHOWN = 0.3
_WORD = re.compile(r"\w+(?:[.,:]\d+)*")
# A copy that differs in one of these says something else.
_TELLING = frozenset(
    """
    no not never none nor neither without denied denies deny denying refused refuses confirmed
    confirms alleged allegedly one two three four five six seven eight nine ten eleven twelve
    thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty
    seventy eighty ninety hundred thousand million billion dozen dozens first second third monday
    tuesday wednesday thursday friday saturday sunday
    """.split()
)


class Hit(NamedTuple):
    """A chunk that was found, with its fused score and each leg's own (None where that leg did not find
    it)."""

    chunk: ChunkRow
    score: float
    lexical: float | None
    dense: float | None


@dataclass
class _Draft:
    """A passage while chunks are still being merged into it."""

    article: Article
    hits: list[Hit]
    start: int
    end: int
    also_in: dict[str, ArticleHead] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]


def assemble(hits: Iterable[Hit], article_of: Callable[[int], Article | None], k: int) -> tuple[Passage, ...]:
    """At most `k` passages from `hits` (best first). `article_of` gives an article by its number; hits of
    articles that it does not know are left out."""
    drafts: list[_Draft] = []
    words = _Words()
    for hit in hits:
        article = article_of(hit.chunk.number)
        if article is None:
            continue
        fresh = _Draft(article, [hit], hit.chunk.start, hit.chunk.end)
        touching = [
            d for d in drafts if d.article.id == article.id and d.start < fresh.end and fresh.start < d.end
        ]
        if touching:
            _merge(touching, fresh)
            drafts = [d for d in drafts if d not in touching[1:]]
            continue
        original = next((d for d in drafts if words.repeats(fresh, d)), None)
        if original is not None:
            if original.article.id != article.id:
                original.also_in.setdefault(article.id, article.head)
            continue
        if len(drafts) == k:
            break
        drafts.append(fresh)
    return tuple(_passage(number, draft) for number, draft in enumerate(drafts, 1))


def _merge(touching: Sequence[_Draft], fresh: _Draft) -> None:
    into = touching[0]
    for draft in (*touching[1:], fresh):
        into.hits += draft.hits
        into.start, into.end = min(into.start, draft.start), max(into.end, draft.end)
        into.also_in |= draft.also_in


def _passage(number: int, draft: _Draft) -> Passage:
    lexical = [hit.lexical for hit in draft.hits if hit.lexical is not None]
    dense = [hit.dense for hit in draft.hits if hit.dense is not None]
    legs: tuple[tuple[Leg, list[float]], ...] = (("lexical", lexical), ("dense", dense))
    return Passage(
        number=number,
        article=draft.article.head,
        ordinals=tuple(sorted(hit.chunk.ordinal for hit in draft.hits)),
        start=draft.start,
        end=draft.end,
        text=draft.text,
        score=max(hit.score for hit in draft.hits),
        found_by=tuple(leg for leg, scores in legs if scores),
        lexical=max(lexical, default=None),
        dense=max(dense, default=None),
        also_in=tuple(draft.also_in.values()),
    )


class _Words:
    """Word shingles of passages and articles, each worked out once a search."""

    def __init__(self) -> None:
        self._shingles: dict[str, frozenset[tuple[str, ...]]] = {}
        self._tokens: dict[str, frozenset[str]] = {}

    def repeats(self, fresh: _Draft, shown: _Draft) -> bool:
        """Whether `fresh` says nothing that `shown`, or the article it is from, does not say in nearly the
        same words.

        Containment of word 5-grams (Broder, "On the resemblance and containment of documents", 1997): most
        of the passage stands in the shown one; or nearly all of it stands in the shown one's article and a
        good part of it is shown. A number, a weekday or a negation that the other lacks makes it no copy,
        nor does a name, a date or a hedge in the place of another: a story that says otherwise must not
        hide behind the one shown.
        """
        mine = self._of(fresh.text)
        if not mine:
            return False
        share = _containment(mine, self._of(shown.text))
        if share < SHARED_WITH_SHOWN:
            return False
        whole = shown.article.text
        alike = share >= SAME_WORDS or _containment(mine, self._of(whole)) >= SAME_ARTICLE_WORDS
        if not alike or any(_tells(word) for word in self._words(fresh.text) - self._words(whole)):
            return False
        # Nor may the shown one say more, unless it is longer: "did not hold" must not stand for "held".
        longer = len(mine) < SAME_WORDS * len(self._of(shown.text))
        more = self._words(shown.text) - self._words(fresh.article.text)
        if not longer and any(_tells(word) for word in more):
            return False
        beside = shown.text if share >= SAME_WORDS else whole
        return not says_otherwise(fresh.text, beside, _head_words(fresh.article, shown.article))

    def _of(self, text: str) -> frozenset[tuple[str, ...]]:
        if text not in self._shingles:
            words = _WORD.findall(text.casefold())
            self._tokens[text] = frozenset(words)
            size = min(SHINGLE, len(words))
            self._shingles[text] = (
                frozenset(zip(*(words[i:] for i in range(size)), strict=False)) if size else frozenset()
            )
        return self._shingles[text]

    def _words(self, text: str) -> frozenset[str]:
        self._of(text)
        return self._tokens[text]


def _containment(part: frozenset[tuple[str, ...]], whole: frozenset[tuple[str, ...]]) -> float:
    return len(part & whole) / len(part)


def _head_words(*articles: Article) -> frozenset[str]:
    """The words of outlets and authors: a copy has its own, and says nothing else by that."""
    named = " ".join(" ".join((article.outlet, *article.authors)) for article in articles)
    return frozenset(_WORD.findall(named.casefold()))


def _tells(word: str) -> bool:
    return word in _TELLING or any(character.isdigit() for character in word)
