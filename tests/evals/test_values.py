"""Typed values: a number is compared by what it is, not by how it is written."""

from __future__ import annotations

import datetime as dt

import pytest

from qa.evals.cases import DateSlot, MoneySlot, NumberSlot, PercentSlot
from qa.evals.values import comparable, matches, mentions

PUBLISHED = dt.date(2026, 3, 12)


def found(text: str) -> list[tuple[str, float, str]]:
    """Every value of `text` but its days: kind, value, currency."""
    return [(m.kind, m.value, m.currency) for m in mentions(text, PUBLISHED) if m.kind != "date"]


def says(slot: NumberSlot | MoneySlot | PercentSlot | DateSlot, text: str) -> bool:
    """Whether `text` holds the slot's value."""
    return any(matches(slot, m) for m in mentions(text, PUBLISHED))


def says_otherwise(slot: NumberSlot | MoneySlot | PercentSlot | DateSlot, text: str) -> bool:
    """Whether `text` holds another value of the slot's type, and not the slot's."""
    return not says(slot, text) and any(comparable(slot, m) for m in mentions(text, PUBLISHED))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3,200 people", 3200),
        ("3200 people", 3200),
        ("3.2k people", 3200),
        ("three thousand two hundred people", 3200),
        ("1,234,567 people", 1234567),
        ("ninety-one people", 91),
        ("forty two people", 42),
        ("three hundred and fifty people", 350),
        ("two million three hundred thousand people", 2_300_000),
        ("two dozen people", 24),
        ("a dozen people", 12),
        ("100k people", 100_000),
        ("1.5m people", 1_500_000),
        ("1.5 million people", 1_500_000),
        ("half a million people", 500_000),
        ("two and a half million people", 2_500_000),
        ("two and a half years", 2.5),
        ("2026 people", 2026),
        ("zero people", 0),
        ("a 12-year sentence", 12),
    ],
)
def test_a_count_however_it_is_written(text, value):
    assert found(text) == [("number", value, "")]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("12% of voters", "percent", 12),
        ("12 percent of voters", "percent", 12),
        ("12 per cent of voters", "percent", 12),
        ("twelve per cent of voters", "percent", 12),
        ("half a percent", "percent", 0.5),
        ("two and a half percent", "percent", 2.5),
        ("12 percentage points", "points", 12),
        ("12 points", "points", 12),
        ("a 12-point lead", "points", 12),
        ("25 basis points", "points", 0.25),
        ("seventy-five basis points", "points", 0.75),
        ("a quarter of a percentage point", "points", 0.25),
        ("a quarter point", "points", 0.25),
        ("a quarter-point cut", "points", 0.25),
        ("half a percentage point", "points", 0.5),
        ("a half-point cut", "points", 0.5),
        ("three-quarters of a point", "points", 0.75),
        ("0.75 of a percentage point", "points", 0.75),
    ],
)
def test_percent_and_points(text, kind, value):
    assert found(text) == [(kind, pytest.approx(value), "")]


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("$20bn", 20e9, "USD"),
        ("$20 billion", 20e9, "USD"),
        ("US$20bn", 20e9, "USD"),
        ("USD 20 billion", 20e9, "USD"),
        ("20 billion dollars", 20e9, "USD"),
        ("twenty billion US dollars", 20e9, "USD"),
        ("a 20-billion-dollar deal", 20e9, "USD"),
        ("half a million dollars", 500e3, "USD"),
        ("€6.4 million", 6.4e6, "EUR"),
        ("6.4m euros", 6.4e6, "EUR"),
        ("6.4 million €", 6.4e6, "EUR"),
        ("£3m", 3e6, "GBP"),
        ("20 pence", 0.2, "GBP"),
        ("50 cents", 0.5, "USD|EUR"),
        ("300 million kroner", 300e6, "NOK|DKK"),
        ("300 million Danish kroner", 300e6, "DKK"),
        ("300m Norwegian crowns", 300e6, "NOK"),
        ("NOK 300 million", 300e6, "NOK"),
        ("DKK 300m", 300e6, "DKK"),
        ("CHF 5m", 5e6, "CHF"),
        ("5 Swiss francs", 5, "CHF"),
        ("A$30m", 30e6, "AUD"),
        ("30 million Australian dollars", 30e6, "AUD"),
        ("HK$20", 20, "HKD"),
    ],
)
def test_money(text, value, currency):
    assert found(text) == [("money", pytest.approx(value), currency)]


