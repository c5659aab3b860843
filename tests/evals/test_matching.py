"""Finding a claim in an answer: words by their endings, values by their type, slots within one window."""

from __future__ import annotations

import datetime as dt

import pytest

from qa.evals.cases import Match
from qa.evals.matching import Hit, Window, find, folded, places, windows

PUBLISHED = dt.date(2026, 3, 12)


def hit(text: str, *slots: dict) -> Hit:
    """How a claim of these slots fares in `text`."""
    return find(Match.model_validate({"slots": slots}), Window(folded(text), 0), PUBLISHED)


def standing(text: str, *slots: dict) -> tuple[int, int, int, bool]:
    """Slots missing, with another value, unclear; and whether a word forbids it."""
    found = hit(text, *slots)
    return found.missing, found.wrong, found.unclear, found.vetoed


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“Yes” and ‘no’", "\"Yes\" and 'no'"),
        ("«Yes», „no“", '"Yes", "no"'),
        ("24–25 March", "24-25 March"),
        ("Lyon—not Paris", "Lyon - not Paris"),
        ("twenty‑one", "twenty-one"),
        ("3\u00a0200  people\n came", "3 200 people came"),
        ("ﬁnal ½", "final 1⁄2"),
        ("Plain Words", "Plain Words"),
    ],
)
def test_folding(text, expected):
    assert folded(text) == expected


@pytest.mark.parametrize(
    ("pattern", "text", "stretch"),
    [
        ("acquire", "Orrin acquires it", "acquires"),
        ("acquire", "ACQUIRED by Orrin", "ACQUIRED"),
        ("buy", "Orrin bought it", "bought"),
        ("win", "Orrin won", "won"),
        ("Ellingsrud", "Maud Ellingsrud's plan", "Ellingsrud's"),
        ("Orrin", "the boss of Orrin’s bank", "Orrin's"),
        ("XD", "Adobe xd", "xd"),
        ("staff union", "a Staff Unions' vote", "Staff Unions"),
        ("UN", "the U.N. vote", "U.N"),
        ("U.N.", "the UN vote", "UN"),
        ("co-operate", "they co-operated", "co-operated"),
        ("re:bought|paid for", "It was Paid For by Orrin", "Paid For"),
        ("re:\\bnot [a-z]+ paris", "Not in Paris", "Not in Paris"),
    ],
)
def test_where_words_stand(pattern, text, stretch):
    text = folded(text)
    assert [text[a:b] for a, b in places(pattern, text)] == [stretch]


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("Powers", "he had the power"),
        ("Orrin", "the Orrins"),
        ("US", "they told us"),
        ("WHO", "the man who came"),
        ("art", "the party"),
        ("staff union", "the staff and the union"),
        ("re:\\bparis\\b", "Parisian"),
        ("re:x*", "nothing of it"),
        ("3,200", "3200 people"),
    ],
)
def test_where_words_do_not_stand(pattern, text):
    assert places(pattern, folded(text)) == ()


def test_every_place_is_found():
    assert len(places("Orrin", "Orrin met Orrin.")) == 2
    assert places("", "Orrin") == ()


# ---------------------------------------------------------------- slots


ORRIN, SHARE = {"any": ["Orrin", "the bank"]}, {"any": ["share"]}


@pytest.mark.parametrize(
    ("text", "slots", "expected"),
    [
        ("Orrin's share is 12%.", (ORRIN, SHARE, {"percent": 12}), (0, 0, 0, False)),
        ("The bank has a share of twelve per cent.", (ORRIN, SHARE, {"percent": 12}), (0, 0, 0, False)),
        ("Its share is 12%.", (ORRIN, SHARE, {"percent": 12}), (1, 0, 0, False)),
        ("Orrin's share is 21%.", (ORRIN, SHARE, {"percent": 12}), (0, 1, 0, False)),
        ("Orrin's share is 12 points.", (ORRIN, SHARE, {"percent": 12}), (0, 1, 0, False)),
        ("Orrin's share was 9% or 21%.", (ORRIN, SHARE, {"percent": 12}), (0, 0, 1, False)),
        ("Orrin's share rose from 9% to 12%.", (ORRIN, SHARE, {"percent": 12}), (0, 0, 0, False)),
        ("Orrin's share is large.", (ORRIN, SHARE, {"percent": 12}), (1, 0, 0, False)),
        ("Orrin's share rose.", (ORRIN, {"direction": "up"}), (0, 0, 0, False)),
        ("Orrin's share fell.", (ORRIN, {"direction": "up"}), (0, 1, 0, False)),
        ("Orrin's share rose, then fell.", (ORRIN, {"direction": "up"}), (0, 0, 1, False)),
        ("Orrin's share is 12%.", (ORRIN, {"direction": "up"}), (1, 0, 0, False)),
        ("Orrin's share is 12%.", (ORRIN, {"none": ["loan", "re:\\bdebts?\\b"]}), (0, 0, 0, False)),
        ("Orrin's share of loans is 12%.", (ORRIN, {"none": ["loan", "re:\\bdebts?\\b"]}), (0, 0, 0, True)),
        ("Orrin's share of debt is 12%.", (ORRIN, {"none": ["loan", "re:\\bdebts?\\b"]}), (0, 0, 0, True)),
        ("Orrin pays $40m on Monday.", (ORRIN, {"date": "2026-03-09"}), (0, 0, 0, False)),
        ("Orrin pays $40m on Tuesday.", (ORRIN, {"date": "2026-03-09"}), (0, 1, 0, False)),
        ("Orrin pays this week.", (ORRIN, {"date": "2026-03-09"}), (1, 0, 0, False)),
        ("Orrin pays on 4 or 5 May.", (ORRIN, {"date": "2026-03-09"}), (0, 1, 0, False)),
        ("Orrin pays on 4 May or 7 June.", (ORRIN, {"date": "2026-03-09"}), (0, 0, 1, False)),
    ],
)
def test_slots(text, slots, expected):
    assert standing(text, *slots) == expected


