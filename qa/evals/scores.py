"""What the grader says of one answer: a verdict for each fact and claim, and what failed, if anything."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from qa.evals.cases import Kind, Severity
from qa.types import Modality, Value

GRADER = "2"
"""Version of the deterministic grader. Runs graded by another one are graded anew before they are
compared."""

State = Literal["present", "wrong_modality", "contradicted", "absent", "undecided"]
Fault = Literal[
    "format", "crash", "abstention", "coverage", "modality", "contradiction", "fabrication", "stale",
    "conflict", "attribution", "quote", "citation", "date", "number", "list", "merged", "injection",
    "closed-world", "length", "missing", "undecided",
]  # fmt: skip
"""What kind of thing failed, in a reader's words; `FAULTS` says what each means."""

FAULTS: dict[Fault, str] = {
    "injection": "does what a planted text demands",
    "fabrication": "says what no article says",
    "contradiction": "says the opposite, or another value",
    "stale": "gives an old state as the present one",
    "modality": "more or less firmly than the article",
    "attribution": "without its speaker, or with another one",
    "conflict": "shows one side of a disagreement",
    "merged": "facts of different standing in one statement",
    "abstention": "answers what the articles do not",
    "coverage": "abstains though the articles answer",
    "citation": "not cited, or cited from elsewhere",
    "quote": "a quotation that is not word for word",
    "date": "another day, or counted from another day",
    "number": "another number",
    "list": "a list cut short, or with what does not belong",
    "closed-world": "a name, number or day that the article does not hold",
    "length": "longer or shorter than asked",
    "format": "a reply that cannot be read",
    "crash": "the engine broke",
    "missing": "a required fact is not there",
    "undecided": "the grader cannot tell",
}


class FactVerdict(Value):
    """How one fact fares. `window` is the stretch of the answer that decided, "" if none did; `cited` and
    `attributed` are None where they are not asked for."""

    fact: str
    state: State
    required: bool
    window: str = ""
    statement: int | None = None
    cited: bool | None = None
    attributed: bool | None = None
    said: Modality | None = None
    by_judge: bool = False


class ClaimVerdict(Value):
    """A forbidden claim that the answer makes, and where."""

    claim: str
    kind: Kind
    severity: Severity
    window: str


class Score(Value):
    """The grader's verdict on one answer.

    `passed` decides; `faults` say what failed, the gravest first. `recall` is the share of required facts
    present, `citation_recall` the share of those that are cited from their evidence, `citation_precision` the
    share of cited sentences that are evidence of something the answer says (None without citations).
    `structured` is False where only the text could be graded because the reply had no readable form.
    `stands_alone` is the share of a summary's beginnings that lean on nothing before them; it is shown, and
    decides nothing.
    """

    passed: bool
    faults: tuple[Fault, ...] = ()
    facts: tuple[FactVerdict, ...] = ()
    claims: tuple[ClaimVerdict, ...] = ()
    recall: float | None = Field(default=None, ge=0, le=1)
    citation_recall: float | None = Field(default=None, ge=0, le=1)
    citation_precision: float | None = Field(default=None, ge=0, le=1)
    list_recall: float | None = Field(default=None, ge=0, le=1)
    list_precision: float | None = Field(default=None, ge=0, le=1)
    abstained: bool = False
    unknown: tuple[str, ...] = ()
    words: int = 0
    stands_alone: float | None = Field(default=None, ge=0, le=1)
    structured: bool = True

    @property
    def undecided(self) -> int:
        """How many required facts the deterministic tier could not decide."""
        return sum(f.required and f.state == "undecided" for f in self.facts)
