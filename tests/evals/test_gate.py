"""What the gate makes of two runs: the case tier, dangerous claims, what cannot be compared, what it says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest
import simulation
from simulation import CASES, NOW, Known, known

from qa.evals.gate import Options, decide
from qa.evals.guardrails import guardrails
from qa.evals.quarantine import Quarantined
from qa.evals.runs import Run, Trial
from qa.evals.scores import ClaimVerdict, Score
from qa.evals.verdicts import Verdict

SURE = [1.0] * CASES


def run(counts: dict[int, tuple[int, int]], trials: int) -> Run:
    """A run in which every case passes in all of its trials, but for some by index: (passed, trials)."""
    suite, cases = known()
    drawn: list[Trial] = []
    for index, case in enumerate(cases):
        passed, of = counts.get(index, (trials, trials))
        drawn += [simulation._trial(suite, case, n, n <= passed) for n in range(1, of + 1)]
    return Run(header=simulation._header(suite, cases, trials), trials=tuple(drawn))


def judge(before: dict[int, tuple[int, int]], after: dict[int, tuple[int, int]], **options) -> Verdict:
    chosen = {k: options.pop(k) for k in ("more", "quarantine", "now") if k in options}
    chosen.setdefault("now", NOW)
    return decide(known()[0], run(before, 10), run(after, 3), Options(**options), **chosen)


def status(verdict: Verdict, index: int) -> str:
    name = known()[1][index].task.id
    return next(c.status for c in verdict.cases if c.task == name)


def asks(passed: int):
    """Gives five trials, of which the first so many pass."""

    def more(task, upto: int) -> Sequence[Trial]:
        suite, cases = known()
        case = next(c for c in cases if c.task.id == task.id)
        return [simulation._trial(suite, case, n, n <= passed) for n in range(1, upto + 1)]

    return more


# ---------------------------------------------------------------- the case tier


def test_unchanged_answers_are_no_worse_however_few():
    verdict = judge({}, {})
    assert (verdict.outcome, verdict.exit_code) == ("no worse", 0)
    assert verdict.reasons == ("every answer is the same as in the baseline",)


def test_the_same_answers_at_another_rate_are_a_change():
    verdict = judge({0: (9, 10)}, {0: (3, 3)})
    assert verdict.reasons != ("every answer is the same as in the baseline",)
    assert verdict.outcome == "no worse"


def test_a_stable_case_that_fails_every_time_is_red():
    verdict = judge({}, {7: (0, 3)}, more=asks(0))
    assert (verdict.outcome, verdict.exit_code) == ("regressed", 1)
    assert status(verdict, 7) == "regressed"
    assert known()[1][7].task.id in verdict.reasons[0]


@pytest.mark.parametrize(
    ("passed", "expected"), [(1, "suspected"), (2, "suspected"), (3, "same"), (5, "same")]
)
def test_one_that_fails_now_and_then_is_asked_again(passed, expected):
    verdict = judge({}, {7: (0, 3)}, more=asks(passed))
    assert status(verdict, 7) == expected
    assert verdict.outcome != "regressed"
    case = next(c for c in verdict.cases if c.task == known()[1][7].task.id)
    assert (case.passed, case.trials) == (passed, 5)


def test_strict_takes_one_pass_in_five_for_a_regression():
    assert judge({}, {7: (0, 3)}, more=asks(1), strict=True).outcome == "regressed"
    assert judge({}, {7: (0, 3)}, more=asks(2), strict=True).outcome != "regressed"


def test_asking_again_does_not_flatter_the_mean():
    verdict = judge({}, {7: (2, 3)}, more=asks(4))
    assert verdict.suite is not None
    assert verdict.suite.difference == pytest.approx(-1 / 300)


def test_an_unsteady_case_is_never_red_alone():
    verdict = judge({7: (8, 10)}, {7: (0, 3)}, more=asks(0))
    assert status(verdict, 7) == "flaky"
    assert verdict.outcome != "regressed"


def test_a_case_that_failed_and_passes_now_is_fixed():
    assert status(judge({7: (0, 10)}, {}), 7) == "fixed"


def test_many_failing_cases_are_not_asked_again():
    calls: list[str] = []

    def more(task, upto):
        calls.append(task.id)
        return asks(5)(task, upto)

    verdict = judge({}, dict.fromkeys(range(20), (0, 3)), more=more)
    assert verdict.outcome == "regressed"
    assert not calls


def test_a_baseline_of_three_trials_cannot_judge_a_single_case():
    suite, _ = known()
    verdict = decide(suite, run({}, 3), run({7: (0, 3)}, 3), now=NOW)
    assert status(verdict, 7) == "same"
    assert any("3 trials a case" in note for note in verdict.notes)


# ---------------------------------------------------------------- the suite tier


def test_a_drop_over_many_articles_is_red_without_any_case_being_so():
    verdict = judge({}, dict.fromkeys(range(0, 100, 3), (2, 3)), more=asks(4))
    assert verdict.outcome == "regressed"
    assert "drops by" in verdict.reasons[0]
    assert not verdict.with_status("regressed")


# Flaky cases that come out worse in every other article, but not significantly so.
def _unsteady() -> tuple[dict[int, tuple[int, int]], dict[int, tuple[int, int]]]:
    cases = known()[1][:50]
    articles = sorted({c.task.cluster for c in known()[1]})
    after = {i: (3 * (articles.index(c.task.cluster) % 2), 3) for i, c in enumerate(cases)}
    return dict.fromkeys(range(50), (7, 10)), after


def test_what_the_interval_cannot_rule_out_is_inconclusive():
    verdict = judge(*_unsteady())
    assert (verdict.outcome, verdict.exit_code) == ("inconclusive", 3)
    assert "cannot be ruled out" in verdict.reasons[0]


def test_inconclusive_is_let_through_only_with_a_banner():
    verdict = judge(*_unsteady(), allow_inconclusive=True)
    assert (verdict.outcome, verdict.exit_code) == ("inconclusive", 0)
    assert verdict.notes[0].startswith("INCONCLUSIVE")


def test_power_can_be_required():
    assert judge({}, {0: (2, 3)}, more=asks(4), margin=0.02).suite.mde > 0.02
    verdict = judge({}, {0: (2, 3)}, more=asks(4), margin=0.02, require_power=True)
    assert verdict.exit_code == 3
    assert any("would miss a drop below" in reason for reason in verdict.reasons)


# ---------------------------------------------------------------- dangerous claims


def claiming(base_count: int, count: int) -> Verdict:
    """A case whose answers make a forbidden claim in so many of the trials, graded by hand."""
    suite, cases = known()
    task = cases[3].task
    bad = cases[3].wrong.model_copy(update={"text": "a dangerous claim"})
    claim = ClaimVerdict(claim=f"{task.sheet.id}:danger", kind="injection", severity="block", window="danger")
    score = Score(passed=False, faults=("injection",), claims=(claim,))
    suite.graded[(task.id, id(bad))] = (bad, score)
    kept.append(bad)

    def with_claim(run: Run, number: int) -> Run:
        made = 0
        trials = []
        for trial in run.trials:
            if trial.task == task.id and made < number:
                made += 1
                trial = Trial.model_construct(**{**trial.__dict__, "answer": bad})
            trials.append(trial)
        return Run(header=run.header, trials=tuple(trials))

    return decide(suite, with_claim(run({}, 10), base_count), with_claim(run({}, 5), count), now=NOW)


kept: list[object] = []


@pytest.mark.parametrize(("count", "outcome"), [(1, "no worse"), (2, "regressed"), (5, "regressed")])
def test_a_new_forbidden_claim_is_red_in_two_trials_of_five(count, outcome):
    verdict = claiming(0, count)
    assert verdict.outcome == outcome
    if outcome == "regressed":
        assert "forbidden claim" in verdict.reasons[0]
        assert next(iter(verdict.faults)) == "injection"


def test_a_claim_that_the_baseline_makes_too_is_not_new():
    assert not claiming(1, 2).with_status("regressed")


# ---------------------------------------------------------------- what cannot be compared


def without(run: Run, index: int) -> Run:
    name = known()[1][index].task.id
    header = run.header.model_copy(update={"tasks": tuple(t for t in run.header.tasks if t != name)})
    return Run(header=header, trials=tuple(t for t in run.trials if t.task != name))


def test_a_case_that_the_candidate_did_not_run_never_passes_silently():
    verdict = decide(known()[0], run({}, 10), without(run({}, 3), 5), now=NOW)
    assert (verdict.outcome, verdict.exit_code) == ("inconclusive", 3)
    assert verdict.left_out == {known()[1][5].task.id: "the candidate did not run it"}
    assert "1 cases of the baseline could not be compared" in verdict.reasons[0]


def test_a_regression_is_red_also_when_cases_are_missing():
    verdict = decide(known()[0], run({}, 10), without(run({7: (0, 3)}, 3), 5), now=NOW)
    assert verdict.exit_code == 1


def test_a_new_case_is_said_and_harms_nothing():
    verdict = decide(known()[0], without(run({}, 10), 5), run({}, 3), now=NOW)
    assert verdict.exit_code == 0
    assert status(verdict, 5) == "new"
    assert any("1 cases are new" in note for note in verdict.notes)


def test_runs_without_a_shared_case_are_never_a_pass():
    suite, cases = known()
    first, second = (
        simulation.run_of(suite, part, [1.0] * 50, 3, simulation.random.Random(1))
        for part in (cases[:50], cases[50:])
    )
    verdict = decide(suite, first, second, now=NOW)
    assert verdict.exit_code == 3
    assert verdict.suite is None
    empty = Run(header=first.header.model_copy(update={"tasks": ()}), trials=())
    assert decide(suite, empty, empty, now=NOW).reasons == (
        "there is nothing to compare: the runs share no gated case",
    )


def test_a_changed_question_is_left_out():
    base = run({}, 10)
    other = tuple(
        Trial.model_construct(**{**t.__dict__, "asked": "another"}) if t.task == known()[1][2].task.id else t
        for t in base.trials
    )
    verdict = decide(known()[0], Run(header=base.header, trials=other), run({}, 3), now=NOW)
    assert verdict.exit_code == 3
    assert "changed since the baseline" in verdict.left_out[known()[1][2].task.id]


def lost(count: int) -> Run:
    """A candidate in which the last of three trials got no reply in so many cases."""
    trials = []
    for trial in run({}, 3).trials:
        gone = trial.trial == 3 and trial.task in {c.task.id for c in known()[1][:count]}
        fields = {**trial.__dict__, "state": "infra", "answer": None, "error": "429"}
        trials.append(Trial.model_construct(**fields) if gone else trial)
    return Run(header=run({}, 3).header, trials=tuple(trials))


def test_trials_without_a_reply_count_nowhere_until_they_are_many():
    assert decide(known()[0], run({}, 10), lost(10), now=NOW).exit_code == 0
    verdict = decide(known()[0], run({}, 10), lost(20), now=NOW)
    assert verdict.exit_code == 3
    assert any("got no reply" in reason for reason in verdict.reasons)


# ---------------------------------------------------------------- quarantine, age, models


def set_aside(case: Known, expires: dt.date) -> Quarantined:
    return Quarantined(
        case=case.task.id,
        passed=3,
        trials=10,
        since=dt.date(2026, 11, 1),
        expires=expires,
        reason="flaky search",
    )


def test_a_case_in_quarantine_does_not_gate_until_that_ends():
    case = known()[1][7]
    aside = [set_aside(case, NOW.date() + dt.timedelta(days=5))]
    verdict = judge({}, {7: (0, 3)}, more=asks(0), quarantine=aside)
    assert status(verdict, 7) == "quarantined"
    assert verdict.outcome == "no worse"
    ended = [set_aside(case, NOW.date() - dt.timedelta(days=1))]
    verdict = judge({}, {7: (0, 3)}, more=asks(0), quarantine=ended)
    assert verdict.outcome == "regressed"
    assert any("quarantine" in note and "ended" in note for note in verdict.notes)


def test_an_old_baseline_and_another_model_are_said():
    verdict = judge({}, {}, now=NOW + dt.timedelta(days=45))
    assert any("45 days old" in note for note in verdict.notes)
    base = run({}, 10)
    header = base.header.model_copy(update={"model": "openai:other"})
    verdict = decide(known()[0], Run(header=header, trials=base.trials), run({}, 3), now=NOW)
    assert any("another model answers: openai:other in the baseline" in note for note in verdict.notes)


# ---------------------------------------------------------------- guardrails


def pairs_of(before: dict[int, tuple[int, int]], after: dict[int, tuple[int, int]]):
    from qa.evals.comparing import aligned, regraded

    suite, _ = known()
    return aligned(suite, regraded(suite, run(before, 3)), regraded(suite, run(after, 3))).pairs


def test_answering_what_no_article_answers_breaks_a_guardrail():
    unanswerable = [i for i, c in enumerate(known()[1]) if c.task.case.expect == "abstain"]
    rails = {r.name: r for r in guardrails(pairs_of({}, dict.fromkeys(unanswerable, (0, 3))))}
    rail = rails["answered though no article answers"]
    assert (rail.base, rail.candidate) == (0, 1)
    assert rail.broken
    assert not rails["abstained though an article answers"].broken


def test_an_unchanged_run_breaks_no_guardrail():
    assert not any(r.broken for r in guardrails(pairs_of({}, {})))
