"""The figures of a run and how a terminal shows runs and comparisons."""

from __future__ import annotations

import pytest
from report_cases import (
    CLOSED,
    DEAL,
    HOSTILE,
    STOPS,
    VOTES,
    abstention,
    answer,
    both_runs,
    comparison,
    run_of,
    side,
    tiny_suite,
    trial,
    verdict_of,
)

from qa.evals.reports.figures import run_figures
from qa.evals.reports.material import changes
from qa.evals.reports.text import run_lines, verdict_lines
from qa.evals.reports.wording import LIMITS, baseline_age, cost_line, per_answer


@pytest.fixture
def suite(tmp_path):
    return tiny_suite(tmp_path)


def measure(figures, name):
    return next(f for f in figures.measures if f.name == name)


# ---------------------------------------------------------------- figures


def test_the_share_passed_and_its_clustered_error(suite):
    _, candidate = both_runs(suite)
    passed = run_figures(candidate, suite).passed
    # price 1/3, board 1 | votes 0, mayor 0: the question without a reply counts nowhere.
    assert passed.mean == pytest.approx((1 / 3 + 1) / 4)
    residuals = (1 / 3 + 1) - 2 * passed.mean
    assert passed.se == pytest.approx((2 * 2 * residuals**2) ** 0.5 / 4)
    assert (passed.cases, passed.clusters) == (4, 2)


def test_both_ways_to_get_abstention_wrong(suite):
    run = run_of(
        "r",
        [
            trial(suite, "ferry/price", abstention()),
            trial(suite, "vote/votes", answer(suite, "vote", VOTES)),
            trial(suite, "ferry/board", answer(suite, "ferry", STOPS)),
        ],
    )
    figures = run_figures(run, suite)
    silent = measure(figures, "abstains though the articles answer")
    assert (silent.mean, silent.cases) == (0.5, 2)
    wrong = measure(figures, "answers what the articles do not")
    assert (wrong.mean, wrong.cases, wrong.se) == (1.0, 1, None)


def test_facts_claims_and_citations(suite):
    run = run_of(
        "r",
        [
            trial(suite, "ferry/price", answer(suite, "ferry", CLOSED)),
            trial(suite, "vote/votes", answer(suite, "vote", (VOTES[0], "confirmed", "s2"))),
        ],
    )
    figures = run_figures(run, suite)
    assert measure(figures, "required facts with a wrong modality").mean == 0.5
    assert measure(figures, "required facts stated").mean == 0.5
    assert measure(figures, "of those, cited from their evidence").mean == 0.0
    assert measure(figures, "citations that are evidence").mean == 0.5
    assert measure(figures, "answers with a forbidden claim").mean == 0.5
    assert figures.faults == {"modality": 1, "citation": 1}


def test_what_does_not_count_is_counted(suite):
    run = run_of(
        "r",
        [
            trial(suite, "ferry/stops", None),
            trial(suite, "vote/votes", answer(suite, "vote", VOTES), cost=0.25, seconds=2.0, replayed=1),
        ],
        tasks=["ferry/stops", "vote/votes", "gone/case"],
    )
    figures = run_figures(run, suite)
    assert (figures.trials, figures.infra, figures.unknown, figures.quarantined) == (2, 1, 1, 0)
    assert (figures.cost, figures.seconds, figures.calls, figures.replayed) == (0.25, 2.0, 2, 1)


def test_questions_in_quarantine_are_in_no_figure(tmp_path, monkeypatch):
    import report_cases

    quarantined = {**report_cases.VOTE_CASES["cases"][0], "tier": "quarantine"}
    cases = {**report_cases.VOTE_CASES, "cases": [quarantined, report_cases.VOTE_CASES["cases"][1]]}
    monkeypatch.setattr(report_cases, "VOTE_CASES", cases)
    suite = tiny_suite(tmp_path)
    run = run_of("r", [trial(suite, "vote/votes", answer(suite, "vote", VOTES))])
    figures = run_figures(run, suite)
    assert (figures.quarantined, figures.passed.cases, figures.passed.mean) == (1, 0, None)
    assert any("in quarantine" in line for line in run_lines(run, suite))


# ---------------------------------------------------------------- a run


def test_a_run_as_a_table(suite):
    _, candidate = both_runs(suite)
    lines = run_lines(candidate, suite)
    assert lines[0] == "run cand-2: suite pr, chain fake:one"
    (every,) = [line.split() for line in lines if line.startswith("all ")]
    assert every == ["all", "33.3", "%", "33.3", "4", "2"]
    assert any(line.split()[:2] == ["unanswerable", "100.0"] for line in lines)
    assert any(line.split()[:2] == ["attribution", "0.0"] for line in lines)
    assert f"limits: {LIMITS}" == lines[-1]
    assert not any("vote/votes" in line for line in lines)


def test_the_failing_questions_one_a_line(suite):
    _, candidate = both_runs(suite)
    lines = run_lines(candidate, suite, failing=True)
    assert "   1/3  ferry/price  modality" in lines
    assert "   0/1  vote/mayor  attribution" in lines
    assert "no reply  ferry/stops  429 too many requests" in lines
    assert not any("ferry/board" in line for line in lines)


