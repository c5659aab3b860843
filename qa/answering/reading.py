"""Articles as the extractive engine reads them: lines (sentences) with their words, and how well a question's words are found there."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from qa.answering.question import Question
from qa.answering.words import Name, Word, names, words
from qa.sentences import sentence_spans
from qa.types import Passage

# Words that a newsroom uses for one another in a question and its answer. Stems, one group a line.
_SYNONYMS = """
attend attendance attende attende join presenc present particip guest
win victori winner beat defeat triumph champion
die kill fatal toll victim casualti fatality
injur hurt wound injuri
cost price worth pay valu paid spend
buy acquir purchas takeov acquisit deal
resign quit step resignation departur
sack fire dismiss oust
arrest detain custodi held
elect vote ballot poll
strike walkout stoppag action
rais increas rise higher climb grow jump lift
cut reduc lower fall drop declin slash trim
deni reject refut dismiss
leav depart exit withdraw
start begin open launch commenc
end finish close conclud
sign agre agreement ink
happen occur caus
job post role posit work redund
meet talk summit meeting negoti
boss chief chief-execut ceo head
school pupil student
doctor medic physician
storm hurrican cyclon flood
earthquak quak tremor
evacu flee
fine penalti
court judg trial
accus alleg charg
plan propos intend
compani firm busi
research scientist studi team
replac success succeed
offer bid
fan crowd spectat attend attendance
search look hunt
""".strip()

_GROUPS: dict[str, set[int]] = {}
for _number, _line in enumerate(_SYNONYMS.splitlines()):
    for _stem in _line.split():
        _GROUPS.setdefault(_stem, set()).add(_number)


@lru_cache(maxsize=65536)
def alike(one: str, other: str) -> bool:
    """Whether two stems count as the same word: equal, or in one synonym group."""
    return one == other or bool(_GROUPS.get(one, set()) & _GROUPS.get(other, set()))


@lru_cache(maxsize=65536)
def same_name(asked: str, found: str) -> bool:
    """Whether two lower-case name words are the same name: equal, a spelling apart ("Zelensky"), or a place and its people ("Ukraine")."""
    if asked == found:
        return True
    if min(len(asked), len(found)) < 5 or asked[0] != found[0]:
        return False
    from rapidfuzz.distance import DamerauLevenshtein

    if len(asked) >= 6 and DamerauLevenshtein.distance(asked, found, score_cutoff=1) <= 1:
        return True
    shared = min(len(asked), len(found)) - 1
    return asked[:shared] == found[:shared] and shared >= 5 and abs(len(asked) - len(found)) <= 3


@dataclass(slots=True)
class Line:
    """A sentence of an article: its place in the passage's text, its words, and the number of its paragraph."""

    passage: Passage
    index: int
    paragraph: int
    start: int
    text: str
    words: tuple[Word, ...] = ()
    stems: frozenset[str] = frozenset()
    lowers: frozenset[str] = frozenset()
    names: tuple[Name, ...] = ()


@dataclass(slots=True)
class Story:
    """An article's lines in reading order, and the words of its title and of all of it."""

    passage: Passage
    lines: list[Line]
    title_stems: frozenset[str]
    title_lowers: frozenset[str]
    stems: frozenset[str]
    lowers: frozenset[str]


_DATELINE = re.compile(r"^(?:[A-Z][A-Z.’' -]+(?:,\s[\w. ]+)?(?:\s\([\w .]+\))?|\([A-Z]{2,}\))\s*(?:—|–|--|-)\s+")


def without_dateline(text: str) -> str:
    """The sentence without "PARIS — " or "(CNN) --" before it."""
    return _DATELINE.sub("", text)


def read(passages: Iterable[Passage]) -> list[Story]:
    """Each passage as a Story, in the order given."""
    return [_story(p) for p in passages]


