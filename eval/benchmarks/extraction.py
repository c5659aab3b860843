"""The article extraction benchmark: how much of a news page's article, and how little else, does the HTML
reader keep, next to trafilatura alone?

Data: the benchmark's folder with `ground-truth.json` (an object by page id: articleBody, url; where a set
also gives headline and datePublished (ISO 8601), titles and days are compared too) and `html/ID.html.gz`.
"Ours" is the whole way from a fetched page to an Article, as `qa ingest URL` takes it.

Figures, as the benchmark defines them: runs of four words ("shingles") are counted in the true and in the
extracted text; the shared ones, divided by all extracted ones, are a page's precision, divided by all true
ones its recall. Pages have equal weight: both are averaged over the pages where they are defined, and F1 is
that of the two averages. `empty`: pages of which nothing was kept.

Source: github.com/scrapinghub/article-extraction-benchmark, MIT; the pages are their publishers'.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from pydantic import Field, RootModel

from qa.errors import UsageError
from qa.sources import Source, read
from qa.sources.material import Fetched
from qa.types import Article

from .rows import Row, read_object, sample, share

TITLE = "Article extraction benchmark: page to text, our HTML reader and trafilatura"

TRUTH = "ground-truth.json"
SHINGLE = 4
_WORD = re.compile(r"\w+")


class Page(Row):
    """What is true of a page; "" where the data set does not say."""

    body: str = Field(alias="articleBody")
    url: str = ""
    title: str = Field("", alias="headline")
    day: str = Field("", alias="datePublished", pattern=r"^(\d{4}-\d\d-\d\d.*)?$")


class Pages(RootModel[dict[str, Page]]):
    """The file of all pages, by id."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a reader makes of a page; `day` is "2026-01-13"; "" where it finds nothing."""

    text: str = ""
    title: str = ""
    day: str = ""


def measure(data: Path, *, first: int | None = None) -> dict[str, Any]:
    """The figures, over all pages or a fixed random sample of `first`. Raises UsageError."""
    truth = read_object(data / TRUTH, Pages, "an object by page id, each with articleBody (and url)").root
    pages = sample(sorted(truth.items()), first)
    htmls = [_html(data / "html" / f"{key}.html.gz") for key, _ in pages]
    wanted = [page for _, page in pages]
    ours = [by_our_reader(html, page.url) for html, page in zip(htmls, wanted, strict=True)]
    theirs = [by_trafilatura(html) for html in htmls]
    return {
        "pages": len(pages),
        "ours": figures(wanted, ours),
        "trafilatura": figures(wanted, theirs),
    }


def by_our_reader(html: str, url: str) -> Extracted:
    """The page as `qa ingest` would read it from its address."""
    address = url or "https://example.org/page"
    page = Fetched(url=address, content_type="text/html", body=html.encode(), charset="utf-8")
    for article in read(Source(kind="url", name=address), fetch=lambda _: page):
        if isinstance(article, Article):
            day = article.published.date().isoformat() if article.published else ""
            return Extracted(article.text, article.title, day)
    return Extracted()


def by_trafilatura(html: str) -> Extracted:
    """The page by trafilatura alone, called as the benchmark calls it."""
    import trafilatura

    about = trafilatura.extract_metadata(html)
    text = trafilatura.extract(html, include_comments=False) or ""
    return Extracted(text, (about and about.title) or "", (about and about.date) or "")


def figures(pages: Sequence[Page], found: Sequence[Extracted]) -> dict[str, Any]:
    """Counts and shares for one reader; titles and days only where the data set gives any."""
    pairs = list(zip(pages, found, strict=True))
    titled = [(_plain(page.title), _plain(got.title)) for page, got in pairs if page.title]
    dated = [(page.day[:10], got.day[:10]) for page, got in pairs if page.day]
    values = body_scores([(page.body, got.text) for page, got in pairs])
    values["empty"] = sum(not got.text.strip() for got in found)
    if titled:
        values |= {"titles": len(titled), "title_right": share(sum(a == b for a, b in titled), len(titled))}
    if dated:
        values |= {"days": len(dated), "day_right": share(sum(a == b for a, b in dated), len(dated))}
    return values


def body_scores(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Precision, recall and F1 for pairs of true and extracted text; None where no page defines one."""
    precisions, recalls = [], []
    for wanted, got in pairs:
        true, extracted = shingles(wanted), shingles(got)
        shared = (true & extracted).total()
        if extracted:
            precisions.append(shared / extracted.total())
        if true:
            recalls.append(shared / true.total())
    precision = mean(precisions) if precisions else None
    recall = mean(recalls) if recalls else None
    f1 = 2 * precision * recall / (precision + recall) if precision and recall else None
    scores = {"precision": precision, "recall": recall, "f1": f1}
    return {name: None if value is None else round(value, 4) for name, value in scores.items()}


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """How often each run of four words stands in `text`; a shorter text is one run."""
    words = _WORD.findall(text)
    runs = max(1, len(words) - SHINGLE + 1) if words else 0
    return Counter(tuple(words[i : i + SHINGLE]) for i in range(runs))


def _html(path: Path) -> str:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            return file.read()
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as exc:
        raise UsageError(
            f"{path} cannot be read: {getattr(exc, 'strerror', None) or exc}",
            f"For every page of {TRUTH} there must be html/ID.html.gz: UTF-8, packed by gzip.",
        ) from exc


def _plain(title: str) -> str:
    return " ".join(title.split()).casefold()
