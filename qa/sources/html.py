"""Web pages to an article: the body by trafilatura, dates and names from what the page says of itself to
machines.

JSON-LD and `article:published_time` come first, since they hold time and zone; then what htmldate reads
from the markup, without its guesses. No function here reaches the network.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import urljoin

from qa.errors import NotAnArticleError
from qa.sources.bounds import refuse_bomb
from qa.sources.clean import unseen_characters
from qa.sources.dates import parse_date
from qa.sources.encoding import decode
from qa.sources.head import people, plain
from qa.sources.hidden import drop_hidden
from qa.sources.material import Found
from qa.sources.structured import Structured, structured_data

for _name in ("trafilatura", "htmldate", "courlan"):  # their remarks are not for our stderr
    logging.getLogger(_name).addHandler(logging.NullHandler())

_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w-]{2,40})|<\?xml[^>]{0,80}encoding=["']([\w-]{2,40})""",
    re.IGNORECASE,
)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "td",
        "th",
        "tr",
        "ul",
    ]
)
_UNSEEN = frozenset(
    [
        "script",
        "style",
        "template",
        "noscript",
        "iframe",
        "object",
        "svg",
        "math",
        "head",
        "title",
        "button",
        "select",
        "textarea",
        "audio",
        "video",
        "canvas",
    ]
)
_PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "og:published_time",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date",
    "publish-date",
    "publish_date",
    "publication_date",
    "pubdate",
    "article.published",
    "published-date",
    "cxenseparse:recs:publishtime",
    "date",
)
_UPDATED = (
    "article:modified_time",
    "og:article:modified_time",
    "datemodified",
    "dcterms.modified",
    "last-modified",
    "og:updated_time",
    "article.updated",
)
_AUTHORS = (
    "author",
    "article:author",
    "parsely-author",
    "dc.creator",
    "byl",
    "sailthru.author",
    "dcterms.creator",
)
_TITLES = ("og:title", "twitter:title", "dc.title")
_OUTLETS = ("og:site_name", "application-name", "dc.publisher", "twitter:site")
_LANGUAGES = ("og:locale", "content-language", "dc.language")
_DEEPEST = 400


def read_html(data: bytes, *, charset: str = "", url: str = "", now: datetime) -> Found:
    """The article of a page. `url` is where it was fetched, `charset` what its sender declared; "" unknown.

    Raises NotAnArticleError when no article body is found.
    """
    declared = _CHARSET.search(data[:4096])
    page = decode(data, charset or ((declared[1] or declared[2]).decode("ascii") if declared else ""))
    refuse_bomb(page)
    tree = _tree(page)
    meta = _meta(tree)
    about = structured_data(tree)
    base = _canonical(tree, meta, about, url)
    guessed_title, text, hidden, unseen = _body(tree, page)
    found = Found(
        text=text,
        hidden_words=hidden,
        characters=unseen,
        outlet=unescape(about.outlet or _first(meta, _OUTLETS).removeprefix("@")),
        authors=[unescape(name) for name in about.authors or people(_first(meta, _AUTHORS))],
        url=base,
        language=about.language or tree.get("lang", "") or _first(meta, _LANGUAGES),
    )
    found.title = _without_outlet(
        unescape(about.title or _first(meta, _TITLES) or guessed_title), found.outlet
    )
    found.text = _without_title(text, found.title, guessed_title)
    found.published = _moment(about.published, _all(meta, _PUBLISHED), now=now) or _marked_date(
        tree, page, base or url, now
    )
    found.updated = _moment(about.updated, _all(meta, _UPDATED), now=now)
    if found.published and found.updated and found.updated <= found.published:
        found.updated = None  # pages write the first publication there too; it says nothing of an update
    return found


def fragment_text(markup: str) -> str:
    """The visible text of a piece of HTML, such as a feed entry's content: one line a block.

    Not trimmed of boilerplate.
    """
    import trafilatura

    tree = trafilatura.load_html(f"<html><body><div>{markup}</div></body></html>") if markup.strip() else None
    if tree is None:
        return ""
    drop_hidden(tree)
    return "\n".join(
        filter(None, (" ".join(line.split()) for line in "".join(_visible(tree, 0)).split("\n")))
    )


def _tree(page: str) -> Any:
    import trafilatura

    try:
        tree = trafilatura.load_html(_XML_DECLARATION.sub("", page))
    except Exception as exc:  # lxml raises many kinds on damaged markup
        raise NotAnArticleError("its HTML cannot be parsed", "Save the article's text and add that.") from exc
    if tree is None:
        raise NotAnArticleError("its HTML cannot be parsed", "Save the article's text and add that.")
    return tree


