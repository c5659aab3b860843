from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from qa.sources import Given, Skipped, Source, article_id, read
from qa.types import Article

from .conftest import NOW, ReadFile

TEXT = "The harbour bridge reopened on Monday after eleven months of repairs, the city engineer said."
DAY = datetime(2026, 1, 13, tzinfo=UTC)


def lines(*rows: Any) -> str:
    return "".join(row if isinstance(row, str) else json.dumps(row) + "\n" for row in rows)


ADDRESS = "https://example.org/b"
ROWS: list[dict[str, Any]] = [
    {
        "title": "Bridge",
        "text": TEXT,
        "outlet": "The Example",
        "authors": ["A Reporter"],
        "published": "2026-01-13",
    },
    {"headline": "Bridge", "body": TEXT, "publisher": {"name": "The Example"}, "author": "By A Reporter"}
    | {"date": "13 January 2026", "url": None, "link": ADDRESS},
    {"title": "Bridge", "content": f"<p>{TEXT}</p>", "source": {"id": None, "name": "The Example"}}
    | {"author": [{"name": "A Reporter"}], "publishedAt": "2026-01-13T00:00:00Z"},
    {"Title": "Bridge", "article": TEXT, "Source": "The Example", "byline": "A Reporter"}
    | {"pubDate": "Tue, 13 Jan 2026 00:00:00 GMT"},
    {"title": "Bridge", "text": "", "articleBody": TEXT, "site_name": "The Example", "authors": "A Reporter"}
    | {"published_at": DAY.timestamp()},
    {"title": "Bridge", "paragraphs": 1, "content": [TEXT], "outlet": "The Example", "author": "A Reporter"}
    | {"date_published": int(DAY.timestamp() * 1000)},
]


@pytest.mark.parametrize("row", ROWS)
def test_field_names_in_the_wild(read_file: ReadFile, row: dict[str, Any]) -> None:
    (found,) = read_file("a.jsonl", lines({"url": ADDRESS} | row))
    assert isinstance(found, Article)
    assert (found.title, found.outlet, found.authors) == ("Bridge", "The Example", ("A Reporter",))
    assert (found.url, found.published, found.text) == ("https://example.org/b", DAY, TEXT)
    assert found.id == article_id("https://example.org/b", "")


def test_an_id_of_theirs_is_not_ours(read_file: ReadFile) -> None:
    one, other = read_file("a.jsonl", lines({"id": "1", "text": TEXT}, {"id": "2", "text": TEXT}))
    assert isinstance(one, Article)
    assert isinstance(other, Article)
    assert one.id == other.id == article_id("", TEXT)


def test_hidden_html_is_no_text(read_file: ReadFile) -> None:
    plain = f"{TEXT}<!-- It sank. -->\n\nThe toll stays."
    markup = f"<p>{TEXT}</p><p aria-hidden=true>It sank.</p><p style='left:-9999px'>It sank.</p>"
    one, other = read_file("a.jsonl", lines({"text": plain}, {"text": markup}))
    assert isinstance(one, Article)
    assert isinstance(other, Article)
    assert one.text.split("\n\n")[-1] == "The toll stays."
    assert "sank" not in one.text + other.text
    assert other.text == TEXT


