"""Runs and comparisons as lines for a terminal. Every figure has its standard error beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from qa.evals.reports.answers import Shown
from qa.evals.reports.describing import evidence_line, fact_line
from qa.evals.reports.figures import Figure, Figures, run_figures
from qa.evals.reports.material import Change, ClaimMade, run_changes
from qa.evals.reports.wording import (
    COMMAND,
    LIMITS,
    baseline_age,
    clip,
    cost_line,
    count,
    engine_of,
    error,
    fault_words,
    headline,
    line_of,
    p_value,
    pass_at_line,
    per_answer,
    percent,
    rail_value,
    usage_line,
)
from qa.evals.runs import Run
from qa.evals.scores import FAULTS, Fault
from qa.evals.suite import Suite
from qa.evals.verdicts import Guardrail, Verdict

NAME = 40
"""Columns of a table's first column."""
LABEL = 12
"""Columns of a label before a line of a case."""
LONGEST_ANSWER = 1500
"""Characters; a longer answer is cut, around what is marked in it."""


def run_lines(run: Run, suite: Suite, *, failing: bool = False) -> list[str]:
    """A run as a table of figures; with `failing` also each question that fails, and why a summary does."""
    figures = run_figures(run, suite)
    lines = [
        *_run_head(run, figures),
        "",
        *_passed(figures),
        "",
        *_measures(figures),
        "",
        *_summaries(figures),
        *_broken(figures.faults),
    ]
    if failing:
        failed = run_changes(run, suite, failing=True)
        lines += ["", *(line for change in failed for line in _failing_lines(change))]
    return [*lines, "", f"cost: {usage_line(figures)}", f"limits: {LIMITS}"]


def verdict_lines(verdict: Verdict, changes: Sequence[Change], *, command: str = COMMAND) -> list[str]:
    """A comparison: the verdict in the first line, why, what broke, then every case that changed.

    `changes` are what `material.changes` found; `command` reproduces the comparison.
    """
    lines = [f"{verdict.outcome}: {headline(verdict)}"]
    lines += [f"why: {line_of(reason)}" for reason in verdict.reasons]
    lines += [f"note: {line_of(note)}" for note in verdict.notes]
    if verdict.faults:
        lines += ["", *_broken(verdict.faults)]
    for change in changes:
        if change.new_claims or change.status in ("regressed", "suspected"):
            lines += ["", *_case(change)]
    for status in ("fixed", "flaky", "quarantined", "infra", "new"):
        lines += _short_cases(status, [c for c in changes if c.status == status and not c.new_claims])
    lines += _guardrails(verdict.guardrails)
    lines += _left_out(verdict.left_out)
    return [*lines, "", *_closing(verdict, command)]


# ---------------------------------------------------------------- one run


def _run_head(run: Run, figures: Figures) -> Iterator[str]:
    header = run.header
    prompt = f"{header.prompt.name}@{header.prompt.version}" if header.prompt else ""
    parts = [header.engine, line_of(header.model), line_of(prompt)]
    yield f"run {line_of(header.id)}: suite {line_of(header.suite)}, {' '.join(p for p in parts if p)}"
    passed = figures.passed
    said = f"{count(passed.cases, 'question')} about {count(passed.clusters, 'article')}"
    yield f"{said}, {count(figures.trials, 'answer')}, {figures.infra:,} without a reply"
    if figures.quarantined:
        yield f"{count(figures.quarantined, 'question')} in quarantine, in no figure here"
    if figures.unknown:
        yield f"{count(figures.unknown, 'question')} not in this suite, left out"


def _passed(figures: Figures) -> Iterator[str]:
    yield _row("passed", "share", "SE", "questions", "articles")
    yield _figure(figures.passed)
    yield "by kind of question"
    yield from (_figure(f, indent=2) for f in figures.by_ask)
    if figures.by_tag:
        yield "by what a question is there to catch"
        yield from (_figure(f, indent=2) for f in figures.by_tag)


def _measures(figures: Figures) -> Iterator[str]:
    yield _row("besides", "share", "SE", "questions", "articles")
    yield from (_figure(f) for f in figures.measures)


def _summaries(figures: Figures) -> Iterator[str]:
    if figures.summaries:
        yield _row("summaries", "share", "SE", "questions", "articles")
        yield from (_figure(f) for f in figures.summaries)
        yield ""


def _figure(figure: Figure, indent: int = 0) -> str:
    name = " " * indent + line_of(figure.name)
    return _row(name, percent(figure.mean), error(figure), f"{figure.cases:,}", f"{figure.clusters:,}")


def _row(name: str, share: str, se: str, cases: str, clusters: str) -> str:
    return f"{name:<{NAME}}{share:>9}{se:>7}{cases:>12}{clusters:>11}"


