"""A wrong laid at the door of those who reported it: "Two statues were stolen, police said" is no ground for
"The police stole two statues", though every word of it stands there.

Only wrongs, and only where the source tells them in the passive: whoever says that a man was arrested may
well have arrested him.
"""

from __future__ import annotations

from functools import cache

from qa.answering.words import STOPWORDS, Word, stem, words

_WRONGS = """abduct abuse assault attack beat bomb bribe burn defraud embezzle forge hack injure kidnap
        kill loot murder poison rape rob sabotage shoot smuggle stab steal stolen torture vandalise
        vandalize wound"""
_BEING = frozenset("is are was were be been being".split())
_BETWEEN = frozenset(
    "also then not never since later first just allegedly reportedly has have had had".split()
)
_SAYING = "say tell report announce confirm add state allege"
_REACH = 6


@cache
def _stems(listed: str) -> frozenset[str]:
    return frozenset(map(stem, listed.split()))  # when first needed: the stemmer is no quick import


def blamed(statement: str, source: str) -> Word | None:
    """The first word of whoever a statement says did wrong, where `source` only has him or her tell of it:
    its verb is passive there, nobody of that name stands behind its "by", and that name stands beside a verb
    of saying. None if nobody is blamed so."""
    said, theirs = words(statement), words(source)
    for at, verb in enumerate(said):
        if verb.stem not in _stems(_WRONGS) or _passive(said, at):
            continue
        told = [i for i, w in enumerate(theirs) if w.stem == verb.stem]
        if not told or not all(_passive(theirs, i) for i in told):
            continue
        doers = _before(said, at)
        by = {w.stem for i in told for w in _behind_by(theirs, i)}
        speakers = {w.stem for w in _speakers(theirs)}
        guilty = [w for w in doers if w.stem in speakers and w.stem not in by]
        if guilty:
            return guilty[0]
    return None


def _passive(tokens: tuple[Word, ...], at: int) -> bool:
    before = at - 1
    while before >= 0 and (tokens[before].lower in _BETWEEN or tokens[before].lower.endswith("ly")):
        before -= 1
    return before >= 0 and tokens[before].lower in _BEING


def _before(tokens: tuple[Word, ...], at: int) -> list[Word]:
    """The words of meaning right before a verb, back to a verb of saying: its subject."""
    found: list[Word] = []
    for word in reversed(tokens[max(0, at - _REACH) : at]):
        if word.stem in _stems(_SAYING):
            break
        if word.lower not in STOPWORDS:
            found.append(word)
    return found[::-1]


def _behind_by(tokens: tuple[Word, ...], at: int) -> tuple[Word, ...]:
    behind = tokens[at + 1 : at + 1 + _REACH]
    by = next((i for i, w in enumerate(behind) if w.lower == "by"), None)
    return () if by is None else tokens[at + 2 + by : at + 2 + by + _REACH]


def _speakers(tokens: tuple[Word, ...]) -> list[Word]:
    """The words of meaning within three words of a verb of saying."""
    beside = {
        i
        for at, word in enumerate(tokens)
        if word.stem in _stems(_SAYING)
        for i in (*range(max(0, at - 3), at), *range(at + 1, min(at + 4, len(tokens))))
    }
    return [tokens[i] for i in sorted(beside) if tokens[i].lower not in STOPWORDS]
