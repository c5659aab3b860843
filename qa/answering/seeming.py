"""Signs that a sentence only seems to answer a question, as numbers for the trained judge of `trust.py`.

A question with no answer is often one that has an answer, with a small edit: a "not", an opposite, another
name, year or superlative. What such an edit leaves behind is a word of the question that neither the sentence
nor its article has, beside many that they have. The kinds are those of Rajpurkar et al., "Know What You Don't
Know", 2018 (arXiv:1806.03822), table 2.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from qa.answering.kinship import likeness, nearness
from qa.answering.question import Question
from qa.answering.reading import Line, Story
from qa.answering.supporting.aligning import read_source
from qa.answering.supporting.opposites import turned_round
from qa.answering.supporting.scoring import doubt
from qa.answering.synonyms import any_alike, any_same_name
from qa.answering.words import STOPWORDS, Name, Word, names, numbers, words
from qa.days import MONTHS, WEEKDAYS
from qa.wordings.lists import used_for, wordings

SORTS = ("number", "name", "degree", "bound", "manner", "verb", "word")
FAR, MOST_LAYING = 0.3, 5.0
"""A cosine below which no word of a sentence is near; and the most that laying a question over it costs."""

_ASKING = re.compile(r"\b(?P<word>what|which|who|whom|whose|when|where|why|how)\b", re.IGNORECASE)
_DENYING = re.compile(r"\b(?:not|never|no|none|nobody|without|neither|nor|cannot)\b|n['’]t\b", re.IGNORECASE)
_POINTING = re.compile(r"\b(?:this|these|that|those)\b", re.IGNORECASE)
_HOW_MANY = re.compile(r"\bhow\s+(?:many|much)\b", re.IGNORECASE)
_BEFORE_ASKING = frozenset("in of by on to for from at with during".split())
_DEGREE = re.compile(
    r"(?:most|least|only|first|second|third|fourth|fifth|last|main|major|primary|earliest|latest|best|worst|sole"
    r"|exclusively|always|never|all|every|[a-z]{3,}est)$"
)
_BOUND = frozenset(
    """more less fewer before after higher lower greater smaller larger earlier later better worse than above
        below over under until since during except instead rather""".split()
)
_NEGATING = re.compile(r"(?:un|in|im|ir|il|dis|non|anti|mis|de)(?=[a-z]{4})")
_SAME_BASE = 6


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question in words: `telling` are those that must be held, each with its sort."""

    words: tuple[Word, ...]
    names: tuple[Name, ...]
    telling: tuple[tuple[Word, str], ...]
    place: int
    """How many words stand before the question word; 20 if there is none."""
    word: str
    statement: str
    """The question without its question words."""


@lru_cache(maxsize=16)
def _read(text: str) -> _Asked:
    tokens, named = words(text), names(text)
    match = _ASKING.search(text)
    telling = []
    for word in tokens:
        content = word.lower not in STOPWORDS and (len(word.lower) > 1 or word.lower.isdigit())
        if content or word.lower in _BOUND or _DEGREE.match(word.lower):
            telling.append((word, _sort(word, named)))
    place = sum(w.start < match.start() for w in tokens) if match else 20
    asking = match["word"].lower() if match else ""
    return _Asked(tokens, named, tuple(telling), place, asking, _ASKING.sub("", text).strip(" ?"))


def _sort(word: Word, named: Sequence[Name]) -> str:
    lower = word.lower
    if lower[0].isdigit() or lower[0] in "$€£" or lower in MONTHS or lower in WEEKDAYS or numbers(lower):
        return "number"
    if any(n.start <= word.start < n.end for n in named):
        return "name"
    if _DEGREE.match(lower):
        return "degree"
    if lower in _BOUND:
        return "bound"
    if lower.endswith("ly"):
        return "manner"
    return "verb" if lower.endswith(("ed", "ing")) else "word"


