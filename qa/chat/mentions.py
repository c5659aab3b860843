"""Whom and what the last turns speak of, as far as their articles show it: people, whether "he" or "she"
means them, firms, places.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from qa.answering.people import RANKS
from qa.answering.pronouns import antecedents
from qa.answering.reading import Story, read, untitled
from qa.answering.speakers import speaker_of
from qa.answering.words import Name, names, words
from qa.types import Article, Passage

_QUOTED = re.compile(r"[\"“][^\"”]*[\"”]?")
_PRONOUN = re.compile(r"\b(?P<who>he|she|his|her|him)\b", re.IGNORECASE)
_SEX = {"he": "he", "his": "he", "him": "he", "she": "she", "her": "she"}
_TITLED = (
    ("she", re.compile(r"\b(?:Mrs|Ms|Miss|Lady|Dame|Queen|Princess|[a-z]*(?:chairwoman|spokeswoman|actress))\b")),
    ("he", re.compile(r"\b(?:Mr|Sir|Lord|King|Prince|[a-z]*(?:chairman|spokesman))\b")),
)  # fmt: skip
_OWNS = re.compile(
    r"^(?:[’']s?)?\s+(?:[a-z-]+\s){0,2}?(?:chief|board|boss|profit|revenue|shares|spokes\w+|chair\w*|director|owner|customers|staff|workforce)\b"
    r"|^\s+employs\b"
)
_ACTS = re.compile(
    r"^\s+(?:also\s+)?(?:said|says|denied|denies|announced|plans|expects|agreed|reported|rejected|refused|declined|will\s+(?:pay|cut|close)|has\s+(?:agreed|offered)|did\s+not\s+respond)\b"
)
_SOLD_BEFORE = re.compile(
    r"\b(?:company|firm|group|union|bank|operator|maker|supplier|club|party|association|insurer|lender|owner|brewery|carrier|airline|shipyard),?\s$|\b[Ss]hares\s+in\s$"
)
_PLACED = re.compile(r"\b(?:in|at|near|outside|across)\s(?:the\s)?$")
_DETERMINED = re.compile(r"\b(?:the|an?|its|their|former)\s+$", re.IGNORECASE)
_NOUN_AFTER = re.compile(r"^\s[a-z]")
_FIRST_PERSON = re.compile(r"[\"“](?:[^\"”]*\s)?(?:I|my|me)\b", re.IGNORECASE)
_TRADES = frozenset(
    """substitute defender forward midfielder goalkeeper striker winger captain coach referee driver witness
        prosecutor inspector spokesman spokeswoman businessman businesswoman economist analyst""".split()
)
"""Trades that a sentence may begin with, so that their capital tells nothing."""
_SITED = re.compile(
    r"\b(?:port|city|town|village|island|state|county|university|district|bank|municipality|republic)\s+of\s+$",
    re.IGNORECASE,
)
_APPOSED = re.compile(r"^,\s(?:an?|the|its|who)\s[^,.;]{3,60}")
_FARTHEST = 60


@dataclass(frozen=True, slots=True)
class Known:
    """What articles tell about the names in them, by the last word of a name in lower case."""

    stories: tuple[Story, ...] = ()
    people: frozenset[tuple[str, ...]] = frozenset()
    sexes: dict[str, str] = field(default_factory=dict)
    firms: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    """Places for certain: "the port of Rotterdam"."""
    stems: frozenset[str] = frozenset()
    full: dict[str, str] = field(default_factory=dict)
    """How a person is named in full, by the surname."""

    def is_person(self, name: Name) -> bool:
        """Whether the articles show the name to be a person's."""
        parts = untitled(name.parts)
        if not parts or (len(parts) == 1 and parts[-1] in self.sites):
            return False
        return parts in self.people or parts[-1:] in self.people

    def is_firm(self, name: Name) -> bool:
        """Whether it speaks or acts as a company, a union or a party does."""
        return bool(name.parts) and name.parts[-1] in self.firms and not self.is_person(name)

    def is_place(self, name: Name) -> bool:
        """Whether something is said to be in, at or near it."""
        return bool(name.parts) and name.parts[-1] in self.places and not self.is_person(name)

    def may_be(self, person: str, pronoun: str) -> bool:
        """Whether "he" or "she" may mean the person of this surname: certain, or not known to be wrong."""
        return self.sexes.get(person, pronoun) == pronoun

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
    found = [(ln.text, _own(n)) for s in stories for ln in s.lines for n in ln.names if n.parts]
    people = frozenset[tuple[str, ...]]().union(*(_people(s) for s in stories))
    firms = _firms(found)
    places = frozenset(name.parts[-1] for text, name in found if _PLACED.search(text[: name.start]))
    stems = frozenset[str]().union(*(s.stems for s in stories))
    sites = frozenset(name.parts[-1] for text, name in found if _SITED.search(text[: name.start]))
    return Known(
        tuple(stories), people, _sexes(stories, people), firms, places, sites, stems, _full(people, found)
    )


