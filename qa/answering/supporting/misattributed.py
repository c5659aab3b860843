"""Words put into another's mouth: "Scholes says he will not sign" where the source has Sterling say so."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from qa.answering.words import STOPWORDS, Word, stem, words

NEARLY_ALL = 0.8
FEWEST = 3
_SAYING = """say tell claim insist admit add announce warn argue reveal explain deny confirm state declare
        note stress vow pledge promise predict complain allege testify acknowledge reply joke write tweet post
        suggest maintain believe think hope fear"""
# Whoever is told of so may be somebody with any name: "the 33-year-old claims".
_DETERMINERS = frozenset(
    "the a an this that these those his her its their our my one some many several other another".split()
)
_PRONOUNS = frozenset("he she it they we i you who which there".split())
# They speak through somebody with a name, and nobody can tell from one sentence through whom.
_UNNAMED = frozenset(
    """police officials officers detectives investigators authorities prosecutors lawyers organisers
        organizers sources witnesses residents locals neighbours experts analysts economists researchers
        scientists doctors critics campaigners ministers spokesman spokeswoman spokesperson reports report
        people others management staff workers unions company government council president mayor
        minister""".split()
)
_BESIDE_VERB = frozenset("has have had also later then now since again first is was are were".split())
# Before these a subject begins.
_LINKS = frozenset(
    "that but and or as when while after before because if where though although whereas to for with".split()
)
_REACH = 6


@cache
def _saying() -> frozenset[str]:
    return frozenset(map(stem, _SAYING.split()))  # when first needed: the stemmer is no quick import


def misattributed(statement: str, sentences: Iterable[str]) -> Word | None:
    """The last word of whoever a statement has say, claim or hope something, where of the source's
    `sentences` each that holds nearly all of what is said has another name say it; None if there is none.

    Only a name is another: a pronoun, "the minister" and "police" may be the same.
    """
    said = words(statement)
    told = _first_saying(said)
    if told is None:
        return None
    at, speaker = told
    what = {w.stem for w in said[at + 1 :] if w.lower not in STOPWORDS}
    if len(what) < FEWEST or not speaker:
        return None
    theirs = {w.stem for w in speaker}
    found = False
    for sentence in sentences:
        tokens = words(sentence)
        stems = {w.stem for w in tokens}
        if len(what & stems) < NEARLY_ALL * len(what):
            continue
        if theirs & stems or not _another_says(tokens, what):
            return None
        found = True
    return speaker[-1] if found else None


def _first_saying(tokens: tuple[Word, ...]) -> tuple[int, list[Word]] | None:
    for at, word in enumerate(tokens):
        if at and word.stem in _saying():
            subject = _subject(tokens, at)
            return None if subject is None else (at, [w for w in subject if w.lower not in STOPWORDS])
    return None


def _another_says(tokens: tuple[Word, ...], what: set[str]) -> bool:
    """Whether somebody named says something here, and nobody else does."""
    subjects = [_subject(tokens, at) for at, word in enumerate(tokens) if word.stem in _saying() - what]
    return bool(subjects) and all(subjects)


def _subject(tokens: tuple[Word, ...], at: int) -> list[Word] | None:
    """Whoever stands right before the verb at `at`, by name: None for a pronoun, for nobody, for a noun with
    "the" or the like and for those who have no name."""
    before = at - 1
    while before >= 0 and (tokens[before].lower in _BESIDE_VERB or tokens[before].lower.endswith("ly")):
        before -= 1
    found: list[Word] = []
    for word in reversed(tokens[max(0, before + 1 - _REACH) : before + 1]):
        if word.lower in _PRONOUNS | _DETERMINERS:
            return None
        if word.lower in _LINKS:
            break
        found.append(word)
    if not found or found[0].lower in _UNNAMED:
        return None
    return found[::-1]
