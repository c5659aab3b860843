"""`qa summarize`: what may be summarized, how long, in which form, and at what cost."""

from __future__ import annotations

import json

import pytest

from qa.cli.results import SummaryEstimate
from qa.summarizing.engine import count_words
from qa.types import Summary


def summary(done) -> Summary:
    assert done.exit_code in (0, 3), done.output
    return Summary.model_validate_json(done.stdout)


@pytest.fixture
def samples(qa):
    assert qa("ingest", "--samples").exit_code == 0


def article_of(qa, outlet: str) -> str:
    return json.loads(qa("articles", "list", "--outlet", outlet, "--json").stdout)["articles"][0]["id"]


def test_one_article_by_the_beginning_of_its_id(qa, samples):
    article = article_of(qa, "Hanse Report")
    done = qa("summarize", article[:8], "--words", "60", "--json")
    found = summary(done)
    assert [a.id for a in found.articles] == [article]
    assert {c.article_id for c in found.citations} == {article}
    assert 54 <= sum(count_words(p.text) for p in found.points) <= 66
    text = qa("summarize", article[:8], "--words", "60")
    assert "[1] Hanse Report, 10 November 2026 - “" in text.stdout
    assert text.stdout.splitlines()[-1] == "from 1 article, 1 outlet, 10 November 2026"
    assert text.stderr == "engine: extractive (no model configured)\n"


def test_standard_input_and_files_need_no_library(qa, articles):
    text = (articles / "harbour.txt").read_text("utf-8")
    piped = summary(qa("summarize", "-", "--words", "30", "--json", stdin=text))
    file = summary(qa("summarize", str(articles / "harbour.txt"), "--words", "30", "--json"))
    assert piped.points == file.points
    assert piped.points
    assert not (articles.parent / "library").exists()


def test_a_query_chooses_articles_and_what_is_said_of_them(qa, samples):
    found = summary(qa("summarize", "--query", "dock strike at the German seaports", "--json"))
    assert {a.outlet for a in found.articles} >= {"Hanse Report"}
    assert any("strike" in p.text for p in found.points)
    assert len(found.articles) < 18


@pytest.mark.parametrize("style", ["brief", "bullets", "headline", "timeline", "digest"])
def test_every_style_cites_every_point(qa, samples, style):
    found = summary(
        qa("summarize", "--since", "2026-01-01", "--until", "2026-02-28", "--style", style, "--json")
    )
    assert found.style == style
    assert found.points
    assert all(point.citations for point in found.points)
    assert [c.marker for c in found.citations] == list(range(1, len(found.citations) + 1))
    assert all(f"[{c.marker}]" in found.text for c in found.citations)


def test_a_digest_in_every_form(qa, samples):
    call = ("summarize", "--style", "digest", "--since", "2026-01-01", "--until", "2026-05-31")
    text, markdown, html = (qa(*call, "--format", form).stdout for form in ("text", "markdown", "html"))
    headings = [s.heading for s in summary(qa(*call, "--format", "json")).sections]
    assert len(headings) > 2
    for heading in headings:
        assert f"{heading} (" in text
        assert f"## {heading}" in markdown.replace("\\", "")
    assert html.startswith("<!doctype html>")
    assert html.count("<h2") == len(headings) + 1


def test_stories_that_are_left_out_are_said(qa, samples):
    done = qa("summarize", "--style", "digest", "--stories", "2")
    assert done.exit_code == 0
    assert "more stories left out; --stories shows more" in done.stderr


def test_as_of_leaves_out_what_came_later(qa, samples):
    call = ("summarize", "--query", "Who is attending Davos?", "--json")
    late, early = summary(qa(*call)), summary(qa(*call, "--as-of", "2026-01-14"))
    assert len(early.articles) < len(late.articles)
    assert max(a.published for a in early.articles).date().isoformat() <= "2026-01-14"


def test_nothing_in_the_range_ends_with_3(qa, samples):
    done = qa("summarize", "--since", "2031-01-01")
    assert done.exit_code == 3
    assert done.stdout == "No summary: there is no article to summarize.\n"


def test_an_estimate_without_a_model_costs_nothing(qa, samples):
    done = qa("summarize", "--style", "digest", "--estimate")
    assert (done.exit_code, done.stdout) == (0, "no call: the extractive summarizer costs nothing\n")


def test_an_estimate_makes_no_call(qa, samples, tmp_path):
    script = tmp_path / "script.yaml"
    script.write_text("[]")  # any call would fail
    call = ("summarize", "--style", "digest", "--stories", "3", "--model", f"scripted:{script}", "--estimate")
    found = SummaryEstimate.model_validate_json(qa(*call, "--json").stdout)
    assert (found.calls, found.remembered, found.articles, found.dollars) == (3, 0, 18, 0.0)
    assert found.input_tokens > 1000
    assert "18 articles, 3 calls, about " in qa(*call).stdout


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ((), "nothing to summarize"),
        (("",), "an article's name is empty"),
        (("nothing.txt",), "there is no file nothing.txt"),
        (("--style", "essay"), "--style cannot be 'essay'"),
        (("--format", "docx", "--since", "2026-01-01"), "--format cannot be 'docx'"),
        (("--words", "0", "--since", "2026-01-01"), "1 to 5,000 words"),
        (("--stories", "0", "--style", "digest"), "at least 1 story"),
        (("--since", "2026-02-01", "--until", "2026-01-01"), "nothing can be published"),
        (("--query", "???"), "the question is empty"),
        (("--since", "2026-02-01", "--as-of", "2026-01-01"), "nothing can be published"),
    ],
)
def test_wrong_calls_end_with_2(qa, filled, args, told):
    done = qa("summarize", *args)
    assert done.exit_code == 2
    assert told in done.stderr


def test_an_article_that_is_not_there(qa, filled, tmp_path):
    done = qa("summarize", "deadbeef")
    assert done.exit_code == 1
    assert "There is no article deadbeef" in done.stderr
    empty = tmp_path / "empty.txt"
    empty.write_text("")
    done = qa("summarize", str(empty))
    assert done.exit_code == 2
    assert "it is empty" in done.stderr


def test_without_a_library_the_next_step_is_said(qa):
    done = qa("summarize", "--style", "digest")
    assert done.exit_code == 1
    assert "qa ingest" in done.stderr
