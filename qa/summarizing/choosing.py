"""Which articles a summary is of: those named, those that pass the filters, or those that a query finds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from qa.answering.planted import with_plain_head
from qa.answering.question import narrow
from qa.library import Library
from qa.summarizing.summarize import Material
from qa.types import Article, Filters, Passage

QUERY_ARTICLES = 8
"""The most articles that a query's summary is of."""
NEAR_BEST = 0.5
"""How much of the best passage's score an article's best passage needs, to be about the query."""


def material(
    library: Library, filters: Filters, query: str = "", *, as_of: dt.date | None = None
) -> Material:
    """What a summary is of, from a library. Raises UsageError for an empty range of days,
    ArticleNotFoundError for an article that is not there.
    """
    for wanted in filters.articles:
        library.get(wanted)  # says so where there is none
    used = narrow(filters, as_of)
    passages = chosen(library, used, query)
    groups = library.groups([p.article.id for p in passages])
    return Material(passages=passages, filters=used, as_of=as_of, groups=groups)


def chosen(library: Library, filters: Filters, query: str = "") -> list[Passage]:
    """One passage for each article, holding all of its text and numbered from 1: in order of publication
    (undated last), or, for a query, best first.
    """
    if query:
        best: dict[str, float] = {}
        for passage in library.search(query, k=QUERY_ARTICLES * 4, filters=filters):
            best.setdefault(passage.article.id, passage.score)
        most = max(best.values(), default=0.0)
        ids = [a for a, score in best.items() if score >= NEAR_BEST * most][:QUERY_ARTICLES]
    else:
        heads = library.heads(filters)
        dated = [h.id for h in reversed(heads) if h.published]
        ids = dated + [h.id for h in heads if h.published is None]
    return whole([library.get(article_id) for article_id in ids])


def whole(articles: Sequence[Article]) -> list[Passage]:
    """Each article as one passage that holds all of its text; those without words are left out."""
    told = [a for a in articles if a.text.strip()]
    return [with_plain_head(_passage(number, article)) for number, article in enumerate(told, start=1)]


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
