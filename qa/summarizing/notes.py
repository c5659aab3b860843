"""Notes: the points taken out of many articles, as the model that merges them is shown them, and its drafts
turned back into words of the articles themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qa.answering.engine import Draft, Quote
from qa.answering.fencing import day_of, fenced, key_of, one_line
from qa.answering.words import find_verbatim
from qa.models.tokens import tokens_in
from qa.types import ArticleHead, Passage, Statement


class Notes:
    """Points, each a grounded Statement, numbered from 1 in their order; `passages` are the articles that
    they cite.
    """

    def __init__(self, points: Sequence[Statement], passages: Iterable[Passage]) -> None:
        self.points = points
        self._articles = {p.article.id: p for p in passages}

    def shown(self) -> str:
        """The notes as the prompt shows them: the articles with their outlets and days, then the points,
        between lines with a key.
        """
        cited = dict.fromkeys(c.article_id for point in self.points for c in point.citations)
        heads = [self._article(article_id) for article_id in cited]
        lines = [line for n, point in enumerate(self.points, start=1) for line in self._point(n, point)]
        return fenced("points", key_of([*heads, *lines]), [*heads, *lines])

    def in_the_articles(self, draft: Draft) -> Draft:
        """A draft that cites points, citing the articles instead. What cites no point, or words that the
        point does not quote, is left for grounding to withhold.
        """
        quotes: list[Quote] = []
        for quote in draft.quotes:
            quotes += [q for q in self._stands(quote) if q not in quotes]
        return draft.model_copy(update={"quotes": tuple(quotes)})

    def within(self, most: int) -> list[Statement]:
        """The first points that are shown in at most `most` tokens together."""
        kept = list(self.points)
        while kept and tokens_in(Notes(kept, self._articles.values()).shown()) > most:
            kept.pop()
        return kept

    def _article(self, article_id: str) -> str:
        passage = self._articles[article_id]
        head: ArticleHead = passage.article
        title, outlet = one_line(head.title) or "no headline", one_line(head.outlet) or "unknown outlet"
        updated = (
            f", updated {day_of(head.updated)}" if head.updated and head.updated != head.published else ""
        )
        return f"Article {passage.number}: {title} ({outlet}, published {day_of(head.published)}{updated})"

    def _point(self, number: int, point: Statement) -> list[str]:
        said_by = f" Said by: {one_line(point.attributed_to)}" if point.attributed_to else ""
        quotes = [
            f"Quote from article {self._articles[c.article_id].number}: {one_line(c.quote)}"
            for c in point.citations
        ]
        return [
            f"Point {number}: {one_line(point.text)}",
            f"Firmness: {point.modality}.{said_by}",
            *quotes,
        ]

    def _stands(self, quote: Quote) -> list[Quote]:
        if not 1 <= quote.passage <= len(self.points):
            return [Quote(passage=0, text=quote.text)]
        citations = self.points[quote.passage - 1].citations
        found = [c for c in citations if find_verbatim(quote.text, c.quote) is not None]
        # The whole quote: a part of its words may stand elsewhere in the article as well.
        kept = [Quote(passage=self._articles[c.article_id].number, text=c.quote) for c in found[:1]]
        return kept or [Quote(passage=self._articles[citations[0].article_id].number, text=quote.text)]
