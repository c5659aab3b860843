"""Whom and what the last turns speak of, as far as their articles show it: people, whether "he" or "she"
means them, firms, places.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from qa.answering.reading import Story, read, untitled
from qa.answering.words import Name, names, stem, words
from qa.types import Article, Passage

_QUOTED = re.compile(r"[\"“][^\"”]*[\"”]?")
_PRONOUN = re.compile(r"\b(?P<who>he|she|his|her|him)\b", re.IGNORECASE)
_SEX = {"he": "he", "his": "he", "him": "he", "she": "she", "her": "she"}
_TITLED = (
    ("she", re.compile(r"\b(?:Mrs|Ms|Miss|Lady|Dame|Queen|Princess|[a-z]*(?:chairwoman|spokeswoman|actress))\b")),
    ("he", re.compile(r"\b(?:Mr|Sir|Lord|King|Prince|[a-z]*(?:chairman|spokesman))\b")),
)  # fmt: skip
_ACTS_AFTER = re.compile(
    r"^(?:[’']s?\s+(?:[a-z-]+\s){0,2}?(?:chief|board|boss|profit|revenue|shares|spokes\w+|chair\w*|director|owner|customers|staff|workforce|plans?)\b"
    r"|\s+(?:also\s+)?(?:said|says|denied|denies|announced|plans|expects|agreed|reported|rejected|refused|declined|employs|will\s+(?:pay|cut|close)|has\s+(?:agreed|offered)|did\s+not\s+respond)\b)"
)
_SOLD_BEFORE = re.compile(
    r"\b(?:company|firm|group|union|bank|operator|maker|supplier|club|party|association|insurer|lender|owner),?\s$|\b[Ss]hares\s+in\s$"
)
_PLACED = re.compile(r"\b(?:in|at|near|from|to|outside|across)\s(?:the\s)?$")
_FARTHEST = 60


@dataclass(frozen=True, slots=True)
class Known:
    """What articles tell about the names in them, by the last word of a name in lower case."""

    stories: tuple[Story, ...] = ()
    people: frozenset[tuple[str, ...]] = frozenset()
    sexes: dict[str, str] = field(default_factory=dict)
    firms: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    stems: frozenset[str] = frozenset()
    full: dict[str, str] = field(default_factory=dict)
    """How a person is named in full, by the surname."""

    def is_person(self, name: Name) -> bool:
        """Whether the articles show the name to be a person's."""
        parts = untitled(name.parts)
        return bool(parts) and (parts in self.people or parts[-1:] in self.people)

    def is_firm(self, name: Name) -> bool:
        """Whether it speaks or acts as a company, a union or a party does."""
        return bool(name.parts) and name.parts[-1] in self.firms and not self.is_person(name)

    def is_place(self, name: Name) -> bool:
        """Whether something is said to be in, at or near it."""
        return bool(name.parts) and name.parts[-1] in self.places and not self.is_person(name)

    def may_be(self, person: str, pronoun: str) -> bool:
        """Whether "he" or "she" may mean the person of this surname: certain, or not known to be wrong."""
        return self.sexes.get(person, pronoun) == pronoun

    def is_certainly(self, person: str, pronoun: str) -> bool:
        """Whether the articles call this person so."""
        return self.sexes.get(person) == pronoun

    def holds(self, stems: Iterable[str]) -> float:
        """The share of these stems that the articles hold; 0 of none."""
        wanted = list(stems)
        return sum(s in self.stems for s in wanted) / len(wanted) if wanted else 0.0

    def is_noun(self, word: str) -> bool:
        """Whether the articles use the word as a noun: after "the" or "its", and at most one other word."""
        pattern = re.compile(
            rf"\b(?:the|an?|its|their|his|her|this|that|of|[\w]+[’']s?)\s+(?:[\w-]+\s+)?{re.escape(word)}s?\b(?!\s+(?:the|an?)\b)",
            re.IGNORECASE,
        )
        return any(pattern.search(line.text) for story in self.stories for line in story.lines)


def known_from(articles: Sequence[Article]) -> Known:
    """What these articles tell about the names in them."""
    stories = read(_whole(article, number) for number, article in enumerate(articles, start=1))
    people = frozenset[tuple[str, ...]]().union(*(s.people for s in stories))
    found = [(line.text, name) for s in stories for line in s.lines for name in line.names if name.parts]
    firms = frozenset(name.parts[-1] for text, name in found if _acts(text, name))
    places = frozenset(name.parts[-1] for text, name in found if _PLACED.search(text[: name.start]))
    stems = frozenset[str]().union(*(s.stems for s in stories))
    return Known(tuple(stories), people, _sexes(stories), firms, places, stems, _full(people, found))


def _whole(article: Article, number: int) -> Passage:
    return Passage(
        number=number, article=article.head, ordinals=(), start=0, end=len(article.text), text=article.text,
        score=0, found_by=(),
    )  # fmt: skip


def _acts(text: str, name: Name) -> bool:
    return bool(_ACTS_AFTER.match(text[name.end :]) or _SOLD_BEFORE.search(text[: name.start]))


def _full(people: frozenset[tuple[str, ...]], found: Sequence[tuple[str, Name]]) -> dict[str, str]:
    """The longest way that each person is named, without titles."""
    longest: dict[str, str] = {}
    for _, name in found:
        parts = untitled(name.parts)
        if parts in people and len(parts) > 1 and len(parts) > len(longest.get(parts[-1], "").split()):
            longest[parts[-1]] = _bare(name)
    return longest


def _bare(name: Name) -> str:
    """A name's text without the titles before it."""
    tokens = words(name.text)
    skipped = len(name.parts) - len(untitled(name.parts))
    return name.text[tokens[skipped].start :] if skipped < len(tokens) else name.text


def _sexes(stories: Sequence[Story]) -> dict[str, str]:
    """"he" or "she" by surname, where all that the articles say points one way."""
    votes: dict[str, Counter[str]] = {}

    def vote(person: str, sex: str) -> None:
        votes.setdefault(person, Counter())[sex] += 1

    for story in stories:
        for line in story.lines:
            text = _QUOTED.sub(lambda m: " " * len(m.group()), line.text)
            meant = story.meant_by_pronoun.get(line.index)
            if meant and (match := _PRONOUN.search(text)):
                vote(words(meant[0])[-1].lower, _SEX[match["who"].lower()])
            here = [n for n in names(text) if _certain(n, story)]
            for match in _PRONOUN.finditer(text):
                before = {n.parts[-1] for n in here if n.start < match.start()}
                if len(before) == 1 and match.start() - here[0].end < _FARTHEST:
                    vote(before.pop(), _SEX[match["who"].lower()])
            for name in here:
                beside = line.text[max(0, name.start - 24) : name.end] if name.start else name.text
                for sex, title in _TITLED:
                    if title.search(beside):
                        vote(name.parts[-1], sex)
    return {person: next(iter(sex)) for person, sex in votes.items() if len(sex) == 1}


def _certain(name: Name, story: Story) -> bool:
    parts = untitled(name.parts)
    return bool(parts) and (parts in story.people or parts[-1:] in story.people)


def person_names(text: str, known: Known) -> list[Name]:
    """The people named in a text, each once, in order."""
    found: dict[str, Name] = {}
    for name in names(text):
        if name.parts and known.is_person(name):
            found.setdefault(name.parts[-1], name)
    return list(found.values())


def stems_of(text: str) -> frozenset[str]:
    """The stems of all words of a text."""
    return frozenset(stem(w.lower) for w in words(text))