def test_what_a_hit_says_of_itself():
    slots = (ORRIN, SHARE, {"percent": 12})
    full, other, part = (
        hit("Orrin's share is 12%.", *slots),
        hit("Orrin's share is 21%.", *slots),
        hit("A share.", *slots),
    )
    assert (full.full, full.otherwise, full.part) == (True, False, 1.0)
    assert (other.full, other.otherwise, other.part) == (False, True, pytest.approx(2 / 3))
    assert (part.full, part.otherwise, part.part) == (False, False, pytest.approx(1 / 3))
    text = full.window.text
    assert text[slice(*full.bounds)] == "Orrin's share is 12%"
    assert hit("Nothing.", *slots).bounds == (0, len("Nothing."))


def test_of_several_places_the_nearest_count():
    found = hit("Tessmark fell. Orrin and Tessmark merge.", {"any": ["Orrin"]}, {"any": ["Tessmark"]})
    assert found.window.text[slice(*found.bounds)] == "Orrin and Tessmark"


# ---------------------------------------------------------------- windows


def test_windows():
    said = [["One.", "Two."], ["Three “quoted”."]]
    assert [(w.text, w.statement) for w in windows(said, "sentence")] == [
        ("One.", 0),
        ("Two.", 0),
        ('Three "quoted".', 1),
    ]
    assert [w.text for w in windows(said, "sentence+1")] == [
        "One.", "Two.", 'Three "quoted".', "One. Two.", 'Two. Three "quoted".',
    ]  # fmt: skip
    assert [w.statement for w in windows(said, "sentence+1")] == [0, 0, 1, 0, 0]
    assert [(w.text, w.statement) for w in windows(said, "answer")] == [('One. Two. Three "quoted".', 0)]
    for kind in ("sentence", "sentence+1", "answer"):
        assert list(windows([], kind)) == []


# ---------------------------------------------------------------- the probes

PROBES = [
    ("a thousands comma", {"number": 3200}, "3,200 people work there.", "3,300 people work there."),
    ("no thousands comma", {"number": 3200}, "3200 people work there.", "320 people work there."),
    ("percent in words", {"percent": 12}, "The share is 12 percent.", "The share is 12 percentage points."),
    ("a percent sign", {"percent": 12}, "The share is 12%.", "The share is 1.2%."),
    ("points", {"percent": {"value": 3, "points": True}}, "It rose by 3 points.", "It rose by 3 percent."),
    ("a surname", {"any": ["Ellingsrud"]}, "Ms Ellingsrud spoke.", "Ms Ellings spoke."),
    ("the order of a date", {"date": "2026-04-09"}, "It is on April 9, 2026.", "It is on April 19, 2026."),
    ("another order of it", {"date": "2026-04-09"}, "It is on 9 April.", "It is on 4 September."),
    ("number words", {"number": 84}, "Eighty-four people came.", "Forty-eight people came."),
    ("money", {"money": {"value": 20e9, "currency": "USD"}}, "It pays 20 billion dollars.", "It pays $20m."),
    ("direction", {"direction": "down"}, "Profit slid.", "Profit grew."),
    ("an inflected verb", {"any": ["buy"]}, "Orrin bought it.", "Orrin sold it."),
]  # fmt: skip


@pytest.mark.parametrize(("slot", "right", "wrong"), [p[1:] for p in PROBES], ids=[p[0] for p in PROBES])
def test_what_plain_text_search_gets_wrong(slot, right, wrong):
    assert hit(right, slot).full
    assert not hit(wrong, slot).full
