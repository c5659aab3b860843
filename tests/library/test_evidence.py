"""What speaks for a chunk beside its own words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from qa.library import Library
from qa.library.evidence import MOST_TERMS, SHIPPED, WORDS_ALONE, Asked, Found, Weights, asked, weigh
from qa.types import Article, Filters

ONLY_OWN = Weights(title=0.0, pair=0.0, article=0.0, opening=0.0)
DULL = "Nothing else was said about the weather that week, and the shops along the quay kept their hours. "


def stems(text: str) -> list[str]:
    return [w.lower().rstrip("s") for w in text.split() if w.lower() not in ("the", "of", "who", "is")]


def test_stems_once_and_pairs_with_their_distance():
    looked_for = asked("Who is the mayor of Carrow, mayor Lindqvist?", stems)
    assert looked_for.terms == ("mayor", "carrow", "lindqvist")
    assert looked_for.pairs == (("mayor", 2, "carrow"), ("carrow", 1, "mayor"), ("mayor", 1, "lindqvist"))


def test_a_doubled_word_is_no_pair_and_no_words_are_nothing():
    assert asked("bridge bridge", stems) == Asked(("bridge",), ())
    assert asked("Who is the?", stems) == Asked((), ())


def test_of_too_many_words_the_rarest_that_occur_stay():
    many = asked(" ".join(f"word{i:03}" for i in range(100)), stems)
    kept = many.rarest(lambda term: int(term[4:]))
    assert len(kept.terms) == MOST_TERMS
    assert kept.terms[0] == "word001"  # word000 occurs nowhere
    assert {word for one, _, other in kept.pairs for word in (one, other)} <= set(kept.terms)


def test_the_article_and_its_opening_count_beside_the_own_words():
    found = [Found(4.0, 11, 1, None), Found(2.0, 10, 1, None), Found(6.0, None, 1, 10)]
    weights = Weights(title=0.0, pair=0.0, article=0.5, opening=0.25)
    assert weigh(found, weights, 10) == [(11, 4.0 + 3.0 + 0.5), (10, 2.0 + 3.0 + 0.5)]
    assert weigh(found, ONLY_OWN, 10) == [(11, 4.0), (10, 2.0)]


def test_the_best_stay_and_the_chunks_beside():
    found = [Found(3.0, 1, 1, None), Found(2.0, 2, 2, None), Found(1.0, 3, 3, None)]
    assert weigh(found, ONLY_OWN, 1) == [(1, 3.0)]
    assert weigh(found, ONLY_OWN, 1, frozenset({3})) == [(1, 3.0), (3, 1.0)]


def test_equal_scores_are_ordered_by_id():
    assert weigh([Found(1.0, 9, 2, None), Found(1.0, 4, 1, None)], ONLY_OWN, 5) == [(4, 1.0), (9, 1.0)]


@pytest.fixture
def plain(library: Library) -> Callable[..., list[str]]:
    """Searches the library by words, with these weights, and gives the articles' ids, best first."""

    def search(question: str, weights: Weights) -> list[str]:
        library.searching.dense_weight, library.searching.weights = 0.0, weights
        return [p.article.id for p in library.search(question, k=5)]

    return search


def test_words_that_stand_together_say_more(library: Library, plain: Callable[..., list[str]]):
    apart = "The iron gate was painted, and the iron bridge was not. Visitors walk along the moss all day."
    together = "The keeper of the Iron Moss painted a gate last year. Visitors come to see the park at dusk."
    library.add([Article(id="a-apart", text=apart), Article(id="b-together", text=together)])
    assert plain("Where is Iron Moss?", WORDS_ALONE._replace(pair=1.0))[0] == "b-together"
    assert plain("Where is Iron Moss?", WORDS_ALONE)[0] == "a-apart"


def test_a_passage_is_found_by_words_that_its_article_has_elsewhere(
    library: Library, plain: Callable[..., list[str]]
):
    named = "Vera Lindqvist leads the tramway of Carrow. " + DULL * 12
    right = Article(
        id="b-right", text=named + "She resigned on Monday over the price of tickets. " + DULL * 7
    )
    wrong = Article(
        id="a-wrong", text=DULL * 19 + "The trainer resigned on Monday over the price of tickets."
    )
    library.add([right, wrong])
    question = "Why was it that the head of the Carrow tramway resigned on Monday over tickets?"
    assert plain(question, ONLY_OWN)[0] == "a-wrong"
    assert plain(question, SHIPPED)[0] == "b-right"


def test_whole_articles_are_no_passages_and_go_with_their_article(library: Library, article):
    added = [article(n, paragraphs=8) for n in range(6)]
    library.add(added)
    index = library.searching._fresh_lexical()
    assert index.count() == library.catalogue.chunk_count()
    library.remove(added[2].id)
    library.add([article(3, paragraphs=9)])  # another version
    assert library.search("ferry marker3")
    index = library.searching._fresh_lexical()
    assert index.count() == library.catalogue.chunk_count()
    assert int(index._searcher.num_docs) == 1 + index.count() + 5  # the marker, chunks, and articles
    ids = {i for i, _ in index.search("council repairs ferry", 50, Filters())}
    assert ids == set(library.catalogue.chunks(sorted(ids)))


def test_the_same_question_gives_the_same_scores_between_0_and_1(library: Library, article):
    library.add([article(n) for n in range(20)])
    once = library.search("When will the ferry of Ashford open again?", k=8)
    assert once == library.search("When will the ferry of Ashford open again?", k=8)
    assert all(0 <= p.score <= 1 for p in once)
    assert [p.score for p in once] == sorted((p.score for p in once), reverse=True)


def test_an_index_of_the_older_layout_is_built_anew(
    library: Library, article, reopen: Callable[..., Library], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from qa.library import lexical

    with monkeypatch.context() as patched:
        patched.setattr(lexical, "LAYOUT", 1)
        library.add([article(n) for n in range(3)])
        library.close()
    opened = reopen()
    assert opened.search("marker2")[0].article.id == "article-00002"
    assert opened.searching.lexical_problem() == ""