@pytest.mark.parametrize(
    "text",
    ["in 2026", "since 1990", "the 1990s", "on 12 March", "Covid-19", "G7", "several thousand", "third"],
)
def test_what_counts_nothing(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("slot", "right", "wrong"),
    [
        (NumberSlot(value=3200), "3200 people", "3,300 people"),
        (NumberSlot(value=3200, tol=50), "3,150 people", "3,149 people"),
        (NumberSlot(value=3200, rel_tol=0.01), "3,232 people", "3,233 people"),
        (MoneySlot(value=20e9, currency="USD"), "$20bn", "$2bn"),
        (MoneySlot(value=20e9, currency="USD", rel_tol=0.02), "$20.3bn", "$21bn"),
        (MoneySlot(value=3e8, currency="DKK"), "300m kroner", "30m kroner"),
        (PercentSlot(value=12), "12%", "21%"),
        (PercentSlot(value=12, tol=0.5), "12.4 percent", "12.6 percent"),
        (PercentSlot(value=12), "12 per cent", "12 points"),
        (PercentSlot(value=0.25, points=True), "25 basis points", "0.25 percent"),
        (DateSlot(on=dt.date(2026, 3, 9)), "on Monday", "on Tuesday"),
        (DateSlot(on=dt.date(2026, 3, 9)), "on 9 March", "on 9 April"),
        (DateSlot(on=dt.date(2026, 3, 9)), "on March 9, 2026", "on March 9, 2027"),
        (DateSlot(on=dt.date(2026, 6, 30)), "on 30 June", "on 31 June"),
        (DateSlot(start=dt.date(2026, 4, 1), end=dt.date(2026, 4, 30)), "next month", "this month"),
        (DateSlot(start=dt.date(2026, 4, 1), end=dt.date(2026, 4, 30)), "on 7 April", "on 7 May"),
    ],
)
def test_a_slot_takes_its_value_and_sees_another(slot, right, wrong):
    assert says(slot, right)
    assert says_otherwise(slot, wrong)


@pytest.mark.parametrize(
    ("slot", "text"),
    [
        # Another type is not another value.
        (NumberSlot(value=12), "12 percent"),
        (NumberSlot(value=12), "$12"),
        (NumberSlot(value=2026), "in 2026"),
        (MoneySlot(value=3e8, currency="DKK"), "300m Norwegian kroner"),
        (MoneySlot(value=20e9, currency="USD"), "€20bn"),
        (MoneySlot(value=20e9, currency="USD"), "HK$20bn"),
        # A wider span says less, not otherwise.
        (DateSlot(on=dt.date(2026, 3, 18)), "next week"),
        (DateSlot(on=dt.date(2026, 3, 18)), "in 2026"),
    ],
)
def test_what_a_slot_neither_takes_nor_sees_as_another_value(slot, text):
    assert mentions(text, PUBLISHED)
    assert not says(slot, text)
    assert not says_otherwise(slot, text)


def test_a_unit_must_follow_the_number():
    slot = NumberSlot(value=84, unit=("people", "jobs"))
    assert says(slot, "84 young people")
    assert says(slot, "eighty-four jobs")
    assert not says(slot, "84 sheep and three people")
    assert says(slot, "between 84 and 90 people")
    assert not says_otherwise(slot, "85 sheep")
    assert says_otherwise(slot, "85 people")


def test_values_stand_in_order_with_their_places():
    text = "On Monday, 3,200 people paid $40m, or 12 percent, by 3 points."
    assert [(m.kind, text[m.start : m.end]) for m in mentions(text, PUBLISHED)] == [
        ("date", "Monday"),
        ("number", "3,200"),
        ("money", "$40m"),
        ("percent", "12 percent"),
        ("points", "3 points"),
    ]


def test_a_day_is_counted_from_the_article():
    slot = DateSlot(on=dt.date(2026, 1, 1))
    assert any(matches(slot, m) for m in mentions("tomorrow", dt.date(2025, 12, 31)))
    assert not any(matches(slot, m) for m in mentions("tomorrow", dt.date(2026, 12, 31)))


def test_a_date_is_a_day_or_a_range_that_runs_forward():
    day, later = dt.date(2026, 3, 9), dt.date(2026, 3, 10)
    assert DateSlot(on=day).first == DateSlot(on=day).last == day
    assert (DateSlot(start=day, end=later).first, DateSlot(start=day, end=later).last) == (day, later)
    for wrong in ({}, {"on": day, "start": day, "end": later}, {"start": day}, {"start": later, "end": day}):
        with pytest.raises(ValueError, match="either `on` a day, or from `start` to `end`"):
            DateSlot(**wrong)
