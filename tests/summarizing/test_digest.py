"""A digest: stories, their order, their sources, and what is left out."""

from __future__ import annotations

import threading

import pytest
from opening import ELECTION, STRIKE_1, STRIKE_2, Opening, article

from qa.summarizing.choosing import whole
from qa.summarizing.digest import digest
from qa.summarizing.engine import Brief
from qa.summarizing.summarize import Material, final
from qa.types import Notice, Summary

BRIEF = Brief(style="digest", words=60)
FIRST, LATER = (
    article("first", STRIKE_1, title="Ferries stop"),
    article("later", STRIKE_2, day="2026-03-17", title="Talks resume", outlet="Post"),
)
VOTE = article("vote", ELECTION, day="2026-03-19", title="Halmere to vote")
PASSAGES = whole([VOTE, FIRST, LATER])
TOLD = [[PASSAGES[0]], [PASSAGES[1], PASSAGES[2]]]


def made(
    told=TOLD, *, summarizer: Opening | None = None, groups: dict[str, str] | None = None, **kwargs
) -> Summary:
    material = Material(passages=PASSAGES, groups=groups or {})
    return final(digest(BRIEF, material, told, summarizer or Opening(), **kwargs))


def test_the_story_of_most_independent_sources_comes_first():
    summary = made()
    assert [s.heading for s in summary.sections] == ["Talks resume", "Halmere to vote"]
    strike, vote = summary.sections
    assert (strike.coverage.articles, strike.coverage.independent) == (2, 2)
    assert (strike.first.isoformat(), strike.last.isoformat()) == ("2026-03-16", "2026-03-17")
    assert strike.points == (1, 2)
    assert vote.points == (3,)
    assert summary.text.startswith("Talks resume (2 articles):\n- Ferry crews in Brindle")


def test_copies_count_once_and_then_the_latest_story_is_first():
    summary = made(groups={FIRST.id: "s", LATER.id: "s"})
    assert [s.heading for s in summary.sections] == ["Halmere to vote", "Talks resume"]
    assert "Talks resume (2 articles, 1 independent):" in summary.text


def test_every_point_cites_its_own_article_and_markers_run_on():
    summary = made()
    assert [c.marker for c in summary.citations] == [1, 2, 3]
    assert [c.outlet for c in summary.citations] == ["Courier", "Post", "Courier"]
    texts = {a.id: a.text for a in (FIRST, LATER, VOTE)}
    assert all(texts[c.article_id][c.start : c.end] == c.quote for c in summary.citations)


def test_each_story_is_a_brief_of_its_own():
    summarizer = Opening()
    summary = made(summarizer=summarizer)
    assert [(b.style, b.words) for b in summarizer.briefs] == [("brief", 60), ("brief", 60)]
    assert (summary.usage.calls, summary.usage.input_tokens) == (2, 20)
    assert [(w.code, w.count) for w in summary.warnings] == [("test", 2)]


def test_what_is_left_out_is_said():
    summary = made(most=1)
    assert len(summary.sections) == 1
    assert summary.warnings[0] == Notice(
        code="stories-left-out", message="1 more story left out; --stories shows more", count=1
    )


@pytest.mark.parametrize("at_once", [1, 3])
def test_the_order_is_the_same_however_many_at_once(at_once):
    seen: list[tuple[int, int]] = []
    summary = made(at_once=at_once, on_progress=lambda done, total: seen.append((done, total)))
    assert [s.heading for s in summary.sections] == ["Talks resume", "Halmere to vote"]
    assert seen == [(1, 2), (2, 2)]


def test_stories_are_told_at_the_same_time():
    both = threading.Barrier(2, timeout=20)

    class Meets(Opening):
        def draft(self, brief, passages):
            both.wait()  # would time out if one waited for the other
            yield from super().draft(brief, passages)

    assert len(made(summarizer=Meets(), at_once=2).sections) == 2


def test_nothing_to_tell():
    summary = final(digest(BRIEF, Material(passages=[]), [], Opening()))
    assert summary.abstained
    assert summary.reason == "there is no article to summarize"
    silent = made(summarizer=Opening(sentences=0))
    assert silent.abstained
    assert silent.usage.calls == 2
