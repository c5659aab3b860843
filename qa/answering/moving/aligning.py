"""Which sentence of one text is which sentence of another, across changed facts, moved paragraphs, and
sentences that were split or joined.

Equal sentences are anchors. What is left is paired by likeness, best pairs first, near its expected place
before far from it. Likeness is counted on units (`moving.units`): with and without small words, and
with every number, date and name as it is and as one and the same, because a statement with another toll, day
or speaker is still the same statement.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from qa.answering.moving.units import Read
from qa.answering.words import fold

LIKE = 0.5
"""From this likeness on, two sentences make the same statement."""
SURELY = 0.7
"""So alike, small words included, is enough without a common word that tells: "He was 43", "He was 44"."""
FAR = 0.15
"""What likeness counts less for a pair at opposite ends of the texts."""
CANDIDATES = 16
"""So many sentences are compared with each that has no equal; those that share the most words."""
COMMON = 200
"""A word in more sentences than these tells nothing about where a sentence went."""
LONGEST = 1_500
"""Units: a longer sentence is no sentence, and is only compared whole."""


@dataclass(slots=True)
class Alignment:
    """Pairs of numbers (old, new) in the order of the new text: `same` word for word, `alike` the same
    statement; each side of an `alike` pair may be several sentences that follow each other. `moved` are the
    pairs of `same` that stand elsewhere; `removed` and `added` have no pair.
    """

    same: list[tuple[int, int]] = field(default_factory=list)
    moved: list[tuple[int, int]] = field(default_factory=list)
    alike: list[tuple[tuple[int, ...], tuple[int, ...]]] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    added: list[int] = field(default_factory=list)


def align(old: Sequence[Read], new: Sequence[Read], *, in_order: bool = True) -> Alignment:
    """Which sentence is which. `in_order`: both are texts, read from beginning to end; else lists, whose
    items are never joined.
    """
    equal = _equal(old, new)
    like = _like(old, new, equal, in_order=in_order)
    groups = _joined(old, new, equal, like) if in_order else [((a,), (b,)) for a, b in like.items()]
    gone = {n for group, _ in groups for n in group} | set(equal)
    come = {n for _, group in groups for n in group} | set(equal.values())
    stayed = _longest_rise(sorted(equal.items()))
    return Alignment(
        same=sorted(equal.items(), key=lambda pair: pair[1]),
        moved=[pair for pair in sorted(equal.items(), key=lambda pair: pair[1]) if pair not in stayed],
        alike=sorted(groups, key=lambda pair: pair[1]),
        removed=[n for n in range(len(old)) if n not in gone],
        added=[n for n in range(len(new)) if n not in come],
    )


def likeness(one: Read, other: Read) -> float:
    """How much two sentences make the same statement, 0 to 1."""
    whole = _likeness(one, other)
    if one.bare is one and other.bare is other:
        return whole
    return max(whole, _likeness(one.bare, other.bare))  # who says it may be all that is new


def _likeness(one: Read, other: Read) -> float:
    from rapidfuzz.distance import Indel

    if max(len(one.units), len(other.units)) > LONGEST:
        return 0.0
    exact = Indel.normalized_similarity(one.exact, other.exact)
    masked = Indel.normalized_similarity(one.masked, other.masked)
    if exact + masked < 2 * SURELY and not _share_enough(one, other):
        return 0.0
    telling = Indel.normalized_similarity(one.telling, other.telling)
    both = Indel.normalized_similarity(one.telling_masked, other.telling_masked)
    return float(exact + masked + telling + both) / 4


def _share_enough(one: Read, other: Read) -> bool:
    """Whether more than small words bind them: two words with meaning, or all that the shorter one has."""
    shared = len(one.content & other.content)
    return shared >= 2 or shared >= max(1, min(len(one.content), len(other.content)))


# ---------------------------------------------------------------- equal sentences


def _equal(old: Sequence[Read], new: Sequence[Read]) -> dict[int, int]:
    """Old number to new number of equal sentences, white space and the form of quotation marks aside."""
    ours, theirs = ([fold(sentence.text)[0] for sentence in side] for side in (old, new))
    found: dict[int, int] = {}
    shorter = min(len(ours), len(theirs))
    first = next((n for n in range(shorter) if ours[n] != theirs[n]), shorter)
    found.update((n, n) for n in range(first))
    last = next((n for n in range(shorter - first) if ours[-1 - n] != theirs[-1 - n]), shorter - first)
    found.update((len(ours) - 1 - n, len(theirs) - 1 - n) for n in range(last))
    places: dict[str, list[int]] = defaultdict(list)
    for number in range(len(theirs) - last - 1, first - 1, -1):
        places[theirs[number]].append(number)
    for number in range(first, len(ours) - last):
        if there := places.get(ours[number]):
            found[number] = there.pop()
    return found


def _longest_rise(pairs: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """The most pairs whose new numbers rise with the old ones: what kept its place (Schensted 1961)."""
    ends: list[int] = []
    at: list[int] = []
    before: list[int] = []
    for index, (_, new) in enumerate(pairs):
        place = bisect_left(ends, new)
        before.append(at[place - 1] if place else -1)
        ends[place : place + 1], at[place : place + 1] = [new], [index]
    kept: set[tuple[int, int]] = set()
    index = at[-1] if at else -1
    while index >= 0:
        kept.add(pairs[index])
        index = before[index]
    return kept


# ---------------------------------------------------------------- like sentences


def _like(
    old: Sequence[Read], new: Sequence[Read], equal: dict[int, int], *, in_order: bool
) -> dict[int, int]:
    taken = set(equal.values())
    left = [n for n in range(len(old)) if n not in equal]
    right = [n for n in range(len(new)) if n not in taken]
    expected = _expected(len(old), len(new), equal)
    scored = []
    for one, other in _candidates(old, new, left, right, expected):
        score = likeness(old[one], new[other])
        if score >= LIKE:
            far = abs(expected[one] - other) / max(len(new), 1) if in_order else 0.0
            scored.append((score - FAR * far, -abs(expected[one] - other), one, other))
    found: dict[int, int] = {}
    used: set[int] = set()
    for _, _, one, other in sorted(scored, key=lambda entry: (-entry[0], -entry[1], entry[2:])):
        if one not in found and other not in used:
            found[one] = other
            used.add(other)
    return found


def _expected(old: int, new: int, equal: dict[int, int]) -> list[float]:
    """Where each old sentence should stand in the new text, told from the nearest equal ones around it."""
    stayed = sorted(_longest_rise(sorted(equal.items())))
    marks = [(-1, -1), *stayed, (old, new)]
    places: list[float] = []
    for (a, b), (c, d) in pairwise(marks):
        places += [b + (n - a) * (d - b) / (c - a) for n in range(a + 1, c + 1)]
    return places[:old]


def _candidates(
    old: Sequence[Read],
    new: Sequence[Read],
    left: Sequence[int],
    right: Sequence[int],
    expected: Sequence[float],
) -> list[tuple[int, int]]:
    holding: dict[str, list[int]] = defaultdict(list)
    for number in right:
        for stem in new[number].content:
            holding[stem].append(number)
    found: list[tuple[int, int]] = []
    for one in left:
        shared: Counter[int] = Counter()
        for stem in old[one].content:
            if len(holding.get(stem, ())) <= COMMON:
                shared.update(holding.get(stem, ()))
        best = sorted(shared, key=lambda n: (-shared[n], abs(expected[one] - n)))[:CANDIDATES]
        at = bisect_left(right, expected[one])
        found += [(one, other) for other in dict.fromkeys([*best, *right[max(at - 2, 0) : at + 2]])]
    return found


# ---------------------------------------------------------------- split and joined sentences


def _joined(
    old: Sequence[Read], new: Sequence[Read], equal: dict[int, int], like: dict[int, int]
) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """The pairs of `like`, each with the sentence beside it that makes it more alike: one was split in two,
    or two were made one.
    """
    gone, come = set(equal) | set(like), set(equal.values()) | set(like.values())
    groups: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
    for one, other in sorted(like.items()):
        best: tuple[tuple[int, ...], tuple[int, ...]] = ((one,), (other,))
        score = likeness(old[one], new[other])
        for ours, theirs in _wider(one, other, len(old), len(new), gone, come):
            wider = likeness(_together(old, ours), _together(new, theirs))
            if wider > score + 0.03:
                best, score = (ours, theirs), wider
        gone.update(best[0])
        come.update(best[1])
        groups.append(best)
    return groups


def _wider(
    one: int, other: int, old: int, new: int, gone: set[int], come: set[int]
) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    split = [n for n in (other - 1, other + 1) if 0 <= n < new and n not in come]
    joined = [n for n in (one - 1, one + 1) if 0 <= n < old and n not in gone]
    return [
        *(((one,), tuple(sorted((other, n)))) for n in split),
        *((tuple(sorted((one, n))), (other,)) for n in joined),
    ]


def _together(sentences: Sequence[Read], numbers: Sequence[int]) -> Read:
    first = sentences[numbers[0]]
    if len(numbers) == 1:
        return first
    return first.with_text(" ".join(sentences[n].text for n in numbers))
