"""What the reports show of a question: the right trials, the article's words, verdicts, marks."""

from __future__ import annotations

import datetime as dt

import pytest
from report_cases import (
    CLOSED,
    DEAL,
    HOSTILE,
    MAYOR,
    VOTES,
    abstention,
    answer,
    case_of,
    comparison,
    run_of,
    tiny_suite,
    trial,
    verdict_of,
)

from qa.evals.reports.material import changes, run_changes
from qa.types import Notice


@pytest.fixture
def suite(tmp_path):
    return tiny_suite(tmp_path)


@pytest.fixture
def found(suite):
    verdict, base, candidate = comparison(suite)
    return {change.task: change for change in changes(verdict, suite, base, candidate)}


def test_new_claims_come_first_then_the_gravest(suite):
    verdict, base, candidate = comparison(suite)
    order = [change.task for change in changes(verdict, suite, base, candidate)]
    assert order == ["ferry/price", "vote/votes", "vote/mayor", "ferry/board", "ferry/stops"]


def test_the_trials_that_show_the_change(found):
    price = found["ferry/price"]
    assert (price.before.trial, price.before.passed) == (1, True)
    assert (price.after.trial, price.after.passed) == (2, False)
    assert (price.base_passed, price.base_trials, price.passed, price.trials) == (2, 2, 1, 3)


def test_the_article_says_it_itself(found):
    (evidence,) = found["ferry/price"].evidence
    assert evidence.sentence.startswith("Norrel Lines is expected to buy the ferry Saint Osk")
    assert (evidence.outlet, evidence.published, evidence.number) == (
        "The Aldwick Courier",
        dt.date(2026, 3, 2),
        "s1",
    )


def test_a_fact_on_both_sides(found):
    (fact,) = found["ferry/price"].facts
    assert (fact.before.state, fact.before.said) == ("present", "expected")
    assert (fact.after.state, fact.after.said) == ("wrong_modality", "confirmed")
    assert fact.expected == ("expected",)
    assert fact.required


def test_a_claim_newly_made(found):
    (claim,) = found["ferry/price"].new_claims
    assert (claim.name, claim.trials, claim.kind) == ("ferry:closed", 2, "modality_upgrade")
    assert claim.text == "The sale has happened"
    assert "has bought" in claim.stretch


def test_the_offending_words_are_marked(found):
    after = found["ferry/price"].after
    assert [after.text[m.start : m.end] for m in after.marks] == ["has bought"]
    before = found["ferry/price"].before
    assert before.marks == ()
    assert [before.text[m.start : m.end] for m in before.differs] == ["is expected to buy"]


def test_an_answer_without_its_speaker_is_marked_as_a_whole(found):
    after = found["vote/mayor"].after
    assert [after.text[m.start : m.end] for m in after.marks] == [
        "The bridge will be a bill for our children"
    ]


def test_why_a_statement_was_withheld(found):
    after = found["vote/votes"].after
    assert after.text == ""
    assert [w.message for w in after.withheld] == ["withheld 1 statement: a number not in the quote"]


def test_a_question_that_is_fixed_says_what_had_failed(found):
    board = found["ferry/board"]
    assert board.faults == ("abstention",)
    assert not board.before.passed
    assert board.after.abstained
    assert board.trap == "the board is named, its members are not"
    assert board.evidence == ()


def test_an_allowed_fact_is_shown_where_an_answer_comes_near(suite):
    said = answer(suite, "vote", MAYOR, VOTES)
    run = run_of("r", [trial(suite, "vote/mayor", said)])
    (change,) = run_changes(run, suite)
    assert [(f.name, f.required) for f in change.facts] == [("vote:bill", True), ("vote:votes", False)]


def test_no_reply_shows_the_error(found):
    stops = found["ferry/stops"]
    assert stops.after.state == "infra"
    assert stops.after.error == "429 too many requests"
    assert stops.items == ("Aldwick", "Brenn", "Corrie")


def test_a_reply_that_could_not_be_read_is_shown_raw(suite):
    base = run_of("b", [trial(suite, "vote/votes", answer(suite, "vote", VOTES))])
    candidate = run_of("c", [trial(suite, "vote/votes", "the council {", error="no JSON")])
    case = case_of(base, candidate, "vote/votes", "regressed", "?", faults=("format",))
    (change,) = changes(verdict_of([case]), suite, base, candidate)
    assert (change.after.text, change.after.error, change.after.state) == (
        "the council {",
        "no JSON",
        "format",
    )


