"""RSS and Atom to articles, one an entry, from what the feed itself holds: links are not followed."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from qa.errors import NotAnArticleError
from qa.sources.bounds import refuse_attribute_bomb
from qa.sources.dates import parse_date
from qa.sources.head import people
from qa.sources.html import fragment_text
from qa.sources.material import Found, Skipped

_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)


def read_feed(data: bytes, *, source: str, now: datetime) -> Iterator[Found | Skipped]:
    """The articles of a feed, in its order; a Skipped for each entry without text.

    Raises NotAnArticleError for a broken feed.
    """
    if _ENTITY.search(data):
        # entities of its own can make a small feed grow without limit, and no feed needs them
        raise NotAnArticleError("the feed declares XML entities, which are not read")
    refuse_attribute_bomb(data)
    import feedparser

    try:
        # a stream, since feedparser would take a string for an address or a path
        parsed = feedparser.parse(io.BytesIO(data), sanitize_html=True, resolve_relative_uris=False)
    except Exception as exc:  # its loose parser raises many kinds on damaged feeds
        raise NotAnArticleError("the feed cannot be parsed") from exc
    if not parsed.entries:
        raise NotAnArticleError(
            "the feed holds no entries", "Open it in a browser to see whether it is a feed."
        )
    outlet = str(parsed.feed.get("title", ""))
    language = str(parsed.feed.get("language", ""))
    for number, entry in enumerate(parsed.entries, start=1):
        found = _entry(entry, outlet, language, now)
        found.where = f"#{number}"
        if found.text.strip():
            yield found
        else:
            hint = f"`qa ingest {found.url}` fetches the article itself." if found.url else ""
            yield Skipped(source=source + found.where, reason="the entry holds no text", hint=hint)


def _entry(entry: Any, outlet: str, language: str, now: datetime) -> Found:
    bodies = [str(item.get("value", "")) for item in entry.get("content", ())]
    text = next(
        (text for text in map(fragment_text, [*bodies, entry.get("summary", "")]) if text.strip()), ""
    )
    origin = entry.get("source", {}).get("title", "")
    authors = [author.get("name", "") for author in entry.get("authors", ())] or [entry.get("author", "")]
    return Found(
        text=text,
        title=fragment_text(entry.get("title", "")),
        outlet=fragment_text(str(origin or entry.get("publisher", "") or outlet)),
        authors=people(authors),
        url=str(entry.get("link", "")),
        published=_moment(entry, "published", now),
        updated=_moment(entry, "updated", now),
        language=str(entry.get("language", "") or language),
    )


def _moment(entry: Any, name: str, now: datetime) -> datetime | None:
    """A date of an entry: as the feed wrote it, with its zone, else as feedparser read it, in UTC."""
    if name not in entry:  # not .get(): feedparser gives `updated` the value of `published`, and warns
        return None
    parsed = entry.get(f"{name}_parsed")
    iso = datetime(*parsed[:6]).isoformat() + "Z" if parsed else ""
    return parse_date(str(entry[name]), now=now) or parse_date(iso, now=now)