def seeming(asked: Question, line: Line, story: Story) -> dict[str, float]:
    """The figures for one line, by name, always the same names in the same order."""
    told = _read(asked.text)
    return {
        **_form(told, asked.text),
        **_denied(asked.text, line),
        **_topic(told, story),
        **_held(told, line, story),
        **_unlike(told, line, story),
        **_opposite(told, line),
        **_swapped(told, asked.text, line, story),
        **_laid(told, story),
        **_like(told, asked.text, line, story),
    }


def _form(told: _Asked, text: str) -> dict[str, float]:
    """How it is asked: by which word, and where in the question that stands."""
    led = told.place == 1 and told.words[0].lower in _BEFORE_ASKING
    return {
        **{f"asks_{word}": float(told.word == word) for word in ("what", "which", "when", "how")},
        "asks_how_many": float(bool(_HOW_MANY.search(text))),
        "asks_late": min(told.place, 8) / 8,
        "asks_by_preposition": float(led),
        "asks_in_what": float(led and told.words[0].lower == "in"),
        "asks_of_this": float(bool(_POINTING.search(text))),
    }


def _denied(text: str, line: Line) -> dict[str, float]:
    asks, says = bool(_DENYING.search(text)), bool(_DENYING.search(line.text))
    return {
        "asks_not": float(asks),
        "asks_plain_not": float(" not " in text.lower()),
        "not_differs": float(asks != says),
        "not_asked_only": float(asks and not says),
        "not_said_only": float(says and not asks),
    }


def _topic(told: _Asked, story: Story) -> dict[str, float]:
    """How much of the headline the question holds, and the other way round."""
    title = words(story.passage.article.title)
    stems = {w.stem for w in told.words}
    content = [w for w in told.words if w.lower not in STOPWORDS]
    in_title = sum(w.stem in story.title_stems or w.lower in story.title_lowers for w in content)
    return {
        "title_asked": sum(w.stem in stems for w in title) / max(1, len(title)),
        "asked_in_title": in_title / max(1, len(content)),
    }


def _holds(word: Word, stems: frozenset[str], lowers: frozenset[str]) -> bool:
    if word.lower in lowers or any_alike(word.stem, stems) or not used_for(word.stem).isdisjoint(stems):
        return True
    return word.capital and any_same_name(word.lower, lowers)


def _held(told: _Asked, line: Line, story: Story) -> dict[str, float]:
    """The shares of the question's telling words that the line, those around it and the article hold, words
    that are rare in the article counting more; and how many of each sort the line and the article lack."""
    beside = [line, *(story.lines[i] for i in (line.index - 1, line.index + 1) if 0 <= i < len(story.lines))]
    here = line.stems, line.lowers | line.known
    near = (
        frozenset().union(*(o.stems for o in beside)),
        frozenset().union(*(o.lowers for o in beside)) | line.known,
    )
    held = dict.fromkeys(("held_here", "held_near", "held_story"), 0.0)
    lacking = {f"{sort}_lacking_{where}": 0.0 for sort in SORTS for where in ("here", "story")}
    total = 0.0
    for word, sort in told.telling:
        weight = _rarity(word, story)
        total += weight
        for where, (stems, lowers) in (
            ("here", here),
            ("near", near),
            ("story", (story.stems, story.lowers)),
        ):
            if _holds(word, stems, lowers):
                held[f"held_{where}"] += weight
            elif where != "near":
                lacking[f"{sort}_lacking_{where}"] += 1
    return {**{name: value / (total or 1.0) for name, value in held.items()}, **lacking}


def _rarity(word: Word, story: Story) -> float:
    holding = sum(word.stem in line.stems for line in story.lines)
    return math.log((len(story.lines) + 1) / (holding + 0.5)) / math.log(2 * len(story.lines) + 2)


def _unlike(told: _Asked, line: Line, story: Story) -> dict[str, float]:
    """How near in meaning the words that the line lacks are to those of the line that are not asked for,
    and to all words of the article: an exchanged word has none near it."""
    known = line.lowers | line.known
    lacking = [
        w for w, s in told.telling if s != "name" and w.lower.isalpha() and not _holds(w, line.stems, known)
    ]
    stems = {w.stem for w in told.words}
    free = [w.lower for w in line.words if w.lower.isalpha() and w.stem not in stems]
    if not lacking:
        return {"unlike_mean": 1.0, "unlike_far": 0.0, "unlike_story_least": 1.0, "unlike_story_sum": 0.0}
    near = nearness([w.lower for w in lacking], free)
    told_of = nearness([w.lower for w in lacking], [w.lower for o in story.lines for w in o.words])
    return {
        "unlike_mean": sum(near) / len(near),
        "unlike_far": float(sum(n < FAR for n in near)),
        "unlike_story_least": min(told_of),
        "unlike_story_sum": sum(1 - n for n in told_of),
    }


