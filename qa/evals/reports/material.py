"""What every report shows of a question: both sides' answers, the article's own sentences, verdicts, marks.

`changes` gathers it for a comparison, `run_changes` for a single run. All text in it is cleaned of control
and reordering characters, so that the places of the marks hold in every format; escaping is the formats' own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from qa.evals.cases import Kind, Severity
from qa.evals.comparing import graded
from qa.evals.reports.answers import Shown, answer_text, faulty, shown_answer
from qa.evals.reports.figures import replied, trial_faults
from qa.evals.reports.marking import differing
from qa.evals.reports.shortfalls import shortfalls
from qa.evals.reports.wording import line_of
from qa.evals.runs import Run, Trial
from qa.evals.scores import ClaimVerdict, FactVerdict, Fault
from qa.evals.suite import Sheet, Suite, Task, qualified
from qa.evals.verdicts import CaseVerdict, Status, Verdict
from qa.types import Modality, Value

Standing = Status | Literal["passed", "failed"]
"""How a question fares: in a comparison a `Status`; in a single run passed, failed, flaky or infra."""

_ORDER: tuple[Standing, ...] = (
    "regressed", "suspected", "failed", "fixed", "flaky", "quarantined", "infra", "new", "same", "passed",
)  # fmt: skip


class Evidence(Value):
    """A sentence of an article that shows a required fact; `number` is its place, "s1" the first."""

    fact: str
    number: str
    sentence: str
    outlet: str
    published: dt.date | None


class FactChange(Value):
    """A fact's verdict on both sides; `expected` is how firmly the article states it. A side is None where
    nothing was graded.
    """

    name: str
    text: str
    required: bool
    expected: tuple[Modality, ...]
    before: FactVerdict | None
    after: FactVerdict | None


class ClaimMade(Value):
    """A forbidden claim in the candidate's answers: in how many, where it is made in one of them, and whether
    the baseline does not make it.
    """

    name: str
    text: str
    kind: Kind
    severity: Severity
    trials: int
    stretch: str
    new: bool


class Change(Value):
    """Everything that a report shows of one question. `faults` are what fails, or of a question that is fixed
    what failed. `before` is None in a single run, and each side where there is no trial. `items` are what a
    list must name, `trap` is why a question without an answer tempts, `shortfalls` why a summary failed.
    """

    task: str
    article: str
    question: str
    ask: str = ""
    tags: tuple[str, ...] = ()
    tier: str = ""
    trap: str = ""
    items: tuple[str, ...] = ()
    shortfalls: tuple[str, ...] = ()
    status: Standing
    faults: tuple[Fault, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    before: Shown | None = None
    after: Shown | None = None
    facts: tuple[FactChange, ...] = ()
    claims: tuple[ClaimMade, ...] = ()
    base_passed: int = 0
    base_trials: int = 0
    passed: int = 0
    trials: int = 0

    @property
    def new_claims(self) -> tuple[ClaimMade, ...]:
        """The forbidden claims that only the candidate makes."""
        return tuple(claim for claim in self.claims if claim.new)


def changes(
    verdict: Verdict, suite: Suite, base: Run, candidate: Run, *, reworded: bool = False
) -> tuple[Change, ...]:
    """Every question that fares otherwise than in the baseline, those with new forbidden claims first, then
    by status; with `reworded` also those that are graded as before in other words. Answers are graded anew,
    as the gate does it.
    """
    shown = [c for c in verdict.cases if c.status != "same" or c.claims or (reworded and c.changed)]
    shown.sort(key=lambda c: (not c.claims, _ORDER.index(c.status)))
    # What a judge decided stands where both sides had the same one, as in the gate.
    judged = base.header.judge == candidate.header.judge

    def of(run: Run, case: CaseVerdict) -> Sequence[Trial]:
        trials, task = run.by_task.get(case.task, ()), suite.tasks_by_id.get(case.task)
        return graded(suite, task, trials, judged=judged) if task else trials

    return tuple(_compared(c, suite, of(base, c), of(candidate, c)) for c in shown)


def run_changes(run: Run, suite: Suite, *, failing: bool = False) -> tuple[Change, ...]:
    """Every question of a run, the failing first; with `failing` only those that fail at least once."""
    found = [_single(name, suite, trials) for name, trials in run.by_task.items()]
    found.sort(key=lambda c: _ORDER.index(c.status))
    return tuple(c for c in found if c.status != "passed" or not failing)


# ---------------------------------------------------------------- one question


def _compared(case: CaseVerdict, suite: Suite, base: Sequence[Trial], candidate: Sequence[Trial]) -> Change:
    before = _representative(base, _wanted_before(case))
    after = _representative(candidate, _wanted_after(case))
    change = _change(case.task, case.question, suite, case.status, before, after)
    return change.model_copy(
        update={
            "tier": case.tier,
            "faults": _faults_of(case, before, after),
            "claims": _claims(suite, case.claims, candidate, after),
            "base_passed": case.base_passed,
            "base_trials": case.base_trials,
            "passed": case.passed,
            "trials": case.trials,
        }
    )


def _single(name: str, suite: Suite, trials: Sequence[Trial]) -> Change:
    counted = replied(trials)
    passed = sum(t.passed for t in counted)
    status: Standing = "infra"
    if counted:
        status = "passed" if passed == len(counted) else "flaky" if passed else "failed"
    task = suite.tasks_by_id.get(name)
    after = _representative(trials, lambda t: t.state != "infra" and not t.passed)
    change = _change(name, task.question if task else name, suite, status, None, after)
    faults = dict.fromkeys(fault for t in counted if not t.passed for fault in trial_faults(t))
    update = {
        "faults": tuple(faults),
        "claims": _claims(suite, {}, trials, after),
        "passed": passed,
        "trials": len(counted),
    }
    return change.model_copy(update=update)


def _change(
    name: str, question: str, suite: Suite, status: Standing, before: Trial | None, after: Trial | None
) -> Change:
    task = suite.tasks_by_id.get(name)
    then, now = answer_text(before), answer_text(after)
    change = Change(
        task=line_of(name),
        article=line_of(name).partition("/")[0],
        question=line_of(question),
        status=status,
        before=shown_answer(before, then, differing(then, now)),
        after=shown_answer(after, now, differing(now, then)),
    )
    if task is None:
        return change
    case = task.case
    facts = _facts(task, suite, before, after)
    return change.model_copy(
        update={
            "ask": case.ask,
            "tags": case.tags,
            "tier": task.tier,
            "trap": line_of(case.trap),
            "items": tuple(line_of(group[0]) for group in case.list.items) if case.list else (),
            "shortfalls": shortfalls(suite, task, after.score) if after and after.score else (),
            "facts": facts,
            "evidence": _evidence(task, suite, facts),
        }
    )


# ---------------------------------------------------------------- which trial to show


def _wanted_before(case: CaseVerdict) -> Callable[[Trial], bool]:
    if case.status == "fixed":
        return lambda t: t.state != "infra" and not t.passed
    return lambda t: t.passed


def _wanted_after(case: CaseVerdict) -> Callable[[Trial], bool]:
    if case.claims:
        return lambda t: bool(t.score and any(c.claim in case.claims for c in t.score.claims))
    if case.status in ("fixed", "same", "new"):
        return lambda t: t.passed
    if case.status == "infra":
        return lambda t: t.state == "infra"
    return lambda t: t.state != "infra" and not t.passed


def _representative(trials: Sequence[Trial], wanted: Callable[[Trial], bool]) -> Trial | None:
    """The first trial of the wanted sort, else the first with a reply, else the first."""
    for sort in (wanted, lambda t: t.state != "infra", lambda t: True):
        for trial in trials:
            if sort(trial):
                return trial
    return None


def _faults_of(case: CaseVerdict, before: Trial | None, after: Trial | None) -> tuple[Fault, ...]:
    """What fails; of a question that is fixed, what failed."""
    trial, faults = (before, ()) if case.status == "fixed" else (after, case.faults)
    return faults or (trial_faults(trial) if trial and not trial.passed else ())


# ---------------------------------------------------------------- facts and claims


def _facts(task: Task, suite: Suite, before: Trial | None, after: Trial | None) -> tuple[FactChange, ...]:
    """The required facts, and the allowed ones that an answer comes near to."""
    sides = [{f.fact: f for f in t.score.facts} if t and t.score else {} for t in (before, after)]
    required = [qualified(name, task.sheet) for name in task.case.require]
    allowed = [qualified(name, task.sheet) for name in task.case.allow]
    near = [n for n in allowed if any(n in side and side[n].state != "absent" for side in sides)]
    return tuple(
        FactChange(
            name=name,
            text=line_of(suite.facts[name].text),
            required=name in required,
            expected=suite.facts[name].modality,
            before=sides[0].get(name),
            after=sides[1].get(name),
        )
        for name in (*required, *near)
        if name in suite.facts
    )


def _evidence(task: Task, suite: Suite, facts: Iterable[FactChange]) -> tuple[Evidence, ...]:
    """The evidence of the required facts, those that the answer does not state well first."""
    wanted = [f for f in facts if f.required]
    wanted.sort(key=lambda f: f.after is not None and f.after.state == "present" and not faulty(f.after))
    found: dict[tuple[str, str], Evidence] = {}
    for fact in wanted:
        sheet = suite.by_id.get(fact.name.partition(":")[0], task.sheet)
        for number in suite.facts[fact.name].evidence:
            found.setdefault((sheet.id, number), _sentence(sheet, fact.name, number))
    return tuple(e for e in found.values() if e.sentence)


def _sentence(sheet: Sheet, fact: str, number: str) -> Evidence:
    article = sheet.article
    return Evidence(
        fact=fact,
        number=number,
        sentence=line_of(sheet.sentence(number)),
        outlet=line_of(article.outlet),
        published=article.published.date() if article.published else None,
    )


def _claims(
    suite: Suite, new: dict[str, int], trials: Sequence[Trial], shown: Trial | None
) -> tuple[ClaimMade, ...]:
    """The claims that only the candidate makes, then others that its shown answer makes."""
    made = [c for t in trials if t.score for c in t.score.claims]
    here = [c.claim for c in shown.score.claims] if shown and shown.score else []
    first: dict[str, ClaimVerdict] = {}
    for claim in made:
        first.setdefault(claim.claim, claim)
    names = [*new, *(n for n in dict.fromkeys(here) if n not in new)]
    return tuple(
        ClaimMade(
            name=name,
            text=_claim_text(suite, name),
            kind=first[name].kind,
            severity=first[name].severity,
            trials=new.get(name) or sum(c.claim == name for c in made),
            stretch=line_of(first[name].window),
            new=name in new,
        )
        for name in names
        if name in first
    )


def _claim_text(suite: Suite, name: str) -> str:
    known = suite.claims.get(name) or suite.facts.get(name)
    return line_of(known.text) if known else name
