"""Forms of one word that a stemmer leaves apart."""

from __future__ import annotations

import pytest

from qa.wordings.forms import IRREGULAR, NATIONS, PEOPLES, respelled


@pytest.mark.parametrize(
    ("british", "american"),
    [("organis", "organiz"), ("labour", "labor"), ("theatr", "theater"), ("defenc", "defens"),
     ("analys", "analyz"), ("programm", "program")],
)  # fmt: skip
def test_each_side_of_the_atlantic_is_respelled_as_the_other(british: str, american: str):
    assert american in respelled(british)
    assert british in respelled(american)


def test_short_words_and_other_endings_stay():
    assert respelled("tour") == []
    assert respelled("bridg") == []


def test_no_people_is_listed_twice_and_none_is_its_own_country():
    assert not PEOPLES.keys() & NATIONS.keys()
    assert all(people != country for people, country in (*PEOPLES.items(), *NATIONS.items()))


def test_a_plain_form_is_no_form_of_another_word():
    chained = {form for form, plain in IRREGULAR.items() if IRREGULAR.get(plain, plain) != plain}
    assert chained == set()
