"""Which sentences make the summary: the subset that is worth most and as long as asked, without saying
anything twice.

Length is a knapsack, solved exactly (McDonald, "A Study of Global Inference Algorithms in Multi-Document
Summarization", 2007); saying things twice is held down beforehand: a sentence is worth less the more it is
like a weightier one (after Maximal Marginal Relevance, Carbonell and Goldstein 1998), and of two sentences in
nearly the same words only the weightier may be said, unless they differ in a number, a name, a day or a
"not"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.library.differing import says_otherwise
from qa.summarizing.engine import Brief
from qa.summarizing.weighing import Candidate

LENGTH_POWER = 0.75
"""A sentence is worth its weight times its words to this power. 1 would count the words that an editor would
want, 0 the sentences; chosen on the tuning half of NewsQA."""
ALIKE = 0.6
"""How much of its worth a sentence loses where it is wholly like a weightier one."""
NEAR_REPEAT = 88
NEAREST = 5
"""A sentence is compared word by word with so many of those most like it."""
MOST_CONSIDERED, MOST_COMPARED = 90, 200
"""So many of the weightiest sentences may be chosen, and are compared with each other."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The chosen candidates in reading order, and whether their length is what was asked for as far as the
    articles go.
    """

    chosen: tuple[Candidate, ...]
    kept: bool


def selected(candidates: Sequence[Candidate], brief: Brief) -> Selection:
    """The best candidates within the words asked for. `candidates` stand in reading order, article by
    article.

    Where no subset is as long as asked: the one nearest below it that is more than half as long, else the
    shortest sentence of all.
    """
    usable = _usable(candidates)
    if not usable:
        return Selection((), kept=True)
    worth = _worth(usable)
    by_words = _best_of_each_length(usable, worth, brief.most)
    within = [length for length in by_words if brief.least <= length <= brief.most]
    if within:
        best = max(within, key=lambda length: by_words[length][0])
        return Selection(_at(usable, by_words[best][1]), kept=True)
    if by_words:
        longest = max(by_words)
        all_there_is = len(by_words[longest][1]) == len(usable)
        return Selection(_at(usable, by_words[longest][1]), kept=all_there_is)
    alone = [c for c in usable if not c.leans]
    shortest = min(alone or usable, key=lambda c: (c.words, -c.weight))
    return Selection((shortest,), kept=False)


def best(candidates: Sequence[Candidate], count: int) -> tuple[Candidate, ...]:
    """The `count` sentences that are worth most, whatever their length, in reading order."""
    usable = _usable(candidates)
    worth = _worth(usable)
    order = sorted(range(len(usable)), key=lambda i: -worth[i])
    kept: list[int] = []
    for i in order:
        needed = [i] if not _needs_previous(usable, i) or i - 1 in kept else [i - 1, i]
        if len(kept) + len(needed) <= count and not _open_before(usable, needed[0], kept):
            kept += needed
    return _at(usable, sorted(kept))


def _open_before(usable: Sequence[Candidate], first: int, kept: Sequence[int]) -> bool:
    return _needs_previous(usable, first) and first - 1 not in kept


def _at(usable: Sequence[Candidate], places: Sequence[int]) -> tuple[Candidate, ...]:
    return tuple(usable[i] for i in places)


def _usable(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Those that may be said: news, not said already in nearly the same words, and, where they lean on the
    sentence before, with that one among them.
    """
    kept: list[Candidate] = []
    repeats = _repeats([c for c in candidates if c.usable])
    for candidate in candidates:
        if not candidate.usable or id(candidate) in repeats:
            continue
        if candidate.leans and not (kept and _is_next(kept[-1], candidate)):
            continue
        kept.append(candidate)
    return _weightiest(kept)


def _weightiest(kept: list[Candidate]) -> list[Candidate]:
    """At most MOST_CONSIDERED of them and what they lean on, still in order."""
    if len(kept) <= MOST_CONSIDERED:
        return kept
    heavy = sorted(range(len(kept)), key=lambda i: -kept[i].weight)[:MOST_CONSIDERED]
    places = set(heavy)
    for place in heavy:
        while kept[place].leans and place:
            place -= 1
            places.add(place)
    return [kept[i] for i in sorted(places)]


def _is_next(one: Candidate, other: Candidate) -> bool:
    return one.story is other.story and one.line.index + 1 == other.line.index


def _needs_previous(usable: Sequence[Candidate], i: int) -> bool:
    return usable[i].leans


def _repeats(candidates: Sequence[Candidate]) -> set[int]:
    """The ids of those that say again, in nearly the same words, what a weightier one says."""
    from rapidfuzz import fuzz, process

    order = sorted(candidates, key=lambda c: -c.weight)[:MOST_COMPARED]
    texts = [c.line.text for c in order]
    scores = process.cdist(texts, texts, scorer=fuzz.ratio, score_cutoff=NEAR_REPEAT)
    repeats: set[int] = set()
    for j in range(len(order)):
        near = [i for i in range(j) if scores[i][j] and id(order[i]) not in repeats]
        nearest = sorted(near, key=lambda i: -scores[i][j])[:NEAREST]
        if any(not says_otherwise(texts[i], texts[j]) for i in nearest):
            repeats.add(id(order[j]))
    return repeats


def _worth(usable: Sequence[Candidate]) -> list[float]:
    import numpy as np

    vectors = np.array([c.vector for c in usable])
    alike = np.clip(vectors @ vectors.T, 0.0, 1.0)
    weights = np.array([c.weight for c in usable])
    heavier = weights[None, :] > weights[:, None]
    like = np.where(heavier, alike, 0.0).max(axis=1, initial=0.0)
    return [
        float(w * (1 - ALIKE * a**2) * c.words**LENGTH_POWER)
        for w, a, c in zip(weights, like, usable, strict=True)
    ]


def _best_of_each_length(
    usable: Sequence[Candidate], worth: Sequence[float], most: int
) -> dict[int, tuple[float, tuple[int, ...]]]:
    """For each number of words, up to `most`, that whole sentences can make: the best subset's worth and
    places. A sentence that leans on the one before is taken only after it.
    """
    without: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    with_last: dict[int, tuple[float, tuple[int, ...]]] = {}
    for i, candidate in enumerate(usable):
        taken: dict[int, tuple[float, tuple[int, ...]]] = {}
        sources = (with_last,) if _needs_previous(usable, i) else (with_last, without)
        for source in sources:
            for length, (value, places) in source.items():
                total = length + candidate.words
                new = value + worth[i]
                if total <= most and (total not in taken or taken[total][0] < new):
                    taken[total] = (new, (*places, i))
        for length, found in with_last.items():
            if length not in without or without[length][0] < found[0]:
                without[length] = found
        with_last = taken
    for length, found in with_last.items():
        if length not in without or without[length][0] < found[0]:
            without[length] = found
    without.pop(0)
    return without
