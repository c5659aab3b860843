"""What an answer holds that its articles do not: names, numbers and days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from qa.answering.words import names, numbers, words
from qa.days import Days, Found, days_in
from qa.evals.claims import Said
from qa.sentences import sentence_spans
from qa.types import Article

LONGEST = 92
"""Days: a quarter of a year."""


class _World(NamedTuple):
    """What one article holds: its words, its numbers, its days."""

    words: frozenset[str]
    values: frozenset[float]
    days: frozenset[Days]


def foreign(said: Sequence[Said], sources: Sequence[Article], published: dt.date) -> tuple[str, ...]:
    """The names, numbers and days that stand in no source, each once, as they are written.

    Days are right where they overlap with those of a source, "this year" and longer spans left aside; a
    number in them must stand in a source too, unless it only says its day in full. Days are counted from the
    day of the article that a statement cites, from `published` where it cites none; they are not looked at
    where a source has no date.
    """
    worlds = [_world(article) for article in sources]
    known = frozenset().union(*(w.words for w in worlds))
    values = frozenset([1.0]).union(*(w.values for w in worlds))  # "one of them" counts nothing
    dated = all(article.published for article in sources)
    days = frozenset().union(*(w.days for w in worlds)) if dated else frozenset()
    found: list[str] = []
    for statement in said:
        cited = [c.published for c in statement.citations if c.published]
        day = cited[0].date() if cited else published
        for sentence in statement.sentences:
            found += _in_sentence(sentence, day, known, values, days)
    return tuple(dict.fromkeys(found))


def _in_sentence(
    text: str, day: dt.date, known: frozenset[str], values: frozenset[float], days: frozenset[Days]
) -> Iterator[str]:
    dates = [d for d in _days_of(text, day) if d.readings] if days else []
    right = [
        d for d in dates if any(r.first <= s.first and s.last <= r.last for r in d.readings for s in days)
    ]

    def within(start: int, end: int) -> bool:
        return any(d.start <= start and end <= d.end for d in right)

    yield from (n.text for n in names(text) if n.start and not set(n.parts) <= known)
    others = [(a, text[a:b].strip(" ,")) for value, a, b in numbers(text) if value not in values]
    # "9 March" for the article's "on Monday" is right as a day.
    others = [(start, number) for start, number in others if not within(start, start + len(number))]
    yield from (number for _, number in others)
    for date in dates:
        close = date in right or any(
            r.first <= s.last and s.first <= r.last for r in date.readings for s in days if _brief(s)
        )
        if not close and not any(date.start <= start < date.end for start, _ in others):
            yield text[date.start : date.end]


def _brief(span: Days) -> bool:
    """Whether a span of days says enough to hold another: "in June" does, "this year" does not."""
    return (span.last - span.first).days <= LONGEST


def _days_of(text: str, day: dt.date) -> tuple[Found, ...]:
    # "Work may start in June": the verb, not June's first days.
    return days_in(text.replace("start in", "begin in"), day)


@lru_cache(maxsize=256)
def _world(article: Article) -> _World:
    out = article.published.date() if article.published else None
    text = f"{article.title} {article.outlet} {f'{out:%d %B %Y}' if out else ''} {article.text}"
    days: set[Days] = set()
    if out:
        days.add(Days(out, out))
        days |= {r for part in _sentences(article) for found in _days_of(part, out) for r in found.readings}
    return _World(
        frozenset(w.lower for w in words(text)),
        frozenset(value for value, _, _ in numbers(text)),
        frozenset(days),
    )


def _sentences(article: Article) -> Iterator[str]:
    yield article.title
    yield from (article.text[start:end] for start, end in sentence_spans(article.text))