def _like(told: _Asked, text: str, line: Line, story: Story) -> dict[str, float]:
    """How alike question and line, the lines around it and the article are; and the same of the words of the
    question that the line lacks."""
    stems = {w.stem for w in told.words}
    lacking = " ".join(w.text for w in told.words if w.lower not in STOPWORDS and w.stem not in line.stems)
    free = " ".join(w.text for w in line.words if w.lower not in STOPWORDS and w.stem not in stems)
    around = " ".join(o.text for o in story.lines[max(0, line.index - 1) : line.index + 2])
    article = " ".join(o.text for o in story.lines)
    return {
        "like_line": likeness(text, line.text),
        "like_statement": likeness(told.statement, line.text),
        "like_around": likeness(text, around),
        "like_article": likeness(text, article),
        "lacking_like_free": likeness(lacking, free) if lacking else 1.0,
        "lacking_like_line": likeness(lacking, line.text) if lacking else 1.0,
        "lacking_like_article": likeness(lacking, article) if lacking else 1.0,
    }


def _opposite(told: _Asked, line: Line) -> dict[str, float]:
    """How many words have an opposite in the line, by the lists and by a prefix ("likely", "unlikely")."""
    lacking = [w for w, _ in told.telling if w.lower not in line.lowers and w.stem not in line.stems]
    opposites = wordings().opposites
    prefixed = 0
    for word in lacking:
        match = _NEGATING.match(word.lower)
        base = word.lower[match.end() :][:_SAME_BASE] if match else ""
        prefixed += bool(base) and any(low.startswith(base) for low in line.lowers)
        start = word.lower[:_SAME_BASE]
        prefixed += any(
            (m := _NEGATING.match(low)) and low[m.end() :].startswith(start) for low in line.lowers
        )
    listed = sum(not line.stems.isdisjoint(opposites.get(w.stem, ())) for w in lacking)
    contrary = turned_round(lacking, line.stems) is not None
    return {
        "opposite_listed": float(listed),
        "opposite_told": float(contrary),
        "opposite_form": float(prefixed),
    }


def _swapped(told: _Asked, text: str, line: Line, story: Story) -> dict[str, float]:
    """Whether names and numbers of the question are missing while the line has others in their stead; and
    how many names the article has in part only."""
    lows = {w.lower for w in told.words}
    named = [n for n in told.names if n.parts]
    known = line.lowers | line.known
    missing = [n for n in named if not any_same_name(n.parts[-1], known)]
    fresh = [n for n in line.names if n.start > 0 and lows.isdisjoint(n.parts)]
    asked_for = {value for value, _, _ in numbers(text)}
    said = {value for value, _, _ in numbers(line.text)}
    in_part = [n for n in named if 0 < sum(p in story.lowers for p in n.parts) < len(n.parts)]
    return {
        "name_swapped": float(bool(missing and fresh)),
        "number_swapped": float(bool(asked_for - said) and bool(said - asked_for)),
        "fresh_names": float(min(len(fresh), 5)),
        "names_in_part": float(len(in_part)),
    }


def _laid(told: _Asked, story: Story) -> dict[str, float]:
    """What it costs to lay the question, as a statement, over the article (see `supporting`)."""
    cost, contrary = _doubted(told.statement, " ".join(line.text for line in story.lines))
    return {"laying": cost, "laid_contrary": contrary}


@lru_cache(maxsize=64)
def _doubted(statement: str, text: str) -> tuple[float, float]:
    found = doubt(statement, read_source(text))
    return min(found.laying, MOST_LAYING), float(found.contrary)
