"""The passages that an answer is drawn from: for every part of the question and every name in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from qa import Article, Library
from qa.answering.finding import found
from qa.types import Filters, Passage

NEWS = {
    "tunnel": "The Sorn tunnel will cost 40 million euros. The council set the cost of the tunnel on Monday.",
    "digging": "Digging the Sorn tunnel takes nine years. The cost of the tunnel is paid by the state.",
    "bridge": "The council set the cost of the new bridge. Who pays the cost of the bridge is open.",
    "ferry": "The Brenn ferry costs 3 euros a ride. The cost of the ferry rose twice.",
    "pike": "Ole Rask caught a pike in the fjord.",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library(tmp_path_factory.mktemp("finding") / "library") as opened:
        opened.add(
            [
                Article(id=name, outlet="Post", published=dt.datetime(2026, 5, day, tzinfo=dt.UTC), text=text)
                for day, (name, text) in enumerate(NEWS.items(), 1)
            ]
        )
        yield opened


def ids(question: str, library: Library, k: int, filters: Filters | None = None) -> list[str]:
    passages = found(question, library, k=k, filters=filters or Filters())
    assert [p.number for p in passages] == list(range(1, len(passages) + 1))
    assert len(passages) <= k + k // 2
    return [p.article.id for p in passages]


def test_each_part_of_a_question_finds_its_own(library: Library) -> None:
    question = "What does the tunnel cost, and who caught a pike?"
    assert set(ids(question, library, 2)) & {"tunnel", "digging"}
    assert "pike" in ids(question, library, 2)


def test_each_part_is_searched_for_without_what_stands_before_the_question(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[str] = []
    search = library.search

    def noting(text: str, *, k: int, filters: Filters) -> tuple[Passage, ...]:
        searched.append(text)
        return search(text, k=k, filters=filters)

    monkeypatch.setattr(library, "search", noting)
    ids("Going by the latest reports, when did the ferry sail, and from where?", library, 2)
    whole, *parts = searched
    assert whole == "when did the ferry sail, and from where?"
    assert parts == ["when did the ferry sail?", "from where did the ferry sail?"]


def test_one_question_is_found_as_the_library_finds_it(library: Library) -> None:
    question = "What does the ferry cost a ride?"
    plain = [p.article.id for p in library.search(question, k=3, filters=Filters())]
    assert ids(question, library, 3) == plain
    assert plain[0] == "ferry"


COMMON = "What did the council say about the cost of the bridge to {}?"


@pytest.mark.parametrize("k", [1, 2, 5])
def test_a_name_comes_first_though_common_words_outweigh_it(k: int, library: Library) -> None:
    plain = library.search(COMMON.format("Rask"), k=1, filters=Filters())
    assert [p.article.id for p in plain] == ["bridge"]
    assert ids(COMMON.format("Rask"), library, k)[0] == "pike"


def test_a_name_that_is_nowhere_brings_nothing_to_the_front(library: Library) -> None:
    assert ids(COMMON.format("Quint"), library, 1) == ["bridge"]


def test_two_names_come_before_one(library: Library) -> None:
    assert ids("Does Rask pay for the Sorn tunnel or the Brenn ferry?", library, 5)[-1] == "bridge"


def test_no_passage_comes_twice(library: Library) -> None:
    names = ids("Did Rask see the Sorn tunnel, and did Rask take the Brenn ferry?", library, 10)
    assert sorted(names) == sorted(set(names))


def test_what_is_left_out_stays_out_for_a_name_too(library: Library) -> None:
    until = Filters(until=dt.date(2026, 5, 4))
    assert "pike" not in ids(COMMON.format("Rask"), library, 5, until)
