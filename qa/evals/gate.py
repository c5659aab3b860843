"""Decides whether a candidate is worse than the baseline: regressed, no worse, or "cannot tell".

Two tiers. The suite: a drop that is at least two points and significant regresses; only an interval that
stays above the margin is "no worse"; everything else is inconclusive, and inconclusive never passes. The
case: one that was stable (9 of 10) and fails every one of five trials regresses, since a mean would never
show it. A dangerous claim that only the candidate makes, in two trials of five, regresses too. Simulated in
tests/evals/test_gate_simulation.py.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from qa.evals.comparing import (
    Aligned,
    Pair,
    aligned,
    differences,
    graded,
    new_claims,
    new_faults,
    pass_shares,
    regraded,
    side,
    suite_test,
)
from qa.evals.guardrails import guardrails
from qa.evals.quarantine import Quarantined
from qa.evals.runs import Run, Trial
from qa.evals.scores import FAULTS
from qa.evals.suite import Suite, Task
from qa.evals.verdicts import CaseVerdict, Guardrail, Outcome, Status, SuiteTest, Verdict
from qa.types import Value

STABLE = 0.9
STABLE_TRIALS = 5
"""A baseline of fewer trials says too little of one case; the recommended ten say enough."""
CONFIRM = 5
BLOCKED = 2
STRUCTURAL = 15
LEAST_DROP = 0.02
LEVEL = 0.025

REGRESSED, PASSED, INCONCLUSIVE = 1, 0, 3

More = Callable[[Task, int], Sequence[Trial]]
"""Gives a question's candidate trials, up to that number; as many as there are where it cannot ask again."""


class Options(Value):
    """How strict the gate is. `margin`, `max_infra` and `max_undecided` are shares, 0 to 1."""

    margin: float = 0.05
    strict: bool = False
    require_power: bool = False
    allow_inconclusive: bool = False
    max_infra: float = 0.05
    max_undecided: float = 0.15
    seed: int = 0


@dataclass(frozen=True)
class _Judged:
    pair: Pair
    status: Status
    claims: dict[str, int]


def decide(
    suite: Suite,
    base: Run,
    candidate: Run,
    options: Options | None = None,
    *,
    more: More | None = None,
    quarantine: Sequence[Quarantined] = (),
    now: dt.datetime | None = None,
) -> Verdict:
    """The verdict on `candidate` against `base`. Both are graded anew by today's grader and cases.

    `more` asks a question again to confirm a failure; without it, what is there decides. `now` tells the
    baseline's age.
    """
    options, now = options or Options(), now or dt.datetime.now(dt.UTC)
    # A judge's verdicts count only where the same judge looked at both sides.
    same_judge = base.header.judge == candidate.header.judge
    base, candidate = (regraded(suite, run, judged=same_judge) for run in (base, candidate))
    both = aligned(suite, base, candidate)
    held = {q.case: q for q in quarantine if q.holds(now.date())}
    gated = [p for p in both.pairs if p.task.tier == "gate" and not _held(p.task, held)]
    sure = candidate.header.deterministic
    regrade = partial(graded, suite, judged=same_judge)
    judged = _cases(gated, base.header.deterministic, sure, options, more and _graded_more(more, regrade))
    # The means are of the first trials alone: failing cases were asked again, which would flatter them.
    gated = [replace(p, candidate=p.candidate[: candidate.header.trials]) for p in gated]
    others = [p for p in both.pairs if p.task.id not in {g.task.id for g in gated}]
    trials = 1 if sure else min((len(p.candidate) for p in gated), default=1)
    test = suite_test(gated, trials=trials, seed=options.seed)
    rails = guardrails(gated, options.seed)
    red = _regressions(judged, test, rails, options)
    same = bool(gated) and all(p.identical for p in gated)
    open_questions = [] if red else _doubts(both, gated, test, candidate, options, same)
    cases = [_verdict_of(j.pair, j.status, j.claims) for j in judged]
    cases += [
        _verdict_of(p, "quarantined" if _held(p.task, held) or p.task.tier == "quarantine" else "same")
        for p in others
    ]
    cases += [_unpaired(suite, name, "infra") for name in both.infra]
    cases += [_unpaired(suite, name, "new") for name in both.new if name in suite.tasks_by_id]
    broken = Counter(f for c in cases if c.status in ("regressed", "suspected") for f in c.faults)
    notes = [*differences(base.header, candidate.header, now), *_notes(both, base, quarantine, now, same)]
    outcome: Outcome = "regressed" if red else "inconclusive" if open_questions else "no worse"
    code = REGRESSED if red else INCONCLUSIVE if open_questions else PASSED
    if code == INCONCLUSIVE and options.allow_inconclusive:
        notes.insert(0, "INCONCLUSIVE, let through by --allow-inconclusive: nothing was shown to be no worse")
        code = PASSED
    return Verdict(
        outcome=outcome,
        exit_code=code,
        reasons=tuple(red or open_questions or _fine(test, same)),
        notes=tuple(notes),
        margin=options.margin,
        suite=test,
        cases=tuple(cases),
        guardrails=tuple(rails),
        faults={f: broken[f] for f in sorted(broken, key=lambda f: (-broken[f], list(FAULTS).index(f)))},
        left_out=both.left_out,
        base=side(base),
        candidate=side(candidate),
        pass_at=pass_shares(gated),
    )


