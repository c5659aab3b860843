"""Sentence borders in news text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.sentences import sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "parts",
    [
        [
            "The final is on 30 May.",
            "Organisers said tickets go on sale in March.",
            "Bilbao hopes to be next.",
        ],
        ["She was prime minister before Mr May.", "Voters punished both."],
        ["He asked them to vote for me.", "Nobody did."],
        ["The union's answer was no.", "Roe resigned."],
        ["The museum shows modern art.", "Critics stayed away."],
        ["The deal is worth $3.4 billion.", "Shares fell 4.1 percent."],
        ["“We won,” she said.", "“Then we lost.”"],
        ["He asked: “Why?”", "Nobody knew."],
        ["The police came at 5 p.m.", "The crowd had left by then."],
        ["Zwölf Häuser brannten.", "Łukasz Nowak saw it from his window."],
    ],
)
def test_a_new_sentence_begins(parts):
    assert sentences(" ".join(parts)) == parts


@pytest.mark.parametrize(
    "whole",
    [
        "Lt. Gov. Ann Roe met Dr. B. Roe, M.D., on Jan. 5.",
        "Sen. Roe, D-N.Y., objected.",
        "The vote is at 5 p.m. Monday in the capital.",
        "No. 10 denied it.",
        "Mr. Roe of the U.S. Senate spoke at length.",
        "“Again!” he shouted.",
        "“We won.” said the coach.",
        "She lives at 12 St. James's Square.",
        "Version 2.5 of the rules applies.",
    ],
)
def test_the_sentence_goes_on(whole):
    assert sentences(whole) == [whole]


def test_a_line_break_always_ends_a_sentence():
    assert sentences("HARBOUR NEWS\nA ferry\nThe ferry sank.\n\nNobody was hurt.") == [
        "HARBOUR NEWS", "A ferry", "The ferry sank.", "Nobody was hurt.",
    ]  # fmt: skip


@pytest.mark.parametrize("empty", ["", " ", "\n \n", "\t"])
def test_nothing_holds_no_sentence(empty):
    assert sentence_spans(empty) == []


@given(st.text(max_size=300) | st.text(alphabet="Ma y.no \n“”\"'A1", max_size=80))
def test_spans_are_in_order_and_hold_all_but_white_space(text):
    spans = sentence_spans(text)
    covered = "".join(text[start:end] for start, end in spans)
    assert "".join(covered.split()) == "".join(text.split())
    assert all(start < end for start, end in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)
