"""What the dates of a statement mean, and how that is written beside them: "next week [19-25 January]"."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence

from qa.days import Days, Resolved, resolved
from qa.days.wording import meaning
from qa.types import EventDate, Statement


def event_dates(text: str, cited: Iterable[tuple[str, dt.datetime | None]]) -> tuple[EventDate, ...]:
    """The days that `text` speaks of, each expression with what it means in the cited sentences.

    `cited` are those sentences, with when their articles were published. An expression that means two things
    there, or nothing for certain, is left out; so are those of undated articles.
    """
    cited = list(cited)
    # Where whole sentences stand in it, others are cited for a name alone.
    own = [(sentence, when) for sentence, when in cited if sentence in text or text in sentence]
    read = [(sentence, resolved(sentence, when) if when else ()) for sentence, when in own or cited]
    meant: dict[str, list[Days | None]] = {}
    for words in {found.words.lower() for _, all_found in read for found in all_found}:
        meant[words] = [days for sentence, found in read for days in _meanings(words, sentence, found)]
    taken: list[tuple[int, int, Days]] = []
    for words, days in sorted(meant.items(), key=lambda item: -len(item[0])):
        places = [
            m.span() for m in _found(words, text) if all(m.end() <= a or m.start() >= b for a, b, _ in taken)
        ]
        if len(set(days)) == 1:
            days = days * len(places)
        if len(days) >= len(places) and (len(set(days)) == 1 or len(days) == len(places)):
            taken += [(a, b, d) for (a, b), d in zip(places, days, strict=False) if d]
    dates = [EventDate(words=text[a:b], first=d.first, last=d.last) for a, b, d in sorted(taken)]
    return tuple(dict.fromkeys(dates))


def _meanings(words: str, sentence: str, found: Sequence[Resolved]) -> list[Days | None]:
    """What each occurrence of the words in a sentence means, those inside a longer expression left out."""
    days: list[Days | None] = []
    for match in _found(words, sentence):
        holding = [r for r in found if r.start < match.end() and match.start() < r.end]
        whole = next((r for r in holding if (r.start, r.end) == match.span()), None)
        if whole or not holding:
            days.append(Days(whole.first, whole.last) if whole else None)
    return days


def _found(words: str, text: str) -> list[re.Match[str]]:
    pattern = r"\s+".join(re.escape(part) for part in words.split())
    return list(re.finditer(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE))


_OWNED = re.compile(r"[’']s\b")


def place_of_note(text: str, end: int) -> int:
    """Where brackets go after an expression that ends at `end`: "last week's [5-11 January 2026] vote"."""
    owned = _OWNED.match(text, end)
    return owned.end() if owned else end


def with_days(statement: Statement, as_of: dt.date | None = None) -> str:
    """The statement's text, each expression that leans on the day of publication followed by what it means:
    "next week [19-25 January 2026]". What was to come then, and is over on the day `as_of`, is said to be.
    """
    published = next((c.published for c in statement.citations if c.published), None)
    text, at = statement.text, 0
    for date in statement.dates:
        place = re.compile(rf"(?<!\w){re.escape(date.words)}(?!\w)").search(text, at)
        if place is None or published is None:
            continue
        note = meaning(date.words, date.first, date.last, published.year)
        if as_of and published.date() < date.first and date.last < as_of:
            note = f"{note}, now past" if note else "now past"
        at = place.end()
        if note and text.rfind("[", 0, at) <= text.rfind("]", 0, at):
            at = place_of_note(text, at)
            text = f"{text[:at]} [{note}]{text[at:]}"
            at += len(note) + 3
    return text
