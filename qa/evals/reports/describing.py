"""Evidence, facts and verdicts of a case in one line each, as every format but the page says them."""

from __future__ import annotations

from qa.evals.reports.material import Evidence, FactChange
from qa.evals.reports.wording import STATES, day
from qa.evals.scores import FactVerdict


def evidence_line(evidence: Evidence) -> str:
    """An article's sentence with its outlet and date: "“...” (The Courier, 13 January 2026, s4)"."""
    outlet = evidence.outlet or "outlet unknown"
    return f"“{evidence.sentence}” ({outlet}, {day(evidence.published)}, {evidence.number})"


def fact_line(fact: FactChange) -> str:
    """A fact's verdicts: "deal: stated, said as expected -> missing; in the article: expected. ..."."""
    name = fact.name.partition(":")[2] + ("" if fact.required else " (allowed)")
    after = verdict_words(fact.after)
    change = after if fact.before is None else f"{verdict_words(fact.before)} -> {after}"
    return f"{name}: {change}; in the article: {' or '.join(fact.expected)}. {fact.text}"


def verdict_words(verdict: FactVerdict | None) -> str:
    """One side's verdict in words: "stated, said as expected"; "not graded" for None."""
    if verdict is None:
        return "not graded"
    words = STATES[verdict.state] + (f", said as {verdict.said}" if verdict.said else "")
    if verdict.cited is False:
        words += ", not cited from its evidence"
    if verdict.attributed is False:
        words += ", without its speaker"
    return words