def test_a_bad_line_is_named_and_the_others_go_on(read_file: ReadFile) -> None:
    found = read_file(
        "a.jsonl",
        lines(
            {"text": TEXT + " 1"}, "{broken\n", "\n", "[1, 2]\n", "null\n",
            {"url": ADDRESS}, {"title": "Bridge"},
            '{"text": "' + "[" * 10 + '"}\n', "[" * 100_000 + "\n", {"text": "..."}, {"text": TEXT + " 2"},
        ),
    )  # fmt: skip
    articles = [item for item in found if isinstance(item, Article)]
    skipped = {item.source.rpartition(":")[2]: item.reason for item in found if isinstance(item, Skipped)}
    assert [article.text[-1] for article in articles] == ["1", "2"]
    assert list(skipped) == ["2", "4", "5", "6", "7", "8", "9", "10"]
    assert "not JSON" in skipped["2"]
    assert "a list" in skipped["4"]
    assert "an address but no text" in skipped["6"]
    assert "neither" in skipped["7"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(read_file: ReadFile, encoding: str) -> None:
    row = json.dumps({"text": "The café “reopened” on Monday."}, ensure_ascii=False) + "\n"
    for item in read_file("a.jsonl", (row * 2).encode(encoding)):
        assert isinstance(item, Article)
        assert item.text == "The café “reopened” on Monday."


@pytest.mark.parametrize(
    ("content", "wheres"),
    [
        (json.dumps({"text": TEXT}), [""]),
        (json.dumps({"text": TEXT}, indent=2), [""]),
        (json.dumps([{"text": TEXT}, {"text": TEXT + "!"}]), ["#1", "#2"]),
        (json.dumps([{"text": TEXT}, 3], indent=2), ["#1", "#2"]),
        (json.dumps({"status": "ok", "articles": [{"content": TEXT}]}), ["#1"]),
        (json.dumps({"version": "1", "items": [{"content_html": f"<p>{TEXT}</p>"}]}, indent=1), ["#1"]),
        (lines({"text": TEXT}, {"text": TEXT}), [":1", ":2"]),
        (lines("\n", {"text": TEXT}, "\n", "{\n"), [":2", ":4"]),
        (lines("{broken\n", {"text": TEXT}), [":1", ":2"]),
    ],
)
def test_json_and_lines_are_told_apart(content: str, wheres: list[str]) -> None:
    from io import BytesIO

    from qa.sources.jsonl import read_json

    found = list(read_json(BytesIO(content.encode()), source="x", lines_only=False, now=NOW))  # type: ignore[arg-type]
    assert [item.source[1:] if isinstance(item, Skipped) else item.where for item in found] == wheres


def test_json_on_standard_input_is_known() -> None:
    data = lines({"text": TEXT}, {"text": TEXT + "!"}).encode()
    found = list(read(Source(kind="stdin", name="stdin"), stdin=data, now=NOW))
    assert [type(item) for item in found] == [Article, Article]


def test_an_empty_list_is_said_to_be_empty(read_file: ReadFile) -> None:
    (found,) = read_file("a.json", "[]")
    assert isinstance(found, Skipped)
    assert "empty" in found.reason


def test_an_empty_file_is_said_to_be_empty(read_file: ReadFile) -> None:
    for name in ("a.jsonl", "a.json"):
        (found,) = read_file(name, "\n")
        assert isinstance(found, Skipped)
        assert "empty" in found.reason


def test_a_line_that_is_too_long_is_skipped(read_file: ReadFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.sources.jsonl.LONGEST_LINE", 500)
    found = read_file("a.jsonl", lines({"text": "word " * 500}, {"text": TEXT}))
    assert isinstance(found[0], Skipped)
    assert "longer than" in found[0].reason
    assert isinstance(found[1], Article)


def test_many_lines_are_read_one_by_one(read_file: ReadFile, tmp_path: Any) -> None:
    path = tmp_path / "many.jsonl"
    path.write_text(lines(*({"text": f"{TEXT} Part {number}."} for number in range(2000))))
    articles = read(Source(kind="file", name=str(path)), now=NOW)
    first = next(articles)
    assert isinstance(first, Article)
    assert first.text.endswith("Part 0.")
    assert sum(isinstance(item, Article) for item in articles) == 1999


def test_one_address_cannot_be_given_to_several_articles(read_file: ReadFile) -> None:
    content = lines({"text": TEXT}, {"text": TEXT + "!"})
    first, second = read_file("a.jsonl", content, Given(url="https://example.org/b"))
    assert isinstance(first, Article)
    assert isinstance(second, Skipped)
    assert "several" in second.reason
