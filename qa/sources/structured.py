"""What a page says of its article in JSON-LD (schema.org), which holds dates with time and zone.

Source: https://schema.org/NewsArticle.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from qa.sources.head import people, plain

_ARTICLE_TYPES = ("article", "posting", "newsarticle", "report", "webpage")
_LARGEST = 1_000_000
_DEEPEST = 12


@dataclass(slots=True)
class Structured:
    """An article's fields as JSON-LD gives them; "" where it does not."""

    title: str = ""
    outlet: str = ""
    authors: list[str] = field(default_factory=list)
    published: str = ""
    updated: str = ""
    language: str = ""
    url: str = ""


def structured_data(tree: Any) -> Structured:
    """The fields of the page's first article object; a plain WebPage object counts only where there is no
    article.
    """
    objects = [
        item
        for script in tree.iter("script")
        if "ld+json" in (script.get("type") or "")
        for item in _objects(script.text or "")
    ]
    ranked = sorted((rank, index) for index, item in enumerate(objects) if (rank := _rank(item)) is not None)
    by_id = {item["@id"]: item for item in objects if isinstance(item.get("@id"), str) and len(item) > 1}
    found = Structured()
    for rank, index in ranked:
        item = objects[index]
        if rank == 0 or not found.published:
            _fill(found, item, by_id)
        if rank == 0:
            break
    return found


def _rank(item: dict[str, Any]) -> int | None:
    kinds = item.get("@type")
    names = [
        kind.lower() for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)
    ]
    if any(name.endswith(_ARTICLE_TYPES[:-1]) for name in names):
        return 0
    return 1 if any(name.endswith("webpage") for name in names) else None


def _fill(found: Structured, item: dict[str, Any], by_id: dict[str, dict[str, Any]]) -> None:
    authors = [_resolved(author, by_id) for author in _list(item.get("author"))]
    found.title = found.title or plain(item.get("headline"))
    outlet = plain(_resolved(item.get("publisher"), by_id))
    found.outlet = found.outlet or ("" if "://" in outlet else outlet)
    found.authors = found.authors or people(authors)
    found.published = found.published or plain(item.get("datePublished"))
    found.updated = found.updated or plain(item.get("dateModified"))
    found.language = found.language or plain(item.get("inLanguage"))
    found.url = found.url or plain(item.get("url")) or plain(item.get("mainEntityOfPage"))


def _resolved(value: object, by_id: dict[str, dict[str, Any]]) -> object:
    """The object that a reference ({"@id": ...}) names, if it is on the page."""
    if isinstance(value, dict) and set(value) == {"@id"}:
        return by_id.get(str(value["@id"]), "")
    return value


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _objects(text: str) -> Iterator[dict[str, Any]]:
    if len(text) > _LARGEST:
        return
    try:
        parsed = json.loads(text.strip().removeprefix("<!--").removesuffix("-->"), strict=False)
    except (ValueError, RecursionError):
        return
    yield from _within(parsed, 0)


def _within(value: object, depth: int) -> Iterator[dict[str, Any]]:
    """Every object in a JSON value, outer ones first."""
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _within(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value[:1000]:
            yield from _within(inner, depth + 1)
