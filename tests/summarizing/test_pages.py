"""Summaries as pages: everything shown, nothing live."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt
from opening import ELECTION, STRIKE_1, STRIKE_2, Opening, article

from qa.summarizing.choosing import whole
from qa.summarizing.digest import digest
from qa.summarizing.engine import Brief
from qa.summarizing.pages import as_html, as_markdown
from qa.summarizing.summarize import Material, final, summarize
from qa.types import Article, Style, Summary

NASTY = article(
    "nasty",
    "Mayor Ines Okafor said a < b & c | d *now* on Monday, `so` #1 @mayor [1]. It _rained_ on 1. May.",
    title='</title><img src=x onerror=alert(1)> "Bridge" | `x`',
    outlet="Post",
)
STORY = [
    article("first", STRIKE_1, title="Ferries stop"),
    article("later", STRIKE_2, day="2026-03-17", outlet="Post"),
]


def made(style: Style, *articles: Article) -> Summary:
    material = Material(passages=whole(articles))
    brief = Brief(style=style, words=200)
    if style == "digest":
        return final(digest(brief, material, [[p] for p in material.passages], Opening(2)))
    return final(summarize(brief, material, Opening(2)))


class Page(HTMLParser):
    """The tags, addresses and visible text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.hrefs: list[str] = []
        self.ids: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.hrefs += [value or "" for name, value in attrs if name == "href"]
        self.ids |= {value or "" for name, value in attrs if name == "id"}

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("style", ["brief", "bullets", "timeline", "digest"])
def test_a_page_shows_every_point_and_links_it_to_its_source(style):
    summary = made(style, *STORY, article("vote", ELECTION))
    page = Page(as_html(summary))
    shown = " ".join(page.text.split())
    for point in summary.points:
        assert point.text.split(" [")[0][:40] in shown
    internal = [h for h in page.hrefs if h.startswith("#")]
    assert internal
    assert {h[1:] for h in internal} <= page.ids
    assert [h for h in page.hrefs if not h.startswith("#")] == [c.url for c in summary.citations]


@pytest.mark.parametrize("style", ["brief", "digest"])
def test_nothing_an_article_says_becomes_live(style):
    summary = made(style, NASTY)
    assert summary.points
    page = Page(as_html(summary))
    assert page.tags <= {
        "html",
        "head",
        "meta",
        "title",
        "body",
        "h1",
        "h2",
        "p",
        "ul",
        "ol",
        "li",
        "a",
        "span",
        "strong",
    }
    assert page.attributes <= {"lang", "charset", "name", "content", "style", "href", "id", "value"}
    assert NASTY.title in page.text
    assert "a < b & c | d *now*" in page.text
    tokens = MarkdownIt("commonmark").enable("table").parse(as_markdown(summary))
    inline = [child for token in tokens for child in token.children or []]
    assert {t.type for t in (*tokens, *inline)} <= {
        "heading_open", "heading_close", "inline", "paragraph_open", "paragraph_close", "bullet_list_open",
        "bullet_list_close", "list_item_open", "list_item_close", "text", "text_special", "softbreak",
        "hardbreak",
        "strong_open", "strong_close", "em_open", "em_close", "link_open", "link_close",
    }  # fmt: skip
    links = [t.attrs["href"] for t in inline if t.type == "link_open"]
    assert set(links) == {"https://post.example/nasty"}


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "https://x.example/ a",
        "//x.example",
        'https://x.example/"onclick=',
        "https://[::bad",
    ],
)
def test_an_address_that_is_none_is_not_linked(url):
    summary = made("brief", NASTY.model_copy(update={"url": url}))
    assert [h for h in Page(as_html(summary)).hrefs if not h.startswith("#")] == []
    assert "<http" not in as_markdown(summary)


def test_a_digest_says_how_many_independent_sources_each_story_has():
    summary = made("digest", *STORY)
    assert "Ferries stop (1 article)" in as_html(summary)
    assert re.search(r"^## Ferries stop \(1 article\)$", as_markdown(summary), re.MULTILINE)
    assert "Digest, 16-17 March 2026" in as_html(summary)
    assert "From 2 articles; Courier, Post. Made by qa, test." in as_html(summary)


def test_a_summary_that_says_nothing_says_why():
    passages = whole([article("mute", "It rained.")])
    summary = final(summarize(Brief(style="brief", words=9), Material(passages=passages), Opening(0)))
    assert summary.abstained
    assert summary.text in Page(as_html(summary)).text
    assert "No summary" in as_markdown(summary)
