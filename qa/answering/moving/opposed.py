"""Words that exclude each other, so that one put for the other changes what is said: "fell" for "rose"."""

from __future__ import annotations

from collections.abc import Iterable

from qa.answering.words import stem

# One subject a line, its sides parted by "/".
_OPPOSED = """
rise grow increase gain climb jump up higher more / fall drop decline decrease shrink down lower less fewer
win victory / lose defeat
kill die / injure hurt wound / missing / rescue survive survivor / arrest
guilty convict / innocent acquit clear
accept approve back support / reject refuse oppose
open reopen / close shut
start begin / end stop
before / after
arrest / charge / release
male man boy he his him / female woman girl she her
north northern / south southern / east eastern / west western
buy / sell
inside / outside
with / without
former / current
minimum / maximum
daily / weekly / monthly / annual yearly
public / private
will must / could might may
""".strip()
_SIDES: dict[str, set[tuple[int, int]]] = {}
for _subject, _line in enumerate(_OPPOSED.splitlines()):
    for _side, _members in enumerate(_line.split("/")):
        for _word in _members.split():
            _SIDES.setdefault(stem(_word), set()).add((_subject, _side))


def opposed(old: Iterable[str], new: Iterable[str]) -> bool:
    """Whether a word of `old` and one of `new` (lower case) are on different sides of one subject."""
    ours, theirs = ({stem(word) for word in words if stem(word) in _SIDES} for words in (old, new))
    return any(
        subject == other and side != opposite
        for one in ours
        for two in theirs
        if not _SIDES[one] & _SIDES[two]
        for subject, side in _SIDES[one]
        for other, opposite in _SIDES[two]
    )
