"""Standing questions: which article changed an answer, and why a statement is gone."""

from __future__ import annotations

import datetime as dt

import pytest
from stories import ADDRESS, FIRST, SECOND, body

from qa.answering.extractive import ExtractiveEngine
from qa.answering.moving.watches import Watch, name_for
from qa.answering.moving.watching import asked, compared, run
from qa.cli.render_changes import outcome_lines
from qa.errors import ModelUnreachableError
from qa.library import Library
from qa.library.embedders import HashingEmbedder
from qa.types import Answer, Article

MORNING = dt.datetime(2026, 3, 18, 8, tzinfo=dt.UTC)
EVENING = dt.datetime(2026, 3, 18, 20, tzinfo=dt.UTC)
TOLL = "How many people did the fire on the ferry kill?"


def story(text: str) -> Article:
    return Article(
        id="ferry-00001", url=ADDRESS, outlet="Courier", published=MORNING,
        title=text.splitlines()[0], text=body(text),
    )  # fmt: skip


@pytest.fixture
def library(tmp_path):
    with Library(tmp_path / "library", embedder=HashingEmbedder()) as opened:
        opened.add([story(FIRST)])
        yield opened


def saved(library: Library, question: str = TOLL) -> Watch:
    blank = Answer(question=question, text="", engine="extractive")
    watch = Watch(name="toll", question=question, saved=MORNING, asked=MORNING, answer=blank)
    return asked(watch, library, ExtractiveEngine(), k=8, now=MORNING)


def without_statements(watch: Watch) -> Watch:
    empty = watch.answer.model_copy(update={"statements": (), "abstained": True, "reason": "none"})
    return watch.model_copy(update={"answer": empty, "asked": EVENING})


def test_an_answer_is_saved_with_the_versions_it_cites(library):
    watch = saved(library)
    assert "12" in watch.answer.text
    assert watch.versions == {"ferry-00001": 1}
    library.add([story(SECOND)])
    newer = asked(watch, library, ExtractiveEngine(), k=8, now=EVENING)
    assert (newer.versions, newer.asked, newer.saved) == ({"ferry-00001": 2}, EVENING, MORNING)


def test_a_change_names_its_article_as_it_is_now(library):
    before = saved(library)
    library.add([story(SECOND)])
    outcome = compared(before, asked(before, library, ExtractiveEngine(), k=8, now=EVENING), library)
    (change,) = outcome.difference.changes
    assert (change.kind, change.kinds, change.because) == ("changed", ("number",), None)
    assert [(a.title, a.version) for a in change.articles] == [("Ferry fire kills 17", 2)]
    assert change.revised == ("ferry-00001",)
    assert (outcome.status, outcome.since) == ("changed", MORNING)


def test_why_a_statement_is_gone(library):
    before = saved(library)
    after = without_statements(before)
    assert [c.because for c in compared(before, after, library).difference.changes] == ["displaced"]
    library.add([story(SECOND)])
    assert [c.because for c in compared(before, after, library).difference.changes] == ["revised"]
    library.remove("ferry-00001")
    (gone,) = compared(before, after, library).difference.changes
    assert gone.because == "removed"
    assert [(a.id, a.title, a.outlet) for a in gone.articles] == [
        ("ferry-00001", "Ferry fire kills 12", "Courier")
    ]
    assert gone.revised == ()


def test_another_engine_is_a_doubt(library):
    before = saved(library)
    other = before.answer.model_copy(update={"engine": "chain", "model": "some-model"})
    outcome = compared(before, before.model_copy(update={"answer": other}), library)
    assert [warning.code for warning in outcome.warnings] == ["other-engine"]
    assert compared(before, before, library).warnings == ()


def test_a_failing_question_does_not_stop_the_next(library):
    watch = saved(library)
    watches = [watch.model_copy(update={"name": name}) for name in ("one", "two", "three")]

    def engine_for(asked_for: Watch) -> ExtractiveEngine:
        if asked_for.name == "one":
            raise ModelUnreachableError("no connection", "Try later.")
        if asked_for.name == "two":
            raise ZeroDivisionError
        return ExtractiveEngine()

    done = list(run(watches, library, engine_for, k=8, clock=lambda: EVENING))
    assert [(outcome.status, newer is None) for outcome, newer in done] == [
        ("failed", True), ("failed", True), ("unchanged", False),
    ]  # fmt: skip
    assert [(outcome.error, bool(outcome.hint)) for outcome, _ in done[:2]] == [
        ("no connection", True),
        ("unexpected ZeroDivisionError", True),
    ]
    assert done[0][0].before == watch.answer


def test_a_disagreement_that_arises_or_ends_is_a_change(library):
    before = saved(library)
    other = Article(
        id="ferry-00002", url="https://post.example/ferry", outlet="Evening Post", published=MORNING,
        title="Ferry fire kills nine",
        text="A fire on the ferry Senn Star killed nine people on Tuesday night, rescuers said.",
    )  # fmt: skip
    library.add([other])
    both = asked(before, library, ExtractiveEngine(), k=8, now=EVENING)
    (arisen,) = compared(before, both, library).difference.conflicts
    assert arisen.kind == "arisen"
    assert {side.value.lower() for side in arisen.conflict.sides} == {"12", "nine"}
    assert compared(both, both, library).difference.conflicts == ()
    library.remove(other.id)
    after = asked(both, library, ExtractiveEngine(), k=8, now=EVENING)
    outcome = compared(both, after, library)
    assert [found.kind for found in outcome.difference.conflicts] == ["settled"]
    assert any("DISAGREE NO LONGER" in line.text for line in outcome_lines(outcome))


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Who is attending Davos?", "attending-davos"),
        ("How many died?", "died"),
        ("Who?", "who"),
        ("Кто едет?", "кто-едет"),
        ("!!!", "question"),
        ("x" * 300, "x" * 54),
    ],
)
def test_names_are_made_of_telling_words(question, name):
    assert name_for(question) == name
