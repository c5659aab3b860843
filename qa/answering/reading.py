"""Articles as the extractive engine reads them: lines (sentences) with their words, and how well a
question's words are found there.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from qa.answering.descriptions import Described, described, known_as
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
power electr blackout
complet close finish conclud end
decid decis rule
next anoth further upcom
sentenc jail prison imprison
money sum fund compens payment receiv pay
critic critic criticis criticiz scepti skeptic warn object
chang shift revis alter
late delay
link tie connect connexion involv
youth teenag
halt suspend stop paus
hous home flat
demonstr protest march ralli
wage salari pay
cargo freight load
sail depart
explos blast
take-part particip
docker dockwork stevedor
approv clear author authoris permit consent
block forbid ban prohibit veto
worri concern fear
gust wind
turnout crowd
slow reduc
celebr parti
shipyard yard
want demand seek call
accept tender
vessel ship boat tanker
""".strip()

_GROUPS: dict[str, set[int]] = {}
for _number, _line in enumerate(_SYNONYMS.splitlines()):
    for _stem in _line.split():
        _GROUPS.setdefault(_stem, set()).add(_number)


@lru_cache(maxsize=65536)
def alike(one: str, other: str) -> bool:
    """Whether two stems count as the same word: equal, or in one synonym group."""
    if one == other or _GROUPS.get(one, set()) & _GROUPS.get(other, set()):
        return True
    # "pancreas" and "pancreatic": stemmers leave some families apart.
    return min(len(one), len(other)) >= 7 and one[:7] == other[:7] and abs(len(one) - len(other)) <= 2


# A people or an abbreviation and its country, where the spelling does not show it.
_NATIONS = dict(
    pair.split("/")
    for pair in """british/britain uk/britain french/france dutch/netherlands greek/greece german/germany spanish/spain
        swiss/switzerland polish/poland danish/denmark norwegian/norway swedish/sweden finnish/finland
        irish/ireland welsh/wales scottish/scotland turkish/turkey chinese/china usa/america
        american/america americans/america eu/european europe/european philippine/philippines
        filipino/philippines thai/thailand czech/czechia emirati/emirates""".split()
)


@lru_cache(maxsize=65536)
def same_name(asked: str, found: str) -> bool:
    """Whether two lower-case name words are the same name: equal, a spelling apart ("Zelensky"), or a place
    and its people ("Ukraine").
    """
    if asked == found or _NATIONS.get(asked, asked) == _NATIONS.get(found, found):
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
    """A sentence of an article: its place in the passage's text, its words, and the number of its
    paragraph.
    """

    passage: Passage
    index: int
    paragraph: int
    start: int
    text: str
    words: tuple[Word, ...] = ()
    stems: frozenset[str] = frozenset()
    lowers: frozenset[str] = frozenset()
    names: tuple[Name, ...] = ()
    known: frozenset[str] = frozenset()
    """Stems and lower-case names that the article ties to those named or described in this line."""


@dataclass(slots=True)
class Story:
    """An article's lines in reading order, and the words of its title and of all of it."""

    passage: Passage
    lines: list[Line]
    title_stems: frozenset[str]
    title_lowers: frozenset[str]
    stems: frozenset[str]
    lowers: frozenset[str]
    runs: frozenset[tuple[str, ...]] = frozenset()
    opening_stems: frozenset[str] = frozenset()
    opening_lowers: frozenset[str] = frozenset()
    described: dict[int, Described] = field(default_factory=dict)


_DATELINE = re.compile(
    r"^(?:[A-Z][A-Z.’' -]+(?:,\s[\w. ]+){0,3}(?:\s\([\w .]+\))?|\([A-Z]{2,}\))\s*(?:—|–|--|-)\s+"
)


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
    texts = [line.text for line in lines]
    meant = described(texts, [line.paragraph for line in lines])
    _tie(lines, meant, known_as(texts))
    title = words(passage.article.title)
    title_stems, title_lowers = frozenset(w.stem for w in title), frozenset(w.lower for w in title)
    stems = title_stems.union(*(line.stems for line in lines))
    lowers = title_lowers.union(*(line.lowers for line in lines))
    opening_stems = title_stems.union(*(line.stems for line in lines[:1]))
    opening_lowers = title_lowers.union(*(line.lowers for line in lines[:1]))
    runs = frozenset(_untitled(name.parts) for line in lines for name in line.names) | {
        _untitled(n.parts) for n in names(passage.article.title)
    }
    return Story(
        passage, lines, title_stems, title_lowers, stems, lowers, runs, opening_stems, opening_lowers, meant
    )


def _tie(lines: Sequence[Line], meant: dict[int, Described], known: dict[str, frozenset[str]]) -> None:
    main = _main_names(lines)
    for line in lines:
        tied = main if line.index == 0 else frozenset()
        tied = tied.union(*(known.get(name.parts[-1], frozenset()) for name in line.names if name.parts))
        if line.index in meant:
            tied |= {w.lower for w in words(meant[line.index].name)}
        line.known = tied - line.stems


