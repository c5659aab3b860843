"""What a person reads: answers with their citations, passages, articles; as lines. Prints nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from qa.cli.terminal import Line, one_line, safe
from qa.days.wording import date_range, day

if TYPE_CHECKING:
    from qa.types import Answer, Article, ArticleHead, Citation, Coverage, Passage, Statement, Summary

LEGS = {"lexical": "words", "dense": "meaning"}
SHORT_ID = 8


def count(number: int, noun: str) -> str:
    """A number with its noun: "1 article", "1,204 articles"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def coverage_line(coverage: Coverage) -> str:
    """What an answer rests on: "from 4 articles (2 independent), 3 outlets, 12-15 January 2026"."""
    copied = f" ({coverage.independent} independent)" if 0 < coverage.independent < coverage.articles else ""
    parts = [count(coverage.articles, "article") + copied]
    if coverage.outlets:
        parts.append(count(len(coverage.outlets), "outlet"))
    if coverage.first and coverage.last:
        parts.append(date_range(coverage.first, coverage.last))
        if coverage.undated:
            parts.append(f"{coverage.undated} without a known date")
    else:
        parts.append("date unknown")
    return "from " + ", ".join(parts)


def source_line(head: ArticleHead | Citation) -> str:
    """Outlet and day: "The Courier, 13 January 2026", with the day of an update if that is another."""
    published = day(head.published) if head.published else "date unknown"
    line = f"{one_line(head.outlet) or 'outlet unknown'}, {published}"
    if head.updated and (head.published is None or head.updated.date() != head.published.date()):
        line += f", updated {day(head.updated)}"
    return line


def titled(head: ArticleHead) -> str:
    """Outlet, day and headline: "The Courier, 13 January 2026 - Leaders gather in Davos"."""
    return " - ".join(part for part in (source_line(head), one_line(head.title)) if part)


def citation_line(citation: Citation, first: int | None = None) -> Line:
    """A citation under an answer: its marker, outlet, day, the quoted words, and where to read on.

    `first` is the marker of an earlier citation of the same article, which has said where to read on.
    """
    marker = f"[{citation.marker}] "
    # Without an address the article's id is what finds it: qa articles show ID.
    where = one_line(citation.url) or f"article {citation.article_id[:SHORT_ID]}"
    reading = ", ".join(part for part in (one_line(citation.title), where) if part)
    place = reading if first is None else f"see [{first}]"
    return Line(f"{marker}{source_line(citation)} - “{one_line(citation.quote)}” ({place})", hang=len(marker))


def citation_list(citations: Iterable[Citation]) -> Iterator[Line]:
    """All citations of an answer in order; headline and address of an article once."""
    first: dict[str, int] = {}
    for citation in citations:
        yield citation_line(citation, first.get(citation.article_id))
        first.setdefault(citation.article_id, citation.marker)


def text_lines(text: str) -> list[Line]:
    """An answer's text as it is composed: list items with a hanging indent, headings bold."""
    lines = []
    for raw in safe(text).splitlines():
        if raw.startswith("- "):
            lines.append(Line(raw, hang=2))
        else:
            lines.append(Line(raw, style="bold" if raw.endswith(":") and not raw.startswith("[") else ""))
    return lines


def statement_line(statement: Statement) -> Line:
    """A statement with its markers, as it comes in."""
    markers = "".join(f"[{marker}]" for marker in statement.markers)
    return Line(f"- {one_line(statement.text)} {markers}", hang=2)


def answer_lines(answer: Answer) -> list[Line]:
    """All of an answer that goes to stdout: its text, the citations, and what it rests on."""
    lines = text_lines(answer.text)
    if answer.abstained:
        return lines
    covered = Line(coverage_line(answer.coverage), style="dim")
    return [*lines, Line(), *citation_list(answer.citations), Line(), covered]


def summary_lines(summary: Summary) -> list[Line]:
    """All of a summary that goes to stdout: its text, the citations, and what it rests on."""
    lines = text_lines(summary.text)
    if summary.abstained:
        return lines
    covered = Line(coverage_line(summary.coverage), style="dim")
    return [*lines, Line(), *citation_list(summary.citations), Line(), covered]


def passage_lines(passage: Passage) -> Iterator[Line]:
    """A passage with its score, the legs that found it with their own scores, and where it stands."""
    scores = {"lexical": passage.lexical, "dense": passage.dense}
    legs = " and ".join(
        LEGS[leg] + (f" {scores[leg]:.2f}" if scores[leg] is not None else "") for leg in passage.found_by
    )
    yield Line(f"{passage.number}. {titled(passage.article)}", hang=3, style="bold")
    place = f"article {passage.article.id[:SHORT_ID]}, characters {passage.start}-{passage.end}"
    yield Line(f"score {passage.score:.2f}, found by {legs}; {place}", indent=3, style="dim")
    for raw in safe(passage.text).splitlines():
        if raw.strip():
            yield Line(raw, indent=3)
    for head in passage.also_in:
        yield Line(f"nearly the same in {titled(head)}", indent=3, hang=2, style="dim")
    yield Line()


def head_line(head: ArticleHead) -> Line:
    """An article in a list: the id's beginning, day, outlet and title."""
    published = head.published.date().isoformat() if head.published else "no date   "
    title = one_line(head.title) or "(no title)"
    outlet = f"{one_line(head.outlet)} - " if head.outlet else ""
    return Line(f"{head.id[:SHORT_ID]}  {published}  {outlet}{title}", hang=SHORT_ID + 14)


def article_lines(article: Article, same_source: Iterable[ArticleHead] = ()) -> Iterator[Line]:
    """A whole article: what is known about it, the others of the same source, then its text."""
    yield Line(one_line(article.title) or "(no title)", style="bold")
    facts = {
        "outlet": one_line(article.outlet),
        "by": one_line(", ".join(article.authors)),
        "published": _moment(article.published) or "unknown",
        "updated": _moment(article.updated),
        "address": one_line(article.url),
        "language": one_line(article.language),
        "id": f"{article.id}, version {article.version}",
    }
    for name, fact in facts.items():
        if fact:
            yield Line(f"{name:10} {fact}", hang=11, style="dim")
    for head in same_source:
        yield Line(f"same source as {head.id[:SHORT_ID]}  {titled(head)}", hang=11, style="dim")
    yield Line()
    for raw in safe(article.text).splitlines():
        yield Line(raw)


def _moment(when: dt.datetime | None) -> str:
    if when is None:
        return ""
    # Midnight UTC is how a day without a time is kept.
    if when.timetz() == dt.time(tzinfo=dt.UTC):
        return day(when)
    return f"{day(when)}, {when:%H:%M %Z}"
