"""What a question needs found, how telling each part of it is, and how much of it a line holds."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.answering.kinship import kin
from qa.answering.question import Question
from qa.answering.reading import Line, Story, untitled
from qa.answering.synonyms import any_alike, any_same_name, same_name
from qa.answering.words import LINKS, Word, stem
from qa.wordings.lists import opposed, used_for


@dataclass(slots=True)
class Term:
    """One thing a question needs found: a word (by stem and synonyms) or a name (by its parts); `weight`
    says how telling it is.
    """

    text: str
    stem: str
    is_name: bool
    parts: tuple[str, ...] = ()
    weight: float = 1.0
    common_noun: bool = False
    must: bool = False
    kin: frozenset[str] = frozenset()
    """Words of the articles, in lower case, that are near it in meaning."""
    reworded: frozenset[str] = frozenset()
    """Stems of the words and expressions that are used for it."""
    other: tuple[str, ...] = ()
    """How the articles write a name that the question has short or in full: "wef", "world economic forum"."""
    spelled_alike: bool = True
    """Whether a name may be one letter apart: not where an article has it as the question does."""

    @property
    def required(self) -> bool:
        """Whether an article without it cannot answer: names and numbers."""
        return self.must or self.is_name or self.stem.isdigit()

    def in_words(self, stems: frozenset[str], lowers: frozenset[str]) -> bool:
        """Whether it occurs among these stems and lower-case words. The last word of a name (a surname) is
        enough.
        """
        if self.is_name:
            return (bool(self.other) and all(part in lowers for part in self.other)) or any_same_name(
                self.parts[-1], lowers, spelled_alike=self.spelled_alike
            )
        return any_alike(self.stem, stems)

    def meant_in(self, stems: frozenset[str], lowers: frozenset[str]) -> bool:
        """Whether it, or a word near it in meaning, occurs among these stems and lower-case words."""
        if self.in_words(stems, lowers) or not self.reworded.isdisjoint(stems):
            return True
        return not self.kin.isdisjoint(lowers)

    def in_story(self, story: Story) -> bool:
        """Whether `story` is about it. A name of several words must be there whole, or as a surname that
        stands for nobody else.

        "World Cup" is not found in "Atlantic Cup", nor "Ann Roe" in a story about John Roe; "Donald Trump"
        is found in "Trump said". A number must be there as it is, or in the article's date.
        """
        if self.other and self.other in story.runs:
            return True
        if self.stem.isdigit():
            return self.stem in story.lowers or self.stem in date_words(story)
        if not self.is_name or len(self.parts) == 1:
            return self.meant_in(story.stems, story.lowers)
        wanted = untitled(self.parts)
        if any(all(any(self._is(part, have) for have in run) for part in wanted) for run in story.runs):
            return True
        if len(wanted) > 2 or self.common_noun:
            alike = self.spelled_alike
            return all(any_same_name(part, story.lowers, spelled_alike=alike) for part in wanted)
        last = [run for run in story.runs if run and self._is(wanted[-1], run[-1])]
        return bool(last) and all(len(run) == 1 for run in last)

    def _is(self, asked: str, found: str) -> bool:
        return same_name(asked, found, spelled_alike=self.spelled_alike)


def date_words(story: Story) -> set[str]:
    """The year and the day of the dates in the article's head, as words."""
    head = story.passage.article
    return {
        str(number) for when in (head.published, head.updated) if when for number in (when.year, when.day)
    }


NAME_WEIGHT = 1.4
LONGEST_INITIALS = 6
# Chosen by coordinate search on the tuning half of tests/answering/newsroom.yaml, checked against NewsQA's
# answer sentences.
_CONTEXT = 0.6
_KNOWN = 0.9
_REWORDED = 0.9
_NEAR_IN_MEANING = 0.7
_UNSEEN = 4
_ARTICLE = 0.6
_LENT = 0.3
_WITH_ITS_NAME = 0.5
_LENT_TO_PRONOUN = 0.5
_LEANS = re.compile(r"(?:He|She|It|They|His|Her|Its|Their|This|That|These|Those)\b")
_TOPIC_DISCOUNT = 0.7


