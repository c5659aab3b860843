"""Which articles tell one story."""

from __future__ import annotations

from opening import ELECTION, STRIKE_1, STRIKE_2, article

from qa.library.embedders import WordLlamaEmbedder
from qa.resources import sample_articles
from qa.sources import Source, discover, read
from qa.summarizing.choosing import whole
from qa.summarizing.stories import stories
from qa.types import Article

EMBEDDER = WordLlamaEmbedder()


def by_story(*articles: Article, groups: dict[str, str] | None = None) -> list[list[str]]:
    found = stories(whole(articles), EMBEDDER, groups)
    return [[p.article.id.rstrip("0") for p in story] for story in found]


def test_reports_of_one_strike_are_one_story_in_order_of_time():
    later = article("later", STRIKE_2, day="2026-03-17")
    first, other = article("first", STRIKE_1), article("vote", ELECTION, day="2026-03-15")
    assert by_story(later, other, first) == [["vote"], ["first", "later"]]


def test_copies_of_one_source_are_one_story_whatever_they_say():
    first, other = article("first", STRIKE_1), article("vote", ELECTION)
    assert by_story(first, other, groups={first.id: "s", other.id: "s"}) == [["first", "vote"]]


def test_articles_without_a_day_or_a_name_are_told_too():
    bare = article("bare", "it rained all day and nobody came.", day="")
    assert by_story(bare, article("first", STRIKE_1)) == [["first"], ["bare"]]
    assert by_story() == []


def test_the_stories_of_the_samples():
    found = {}
    for source in discover([str(sample_articles())]):
        assert isinstance(source, Source)
        for one in read(source):
            assert isinstance(one, Article)
            found[one.id] = source.name.rpartition("/")[2].removesuffix(".txt")
    passages = whole([a for s in discover([str(sample_articles())]) for a in read(s)])  # type: ignore[arg-type, misc]
    told = {tuple(sorted(found[p.article.id] for p in story)) for story in stories(passages, EMBEDDER)}
    assert {pair for pair in told if len(pair) > 1} == {
        ("balt-cable-copy", "balt-cable-wire"),
        ("davos-starmer-confirmed", "davos-us-pledge"),
        ("gdynia-blast-first", "gdynia-blast-revised"),
        ("halden-bay-poll", "halden-bay-result"),
        ("kestrel-eu-review", "kestrel-halvorsen-deal"),
        ("valencia-march-ledger", "valencia-march-post"),
    }