def _whole(article: Article, number: int) -> Passage:
    return Passage(
        number=number, article=article.head, ordinals=(), start=0, end=len(article.text), text=article.text,
        score=0, found_by=(),
    )  # fmt: skip


def _own(name: Name) -> Name:
    """A titled name without its realm: "President Maud Karrin of Ostmark"."""
    at = name.text.find(" of ")
    if at < 0 or not RANKS & set(name.parts):
        return name
    return Name(name.text[:at], name.start, name.start + at)


def _people(story: Story) -> frozenset[tuple[str, ...]]:
    """The article's people, those of a realm under their own names."""
    found = set(story.people | _speaking(story))
    for line in story.lines:
        for name in line.names:
            own = _own(name)
            if own is not name and own.parts and name.parts in found:
                found -= {name.parts, name.parts[-1:]}
                found |= {own.parts, own.parts[-1:]}
    return frozenset(found)


def _speaking(story: Story) -> frozenset[tuple[str, ...]]:
    """Those who are quoted with an "I" of their own: no firm and no office says that."""
    quoted = [
        said for line in story.lines if _FIRST_PERSON.search(line.text) and (said := speaker_of(line.text))
    ]
    bare = [_untraded(n.parts) for said in quoted if said.named for n in names(said.name)[:1]]
    return frozenset(parts[-1:] for parts in bare if parts)


def _untraded(parts: tuple[str, ...]) -> tuple[str, ...]:
    return parts[1:] if len(parts) > 2 and parts[0] in _TRADES else parts


def _firms(found: Sequence[tuple[str, Name]]) -> frozenset[str]:
    """Names that own or sell what firms do; and those that say and plan, if they are nobody's surname."""
    surnames = {name.parts[-1] for _, name in found if len(name.parts) > 1}
    certain = {
        n.parts[-1] for text, n in found if _OWNS.match(text[n.end :]) or _SOLD_BEFORE.search(text[: n.start])
    }
    acting = {n.parts[-1] for text, n in found if len(n.parts) == 1 and _ACTS.match(text[n.end :])}
    return frozenset(certain | (acting - surnames))


def _full(people: frozenset[tuple[str, ...]], found: Sequence[tuple[str, Name]]) -> dict[str, str]:
    """The longest way that each person is named, without titles."""
    longest: dict[str, str] = {}
    for _, name in found:
        parts = _bare_parts(name.parts)
        shown = name.parts in people or untitled(name.parts) in people or parts[-1:] in people
        if shown and len(parts) > 1 and len(parts) > len(words(longest.get(parts[-1], ""))):
            tokens = words(name.text)
            first = next((w for w in tokens if w.lower == parts[0]), tokens[0])
            longest[parts[-1]] = name.text[first.start :]
    return longest


def _bare_parts(parts: tuple[str, ...]) -> tuple[str, ...]:
    """A name's words without titles, trades and what stands before them: "French President Emmanuel Macron"."""
    ranks = [i for i, part in enumerate(parts[:-1]) if part in RANKS]
    return _untraded(parts[ranks[-1] + 1 :] if ranks else parts)


def _sexes(stories: Sequence[Story], people: frozenset[tuple[str, ...]]) -> dict[str, str]:
    """ "he" or "she" by surname, where all that the articles say points one way."""
    votes: dict[str, Counter[str]] = {}

    def vote(person: str, sex: str) -> None:
        votes.setdefault(person, Counter())[sex] += 1

    for story in stories:
        pronouns = antecedents([line.text for line in story.lines], people)
        for line in story.lines:
            text = _QUOTED.sub(lambda m: " " * len(m.group()), line.text)
            meant = pronouns.get(line.index)
            if meant and (match := _PRONOUN.search(text)):
                vote(words(meant[0])[-1].lower, _SEX[match["who"].lower()])
            here = [n for n in map(_own, names(text)) if untitled(n.parts)[-1:] in people]
            for match in _PRONOUN.finditer(text):
                before = {n.parts[-1] for n in here if n.start < match.start()}
                if len(before) == 1 and match.start() - here[0].end < _FARTHEST:
                    vote(before.pop(), _SEX[match["who"].lower()])
            for name in here:
                after = _APPOSED.match(line.text[name.end :])
                beside = line.text[max(0, name.start - 24) : name.end] + (after.group() if after else "")
                for sex, title in _TITLED:
                    if title.search(beside):
                        vote(name.parts[-1], sex)
    return {person: next(iter(sex)) for person, sex in votes.items() if len(sex) == 1}


def person_names(text: str, known: Known) -> list[Name]:
    """The people named in a text, each once, in order. In "the Rotterdam port manager" nobody is named."""
    found: dict[str, Name] = {}
    for name in map(_own, names(text)):
        told = _DETERMINED.search(text[: name.start]) and _NOUN_AFTER.match(text[name.end :])
        if name.parts and known.is_person(name) and not (told and len(name.parts) == 1):
            found.setdefault(name.parts[-1], name)
    return list(found.values())
