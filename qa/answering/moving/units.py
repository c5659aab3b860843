"""A sentence as a row of units: numbers with their measure, dates, names and words, each with a key that
tells whether two of them mean the same.

"Twelve", "12" and "12.0" have one key, as have "4 percent" and "4%", or "13 March" and "March 13".
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from qa.answering.modality import SPEECH
from qa.answering.words import STOPWORDS, Name, names, numbers, stem, words
from qa.days import MONTHS, WEEKDAYS, Days, days_in
from qa.sentences import sentence_spans

Kind = Literal["number", "date", "name", "word"]

_MONTH = (
    r"(?:(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b"
_NUMERAL_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_SPAN_OF_TIME = (
    r"(?:day|week|weekend|fortnight|month|quarter|year|decade|century|season|spring|summer|autumn|fall|winter|night"
    rf"|morning|evening|{_WEEKDAY}|{_MONTH})"
)
_DATE = re.compile(
    r"\b\d{4}-\d\d-\d\d\b"
    rf"|\b(?:{_WEEKDAY},?\s+)?(?:the\s+)?{_NUMERAL_DAY}(?:\s+of)?\s+{_MONTH}(?:,?\s+(?:19|20)\d\d\b)?"
    rf"|\b(?:{_WEEKDAY},?\s+)?{_MONTH}\s+{_NUMERAL_DAY}(?!\w)(?:,?\s+(?:19|20)\d\d\b)?"
    rf"|\b{_MONTH}\s+(?:19|20)\d\d\b"
    rf"|\b(?i:next|last|this|coming|past|previous|following)\s+{_SPAN_OF_TIME}"
    rf"|\b{_MONTH}|\b{_WEEKDAY}"
    r"|\b(?i:today|tomorrow|yesterday|tonight|overnight|midnight|noon)\b"
    r"|\b\d{1,2}(?::\d\d)?\s?(?:am\b|pm\b|a\.m\.|p\.m\.)|\b\d{1,2}:\d\d\b"
    r"|\b(?i:spring|summer|autumn|winter)\b"
    r"|(?<=\bin\s)(?:19|20)\d\d\b|(?<=\b(?:by|of)\s)(?:19|20)\d\d\b|(?<=\bsince\s)(?:19|20)\d\d\b"
    r"|(?<=\b(?:from|late)\s)(?:19|20)\d\d\b|(?<=\b(?:until|early)\s)(?:19|20)\d\d\b|(?<=\bbefore\s)(?:19|20)\d\d\b"
)
_QUALIFIER = re.compile(
    r"\b(?:(?P<least>at least|no (?:fewer|less) than|a minimum of)"
    r"|(?P<over>more than|over|above|in excess of)|(?P<under>fewer than|less than|under|below)"
    r"|(?P<most>up to|as many as|at most|no more than|a maximum of)"
    r"|(?P<about>about|around|some|roughly|approximately|nearly|almost|close to|an estimated))\s+$",
    re.IGNORECASE,
)
_CURRENCY = re.compile(r"(?:US|A|C|NZ)?[$€£¥]\s?$")
_MEASURES = {
    word: group.split()[0]
    for group in """% percent pct;$ dollar dollars usd;€ euro euros eur;£ pound pounds sterling gbp;¥ yen jpy;
        krona kronor;krone kroner;franc francs;rupee rupees;cent cents;km kilometre kilometres kilometer
        kilometers;mile miles;metre metres meter meters m;foot feet ft;kg kilogram kilograms kilo kilos;
        tonne tonnes;ton tons;litre litres liter liters;degree degrees;second seconds;minute minutes;
        hour hours;day days;week weeks;month months;year years;decade decades;mph;hectare hectares;acre acres;
        megawatt megawatts mw""".split(";")
    for word in group.split()
}  # fmt: skip
_AFTER = re.compile(r"\s?%|[\s-](?i:per\s?cent)\b(?:age)?|[\s-](?P<word>[^\W\d_]+)")
_TAIL = re.compile(r"(?:[\s-]|\band\b)+$")
_QUOTED = re.compile(r"[\"“„«][^\"”“»\n]*[\"”»]?|(?<!\w)‘(?:[^’\n]|’(?=\w))*’?")
_TAG = re.compile(rf",\s(?:[^,.;\"“”]{{1,60}}\s)?{SPEECH}\b[^,;\"“”]{{0,40}}$")
QUANTITIES = frozenset(
    """dozens scores hundreds thousands millions billions half third quarter twice double triple first second
        fourth fifth sixth seventh eighth ninth tenth all most many several few some none both single couple
        majority minority halved doubled tripled trebled""".split()
)  # fmt: skip
"""Words that count without a numeral."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A number, date, name or word: as written, its place in the sentence, and a key that is equal for equal
    meaning.
    """

    kind: Kind
    text: str
    start: int
    end: int
    key: Hashable

    @property
    def stem(self) -> str:
        """The stem of a word; "" for the other kinds, and for words without content."""
        lower = str(self.key)
        return stem(lower) if self.kind == "word" and lower not in STOPWORDS else ""

    @property
    def tells(self) -> bool:
        """Whether it carries meaning: no small word."""
        return self.kind != "word" or bool(self.stem)


@dataclass(frozen=True)
class Read:
    """A sentence with what is needed to compare it. `known` are the words that certainly are names in either
    text, `named` the words of all names in its own; `day` is when that was published, and `quoted` are the
    stretches of the sentence inside quotation marks.
    """

    text: str
    known: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    day: dt.date | None = None
    quoted: tuple[tuple[int, int], ...] = ()

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """Its units, in order."""
        return tuple(_units(self.text, self.known))

    @cached_property
    def exact(self) -> tuple[Hashable, ...]:
        """What the sentence says, unit by unit, inflections aside."""
        return tuple(unit.stem or unit.key for unit in self.units)

    @cached_property
    def masked(self) -> tuple[Hashable, ...]:
        """The same with every number, date and name as one and the same: what the sentence is about."""
        return tuple(unit.stem or (unit.key if unit.kind == "word" else unit.kind) for unit in self.units)

    @cached_property
    def telling(self) -> tuple[Hashable, ...]:
        """`exact` without small words."""
        return tuple(unit.stem or unit.key for unit in self.units if unit.tells)

    @cached_property
    def telling_masked(self) -> tuple[Hashable, ...]:
        """`masked` without small words."""
        return tuple(unit.stem or unit.kind for unit in self.units if unit.tells)

    @cached_property
    def content(self) -> frozenset[str]:
        """The stems of its words that carry meaning, and the words of its names."""
        stems = {unit.stem for unit in self.units if unit.stem}
        named = {word.lower for unit in self.units if unit.kind == "name" for word in words(unit.text)}
        return frozenset(stems | named)

    @cached_property
    def bare(self) -> Read:
        """The sentence without ", two officials said" at its end; itself where nobody speaks there."""
        tail = _TAG.search(self.text)
        return self.with_text(self.text[: tail.start()]) if tail else self

    def with_text(self, text: str) -> Read:
        """Another sentence of the same text, its quotation marks found in it alone."""
        return Read(text, self.known, self.named, self.day, tuple(quoted_spans(text)))

    def in_quotes(self, start: int, end: int) -> bool:
        """Whether a stretch of it lies inside quotation marks."""
        return any(a <= start and end <= b for a, b in self.quoted)


def known_names(texts: Iterable[str]) -> frozenset[str]:
    """The words, in lower case, that are written with a capital inside a sentence of `texts`: a capital at
    the start of one shows nothing.
    """
    found: set[str] = set()
    for text in texts:
        for start, end in sentence_spans(text):
            sentence = text[start:end]
            for name in names(sentence):
                if name.start > 1 or len(name.parts) > 1:
                    found.update(name.parts if name.start > 1 else name.parts[1:])
    return frozenset(found)


def name_words(text: str) -> frozenset[str]:
    """Every word of a name in `text`, in lower case, doubtful ones included."""
    spans = sentence_spans(text)
    return frozenset(part for a, b in spans for name in names(text[a:b]) for part in name.parts)


def quoted_spans(text: str) -> list[tuple[int, int]]:
    """The stretches inside quotation marks, marks included; one left open ends with its paragraph."""
    return [match.span() for match in _QUOTED.finditer(text)]


def _units(text: str, known: frozenset[str]) -> Iterator[Unit]:
    taken: list[Unit] = []
    taken += (_date(text, *match.span()) for match in _DATE.finditer(text))
    taken += (unit for unit in _numbers(text) if _free(unit, taken))
    taken += (unit for unit in _names(text, known) if _free(unit, taken))
    starts = {unit.start: unit for unit in taken}
    end = 0
    places = sorted(starts)
    for word in words(text):
        while places and places[0] < word.end:
            unit = starts[places.pop(0)]
            end = max(end, unit.end)
            yield unit
        if word.start >= end:
            yield Unit("word", word.text, word.start, word.end, word.lower)


def _free(unit: Unit, taken: Sequence[Unit]) -> bool:
    return all(unit.end <= other.start or unit.start >= other.end for other in taken)


def _date(text: str, start: int, end: int) -> Unit:
    parts = set()
    for word in words(text[start:end]):
        lower = word.lower.rstrip(".")
        month = next((name for name in MONTHS if len(lower) >= 3 and name.startswith(lower[:4])), None)
        weekday = next((name for name in WEEKDAYS if lower in (name, name + "s")), None)
        bare = re.sub(r"(?<=\d)(?:st|nd|rd|th)$", "", lower)
        if month or weekday or bare not in ("of", "the"):
            parts.add(month or weekday or bare.lstrip("0") or "0")
    return Unit("date", text[start:end], start, end, frozenset(parts))


def _numbers(text: str) -> Iterator[Unit]:
    for value, start, end in numbers(text):
        end -= len(tail.group()) if (tail := _TAIL.search(text[start:end])) else 0
        measure = ""
        if sign := _CURRENCY.search(text[:start]):
            start, measure = sign.start(), sign.group().strip()[-1]
        if after := _AFTER.match(text, end):
            unit = _MEASURES.get((after["word"] or "").lower(), "") if after["word"] else "%"
            end = after.end() if unit else end
            measure = measure or unit
        qualifier = ""
        if before := _QUALIFIER.search(text[:start]):
            start, qualifier = before.start(), before.lastgroup or ""
        yield Unit("number", text[start:end], start, end, (qualifier, value, measure))


def _names(text: str, known: frozenset[str]) -> Iterator[Unit]:
    for name in names(text):
        if not name.parts or (_opens(name, text) and name.parts[0] not in known):
            continue
        yield Unit("name", name.text, name.start, name.end, name.parts)


def _opens(name: Name, text: str) -> bool:
    """Whether the name is a single word with the capital that any word has at the start of a sentence."""
    alone = len(name.parts) == 1 and not name.text.isupper()
    return alone and not any(char.isalnum() for char in text[: name.start])


def same_day(one: Unit, other: Unit, day: dt.date | None, other_day: dt.date | None) -> bool:
    """Whether two dates can mean the same days, counted from when their articles were published: "Tuesday"
    and "17 March", or "March 17" and "17 March 2026". Not where one says the month alone.
    """
    mine, theirs = _components(one), _components(other)
    shared = mine.keys() & theirs.keys()
    if any(mine[part] != theirs[part] for part in shared):
        return False
    if {"month", "day"} <= shared or (mine.keys() == theirs.keys() and shared):
        return True
    return bool(day and other_day and _readings(one, day) & _readings(other, other_day))


def _components(unit: Unit) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in sorted(unit.key) if isinstance(unit.key, frozenset) else ():
        kind = (
            "month" if part in MONTHS
            else "weekday" if part in WEEKDAYS
            else "year" if re.fullmatch(r"(?:19|20)\d\d", part)
            else "day" if re.fullmatch(r"\d{1,2}", part)
            else "other"
        )  # fmt: skip
        found[kind] = found.get(kind, "") + part
    return found


def _readings(unit: Unit, published: dt.date) -> set[Days]:
    return {days for found in days_in(unit.text, published) for days in found.readings}