def terms_of(question: Question, stories: Sequence[Story]) -> list[Term]:
    """What must be found for `question`, weighted by how rare it is in `stories` (a smoothed inverse
    sentence frequency).
    """
    terms = [Term(" ".join(p), "", True, p, common_noun=_common_noun(p)) for p in question.names]
    for word in question.terms:
        is_name = not word.lower.isdigit() and _only_as_name(word, stories)
        terms.append(Term(word.text, word.stem, is_name, (word.lower,)))
    for term in terms:
        term.other = _written_otherwise(term, question.text, stories)
    lines = [line for story in stories for line in story.lines]
    unique = {(t.is_name, t.parts, t.stem): t for t in terms}
    vocabulary = {w.lower for line in lines for i, w in enumerate(line.words) if not w.capital or i == 0}
    near = kin([t.text.lower() for t in unique.values() if not t.is_name], vocabulary)
    unsaid_class: tuple[bool, tuple[str, ...], str] | None = None
    for key, term in unique.items():
        if not term.is_name:
            term.kin = frozenset(
                w for w in near.get(term.text.lower(), ()) if not opposed(term.stem, stem(w))
            )
            meanings = question.means.get(term.stem, frozenset()) | {term.stem}
            term.reworded = meanings.union(*(used_for(meaning) for meaning in meanings)) - {term.stem}
        term.spelled_alike = not any(term.parts and term.parts[-1] in story.lowers for story in stories)
        count = sum(
            term.in_words(line.stems, line.lowers) or not term.reworded.isdisjoint(line.stems)
            for line in lines
        )
        if not count and not term.kin and term.text.lower() == question.class_noun:
            unsaid_class = key
        # "in scotland", of which no article says a word: another place answers nothing.
        term.must = (
            not count
            and not term.kin
            and f" in {term.text} ".lower() in f"{question.text} ".replace("?", " ")
        )
        # A word that is nowhere may be only the asker's own wording: it weighs no more than one that is in
        # three lines.
        rarity = math.log(1 + (len(lines) + 1) / (count + 1 if count else _UNSEEN)) / math.log(2 + len(lines))
        term.weight = (0.35 + rarity) * (NAME_WEIGHT if term.is_name else 1.0)
        if term.text.lower() in question.event_nouns:
            term.weight *= _WITH_ITS_NAME
    return [term for key, term in unique.items() if key != unsaid_class]


def _written_otherwise(term: Term, asked: str, stories: Sequence[Story]) -> tuple[str, ...]:
    """The name that the initials in the question stand for, or the initials of its name, as the articles have
    them; () where they have none, or the name itself.
    """
    if not term.is_name or any(term.parts in story.runs for story in stories):
        return ()
    runs = {run for story in stories for run in story.runs}
    if len(term.parts) > 1:
        initials = (_initials(term.parts),)
        return initials if len(initials[0]) > 1 and initials in runs else ()
    short = term.parts[0]
    if not 2 <= len(short) <= LONGEST_INITIALS or short.upper() not in asked:
        return ()
    return next((run for run in sorted(runs) if len(run) > 1 and _initials(run) == short), ())


def _initials(parts: Sequence[str]) -> str:
    return "".join(part[0] for part in parts if part not in LINKS)


_COMMON = frozenset(
    """cup league union bank council court party forum bay city river island islands street university school
        hospital airport group company agency office ministry department commission committee federation
        association festival award prize war games championship open tour series station port bridge
        park house palace tower square""".split()
)


def _common_noun(parts: tuple[str, ...]) -> bool:
    # "World Cup", "Halden Bay": the last word alone says nothing, unlike a surname.
    return parts[-1] in _COMMON


def _only_as_name(word: Word, stories: Sequence[Story]) -> bool:
    # A question typed in lower case: a word that the articles write with a capital inside sentences is a
    # name.
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


@dataclass(frozen=True, slots=True)
class Found:
    """How much of a question's weight is found for a line, 0 to 1: `full` with its context, `own` in its
    own words with the topic discounted, `plain` in its own words as they are."""

    full: float
    own: float
    plain: float


def line_score(line: Line, story: Story, terms: Sequence[Term]) -> Found:
    """How much of `terms` is found for `line`.

    What the headline or the opening already says is the topic: every line of the article shares it, so it
    counts for less in the own words, and the rest, which tells one line from another, for more. The line
    before lends a part.
    """
    total = sum(t.weight for t in terms)
    if not total:
        return Found(0.0, 0.0, 0.0)
    near = [other for other in story.lines[max(0, line.index - 2) : line.index + 2] if other is not line]
    full = own = plain = focus = 0.0
    for term in terms:
        weight = term.weight * (1 - _TOPIC_DISCOUNT * is_topic(term, story))
        focus += weight
        here = _here(term, line)
        own += weight * here
        plain += term.weight * here
        if here:
            full += term.weight * here
            continue
        if any(term.meant_in(other.stems, other.lowers) for other in near):
            full += term.weight * _CONTEXT
        elif term.meant_in(story.stems, story.lowers):
            full += term.weight * _ARTICLE
        if line.index and term.meant_in(
            story.lines[line.index - 1].stems, story.lines[line.index - 1].lowers
        ):
            own += weight * (_LENT_TO_PRONOUN if _LEANS.match(line.text) else _LENT)
    return Found(full / total, own / focus, plain / total)


def _here(term: Term, line: Line) -> float:
    if term.in_words(line.stems, line.lowers):
        return 1.0
    if term.in_words(line.known, line.known):
        return _KNOWN
    if not term.reworded.isdisjoint(line.stems):
        return _REWORDED
    return _NEAR_IN_MEANING if term.meant_in(line.stems, line.lowers) else 0.0


def is_topic(term: Term, story: Story) -> bool:
    """Whether the headline or the first two lines say it already."""
    return term.in_words(story.opening_stems, story.opening_lowers)