def _main_names(lines: Sequence[Line]) -> frozenset[str]:
    """The names that at least three lines hold: whom the opening means when it says "a former port
    manager".
    """
    counted = Counter(name.parts[-1] for line in lines[1:] for name in line.names if name.parts)
    return frozenset(last for last, count in counted.items() if count >= 3)


_RANKS = frozenset(
    """president prime minister chancellor senator representative secretary general judge justice professor
        captain sergeant lieutenant colonel major admiral king queen prince princess pope bishop
        archbishop lord lady sir dame mr mrs ms dr mayor governor commissioner ambassador councillor
        councilor chief officer detective inspector director chairman chairwoman former""".split()
)


def _untitled(parts: tuple[str, ...]) -> tuple[str, ...]:
    # "President Donald Trump" is the name "Donald Trump".
    start = 0
    while start < len(parts) - 1 and parts[start] in _RANKS:
        start += 1
    return parts[start:]


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

    @property
    def required(self) -> bool:
        """Whether an article without it cannot answer: names and numbers."""
        return self.must or self.is_name or self.stem.isdigit()

    def in_words(self, stems: frozenset[str], lowers: frozenset[str]) -> bool:
        """Whether it occurs among these stems and lower-case words. The last word of a name (a surname) is
        enough.
        """
        if self.is_name:
            return any(same_name(self.parts[-1], low) for low in lowers) or all(
                any(same_name(part, low) for low in lowers) for part in self.parts
            )
        if self.stem in stems:
            return True
        return any(alike(self.stem, s) for s in stems)

    def in_story(self, story: Story) -> bool:
        """Whether `story` is about it. A name of several words must be there whole, or as a surname that
        stands for nobody else.

        "World Cup" is not found in "Atlantic Cup", nor "Ann Roe" in a story about John Roe; "Donald Trump"
        is found in "Trump said". A number must be there as it is, or in the article's date.
        """
        if self.stem.isdigit():
            return self.stem in story.lowers or self.stem in _date_words(story)
        if not self.is_name or len(self.parts) == 1:
            return self.in_words(story.stems, story.lowers)
        wanted = _untitled(self.parts)
        if any(_holds_run(run, wanted) for run in story.runs):
            return True
        if len(wanted) > 2 or self.common_noun:
            return all(any(same_name(part, low) for low in story.lowers) for part in wanted)
        last = [run for run in story.runs if run and same_name(wanted[-1], run[-1])]
        return bool(last) and all(len(run) == 1 for run in last)


def _holds_run(run: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return all(any(same_name(part, have) for have in run) for part in wanted)


def _date_words(story: Story) -> set[str]:
    head = story.passage.article
    return {
        str(number) for when in (head.published, head.updated) if when for number in (when.year, when.day)
    }


NAME_WEIGHT = 1.4
# Chosen by coordinate search on the tuning half of tests/answering/newsroom.yaml, checked against NewsQA's
# answer sentences.
_CONTEXT = 0.6
_KNOWN = 0.8
_UNSEEN = 4
_ARTICLE = 0.6
_LENT = 0.3
_TOPIC_DISCOUNT = 0.7


def terms_of(question: Question, stories: Sequence[Story]) -> list[Term]:
    """What must be found for `question`, weighted by how rare it is in `stories` (a smoothed inverse
    sentence frequency).
    """
    terms = [Term(" ".join(p), "", True, p, common_noun=_common_noun(p)) for p in question.names]
    for word in question.terms:
        is_name = not word.lower.isdigit() and _only_as_name(word, stories)
        terms.append(Term(word.text, word.stem, is_name, (word.lower,)))
    lines = [line for story in stories for line in story.lines]
    unique = {(t.is_name, t.parts, t.stem): t for t in terms}
    for term in unique.values():
        count = sum(term.in_words(line.stems, line.lowers) for line in lines)
        # A word that is nowhere may be only the asker's own wording: it weighs no more than one that is in
        # three lines.
        rarity = math.log(1 + (len(lines) + 1) / (count + 1 if count else _UNSEEN)) / math.log(2 + len(lines))
        term.weight = (0.35 + rarity) * (NAME_WEIGHT if term.is_name else 1.0)
    return list(unique.values())


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
        here = (
            1.0 if term.in_words(line.stems, line.lowers) else _KNOWN * term.in_words(line.known, line.known)
        )
        own += weight * here
        plain += term.weight * here
        if here:
            full += term.weight * here
            continue
        if any(term.in_words(other.stems, other.lowers) for other in near):
            full += term.weight * _CONTEXT
        elif term.in_words(story.stems, story.lowers):
            full += term.weight * _ARTICLE
        if line.index and term.in_words(
            story.lines[line.index - 1].stems, story.lines[line.index - 1].lowers
        ):
            own += weight * _LENT
    return Found(full / total, own / focus, plain / total)


def is_topic(term: Term, story: Story) -> bool:
    """Whether the headline or the first two lines say it already."""
    return term.in_words(story.opening_stems, story.opening_lowers)
