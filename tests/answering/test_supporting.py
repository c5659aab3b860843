"""How far a source supports a statement: where its words come from, what is out of place, and the score."""

from __future__ import annotations

import math

import pytest

from qa.answering.supporting.aligning import NOVEL, align, read_source
from qa.answering.supporting.blame import blamed
from qa.answering.supporting.displaced import displaced, misplaced, nearest_sentence
from qa.answering.supporting.opposites import turned_round
from qa.answering.supporting.scoring import doubt, support
from qa.answering.words import words

STORY = (
    "The council of Ambleworth closed the swimming pool on Monday, saying that its roof might fall in. "
    "Repairs will cost £2.4 million and take nine months. "
    "Mayor Orla Fenwick, who opened the pool in 1998, said that the town had been warned twice. "
    "Police arrested 12 people at a protest outside the town hall on Wednesday, and 40 more were sent home."
)
SOURCE = read_source(STORY)


def pieces(statement: str) -> list[str]:
    laid = align(statement, SOURCE)
    return [" ".join(w.lower for w in laid.words[a:b]) for a, b in laid.fragments()]


# ---------------------------------------------------------------- laid over its source


def test_words_as_they_stand_are_one_piece_and_cost_nothing() -> None:
    laid = align("Repairs will cost £2.4 million and take nine months.", SOURCE)
    assert laid.cost == 0
    assert laid.fragments() == [(0, len(laid.words))]


def test_a_word_that_many_sentences_have_is_taken_from_the_one_that_the_rest_is_taken_from() -> None:
    # "the" stands nine times in the story, "on" twice.
    laid = align("the town hall on Wednesday", SOURCE)
    assert {SOURCE.sentence[place] for place in laid.places} == {3}


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        # What stands between two commas is left out.
        (
            "Mayor Orla Fenwick said that the town had been warned twice.",
            ["mayor orla fenwick", "said that the town had been warned twice"],
        ),
        # Half of one sentence, half of another.
        (
            "Police arrested 12 people and take nine months.",
            ["police arrested 12 people", "and take nine months"],
        ),
        # Words of its own: a piece on either side.
        ("The council reluctantly closed the pool.", ["the council", "closed the", "pool"]),
    ],
)
def test_the_pieces_are_those_that_an_editor_would_mark(statement: str, expected: list[str]) -> None:
    assert pieces(statement) == expected


def test_words_that_stand_nowhere_have_no_place() -> None:
    laid = align("The zebra closed the pool", SOURCE)
    assert [p == NOVEL for p in laid.places] == [False, True, False, False, False]


def test_an_inflected_form_costs_less_than_a_foreign_word() -> None:
    costs = [
        align(f"The council {verb} the swimming pool", SOURCE).cost for verb in ("closed", "closes", "paints")
    ]
    assert costs == sorted(costs)
    assert len(set(costs)) == 3


def test_a_join_costs_more_the_farther_apart_its_halves_were() -> None:
    cut = align("Mayor Orla Fenwick said that the town had been warned twice.", SOURCE).cost
    following = align("Repairs will cost £2.4 million and take the town had been warned twice.", SOURCE).cost
    far = align("The council of Ambleworth closed 12 people at a protest", SOURCE).cost
    assert 0 < cut < following < far


def test_a_source_knows_its_sentences_and_where_parts_begin() -> None:
    source = read_source('Dr. Roe spoke at 5 p.m., in Rome. "No," he said! Then he left')
    starts = [source.words[i].lower for i in range(len(source.words)) if source.starts(i)]
    assert starts == ["dr", "in", "no", "he", "then"]
    assert source.sentence_text(source.sentence[-1]) == "Then he left"
    assert source.sentence_text(0) == "Dr. Roe spoke at 5 p.m., in Rome"