def _broken(faults: dict[Fault, int]) -> Iterator[str]:
    yield "what broke" if faults else "nothing broke"
    for fault, times in sorted(faults.items(), key=lambda item: -item[1]):
        yield f"  {times:>4}  {fault:<15}{FAULTS[fault]}"


def _failing_lines(change: Change) -> Iterator[str]:
    if change.status == "infra":
        yield f"no reply  {change.task}  {change.after.error if change.after else ''}".rstrip()
        return
    yield f"{_ratio(change.passed, change.trials):>6}  {change.task}  {', '.join(change.faults)}"
    yield from (f"{'':>8}{line}" for line in change.shortfalls)


# ---------------------------------------------------------------- one case


def _case(change: Change) -> Iterator[str]:
    before, after = _ratio(change.base_passed, change.base_trials), _ratio(change.passed, change.trials)
    yield f"{change.status}: {change.task}, passed {before} -> {after}"
    if change.faults:
        yield _labelled("faults", fault_words(change.faults))
    yield from (_labelled("CLAIMS", _claim(claim)) for claim in change.new_claims)
    yield _labelled("question", change.question)
    yield from (_labelled("article", evidence_line(e)) for e in change.evidence)
    if change.trap:
        yield _labelled("trap", change.trap)
    yield from _answer("baseline", change.before)
    yield from _answer("candidate", change.after)
    if change.after and change.after.marks:
        marked = [change.after.text[m.start : m.end] for m in change.after.marks]
        yield _labelled("words", ", ".join(f"“{line_of(m)}”" for m in marked))
    yield from (_labelled("summary", line) for line in change.shortfalls)
    yield from (_labelled("fact", fact_line(fact)) for fact in change.facts)
    if change.after:
        yield from (_labelled("warning", w.message) for w in change.after.withheld)


def _answer(label: str, shown: Shown | None) -> Iterator[str]:
    if shown is None:
        yield _labelled(label, "(no answer)")
        return
    text = line_of(shown.text)
    yield _labelled(label, clip(text, LONGEST_ANSWER) or "(no answer)")
    if shown.error:
        yield _labelled("error", clip(shown.error, LONGEST_ANSWER))


def _labelled(label: str, text: str) -> str:
    return f"  {label:<{LABEL}}{text}"


def _ratio(passed: int, trials: int) -> str:
    return f"{passed}/{trials}"


def _claim(claim: ClaimMade) -> str:
    return f"{claim.text} ({claim.kind.replace('_', ' ')}, in {count(claim.trials, 'answer')})"


def _short_cases(status: str, found: Sequence[Change]) -> Iterator[str]:
    if found:
        yield ""
        yield f"{status}: {count(len(found), 'case')}"
    for change in found:
        before, after = _ratio(change.base_passed, change.base_trials), _ratio(change.passed, change.trials)
        why = change.after.error if status == "infra" and change.after else ", ".join(change.faults)
        why = f"was {why}" if why and status == "fixed" else why
        yield f"  {change.task}, passed {before} -> {after}" + (f": {why}" if why else "")


# ---------------------------------------------------------------- the end


def _guardrails(guardrails: Iterable[Guardrail]) -> Iterator[str]:
    rails = list(guardrails)
    if rails:
        yield ""
        yield f"{'guardrails':<{NAME}}{'baseline':>10}{'now':>10}{'p (Holm)':>10}"
    for rail in rails:
        before, now = rail_value(rail, rail.base), rail_value(rail, rail.candidate)
        figures = f"{before:>10}{now:>10}{p_value(rail.p_holm):>10}"
        state = "BROKEN" if rail.broken else "" if rail.gates else "for information"
        yield f"{line_of(rail.name):<{NAME}}{figures}  {state}".rstrip()


def _left_out(left_out: dict[str, str]) -> Iterator[str]:
    if left_out:
        yield ""
        yield f"left out: {count(len(left_out), 'question')}"
    yield from (f"  {line_of(task)}: {line_of(why)}" for task, why in left_out.items())


def _closing(verdict: Verdict, command: str) -> Iterator[str]:
    yield f"baseline: {line_of(verdict.base.id)}, {engine_of(verdict.base)}, {baseline_age(verdict)}"
    yield f"candidate: {line_of(verdict.candidate.id)}, {engine_of(verdict.candidate)}"
    base, now = verdict.base, verdict.candidate
    yield f"undecided: {percent(base.undecided)} in the baseline, {percent(now.undecided)} now"
    yield f"no reply: {base.infra:,} in the baseline, {now.infra:,} now"
    if pass_at := pass_at_line(verdict):
        yield f"for information: {pass_at}"
    yield f"cost: {cost_line(verdict)}"
    if change := per_answer(verdict):
        yield f"change: {change}"
    yield f"again: {line_of(command)}"
    yield f"limits: {LIMITS}"
