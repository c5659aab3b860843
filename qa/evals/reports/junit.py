"""A comparison as JUnit XML for CI viewers: one test case for each question, and one for the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from qa.evals.reports.answers import Shown
from qa.evals.reports.describing import evidence_line, fact_line
from qa.evals.reports.material import Change
from qa.evals.reports.wording import (
    cost_line,
    count,
    fault_words,
    headline,
    line_of,
    lines_of,
)
from qa.evals.verdicts import CaseVerdict, Verdict

_TOTALS = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}
_SKIPPED = {"infra": "no reply to compare", "quarantined": "in quarantine", "new": "not in the baseline"}


def junit_report(verdict: Verdict, changes: Sequence[Change]) -> str:
    """The XML. A regressed question is a failure; what was not compared is skipped; an inconclusive verdict
    is an error, so that it is never taken for a pass.
    """
    known = {change.task: change for change in changes}
    root = ET.Element("testsuites")
    suite = _element(root, "testsuite", name="qa eval", timestamp=verdict.candidate.created)
    properties = _element(suite, "properties")
    for name, value in _figures(verdict).items():
        _element(properties, "property", name=name, value=value)
    _verdict(suite, verdict)
    for case in verdict.cases:
        _case(suite, case, known.get(line_of(case.task)))
    compared = {case.task for case in verdict.cases}
    for task, why in verdict.left_out.items():
        if task not in compared:
            _element(_testcase(suite, task), "skipped", message=f"left out: {why}")
    for total, tag in _TOTALS.items():
        suite.set(total, str(sum(1 for _ in suite.iter(tag))))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _verdict(suite: ET.Element, verdict: Verdict) -> None:
    element = _element(suite, "testcase", classname="suite", name="verdict")
    if verdict.outcome == "no worse":
        return
    kind = "failure" if verdict.outcome == "regressed" else "error"
    message = f"{verdict.outcome}: {headline(verdict)}"
    _element(element, kind, "\n".join(verdict.reasons), message=message)


def _case(suite: ET.Element, case: CaseVerdict, change: Change | None) -> None:
    element = _testcase(suite, case.task)
    body = _body(case, change)
    if case.status == "regressed":
        message = fault_words(change.faults if change else case.faults) or "fails where the baseline passed"
        _element(element, "failure", body, message=message, type="regressed")
    elif case.status in _SKIPPED:
        _element(element, "skipped", message=_SKIPPED[case.status])
    elif change and case.status != "same":
        _element(element, "system-out", f"{case.status}\n{body}")


def _testcase(suite: ET.Element, task: str) -> ET.Element:
    article, _, name = line_of(task).partition("/")
    return _element(suite, "testcase", classname=article, name=name or article)


def _element(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
    """A new element; all that it holds is free of characters that XML does not allow."""
    cleaned = {name: line_of(value) for name, value in attributes.items()}
    element = ET.SubElement(parent, tag, cleaned)
    element.text = lines_of(text) or None
    return element


def _body(case: CaseVerdict, change: Change | None) -> str:
    lines = [
        f"question: {line_of(case.question)}",
        f"passed {case.base_passed}/{case.base_trials} in the baseline, {case.passed}/{case.trials} now",
    ]
    if change is None:
        return "\n".join(lines)
    lines += [f"forbidden claim: {c.text} (in {count(c.trials, 'answer')})" for c in change.new_claims]
    lines += [f"article: {evidence_line(e)}" for e in change.evidence]
    lines += [f"baseline: {_said(change.before)}", f"now: {_said(change.after)}"]
    lines += [f"summary: {line}" for line in change.shortfalls]
    lines += [f"fact {fact_line(fact)}" for fact in change.facts]
    return "\n".join(lines)


def _said(shown: Shown | None) -> str:
    if shown is None:
        return "(no answer)"
    said = lines_of(shown.text) or "(no answer)"
    return f"{said} ({shown.state}: {shown.error})" if shown.error else said


def _figures(verdict: Verdict) -> dict[str, str]:
    figures = {
        "outcome": verdict.outcome,
        "exit_code": str(verdict.exit_code),
        "margin": f"{verdict.margin:g}",
        "baseline_run": verdict.base.id,
        "candidate_run": verdict.candidate.id,
        "cost": cost_line(verdict),
    }
    if test := verdict.suite:
        numbers = test.model_dump(exclude_none=True)
        figures |= {name: f"{value:.6g}" for name, value in numbers.items()}
    figures |= {f"faults.{fault}": str(times) for fault, times in verdict.faults.items()}
    figures |= {f"guardrail.{r.name}": f"{r.base:.6g} -> {r.candidate:.6g}" for r in verdict.guardrails}
    return figures | {name: f"{share:.6g}" for name, share in verdict.pass_at.items()}
