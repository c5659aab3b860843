from __future__ import annotations

import pytest

from qa.library.passages import Hit, assemble
from qa.library.records import ChunkRow
from qa.types import Article

LEAD = (
    "The harbour master of Carrow closed the north pier on Tuesday after a crane fell into the water "
    "and damaged two ferries. Nobody was hurt, he said, and divers will look at the wreck as soon as "
    "the storm is over. The company that owns the crane has sent three engineers from its works in "
    "the north."
)
OTHER = (
    "Bakers in the old town want to sell bread on Sundays, and the council will hear them in the "
    "spring of next year."
)


def _article(article_id: str, text: str) -> Article:
    return Article(id=article_id, text=text, outlet=article_id.title())


def _hits(*spans: tuple[int, int, int, float]) -> list[Hit]:
    return [Hit(ChunkRow(i, n, i, a, b), score, score, None) for i, (n, a, b, score) in enumerate(spans)]


def _run(articles: dict[int, Article], *spans: tuple[int, int, int, float], k: int = 8):
    return assemble(_hits(*spans), articles.get, k)


def test_overlapping_chunks_become_one_passage():
    articles = {1: _article("one", LEAD + " " + OTHER)}
    (passage,) = _run(articles, (1, 100, 250, 0.9), (1, 0, 120, 0.5), (1, 240, 300, 0.2))
    assert (passage.start, passage.end, passage.score) == (0, 300, 0.9)
    assert passage.text == articles[1].text[0:300]
    assert passage.ordinals == (0, 1, 2)


def test_chunks_that_only_touch_stay_apart():
    assert len(_run({1: _article("one", LEAD)}, (1, 0, 100, 0.9), (1, 100, 200, 0.5))) == 2


def test_a_bridge_joins_two_passages_and_room_is_used():
    articles = {1: _article("one", LEAD), 2: _article("two", OTHER)}
    found = _run(articles, (1, 0, 80, 0.9), (1, 100, 200, 0.8), (1, 60, 120, 0.7), (2, 0, 60, 0.1), k=2)
    assert [(p.number, p.article.id, p.start, p.end) for p in found] == [
        (1, "one", 0, 200),
        (2, "two", 0, 60),
    ]


def test_a_wire_copy_is_named_and_not_repeated():
    articles = {
        1: _article("wire", LEAD),
        2: _article("copy", "CARROW — " + LEAD),
        3: _article("other", OTHER),
    }
    found = _run(articles, (1, 0, len(LEAD), 0.9), (2, 0, len(LEAD) + 9, 0.8), (3, 0, len(OTHER), 0.1), k=2)
    assert [p.article.id for p in found] == ["wire", "other"]
    assert [head.id for head in found[0].also_in] == ["copy"]


def test_a_copy_with_other_borders_is_a_copy_too():
    articles = {1: _article("wire", LEAD), 2: _article("copy", LEAD)}
    found = _run(articles, (1, 0, 200, 0.9), (2, 118, len(LEAD), 0.8))
    assert [(p.article.id, [h.id for h in p.also_in]) for p in found] == [("wire", ["copy"])]


def test_what_denies_does_not_stand_for_what_it_denies():
    denied = LEAD.replace("closed the north pier", "did not close the north pier")
    articles = {1: _article("denied", denied), 2: _article("wire", LEAD)}
    found = _run(articles, (1, 0, len(denied), 0.9), (2, 0, len(LEAD), 0.8))
    assert [(p.article.id, p.also_in) for p in found] == [("denied", ()), ("wire", ())]


def test_what_says_more_may_stand_for_its_shorter_copy():
    longer = f"{LEAD} {LEAD.replace('pier', 'quay').replace('three', 'nine')} No ferry sails."
    articles = {1: _article("longer", longer), 2: _article("copy", LEAD)}
    found = _run(articles, (1, 0, len(longer), 0.9), (2, 0, len(LEAD), 0.8))
    assert [(p.article.id, [h.id for h in p.also_in]) for p in found] == [("longer", ["copy"])]


def test_an_update_with_another_number_is_no_copy():
    for old, new in (
        ("three engineers", "five engineers"),
        ("Nobody was hurt", "Nobody was not hurt"),
        ("Tuesday", "Friday"),
    ):
        later = LEAD.replace(old, new)
        assert later != LEAD
        found = _run(
            {1: _article("old", LEAD), 2: _article("new", later)},
            (1, 0, len(LEAD), 0.9),
            (2, 0, len(later), 0.8),
        )
        assert [p.article.id for p in found] == ["old", "new"]


def test_a_hit_whose_article_is_gone_is_left_out():
    assert _run({}, (1, 0, 10, 0.9)) == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [("Carrow", "Selby"), ("harbour master of Carrow", "harbour master of Selby"), ("will look", "may look")],
)
def test_a_copy_with_another_name_or_hedge_is_shown(old, new):
    later = LEAD.replace(old, new)
    assert later != LEAD
    found = _run(
        {1: _article("old", LEAD), 2: _article("new", later)}, (1, 0, len(LEAD), 0.9), (2, 0, len(later), 0.8)
    )
    assert [p.article.id for p in found] == ["old", "new"]


def test_a_copy_with_the_outlets_own_name_is_a_copy():
    told = LEAD.replace("he said", "he told the {}")
    articles = {
        1: _article("courier", told.format("Courier")),
        2: _article("gazette", told.format("Gazette")),
    }
    found = _run(articles, (1, 0, len(told) + 5, 0.9), (2, 0, len(told) + 5, 0.8))
    assert [p.article.id for p in found] == ["courier"]
    assert [head.id for head in found[0].also_in] == ["gazette"]
