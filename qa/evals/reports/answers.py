"""One side's answer as it is shown: cleaned text, what it cites, what was withheld, what to mark in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from qa.evals.reports.figures import trial_faults
from qa.evals.reports.marking import at_fault, located, merged
from qa.evals.reports.wording import line_of, lines_of
from qa.evals.runs import Trial, TrialState
from qa.evals.scores import FactVerdict, Fault, Score
from qa.types import Notice, Span, Value


class Cited(Value):
    """A citation of an answer, in short."""

    marker: int
    outlet: str
    published: dt.date | None
    quote: str


class Shown(Value):
    """One side's representative answer. `text` is the raw reply where no answer could be read from it, ""
    where there was none; `marks` are at fault, `differs` the words that the other side does not have so.
    """

    trial: int
    state: TrialState
    passed: bool
    text: str
    abstained: bool = False
    faults: tuple[Fault, ...] = ()
    withheld: tuple[Notice, ...] = ()
    error: str = ""
    citations: tuple[Cited, ...] = ()
    score: Score | None = None
    marks: tuple[Span, ...] = ()
    differs: tuple[Span, ...] = ()


def answer_text(trial: Trial | None) -> str:
    """What a trial says, cleaned: its answer, or the reply that could not be read; "" without one."""
    if trial is None:
        return ""
    return lines_of(trial.said.text if trial.said else trial.text)


def shown_answer(trial: Trial | None, text: str, differs: Sequence[Span]) -> Shown | None:
    """A trial as it is shown; `text` is its cleaned text, `differs` where the other side's is another."""
    if trial is None:
        return None
    answer, score = trial.said, trial.score
    warnings = answer.warnings if answer else ()
    return Shown(
        trial=trial.trial,
        state=trial.state,
        passed=trial.passed,
        text=text,
        abstained=answer.abstained if answer else False,
        faults=trial_faults(trial),
        withheld=tuple(w.model_copy(update={"message": line_of(w.message)}) for w in warnings),
        error=line_of(trial.error),
        citations=_cited(trial),
        score=score,
        marks=_marks(text, score, differs) if score else (),
        differs=tuple(differs),
    )


def _cited(trial: Trial) -> tuple[Cited, ...]:
    return tuple(
        Cited(
            marker=c.marker,
            outlet=line_of(c.outlet),
            published=c.published.date() if c.published else None,
            quote=line_of(c.quote),
        )
        for c in (trial.said.citations if trial.said else ())
    )


def _marks(text: str, score: Score, differs: Sequence[Span]) -> tuple[Span, ...]:
    bad = [f for f in score.facts if f.required and f.window and faulty(f)]
    worded = [c.window for c in score.claims] + [f.window for f in bad if f.state != "present"]
    # What is stated without its speaker or its source is at fault as a whole, not for a word in it.
    whole = [f.window for f in bad if f.state == "present"] + list(score.unknown)
    return merged([*at_fault(text, worded, differs), *(span for w in whole for span in located(w, text))])


def faulty(fact: FactVerdict) -> bool:
    """Whether the answer says something of the fact and says it badly."""
    wrong = fact.state in ("wrong_modality", "contradicted")
    return wrong or (fact.state == "present" and False in (fact.cited, fact.attributed))
