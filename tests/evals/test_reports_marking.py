"""Which words of an answer are marked, and that marks hold their place through folding and cutting."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.evals.matching import folded
from qa.evals.reports.marking import ALIKE, at_fault, clipped, differing, located, merged, segments
from qa.types import Span


def words(text, spans):
    return [text[s.start : s.end] for s in spans]


def test_a_stretch_is_found_where_it_stands():
    text = "First. The chairman said no. Last."
    assert words(text, located("The chairman said no", text)) == ["The chairman said no"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("He [the minister] said “no” – twice. [1]", "He [the minister] said “no” – twice"),
        ("He the minister said\u00a0no twice", "He the minister said\u00a0no twice"),
        ("HE THE MINISTER SAID NO TWICE", "HE THE MINISTER SAID NO TWICE"),
    ],
)
def test_folding_and_brackets_do_not_hide_it(text, found):
    assert words(text, located('He the minister said "no" - twice.', text)) == [found]


def test_markers_between_sentences_do_not_hide_it():
    text = "It may rain. [1]\nIt may snow. [2]"
    assert words(text, located("It may rain. It may snow.", text)) == ["It may rain. [1]\nIt may snow"]


def test_a_stretch_that_is_interrupted_has_several_places():
    text = "Norrel will buy the ferry.\nExpected:\nThe board must agree to it first."
    found = located("Norrel will buy the ferry. The board must agree to it first.", text)
    assert words(text, found) == ["Norrel will buy the ferry", "The board must agree to it first"]


@pytest.mark.parametrize("stretch", ["", "...", "nothing of the sort was said"])
def test_what_is_not_there_is_not_found(stretch):
    assert located(stretch, "The chairman said no.") == ()


def test_the_words_that_differ():
    before = "Norrel is expected to buy the ferry for $40 million."
    after = "Norrel has bought the ferry for $45 million."
    assert words(after, differing(after, before)) == ["has bought", "$45"]
    assert words(before, differing(before, after)) == ["is expected to buy", "$40"]


def test_a_percentage_is_not_its_number():
    assert words("It rose 12% today", differing("It rose 12% today", "It rose 12 today")) == ["12%"]


def test_markers_and_case_are_no_difference():
    assert differing("The Board agreed. [3]", "the board agreed [1]") == ()


@pytest.mark.parametrize("other", ["", "Quite another text about rain over hills"])
def test_texts_with_little_in_common_are_not_compared(other):
    assert 0 < ALIKE < 1
    assert differing("Norrel has bought a ferry.", other) == ()


def test_texts_beyond_reason_are_not_compared():
    assert differing("word " * 4000, "word " * 3999 + "other") == ()


def test_only_the_changed_words_of_a_stretch_are_at_fault():
    text = "It is sunny. Norrel has bought the ferry for $40 million."
    changed = differing(text, "It is wet. Norrel may buy the ferry for $40 million.")
    assert words(text, at_fault(text, ["Norrel has bought the ferry for $40 million."], changed)) == [
        "has bought"
    ]


def test_a_stretch_without_a_changed_word_is_at_fault_as_a_whole():
    text = "Norrel paid a driver."
    changed = differing(text, "Prosecutors say Norrel paid a driver.")
    assert changed == ()
    assert words(text, at_fault(text, ["Norrel paid a driver."], changed)) == ["Norrel paid a driver"]


def test_a_stretch_that_is_mostly_new_is_at_fault_as_a_whole():
    text = "The ferry sank off Brenn."
    mostly = [Span(start=4, end=len(text) - 1)]
    assert words(text, at_fault(text, [text], mostly)) == ["The ferry sank off Brenn"]


def test_spans_that_touch_become_one():
    spans = [Span(start=5, end=9), Span(start=0, end=5), Span(start=20, end=22)]
    assert merged(spans) == (Span(start=0, end=9), Span(start=20, end=22))


@settings(deadline=None)
@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=4))
def test_segments_are_the_text(text, pairs):
    spans = [Span(start=min(p), end=max(p)) for p in pairs if max(p) <= len(text)]
    found = segments(text, spans, spans)
    assert "".join(s.text for s in found) == text
    assert not any(s.marked and s.differs for s in found)


def test_segments_carry_their_marks():
    found = segments("one two three", [Span(start=4, end=7)], [Span(start=0, end=7)])
    assert found == (("one ", False, True), ("two", True, False), (" three", False, False))


@settings(deadline=None)
@given(st.text(max_size=80))
def test_places_hold_whatever_the_characters(text):
    for span in located(folded(text), text):
        assert 0 <= span.start < span.end <= len(text)


def test_a_long_text_is_cut_around_its_mark():
    text = "a" * 500 + " WRONG " + "b" * 500
    short, marks = clipped(text, [Span(start=501, end=506)], 100)
    assert len(short) <= 100
    assert words(short, marks) == ["WRONG"]
    assert short[0] == short[-1] == "…"


def test_a_short_text_is_not_cut():
    assert clipped("short", [Span(start=0, end=5)], 5) == ("short", (Span(start=0, end=5),))
