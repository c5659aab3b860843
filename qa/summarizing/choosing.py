"""Which articles a summary is of: those named, those that pass the filters, or those that a query finds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from qa.answering.planted import with_plain_head
from qa.answering.question import narrow, parse
from qa.answering.words import words
from qa.library import Library
from qa.summarizing.stories import stories
from qa.summarizing.summarize import Material
from qa.types import Article, Filters, Passage

QUERY_ARTICLES = 8
"""The most articles that a query's summary is of."""
NEAR_BEST, NEAR_BEST_NAMELESS = 0.5, 0.7
"""How near an article must be to a query, beside the nearest, to be about it: where it holds the names of the
query, and where the query has none. Chosen on a dozen queries over the samples and the suite."""
OF_ONE_STORY = 0.35
"""The same for one that tells the story of an article that is about it."""


def material(
    library: Library, filters: Filters, query: str = "", *, as_of: dt.date | None = None
) -> Material:
    """What a summary is of, from a library. Raises UsageError for an empty range of days,
    ArticleNotFoundError for an article that is not there.
    """
    for wanted in filters.articles:
        library.versions(wanted)  # says so where there is none
    used = narrow(filters, as_of)
    passages = chosen(library, used, query)
    groups = library.groups([p.article.id for p in passages])
    return Material(passages=passages, filters=used, as_of=as_of, groups=groups)


def chosen(library: Library, filters: Filters, query: str = "") -> list[Passage]:
    """One passage for each article, holding all of its text and numbered from 1: in order of publication
    (undated last), or, for a query, best first. Articles that are named are all taken, whatever the query.
    """
    if query and not filters.articles:
        return _about(library, filters, query)
    heads = library.heads(filters)
    dated = [h.id for h in reversed(heads) if h.published]
    ids = dated + [h.id for h in heads if h.published is None]
    return whole([library.get(article_id) for article_id in ids])


def _about(library: Library, filters: Filters, query: str) -> list[Passage]:
    """The articles that are about a query, best first, and those that tell the same story."""
    found: dict[str, tuple[float, float]] = {}
    for passage in library.search(query, k=QUERY_ARTICLES * 4, filters=filters):
        found.setdefault(passage.article.id, (passage.lexical or 0.0, max(passage.dense or 0.0, 0.0)))
    near_to = _nearness(found)
    wanted = parse(query).name_parts
    enough = NEAR_BEST if wanted else NEAR_BEST_NAMELESS
    near = [library.get(a) for a, nearness in near_to.items() if nearness >= OF_ONE_STORY]
    named = [a for a in near if wanted <= {w.lower for w in words(f"{a.title} {a.text}")}] or near
    sure = {a.id for a in named if near_to[a.id] >= enough}
    passages = whole(named)
    told = stories(passages, library.embedder)
    kept = {p.article.id for story in told if any(p.article.id in sure for p in story) for p in story}
    return numbered([p for p in passages if p.article.id in kept][:QUERY_ARTICLES])


def _nearness(found: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    """For each article, 0 to 1: the mean of its two legs' own scores beside the best of each. The fused score
    counts from the worst that was found, which in a small library is near the best.
    """
    best = [max((legs[n] for legs in found.values()), default=0.0) or 1.0 for n in (0, 1)]
    return {a: (words / best[0] + meaning / best[1]) / 2 for a, (words, meaning) in found.items()}


def whole(articles: Sequence[Article]) -> list[Passage]:
    """Each article as one passage that holds all of its text; those without words are left out."""
    told = [a for a in articles if a.text.strip()]
    return [with_plain_head(_passage(number, article)) for number, article in enumerate(told, start=1)]


def numbered(passages: Sequence[Passage]) -> list[Passage]:
    """The passages, numbered from 1."""
    return [p.model_copy(update={"number": n}) for n, p in enumerate(passages, start=1)]


def _passage(number: int, article: Article) -> Passage:
    return Passage(
        number=number,
        article=article.head,
        ordinals=(),
        start=0,
        end=len(article.text),
        text=article.text,
        score=1.0,
        found_by=(),
    )