def _story(passage: Passage) -> Story:
    lines: list[Line] = []
    paragraph, last_end = 0, 0
    for index, (start, end) in enumerate(sentence_spans(passage.text)):
        if "\n" in passage.text[last_end:start]:
            paragraph += 1
        last_end = end
        text = without_dateline(passage.text[start:end])
        start = end - len(text)
        tokens = words(text)
        line = Line(passage, index, paragraph, start, text, tokens)
        line.stems = frozenset(w.stem for w in tokens)
        line.lowers = frozenset(w.lower for w in tokens)
        line.names = names(text)
        lines.append(line)
    title = words(passage.article.title)
    title_stems, title_lowers = frozenset(w.stem for w in title), frozenset(w.lower for w in title)
    stems = title_stems.union(*(line.stems for line in lines))
    lowers = title_lowers.union(*(line.lowers for line in lines))
    return Story(passage, lines, title_stems, title_lowers, stems, lowers)


@dataclass(slots=True)
class Term:
    """One thing a question needs found: a word (by stem and synonyms) or a name (by its parts); `weight` says how telling it is."""

    text: str
    stem: str
    is_name: bool
    parts: tuple[str, ...] = ()
    weight: float = 1.0
    found: dict[int, bool] = field(default_factory=dict)

    def in_words(self, stems: frozenset[str], lowers: frozenset[str]) -> bool:
        """Whether it occurs among these stems and lower-case words. The last word of a name (a surname) is enough."""
        if self.is_name:
            return any(same_name(part, low) for part in self.parts[-1:] for low in lowers) or all(
                any(same_name(part, low) for low in lowers) for part in self.parts
            )
        if self.stem in stems:
            return True
        return any(alike(self.stem, s) for s in stems)


NAME_WEIGHT = 1.4
_CONTEXT = 0.7
_TITLE = 0.75
_ARTICLE = 0.4


def terms_of(question: Question, stories: Sequence[Story]) -> list[Term]:
    """What must be found for `question`, weighted by how rare it is in `stories` (a smoothed inverse sentence frequency)."""
    terms = [Term(" ".join(p), "", True, p) for p in question.names]
    for word in question.terms:
        is_name = _only_as_name(word, stories)
        terms.append(Term(word.text, word.stem, is_name, (word.lower,)))
    lines = [line for story in stories for line in story.lines]
    unique = {(t.is_name, t.parts, t.stem): t for t in terms}
    for term in unique.values():
        count = sum(term.in_words(line.stems, line.lowers) for line in lines)
        rarity = math.log(1 + (len(lines) + 1) / (count + 1)) / math.log(2 + len(lines))
        term.weight = (0.35 + rarity) * (NAME_WEIGHT if term.is_name else 1.0)
    return list(unique.values())


def _only_as_name(word: Word, stories: Sequence[Story]) -> bool:
    # A question typed in lower case: a word that the articles write with a capital inside sentences is a name.
    capital = small = 0
    for story in stories:
        if word.lower not in story.lowers:
            continue
        for line in story.lines:
            for place, other in enumerate(line.words):
                if other.lower == word.lower and place:
                    capital += other.capital
                    small += not other.capital
    return capital > 0 and capital > 3 * small


def line_score(line: Line, story: Story, terms: Sequence[Term]) -> tuple[float, float]:
    """How much of the question's weight is found for `line`: (with its context, in its own words alone), both 0 to 1."""
    total = sum(t.weight for t in terms)
    if not total:
        return 0.0, 0.0
    near = [other for other in story.lines[max(0, line.index - 2) : line.index + 2] if other is not line]
    full = own = 0.0
    for term in terms:
        if term.in_words(line.stems, line.lowers):
            full += term.weight
            own += term.weight
        elif term.in_words(story.title_stems, story.title_lowers):
            full += term.weight * _TITLE
        elif any(term.in_words(other.stems, other.lowers) for other in near):
            full += term.weight * _CONTEXT
        elif term.in_words(story.stems, story.lowers):
            full += term.weight * _ARTICLE
    return full / total, own / total
