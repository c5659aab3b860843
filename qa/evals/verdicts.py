"""What a comparison of two runs comes to: the verdict, the figures behind it, and every case that changed."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from qa.evals.scores import Fault
from qa.types import Value

Outcome = Literal["no worse", "regressed", "inconclusive"]
Status = Literal["regressed", "suspected", "fixed", "flaky", "same", "quarantined", "infra", "new"]
"""How a case fares. `regressed`: it was stable and fails now, confirmed; or it makes a dangerous claim
that it did not make. `suspected`: it was stable and fails now and then. `fixed`: it failed and is stable
now. `flaky`: it was not stable before. `infra`: no answer to compare. `new`: the baseline does not have
it."""


class SuiteTest(Value):
    """The paired test over all shared cases, clustered by article.

    Scores are shares of trials passed, 0 to 1. `difference` is candidate minus baseline, with its standard
    error and 95 % confidence interval; `p_drop` is the one-sided p of a drop (sign flips over clusters);
    `mde` the smallest drop that would be seen with 80 % power; `mcnemar` the exact two-sided p where every
    case has one trial.
    """

    cases: int
    clusters: int
    base: float
    base_se: float
    candidate: float
    candidate_se: float
    difference: float
    se: float
    low: float
    high: float
    p_drop: float
    mde: float
    mcnemar: float | None = None


class Guardrail(Value):
    """A second figure that must not get worse: its means, the one-sided p of getting worse corrected by Holm,
    and whether it counts as broken."""

    name: str
    base: float
    candidate: float
    p: float
    p_holm: float
    higher_is_better: bool
    broken: bool = False
    gates: bool = True


class CaseVerdict(Value):
    """One question in both runs.

    `faults` are those of the candidate's failing trials that the baseline does not have, the most frequent
    first; `claims` are forbidden claims that only the candidate makes, with the number of its trials that do.
    """

    task: str
    cluster: str
    question: str
    tier: str
    status: Status
    base_passed: int
    base_trials: int
    passed: int
    trials: int
    faults: tuple[Fault, ...] = ()
    claims: dict[str, int] = Field(default_factory=dict)
    changed: bool = False
    """Whether any answer reads otherwise than in the baseline, passed or not."""


class Side(Value):
    """One of the two runs, in short."""

    id: str
    created: str
    engine: str
    model: str
    prompt: str
    fingerprint: str = ""
    trials: int
    calls: int
    replayed: int
    tokens: int
    cost: float | None
    seconds: float
    infra: int
    undecided: float
    git: str = ""


class Verdict(Value):
    """The outcome of a comparison and everything that a report shows of it.

    `reasons` say in words why, the gravest first; `notes` what a reader must know besides (another model,
    cases left out, an old baseline). `faults` counts the failing kinds over the regressed and suspected
    cases. `exit_code` is what `qa eval gate` ends with.
    """

    outcome: Outcome
    exit_code: int
    reasons: tuple[str, ...]
    notes: tuple[str, ...] = ()
    margin: float
    suite: SuiteTest | None
    cases: tuple[CaseVerdict, ...]
    guardrails: tuple[Guardrail, ...] = ()
    faults: dict[Fault, int] = Field(default_factory=dict)
    left_out: dict[str, str] = Field(default_factory=dict)
    """Questions that cannot be compared, and why."""
    base: Side
    candidate: Side
    pass_at: dict[str, float] = Field(default_factory=dict)
    """pass@k and pass^k of both sides, for information."""

    def with_status(self, *statuses: Status) -> tuple[CaseVerdict, ...]:
        """The cases with one of these statuses, in order."""
        return tuple(c for c in self.cases if c.status in statuses)
