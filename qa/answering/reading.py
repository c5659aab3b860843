"""Articles as the extractive engine reads them: lines (sentences) with their words, and what the article
ties to the names in each.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from qa.answering.credits import credit_lines
from qa.answering.descriptions import Described, described, known_as
from qa.answering.people import RANKS, people
from qa.answering.planted import planted_spans
from qa.answering.pronouns import antecedents
from qa.answering.wordings import meant_by_expressions
from qa.answering.words import Name, Word, names, words
from qa.sentences import sentence_spans
from qa.types import Passage


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
    """The stems of its words, and of the words that its expressions mean: "cancel" for "called off"."""
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
    people: frozenset[tuple[str, ...]] = frozenset()
    """The names that are certainly people's, by their words in lower case."""
    meant_by_pronoun: dict[int, tuple[str, int]] = field(default_factory=dict)
    """By a line's number: whom its "he" or "she" means, and the number of the line that names that person."""


_DATELINE = re.compile(
    r"^(?:[A-Z][A-Z.’' -]+(?:,\s[\w. ]+){0,3}(?:\s\([\w .]+\))?|\([A-Z]{2,}\))\s*(?:—|–|--|-)\s+"
)


def without_dateline(text: str) -> str:
    """The sentence without "PARIS — " or "(CNN) --" before it."""
    return _DATELINE.sub("", text)


def read(passages: Iterable[Passage]) -> list[Story]:
    """Each passage as a Story, in the order given; planted instructions and credits are no lines of it."""
    return [_story(p) for p in passages]


def _story(passage: Passage) -> Story:
    lines: list[Line] = []
    paragraph, last_end = 0, 0
    planted = planted_spans(passage.text)
    spans: list[tuple[int, int, int]] = []
    for start, end in sentence_spans(passage.text):
        if "\n" in passage.text[last_end:start]:
            paragraph += 1
        last_end = end
        if (start, end) not in planted:
            spans.append((start, end, paragraph))
    apart = credit_lines([passage.text[s:e] for s, e, _ in spans], [number for _, _, number in spans])
    for start, end, number in (span for i, span in enumerate(spans) if i not in apart):
        text = without_dateline(passage.text[start:end])
        tokens = words(text)
        line = Line(passage, len(lines), number, end - len(text), text, tokens)
        line.stems = frozenset(w.stem for w in tokens) | meant_by_expressions(tokens)
        line.lowers = frozenset(w.lower for w in tokens)
        line.names = names(text)
        lines.append(line)
    texts = [line.text for line in lines]
    meant = described(texts, [line.paragraph for line in lines])
    persons = people(texts)
    pronouns = antecedents(texts, persons)
    _tie(lines, meant, known_as(texts), pronouns)
    title = words(passage.article.title)
    title_stems = frozenset(w.stem for w in title) | meant_by_expressions(title)
    title_lowers = frozenset(w.lower for w in title)
    stems = title_stems.union(*(line.stems for line in lines))
    lowers = title_lowers.union(*(line.lowers for line in lines))
    opening_stems = title_stems.union(*(line.stems for line in lines[:1]))
    opening_lowers = title_lowers.union(*(line.lowers for line in lines[:1]))
    runs = frozenset(untitled(name.parts) for line in lines for name in line.names) | {
        untitled(n.parts) for n in names(passage.article.title)
    }
    return Story(
        passage, lines, title_stems, title_lowers, stems, lowers, runs, opening_stems, opening_lowers, meant,
        persons, pronouns,
    )  # fmt: skip


def _tie(
    lines: Sequence[Line],
    meant: dict[int, Described],
    known: dict[str, frozenset[str]],
    pronouns: dict[int, tuple[str, int]],
) -> None:
    main = _main_names(lines)
    for line in lines:
        tied = main if line.index == 0 else frozenset()
        tied = tied.union(*(known.get(name.parts[-1], frozenset()) for name in line.names if name.parts))
        if line.index in meant:
            tied |= {w.lower for w in words(meant[line.index].name)}
        if line.index in pronouns:
            tied |= {w.lower for w in words(pronouns[line.index][0])}
        line.known = tied - line.stems


def _main_names(lines: Sequence[Line]) -> frozenset[str]:
    """The names that at least three lines hold: whom the opening means when it says "a former port
    manager".
    """
    counted = Counter(name.parts[-1] for line in lines[1:] for name in line.names if name.parts)
    return frozenset(last for last, count in counted.items() if count >= 3)


def untitled(parts: tuple[str, ...]) -> tuple[str, ...]:
    """A name's words without titles before it: "President Donald Trump" is the name "Donald Trump"."""
    start = 0
    while start < len(parts) - 1 and parts[start] in RANKS:
        start += 1
    return parts[start:]
