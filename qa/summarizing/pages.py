"""A summary as a page: Markdown, or HTML that can be sent by mail (inline styles, no script, nothing that is
fetched). What articles and models wrote is text there, never markup; links go to http(s) addresses alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from html import escape
from urllib.parse import urlsplit

from qa.answering.dating import with_days
from qa.days.wording import date_range, day
from qa.escaping import escaped, escaped_start
from qa.summarizing.digest import title_with_sources
from qa.summarizing.summarize import with_conflicts
from qa.types import Citation, Section, Statement, Summary

_NAMES = {
    "brief": "Summary",
    "bullets": "In short",
    "headline": "Headline",
    "timeline": "Timeline",
    "digest": "Digest",
}
_BODY = (
    "margin:0 auto;max-width:42em;padding:1em;font:16px/1.5 Georgia,serif;color:#1a1a1a;background:#ffffff"
)
_SMALL = "font:13px/1.45 Arial,Helvetica,sans-serif;color:#595959"
_HEADING = "font:bold 18px/1.3 Arial,Helvetica,sans-serif;margin:1.4em 0 .3em"
_LINK = "color:#0b4f8a"


def title(summary: Summary) -> str:
    """What the page is headed: "Digest, 12-18 January 2026: harbour strike"."""
    covered = summary.coverage
    when = f", {date_range(covered.first, covered.last)}" if covered.first and covered.last else ""
    return f"{_NAMES[summary.style]}{when}" + (f": {summary.query}" if summary.query else "")


def rests_on(summary: Summary) -> str:
    """The line under a page: what the summary rests on, and who wrote it."""
    covered = summary.coverage
    parts = [f"{covered.articles} article{'s' if covered.articles != 1 else ''}"]
    if covered.independent < covered.articles:
        parts[0] += f" ({covered.independent} independent)"
    if covered.outlets:
        parts.append(", ".join(covered.outlets))
    return f"From {'; '.join(parts)}. Made by qa, {summary.model or summary.engine}."


# ---------------------------------------------------------------- Markdown


def as_markdown(summary: Summary) -> str:
    """The summary as Markdown, its sources numbered at the end."""
    lines = [f"# {escaped(_flat(title(summary)))}", ""]
    if summary.abstained:
        return "\n".join([*lines, escaped_start(_flat(summary.text)), ""])
    for heading, points in _parts(summary):
        if heading:
            lines += [f"## {escaped(_flat(heading))}", ""]
        if summary.style in ("brief", "headline"):
            lines += [" ".join(_markdown_point(p, summary.as_of) for p in points), ""]
        else:
            lines += [*(f"- {_markdown_point(p, summary.as_of)}" for p in points), ""]
    for line in _conflicts(summary):
        lines += [f"**{escaped(_flat(line))}**", ""]
    lines += ["## Sources", ""]
    for citation in summary.citations:
        link = f" <{url}>" if (url := _address(citation)) else ""
        marker = escaped(f"[{citation.marker}]")
        lines.append(f"{marker} {escaped(_flat(_source(citation)))}{link}  ")
    return "\n".join([*lines, "", f"*{escaped(_flat(rests_on(summary)))}*", ""])


def _markdown_point(point: Statement, as_of: dt.date | None) -> str:
    markers = "".join(escaped(f"[{marker}]") for marker in point.markers)
    return f"{escaped_start(_flat(with_days(point, as_of)))} {markers}"


# ---------------------------------------------------------------- HTML


def as_html(summary: Summary) -> str:
    """The summary as one HTML document, its sources numbered at the end and linked from the points."""
    heading = escape(_flat(title(summary)))
    body = list(_html_body(summary)) if not summary.abstained else [f"<p>{escape(summary.text)}</p>"]
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f"<title>{heading}</title></head>",
            f'<body style="{_BODY}">',
            f'<h1 style="font:bold 24px/1.25 Arial,Helvetica,sans-serif">{heading}</h1>',
            *body,
            f'<p style="{_SMALL}">{escape(_flat(rests_on(summary)))}</p>',
            "</body></html>",
            "",
        ]
    )


def _html_body(summary: Summary) -> Iterator[str]:
    for heading, points in _parts(summary):
        if heading:
            yield f'<h2 style="{_HEADING}">{escape(_flat(heading))}</h2>'
        written = [_html_point(point, summary.as_of) for point in points]
        if summary.style in ("brief", "headline"):
            yield f"<p>{' '.join(written)}</p>"
        else:
            yield f"<ul>{''.join(f'<li>{point}</li>' for point in written)}</ul>"
    for line in _conflicts(summary):
        yield f"<p><strong>{escape(_flat(line))}</strong></p>"
    yield f'<h2 style="{_HEADING}">Sources</h2>'
    yield f'<ol style="{_SMALL}">'
    for citation in summary.citations:
        told = escape(_flat(_source(citation)))
        if url := _address(citation):
            told += f' <a style="{_LINK}" href="{escape(url)}">{escape(_flat(citation.title) or url)}</a>'
        yield f'<li id="source-{citation.marker}" value="{citation.marker}">{told}</li>'
    yield "</ol>"


def _html_point(point: Statement, as_of: dt.date | None) -> str:
    firm = "" if point.modality == "confirmed" else f' <span style="{_SMALL}">({point.modality})</span>'
    markers = "".join(
        f'<a style="{_LINK};text-decoration:none" href="#source-{m}">[{m}]</a>' for m in point.markers
    )
    return f"{escape(_flat(with_days(point, as_of)))}{firm}&nbsp;{markers}"


# ---------------------------------------------------------------- what both show


def _parts(summary: Summary) -> list[tuple[str, Sequence[Statement]]]:
    if not summary.sections:
        return [("", summary.points)]
    return [(_headed(s, summary), [summary.points[n - 1] for n in s.points]) for s in summary.sections]


def _headed(section: Section, summary: Summary) -> str:
    return title_with_sources(section) if summary.style == "digest" else section.heading


def _conflicts(summary: Summary) -> list[str]:
    return with_conflicts("", summary.conflicts, summary.points).split("\n\n")[-1].splitlines()


def _source(citation: Citation) -> str:
    when = day(citation.published) if citation.published else "date unknown"
    return f"{citation.outlet or 'outlet unknown'}, {when}: “{citation.quote}”"


def _address(citation: Citation) -> str:
    """The address, if it is one that may be linked: http(s), without spaces or marks that end a link."""
    url = citation.url
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    return url if not any(c.isspace() or c in "<>\"'`\\" or not c.isprintable() for c in url) else ""


def _flat(text: str) -> str:
    return " ".join(text.split())
