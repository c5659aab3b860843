from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from qa.sources import Given, Skipped, article_id
from qa.types import Article

from .conftest import ReadFile

ReadOne = Callable[..., Article]
BODY = (
    "The harbour bridge reopened on Monday after eleven months of repairs, the city engineer said.\n\n"
    "Some 40,000 drivers had used a ferry in the meantime."
)
DAY = datetime(2026, 1, 13, tzinfo=UTC)


def test_header_lines(read_one: ReadOne) -> None:
    article = read_one(
        "a.txt",
        "Headline: Bridge reopens\nSource: The Example\nAuthor(s): A Reporter and B Reporter\nPublished:"
        " 13 January 2026, 18:05 CET\n"
        f"Updated: 2026-01-14\nURL: https://www.example.org/bridge/?utm_source=x#top\nLanguage:"
        f" en-GB\n\n{BODY}\n",
    )
    assert article.title == "Bridge reopens"
    assert article.outlet == "The Example"
    assert article.authors == ("A Reporter", "B Reporter")
    assert article.published == datetime(2026, 1, 13, 17, 5, tzinfo=UTC)
    assert article.updated == datetime(2026, 1, 14, tzinfo=UTC)
    assert article.url == "https://www.example.org/bridge"
    assert article.id == article_id("http://example.org/bridge", "")
    assert article.language == "en"
    assert article.text == BODY
    assert article.fetched is None


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_front_matter(read_one: ReadOne, ending: str) -> None:
    head = (
        "---\ntitle: 'Bridge: reopened'\noutlet: The Example\nauthors: [A Reporter, B Reporter]\ndate:"
        " 2026-01-13\n"
        f"tags: [bridges]\n---\n\n{BODY}\n"
    )
    for name in ("a.md", "a.txt"):
        article = read_one(name, head.replace("\n", ending))
        assert (article.title, article.outlet, article.published) == ("Bridge: reopened", "The Example", DAY)
        assert article.authors == ("A Reporter", "B Reporter")
        assert article.text == BODY


def test_broken_front_matter_is_read_line_by_line(read_one: ReadOne) -> None:
    article = read_one("a.md", f"---\ntitle: Bridge: reopened\ndate: 2026-01-13\n---\n{BODY}")
    assert (article.title, article.published) == ("Bridge: reopened", DAY)


def test_a_headline_a_byline_and_a_date_without_a_head(read_one: ReadOne) -> None:
    article = read_one(
        "a.txt",
        f"Harbour bridge reopens after repairs\nBy A Reporter and B Reporter\nPublished 13 January"
        f" 2026\n\n{BODY}",
    )
    assert article.title == "Harbour bridge reopens after repairs"
    assert article.authors == ("A Reporter", "B Reporter")
    assert article.published == DAY
    assert article.text == BODY


def test_a_headline_given_and_repeated_is_not_part_of_the_text(read_one: ReadOne) -> None:
    assert read_one("a.txt", f"Title: Bridge reopens\n\nBridge Reopens\n\n{BODY}").text == BODY


@pytest.mark.parametrize(
    "first",
    [
        "Drivers are hoping that the bridge will stay open this time.",
        "PORTSVILLE — The harbour bridge",
        "13 January 2026",
        "Home | News | Sport",
        "Bridge",
        "Officials, engineers and drivers,",
        "https://example.org/bridge is where it was",
    ],
)
def test_what_is_not_plainly_a_headline_is_not_taken_for_one(read_one: ReadOne, first: str) -> None:
    assert read_one("a.txt", f"{first}\n\n{BODY}").title == ""


def test_a_standfirst_stays_in_the_text(read_one: ReadOne) -> None:
    standfirst = "Drivers are hoping that the bridge will stay open this time."
    assert read_one("a.txt", f"{standfirst}\n{BODY}").text == f"{standfirst}\n\n{BODY}"


def test_a_dateline_with_a_whole_date_gives_the_day_and_stays(read_one: ReadOne) -> None:
    article = read_one("a.txt", f"PORTSVILLE, January 13, 2026 (Example Wire) — {BODY}")
    assert article.published == DAY
    assert article.text.startswith("PORTSVILLE, January 13, 2026 (Example Wire) — The harbour")
    assert read_one("b.txt", f"PORTSVILLE, Jan 13 (Example Wire) - {BODY}").published is None


def test_a_sentence_that_looks_like_a_field_is_no_head(read_one: ReadOne) -> None:
    text = f"Source: a spokesman for the port, who asked not to be named.\n\n{BODY}"
    assert read_one("a.txt", text).text == text


def test_given_takes_precedence(read_one: ReadOne) -> None:
    given = Given(
        title="Other",
        outlet="Desk",
        authors=("C Reporter",),
        url="https://example.org/o",
        published=DAY,
        language="de",
    )
    article = read_one("a.txt", f"Title: Bridge\nDate: 2025-05-05\nOutlet: The Example\n\n{BODY}", given)
    assert (article.title, article.outlet, article.authors) == ("Other", "Desk", ("C Reporter",))
    assert (article.url, article.published, article.language) == ("https://example.org/o", DAY, "de")


