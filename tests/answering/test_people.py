"""Who in an article is certainly a person, and whom "he" and "she" may then mean."""

from __future__ import annotations

import pytest
from test_extractive import passage

from qa.answering.people import people
from qa.answering.reading import read
from qa.answering.standalone import stand_alone


def last_line(text: str) -> str:
    """The last sentence of an article, made to stand alone."""
    story = read([passage(text)])[0]
    return stand_alone(story.lines[-1], story).text


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Mayor Ada Brandt opened the bridge.", "mayor ada brandt"),
        ("Ada Brandt, 58, opened the bridge.", "ada brandt"),
        ("Ada Brandt, who has led the city since 2018, opened it.", "ada brandt"),
        ("The baker Łucja Wrona lost her roof.", "łucja wrona"),
        ("“It was late,” said Ada Brandt.", "ada brandt"),
        ("Ursula van der Meer, a former judge, will attend.", "ursula meer"),
        ("The union's chief negotiator, Ada Brandt, left.", "ada brandt"),
        ("Brandt's trip is not confirmed, but she would be welcome.", "brandt"),
    ],
)
def test_what_stands_beside_a_name_shows_a_person(line, name):
    assert tuple(name.split()) in people([line])


@pytest.mark.parametrize(
    "line",
    [
        "Extra buses will run on the Drammen line from Monday.",
        "The owner of the yard, Selby Marine Repair, apologised.",
        "The ship-sensor maker Halden Marine fell 4 percent.",
        "Vloet Dredging, a Dutch company, won four contracts.",
        "The race was run in Halden Bay.",
        "Over Port Selby the sky was red.",
        "",
    ],
)
def test_firms_and_places_are_nobody(line):
    assert not people([line])


def test_a_surname_that_is_also_a_firm_does_not_stand_for_a_person():
    found = people(["Sigrid Halvorsen, 61, will stay.", "Shares in Halvorsen rose."])
    assert ("sigrid", "halvorsen") in found
    assert ("halvorsen",) not in found


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        (
            "Finance minister Rafael Quist may travel if he is invited. He would go with an adviser.",
            "He [Rafael Quist] would go with an adviser.",
        ),
        (
            "Mayor Ada Brandt opened the bridge. She cut a ribbon. She then walked across.",
            "She [Mayor Ada Brandt] then walked across.",
        ),
        (
            "Captain Ada Brandt met the harbour's lawyer, Tom Reyes. She said little.",
            "Captain Ada Brandt met the harbour's lawyer, Tom Reyes. She said little.",
        ),
        (
            "Mayor Ada Brandt spoke. Extra buses will run on the Drammen line. She hopes they will be full.",
            "Extra buses will run on the Drammen line. She hopes they will be full.",
        ),
        (
            "Mayor Ada Brandt spoke. He was not there.\nShe laughed.",
            "He was not there. She laughed.",
        ),
    ],
)
def test_a_pronoun_gets_a_name_only_where_one_person_is_meant(text, stands):
    assert last_line(text) == stands
