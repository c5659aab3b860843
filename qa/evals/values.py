"""The typed values of a sentence: numbers, amounts of money, percentages and percentage points, days.

A value is compared by its type: "12 percent" is never "12 points", "$20bn" is "20 billion dollars", and
"next week" is a range of days counted from the article's own date. What reads two ways (a bare "Monday")
keeps both readings.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from qa.answering.words import numbers
from qa.days import Days, days_in
from qa.evals.cases import DateSlot, MoneySlot, NumberSlot, PercentSlot

Kind = Literal["number", "money", "percent", "points", "date"]

_SIGNS = {
    "$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "A$": "AUD", "C$": "CAD", "NZ$": "NZD", "HK$": "HKD", "R$": "BRL",
    "S$": "SGD",
}  # fmt: skip
_NAMES = {
    "dollar": "USD", "euro": "EUR", "pound": "GBP", "yen": "JPY", "franc": "CHF", "krone": "NOK|DKK", "kroner": "NOK|DKK",
    "krona": "SEK|ISK", "kronor": "SEK|ISK", "zloty": "PLN", "rupee": "INR", "yuan": "CNY", "real": "BRL", "rand": "ZAR",
    "cent": "USD|EUR", "pence": "GBP", "crown": "CZK|NOK|DKK|SEK|ISK", "forint": "HUF",
}  # fmt: skip
# A country before the name says whose it is: "Danish kroner", "Australian dollars".
_OF = {
    "czech": "CZK", "norwegian": "NOK", "danish": "DKK", "swedish": "SEK", "icelandic": "ISK", "australian": "AUD", "canadian": "CAD", "hong kong": "HKD",
    "new zealand": "NZD", "singapore": "SGD",
}  # fmt: skip
_CODES = {code for codes in (*_SIGNS.values(), *_NAMES.values()) for code in codes.split("|")}
_SIGN_BEFORE = re.compile(r"(\b[A-Z]{1,2}\$|[$€£¥]|\b[A-Z]{3})\s?$")
_SIGN_AFTER = re.compile(r"\s?([€£])(?!\s?\d)")
_NAME_AFTER = re.compile(
    rf"\s*-?(?:us\s+|u\.s\.\s+|american\s+|swiss\s+|(?P<of>{'|'.join(_OF)})\s+)?(?P<name>[a-z]+?)s?\b",
    re.IGNORECASE,
)
_PERCENT_AFTER = re.compile(r"\s?(?:%|per\s?cent\b|percent\b)", re.IGNORECASE)
_POINTS_AFTER = re.compile(r"[\s-]?(?:of\s+a\s+)?(?:percentage[\s-]points?\b|points?\b|pp\b)", re.IGNORECASE)
_BASIS_AFTER = re.compile(r"[\s-]?basis[\s-]points?\b", re.IGNORECASE)
_WORDS_AFTER = re.compile(r"[\s-]*((?:[\w’'-]+\s+){0,4}[\w’'-]+)")
# "half a percentage point", "three-quarters of a point", "a quarter of one percent"
_FRACTION = re.compile(
    r"\b(?<!and )(?<!and a )(?:(?:an?|one)[\s-])?(half|quarter|three[\s-]quarters)[\s-](?:of[\s-])?(?:an?[\s-]|one[\s-])?(?=percent|per\scent|point)",
    re.IGNORECASE,
)
_PARTS = {"half": 0.5, "quarter": 0.25}
_SCALED = {"dozen": 12, "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_AND_A_HALF = re.compile(
    rf"\b(?:(?P<whole>[\w-]+)\s+and\s+a\s+half|half\s+a)(?(whole)(?:[\s-](?P<scale>{'|'.join(_SCALED)})\b)?|[\s-](?P<of>{'|'.join(_SCALED)})\b)",
    re.IGNORECASE,
)
# "several thousand" is no count, nor is the number of a name ("Covid-19") or of a decade.
_VAGUE_BEFORE = re.compile(r"\b(?:several|few|couple\s+of)\s+$|[^\W\d_]-$", re.IGNORECASE)


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
    for value, start, end in _amounts(text):
        while end > start and text[end - 1] in " -":
            end -= 1
        if any(m.start <= start < m.end for m in found) or _VAGUE_BEFORE.search(text, 0, start):
            continue
        if not re.match(r"\ds\b", text[end - 1 :]):
            found.append(_typed(text, value, start, end))
    return tuple(sorted(found, key=lambda m: m.start))


def _fractions(text: str) -> Iterator[Mention]:
    for m in _FRACTION.finditer(text):
        value = _PARTS.get(m[1].lower(), 0.75)
        if unit := _POINTS_AFTER.match(text, m.end()):
            yield Mention("points", m.start(), unit.end(), value=value)
        elif unit := _PERCENT_AFTER.match(text, m.end()):
            yield Mention("percent", m.start(), unit.end(), value=value)


def _amounts(text: str) -> Iterator[tuple[float, int, int]]:
    """The numbers of `text` with their places; "half a million" and "two and a half" are one number."""
    halves = []
    for m in _AND_A_HALF.finditer(text):
        whole = numbers(m["whole"]) if m["whole"] else [(0.0, 0, 0)]
        if whole:
            scale = _SCALED.get((m["scale"] or m["of"] or "").lower(), 1)
            halves.append(((whole[0][0] + 0.5) * scale, m.start(), m.end()))
    yield from halves
    yield from (n for n in numbers(text) if not any(start <= n[1] < end for _, start, end in halves))


def _typed(text: str, value: float, start: int, end: int) -> Mention:
    if basis := _BASIS_AFTER.match(text, end):
        return Mention("points", start, basis.end(), value=value / 100)
    if percent := _PERCENT_AFTER.match(text, end):
        points = re.compile(r"\s+points?\b", re.IGNORECASE).match(text, percent.end())
        return Mention("points" if points else "percent", start, (points or percent).end(), value=value)
    if points := _POINTS_AFTER.match(text, end):
        return Mention("points", start, points.end(), value=value)
    sign = _SIGN_BEFORE.search(text, 0, start)
    if sign and (code := _SIGNS.get(sign[1], sign[1] if sign[1] in _CODES else "")):
        return Mention("money", sign.start(), end, value=value, currency=code)
    if sign_after := _SIGN_AFTER.match(text, end):
        return Mention("money", start, sign_after.end(), value=value, currency=_SIGNS[sign_after[1]])
    name = _NAME_AFTER.match(text, end)
    if name and (code := _NAMES.get(name["name"].lower(), "")):
        cents = name["name"].lower() in ("cent", "pence")
        code = _OF.get((name["of"] or "").lower(), code)
        return Mention("money", start, name.end(), value=value / (100 if cents else 1), currency=code)
    after = _WORDS_AFTER.match(text, end)
    unit = after[1].lower() if after else ""
    # "84 sheep and three people": the second number has a unit of its own.
    cut = next((a for _, a, _ in numbers(unit) if unit[:a].endswith(" and ")), len(unit))
    return Mention("number", start, end, value=value, after=unit[:cut])


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
            return mention.kind == "date" and not any(
                d.first <= slot.last and d.last >= slot.first for d in mention.days
            )
        case NumberSlot():
            return mention.kind == "number" and (
                not slot.unit or any(u.casefold() in mention.after for u in slot.unit)
            )


def _near(said: float, wanted: float, tol: float, rel_tol: float) -> bool:
    return abs(said - wanted) <= max(tol, rel_tol * abs(wanted), 1e-9 * max(1.0, abs(wanted)))
