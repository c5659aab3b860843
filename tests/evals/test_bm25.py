"""The baseline that recipes set beside the engine: plain BM25."""

from __future__ import annotations

from qa.evals import benchmarks


def index(texts):
    return benchmarks.recipe("newsqa").Bm25(texts)


def test_a_rare_word_outweighs_a_common_one():
    texts = ["The ferry sank.", "The ferry sailed.", "The ferry docked.", "A walrus slept."]
    assert index(texts).best("Did the walrus see the ferry?", 4)[0] == 3


def test_words_are_compared_by_stem_and_stopwords_left_out():
    assert index(["The of and.", "Strikes ended."]).best("When does the strike end?", 2) == [1]


def test_a_short_text_outranks_a_long_one_that_holds_the_word_as_often():
    long = "The herring fleet of the northern harbour sailed early on Monday past the old lighthouse."
    assert index([long, "Herring prices."]).best("herring", 2) == [1, 0]


def test_only_the_texts_allowed_are_ranked_and_equals_keep_their_order():
    texts = ["Herring.", "Herring.", "Herring."]
    assert index(texts).best("herring", 2) == [0, 1]
    assert index(texts).best("herring", 3, among={2}) == [2]


def test_nothing_is_found_for_words_that_are_nowhere():
    assert index(["Herring."]).best("walrus", 3) == []
    assert index([]).best("walrus", 3) == []
