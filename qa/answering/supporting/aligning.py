"""Lays a statement over its source: which word of the source each of its words was taken from, in as few and
as long pieces as can be.

The pieces are the fragments of Grusky, Naaman and Artzi ("Newsroom", 2018), but found together by dynamic
programming (Viterbi) rather than greedily, so that "the council" is taken from the sentence that the rest of
the statement is taken from. What a piece was joined to, and where, tells a shortened sentence from two
sentences fused into a third that nobody wrote.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Container
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from qa.answering.words import STOPWORDS, Word, words
from qa.sentences import sentence_spans

NOVEL = -1
_MOST_PLACES = 12
_MOST_STATES = 14
_COST_NOVEL, _COST_NOVEL_STOPWORD, _COST_OTHER_FORM = 2.0, 0.7, 0.25
_COST_CUT, _COST_BACK, _COST_NEXT, _COST_ELSEWHERE = 0.6, 1.5, 1.8, 2.2
_HINGED = 0.6
"""What a join to another sentence costs, as a share, at a word of meaning that stands before both halves."""
_ENDS = re.compile(r"[.!?](?:\s|[\"'”’])")
_TITLES = frozenset("mr mrs ms dr prof sen rep gov gen col st no vs jr sr".split())
_BREAK = re.compile(r"[,;:()\"“”`\[\]—–]|\s-\s|''|\s'|'\s")


@dataclass(frozen=True, slots=True)
class Source:
    """A text in words: for each its sentence (counted from 0), and whether a comma, a quotation mark, a dash
    or a sentence's border stands before it; and where each form and each stem occurs.
    """

    text: str
    words: tuple[Word, ...]
    sentence: tuple[int, ...]
    broken: tuple[bool, ...]
    forms: dict[str, tuple[int, ...]]
    stems: dict[str, tuple[int, ...]]
    stems_of: tuple[frozenset[str], ...]
    pairs: frozenset[tuple[str, str]]
    triples: frozenset[tuple[str, str, str]]

    def starts(self, at: int) -> bool:
        """Whether a sentence or a part set off by a mark begins with the word at `at` (its length: the
        end)."""
        return at >= len(self.words) or at == 0 or self.broken[at]

    def sentence_text(self, number: int) -> str:
        """The sentence of that number, from its first word to its last."""
        first = bisect_left(self.sentence, number)
        last = bisect_right(self.sentence, number) - 1
        return self.text[self.words[first].start : self.words[last].end]


@dataclass(frozen=True, slots=True)
class Alignment:
    """Where each word of the statement stands in the source (`NOVEL` for those that stand nowhere), and what
    that cost: 0 for a passage taken as it is, more with each join and each word of its own.
    """

    words: tuple[Word, ...]
    places: tuple[int, ...]
    cost: float

    def fragments(self) -> list[tuple[int, int]]:
        """The pieces as half-open spans of the statement's words: words side by side in the source too."""
        found: list[tuple[int, int]] = []
        for i, place in enumerate(self.places):
            if place == NOVEL:
                continue
            if found and found[-1][1] == i and self.places[i - 1] + 1 == place:
                found[-1] = (found[-1][0], i + 1)
            else:
                found.append((i, i + 1))
        return found


