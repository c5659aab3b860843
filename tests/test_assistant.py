"""The assistant, as a program embeds it."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from qa import Article, Assistant, Filters, Library, Settings, Statement
from qa.errors import ArticleNotFoundError, LibraryError, UsageError
from qa.types import Answer, Summary

BRIDGE = Article(
    id="bridge",
    title="Harbour bridge to reopen",
    outlet="Selby Courier",
    published=dt.datetime(2026, 3, 3, 9, tzinfo=dt.UTC),
    text="The harbour bridge in Port Selby will reopen on Monday, Mayor Ada Brandt said."
    "\n\nThe toll is two euros.",
)
TOLL = Article(
    id="toll",
    title="Bridge toll rises",
    outlet="Evening Post",
    published=dt.datetime(2026, 3, 9, 9, tzinfo=dt.UTC),
    text="The toll on the harbour bridge in Port Selby will rise to three euros, the city said.",
)
UNDATED = Article(
    id="undated", outlet="Evening Post", text="The harbour bridge in Port Selby is 900 metres long."
)


@pytest.fixture
def assistant(tmp_path):
    with Library(tmp_path / "library") as library:
        library.add([BRIDGE, TOLL, UNDATED])
        yield Assistant(Settings(library=tmp_path / "library"), library=library)


def test_an_answer_with_its_source(assistant):
    answer = assistant.ask("When will the harbour bridge reopen?")
    assert "Monday" in answer.text
    assert answer.citations[0].article_id == "bridge"
    assert BRIDGE.text[answer.citations[0].start : answer.citations[0].end] == answer.citations[0].quote
    assert answer.coverage.outlets == ("Selby Courier",)


def test_a_stream_ends_with_the_answer_made_of_its_statements(assistant):
    *statements, answer = assistant.stream("What is the toll on the harbour bridge?")
    assert isinstance(answer, Answer)
    assert all(isinstance(s, Statement) for s in statements)
    assert answer.statements == tuple(statements)
    assert answer == assistant.ask("What is the toll on the harbour bridge?")


def test_as_of_leaves_out_what_came_later(assistant):
    early = assistant.ask("What is the toll on the harbour bridge?", as_of=dt.date(2026, 3, 5))
    assert {c.article_id for c in early.citations} == {"bridge"}
    late = assistant.ask("What is the toll on the harbour bridge?", as_of=dt.date(2026, 3, 10))
    assert "toll" in {c.article_id for c in late.citations}


def test_an_outlet_filter(assistant):
    answer = assistant.ask(
        "What is the toll on the harbour bridge?", filters=Filters(outlets=("evening post",))
    )
    assert {c.outlet for c in answer.citations} == {"Evening Post"}


def test_a_filter_that_nothing_passes_answers_nothing_and_says_so(assistant):
    answer = assistant.ask("When will the harbour bridge reopen?", filters=Filters(since=dt.date(2027, 1, 1)))
    assert answer.abstained
    assert "2027" in answer.reason
    assert not answer.statements


def test_undated_articles_left_out_are_counted(assistant):
    answer = assistant.ask("How long is the harbour bridge?", filters=Filters(since=dt.date(2026, 1, 1)))
    assert [(n.code, n.count) for n in answer.warnings] == [("undated-left-out", 1)]
    assert "900" not in answer.text
    assert "900" in assistant.ask("How long is the harbour bridge?").text


def test_an_empty_library_abstains(tmp_path):
    with Library(tmp_path / "empty") as library:
        answer = Assistant(Settings(), library=library).ask("Who is attending?")
    assert answer.reason == "the library is empty"


@pytest.mark.parametrize("question", ["", "  ", "?!"])
def test_no_question_is_an_error(assistant, question):
    with pytest.raises(UsageError):
        assistant.ask(question)
    with pytest.raises(UsageError):
        assistant.search(question)


@pytest.mark.parametrize("k", [0, -1])
def test_no_passages_is_an_error(assistant, k):
    with pytest.raises(UsageError, match="at least 1"):
        assistant.search("bridge", k=k)
    with pytest.raises(UsageError, match="at least 1"):
        assistant.ask("When will the harbour bridge reopen?", k=k)


def test_search_gives_at_most_k_passages_best_first(assistant):
    found = assistant.search("toll on the harbour bridge", k=2)
    assert len(found) == 2
    assert [p.number for p in found] == [1, 2]
    assert found[0].score >= found[1].score


def test_a_library_that_is_not_there_is_said_to_be_missing(tmp_path):
    with (
        Assistant(Settings(library=tmp_path / "nowhere")) as assistant,
        pytest.raises(LibraryError, match="nowhere"),
    ):
        assistant.ask("Who is attending?")
    assert not (tmp_path / "nowhere").exists()


def test_a_library_it_opened_is_closed_and_opened_again_when_needed(tmp_path):
    with Library(tmp_path / "library") as library:
        library.add([BRIDGE])
    assistant = Assistant(Settings(library=tmp_path / "library"))
    with assistant:
        first = assistant.library
        assert "Monday" in assistant.ask("When will the harbour bridge reopen?").text
    assert assistant.library is not first
    assistant.close()


def test_a_library_that_was_given_stays_open(assistant):
    assistant.close()
    assert assistant.library.count() == 3


def test_threads_share_one_assistant(assistant):
    answers = []
    ask = threading.Thread
    threads = [
        ask(target=lambda: answers.append(assistant.ask("When will the harbour bridge reopen?")))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(answers) == 6
    assert len({a.model_dump_json() for a in answers}) == 1


def test_a_configured_model_means_the_chain(tmp_path):
    script = tmp_path / "script.yaml"
    script.write_text("- {answerable: false, reason: nothing said, statements: []}\n")
    with Library(tmp_path / "library") as library:
        library.add([BRIDGE])
        answer = Assistant(Settings(model=f"scripted:{script}"), library=library).ask("Who is attending?")
    assert (answer.engine, answer.abstained) == ("chain", True)


def test_articles_and_their_versions(assistant):
    assert assistant.article("bridge").title == "Harbour bridge to reopen"
    assistant.library.add([BRIDGE.model_copy(update={"title": "Harbour bridge reopens"})])
    assert assistant.article("bridge").title == "Harbour bridge reopens"
    assert assistant.article("bridge", 1).title == "Harbour bridge to reopen"
    assert [head.version for head in assistant.versions("bridge")] == [1, 2]
    with pytest.raises(ArticleNotFoundError):
        assistant.article("nothing!")


def test_nothing_is_made_where_there_is_no_library(tmp_path):
    with Assistant(Settings(library=tmp_path / "none")) as assistant:
        for call in (lambda: assistant.article("bridge"), lambda: assistant.summarize(style="digest")):
            with pytest.raises(LibraryError):
                call()
    assert not (tmp_path / "none").exists()


def test_a_summary_of_named_articles(assistant):
    summary = assistant.summarize(["bridge"], words=30)
    assert [a.id for a in summary.articles] == ["bridge"]
    assert {c.article_id for c in summary.citations} == {"bridge"}
    assert summary.words == 30


def test_a_summary_of_an_article_that_is_in_no_library(tmp_path):
    with Assistant(Settings(library=tmp_path / "none")) as assistant:
        summary = assistant.summarize([BRIDGE], style="bullets")
    assert summary.points
    assert all(BRIDGE.text[c.start : c.end] == c.quote for c in summary.citations)
    assert not (tmp_path / "none").exists()


def test_articles_in_the_library_and_others_together(assistant):
    other = TOLL.model_copy(update={"id": "other", "text": "The toll pays for the bridge, the city said."})
    summary = assistant.summarize(["bridge", other], words=60)
    assert [a.id for a in summary.articles] == ["bridge", "other"]


def test_a_stream_of_points_ends_with_the_summary_made_of_them(assistant):
    *points, summary = assistant.stream_summary(query="the bridge toll", style="bullets")
    assert isinstance(summary, Summary)
    assert tuple(points) == summary.points
    assert summary.query == "the bridge toll"


def test_as_of_and_filters_hold_for_summaries_too(assistant):
    early = assistant.summarize(style="digest", as_of=dt.date(2026, 3, 5))
    assert [a.id for a in early.articles] == ["bridge"]
    post = assistant.summarize(style="digest", filters=Filters(outlets=("Evening Post",)))
    assert {a.id for a in post.articles} == {"toll", "undated"}


@pytest.mark.parametrize("wrong", [{"words": 0}, {"words": 9_999}, {"stories": 0}, {"query": "?!"}])
def test_wrong_wishes_are_refused_before_anything_is_opened(tmp_path, wrong):
    with Assistant(Settings(library=tmp_path / "none")) as assistant, pytest.raises(UsageError):
        assistant.summarize(style="digest", **wrong)