def test_a_crash_has_no_text_and_is_a_fault(suite):
    crash = trial(suite, "vote/votes", None, state="crash", error="ValueError: x")
    (change,) = run_changes(run_of("c", [crash]), suite)
    assert (change.status, change.faults, change.after.text) == ("failed", ("crash",), "")


def test_a_case_without_any_trial(suite):
    base = run_of("b", [], tasks=["vote/votes"])
    case = case_of(base, base, "vote/votes", "infra", "How did the council vote?")
    (change,) = changes(verdict_of([case]), suite, base, base)
    assert change.before is change.after is None
    assert change.facts[0].before is change.facts[0].after is None


def test_a_question_that_the_suite_no_longer_has(suite):
    base = run_of("b", [], tasks=["gone/case"])
    (change,) = changes(
        verdict_of([case_of(base, base, "gone/case", "new", "What?")]), suite, base, base
    )  # fmt: skip
    assert (change.article, change.question, change.evidence) == ("gone", "What?", ())
    assert run_changes(base, suite)[0].question == "gone/case"


def test_what_is_graded_as_before_shows_on_request(suite):
    base = run_of("b", [trial(suite, "vote/votes", answer(suite, "vote", VOTES))])
    case = case_of(base, base, "vote/votes", "same", "?", changed=True)
    verdict = verdict_of([case])
    assert changes(verdict, suite, base, base) == ()
    assert [c.status for c in changes(verdict, suite, base, base, reworded=True)] == ["same"]


def test_answers_are_graded_by_the_cases_of_today(suite):
    graded = trial(suite, "vote/votes", answer(suite, "vote", VOTES))
    stale = graded.model_copy(
        update={"score": graded.score.model_copy(update={"passed": False, "facts": ()})}
    )
    base = run_of("b", [stale])
    (change,) = changes(
        verdict_of([case_of(base, base, "vote/votes", "flaky", "?")]), suite, base, base
    )  # fmt: skip
    assert change.after.passed
    assert change.facts[0].after.state == "present"


def test_what_a_judge_decided_stays_where_both_sides_had_the_same(suite):
    by_rules = trial(
        suite, "vote/votes", answer(suite, "vote", ("The council approved it.", "confirmed", "s1"))
    )
    assert by_rules.score.facts[0].state == "undecided"
    fact = by_rules.score.facts[0].model_copy(update={"state": "present", "by_judge": True})
    score = by_rules.score.model_copy(update={"passed": True, "facts": (fact,)})
    judged = run_of("b", [by_rules.model_copy(update={"score": score})], judge="j")
    other = run_of("c", judged.trials, judge="another")
    verdict = verdict_of([case_of(judged, judged, "vote/votes", "flaky", "?")])
    assert changes(verdict, suite, judged, judged)[0].facts[0].after.by_judge
    assert changes(verdict, suite, judged, other)[0].facts[0].after.state == "undecided"


def test_how_the_questions_of_a_run_fare(suite):
    price = [
        trial(suite, "ferry/price", answer(suite, "ferry", said), n)
        for n, said in enumerate((DEAL, CLOSED), 1)
    ]
    rest = [
        trial(suite, "ferry/board", abstention()),
        trial(suite, "ferry/stops", None),
        trial(suite, "vote/votes", answer(suite, "vote", MAYOR)),
    ]
    run = run_of("r", [*price, *rest])
    found = {c.task: c.status for c in run_changes(run, suite)}
    assert found == {
        "vote/votes": "failed",
        "ferry/price": "flaky",
        "ferry/stops": "infra",
        "ferry/board": "passed",
    }
    assert list(found) == ["vote/votes", "ferry/price", "ferry/stops", "ferry/board"]
    assert "ferry/board" not in [c.task for c in run_changes(run, suite, failing=True)]
    assert run_changes(run, suite)[1].after.trial == 2


def test_characters_that_act_are_taken_off_everywhere(suite):
    warning = Notice(code="x", message=HOSTILE)
    said = answer(
        suite, "vote", (f"The council approved it. {HOSTILE}", "confirmed", "s1"), warnings=[warning]
    )
    run = run_of("r", [trial(suite, "vote/votes", said, error=HOSTILE)])
    (change,) = run_changes(run, suite)
    shown = change.after
    for text in (shown.text, shown.error, shown.withheld[0].message):
        assert not set(text) & set("\x1b\u202e\u200b")
        assert "<script>" in text, "text is cleaned here and escaped by the formats"
