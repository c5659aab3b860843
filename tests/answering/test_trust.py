"""The trained weights: what they say, and what a damaged file of them does."""

from __future__ import annotations

import json

import pytest

from qa.answering import trust
from qa.answering.evidence import evidence
from qa.answering.question import parse
from qa.answering.reading import read
from qa.answering.terms import terms_of
from qa.errors import QAError
from qa.types import ArticleHead, Passage

TEXT = (
    "The port of Halvik closed on Monday after a fire. Harbour master Tora Brekke said 14 ships were "
    "waiting. The union did not oppose the closure. A bakery opened in town."
)
SMALL = {
    "made_by": "a test",
    "figures": ["a", "b"],
    "base": 0.0,
    "weights": [2.0, -1.0],
    "trees": [],
    "strict": 0.7,
}
TREE = {
    "figure": [0, -1, -1],
    "limit": [0.5, 0, 0],
    "low": [1, 0, 0],
    "high": [2, 0, 0],
    "value": [0, -3.0, 3.0],
}


def figures(question, index):
    head = ArticleHead(id="a", version=1, title="Fire at Halvik")
    passage = Passage(
        number=1,
        article=head,
        ordinals=(0,),
        start=0,
        end=len(TEXT),
        text=TEXT,
        score=1.0,
        found_by=("lexical",),
    )
    stories, asked = read([passage]), parse(question)
    return evidence(asked, stories[0].lines[index], stories[0], terms_of(asked, stories))


def written(folder, **changes):
    file = folder / "trust.json"
    file.write_text(json.dumps(SMALL | changes), "utf-8")
    return file


def test_the_shipped_weights_are_for_the_figures_that_there_are():
    assert trust.trained().figures == tuple(figures("When did the port close?", 0))
    assert 0 < trust.trained().strict < 1
    assert trust.FILE.stat().st_size < 300_000


def test_the_sentence_that_answers_is_the_likeliest():
    question = "How many ships were waiting at Halvik?"
    chances = [trust.trained().probability(figures(question, i)) for i in range(4)]
    assert max(chances) == chances[1]
    assert chances == [trust.trained().probability(figures(question, i)) for i in range(4)]


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


def test_weights_and_trees_add_up(tmp_path):
    plain = trust.load(written(tmp_path))
    assert plain.probability({"a": 0.0, "b": 0.0}) == 0.5
    assert plain.probability({"a": 1.0, "b": 0.0}) == pytest.approx(0.8808, abs=1e-4)
    grown = trust.load(written(tmp_path, trees=[TREE]))
    assert grown.probability({"a": 0.5, "b": 1.0}) == pytest.approx(1 / (1 + 2.718281828**3))
    assert grown.probability({"a": 0.6, "b": 1.2}) == pytest.approx(1 / (1 + 2.718281828**-3))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"weights": [1.0]}, "one weight for each figure"),
        ({"strict": 2}, "strict"),
        ({"base": None}, "base"),
        ({"extra": 1}, "extra"),
        ({"trees": [TREE | {"figure": [7, -1, -1]}]}, "a figure that there is not"),
        ({"trees": [TREE | {"low": [0, 0, 0]}]}, "goes back or nowhere"),
        ({"trees": [TREE | {"value": [0]}]}, "differ in length"),
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
