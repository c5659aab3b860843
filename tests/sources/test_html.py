from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from qa.sources import Skipped
from qa.sources.html import fragment_text
from qa.types import Article

from .conftest import ReadFile

ReadOne = Callable[..., Article]
PARAGRAPHS = (
    "The harbour bridge reopened on Monday after eleven months of repairs, the city engineer said at the"
    " ceremony.",
    "Some 40,000 drivers had used a ferry in the meantime, which made its last trip on Sunday night in"
    " heavy rain.",
    "The toll stays at two euros until spring, when the council will vote on a rise that it has put off"
    " twice.",
)
BODY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
HIDDEN = "The engineer was arrested on Tuesday for taking bribes."
LINKED = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "Organization", "@id": "#org", "name": "The Example"},
        {"@type": "WebPage", "datePublished": "2020-01-01"},
        {
            "@type": ["NewsArticle"],
            "headline": "Harbour bridge reopens &amp; drivers cheer",
            "datePublished": "2026-01-13T18:05:00+01:00",
            "dateModified": "2026-01-14T09:00:00+01:00",
            "author": [
                {"@type": "Person", "name": "A Reporter"},
                {"@type": "Person", "name": "By B Reporter"},
            ],
            "publisher": {"@id": "#org"},
            "inLanguage": "en-GB",
        },
    ],
}


def page(head: str = "", body: str = BODY, linked: Any = None) -> str:
    script = f'<script type="application/ld+json">{json.dumps(linked)}</script>' if linked else ""
    return (
        f"<!DOCTYPE html><html lang='en'><head><title>Bridge | The Example</title>{head}{script}</head><body>"
        "<nav><a href='/'>Home</a><a href='/news'>News</a></nav><article><h1>Harbour bridge reopens</h1>"
        f"{body}</article><footer>© 2026 The Example</footer></body></html>"
    )


def test_json_ld_gives_the_head(read_one: ReadOne) -> None:
    article = read_one(
        "a.html", page('<link rel="canonical" href="https://www.example.org/bridge/?utm_x=1">', linked=LINKED)
    )
    assert article.title == "Harbour bridge reopens & drivers cheer"
    assert article.outlet == "The Example"
    assert article.authors == ("A Reporter", "B Reporter")
    assert article.url == "https://www.example.org/bridge"
    assert article.published == datetime(2026, 1, 13, 17, 5, tzinfo=UTC)
    assert article.updated == datetime(2026, 1, 14, 8, tzinfo=UTC)
    assert article.language == "en"
    assert article.text == "\n\n".join(PARAGRAPHS)


def test_meta_elements_give_the_head(read_one: ReadOne) -> None:
    article = read_one(
        "a.html",
        page(
            '<meta property="og:title" content="Harbour bridge reopens '
            '| The Example"><meta property="og:site_name" content="The Example">'
            '<meta name="author" content="A Reporter and B Reporter"><meta property="og:url"'
            ' content="https://example.org/bridge">'
            '<meta name="date" content="2026-01-13"><meta property="article:published_time"'
            ' content="2026-01-13T18:05:00Z">'
            '<meta property="article:modified_time" content="2026-01-13T18:05:00Z">'
        ),
    )
    assert (article.title, article.outlet) == ("Harbour bridge reopens", "The Example")
    assert article.authors == ("A Reporter", "B Reporter")
    assert article.url == "https://example.org/bridge"
    assert article.published == datetime(2026, 1, 13, 18, 5, tzinfo=UTC)
    assert article.updated is None


def test_a_marked_time_element_gives_the_date(read_one: ReadOne) -> None:
    body = f'<time itemprop="datePublished" datetime="2026-01-13T18:05:00Z">13 January</time>{BODY}'
    assert read_one("a.html", page(body=body)).published == datetime(2026, 1, 13, 18, 5, tzinfo=UTC)