# ---------------------------------------------------------------- out of its place


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("Police arrested 12 people at a protest.", []),
        ("Police arrested 9 people at a protest.", ["9"]),
        ("Repairs will take 12 months.", ["12"]),
        ("Repairs will cost £2.4m.", []),
        ("Repairs will cost 2,400,000 pounds.", []),
        ("The council closed the swimming pool on Wednesday.", ["Wednesday"]),
        ("The council closed the swimming pool on Monday.", []),
        # The day of a date with a month is no count of anything.
        ("Police arrested people at a protest on 4 March.", []),
        # A sentence without a number lends none to be put in its place.
        ("The council closed the swimming pool after 9 warnings.", []),
    ],
)
def test_a_number_or_a_day_is_displaced_where_its_sentence_has_another(
    statement: str, expected: list[str]
) -> None:
    assert displaced(nearest_sentence(words(statement), SOURCE), statement, SOURCE) == expected


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("Repairs will take 12 months.", "12"),
        ("Repairs will take nine months.", None),
        # Too little of it stands in one sentence to know what the number should be.
        ("Builders reckon that the ceiling needs 12 months.", None),
        ("In 12.", None),
    ],
)
def test_a_number_is_misplaced_where_all_else_stands_in_one_sentence(
    statement: str, expected: str | None
) -> None:
    assert misplaced(statement, SOURCE) == expected


def test_the_nearest_sentence_is_found_without_the_numbers() -> None:
    assert nearest_sentence(words("Repairs will cost 12 and 40 and 1998"), SOURCE) == 1


@pytest.mark.parametrize(
    ("said", "source", "expected"),
    [
        ("A jury cleared him", "A jury convicted him", "cleared"),
        ("A jury convicted him", "A jury acquitted him", "convicted"),
        ("Sales rose", "Sales fell", "rose"),
        ("Sales fell", "Sales fell after they rose", None),  # the word itself stands there
        ("Sales climbed", "Sales rose after they fell", None),  # one that means the same does
        ("Sales rose", "The shop opened", None),
    ],
)
def test_a_word_whose_contrary_stands_there_is_turned_round(
    said: str, source: str, expected: str | None
) -> None:
    found = turned_round(words(said), {w.stem for w in words(source)})
    assert (found.lower if found else None) == expected


@pytest.mark.parametrize(
    ("statement", "source", "expected"),
    [
        ("The police stole them.", "Three statues were stolen, police said.", "police"),
        ("Police shot a man.", "A man was shot on Sunday, police said.", "police"),
        ("Police shot a man.", "A man was shot by police on Sunday, police said.", None),
        ("Police shot a man.", "Police shot a man on Sunday, police said.", None),
        ("Thieves stole them.", "Three statues were stolen, police said.", None),
        ("Police said thieves stole them.", "Three statues were stolen, police said.", None),
        ("Three statues were stolen, the police said.", "Three statues were stolen, police said.", None),
        ("Police arrested a man.", "A man was arrested, police said.", None),
    ],
)
def test_who_reports_a_wrong_is_not_who_did_it(statement: str, source: str, expected: str | None) -> None:
    found = blamed(statement, source)
    assert (found.lower if found else None) == expected


# ---------------------------------------------------------------- the score


def test_a_sentence_of_the_source_scores_one() -> None:
    for start in range(4):
        assert support(SOURCE.sentence_text(start), STORY) == 1


def test_no_words_score_nothing() -> None:
    assert support("", STORY) == 0
    assert support("…", STORY) == 0
    assert support("The pool", "") == 0


def test_one_word_is_no_statement() -> None:
    assert support("Police", STORY) == pytest.approx(math.exp(-0.2))


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        # A whole part left out; a verb torn out.
        (
            "Mayor Orla Fenwick said that the town had been warned twice.",
            "Mayor Orla Fenwick that the town warned twice.",
        ),
        # Shortened; joined to another's end.
        (
            "The council of Ambleworth closed the swimming pool.",
            "The council of Ambleworth closed 12 people at a protest.",
        ),
        # The right subject; another sentence's.
        ("Police arrested 12 people at a protest.", "Mayor Orla Fenwick arrested 12 people at a protest."),
        ("Repairs will take nine months.", "Repairs will take 40 months."),
        ("The council closed the pool.", "The council opened the pool."),
        ("The council closed the pool.", "A zebra closed a cinema."),
    ],
)
def test_what_is_true_scores_above_what_is_not(better: str, worse: str) -> None:
    assert 0 < support(worse, STORY) < support(better, STORY) <= 1


def test_each_doubt_lowers_the_score() -> None:
    found = doubt("Repairs will take 40 months.", SOURCE)
    assert (found.displaced, found.misplaced) == (1, 1)
    assert found.laying > 0
    assert found.triples > 0
    assert found.score == pytest.approx(math.exp(-found.laying - 0.2 * found.triples - 0.3 - 0.7))
    assert doubt("The council opened the swimming pool.", SOURCE).contrary == 1
