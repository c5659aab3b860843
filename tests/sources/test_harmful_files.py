"""Files made to do harm, and files that are only broken: our errors leave, and nothing else does.

With QA_TEST_BOMBS=all every bomb is read (minutes), not only those that take a moment.
"""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.sources import Skipped
from qa.types import Article

from .bombs import BOMBS, STORY, outcomes, page, paragraphs, pdf_of

EVERY = os.environ.get("QA_TEST_BOMBS") == "all"
SLOW = set(
    """long-attribute.html misnested.html angles.html ten-megabytes.html metas.html short-lines.txt head.txt
    brackets.md links.md stars.md table.md entries.xml deep.xml deep.html comments.html keys.jsonl
    one-line.txt ampersands.html deep-entry.xml""".split()
)
NAMES = [name for name in BOMBS if EVERY or name not in SLOW]
EXAMPLES = 400 if EVERY else 40
_NO_STORY = set(
    """deep.html deep-lists.html deep-tables.html deep-closed.html attributes.html angles.html comments.html
    ampersands.html spans.html one-word.txt short-lines.txt nul.txt empty.txt brackets.md stars.md quotes.md
    bullets.md entities.xml deep-entry.xml attributes.xml broken.pdf objects.pdf loop.pdf flate.pdf
    deep.pdf""".split()
)
"""Those that hide the story so well that no article of it is asked for."""


@pytest.fixture(scope="module")
def became() -> dict[str, dict[str, Any]]:
    return outcomes(NAMES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.timeout(1800)
def test_a_bomb_is_read_or_refused(became, name):
    """No foreign exception, no crash, no end of memory or time; and the story, where it is plain to see."""
    found = became[name]
    assert "left" not in found, found
    assert found["articles"] or found["skipped"]
    assert name in _NO_STORY or found["with_story"], found


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("attributes.html", "thousands of attributes"),
        ("attributes.xml", "thousands of attributes"),
        ("spans.html", "more than 100,000 elements"),
    ],
)
def test_what_would_take_hours_is_refused(became, name, reason):
    assert reason in became[name]["skipped"][0]


def test_a_page_with_a_picture_and_its_data_inside_is_no_bomb(read_one):
    data = json.dumps([{"words": "the bridge of Selby " * 20}] * 500).replace('"', "&quot;")
    body = (
        f'<img src="data:image/png;base64,{"QUJD" * 100_000}"><div data-props="{data}"></div>{paragraphs(5)}'
    )
    assert STORY.strip() in read_one("page.html", page(body)).text


def test_an_encrypted_pdf_is_named(read_file):
    data = pdf_of(b"").replace(b"trailer << ", b"trailer << /Encrypt << /Filter /Standard /V 9 /R 9 >> ")
    (found,) = read_file("secret.pdf", data)
    assert isinstance(found, Skipped)


WRONG = {
    "utf-16 without a mark": STORY.encode("utf-16-le"),
    "utf-16 the other way": STORY.encode("utf-16-be"),
    "utf-32 without a mark": STORY.encode("utf-32-le"),
    "shift-jis": ("橋は月曜日に再開した。市の技師が述べた。" * 20).encode("shift-jis"),
    "cyrillic": ("Мост снова открыт, сказал инженер города в понедельник. " * 20).encode("cp1251"),
    "mixed": (STORY + "Zoë said “yes”. ").encode() + (STORY + "Zoë said “yes”. ").encode("cp1252"),
    "a mark and then nothing of the kind": b"\xff\xfe" + STORY.encode(),
    "half a character": STORY.encode() + b"\xe2\x80",
}


@pytest.mark.parametrize("kind", WRONG)
@pytest.mark.parametrize("suffix", ["txt", "html", "md"])
def test_a_wrong_encoding_is_read_or_refused(read_file, kind, suffix):
    body = WRONG[kind]
    content = (
        b"<html><body><article><p>" + body * 3 + b"</p></article></body></html>" if suffix == "html" else body
    )
    for found in read_file(f"story.{suffix}", content):
        assert isinstance(found, Skipped) or "\0" not in found.text


def test_cp1252_declared_as_utf_8_keeps_its_quotes(read_one):
    text = f"{STORY * 3}Zoë Brandt said “yes – at last”."
    declared = '<html><head><meta charset="utf-8"></head><body><article><p>%s</p></article></body></html>'
    found = read_one("page.html", (declared % text).encode("cp1252"))
    assert "Zoë Brandt said “yes – at last”" in found.text


def test_thousands_of_articles_in_one_file(read_file):
    """33,000 of them with QA_TEST_BOMBS=all."""
    count = 33_000 if EVERY else 2_000
    lines = "\n".join(
        json.dumps({"title": f"Story {n}", "text": f"{STORY}This is story {n}."}) for n in range(count)
    )
    found = read_file("many.jsonl", lines)
    assert len(found) == count
    assert all(isinstance(a, Article) for a in found)
    assert len({a.id for a in found}) == count


VALID = {
    "txt": f"Bridge reopens in Selby\n\nBy Ada Brandt\n\nPublished: 1 March 2026\n\n{STORY * 4}",
    "md": f"---\ntitle: Bridge\ndate: 2026-03-01\n---\n# Bridge reopens\n\n* {STORY}\n\n> {STORY}\n",
    "html": page(
        paragraphs(4),
        '<meta property="article:published_time" content="2026-03-01T09:00:00Z">'
        "<style>.a{display:none}</style>"
        '<script type="application/ld+json">{"@type":"NewsArticle","author":[{"name":"A"}]}</script>',
    ),
    "jsonl": json.dumps({"title": "Bridge", "text": STORY, "published": "2026-03-01", "authors": ["Ada"]})
    + "\n"
    + STORY,
    "xml": '<?xml version="1.0"?><rss version="2.0"><channel><title>S</title><item><title>Bridge</title>'
    f"<pubDate>Sun, 01 Mar 2026 09:00:00 GMT</pubDate><description>{STORY}</description></item>"
    "</channel></rss>",
    "pdf": pdf_of(b"BT /F1 12 Tf 72 720 Td (The harbour bridge of Selby reopened on Monday.) Tj ET").decode(
        "latin-1"
    ),
}


@st.composite
def mutated(draw: st.DrawFn, content: str) -> bytes:
    """A valid file with a few pieces taken out, doubled, moved, or replaced by bytes of any kind."""
    data = bytearray(content.encode("latin-1", "replace"))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 60)))
        piece = bytes(data[start:end])
        kind = draw(st.sampled_from(["out", "doubled", "bytes", "moved", "many"]))
        if kind == "doubled":
            data[start:end] = piece * 3
        elif kind == "many":
            data[start:end] = piece * draw(st.integers(10, 300))
        else:
            data[start:end] = draw(st.binary(max_size=30)) if kind == "bytes" else b""
            if kind == "moved":
                data += piece
    return bytes(data)


@pytest.mark.parametrize("suffix", VALID)
@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=not EVERY, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(data=st.data())
def test_a_file_with_pieces_changed(read_file, suffix, data):
    content = data.draw(st.one_of(mutated(VALID[suffix]), st.binary(max_size=300)))
    for found in read_file(f"story.{suffix}", content):
        assert isinstance(found, Article | Skipped)
        if isinstance(found, Article):
            assert found.text.strip()
            assert "\0" not in found.text
            found.text.encode()
