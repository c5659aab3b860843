"""How well one sentence answers one question, as numbers: by them the likeliest sentence is chosen (`judging`).

Each figure is worked out from words alone. The kinds are those found useful for sentence-level answers and for
questions that only seem answerable: Rajpurkar et al., "SQuAD: 100,000+ Questions", 2016 (arXiv:1606.05250),
overlap and position; "Know What You Don't Know", 2018 (arXiv:1806.03822), negation, antonyms, swapped names and
numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import get_args

from qa.answering.answer_type import bonus, counts_unit, gives_reason, holds_answer
from qa.answering.kinship import likeness, nearness
from qa.answering.modality import negations
from qa.answering.question import Kind, Question, has_time
from qa.answering.reading import Line, Story
from qa.answering.terms import Found, Term, is_topic, line_score
from qa.answering.words import STOPWORDS, numbers, words

KINDS: tuple[str, ...] = get_args(Kind)
_OPPOSITES = tuple(
    (frozenset(pair.split("/")[0].split()), frozenset(pair.split("/")[1].split()))
    for pair in """most more highest largest greatest maximum/least less fewest lowest smallest minimum
        before prior/after following since
        first earliest initial/last latest final
        increase increased rise rose grow grew raised higher/decrease decreased fall fell drop reduced lower declined
        win won winning victory/lose lost defeat defeated
        support supported favour favor/oppose opposed against rejected
        north northern/south southern
        east eastern/west western
        begin began start started opened/end ended stop stopped closed
        always/never
        all every/none no
        best/worst
        large big/small little
        same/different
        major main/minor
        include included including/exclude excluded except
        internal inside/external outside
        allow allowed permitted/ban banned forbade prohibited
        buy bought/sell sold
        weak weaker/strong stronger
        easy easier/difficult harder hard
        fast faster/slow slower
        positive/negative
        public/private
        male men man/female women woman
        succeed succeeded success/fail failed failure
        old older/new newer young younger
        rich wealthy/poor
        modern/ancient
        deny denied/confirm confirmed""".splitlines()
)
_SUPERLATIVE = re.compile(
    r"\b(?:most|least|only|first|second|third|last|main|major|primary|[a-z]{3,}est)\b", re.IGNORECASE
)
_ASIDE = re.compile(r"[,(–—-]|\b(?:called|known as|named|such as)\b")


def evidence(
    asked: Question, line: Line, story: Story, terms: Sequence[Term], found: Found | None = None
) -> dict[str, float]:
    """The figures for one line, by name, always the same names in the same order; most run from 0 to 1.

    `found` is `line_score` of the line, if it has been worked out already.
    """
    found = found or line_score(line, story, terms)
    return {
        "full": found.full,
        "own": found.own,
        "plain": found.plain,
        "article_rank": 1.0 / (1 + story.passage.number),
        "article_score": story.passage.score,
        "place": line.index / max(1, len(story.lines)),
        "opening": float(line.index == 0),
        **_missing(line, story, terms),
        **_meaning(line, story, terms),
        **_wording(asked, line),
        **_contrary(asked, line),
        **_answering(asked, line),
        "terms": min(len(terms), 12) / 12,
        "line_words": min(len(line.words), 60) / 60,
        "like": likeness(asked.text, line.text),
        **{f"kind_{kind}": float(asked.kind == kind) for kind in KINDS},
    }


def _beside(line: Line, story: Story) -> list[Line]:
    return [story.lines[i] for i in (line.index - 1, line.index + 1) if 0 <= i < len(story.lines)]


def _missing(line: Line, story: Story, terms: Sequence[Term]) -> dict[str, float]:
    """What of the question the line, the lines around it and the article do not hold."""
    total = sum(t.weight for t in terms) or 1.0
    here = [t for t in terms if not t.meant_in(line.stems, line.lowers)]
    near_lines = _beside(line, story)
    stems = line.stems.union(*(o.stems for o in near_lines))
    lowers = line.lowers.union(*(o.lowers for o in near_lines)) | line.known
    near = [t for t in here if not t.meant_in(stems, lowers)]
    away = [t for t in near if not t.meant_in(story.stems, story.lowers)]
    names = [t for t in terms if t.is_name]
    known = line.lowers | line.known
    exact = [t for t in terms if t.is_name or t.stem in line.stems]
    return {
        "missing_here": sum(t.weight for t in here) / total,
        "missing_near": sum(t.weight for t in near) / total,
        "missing_story": sum(t.weight for t in away) / total,
        "rarest_missing_here": max((t.weight for t in here), default=0.0),
        "rarest_missing_near": max((t.weight for t in near), default=0.0),
        "count_missing_story": float(len(away)),
        "names_asked": float(min(len(names), 4)),
        "names_missing_here": float(sum(not t.in_words(known, known) for t in names)),
        "names_missing_story": float(sum(not t.in_story(story) for t in names)),
        "must_missing": float(any(t.must for t in terms)),
        "exact_share": sum(t.weight for t in exact) / total,
        "topic_share": sum(t.weight for t in terms if is_topic(t, story)) / total,
        "off_topic_here": _off_topic(line, story, terms),
    }


def _off_topic(line: Line, story: Story, terms: Sequence[Term]) -> float:
    telling = [t for t in terms if not is_topic(t, story)]
    weight = sum(t.weight for t in telling)
    held = sum(t.weight for t in telling if t.meant_in(line.stems, line.lowers))
    return held / weight if weight else 1.0


def _meaning(line: Line, story: Story, terms: Sequence[Term]) -> dict[str, float]:
    """How near in meaning the line's words are to those of the question, and to those that it lacks."""
    content = [t for t in terms if not t.is_name and t.text.isalpha()]
    if not content:
        return {"nearest": 1.0, "nearest_least": 1.0, "nearest_of_missing": 1.0, "nearest_beside": 1.0}
    asked = [t.text.lower() for t in content]
    near = nearness(asked, [w.lower for w in line.words])
    lacking = [n for t, n in zip(content, near, strict=True) if not t.in_words(line.stems, line.lowers)]
    beside = nearness(asked, [w.lower for o in [line, *_beside(line, story)] for w in o.words])
    weight = sum(t.weight for t in content)
    return {
        "nearest": sum(t.weight * n for t, n in zip(content, near, strict=True)) / weight,
        "nearest_least": min(near),
        "nearest_of_missing": sum(lacking) / len(lacking) if lacking else 1.0,
        "nearest_beside": sum(t.weight * n for t, n in zip(content, beside, strict=True)) / weight,
    }


