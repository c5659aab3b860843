"""The trained weights: what they say, and what a damaged file of them does."""

from __future__ import annotations

import json

import pytest

from qa.answering import trust
from qa.answering.evidence import evidence
from qa.answering.extractive import ExtractiveEngine
from qa.answering.judging import chance, likeliest
from qa.answering.question import parse
from qa.answering.reading import read
from qa.answering.seeming import seeming
from qa.answering.terms import terms_of
from qa.errors import QAError
from qa.types import ArticleHead, Passage

TEXT = (
    "The port of Halvik closed on Monday after a fire. Harbour master Tora Brekke said 14 ships were "
    "waiting. The union did not oppose the closure. A bakery opened in town."
)
WEIGHTS = {"figures": ["a", "b"], "base": 0.0, "weights": [2.0, -1.0]}
SMALL = {"made_by": "a test", "choosing": WEIGHTS, "judging": WEIGHTS, "close": 0.5, "strict": 0.7}


def read_text(text=TEXT):
    head = ArticleHead(id="a", version=1, title="Fire at Halvik")
    passage = Passage(
        number=1,
        article=head,
        ordinals=(0,),
        start=0,
        end=len(text),
        text=text,
        score=1.0,
        found_by=("lexical",),
    )
    return read([passage])


def figures(question, index):
    stories, asked = read_text(), parse(question)
    return evidence(asked, stories[0].lines[index], stories[0], terms_of(asked, stories))


def signs(question, index):
    story = read_text()[0]
    return seeming(parse(question), story.lines[index], story)


def judged(question):
    """The place of the likeliest sentence, and the chance that it answers."""
    stories, asked = read_text(), parse(question)
    picks = likeliest(asked, stories, terms_of(asked, stories))
    return picks[0].line.index, chance(asked, picks[0])


def written(folder, **changes):
    file = folder / "trust.json"
    file.write_text(json.dumps(SMALL | changes), "utf-8")
    return file


def test_the_shipped_weights_are_for_the_figures_that_there_are():
    question = "When did the port close?"
    assert trust.trained().choosing.figures == tuple(figures(question, 0))
    assert trust.trained().judging.figures == tuple(signs(question, 0))
    assert 0 < trust.trained().strict < 1
    assert trust.FILE.stat().st_size < 300_000


def test_the_sentence_that_answers_is_the_likeliest():
    assert judged("How many ships were waiting at Halvik?")[0] == 1
    assert judged("When did the port of Halvik close?")[0] == 0
    assert judged("What opened in town?")[0] == 3


@pytest.mark.parametrize(
    ("asked", "edited"),
    [
        ("How many ships were waiting at Halvik?", "How many ships were not waiting at Halvik?"),
        ("When did the port of Halvik close?", "When did the port of Orsta close?"),
        (
            "When did the port of Halvik close after a fire?",
            "When did the port of Halvik close before a flood?",
        ),
        ("What opened in town?", "What was the oldest thing that never opened in town?"),
    ],
)
def test_an_edit_that_takes_the_answer_away_lowers_the_chance(asked, edited):
    assert judged(edited)[1] < judged(asked)[1]
    assert judged(asked) == judged(asked)


def test_signs_of_a_question_that_only_seems_answered():
    plain = signs("Which ships were waiting?", 1)
    assert (plain["held_here"], plain["asks_which"], plain["asks_not"]) == (1, 1, 0)
    assert signs("How many ships were not waiting?", 1)["not_asked_only"] == 1
    assert signs("What did the union oppose?", 2)["not_said_only"] == 1
    assert signs("Did the union not oppose the closure?", 2)["not_differs"] == 0
    assert signs("How many of the 15 ships were waiting?", 1)["number_swapped"] == 1
    assert signs("How many of the 14 ships were waiting?", 1)["number_swapped"] == 0
    assert signs("Did Orsta's harbour master say so?", 1)["name_swapped"] == 1
    assert signs("Who is Tora Holm?", 1)["names_in_part"] == 1
    assert signs("Which was the biggest bakery?", 3)["degree_lacking_story"] == 1
    assert signs("Which bakery closed?", 3)["opposite_listed"] == 1
    assert signs("What was the unopposed closure?", 2)["opposite_form"] == 1
    assert signs("By which town was it opened?", 3)["asks_by_preposition"] == 1
    assert signs("What was burnt in the fire at Halvik?", 0)["title_asked"] > 0.5


def test_strictly_asked_the_engine_gives_the_likeliest_sentence_or_none():
    def told(question, enough):
        *drafts, outcome = ExtractiveEngine(enough=enough).draft(question, [read_text()[0].passage])
        return [d.text for d in drafts], outcome.reason

    question = "How many ships were waiting at Halvik?"
    texts, _ = told(question, 0.01)
    assert any("14 ships" in text for text in texts)
    assert len(texts) <= 2
    texts, reason = told(question, 0.999)
    assert not texts
    assert "does not seem to answer" in reason


def test_the_figures_are_what_they_say():
    found = figures("Which bakery opened before Tuesday?", 3)
    assert found["missing_here"] > 0
    assert figures("Did the union support the closure?", 2)["opposite"] == 1
    assert figures("Did the union support the closure?", 2)["denial_differs"] == 1
    assert figures("How many ships were waiting?", 1)["new_numbers"] > 0
    assert figures("Were 14 ships waiting?", 1)["new_numbers"] == 0
    assert figures("Were 15 ships waiting?", 1)["numbers_missing"] == 1
    assert figures("What was the biggest fire?", 0)["superlatives_missing"] == 1
    assert figures("Who is Tora Brekke?", 3)["names_missing_here"] == 1
    assert figures("Who is Tora Brekke?", 1)["names_missing_here"] == 0


def test_weights_add_up(tmp_path):
    plain = trust.load(written(tmp_path)).judging
    assert plain.total({"a": 3.0, "b": 1.0}) == 5.0
    assert plain.probability({"a": 0.0, "b": 0.0}) == 0.5
    assert plain.probability({"a": 1.0, "b": 0.0}) == pytest.approx(0.8808, abs=1e-4)
    assert plain.probability({"a": -1e6, "b": 0.0}) > 0


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"judging": WEIGHTS | {"weights": [1.0]}}, "one weight for each figure"),
        ({"strict": 2}, "strict"),
        ({"choosing": WEIGHTS | {"base": None}}, "base"),
        ({"extra": 1}, "extra"),
        ({"close": -1}, "close"),
    ],
)
def test_damaged_weights_are_named(tmp_path, changes, problem):
    with pytest.raises(QAError, match="is damaged") as caught:
        trust.load(written(tmp_path, **changes))
    assert problem in str(caught.value)


def test_a_file_that_is_no_json_or_is_missing_is_named(tmp_path):
    (tmp_path / "cut.json").write_text('{"made_by": ', "utf-8")
    with pytest.raises(QAError, match=r"cut\.json is damaged: it is not JSON"):
        trust.load(tmp_path / "cut.json")
    with pytest.raises(QAError, match="cannot be read"):
        trust.load(tmp_path / "none.json")
