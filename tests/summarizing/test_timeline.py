"""Timelines: the day of the event, not of the speech, and the order of days."""

from __future__ import annotations

from opening import ELECTION, STRIKE_1, STRIKE_2, Opening, article

from qa.summarizing.choosing import whole
from qa.summarizing.engine import Brief
from qa.summarizing.summarize import Material, final, summarize
from qa.types import Summary

BRIEF = Brief(style="timeline", words=150)
SPEECH = "The mayor said on Wednesday that the bridge will close on 2 April. Trams stopped in 2024."


def made(*texts: str, sentences: int = 4) -> Summary:
    articles = [article(f"a{n}", text, day="2026-03-18") for n, text in enumerate(texts)]
    return final(summarize(BRIEF, Material(passages=whole(articles)), Opening(sentences=sentences)))


def test_points_stand_in_order_of_their_days_under_them():
    summary = made(ELECTION, STRIKE_1, STRIKE_2)
    headings = [s.heading for s in summary.sections]
    firsts = [s.first for s in summary.sections]
    assert firsts == sorted(firsts)
    assert headings[0].endswith("January 2026")
    assert headings[-1] == "29 March 2026"
    assert summary.text.startswith(f"{headings[0]}:\n- ")
    assert [c.marker for c in summary.citations] == list(range(1, len(summary.citations) + 1))


def test_the_day_of_the_event_counts_and_not_the_day_it_was_spoken_of():
    summary = made(SPEECH)
    assert [(s.heading, s.points) for s in summary.sections][-1] == ("2 April 2026", (2,))


def test_points_without_a_day_are_left_out_and_counted():
    summary = made("The ferry sails on 4 May. Nobody knows who will be aboard.")
    assert len(summary.points) == 1
    assert ("undated-point", 1) in [(w.code, w.count) for w in summary.warnings]


def test_where_no_day_is_certain_there_is_no_timeline():
    summary = made("Nobody knows who will be aboard the ferry.")
    assert summary.abstained
    assert "names a day" in summary.reason
