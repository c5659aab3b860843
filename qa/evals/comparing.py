"""Puts two runs side by side: graded by the same grader, question by question, and says what cannot be
compared.

Answers are kept in the runs: a change of the grader or of a case grades both sides anew and calls no model.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from qa.evals.claims import said_in
from qa.evals.grading import grade, grade_all
from qa.evals.runs import Header, Run, Trial
from qa.evals.scores import Fault, Score, State
from qa.evals.statistics import Paired, all_of, any_of, clustered_se, compared
from qa.evals.suite import Suite, Task
from qa.evals.verdicts import Side, SuiteTest

OLD_DAYS = 30
Regrade = Callable[[Task, Sequence[Trial]], Sequence[Trial]]


@dataclass(frozen=True)
class Pair:
    """One question with its trials in both runs, those without a reply left out."""

    task: Task
    base: tuple[Trial, ...]
    candidate: tuple[Trial, ...]

    @property
    def base_passed(self) -> int:
        """How many trials of the baseline passed."""
        return sum(t.passed for t in self.base)

    @property
    def passed(self) -> int:
        """How many trials of the candidate passed."""
        return sum(t.passed for t in self.candidate)

    @property
    def base_score(self) -> float:
        """The share that passed in the baseline."""
        return self.base_passed / len(self.base)

    @property
    def score(self) -> float:
        """The share that passed in the candidate."""
        return self.passed / len(self.candidate)

    @property
    def changed(self) -> bool:
        """Whether any answer of the candidate reads otherwise than every one of the baseline."""
        known = {_text(t) for t in self.base}
        return any(_text(t) not in known for t in self.candidate)

    @property
    def identical(self) -> bool:
        """Whether all trials of both sides gave one and the same answer."""
        return len({_text(t) for t in (*self.base, *self.candidate)}) == 1


def _text(trial: Trial) -> str:
    if trial.said is None:
        return f"{trial.state}: {trial.text}"
    marks = "".join(
        f"{s.modality}{[(c.article_id, c.start, c.end) for c in s.citations]}" for s in said_in(trial.said)
    )
    return trial.said.text + marks


@dataclass(frozen=True)
class Aligned:
    """Two runs side by side. `left_out` says of each question that is not compared why; `new` are questions
    that the baseline does not have; `infra` those without any reply on a side."""

    pairs: tuple[Pair, ...]
    left_out: dict[str, str]
    new: tuple[str, ...]
    infra: dict[str, str]


def regraded(suite: Suite, run: Run, *, judged: bool = True) -> Run:
    """The run with every answer graded by today's grader and cases; what a judge decided is kept, unless
    `judged` is false. Questions that the suite no longer has keep their old score."""
    found: list[Trial] = []
    for name, trials in run.by_task.items():
        task = suite.tasks_by_id.get(name)
        found += trials if task is None else graded(suite, task, trials, judged=judged)
    return Run(header=run.header, trials=tuple(found))


def graded(suite: Suite, task: Task, trials: Sequence[Trial], *, judged: bool = False) -> list[Trial]:
    """The trials of one question with their scores. Without a reply there is none; a crash fails."""
    answered = [t for t in trials if t.state in ("answered", "format")]
    scores = iter(grade_all(suite, task, [t.said or t.text for t in answered]))
    found = []
    for trial in trials:
        if trial.state in ("answered", "format"):
            score, opinions = next(scores), _opinions(trial) if judged else {}
            if opinions and trial.said:
                score = grade(suite, task, trial.said, opinions)
            found.append(trial.model_copy(update={"score": score}))
        elif trial.state == "crash":
            found.append(
                trial.model_copy(update={"score": Score(passed=False, faults=("crash",), structured=False)})
            )
        else:
            found.append(trial)
    return found


def _opinions(trial: Trial) -> dict[str, State]:
    return {f.fact: f.state for f in trial.score.facts if f.by_judge} if trial.score else {}


def aligned(suite: Suite, base: Run, candidate: Run) -> Aligned:
    """The two runs, question by question; both already graded."""
    pairs: list[Pair] = []
    left_out: dict[str, str] = {}
    infra: dict[str, str] = {}
    new: list[str] = []
    for name in dict.fromkeys([*base.header.tasks, *candidate.header.tasks]):
        before, after = base.by_task.get(name, ()), candidate.by_task.get(name, ())
        task = suite.tasks_by_id.get(name)
        if reason := _not_comparable(suite, task, before, after):
            if before:
                left_out[name] = reason
            else:
                new.append(name)
            continue
        assert task is not None  # said by the reason
        replied = (
            tuple(t for t in before if t.state != "infra"),
            tuple(t for t in after if t.state != "infra"),
        )
        if not all(replied):
            side = "baseline" if not replied[0] else "candidate"
            infra[name] = f"no reply in the {side}: {(before if side == 'baseline' else after)[0].error}"
            continue
        pairs.append(Pair(task, *replied))
    return Aligned(tuple(pairs), left_out, tuple(new), infra)


def _not_comparable(suite: Suite, task: Task | None, before: Sequence[Trial], after: Sequence[Trial]) -> str:
    if task is None:
        return "the suite no longer has it"
    if not before:
        return "the baseline does not have it"
    if not after:
        return "the candidate did not run it"
    asked = suite.asked_digest(task)
    if any(t.asked != asked for t in before):
        return "its question or the articles changed since the baseline"
    if any(t.asked != asked for t in after):
        return "its question or the articles changed since the candidate's run"
    return ""


# ---------------------------------------------------------------- figures


def suite_test(pairs: Sequence[Pair], *, trials: int, seed: int = 0) -> SuiteTest | None:
    """The paired test over `pairs`; None for none."""
    if not pairs:
        return None
    clusters = [p.task.cluster for p in pairs]
    base, candidate = [p.base_score for p in pairs], [p.score for p in pairs]
    found = compared(
        [Paired(c, b, s) for c, b, s in zip(clusters, base, candidate, strict=True)], trials=trials, seed=seed
    )
    return SuiteTest(
        cases=len(pairs),
        clusters=len(set(clusters)),
        base=sum(base) / len(base),
        base_se=clustered_se(base, clusters),
        candidate=sum(candidate) / len(candidate),
        candidate_se=clustered_se(candidate, clusters),
        **found._asdict(),
    )


def side(run: Run) -> Side:
    """One run in short."""
    header, trials = run.header, run.trials
    costs = [t.cost for t in trials]
    return Side(
        id=header.id,
        created=header.created.isoformat(timespec="seconds"),
        engine=header.engine,
        model=header.model,
        prompt=f"{header.prompt.name}@{header.prompt.version}" if header.prompt else "",
        fingerprint=header.prompt.fingerprint if header.prompt else "",
        trials=len(trials),
        calls=sum(t.calls for t in trials),
        replayed=sum(t.replayed for t in trials),
        tokens=sum(t.input_tokens + t.output_tokens for t in trials),
        cost=None if any(c is None for c in costs) else sum(c for c in costs if c is not None),
        seconds=round(sum(t.seconds for t in trials), 2),
        infra=sum(t.state == "infra" for t in trials),
        undecided=undecided_share(trials),
        git=header.git + ("+" if header.dirty else ""),
    )


def undecided_share(trials: Iterable[Trial]) -> float:
    """The share of required facts that the deterministic tier could not decide."""
    scores = [t.score for t in trials if t.score is not None]
    facts = sum(f.required for s in scores for f in s.facts)
    return sum(s.undecided for s in scores) / facts if facts else 0.0


def pass_shares(pairs: Sequence[Pair]) -> dict[str, float]:
    """pass@k and pass^k of both sides at the largest k that every question has, up to 3; empty below 2."""
    if not pairs:
        return {}
    k = min(3, *(min(len(p.base), len(p.candidate)) for p in pairs))
    if k < 2:
        return {}
    sides = {
        "baseline": [(p.base_passed, len(p.base)) for p in pairs],
        "candidate": [(p.passed, len(p.candidate)) for p in pairs],
    }
    figures = {}
    for name, counts in sides.items():
        figures[f"{name} pass@{k}"] = sum(any_of(c, n, k) for c, n in counts) / len(counts)
        figures[f"{name} pass^{k}"] = sum(all_of(c, n, k) for c, n in counts) / len(counts)
    return figures


def new_faults(pair: Pair) -> tuple[Fault, ...]:
    """The faults of the candidate's failing trials that no trial of the baseline has, the most frequent
    first; all of the candidate's where none is new."""
    known = {f for t in pair.base if t.score for f in t.score.faults}
    counted = Counter(f for t in pair.candidate if t.score for f in t.score.faults)
    fresh = [f for f, _ in counted.most_common() if f not in known]
    return tuple(fresh or [f for f, _ in counted.most_common()])