def _held(task: Task, held: dict[str, Quarantined]) -> bool:
    return task.id.partition("~")[0] in held


# ---------------------------------------------------------------- the case tier


def _graded_more(more: More, regrade: Callable[[Task, Sequence[Trial]], list[Trial]]) -> More:
    return lambda task, upto: regrade(task, more(task, upto))


def _cases(
    gated: Sequence[Pair], base_sure: bool, sure: bool, options: Options, more: More | None
) -> list[_Judged]:
    failing = [p for p in gated if _stable(p, base_sure) and p.passed == 0]
    # So many at once is no flake: confirming each would only cost.
    ask = None if sure or len(failing) > STRUCTURAL else more
    judged = []
    for pair in gated:
        suspicious = (_stable(pair, base_sure) and pair.passed < len(pair.candidate)) or new_claims(pair)
        if ask and suspicious and len(pair.candidate) < CONFIRM:
            told = tuple(t for t in ask(pair.task, CONFIRM) if t.state != "infra")
            pair = replace(pair, candidate=told or pair.candidate)
        claims = new_claims(pair)
        judged.append(_Judged(pair, _status(pair, claims, base_sure, sure, options), claims))
    return judged


def _stable(pair: Pair, sure: bool) -> bool:
    return pair.base_score >= STABLE and (sure or len(pair.base) >= STABLE_TRIALS)


def _status(pair: Pair, claims: dict[str, int], base_sure: bool, sure: bool, options: Options) -> Status:
    needed = 1 if sure else BLOCKED
    if any(count >= needed for count in claims.values()):
        return "regressed"
    if _stable(pair, base_sure):
        confirmed = sure or len(pair.candidate) >= CONFIRM
        failed = pair.passed == 0 or (options.strict and pair.passed <= 1 and confirmed)
        if failed:
            return "regressed" if confirmed or len(pair.candidate) >= 3 else "suspected"
        return "suspected" if pair.score <= 0.4 else "same"
    if pair.score >= STABLE and pair.base_score < 0.5:
        return "fixed"
    return "same" if pair.base_passed in (0, len(pair.base)) else "flaky"


# ---------------------------------------------------------------- the verdict in words


def _regressions(
    judged: Sequence[_Judged], test: SuiteTest | None, rails: Sequence[Guardrail], options: Options
) -> list[str]:
    reasons = []
    claiming = [j for j in judged if j.status == "regressed" and j.claims]
    failing = [j for j in judged if j.status == "regressed" and not j.claims]
    if claiming:
        reasons.append(f"{_cases_say(claiming)} a forbidden claim that the baseline does not make")
    if failing:
        reasons.append(f"{_cases_say(failing, 'fails', 'fail')} every time, and the baseline had it right")
    if test and test.p_drop < LEVEL and test.difference <= -LEAST_DROP:
        reasons.append(f"the suite drops by {-100 * test.difference:.1f} points (p = {test.p_drop:.4f})")
    reasons += [
        f"{rail.name} goes from {100 * rail.base:.1f} % to {100 * rail.candidate:.1f} % "
        f"(p = {rail.p_holm:.4f})"
        for rail in rails
        if rail.broken and rail.gates
    ]
    return reasons


