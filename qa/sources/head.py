"""What stands on top of an article: field names as people write them, author lists, header lines, YAML
front matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from qa.sources.dates import from_timestamp, parse_date
from qa.sources.material import Found

_T = TypeVar("_T")

# Field names seen in feeds, exports and pasted heads; lower case, without "_", "-" and spaces. The first
# that holds something wins.
_NAMES: dict[str, tuple[str, ...]] = {
    "title": ("title", "headline", "head", "name"),
    "outlet": (
        "outlet",
        "source",
        "publisher",
        "publication",
        "sitename",
        "site",
        "newspaper",
        "sourcename",
        "provider",
    ),
    "authors": ("authors", "author", "byline", "by", "creator", "writers", "writer"),
    "url": ("canonicalurl", "url", "link", "canonical", "permalink", "weburl", "sourceurl", "href", "uri"),
    "published": (
        "published",
        "publishedat",
        "datepublished",
        "publisheddate",
        "publicationdate",
        "publishdate",
        "publisheddatetime",
        "pubdate",
        "firstpublished",
        "date",
        "datetime",
    ),
    "updated": (
        "updated",
        "updatedat",
        "modified",
        "modifiedat",
        "datemodified",
        "lastupdated",
        "lastmodified",
        "dateupdated",
    ),
    "language": ("language", "lang", "inlanguage", "locale"),
}
_KNOWN = {name for names in _NAMES.values() for name in names}
_HEADER = re.compile(r"([A-Za-z][A-Za-z _-]{0,24}(?:\(s\))?)\s*:[ \t]*(.*)")
_NAME_PUNCTUATION = re.compile(r"[\s_-]|\(s\)$")
_BETWEEN_AUTHORS = re.compile(r"\s*(?:;|,|\band\b|&|\|)\s*")
_ROLE = re.compile(
    r".*\b(?:editor|correspondent|bureau(?: chief)?|columnist|staff(?: writer)?|writer|reporters?"
    r"|journalist|photographer|desk|agencies)$",
    re.IGNORECASE,
)
_NOBODY = {
    "admin",
    "administrator",
    "editor",
    "staff",
    "unknown",
    "none",
    "null",
    "n/a",
    "anonymous",
    "guest",
}
_BY = re.compile(r"(?:words |text |story |report(?:ing)? |written )?by:?\s+", re.IGNORECASE)
_CONTACT = re.compile(r"\s*\S+@\S+|\s*\(.*?\)")
_LONGEST_NAME = 80
_DEEPEST = 4
_LONGEST_HEAD = 20_000
_MOST_AUTHORS = 50


def fields(found: Found, raw: Mapping[str, object], now: datetime) -> Found:
    """`found` with what `raw` says about the article, under any of the usual field names; what is there
    already is kept.
    """
    folded = {fold_name(name): value for name, value in raw.items() if value not in (None, "", [], {})}

    def first(kind: str, reading: Callable[[object], _T]) -> _T | None:
        values = (reading(folded[name]) for name in _NAMES[kind] if name in folded)
        return next((value for value in values if value), None)

    found.title = found.title or first("title", plain) or ""
    found.outlet = found.outlet or first("outlet", plain) or ""
    found.url = found.url or first("url", plain) or ""
    found.language = found.language or first("language", plain) or ""
    found.authors = found.authors or first("authors", people) or []
    found.published = found.published or first("published", lambda value: moment(value, now))
    found.updated = found.updated or first("updated", lambda value: moment(value, now))
    return found


def fold_name(name: str) -> str:
    """A field's name for comparison: "Published_At" and "publishedAt" are the same."""
    return _NAME_PUNCTUATION.sub("", name.strip()).lower()


def plain(value: object, depth: int = 0) -> str:
    """A field's value as a string: of an object its name, of a list its first item, else nothing."""
    if isinstance(value, str):
        return value.strip()
    if depth > _DEEPEST:
        return ""
    if isinstance(value, Mapping):
        named = (value[key] for key in ("name", "title", "url", "@id", "href") if key in value)
        return plain(next(named, ""), depth + 1)
    return plain(value[0], depth + 1) if isinstance(value, list) and value else ""


def moment(value: object, now: datetime) -> datetime | None:
    """A date field's value: text as people write dates, or a Unix time in seconds or milliseconds."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return from_timestamp(float(value), now=now) if abs(value) < 1e15 else None
    return parse_date(plain(value), now=now)


def people(value: object, depth: int = 0) -> list[str]:
    """The names in a byline ("By A and B"), a list of names or objects with names; no roles, no addresses."""
    if isinstance(value, list):
        items = value[:_MOST_AUTHORS] if depth <= _DEEPEST else []
        names = [name for item in items for name in people(item, depth + 1)]
    else:
        names = _byline_names(plain(value))
    kept = (_CONTACT.sub("", name).strip() for name in names)
    return list(dict.fromkeys(name for name in kept if _is_name(name)))[:_MOST_AUTHORS]


def _byline_names(byline: str) -> list[str]:
    parts = [
        part.strip(" .")
        for part in _BETWEEN_AUTHORS.split(_BY.sub("", byline, count=1) if _BY.match(byline) else byline)
    ]
    # a role stands after the name, so the first part is always a name; "A Reporter" is one too
    return [
        part
        for index, part in enumerate(parts)
        if index == 0 or not _ROLE.fullmatch(part) or re.match(r"[A-Z] ", part)
    ]


def _is_name(name: str) -> bool:
    return 0 < len(name) <= _LONGEST_NAME and "://" not in name and name.lower() not in _NOBODY


def split_head(text: str) -> tuple[dict[str, object], str]:
    """The fields of the head on top of `text`, and the rest. ({}, text) when there is no head."""
    text = text.lstrip("\ufeff\r\n \t")
    if text.startswith("---"):
        return _front_matter(text)
    return _header_lines(text)


def _front_matter(text: str) -> tuple[dict[str, object], str]:
    match = re.match(r"---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", text[:_LONGEST_HEAD], re.DOTALL)
    if not match:
        return {}, text
    import yaml

    try:
        # BaseLoader makes strings, lists and dictionaries only: dates are left to our own reading of them
        head = yaml.load(match[1], Loader=yaml.BaseLoader)  # noqa: S506
    except (yaml.YAMLError, RecursionError, ValueError):
        head = None
    if not isinstance(head, dict) or not head:
        lines = _header_lines(match[1] + "\n\n")[0]
        return (lines, text[match.end() :]) if lines else ({}, text)
    return {str(name): value for name, value in head.items()}, text[match.end() :]


def _header_lines(text: str) -> tuple[dict[str, object], str]:
    head: dict[str, object] = {}
    end = 0
    for line in text[:_LONGEST_HEAD].splitlines(keepends=True):
        match = _HEADER.fullmatch(line.strip())
        if not match:
            break
        head[match[1]] = match[2].strip()
        end += len(line)
    known = {fold_name(name) for name in head} & _KNOWN
    closed = not text[end:].strip() or text[end:].startswith(("\n", "\r\n"))
    if not known or (not closed and len(known) < 2):
        return {}, text
    if len(known) == 1 and len(head) == 1 and not known & {"title", "headline", "url", "published"}:
        return {}, text
    return head, text[end:]
