"""What stands on top of an article: field names as people write them, author lists, header lines, YAML front matter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from qa.sources.dates import from_timestamp, parse_date
from qa.sources.material import Found

# Field names seen in feeds, exports and pasted heads; in lower case, without "_", "-" and spaces. The first that holds something wins.
_NAMES: dict[str, tuple[str, ...]] = {
    "title": ("title", "headline", "head", "name"),
    "outlet": ("outlet", "source", "publisher", "publication", "sitename", "site", "newspaper", "sourcename", "provider"),
    "authors": ("authors", "author", "byline", "by", "creator", "writers", "writer"),
    "url": ("canonicalurl", "url", "link", "canonical", "permalink", "weburl", "sourceurl", "href", "uri"),
    "published": ("published", "publishedat", "datepublished", "publisheddate", "publicationdate", "publishdate", "publisheddatetime",
                  "pubdate", "firstpublished", "date", "datetime", "created", "createdat", "timestamp"),
    "updated": ("updated", "updatedat", "modified", "modifiedat", "datemodified", "lastupdated", "lastmodified", "dateupdated"),
    "language": ("language", "lang", "inlanguage", "locale"),
}  # fmt: skip
_KNOWN = {name for names in _NAMES.values() for name in names}
_HEADER = re.compile(r"([A-Za-z][A-Za-z _-]{0,24}(?:\(s\))?)\s*:[ \t]*(.*)")
_NAME_PUNCTUATION = re.compile(r"[\s_-]|\(s\)$")
_BETWEEN_AUTHORS = re.compile(r"\s*(?:;|,|\band\b|&|\|)\s*")
_ROLE = re.compile(
    r".*\b(?:editor|correspondent|bureau(?: chief)?|columnist|staff(?: writer)?|writer|reporters?|journalist|photographer|desk|agencies)$", re.IGNORECASE
)
_LONGEST_HEAD = 20_000
_MOST_AUTHORS = 50


def fields(found: Found, raw: Mapping[str, object], now: datetime) -> Found:
    """`found` with what `raw` says about the article, under any of the usual field names; what is there already is kept."""
    folded = {fold_name(name): value for name, value in raw.items() if value not in (None, "", [], {})}

    def first(kind: str) -> object:
        return next((folded[name] for name in _NAMES[kind] if name in folded), None)

    found.title = found.title or plain(first("title"))
    found.outlet = found.outlet or plain(first("outlet"))
    found.url = found.url or plain(first("url"))
    found.language = found.language or plain(first("language"))
    found.authors = found.authors or people(first("authors"))
    found.published = found.published or moment(first("published"), now)
    found.updated = found.updated or moment(first("updated"), now)
    return found


def fold_name(name: str) -> str:
    """A field's name for comparison: "Published_At" and "publishedAt" are the same."""
    return _NAME_PUNCTUATION.sub("", name.strip()).lower()


def plain(value: object) -> str:
    """A field's value as a string: of an object its name, of a list its first item, of anything else nothing."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, Mapping):
        return next((plain(value[key]) for key in ("name", "title", "url", "@id", "href") if key in value), "")
    if isinstance(value, list):
        return plain(value[0]) if value else ""
    return ""


def moment(value: object, now: datetime) -> datetime | None:
    """A date field's value: text as people write dates, or a Unix time in seconds or milliseconds."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return from_timestamp(float(value), now=now) if abs(value) < 1e15 else None
    return parse_date(plain(value), now=now)


def people(value: object) -> list[str]:
    """Names from a byline ("By A and B"), a list of names or a list of objects with names; roles and addresses left out."""
    if isinstance(value, list):
        names = [name for item in value[:_MOST_AUTHORS] for name in people(item)]
    elif isinstance(value, Mapping):
        names = [plain(value)]
    else:
        byline = re.sub(r"^(?:words |text |story |report(?:ing)? |written )?by:?\s+", "", plain(value), flags=re.IGNORECASE)
        parts = [part.strip(" .") for part in _BETWEEN_AUTHORS.split(byline)]
        # a role stands after the name, so the first part is always a name
        names = [part for index, part in enumerate(parts) if index == 0 or len(part) < 3 or not _ROLE.fullmatch(part) or re.match(r"[A-Z] ", part)]
    kept = (re.sub(r"\s*\S+@\S+|\s*\(.*?\)", "", name).strip() for name in names)
    return list(dict.fromkeys(name for name in kept if name and len(name) <= 80 and "://" not in name))[:_MOST_AUTHORS]


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
    if not known or not closed and len(known) < 2:
        return {}, text
    if len(known) == 1 and len(head) == 1 and not known & {"title", "headline", "url", "published"}:
        return {}, text
    return head, text[end:]
