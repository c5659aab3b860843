"""The typed values of a sentence: numbers, amounts of money, percentages and percentage points, days.

A value is compared by its type: "12 percent" is never "12 points", "$20bn" is "20 billion dollars", and
"next week" is a range of days counted from the article's own date. What reads two ways (a bare "Monday")
keeps both readings.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

from qa.answering.words import numbers
from qa.evals.cases import DateSlot, MoneySlot, NumberSlot, PercentSlot
from qa.evals.days import Days, days_in

Kind = Literal["number", "money", "percent", "points", "date"]

_SIGNS = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "A$": "AUD", "C$": "CAD"}
_NAMES = {
    "dollar": "USD", "euro": "EUR", "pound": "GBP", "yen": "JPY", "franc": "CHF", "krone": "NOK|DKK", "kroner": "NOK|DKK",
    "krona": "SEK|ISK", "kronor": "SEK|ISK", "zloty": "PLN", "rupee": "INR", "yuan": "CNY", "real": "BRL", "rand": "ZAR",
    "cent": "USD", "pence": "GBP", "crown": "CZK", "forint": "HUF",
}  # fmt: skip
_SIGN_BEFORE = re.compile(r"(US\$|A\$|C\$|[$€£¥]|\b[A-Z]{3})\s?$")
_NAME_AFTER = re.compile(
    r"\s*-?(?:us\s+|u\.s\.\s+|american\s+|swiss\s+|norwegian\s+|danish\s+|swedish\s+)?([a-z]+?)s?\b", re.IGNORECASE
)
_PERCENT_AFTER = re.compile(r"\s?(?:%|per\s?cent\b|percent\b)", re.IGNORECASE)
_POINTS_AFTER = re.compile(r"[\s-]?(?:percentage[\s-]points?\b|points?\b|pp\b)", re.IGNORECASE)
_BASIS_AFTER = re.compile(r"[\s-]?basis[\s-]points?\b", re.IGNORECASE)
_WORDS_AFTER = re.compile(r"[\s-]*((?:[\w’'-]+\s+){0,4}[\w’'-]+)")
_HALF = re.compile(r"\b(?:half|a\s+half|one\s+half)\s+(?:a\s+)?(?:of\s+a\s+)?(?=percentage|point|per\s?cent)", re.IGNORECASE)
_FRACTIONS = (
    (re.compile(r"\b(?:(?:a|one)[\s-])?quarter(?:[\s-]of)?(?:[\s-]a)?[\s-](?=percentage|point)", re.IGNORECASE), 0.25),
    (_HALF, 0.5),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mention:
    """A typed value and where it stands. Dates have `days` (each a reading); everything else a `value`. A
    currency that several countries have is "NOK|DKK"."""

    kind: Kind
    start: int
    end: int
    value: float = 0.0
    currency: str = ""
    after: str = ""
    days: tuple[Days, ...] = ()


def mentions(text: str, published: dt.date) -> tuple[Mention, ...]:
    """Every typed value of `text`, in order; days are counted from `published`."""
    dates = [Mention("date", d.start, d.end, days=d.readings) for d in days_in(text, published)]
    found = [*dates, *_fractions(text)]
    for value, start, end in numbers(text):
        while end > start and text[end - 1] in " -":
            end -= 1
        if any(m.start <= start < m.end for m in found):
            continue
        found.append(_typed(text, value, start, end))
    return tuple(sorted(found, key=lambda m: m.start))


def _fractions(text: str) -> list[Mention]:
    return [
        Mention("points", m.start(), m.end(), value=value)
        for pattern, value in _FRACTIONS
        for m in pattern.finditer(text)
        if _POINTS_AFTER.match(text, m.end())
    ]


def _typed(text: str, value: float, start: int, end: int) -> Mention:
    if basis := _BASIS_AFTER.match(text, end):
        return Mention("points", start, basis.end(), value=value / 100)
    if percent := _PERCENT_AFTER.match(text, end):
        points = re.compile(r"\s+points?\b", re.IGNORECASE).match(text, percent.end())
        return Mention("points" if points else "percent", start, (points or percent).end(), value=value)
    if points := _POINTS_AFTER.match(text, end):
        return Mention("points", start, points.end(), value=value)
    sign = _SIGN_BEFORE.search(text, 0, start)
    if sign and (code := _SIGNS.get(sign[1], sign[1] if sign[1] in set(_NAMES.values()) else "")):
        return Mention("money", sign.start(), end, value=value, currency=code)
    name = _NAME_AFTER.match(text, end)
    if name and (code := _NAMES.get(name[1].lower(), "")):
        cents = name[1].lower() in ("cent", "pence")
        return Mention("money", start, name.end(), value=value / (100 if cents else 1), currency=code)
    after = _WORDS_AFTER.match(text, end)
    return Mention("number", start, end, value=value, after=after[1].lower() if after else "")


def matches(slot: NumberSlot | MoneySlot | PercentSlot | DateSlot, mention: Mention) -> bool:
    """Whether the mention is the slot's value."""
    match slot:
        case MoneySlot():
            same = mention.kind == "money" and slot.currency in mention.currency.split("|")
            return same and _near(mention.value, slot.value, 0, slot.rel_tol)
        case PercentSlot():
            kind = "points" if slot.points else "percent"
            return mention.kind == kind and _near(mention.value, slot.value, slot.tol, 0)
        case DateSlot():
            return any(d.first >= slot.first and d.last <= slot.last for d in mention.days)
        case NumberSlot():
            same = mention.kind == "number" and _near(mention.value, slot.value, slot.tol, slot.rel_tol)
            return same and (not slot.unit or any(u.casefold() in mention.after for u in slot.unit))


def comparable(slot: NumberSlot | MoneySlot | PercentSlot | DateSlot, mention: Mention) -> bool:
    """Whether the mention is of the slot's type, so that another value there speaks against it.

    A wider span of days that holds the slot's ("next week" for a Tuesday) says less, not otherwise.
    """
    match slot:
        case MoneySlot():
            return mention.kind == "money" and slot.currency in mention.currency.split("|")
        case PercentSlot():
            return mention.kind in ("points", "percent")
        case DateSlot():
            return bool(mention.days) and not any(
                d.first <= slot.last and d.last >= slot.first for d in mention.days
            )
        case NumberSlot():
            return mention.kind == "number" and (
                not slot.unit or any(u.casefold() in mention.after for u in slot.unit)
            )


def _near(said: float, wanted: float, tol: float, rel_tol: float) -> bool:
    return abs(said - wanted) <= max(tol, rel_tol * abs(wanted), 1e-9 * max(1.0, abs(wanted)))
