"""Wrong sentences made from right ones: each kind of error that news makes, and whether a matcher notices."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from qa.evals.cases import Fact
from qa.evals.mutants import Mutant, mutants, places_name

PUBLISHED = dt.date(2026, 3, 12)


def fact(modality: str, accept: str, *slots: dict[str, Any], text: str = "t") -> Fact:
    """A fact with one accepted sentence."""
    fields = {"text": text, "modality": modality, "evidence": ["s1"], "reject": ["y"], "accept": [accept]}
    return Fact.model_validate({**fields, "match": {"slots": slots}})


def made(of: Fact, operator: str) -> list[str]:
    """The mutants that one operator makes."""
    return [m.text for m in mutants(of, PUBLISHED) if m.operator == operator]


def words(*any_of: str) -> dict[str, Any]:
    """A slot of words."""
    return {"any": list(any_of)}


@pytest.mark.parametrize(
    ("accept", "slot", "expected"),
    [
        ("Orrin has 84 shops.", {"number": 84}, "Orrin has 253 shops."),
        ("Orrin has 3,200 shops.", {"number": 3200}, "Orrin has 9601 shops."),
        ("Orrin has eighty-four shops.", {"number": 84}, "Orrin has ninety-one shops."),
        ("Orrin pays $40m.", {"money": {"value": 40e6, "currency": "USD"}}, "Orrin pays $121m."),
        ("Orrin holds 12 percent.", {"percent": 12}, "Orrin holds 37 percent."),
        ("Orrin votes on 9 April.", {"date": "2026-04-09"}, "Orrin votes on in April 2031."),
        ("Orrin has 84 shops, 84 in all.", {"number": 84}, "Orrin has 253 shops, 253 in all."),
    ],
)
def test_another_value(accept, slot, expected):
    of = fact("confirmed", accept, words("Orrin"), slot)
    assert made(of, "value") == [expected]
    assert all(m.caught for m in mutants(of, PUBLISHED) if m.operator == "value")


@pytest.mark.parametrize(
    ("accept", "slot", "expected"),
    [
        ("Orrin's share grew to 12%.", {"percent": 12}, "Orrin's share grew to 12 percentage points."),
        ("Orrin's share is 12 per cent.", {"percent": 12}, "Orrin's share is 12 percentage points."),
        (
            "Orrin's share grew by 3 percentage points.", {"percent": {"value": 3, "points": True}},
            "Orrin's share grew by 3 percent.",
        ),
    ],
)  # fmt: skip
def test_percent_for_points(accept, slot, expected):
    of = fact("confirmed", accept, words("Orrin"), slot)
    assert [(m.text, m.caught) for m in mutants(of, PUBLISHED) if m.operator == "unit"] == [(expected, True)]


def test_another_name():
    of = fact("confirmed", "Ms Quist met Quist's lawyer in Velsby.", words("Quist"), words("Velsby"))
    assert made(of, "name") == [
        "Ms Oduya met Oduya lawyer in Velsby.",
        "Ms Quist met Quist's lawyer in Oduya.",
    ]


def test_a_name_beside_a_common_word_for_it_is_left():
    of = fact("confirmed", "The bank, Orrin, met Quist.", words("Orrin", "bank"), words("Quist"))
    assert made(of, "name") == ["The bank, Orrin, met Oduya."]


@pytest.mark.parametrize(
    ("accept", "slot", "expected"),
    [
        ("Orrin's profit rose.", {"direction": "up"}, "Orrin's profit fell."),
        ("Orrin's profit fell.", {"direction": "down"}, "Orrin's profit rose."),
        ("Orrin raised its offer.", words("raised"), "Orrin cut its offer."),
        ("Orrin won the vote.", words("won"), "Orrin lost the vote."),
    ],
)
def test_the_other_direction(accept, slot, expected):
    of = fact("confirmed", accept, words("Orrin"), slot)
    assert [(m.text, m.caught) for m in mutants(of, PUBLISHED) if m.operator == "direction"] == [
        (expected, True)
    ]


def test_a_direction_that_is_no_part_of_the_claim_stays():
    assert (
        made(fact("confirmed", "Orrin, up early, met Quist.", words("Orrin"), words("Quist")), "direction")
        == []
    )


@pytest.mark.parametrize(
    ("modality", "accept", "expected"),
    [
        ("expected", "Orrin is expected to buy Tessmark.", "Orrin will buy Tessmark."),
        ("expected", "Orrin plans to buy Tessmark.", "Orrin will buy Tessmark."),
        ("conditional", "Orrin could buy Tessmark.", "Orrin will buy Tessmark."),
        ("conditional", "If the board agrees, Orrin would buy Tessmark.", "Orrin will buy Tessmark."),
        ("conditional", "Orrin would buy Tessmark if the board agrees.", "Orrin will buy Tessmark."),
        ("alleged", "Orrin allegedly hid losses at Tessmark.", "Orrin hid losses at Tessmark."),
        ("alleged", "Prosecutors allege that Orrin bled Tessmark.", "Orrin bled Tessmark."),
        ("alleged", "Orrin bled Tessmark, according to prosecutors.", "Orrin bled Tessmark."),
        (
            "alleged",
            "Orrin is accused of bleeding Tessmark.",
            "Orrin has been found guilty of bleeding Tessmark.",
        ),
        ("opinion", "Quist thinks that Orrin ruined Tessmark.", "Orrin ruined Tessmark."),
    ],
)
def test_the_hedge_taken_away(modality, accept, expected):
    of = fact(modality, accept, words("Orrin"), words("Tessmark"))
    found = [m for m in mutants(of, PUBLISHED) if m.operator == "upgrade"]
    assert [(m.text, m.state) for m in found] == [(expected, "wrong_modality")]


@pytest.mark.parametrize(
    ("modality", "accept"),
    [("confirmed", "Orrin will buy Tessmark."), ("denied", "Orrin denied that it may buy Tessmark.")],
)
def test_what_is_settled_cannot_be_upgraded(modality, accept):
    assert made(fact(modality, accept, words("Orrin")), "upgrade") == []


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (
            "Orrin is buying Tessmark.",
            ["It is not true that Orrin is buying Tessmark.", "Orrin is not buying Tessmark."],
        ),
        ("The bank bought Tessmark.", ["It is not true that the bank bought Tessmark."]),
    ],
)
def test_a_negation_put_in(accept, expected):
    of = fact("confirmed", accept, words("Orrin", "bank"), words("Tessmark"))
    found = [m for m in mutants(of, PUBLISHED) if m.operator == "negation"]
    assert [m.text for m in found] == expected
    assert {m.state for m in found} == {"contradicted"}


@pytest.mark.parametrize(
    ("modality", "text", "accept", "expected"),
    [
        ("denied", "t", "Quist denied that she left.", "Quist admitted that she left."),
        ("denied", "t", "Quist did not leave.", "Quist leave."),
        ("denied", "t", "Quist will not leave.", "Quist will leave."),
        ("denied", "t", "Quist ruled out leaving.", "Quist agreed to leaving."),
        (
            "confirmed",
            "No branch will close",
            "No branch of Quist will leave.",
            "Several branch of Quist will leave.",
        ),
    ],
)
def test_a_negation_taken_out(modality, text, accept, expected):
    of = fact(modality, accept, words("Quist"), words("left", "leave"), text=text)
    found = [m for m in mutants(of, PUBLISHED) if m.operator == "negation"]
    assert [(m.text, m.state) for m in found] == [(expected, "contradicted")]


def test_a_matcher_that_is_too_loose_is_found_out():
    slots = (words("Orrin"), {"number": 84})
    strict = fact("confirmed", "Orrin has 84 shops in Velsby.", *slots)
    loose = fact("confirmed", "Orrin has 84 shops in Velsby.", words("shops"))
    assert all(m.caught for m in mutants(strict, PUBLISHED))
    assert {m.operator for m in mutants(strict, PUBLISHED)} == {"value", "name", "negation"}
    # It names no number and no name: nothing to change there, and nothing gets by unseen but the negation.
    assert {m.operator for m in mutants(loose, PUBLISHED)} == {"negation"}
    deaf = fact(
        "confirmed", "Orrin has 84 or 85 shops.", words("Orrin"), {"number": {"value": 84, "tol": 1000}}
    )
    assert [m.operator for m in mutants(deaf, PUBLISHED) if not m.caught] == ["value"]


def test_no_mutant_is_the_sentence_or_stands_twice():
    of = fact("expected", "Orrin is expected to buy 84 shops.", words("Orrin"), {"number": 84})
    twice = of.model_copy(update={"accept": (*of.accept, *of.accept)})
    found = mutants(twice, PUBLISHED)
    texts = [m.text for m in found]
    assert len(texts) == len(set(texts)) == len(mutants(of, PUBLISHED))
    assert not set(texts) & set(of.accept)


def test_only_present_is_a_miss():
    assert not Mutant("value", "x", "present").caught
    assert all(
        Mutant("value", "x", s).caught for s in ("absent", "undecided", "contradicted", "wrong_modality")
    )


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Orrin met Quist.", True),
        ("Perla Quist came.", True),
        ("The bank came.", False),
        ("Two banks came.", False),
    ],
)
def test_whether_the_first_word_may_be_a_name(sentence, expected):
    assert places_name(sentence) is expected