def test_a_page_without_a_date_has_none(read_one: ReadOne) -> None:
    article = read_one("a.html", page())
    assert article.published is None
    assert article.title == "Harbour bridge reopens"
    assert "Home" not in article.text
    assert "©" not in article.text


def test_a_date_in_the_future_is_not_believed(read_one: ReadOne) -> None:
    assert (
        read_one(
            "a.html", page('<meta property="article:published_time" content="2031-01-13T18:05:00Z">')
        ).published
        is None
    )


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>The engineer was arrested on Tuesday for taking bribes from the ferry operator.</p>",
        '<div style="color: red; display : none"><p>The engineer was arrested on Tuesday for taking'
        " bribes.</p></div>",
        '<p style="visibility:hidden">The engineer was arrested on Tuesday for taking bribes.</p>',
        '<p style="font-size:0">The engineer was arrested on Tuesday for taking bribes.</p>',
        "<template><p>The engineer was arrested on Tuesday for taking bribes.</p></template>",
        "<!-- The engineer was arrested on Tuesday for taking bribes. -->",
        "<script>var text = 'The engineer was arrested on Tuesday for taking bribes.'</script>",
        f"<noscript><p>{HIDDEN}</p></noscript>",
        f"<dialog><p>{HIDDEN}</p></dialog>",
        f'<p aria-hidden="true">{HIDDEN}</p>',
        f'<p class="lede sr-only">{HIDDEN}</p>',
        f'<p style="visibility: collapse">{HIDDEN}</p>',
        f'<p style="font-size: 1px">{HIDDEN}</p>',
        f'<p style="font-size:0.0em; color:red">{HIDDEN}</p>',
        f'<p style="opacity: 0.0">{HIDDEN}</p>',
        f'<p style="color:transparent">{HIDDEN}</p>',
        f'<p style="color: rgba(0, 0, 0, 0)">{HIDDEN}</p>',
        f'<p style="color:#fff">{HIDDEN}</p>',
        f'<p><font color="White">{HIDDEN}</font></p>',
        f'<div style="background:#222222"><p style="color:rgb(34,34,34)">{HIDDEN}</p></div>',
        f'<p style="position:absolute;left:-9999px">{HIDDEN}</p>',
        f'<p style="text-indent: -200vw">{HIDDEN}</p>',
        f'<p style="transform:translateX(-5000px)">{HIDDEN}</p>',
        f'<p style="transform: scale(0)">{HIDDEN}</p>',
        f'<p style="clip:rect(0 0 0 0);position:absolute">{HIDDEN}</p>',
        f'<p style="clip-path: inset(50%)">{HIDDEN}</p>',
        f'<div style="height:1px;overflow:hidden"><p>{HIDDEN}</p></div>',
        f"<style>.x, p.y7 {{ display: none }}</style><p class='a y7'>{HIDDEN}</p>",
        f"<style>/* a */ @import 'b'; #z {{left: -9999px}}</style><div id='z'><p>{HIDDEN}</p></div>",
    ],
)
def test_what_a_reader_does_not_see_is_not_in_the_text(read_one: ReadOne, hidden: str) -> None:
    article = read_one("a.html", page(body=f"{hidden}{BODY}{hidden}<p>The mayor cut the ribbon.</p>"))
    assert "arrested" not in article.text
    assert article.text.endswith("The mayor cut the ribbon.")


@pytest.mark.parametrize(
    "seen",
    [
        '<p style="color:#fff;background:#000">{}</p>',
        '<div style="background-color: navy"><p style="color: ivory">{}</p></div>',
        '<p style="font-size:1.2em">{}</p>',
        '<p style="font-size: 12px; left: -20px">{}</p>',
        '<p style="opacity: 0.8; height: 100px">{}</p>',
        '<p style="background-clip: text; color: transparent">{}</p>',
        '<p style="background-color: white">{}</p>',
        '<p aria-hidden="false" class="visible">{}</p>',
        "<style>@media print {{ .x {{ display: none }} }} .y {{ color: red }}</style><p class='x y'>{}</p>",
        "<style>div .x, .x:hover {{ display: none }}</style><p class='x'>{}</p>",
    ],
)
def test_what_a_reader_sees_is_in_the_text(read_one: ReadOne, seen: str) -> None:
    assert HIDDEN in read_one("a.html", page(body=BODY + seen.format(HIDDEN))).text