def new_claims(pair: Pair) -> dict[str, int]:
    """Forbidden claims of severity "block" that only the candidate makes, with the number of such trials."""
    before = {c.claim for t in pair.base if t.score for c in t.score.claims}
    counted = Counter(
        c.claim for t in pair.candidate if t.score for c in t.score.claims if c.severity == "block"
    )
    return {claim: count for claim, count in counted.items() if claim not in before}


def differences(base: Header, candidate: Header, now: dt.datetime) -> list[str]:
    """What a reader must know of the two runs besides their figures."""
    notes = []
    if (base.engine, base.model) != (candidate.engine, candidate.model):
        notes.append(
            f"another model answers: {_who(base)} in the baseline, {_who(candidate)} in the candidate"
        )
    if base.retrieval != candidate.retrieval:
        notes.append("retrieval differs too (chunks, embedder, weights or number of passages)")
    if base.temperature != candidate.temperature:
        notes.append(f"the temperature differs: {base.temperature} and {candidate.temperature}")
    if base.judge != candidate.judge:
        notes.append("the runs were judged by different judges; what a judge decided is left out of both")
    if base.grader != candidate.grader:
        notes.append("the runs were graded by different graders; both were graded anew")
    age = (now - base.created).days
    if age > OLD_DAYS:
        notes.append(f"the baseline is {age} days old: bless a new one when this is settled")
    return notes


def _who(header: Header) -> str:
    return header.model or header.engine
