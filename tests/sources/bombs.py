"""Reads files that were made to do harm, in a child process with bounded memory; says what became of each.

    python -m tests.sources.bombs [NAME ...]      (the child: one JSON line for each, as it is done)

A bomb that runs over its time ends the child by a signal, and so does a crash; `outcomes` then goes on with
the next one in a new child.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MOST_MEMORY = 2 << 30
"""Of address space, of which the packages' code alone takes about half."""
MOST_SECONDS = 60
"""For one bomb of at most 10 MB: coarse, on any machine. All of them together take less."""
STORY = "The harbour bridge of Selby reopened on Monday after repairs, the city engineer Ada Brandt said. "


def page(body: str, head: str = "") -> str:
    return (
        f"<html><head><title>Bridge reopens</title>{head}</head><body><article>{body}</article></body></html>"
    )


def paragraphs(count: int) -> str:
    return "".join(f"<p>{STORY * 3}</p>" for _ in range(count))


def laughs(kind: str) -> str:
    levels = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
    return f'<?xml version="1.0"?><!DOCTYPE {kind} [<!ENTITY l0 "ha">{levels}]>'


def entries(count: int) -> str:
    item = "<item><title>Story {0}</title><link>https://selby.example/{0}</link><description>{1}</description></item>"
    items = "".join(item.format(i, STORY) for i in range(count))
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Selby</title>{items}</channel></rss>'


BOMBS: dict[str, Callable[[], str | bytes]] = {
    "deep.html": lambda: page("<div>" * 100_000 + STORY * 9),
    "deep-lists.html": lambda: page("<ul><li>" * 50_000 + STORY * 9),
    "deep-tables.html": lambda: page("<table><tr><td>" * 30_000 + STORY * 9),
    "deep-closed.html": lambda: page("<div>" * 50_000 + paragraphs(5) + "</div>" * 50_000),
    "attributes.html": lambda: page(
        "<p " + " ".join(f"a{i}=1" for i in range(1_000_000)) + f">{STORY * 9}</p>"
    ),
    "long-attribute.html": lambda: page(f'<p style="{"color:red;" * 500_000}">{STORY * 9}</p>'),
    "misnested.html": lambda: page("<b><i><p>" * 30_000 + STORY * 9 + "</b></p></i>" * 30_000),
    "angles.html": lambda: page("<" * 2_000_000 + STORY * 9),
    "comments.html": lambda: page("<!--" * 500_000 + STORY * 9),
    "ampersands.html": lambda: page("&" * 1_000_000 + "&amp" * 500_000 + STORY * 9),
    "entities.html": lambda: laughs("html") + page(f"<p>&l11;</p>{paragraphs(5)}"),
    "rules.html": lambda: page(
        paragraphs(5), "<style>" + "".join(f".c{i}{{display:none}}" for i in range(100_000)) + "</style>"
    ),
    "braces.html": lambda: page(paragraphs(5), "<style>" + "{" * 500_000 + "</style>"),
    "spans.html": lambda: page("<p>" + "<span>bridge </span>" * 300_000 + "</p>"),
    "ten-megabytes.html": lambda: page(paragraphs(33_000)),
    "json-ld.html": lambda: page(
        paragraphs(5), f'<script type="application/ld+json">{"[" * 200_000}</script>'
    ),
    "json-ld-graph.html": lambda: page(
        paragraphs(5), f'<script type="application/ld+json">{"""{"@graph":[""" * 50_000}</script>'
    ),
    "metas.html": lambda: page(paragraphs(5), '<meta name="author" content="A">' * 90_000),
    "title.html": lambda: page(paragraphs(5), "<title>" + "x - " * 500_000 + "</title>"),
    "one-line.txt": lambda: STORY * 105_000,
    "one-word.txt": lambda: "a" * 10_000_000,
    "lines.txt": lambda: "\n" * 5_000_000 + STORY,
    "blanks.txt": lambda: " " * 10_000_000 + STORY,
    "short-lines.txt": lambda: "the bridge\n" * 500_000,
    "byline.txt": lambda: "By " + "Ada Brandt and " * 200_000 + "\n\n" + STORY * 9,
    "dateline.txt": lambda: "SELBY, " * 200_000 + "\n\n" + STORY * 9,
    "dates.txt": lambda: "Published: 1 March 2026 " * 200_000 + "\n\n" + STORY * 9,
    "head.txt": lambda: "---\n" + "Title: Bridge\n" * 200_000 + "---\n" + STORY * 9,
    "bidi.txt": lambda: STORY * 9 + "‮" * 1_000_000,
    "nul.txt": lambda: STORY * 9 + "\0" * 1_000,
    "empty.txt": lambda: "",
    "brackets.md": lambda: "[" * 300_000 + STORY * 9,
    "links.md": lambda: "[a](" * 100_000 + STORY * 9,
    "stars.md": lambda: "*" * 300_000 + "a" + "*_" * 200_000 + STORY * 9,
    "quotes.md": lambda: "> " * 50_000 + STORY * 9,
    "ticks.md": lambda: "".join("`" * (i % 3_000) + "a" for i in range(1_500)) + STORY * 9,
    "bullets.md": lambda: "".join(" " * (2 * i) + "- a\n" for i in range(1_500)) + STORY * 9,
    "table.md": lambda: "|a" * 100_000 + "|\n" + "|-" * 100_000 + "|\n" + STORY * 9,
    "deep.jsonl": lambda: "[" * 500_000 + "\n" + '{"a":' * 200_000 + "\n" + json.dumps({"text": STORY * 9}),
    "number.jsonl": lambda: '{"text": ' + "9" * 1_000_000 + "}\n" + json.dumps({"text": STORY * 9}),
    "surrogates.jsonl": lambda: '{"text": "' + "\\ud800" * 100_000 + STORY * 9 + '"}\n',
    "ten-megabytes.jsonl": lambda: json.dumps({"text": STORY * 105_000}) + "\n",
    "keys.jsonl": lambda: json.dumps({**{f"k{i}": i for i in range(300_000)}, "text": STORY * 9}) + "\n",
    "entries.xml": lambda: entries(10_000),
    "entities.xml": lambda: laughs("rss") + entries(5).partition("?>")[2].replace("Story 1", "&l11;"),
    "deep.xml": lambda: entries(5).replace("</channel>", "<x>" * 100_000 + "</channel>"),
    "deep-entry.xml": lambda: entries(1).replace(STORY, "&lt;div>" * 50_000 + STORY * 9),
    "attributes.xml": lambda: entries(5).replace(
        "<channel>", "<channel " + " ".join(f'a{i}="1"' for i in range(100_000)) + ">"
    ),
    "broken.pdf": lambda: b"%PDF-1.7\n" + os.urandom(100_000),
    "objects.pdf": lambda: (
        b"%PDF-1.7\n" + b"1 0 obj << /Kids [1 0 R] /Type /Pages /Count 999999999 >> endobj\n" * 20_000
    ),
    "loop.pdf": lambda: pdf_that_loops(),
    "flate.pdf": lambda: pdf_of(b"BT /F1 12 Tf (bridge) Tj ET\n" * 4_000_000),
    "deep.pdf": lambda: b"%PDF-1.7\n1 0 obj " + b"[" * 300_000 + b" endobj\ntrailer << /Root 1 0 R >>\n%%EOF",
}


