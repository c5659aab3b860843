"""Whatever the bytes, reading ends, raises nothing, and yields safe articles with stable ids."""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from qa.sources import Given, Skipped, Source, read
from qa.types import Article

from .conftest import NOW

STDIN = Source(kind="stdin", name="stdin")
UNSAFE = {"Cc", "Cf", "Cs", "Co"}
STARTS = [
    b"",
    b"<html><body><p>",
    b"<!doctype html><p>",
    b"<rss><channel><item><description>",
    b"<feed><entry><content>",
    b"%PDF-1.4\n",
    b'{"text": "',
    b'[{"text": "',
    b"---\ntitle: ",
    b"Title: ",
    b"# ",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"\xff\xfe\0\0",
    b'<html><script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "',
    b"By A Reporter\n",
    b"<?xml version='1.0'?>",
]


def check(data: bytes) -> list[Article | Skipped]:
    found = list(read(STDIN, stdin=data, now=NOW))
    for item in found:
        if isinstance(item, Article):
            assert not {unicodedata.category(char) for char in item.text.replace("\n", "")} & UNSAFE
            for line in (item.title, item.outlet, item.url, item.language, *item.authors):
                assert not {unicodedata.category(char) for char in line} & UNSAFE
            assert item.text.strip() == item.text != ""
            assert item.model_dump_json()
        else:
            assert item.reason
            assert item.source.startswith("stdin")
    return found


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(STARTS), st.binary(max_size=300))
@example(b"---\n", b"? [a, b]\n: c\n---\nText of it.")
@example(b"---\n", b"a: &a [*a]\n---\nText of it.")
@example(b"%PDF-1.4\n", b"1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj trailer<</Root 1 0 R>>")
def test_any_bytes_are_read_or_skipped(start: bytes, rest: bytes) -> None:
    assert check(start + rest) == check(start + rest)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["", "Title: ", "# ", "---\ndate: ", "<p>", "By ", "PARIS, "]), st.text(max_size=300))
def test_any_text_is_read_or_skipped(start: str, rest: str) -> None:
    check((start + rest).encode("utf-8", "surrogatepass"))


NAMES = st.sampled_from(
    ["text", "title", "authors", "published", "url", "source", "language", "updated", "items", "body"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(NAMES | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.dictionaries(NAMES, VALUES, max_size=6), min_size=1, max_size=3))
def test_any_json_is_read_or_skipped(rows: list[dict[str, object]]) -> None:
    check(b"\n".join(json.dumps(row).encode() for row in rows))
    check(json.dumps(rows).encode())


def test_the_id_does_not_depend_on_what_is_around_the_article() -> None:
    text = "The harbour bridge reopened on Monday.\n\nThe ferry made its last trip."
    first, *others = (
        check(text.encode()),
        check(f"\ufeff{text}\r\n\r\nShare on Facebook\n".encode()),
        check(f"Title: Bridge\nDate: 2026-01-13\n\n{text}".encode()),
        check(json.dumps({"text": text, "id": 7}).encode()),
    )
    assert isinstance(first[0], Article)
    assert {item.id for found in others for item in found if isinstance(item, Article)} == {first[0].id}


def test_nothing_on_standard_input_is_said_so() -> None:
    (found,) = read(STDIN)
    assert isinstance(found, Skipped)
    assert "nothing came" in found.reason


def test_given_is_cleaned_too() -> None:
    given_by_user = Given(
        title="Bridge\x1b[31m",
        outlet="The\u202e Example",
        authors=("A\x07 Reporter", "\u200b"),
        language="EN_gb",
    )
    (found,) = read(STDIN, given_by_user, stdin=b"The bridge reopened on Monday.", now=NOW)
    assert isinstance(found, Article)
    assert (found.title, found.outlet, found.authors, found.language) == (
        "Bridge",
        "The Example",
        ("A Reporter",),
        "en",
    )


@pytest.mark.parametrize(
    "module",
    [
        "trafilatura",
        "feedparser",
        "dateparser",
        "httpx",
        "httpcore",
        "pypdf",
        "yaml",
        "lxml",
        "markdown_it",
        "qa.sources.furniture",
    ],
)
def test_importing_the_room_imports_nothing_heavy(module: str) -> None:
    code = f"import sys, qa.sources; sys.exit({module!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
