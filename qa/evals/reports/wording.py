"""The words and number forms that all reports share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from qa.evals.reports.figures import Figure, Figures
from qa.evals.scores import FAULTS, Fault, State
from qa.evals.verdicts import Guardrail, Side, SuiteTest, Verdict
from qa.sources.clean import clean_line, safe_characters

LIMITS = (
    "The grader goes by rules alone. It cannot follow free paraphrase, “he” across sentences, implicature, "
    "irony, arithmetic (“half of”), two values of one type in a sentence, or languages other than English; "
    "what it cannot tell counts as undecided, not as missing."
)
"""What a reader must know about every figure here."""

STATES: dict[State, str] = {
    "present": "stated",
    "wrong_modality": "wrong modality",
    "contradicted": "contradicted",
    "absent": "missing",
    "undecided": "undecided",
}
STATUSES: dict[str, str] = {
    "regressed": "was stable, fails now",
    "suspected": "was stable, fails now and then",
    "fixed": "failed, is stable now",
    "flaky": "not stable",
    "quarantined": "in quarantine: shown, never decides",
    "infra": "no reply to compare",
    "new": "not in the baseline",
    "same": "graded as before",
    "passed": "passed every time",
    "failed": "never passed",
}
COMMAND = "qa eval gate --cache replay"
"""What reproduces a comparison where the caller does not say better."""
MONTHS = "January February March April May June July August September October November December".split()
UNGATED = ("quarantined", "infra", "new")
"""Cases of the gate's tier that the suite's figures leave out."""
OLD = 30
"""Days after which a baseline is called old."""


def line_of(text: str) -> str:
    """Untrusted `text` on one line, without characters that act on a terminal or hide and reorder words."""
    return clean_line(text.expandtabs(4))


def lines_of(text: str) -> str:
    """The same with its line breaks."""
    return safe_characters(text.expandtabs(4)).strip()


def clip(text: str, most: int) -> str:
    """At most `most` characters of `text`, with "…" where some are left out."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def count(number: int, noun: str) -> str:
    """A number with its noun: "1 case", "1,204 cases"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def day(when: dt.date | None) -> str:
    """A day as newspapers write it; "date unknown" for None."""
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}" if when else "date unknown"


def percent(share: float | None) -> str:
    """A share as a percentage: "82.1 %"; "-" for None."""
    return "-" if share is None else f"{100 * share:.1f} %"


def points(difference: float, *, signed: bool = True) -> str:
    """A difference of shares in percentage points: "+0.4"; a true minus sign for a drop."""
    said = f"{100 * difference:+.1f}" if signed else f"{100 * difference:.1f}"
    return said.replace("-", "−")


def error(figure: Figure) -> str:
    """The standard error of a figure in percentage points: "3.4"; "-" where it is unknown."""
    return "-" if figure.se is None else f"{100 * figure.se:.1f}"


def p_value(p: float) -> str:
    """A p-value with three digits: "0.012"; "<0.001" below that."""
    return "<0.001" if p < 0.0005 else f"{p:.3f}"


def money(cost: float | None) -> str:
    """A cost in dollars: "$0.42", with four digits below ten cents; "cost unknown" for None."""
    if cost is None:
        return "cost unknown"
    return f"${cost:,.2f}" if cost == 0 or cost >= 0.1 else f"${cost:.4f}"


def fault_words(faults: Iterable[Fault]) -> str:
    """Faults in a reader's words: "modality (more or less firmly than the article), ..."."""
    return ", ".join(f"{fault} ({FAULTS[fault]})" for fault in faults)


def headline(verdict: Verdict) -> str:
    """What the verdict rests on, in one line: difference, interval, p, MDE, cases, articles, answers."""
    test = verdict.suite
    if test is None:
        return "nothing to compare"
    gated = [c for c in verdict.cases if c.tier == "gate" and c.status not in UNGATED]
    before, after = sum(c.base_trials for c in gated), sum(c.trials for c in gated)
    return (
        f"{points(test.difference)} points ({interval(test)}), p of a drop {p_value(test.p_drop)}, "
        f"MDE {points(test.mde, signed=False)} points; {count(test.cases, 'case')}, "
        f"{count(test.clusters, 'article')}, {count(before, 'baseline answer')}, {count(after, 'answer')} now"
    )


def rail_value(rail: Guardrail, value: float) -> str:
    """A guardrail's figure: a share as a percentage, anything else with one digit."""
    return percent(value) if max(rail.base, rail.candidate) <= 1 else f"{value:,.1f}"


def interval(test: SuiteTest) -> str:
    """The confidence interval of the difference, in percentage points."""
    return f"95 % CI {points(test.low)} to {points(test.high)}"


def engine_of(side: Side) -> str:
    """What answered: engine, model and prompt."""
    parts = [side.engine, line_of(side.model), line_of(side.prompt)]
    return " ".join(part for part in parts if part)


def cost_line(verdict: Verdict) -> str:
    """Calls, tokens, cost and time of the candidate beside the baseline's."""
    now, then = verdict.candidate, verdict.base
    if not (now.calls or then.calls):
        return "none, no model was called"
    return (
        f"{count(now.calls, 'call')} ({now.replayed:,} replayed), {now.tokens:,} tokens, {money(now.cost)}, "
        f"{now.seconds:,.1f} s of model time; baseline {count(then.calls, 'call')}, {then.tokens:,} tokens, "
        f"{money(then.cost)}, {then.seconds:,.1f} s"
    )


def usage_line(figures: Figures) -> str:
    """What one run cost: calls, tokens, dollars, time."""
    if not figures.calls:
        return "none, no model was called"
    tokens = figures.input_tokens + figures.output_tokens
    judging = ""
    if figures.judge_calls:
        judging = f"; the judge: {count(figures.judge_calls, 'call')}, {money(figures.judge_cost)}"
    return (
        f"{count(figures.calls, 'call')} ({figures.replayed:,} replayed), {tokens:,} tokens "
        f"({figures.output_tokens:,} written), {money(figures.cost)}, {figures.seconds:,.1f} s of model time"
        f"{judging}"
    )


def per_answer(verdict: Verdict) -> str:
    """How tokens and time per answer changed, "" where there is none or no model was called."""
    now, then = verdict.candidate, verdict.base
    if not (now.trials and then.trials and (now.calls or then.calls)):
        return ""
    tokens = now.tokens / now.trials - then.tokens / then.trials
    seconds = now.seconds / now.trials - then.seconds / then.trials
    said = [f"{tokens:+,.0f} tokens", f"{seconds:+.2f} s"]
    if now.cost is not None and then.cost is not None:
        cost = now.cost / now.trials - then.cost / then.trials
        said.append(f"{'−' if cost < 0 else '+'}${abs(cost):.5f}")
    return ", ".join(said).replace("-", "−") + " per answer"


def baseline_age(verdict: Verdict) -> str:
    """How old the baseline was when the candidate ran, with a warning beyond 30 days."""
    then, now = _moment(verdict.base.created), _moment(verdict.candidate.created)
    if then is None or now is None:
        return "age unknown"
    days = max(0, (now - then).days)
    return count(days, "day") + " older than this run" + (": bless a new one" if days > OLD else "")


def _moment(created: str) -> dt.datetime | None:
    try:
        when = dt.datetime.fromisoformat(created)
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=dt.UTC)


def pass_at_line(verdict: Verdict) -> str:
    """pass@k and pass^k for information, "" where there are none."""
    return ", ".join(f"{line_of(name)} {share:.3f}" for name, share in verdict.pass_at.items())