@pytest.mark.parametrize(
    "wrapper",
    [
        '<div aria-hidden="true">{}</div>',
        '<div style="opacity:0">{}</div>',
        "<style>.app {{ visibility: hidden }}</style><div class='app'>{}</div>",
    ],
)
def test_what_a_script_shows_later_is_kept_where_nothing_else_is_there(
    read_one: ReadOne, wrapper: str
) -> None:
    assert read_one("a.html", page(body=wrapper.format(BODY))).text == "\n\n".join(PARAGRAPHS)


def test_a_hidden_headline_is_none(read_one: ReadOne) -> None:
    body = f'<h1 hidden>Bridge collapses</h1><h1 style="display:none">Bridge burns</h1>{BODY}'
    html = page(body=body).replace("<h1>Harbour bridge reopens</h1>", "")
    assert read_one("a.html", html).title == "Bridge | The Example"


@pytest.mark.parametrize(
    "sheet", ["/*" * 50_000, "@a{" * 50_000, "a{b}" * 50_000, "@x " * 50_000, "font-size:" + "0" * 90_000]
)
def test_no_style_sheet_takes_for_ever(read_one: ReadOne, sheet: str) -> None:
    # if it were read in every way, this would end at the time limit for tests
    assert read_one("a.html", page(f"<style>{sheet}</style>")).text == "\n\n".join(PARAGRAPHS)


def test_declared_charset(read_one: ReadOne) -> None:
    html = page(
        '<meta charset="iso-8859-2">',
        body=BODY + "<p>Łódź paid for half of the new bridge, the mayor of Kraków said.</p>",
    )
    assert "Łódź" in read_one("a.html", html.replace("©", "").encode("iso-8859-2")).text


def test_html_is_known_without_its_ending(read_one: ReadOne) -> None:
    assert read_one("saved-page", page()).text == "\n\n".join(PARAGRAPHS)
    assert read_one("a.txt", page()).text == "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    "html", ["<html></html>", "<!doctype html><html><body><script>x()</script></body></html>", "<html><p"]
)
def test_a_page_without_an_article_is_skipped(read_file: ReadFile, html: str) -> None:
    (found,) = read_file("a.html", html)
    assert isinstance(found, Skipped)
    assert found.hint


@pytest.mark.parametrize(
    "linked",
    [
        [],
        {"@type": "NewsArticle", "author": [[[[[[[["x"]]]]]]]]},
        {"@type": 3, "headline": {"name": None}},
        "x",
    ],
)
def test_odd_json_ld_does_no_harm(read_one: ReadOne, linked: Any) -> None:
    assert read_one("a.html", page(linked=linked)).title == "Harbour bridge reopens"


def test_broken_json_ld_does_no_harm(read_one: ReadOne) -> None:
    for script in ("{", "[" * 100_000, '{"@type": "NewsArticle", "headline": "'):
        assert read_one("a.html", page(f'<script type="application/ld+json">{script}</script>')).text


def test_a_fragment_keeps_blocks_apart_and_hidden_parts_out() -> None:
    markup = (
        "<p>One <b>bold</b>\nline.</p><ul><li>first</li><li>second</li></ul>tail<br>after<p"
        " hidden>no</p><style>p{}</style>"
    )
    assert fragment_text(markup).split("\n") == ["One bold line.", "first", "second", "tail", "after"]
    assert fragment_text("  ") == ""
    assert fragment_text("fish &amp; chips") == "fish & chips"
    assert fragment_text("<div>" * 2000 + "deep" + "</div>" * 2000) in {"", "deep"}
