from __future__ import annotations

from datetime import UTC, datetime

import pytest

from qa.sources import Skipped
from qa.types import Article

from .conftest import ReadFile

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>The Example</title><link>https://example.org</link><language>en-gb</language>
<item><title>Bridge &amp;amp; ferry</title><link>https://example.org/bridge?utm_source=rss</link>
<dc:creator>A Reporter</dc:creator>
<pubDate>Tue, 13 Jan 2026 18:05:00 +0100</pubDate><description>Short.</description>
<content:encoded><![CDATA[<p>The harbour bridge reopened on Monday.</p>
<p>The ferry stopped.</p><script>x()</script>]]></content:encoded></item>
<item><title>Toll</title><link>https://example.org/toll</link>
<description>The toll stays at &lt;b&gt;two&lt;/b&gt; euros.</description></item>
<item><title>Only a headline</title><link>https://example.org/headline</link></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>The Example</title><id>x</id>
<entry><title>Bridge</title><link rel="alternate" href="https://example.org/bridge"/>
<author><name>A Reporter</name></author>
<author><name>B Reporter</name></author><published>2026-01-13T18:05:00Z</published>
<updated>2026-01-14T00:00:00Z</updated>
<content type="html">&lt;p&gt;The harbour bridge reopened on Monday.&lt;/p&gt;</content></entry></feed>"""


def test_rss(read_file: ReadFile) -> None:
    bridge, toll, headline = read_file("feed.rss", RSS)
    assert isinstance(bridge, Article)
    assert (bridge.title, bridge.outlet, bridge.authors) == ("Bridge & ferry", "The Example", ("A Reporter",))
    assert bridge.url == "https://example.org/bridge"
    assert bridge.published == datetime(2026, 1, 13, 17, 5, tzinfo=UTC)
    assert bridge.updated is None
    assert bridge.language == "en"
    assert bridge.text == "The harbour bridge reopened on Monday.\n\nThe ferry stopped."
    assert isinstance(toll, Article)
    assert toll.text == "The toll stays at two euros."
    assert toll.published is None
    assert isinstance(headline, Skipped)
    assert headline.source.endswith("feed.rss#3")
    assert "https://example.org/headline" in headline.hint


def test_atom(read_file: ReadFile) -> None:
    for name in ("feed.atom", "feed.xml", "feed"):
        (found,) = read_file(name, ATOM)
        assert isinstance(found, Article)
        assert found.authors == ("A Reporter", "B Reporter")
        assert found.published == datetime(2026, 1, 13, 18, 5, tzinfo=UTC)
        assert found.updated == datetime(2026, 1, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<rss version='2.0'><channel><title>x</title></channel></rss>", "no entries"),
        ("<rss><channel><item><title>broken", "no text"),
        (
            '<!DOCTYPE rss [<!ENTITY a "b">]><rss><channel><item><title>&a;</title></item></channel></rss>',
            "entities",
        ),
        ('<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/hostname">]><rss><channel/></rss>', "entities"),
    ],
)
def test_broken_feeds_are_skipped(read_file: ReadFile, content: str, reason: str) -> None:
    (found,) = read_file("feed.rss", content)
    assert isinstance(found, Skipped)
    assert reason in found.reason
