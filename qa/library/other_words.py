"""What a question's word may be called in the articles: misspelt, in another form, by another name.

Who asks has not read the article. Where a word of the question is in no article, the nearest spelling that
is takes its place. Other forms that a stemmer leaves apart (bought for buy, British for Britain, labor for
labour) count nearly as much as the word, what news calls the same (jail, prison) a little, and of all these
the best in a document counts, once: in a sum an article would win that says one thing in many words. And the
words by which a question says what is asked for (name, kind, how many people, happen) count half: they are
the asker's.

The weights were chosen on the tuning half of eval/benchmarks/retrieval.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from qa.wordings.forms import IRREGULAR, NATIONS, PEOPLES, respelled
from qa.wordings.lists import used_for

ASKING = """
    name kind type sort place country city state year month day date time age old long number amount many
    much people person thing say said says happen occur call take took taken get got go went gone give gave
    make made come came use want mean think feel do become became involve according
    """
SHORTEST_MISSPELT = 5
LONG_WORD = 8
_SAME_START = 2  # letters that a misspelt word has right, so that few words need a look
_MOST_LOOKED_AT = 5_000

Frequency = Callable[[str], int]
Starting = Callable[[str, int], Sequence[tuple[str, int]]]
Stems = Callable[[str], Sequence[str]]


class Others(NamedTuple):
    """How much a word counts that stands for one of the question's: another form of it, and what news calls
    the same; how much the asker's own words count; and whether misspelt words are put right."""

    form: float = 0.0
    used_for: float = 0.0
    asking: float = 1.0
    misspelt: bool = False


class Way(NamedTuple):
    """A stem by which a word of the question may be found, how much it counts there, and whether it is that
    word in some form."""

    stem: str
    weight: float
    same: bool = True


class Family:
    """The stems that stand for one another. `stems` gives the stems of a text's words, as the index has
    them."""

    def __init__(self, stems: Stems) -> None:
        self.asking = frozenset(stems(ASKING))
        self._forms: dict[str, set[str]] = {}
        pairs = (*IRREGULAR.items(), *NATIONS.items(), *PEOPLES.items())
        whole: dict[str, set[str]] = {}
        for form, plain in pairs:
            whole.setdefault(plain, {plain}).add(form)
        for forms in whole.values():
            together = {stem for form in forms for stem in stems(form)}
            for stem in together:
                self._forms.setdefault(stem, set()).update(together - {stem})

    def forms(self, stem: str) -> frozenset[str]:
        """The stems of its other forms."""
        return frozenset({*self._forms.get(stem, ()), *respelled(stem)})

    def ways(self, stem: str, others: Others, frequency: Frequency, documents: int) -> list[Way]:
        """By what a word may be found in an index of so many `documents`, itself first; what is in none of
        them is left out."""
        own = frequency(stem)
        weight = others.asking if stem in self.asking else 1.0
        found = [Way(stem, weight)] if own else []
        kinds: list[tuple[Iterable[str], float, bool]] = [(self.forms(stem), others.form, True)]
        if stem not in self.asking:
            kinds.append((used_for(stem), others.used_for, False))
        seen = {stem}
        for stems, counts, same in kinds:
            for other in sorted(set(stems) - seen) if counts else ():
                seen.add(other)
                if often := frequency(other):
                    # A rarer word would count for more than the question's own.
                    share = min(1.0, rarity(own, documents) / rarity(often, documents)) if own else 1.0
                    found.append(Way(other, weight * counts * share, same))
        return found


def rarity(frequency: int, documents: int) -> float:
    """BM25's idf, as tantivy has it."""
    return math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))


def nearest(stem: str, starting: Starting) -> str | None:
    """The most frequent of the stems nearest to one that is in no article: one letter other, too many,
    missing or in another's place, two in long words. None if none is so near. `starting` gives the stems that
    begin so, with their frequencies, at most so many."""
    if len(stem) < SHORTEST_MISSPELT or not stem.isalpha():
        return None
    from rapidfuzz.distance import DamerauLevenshtein

    most = 1 if len(stem) < LONG_WORD else 2
    near: Iterator[tuple[int, int, str]] = (
        (distance, -often, other)
        for other, often in starting(stem[:_SAME_START], _MOST_LOOKED_AT)
        if abs(len(other) - len(stem)) <= most
        and (distance := DamerauLevenshtein.distance(stem, other, score_cutoff=most)) <= most
    )
    return min(near, default=(0, 0, None))[2]
