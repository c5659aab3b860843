"""JSON to articles: one object a line, or one value (an object, a list, or an object that holds a list)."""

from __future__ import annotations

import codecs
import io
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import IO

from qa.errors import NotAnArticleError
from qa.sources.encoding import decode
from qa.sources.head import fields, fold_name
from qa.sources.hidden import without_comments
from qa.sources.material import Found, Skipped

LARGEST_VALUE = 256_000_000
"""Bytes of a file that is one JSON value; one object a line is streamed, and only a line is limited."""

LONGEST_LINE = 20_000_000

# The first that holds text wins; a summary is better than nothing
_TEXT_NAMES = (
    "text",
    "body",
    "articlebody",
    "content",
    "article",
    "articletext",
    "fulltext",
    "maintext",
    "storybody",
    "bodytext",
    "contenttext",
    "contenthtml",
    "bodyhtml",
    "html",
    "markdown",
    "story",
    "description",
    "summary",
    "abstract",
)
_LIST_NAMES = (
    "articles",
    "items",
    "data",
    "results",
    "entries",
    "docs",
    "documents",
    "stories",
    "rows",
    "hits",
)
_MARKUP = re.compile(r"</(?:p|div|a|span|li|ul|h\d|em|strong|b|i|blockquote)>|<br ?/?>|<p[ >]", re.IGNORECASE)


def read_json(
    stream: io.RawIOBase, *, source: str, lines_only: bool, now: datetime
) -> Iterator[Found | Skipped]:
    """The articles in `stream`, in order; a Skipped for each line or item that is none, named by its
    number.

    `lines_only` says that the name promises one object a line. Raises NotAnArticleError when nothing can be
    read.
    """
    buffered = io.BufferedReader(stream, 1 << 20)
    start = buffered.peek(4)[:4]
    lines: IO[bytes] = buffered
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        lines = io.BytesIO(decode(buffered.read(LARGEST_VALUE)).encode("utf-8", "replace"))
    elif start.startswith(codecs.BOM_UTF8):
        buffered.read(3)
    if lines_only:
        yield from _numbered(*_next_line(lines, 0), lines, source, now)
    else:
        yield from _value(lines, source, now)


def _value(stream: IO[bytes], source: str, now: datetime) -> Iterator[Found | Skipped]:
    """A JSON value that is the whole source, or lines if its first line is a value by itself."""
    first, number = _next_line(stream, 0)
    value, problem = _load(first)
    if not problem:
        rest, next_number = _next_line(stream, number)
        if rest:
            yield from _line(value, source, f":{number}", now)
            yield from _numbered(rest, next_number, stream, source, now)
        else:
            yield from _items(value, source, now)
        return
    data = first + stream.read(LARGEST_VALUE + 1 - len(first))
    if len(data) > LARGEST_VALUE:
        limit = LARGEST_VALUE // 1_000_000
        raise NotAnArticleError(
            f"it is one JSON value larger than {limit} MB", "Write one object a line, in a .jsonl file."
        )
    value, whole_problem = _load(data)
    if whole_problem:
        lines = io.BytesIO(data)
        yield from _numbered(*_next_line(lines, number - 1), lines, source, now)
    else:
        yield from _items(value, source, now)


def _next_line(stream: IO[bytes], number: int) -> tuple[bytes, int]:
    """The next line that is not blank, b"" at the end, and its number, after line `number`."""
    line = stream.readline(LONGEST_LINE)
    number += 1
    while line and not line.strip():
        line = stream.readline(LONGEST_LINE)
        number += 1
    return line, number


def _items(value: object, source: str, now: datetime) -> Iterator[Found | Skipped]:
    held = _held_list(value) if isinstance(value, dict) else value
    if not isinstance(held, list):
        yield from _line(value, source, "", now)
        return
    if not held:
        yield Skipped(source=source, reason="it holds an empty list")
    for number, item in enumerate(held, start=1):
        yield from _line(item, source, f"#{number}", now)


def _held_list(value: Mapping[str, object]) -> list[object] | None:
    """The list of articles that an answer of a news service or a JSON feed wraps."""
    if any(isinstance(value.get(name), str) and value[name] for name in ("text", "body", "content")):
        return None
    return next((held for name in _LIST_NAMES if isinstance(held := value.get(name), list)), None)


def _numbered(
    line: bytes, number: int, stream: IO[bytes], source: str, now: datetime
) -> Iterator[Found | Skipped]:
    """`line`, which is line `number`, and those after it, each an object."""
    while line:
        where = f":{number}"
        if len(line) >= LONGEST_LINE and not line.endswith(b"\n"):
            while (rest := stream.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass
            limit = LONGEST_LINE // 1_000_000
            yield Skipped(
                source=source + where,
                reason=f"the line is longer than the {limit} MB that one article may have",
            )
        else:
            value, problem = _load(line)
            if problem:
                yield Skipped(source=source + where, reason=f"the line is not JSON: {problem}")
            else:
                yield from _line(value, source, where, now)
        line, number = _next_line(stream, number)


def _load(data: bytes) -> tuple[object, str]:
    """The JSON value in `data` and "", or None and what is wrong with it."""
    try:
        return json.loads(data.strip(b"\x1e\0") if data[:1] in (b"\x1e", b"\0") else data), ""
    except json.JSONDecodeError as exc:
        return None, f"{exc.msg[:1].lower()}{exc.msg[1:]} at column {exc.colno}"
    except UnicodeDecodeError:
        pass
    except (ValueError, RecursionError):
        return None, "it is nested too deeply or holds a number too long"
    try:
        return json.loads(decode(data)), ""
    except NotAnArticleError as exc:
        return None, exc.message
    except (ValueError, RecursionError):
        return None, "it is neither UTF-8 nor valid JSON"


def _line(value: object, source: str, where: str, now: datetime) -> Iterator[Found | Skipped]:
    if not isinstance(value, dict):
        hint = "Each article is an object with at least a text."
        yield Skipped(source=source + where, reason=f"it is {_called(value)}, not an object", hint=hint)
        return
    text = _text(value)
    if text.strip():
        yield fields(Found(text=text, where=where), value, now)
        return
    found = fields(Found(text=""), value, now)
    if found.url:
        reason, hint = (
            "it has an address but no text",
            "Links in JSON are not followed: `qa ingest` the address itself.",
        )
    else:
        reason, hint = (
            "it has neither a text nor an address",
            'Name the article\'s text "text", "body" or "content".',
        )
    yield Skipped(source=source + where, reason=reason, hint=hint)


def _text(raw: Mapping[str, object]) -> str:
    folded = {fold_name(name): value for name, value in raw.items()}
    for name in _TEXT_NAMES:
        value = folded.get(name)
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            value = "\n\n".join(value)
        if isinstance(value, str) and value.strip():
            return _without_markup(value)
    return ""


def _without_markup(text: str) -> str:
    if "<" not in text:
        return text
    text = without_comments(text)
    if not _MARKUP.search(text):
        return text
    from qa.sources.html import fragment_text

    return fragment_text(text)


def _called(value: object) -> str:
    names = {list: "a list", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
