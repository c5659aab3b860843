from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from qa.library.chunking import LONGEST_SENTENCE, chunk, chunk_spans, embedded_text
from qa.sentences import sentence_spans


def test_chunks_are_slices_on_sentence_borders_of_even_length(article):
    text = article(1, paragraphs=12).text
    spans = chunk_spans(text)
    starts, ends = ({s[i] for s in sentence_spans(text)} for i in (0, 1))
    sizes = [len(text[a:b].split()) for a, b in spans]
    assert len(spans) > 3
    assert all(a in starts and b in ends for a, b in spans)
    assert all(80 <= size <= 160 for size in sizes)


def test_every_sentence_is_in_exactly_one_chunk_without_overlap(article):
    text = article(2, paragraphs=9).text
    spans = chunk_spans(text, overlap=0)
    for start, end in sentence_spans(text):
        assert sum(a <= start and end <= b for a, b in spans) == 1


def test_overlap_repeats_the_last_sentence(article):
    text = article(3, paragraphs=9).text
    spans = chunk_spans(text, overlap=1)
    assert all(later[0] < earlier[1] for earlier, later in pairwise(spans))


def test_a_short_text_is_one_chunk_and_white_space_is_none():
    assert chunk_spans("The bridge is open.") == [(0, 19)]
    assert chunk_spans(" \n\n ") == []


def test_a_table_without_full_stops_is_cut_between_words():
    text = " ".join(f"row{i}" for i in range(2000))
    spans = chunk_spans(text)
    assert all(len(text[a:b].split()) <= LONGEST_SENTENCE for a, b in spans)
    assert [word for a, b in spans for word in text[a:b].split()] == text.split()


def test_one_endless_word_is_cut_too():
    text = "x" * 50_000
    spans = chunk_spans(text)
    assert "".join(text[a:b] for a, b in spans) == text
    assert max(b - a for a, b in spans) < 5_000


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=2000), st.integers(0, 2))
def test_any_text_loses_no_word(text, overlap):
    spans = chunk_spans(text, target=20, overlap=overlap)
    covered = set()
    for a, b in spans:
        assert 0 <= a < b <= len(text)
        covered.update(range(a, b))
    assert all(i in covered for a, b in sentence_spans(text) for i in range(a, b) if not text[i].isspace())
    assert spans == sorted(spans)


def test_what_is_embedded_carries_the_head(article):
    head = article(4).head
    assert embedded_text(head, "Words.") == "Elston ferry to close\nEvening Courier, 2026-01-05\nWords."
    assert (
        embedded_text(head.model_copy(update={"title": "", "outlet": "", "published": None}), "Words.")
        == "Words."
    )


def test_chunks_count_from_zero(article):
    one = article(5, paragraphs=12)
    assert [c.ordinal for c in chunk(one, one.text)] == list(range(len(chunk(one, one.text))))
