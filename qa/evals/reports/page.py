"""A comparison or a run as one static page that works offline: no request, no framework, nothing live in it.

The page's own style and script are the only ones its content security policy lets run, by their hashes.
Everything else is text, escaped by the template.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from qa.errors import MissingExtraError
from qa.evals.reports import wording
from qa.evals.reports.answers import Shown
from qa.evals.reports.figures import run_figures
from qa.evals.reports.marking import segments
from qa.evals.reports.material import Change, FactChange, run_changes
from qa.evals.runs import Run
from qa.evals.scores import FAULTS, FactVerdict, Fault
from qa.evals.suite import Suite
from qa.evals.verdicts import SuiteTest, Verdict
from qa.sources.clean import safe_characters

if TYPE_CHECKING:
    from jinja2 import Environment

OPEN = ("regressed", "suspected", "failed")
"""What is unfolded when the page opens, besides new forbidden claims."""
MOST_OPEN = 20


class Bar(NamedTuple):
    """A fault in the small chart: how often, what it means, and how long its bar is, 0 to 100."""

    fault: Fault
    words: str
    times: int
    width: float


class Dial(NamedTuple):
    """The difference and its interval on a line of 400 units; `margin` is where "no worse" ends."""

    low: float
    high: float
    point: float
    zero: float
    margin: float
    span: float


def comparison_page(verdict: Verdict, changes: Sequence[Change], *, command: str = wording.COMMAND) -> str:
    """The page of a comparison. `changes` are what `material.changes` found, `command` reproduces it.

    Raises MissingExtraError without Jinja2.
    """
    return _rendered(
        verdict=verdict,
        dial=dial(verdict.suite, verdict.margin) if verdict.suite else None,
        bars=bars(verdict.faults),
        changes=changes,
        command=command,
        title=f"{verdict.outcome}: {verdict.candidate.id}",
    )


def run_page(run: Run, suite: Suite) -> str:
    """The page of a single run: its figures, and every question with one answer, the failing first.

    Raises MissingExtraError without Jinja2.
    """
    figures = run_figures(run, suite)
    return _rendered(
        verdict=None,
        run=run,
        figures=figures,
        bars=bars(figures.faults),
        changes=run_changes(run, suite),
        title=f"run {run.header.id}",
    )


def bars(faults: dict[Fault, int]) -> list[Bar]:
    """The chart of the faults, the most frequent first."""
    most = max(faults.values(), default=1)
    ordered = sorted(faults.items(), key=lambda item: -item[1])
    return [Bar(fault, FAULTS[fault], times, round(100 * times / most, 1)) for fault, times in ordered]


def dial(test: SuiteTest, margin: float) -> Dial:
    """Where the difference, its interval and the margin stand on the line, zero in the middle."""
    span = 1.15 * max(abs(test.low), abs(test.high), margin, 0.01)

    def place(difference: float) -> float:
        return round(200 + 200 * difference / span, 1)

    low, high = place(test.low), place(test.high)
    return Dial(low, high, place(test.difference), place(0), place(-margin), span)


# ---------------------------------------------------------------- what the template calls


def _paragraphs(shown: Shown, *, marked: bool) -> list[list[Any]]:
    """An answer as paragraphs of segments; `marked` is False where its faults are not the news."""
    lines: list[list[Any]] = [[]]
    for segment in segments(shown.text, shown.marks if marked else (), shown.differs):
        first, *others = segment.text.split("\n")
        lines[-1].append(segment._replace(text=first))
        lines += [[segment._replace(text=other)] for other in others]
    return [line for line in lines if any(segment.text.strip() for segment in line)]


def _verdict_class(fact: FactVerdict | None) -> str:
    """The colour of a verdict's chip."""
    if fact is None:
        return "none"
    if fact.state == "present":
        return "weak" if False in (fact.cited, fact.attributed) else "good"
    return "weak" if fact.state == "undecided" else "bad"


def _remarks(fact: FactVerdict | None) -> list[str]:
    """What else a fact lacks."""
    if fact is None:
        return []
    cited = ["not cited from its evidence"] if fact.cited is False else []
    return cited + (["without its speaker"] if fact.attributed is False else [])


def _misplaced(change: FactChange, fact: FactVerdict | None) -> bool:
    """Whether the modality that was said is not the article's."""
    return bool(fact and fact.said and fact.said not in change.expected)


def _unfolded(changes: Sequence[Change]) -> set[str]:
    """The questions that are unfolded when the page opens; where too many would be, a list reads better."""
    claiming = {change.task for change in changes if change.new_claims}
    failing = {change.task for change in changes if change.status in OPEN}
    return claiming | (failing if len(failing) <= MOST_OPEN else set())


def _finalized(value: Any) -> Any:
    """What the template puts out, without the characters that hide or reorder words."""
    # Markup, which is what a macro returns, has been through here.
    return safe_characters(value) if type(value) is str else value


def _environment() -> Environment:
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
    except ImportError as exc:
        raise MissingExtraError("the page needs the package jinja2", "pip install 'qa[eval]'") from exc
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        finalize=_finalized,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "wording": wording,
        "faults": FAULTS,
        "paragraphs": _paragraphs,
        "verdict_class": _verdict_class,
        "remarks": _remarks,
        "misplaced": _misplaced,
    }
    return environment


def _rendered(**values: Any) -> str:
    environment = _environment()
    hashes = {kind: _hash(environment, f"page.{kind}") for kind in ("css", "js")}
    template = environment.get_template("page.html.j2")
    return template.render(hashes=hashes, unfolded=_unfolded(values["changes"]), **values) + "\n"


def _hash(environment: Environment, name: str) -> str:
    """The hash by which the policy knows what the template includes under `name`."""
    text = environment.get_template(name).render()
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
