"""Words that turn a report into its contrary: convicted and cleared, rose and fell."""

from __future__ import annotations

from collections.abc import Iterable, Set
from functools import cache

from qa.answering.words import Word, stem

# The words before the stroke are the contrary of those after it.
_CONTRARIES = """
rise grow climb increase gain / fall drop decline decrease shrink lose
raise lift / cut lower reduce
widen / narrow shrink
win / lose
convict / clear acquit
guilty / innocent
accept agree approve / reject refuse
support back / oppose reject
open reopen / close shut
begin start / end finish stop
hire / sack fire dismiss
higher / lower
better / worse
allow / ban forbid block
buy / sell
arrive / leave depart
join / leave quit
alive survive / die
praise welcome / criticise criticize condemn
resign / stay
expensive / cheap
largest biggest / smallest
north / south
"""


@cache
def _contraries() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """For each stem those that mean the same and those that mean the contrary."""
    same: dict[str, set[str]] = {}
    contrary: dict[str, set[str]] = {}
    for line in _CONTRARIES.strip().splitlines():
        one, other = ({stem(word) for word in side.split()} for side in line.split("/"))
        for here, there in ((one, other), (other, one)):
            for word in here:
                same.setdefault(word, set()).update(here)
                contrary.setdefault(word, set()).update(there)
    return {word: (frozenset(same[word]), frozenset(contrary[word])) for word in same}


def turned_round(said: Iterable[Word], source: Set[str]) -> Word | None:
    """The first word of `said` whose contrary stands in `source` (stems) while neither it nor a word that
    means the same does; None if there is none."""
    known = _contraries()
    for word in said:
        same, contrary = known.get(word.stem, (frozenset(), frozenset()))
        if word.stem not in source and source.isdisjoint(same) and not source.isdisjoint(contrary):
            return word
    return None