@lru_cache(maxsize=16)
def _asked_words(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((w.lower, w.stem) for w in words(text))


def _wording(asked: Question, line: Line) -> dict[str, float]:
    """How much of the question's very wording, its order and its pairs of words the line has."""
    mine = [s for _, s in _asked_words(asked.text)]
    theirs = [w.stem for w in line.words]
    where: dict[str, int] = {}
    for place, one in enumerate(theirs):
        where.setdefault(one, place)
    held = [where[s] for low, s in _asked_words(asked.text) if s in where and low not in STOPWORDS]
    ordered = sum(a < b for a, b in pairwise(held))
    content = [s for low, s in _asked_words(asked.text) if low not in STOPWORDS]
    pairs = list(pairwise(content))
    together = sum(a in where and b in where and abs(where[a] - where[b]) <= 3 for a, b in pairs)
    run, longest = 0, 0
    previous = -2
    for one in mine:
        place = where.get(one, -2)
        run = run + 1 if place >= 0 and place == previous + 1 else int(place >= 0)
        previous, longest = place, max(longest, run)
    spread = (max(held) - min(held) + 1) / len(held) if held else 30.0
    return {
        "all_words": sum(s in where for s in mine) / max(1, len(mine)),
        "longest_run": longest / max(1, len(mine)),
        "order": ordered / max(1, len(held) - 1),
        "pairs": together / max(1, len(pairs)),
        "spread": min(spread, 30.0) / 30,
        "question_words": min(len(mine), 25) / 25,
    }


def _contrary(asked: Question, line: Line) -> dict[str, float]:
    """Signs that the line says another thing than is asked: a negation, an opposite, a number, a
    superlative.
    """
    lows = {low for low, _ in _asked_words(asked.text)}
    opposite = sum(
        bool(mine & lows) and not mine & line.lowers and bool(other & line.lowers)
        for pair in _OPPOSITES
        for mine, other in (pair, pair[::-1])
    )
    values = {value for value, _, _ in numbers(asked.text)}
    held = {value for value, _, _ in numbers(line.text)}
    greatest = {m.group().lower() for m in _SUPERLATIVE.finditer(asked.text)}
    denied = negations(asked.text)
    return {
        "opposite": float(opposite),
        "asked_denied": float(bool(denied)),
        "denial_differs": float(bool(denied) != bool(negations(line.text))),
        "numbers_missing": float(len(values - held)),
        "superlatives_missing": float(len(greatest - line.lowers)),
    }


def _answering(asked: Question, line: Line) -> dict[str, float]:
    """Whether the line holds, outside of the question's own words, the kind of thing that is asked for."""
    lows = {low for low, _ in _asked_words(asked.text)}
    stems = {s for _, s in _asked_words(asked.text)}
    new = [w for w in line.words if w.lower not in STOPWORDS and w.stem not in stems]
    values = {value for value, _, _ in numbers(asked.text)}
    fresh = sum(value not in values for value, _, _ in numbers(line.text))
    named = sum(not set(n.parts) <= lows for n in line.names)
    return {
        "holds_answer": float(holds_answer(asked, line)),
        "bonus": bonus(asked, line),
        "gives_reason": float(gives_reason(line)),
        "counts_unit": float(counts_unit(asked, line)),
        "has_time": float(has_time(line.text)),
        "new_words": min(len(new), 30) / 30,
        "new_names": min(named, 5) / 5,
        "new_numbers": min(fresh, 5) / 5,
        "asides": min(len(_ASIDE.findall(line.text)), 8) / 8,
    }