def test_a_run_without_an_answer(suite):
    lines = run_lines(run_of("empty", []), suite, failing=True)
    assert "nothing broke" in lines
    (every,) = [line.split() for line in lines if line.startswith("all ")]
    assert every == ["all", "-", "-", "0", "0"]
    assert "cost: none, no model was called" in lines


# ---------------------------------------------------------------- a comparison


def test_the_verdict_is_the_first_line(suite):
    verdict, base, candidate = comparison(suite)
    lines = verdict_lines(verdict, changes(verdict, suite, base, candidate))
    assert lines[0] == (
        "regressed: −10.0 points (95 % CI −16.0 to −4.0), p of a drop 0.012, MDE 8.0 points; "
        "5 cases, 2 articles, 5 baseline answers, 6 answers now"
    )
    assert lines[1] == "why: 1 stable case fails now, confirmed by 5 trials"
    assert "note: the model is another one" in lines


def test_a_regression_has_all_that_is_needed_to_judge_it(suite):
    verdict, base, candidate = comparison(suite)
    text = "\n".join(verdict_lines(verdict, changes(verdict, suite, base, candidate)))
    case = text[text.index("regressed: ferry/price") : text.index("regressed: vote/votes")]
    for said in (
        "passed 2/2 -> 1/3",
        "modality (more or less firmly than the article)",
        "The sale has happened (modality upgrade, in 2 answers)",
        "How much will Norrel Lines pay for the ferry?",
        "its chairman said on Monday.” (The Aldwick Courier, 2 March 2026, s1)",
        "baseline    Norrel Lines is expected to buy",
        "candidate   Norrel Lines has bought",
        "words       “has bought”",
        "deal: stated, said as expected -> wrong modality, said as confirmed; in the article: expected",
    ):
        assert said in case


def test_the_rest_of_a_comparison(suite):
    verdict, base, candidate = comparison(suite)
    lines = verdict_lines(
        verdict, changes(verdict, suite, base, candidate), command="qa eval gate --margin 0.1"
    )
    text = "\n".join(lines)
    assert "     1  number         another number" in lines
    assert "  warning     withheld 1 statement: a number not in the quote" in lines
    assert "stated, said as opinion, without its speaker" in text
    assert "  ferry/board, passed 0/1 -> 1/1: was abstention" in lines
    assert "  ferry/stops, passed 1/1 -> 0/0: 429 too many requests" in lines
    assert "  ferry/old: not in the suite any more" in lines
    assert any(
        line.split() == ["forbidden", "claims", "0.0", "%", "20.0", "%", "0.030", "BROKEN"] for line in lines
    )
    assert "baseline: base-1, chain fake:one answer@v1, 12 days older than this run" in lines
    assert "again: qa eval gate --margin 0.1" in lines
    assert "for information: pass^3 now 0.700" in lines


def test_nothing_to_compare():
    verdict = verdict_of([], "inconclusive", suite=None, guardrails=(), left_out={}, pass_at={})
    lines = verdict_lines(verdict, [])
    assert lines[0] == "inconclusive: nothing to compare"


def test_nothing_in_an_answer_acts_on_a_terminal(tmp_path):
    suite = tiny_suite(tmp_path)
    said = answer(suite, "ferry", (f"{CLOSED[0]} {HOSTILE}", "confirmed", "s1"))
    base = run_of("b", [trial(suite, "ferry/price", answer(suite, "ferry", DEAL))])
    candidate = run_of("c\x1b[2J", [trial(suite, "ferry/price", said, error=HOSTILE)])
    from report_cases import case_of

    case = case_of(base, candidate, "ferry/price", "regressed", HOSTILE, claims={"ferry:closed": 1})
    verdict = verdict_of([case], reasons=(HOSTILE,), left_out={"x": HOSTILE}, base=side("b\x1b[2J"))
    lines = verdict_lines(verdict, changes(verdict, suite, base, candidate), command=HOSTILE)
    lines += run_lines(candidate, suite, failing=True)
    assert not any(set(line) & set("\x1b\u202e\u200b\n\r") for line in lines)
    assert any("<script>" in line for line in lines)


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("created", "said"),
    [
        ("2026-03-21T00:00:00+00:00", "1 day older than this run"),
        ("2026-02-01T00:00:00", "49 days older than this run: bless a new one"),
        ("yesterday", "age unknown"),
    ],
)
def test_the_age_of_the_baseline(created, said):
    assert baseline_age(verdict_of([], base=side("b", created=created))) == said


def test_what_it_costs():
    verdict = verdict_of([])
    assert "10 calls (4 replayed), 1,500 tokens, $0.70" in cost_line(verdict)
    assert per_answer(verdict) == "+30 tokens, −0.20 s, +$0.02000 per answer"
    unpriced = verdict_of([], base=side("b", cost=None))
    assert "$" not in per_answer(unpriced)
    assert "cost unknown" in cost_line(unpriced)
    silent = verdict_of([], base=side("b", calls=0), candidate=side("c", calls=0))
    assert (cost_line(silent), per_answer(silent)) == ("none, no model was called", "")