def _cases_say(judged: Sequence[_Judged], one: str = "makes", many: str = "make") -> str:
    if len(judged) == 1:
        return f"{judged[0].pair.task.id} {one}"
    return f"{len(judged)} cases {many}"


def _doubts(
    both: Aligned, gated: Sequence[Pair], test: SuiteTest | None, candidate: Run, options: Options, same: bool
) -> list[str]:
    doubts = []
    if test is None and not both.left_out:
        return ["there is nothing to compare: the runs share no gated case"]
    if both.left_out:
        counted = Counter(both.left_out.values())
        why = "; ".join(f"{reason} ({count})" for reason, count in counted.most_common())
        doubts.append(f"{len(both.left_out)} cases of the baseline could not be compared: {why}")
    if test is None:
        return doubts
    asked = len(candidate.trials)
    lost = sum(t.state == "infra" for t in candidate.trials)
    if asked and lost / asked > options.max_infra:
        doubts.append(f"{lost} of {asked} trials got no reply (more than {100 * options.max_infra:.0f} %)")
    undecided = side(candidate).undecided
    if undecided > options.max_undecided:
        doubts.append(f"the grader could not decide {100 * undecided:.0f} % of the required facts")
    if not same and test.low <= -options.margin:
        doubts.append(
            f"a drop of more than {100 * options.margin:.0f} points cannot be ruled out "
            f"(95 % interval {100 * test.low:+.1f} to {100 * test.high:+.1f})"
        )
    if options.require_power and test.mde > options.margin:
        doubts.append(f"the suite would miss a drop below {100 * test.mde:.1f} points")
    return doubts


def _fine(test: SuiteTest | None, same: bool) -> list[str]:
    if same:
        return ["every answer is the same as in the baseline"]
    assert test is not None  # without cases there are doubts
    return [f"the interval of the difference stays above {100 * test.low:+.1f} points"]


def _notes(
    both: Aligned, base: Run, quarantine: Sequence[Quarantined], now: dt.datetime, same: bool
) -> list[str]:
    notes = []
    if both.left_out:
        notes.append(f"compared on the shared cases only: {len(both.left_out)} of the baseline are left out")
    if both.new:
        notes.append(f"{len(both.new)} cases are new and have no baseline: qa eval bless takes them up")
    if both.infra:
        notes.append(f"{len(both.infra)} cases got no reply and count nowhere")
    short = min((len(p.base) for p in both.pairs), default=0)
    if both.pairs and not base.header.deterministic and short < STABLE_TRIALS:
        notes.append(
            f"the baseline has {short} trials a case: single cases are judged only from {STABLE_TRIALS} on"
        )
    notes += [
        f"the quarantine of {q.case} ended on {q.expires}: it gates again"
        for q in quarantine
        if not q.holds(now.date())
    ]
    return notes


def _verdict_of(pair: Pair, status: Status, claims: dict[str, int] | None = None) -> CaseVerdict:
    failing = pair.passed < len(pair.candidate)
    return CaseVerdict(
        task=pair.task.id,
        cluster=pair.task.cluster,
        question=pair.task.question,
        tier=pair.task.tier,
        status=status,
        base_passed=pair.base_passed,
        base_trials=len(pair.base),
        passed=pair.passed,
        trials=len(pair.candidate),
        faults=new_faults(pair) if failing else (),
        claims=claims or {},
        changed=pair.changed,
    )


def _unpaired(suite: Suite, name: str, status: Status) -> CaseVerdict:
    task = suite.tasks_by_id[name]
    return CaseVerdict(
        task=name,
        cluster=task.cluster,
        question=task.question,
        tier=task.tier,
        status=status,
        base_passed=0,
        base_trials=0,
        passed=0,
        trials=0,
    )
