"""Which articles a summary is of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from opening import ELECTION, STRIKE_1, STRIKE_2, article

from qa import Library
from qa.errors import ArticleNotFoundError, UsageError
from qa.summarizing.choosing import chosen, material, whole
from qa.types import Filters

ARTICLES = [
    article("vote", ELECTION, day="2026-03-19", title="Halmere to vote"),
    article("later", STRIKE_2, day="2026-03-17", title="Talks resume", outlet="Post"),
    article("first", STRIKE_1, day="2026-03-16", title="Ferries stop"),
    article("undated", "The lighthouse at Gull Point was painted red and white.", day="", title="Lighthouse"),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> Iterator[Library]:
    with Library(tmp_path_factory.mktemp("choosing") / "library") as opened:
        opened.add(ARTICLES)
        yield opened


def names(library: Library, query: str = "", **filters) -> list[str]:
    return [p.article.id.rstrip("0") for p in chosen(library, Filters(**filters), query)]


def test_without_a_query_all_in_order_of_publication(library):
    assert names(library) == ["first", "later", "vote", "undated"]
    assert names(library, since=dt.date(2026, 3, 17)) == ["later", "vote"]
    assert names(library, outlets=("post",)) == ["later"]
    assert [p.number for p in chosen(library, Filters())] == [1, 2, 3, 4]


def test_a_query_chooses_what_is_about_it(library):
    assert set(names(library, "the Brindle ferry strike")) == {"first", "later"}
    assert names(library, "Okafor") == ["vote"]
    assert names(library, "painting a lighthouse") == ["undated"]


def test_articles_are_whole(library):
    for passage in chosen(library, Filters()):
        assert passage.text == library.get(passage.article.id).text
        assert (passage.start, passage.end) == (0, len(passage.text))


def test_the_material_knows_how_it_was_chosen(library):
    found = material(library, Filters(), as_of=dt.date(2026, 3, 17))
    assert [a.rstrip("0") for a in found.heads] == ["first", "later"]
    assert found.filters.until == dt.date(2026, 3, 17)
    assert set(found.groups) == set(found.heads)


def test_an_unknown_article_and_an_empty_range_are_errors(library):
    with pytest.raises(ArticleNotFoundError):
        material(library, Filters(articles=("first000", "nothing1")))
    with pytest.raises(UsageError):
        material(library, Filters(since=dt.date(2026, 3, 18)), as_of=dt.date(2026, 3, 17))


def test_an_article_without_words_is_left_out():
    assert [p.article.id for p in whole([article("blank", " \n"), ARTICLES[0]])] == [ARTICLES[0].id]