def test_markdown_loses_its_markup(read_one: ReadOne) -> None:
    article = read_one(
        "a.md",
        "# Bridge *reopens*\n\n![the bridge](https://example.org/b.png)\n\nThe **harbour** [bridge]"
        "(https://example.org/b) "
        "reopened\non `Monday` after _eleven_ months.<br>\n\n<script>alert(1)</script>\n\n## Ferry\n\n-"
        " one trip\n- two trips\n\n"
        "> “At last,” said A Driver.\n\n---\n\nThe toll stays &amp; rises \\*later\\*.[^1]\n\n<!-- note to"
        " desk -->\n",
    )
    assert article.title == "Bridge reopens"
    assert article.text.split("\n\n") == [
        "The harbour bridge reopened on Monday after eleven months.",
        "Ferry",
        "one trip",
        "two trips",
        "“At last,” said A Driver.",
        "The toll stays & rises *later*.[^1]",
    ]


def test_markdown_loses_the_html_that_a_reader_would_not_see(read_one: ReadOne) -> None:
    hidden = "It sank <b>twice</b>."
    article = read_one(
        "a.md",
        f"# Bridge reopens\n\n{BODY} <span style='display:none'>{hidden}</span>"
        f"\n\n<div hidden>\n\n{hidden}\n\n</div>\n\n<template>{hidden}</template>"
        "\n\nThe <b class=x>toll</b> stays.<p hidden>At last.\n",
    )
    assert "sank" not in article.text
    assert article.text.endswith("The toll stays.At last.")


def test_markdown_without_its_ending_is_known_by_its_heading(read_one: ReadOne) -> None:
    article = read_one("a", f"# Bridge reopens\n\n{BODY}")
    assert (article.title, article.text) == ("Bridge reopens", BODY)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_encodings(read_one: ReadOne, encoding: str) -> None:
    text = "The café reopened on Monday, its owner said – after “eleven” months."
    assert read_one("a.txt", text.encode(encoding)).text == text


def test_cyrillic_in_a_legacy_encoding(read_one: ReadOne) -> None:
    text = (
        "Мост через гавань снова открыли в понедельник после одиннадцати месяцев ремонта, сообщил инженер"
        " города. " * 3
    )
    assert read_one("a.txt", text.encode("cp1251")).text == text.strip()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b" \r\n\t ", "empty"),
        ("a.txt", b"text\0with\0nulls", "binary"),
        ("a.txt", bytes(range(1, 32)) * 10, "binary"),
        ("a.txt", b"... --- ...", "no article text"),
        ("a.txt", b"x\n", "no article text"),
        ("a.txt", b"a b - .", "no article text"),
        ("a.txt", b"Share on Facebook\n", "no article text"),
        ("a.txt", b"Title: Bridge\nDate: 2026-01-13\n\n", "no article text"),
        ("a.docx", b"PK\x03\x04rest", "Word document"),
        ("a.zip", b"PK\x03\x04rest", "archive"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "picture"),
        ("a.jsonl.gz", b"\x1f\x8b\x08", "compressed"),
        ("a.xml", b"<?xml version='1.0'?><list/>", "neither a feed nor a page"),
    ],
)
def test_what_is_no_article_is_skipped_with_a_reason(
    read_file: ReadFile, name: str, content: bytes, reason: str
) -> None:
    (found,) = read_file(name, content)
    assert isinstance(found, Skipped)
    assert reason in found.reason
    assert found.source.endswith(name)


def test_a_file_that_is_too_large_is_skipped(read_file: ReadFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.sources.reading.LARGEST_FILE", 5000)
    (found,) = read_file("a.txt", "word " * 1001)
    assert isinstance(found, Skipped)
    assert "larger than" in found.reason


def test_the_same_again_is_the_same(read_one: ReadOne) -> None:
    assert read_one("a.txt", BODY) == read_one("b.txt", BODY)
    assert read_one("a.txt", BODY).id == article_id("", BODY)


def test_the_first_day_of_a_timeline_is_not_the_date_of_the_article(read_one: ReadOne) -> None:
    text = (
        f"How the bridge was repaired\n\nA year in seven steps, and one storm.\n\n13 January 2026\n\n{BODY}"
    )
    article = read_one("a.txt", text)
    assert article.published is None
    assert "13 January 2026" in article.text


def test_a_whole_page_as_it_was_pasted(read_one: ReadOne) -> None:
    article = read_one(
        "a.txt",
        "Skip to content\nHome | News | Sport\nBusiness\nHarbour bridge reopens after repairs\nDrivers"
        " cheer at dawn.\n"
        f"By A Reporter, Transport Correspondent\n13 January 2026\nShare Tweet\n{BODY}\nRead more:"
        f" Ferry\n© 2026 The Example",
    )
    assert article.title == "Harbour bridge reopens after repairs"
    assert article.authors == ("A Reporter",)
    assert article.published == DAY
    assert article.text == f"Drivers cheer at dawn.\n\n{BODY}"


@pytest.mark.parametrize("content", ["Fire in Selby", "港口大桥星期一重新开放市长说", "Bridge reopens"])
def test_a_short_line_is_an_article(read_file: ReadFile, content: str) -> None:
    (found,) = read_file("a.txt", content.encode())
    assert isinstance(found, Article)
