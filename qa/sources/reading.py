"""One source to its articles: bytes, kind, what the kind's reader finds, and from that clean articles with
their ids.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urljoin

from qa.errors import FetchError, NotAnArticleError, QAError
from qa.sources.discovery import why
from qa.sources.identity import article_id, canonical_url, same_site
from qa.sources.kinds import SAMPLE, Kind, kind_of
from qa.sources.material import Fetch, Fetched, Found, Given, Skipped, Source, Stripped
from qa.types import Article

LARGEST_FILE = 20_000_000
"""Bytes of one file that holds one article or one feed. JSONL is read line by line and has no such limit."""

_BLANK = b" \t\r\n\f\xef\xbb\xbf\xff\xfe"
_FEWEST_WORDS = 3
_FEWEST_LETTERS = 10
_LONGEST_TITLE = 500
_MOST_TEXT = 5_000_000


def read(
    source: Source,
    given: Given = Given(),  # noqa: B008  # frozen
    *,
    stdin: bytes | None = None,
    fetch: Fetch | None = None,
    now: datetime | None = None,
    on_stripped: Callable[[Article, Stripped], None] | None = None,
) -> Iterator[Article | Skipped]:
    """The articles in `source`, one by one, and a Skipped for each that could not be had.

    Never raises for bad input.

    `given` takes precedence over what is found. `stdin` holds the bytes of standard input. `fetch` fetches
    addresses, by default the guarded fetch of `qa.sources.web`. `now` is the present: later dates are not
    believed. `on_stripped` hears of each article that something unseen was taken off, before it is given.
    """
    now = now or datetime.now(UTC)
    count = 0
    try:
        for found in _found_in(source, stdin, fetch, now):
            if isinstance(found, Skipped):
                yield found
                continue
            article = _article(source, found, given, now)
            count += isinstance(article, Article)
            if given.url is not None and count > 1:
                yield Skipped(
                    source=source.name + found.where,
                    reason="one address was given, but the source holds several articles",
                    hint="Give no address, or one article at a time.",
                )
            else:
                if on_stripped is not None and isinstance(article, Article):
                    _tell(found, article, on_stripped)
                yield article
    except QAError as exc:
        yield Skipped(source=source.name, reason=exc.message, hint=exc.hint)
    except (OSError, ValueError) as exc:
        yield Skipped(source=source.name, reason=why(exc))


def _tell(found: Found, article: Article, on_stripped: Callable[[Article, Stripped], None]) -> None:
    from qa.sources.clean import unseen_characters

    written = (found.text, found.title, found.outlet, *found.authors)
    characters = max(found.characters, sum(map(unseen_characters, written)))
    if characters or found.hidden_words:
        on_stripped(article, Stripped(hidden_words=found.hidden_words, characters=characters))


def _found_in(
    source: Source, stdin: bytes | None, fetch: Fetch | None, now: datetime
) -> Iterator[Found | Skipped]:
    if source.kind == "url":
        fetched = _fetched(source.name, fetch)
        with io.BytesIO(fetched.body) as stream:
            for found in _parsed(source, stream, now, fetched):
                if isinstance(found, Found):
                    found.url = _address(found.url, fetched.url, many=bool(found.where))
                yield found
    elif source.kind == "stdin":
        if stdin is None:
            raise NotAnArticleError("nothing came on standard input", "Pipe an article into the command.")
        with io.BytesIO(stdin) as stream:
            yield from _parsed(source, stream, now)
    else:
        with Path(source.name).open("rb") as file:
            yield from _parsed(source, file, now)


def _fetched(url: str, fetch: Fetch | None) -> Fetched:
    if fetch is None:
        from qa.sources.web import GuardedFetch

        fetch = GuardedFetch()
    fetched = fetch(url)
    if not fetched.body.strip():
        raise FetchError(
            "the address answered with nothing", "Open it in a browser to see whether it holds an article."
        )
    return fetched


def _address(found: str, fetched: str, *, many: bool) -> str:
    """The article's own address.

    A page may name another as its canonical one only on the site it came from: else any page could take the
    place of another outlet's article. A feed's entries live anywhere.
    """
    named = urljoin(fetched, found) if found else ""
    return named if named and (many or same_site(named, fetched)) else fetched


def _parsed(
    source: Source, stream: BinaryIO, now: datetime, fetched: Fetched | None = None
) -> Iterator[Found | Skipped]:
    start = _peek(stream)
    if not start.strip(_BLANK) and len(start) < SAMPLE:
        raise NotAnArticleError("it is empty")
    name = fetched.url if fetched else "" if source.kind == "stdin" else source.name
    kind = kind_of(start, name=name, content_type=fetched.content_type if fetched else "")
    charset = fetched.charset if fetched else ""
    if kind == "json":
        from qa.sources.jsonl import read_json

        lines_only = name.lower().endswith((".jsonl", ".ndjson"))
        yield from read_json(_Chain(start, stream), source=source.name, lines_only=lines_only, now=now)
        return
    data = start + stream.read(LARGEST_FILE + 1 - len(start))
    if len(data) > LARGEST_FILE:
        limit = LARGEST_FILE // 1_000_000
        raise NotAnArticleError(
            f"it is larger than the {limit} MB that one article may have", "Split it, or give JSONL."
        )
    yield from _read_whole(kind, data, charset, fetched.url if fetched else "", source, now)


def _read_whole(
    kind: Kind, data: bytes, charset: str, url: str, source: Source, now: datetime
) -> Iterator[Found | Skipped]:
    if kind == "html":
        from qa.sources.html import read_html

        yield read_html(data, charset=charset, url=url, now=now)
    elif kind == "feed":
        from qa.sources.feed import read_feed

        yield from read_feed(data, source=source.name, now=now)
    elif kind == "pdf":
        from qa.sources.pdf import read_pdf

        yield read_pdf(data, now=now)
    else:
        from qa.sources.encoding import decode
        from qa.sources.text import read_text

        yield read_text(decode(data, charset), markdown=kind == "markdown", now=now)


def _peek(stream: BinaryIO) -> bytes:
    """The first SAMPLE bytes; a pipe may deliver them in pieces."""
    start = b""
    while len(start) < SAMPLE and (piece := stream.read(SAMPLE - len(start))):
        start += piece
    return start


class _Chain(io.RawIOBase):
    """What was peeked, followed by the rest of the stream: pipes cannot be rewound."""

    def __init__(self, start: bytes, rest: BinaryIO) -> None:
        self._start, self._rest = io.BytesIO(start), rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        data = self._start.read(len(view)) or self._rest.read(len(view))
        view[: len(data)] = data
        return len(data)


def _article(source: Source, found: Found, given: Given, now: datetime) -> Article | Skipped:
    from qa.sources.clean import clean_line, clean_text

    text = clean_text(found.text[:_MOST_TEXT])
    where = source.name + found.where
    if _is_too_little(text):
        return Skipped(
            source=where,
            reason="it holds no article text",
            hint="Paste the article's text into a file and add that.",
        )
    url = canonical_url(clean_line(found.url if given.url is None else given.url))
    return Article(
        id=article_id(url, text),
        title=clean_line(found.title if given.title is None else given.title)[:_LONGEST_TITLE],
        outlet=clean_line(found.outlet if given.outlet is None else given.outlet)[:_LONGEST_TITLE],
        authors=tuple(
            filter(None, map(clean_line, found.authors if given.authors is None else given.authors))
        ),
        url=url,
        published=given.published or found.published,
        updated=given.updated or found.updated,
        fetched=now if source.kind == "url" else None,
        language=_language(clean_line(found.language if given.language is None else given.language)),
        text=text,
    )


def _is_too_little(text: str) -> bool:
    """Whether there is not even a short line of words; some languages write without spaces."""
    start = text[:10_000]
    words = (word for word in start.split() if any(map(str.isalnum, word)))
    if len(list(islice(words, _FEWEST_WORDS))) == _FEWEST_WORDS:  # counted no further than it matters
        return False
    return sum(map(str.isalnum, start)) < _FEWEST_LETTERS


def _language(tag: str) -> str:
    """The language of a tag such as "en-GB": "en"."""
    primary = tag.replace("_", "-").split("-")[0].lower()
    return primary if primary.isalpha() and len(primary) <= 8 else ""