def _body(tree: Any, page: str) -> tuple[str, str, int, int]:
    """Title and body text as trafilatura sees them, hidden parts left out; how many words those held, and
    how many unseen characters the rest holds.
    """
    import trafilatura

    visible = _tree(page)
    hidden = drop_hidden(visible)
    unseen = unseen_characters("".join(visible.itertext()))
    if unseen:  # in what is shown, which takes longer to walk through?
        unseen = unseen_characters("".join(_visible(visible, 0)))
    heading = visible.find(".//h1")
    title = "".join(heading.itertext()) if heading is not None else ""
    try:
        document = trafilatura.bare_extraction(
            visible,
            include_comments=False,
            include_images=False,
            include_links=False,
            include_tables=True,
            deduplicate=False,
            with_metadata=False,
        )
    except Exception as exc:  # one damaged page must not stop the rest
        raise NotAnArticleError("its HTML cannot be read", "Save the article's text and add that.") from exc
    text = str(getattr(document, "text", None) or "")
    if not text.strip():
        raise NotAnArticleError("no article was found in the page", "Save the article's text and add that.")
    title = title if title.strip() else tree.findtext(".//title") or ""
    return " ".join(title.split()), text, hidden, unseen


def _without_outlet(title: str, outlet: str) -> str:
    """A page's title without the site's name at its end ("Bridge reopens | The Example")."""
    head, mark, tail = max(
        (title.rpartition(mark) for mark in (" | ", " - ", " – ", " — ")), key=lambda parts: len(parts[0])
    )
    return head.strip() if mark and outlet and tail.strip().casefold() == outlet.casefold() else title


def _without_title(text: str, *titles: str) -> str:
    """The body without its first line where that repeats a title."""
    first, _, rest = text.lstrip().partition("\n")
    known = {" ".join(title.split()).casefold() for title in titles if title}
    return rest if " ".join(first.split()).casefold() in known and rest.strip() else text


def _visible(element: Any, depth: int) -> Iterator[str]:
    if not isinstance(element.tag, str) or element.tag in _UNSEEN or depth > _DEEPEST:
        return
    block = element.tag in _BLOCKS
    if block:
        yield "\n"
    yield (element.text or "").replace("\n", " ")
    for child in element:
        yield from _visible(child, depth + 1)
        yield (child.tail or "").replace("\n", " ")
    if block:
        yield "\n"


def _meta(tree: Any) -> dict[str, str]:
    """The page's meta elements by lower-case name; the first that says something wins."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = (
            element.get("property")
            or element.get("name")
            or element.get("itemprop")
            or element.get("http-equiv")
        )
        content = (element.get("content") or "").strip()
        if name and content:
            found.setdefault(name.strip().lower(), content)
    return found


def _first(meta: dict[str, str], names: tuple[str, ...]) -> str:
    return next((meta[name] for name in names if name in meta), "")


def _all(meta: dict[str, str], names: tuple[str, ...]) -> list[str]:
    return [meta[name] for name in names if name in meta]


def _moment(first: str, others: list[str], *, now: datetime) -> datetime | None:
    """The first that is a date; among those of one day, the first that also holds a time."""
    dates = [date for date in (parse_date(text, now=now) for text in [first, *others]) if date]
    timed = [date for date in dates if (date.hour, date.minute, date.second) != (0, 0, 0)]
    return next((date for date in timed if abs(date - dates[0]).days < 1), dates[0]) if dates else None


def _marked_date(tree: Any, page: str, url: str, now: datetime) -> datetime | None:
    """The publication date in the page's other markup: a `time` element said to be it, else by htmldate
    without guessing.
    """
    for element in tree.iter("time"):
        marked = (
            element.get("pubdate") is not None
            or "publish" in f"{element.get('itemprop', '')} {element.get('class', '')}".lower()
        )
        if marked and (when := parse_date(element.get("datetime") or plain(element.text), now=now)):
            return when
    import htmldate

    try:
        day = htmldate.find_date(
            page,
            extensive_search=False,
            original_date=True,
            url=url or None,
            max_date=now.strftime("%Y-%m-%d"),
            outputformat="%Y-%m-%d",
        )
    except Exception:  # noqa: BLE001  # a date that cannot be had is an unknown date
        return None
    return parse_date(day, now=now) if day else None


def _canonical(tree: Any, meta: dict[str, str], about: Structured, url: str) -> str:
    """The page's own address: what it calls canonical, else where it was fetched."""
    for link in tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split() and link.get("href"):
            return _joined(url, link.get("href"))
    named = meta.get("og:url") or about.url
    return _joined(url, named) if named else url


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return base