@lru_cache(maxsize=64)
def read_source(text: str) -> Source:
    """`text` made ready for `align`; the last 64 are kept."""
    tokens = words(text)
    starts = {start for start, _ in sentence_spans(text)}
    borders = sorted(starts)
    number, sentence, broken = -1, [], []
    after = 0
    for i, word in enumerate(tokens):
        gap = text[tokens[i - 1].end if i else 0 : word.start]
        new = i == 0 or (bool(_ENDS.search(gap)) and tokens[i - 1].lower not in _TITLES)
        while after < len(borders) and borders[after] <= word.start:
            new, after = True, after + 1
        number += new
        sentence.append(number)
        broken.append(new or bool(_BREAK.search(gap)))
    forms: dict[str, list[int]] = {}
    stems: dict[str, list[int]] = {}
    for i, word in enumerate(tokens):
        forms.setdefault(word.lower, []).append(i)
        stems.setdefault(word.stem, []).append(i)
    stems_of: list[set[str]] = [set() for _ in range(number + 1)]
    for word, at in zip(tokens, sentence, strict=True):
        stems_of[at].add(word.stem)
    lowers = [w.lower for w in tokens]
    return Source(
        text,
        tokens,
        tuple(sentence),
        tuple(broken),
        {k: tuple(v) for k, v in forms.items()},
        {k: tuple(v) for k, v in stems.items()},
        tuple(frozenset(s) for s in stems_of),
        frozenset(pairwise(lowers)),
        frozenset(zip(lowers, lowers[1:], lowers[2:], strict=False)),
    )


def align(statement: str, source: Source) -> Alignment:
    """The cheapest way to lay the words of `statement` over `source`."""
    tokens = words(statement)
    # Place last taken -> (cost, the states before it as a chain).
    states: dict[int, tuple[float, tuple[int, object] | None]] = {NOVEL: (0.0, None)}
    for i, word in enumerate(tokens):
        following: dict[int, tuple[float, tuple[int, object] | None]] = {}
        novel = _COST_NOVEL_STOPWORD if word.lower in STOPWORDS else _COST_NOVEL
        for last, (cost, chain) in states.items():
            following[last] = (cost + novel, (NOVEL, chain))
        for place, form in _places(word, i, tokens, source, states):
            cost, chain = min(
                ((cost + _jump(last, place, source), chain) for last, (cost, chain) in states.items()),
                key=lambda found: found[0],
            )
            cost += form
            if place not in following or cost < following[place][0]:
                following[place] = (cost, (place, chain))
        states = dict(sorted(following.items(), key=lambda s: s[1][0])[:_MOST_STATES])
    cost, chain = min(states.values(), key=lambda found: found[0])
    places: list[int] = []
    link: object = chain
    while isinstance(link, tuple):
        places.append(link[0])
        link = link[1]
    return Alignment(tokens, tuple(reversed(places)), cost)


def _places(
    word: Word, i: int, tokens: tuple[Word, ...], source: Source, states: Container[int]
) -> list[tuple[int, float]]:
    """Where `word` may have been taken from: after what was taken last, beside words that stand beside it in
    the statement too, then wherever else, at most `_MOST_PLACES` places; and what another form costs."""
    same = source.forms.get(word.lower, ())
    found = [(place, 0.0) for place in same]
    if len(found) < len(source.stems.get(word.stem, ())):
        known = set(same)
        found += [(p, _COST_OTHER_FORM) for p in source.stems[word.stem] if p not in known]
    if len(found) <= _MOST_PLACES:
        return found
    before = tokens[i - 1].lower if i else ""
    after = tokens[i + 1].lower if i + 1 < len(tokens) else ""

    def stranger(option: tuple[int, float]) -> float:
        place = option[0]
        near = (place - 1 in states) * 4
        near += place > 0 and source.words[place - 1].lower == before
        near += place + 1 < len(source.words) and source.words[place + 1].lower == after
        return option[1] - near

    return sorted(found, key=stranger)[:_MOST_PLACES]


def _jump(last: int, place: int, source: Source) -> float:
    if last == NOVEL:
        return 0.0 if source.starts(place) else 0.2
    if place == last + 1:
        return 0.0
    apart = source.sentence[place] - source.sentence[last]
    if apart == 0:
        return _COST_CUT + min(0.02 * (place - last), 0.5) if place > last else _COST_BACK
    cost = _COST_NEXT if abs(apart) == 1 else _COST_ELSEWHERE
    before = source.words[place - 1].lower if place else ""
    # "The dogs were shot" and "The dogs, Marley and Lily, died": what both say of "the dogs" may be joined.
    hinged = before == source.words[last].lower and before not in STOPWORDS
    return cost * _HINGED if hinged else cost
