"""A summary does not hide that another article says otherwise."""

from __future__ import annotations

import pytest
from opening import Opening, article

from qa.summarizing.choosing import whole
from qa.summarizing.digest import digest
from qa.summarizing.engine import Brief, count_words
from qa.summarizing.summarize import Material, final, summarize
from qa.types import Article, Summary

FIRST = article(
    "first",
    "An explosion on the tanker Senn Star in Lowmouth killed at least 11 people on Monday, the fire "
    "brigade said. The harbour was closed. Nine ships were waiting at anchor.",
    day="2026-03-16", title="Tanker blast in Lowmouth",
)  # fmt: skip
REVISED = article(
    "revised",
    "The harbour of Lowmouth opened again on Thursday after the tanker fire. Pilots brought in the first "
    "ships. The number of people killed in the explosion on the tanker Senn Star was lowered to nine from "
    "11, the fire brigade said.",
    day="2026-03-19", title="Lowmouth harbour opens again", outlet="Post",
)  # fmt: skip
AGREES = article(
    "agrees",
    "Divers searched the tanker Senn Star in Lowmouth on Monday. At least 11 people were killed in the "
    "explosion on the Senn Star, the fire brigade said.",
    day="2026-03-16", title="Divers search tanker", outlet="Herald",
)  # fmt: skip


def made(*articles: Article, words: int = 200, name: str = "extractive", sentences: int = 1) -> Summary:
    summarizer = Opening(sentences=sentences, name=name)  # type: ignore[arg-type]
    brief = Brief(style="brief", words=words)
    return final(summarize(brief, Material(passages=whole(articles)), summarizer))


@pytest.mark.parametrize("name", ["extractive", "chain"])
def test_a_later_value_is_shown_beside_the_earlier(name):
    summary = made(FIRST, REVISED, name=name)
    assert "lowered to nine" in summary.text
    (conflict,) = summary.conflicts
    assert conflict.kind == "superseded"
    assert "Later report on people killed: nine" in summary.text.splitlines()[-1]
    assert summary.coverage.articles == 2
    assert [c.marker for c in summary.citations] == [1, 2, 3]


def test_the_digest_shows_it_too():
    passages = whole([FIRST, REVISED])
    brief = Brief(style="digest", words=40)
    summary = final(digest(brief, Material(passages=passages), [passages], Opening(name="extractive")))
    assert [c.kind for c in summary.conflicts] == ["superseded"]


def test_an_article_that_agrees_adds_nothing():
    summary = made(FIRST, AGREES)
    assert len(summary.points) == 2
    assert summary.conflicts == ()


def test_what_is_said_already_is_not_said_again():
    summary = made(FIRST, REVISED, sentences=3)
    assert len({p.text for p in summary.points}) == len(summary.points) == 6
    assert len(summary.conflicts) == 1


def test_other_points_make_room():
    summary = made(FIRST, REVISED, words=50, sentences=2)
    said = [p.text for p in summary.points]
    assert any("at least 11" in text for text in said)
    assert any("lowered to nine" in text for text in said)
    assert not any("Pilots" in text for text in said)
    assert sum(map(count_words, said)) <= 55