def pdf_of(content: bytes) -> bytes:
    """A PDF of one page whose content is compressed."""
    import zlib

    packed = zlib.compress(content)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    data, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(data)
    return (
        data
        + b"xref\n0 6\n0000000000 65535 f \n%strailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF"
        % (
            table,
            start,
        )
    )


def pdf_that_loops() -> bytes:
    """A PDF whose tree of pages holds itself, and whose cross references lead back to themselves."""
    data = pdf_of(b"").replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]")
    return data.replace(b"trailer << ", b"trailer << /Prev %09d " % data.index(b"xref"))


def read_bomb(name: str) -> dict[str, Any]:
    """What became of it: how many articles, why others were skipped, or which foreign exception left."""
    from qa.sources import Source, read
    from qa.types import Article

    content = BOMBS[name]()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
        began = time.monotonic()
        try:
            found = list(read(Source(kind="file", name=str(path))))
        except BaseException as exc:
            return {"name": name, "left": f"{type(exc).__name__}: {exc}"[:300]}
    articles = [f for f in found if isinstance(f, Article)]
    return {
        "name": name,
        "articles": len(articles),
        "skipped": [f.reason for f in found if not isinstance(f, Article)][:3],
        "with_story": sum("city engineer Ada Brandt" in a.text for a in articles),
        "seconds": round(time.monotonic() - began, 2),
    }


def outcomes(names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What became of each, in children."""
    left, found = list(names), {}
    while left:
        command = [sys.executable, "-m", "tests.sources.bombs", *left]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        found |= {row["name"]: row for row in rows}
        left = left[len(rows) :]
        if left:
            ended = f"the child ended with {done.returncode}: {done.stderr[-300:]}"
            found[left[0]] = {"name": left[0], "left": ended}
            left = left[1:]
    return found


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    for name in sys.argv[1:] or BOMBS:
        signal.alarm(MOST_SECONDS)
        print(json.dumps(read_bomb(name)), flush=True)
        signal.alarm(0)


if __name__ == "__main__":
    main()
