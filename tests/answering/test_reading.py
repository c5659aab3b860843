"""Articles as the engine reads them, and how much of a question it finds in a line."""

from __future__ import annotations

import datetime as dt

import pytest
from test_extractive import passage

from qa.answering.descriptions import described, known_as
from qa.answering.question import parse
from qa.answering.reading import read, untitled, without_dateline
from qa.answering.synonyms import alike, same_name
from qa.answering.terms import Term, line_score, terms_of
from qa.answering.words import stem

BRIDGE = (
    "PORT SELBY, March 3 (Selby Wire) — The harbour bridge will reopen on Monday, Mayor Ada Brandt said.\n\n"
    "Brandt promised lower tolls. The toll is two euros.\n\nThe mayor also wants a second bridge."
)


def story(text: str = BRIDGE, **head: object):
    return read([passage(text, title="Bridge to reopen", **head)])[0]


def test_a_line_is_a_slice_of_its_passage():
    for line in story().lines:
        assert BRIDGE[line.start : line.start + len(line.text)] == line.text


def test_lines_know_their_paragraph():
    assert [line.paragraph for line in story().lines] == [0, 1, 1, 2]


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("PARIS — It rained.", "It rained."),
        ("HALDEN BAY, British Columbia — It rained.", "It rained."),
        ("LONDON (Harbour Gazette) - It rained.", "It rained."),
        ("(CNN) -- It rained.", "It rained."),
        ("The U.S. — it rained there.", "The U.S. — it rained there."),
        ("It rained — a lot.", "It rained — a lot."),
    ],
)
def test_a_dateline_is_no_part_of_the_sentence(text, bare):
    assert without_dateline(text) == bare


def test_titles_are_no_part_of_a_name():
    assert untitled(("president", "donald", "roe")) == ("donald", "roe")
    assert untitled(("president",)) == ("president",)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("killed", "dead", True),
        ("marched", "demonstrators", True),
        ("pancreas", "pancreatic", True),
        ("bridge", "bride", False),
        ("port", "airport", False),
    ],
)
def test_words_that_mean_the_same(one, other, same):
    assert alike(stem(one), stem(other)) is same


@pytest.mark.parametrize(
    ("asked", "found", "same"),
    [
        ("zelensky", "zelenskyy", True),
        ("british", "britain", True),
        ("ukraine", "ukrainian", True),
        ("iran", "iraq", False),
        ("austria", "australia", False),
        ("roe", "rowe", False),
    ],
)
def test_names_that_are_the_same(asked, found, same):
    assert same_name(asked, found) is same


def test_a_description_gets_the_name_it_stands_for():
    lines = [line.text for line in story().lines]
    found = described(lines, [line.paragraph for line in story().lines])
    assert {index: d.name for index, d in found.items()} == {}
    lines[0] = "The bridge will reopen, said the city's mayor, Ada Brandt."
    found = described(lines, [0, 1, 1, 2])
    assert {index: d.name for index, d in found.items()} == {3: "Ada Brandt"}
    assert stem("mayor") in known_as(lines)["brandt"]


def test_a_description_that_fits_two_stands_for_nobody():
    lines = ["The mayor, Ada Brandt, left.", "Selby's mayor, Tom Reyes, stayed.", "The mayor said nothing."]
    assert not described(lines, [0, 1, 2])


def test_rare_words_weigh_more_than_common_ones():
    terms = {t.text: t.weight for t in terms_of(parse("Is the bridge toll two euros?"), [story()])}
    assert terms["euros"] > terms["bridge"]


def test_a_line_that_holds_all_of_the_question_scores_one():
    asked = parse("When will the bridge reopen?")
    terms = terms_of(asked, [story()])
    scores = [line_score(line, story(), terms).full for line in story().lines]
    assert scores[0] == 1.0
    assert all(0 <= s < 1 for s in scores[1:])


def test_no_terms_no_score():
    assert line_score(story().lines[0], story(), []).full == 0


@pytest.mark.parametrize(
    ("text", "name", "there"),
    [
        ("The Atlantic Cup was won by Brest.", ("world", "cup"), False),
        ("The World Cup was won by Spain.", ("world", "cup"), True),
        ("Mayor Tom Brandt spoke.", ("ada", "brandt"), False),
        ("Brandt spoke.", ("ada", "brandt"), True),
        ("Ada Brandt spoke.", ("ada", "brandt"), True),
        ("Selby spoke.", ("ada", "brandt"), False),
    ],
)
def test_a_name_is_in_an_article_whole_or_as_a_surname_of_nobody_else(text, name, there):
    common = name[-1] == "cup"
    term = Term(" ".join(name), "", True, name, common_noun=common)
    assert term.in_story(read([passage(text)])[0]) is there


def test_a_name_that_an_article_has_as_asked_is_not_found_in_a_word_like_it():
    (term,) = terms_of(parse("Who is Arvid Rønning?"), [story("Arvid Rønning left. The running costs rose.")])
    assert term.in_words(frozenset(), frozenset(["rønning"]))
    assert not term.in_words(frozenset(), frozenset(["running"]))
    (other,) = terms_of(parse("Who is Zelenski?"), [story("Zelenskyy spoke.")])
    assert not other.in_words(frozenset(), frozenset(["running"]))


def test_a_year_may_stand_in_the_articles_date():
    term = Term("2026", "2026", False)
    assert term.in_story(story(published=dt.datetime(2026, 3, 3, tzinfo=dt.UTC)))
    assert not term.in_story(story(published=None))
