"""A comparison as one Markdown comment for a pull request: the verdict first, then what an editor must see.

GitHub takes 65,536 characters. What does not fit is left out section by section, each saying how much; the
verdict and the command never are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from qa.escaping import code, escaped, escaped_start
from qa.evals.reports.answers import Shown
from qa.evals.reports.describing import fact_line
from qa.evals.reports.marking import clipped, segments
from qa.evals.reports.material import Change, Evidence
from qa.evals.reports.wording import (
    COMMAND,
    LIMITS,
    baseline_age,
    clip,
    cost_line,
    count,
    day,
    engine_of,
    headline,
    line_of,
    p_value,
    pass_at_line,
    per_answer,
    percent,
    rail_value,
)
from qa.evals.scores import FAULTS
from qa.evals.verdicts import Guardrail, Verdict

MOST = 60_000
"""Characters of a whole comment."""
LONGEST_ANSWER = 1200
LONGEST_SENTENCE = 500
SHARES = 8
"""Each section may first fill this part of the room, so that many regressions hide nothing else."""
SENTENCES = 3
"""Article sentences that are shown of a case."""


class _Section(NamedTuple):
    """A part of the comment that is cut when there is no room. `first` gets its room before the others."""

    title: str
    items: Sequence[str]
    end: str = ""
    first: bool = False


def markdown_report(
    verdict: Verdict, changes: Sequence[Change], *, command: str = COMMAND, most: int = MOST
) -> str:
    """The comment, at most `most` characters. `changes` are what `material.changes` found, `command`
    reproduces the comparison.
    """
    head = f"**qa eval: {verdict.outcome}** · {headline(verdict)}"
    tail = f"To see it again:\n\n{code(clip(line_of(command), 1000))}"
    sections = [s for s in _sections(verdict, changes) if s.items]
    room = most - len(head) - len(tail) - 8
    return "\n\n".join([head, *_fitted(sections, room), tail]) + "\n"


def _sections(verdict: Verdict, changes: Sequence[Change]) -> Iterator[_Section]:
    claiming = [c for c in changes if c.new_claims]
    others = [c for c in changes if not c.new_claims]

    def of(*statuses: str) -> list[Change]:
        return [c for c in others if c.status in statuses]

    reasons = [*verdict.reasons, *(f"note: {note}" for note in verdict.notes)]
    yield _Section("", [_item(clip(reason, 400)) for reason in reasons], first=True)
    broke = sorted(verdict.faults.items(), key=lambda item: -item[1])
    yield _Section("### What broke", [f"- {times} × **{f}**: {FAULTS[f]}" for f, times in broke], first=True)
    yield _titled("New forbidden claims", claiming)
    besides = ", besides those above" if any(c.status == "regressed" for c in claiming) else ""
    yield _titled(f"Regressed{besides}", of("regressed"))
    yield _titled("Suspected", of("suspected"))
    yield _Section(f"### Fixed ({len(of('fixed'))})", [_short(c) for c in of("fixed")])
    yield _folded("Not stable, in quarantine, or new", [_short(c) for c in of("flaky", "quarantined", "new")])
    left = [f"- {_name(task)}: {escaped(clip(line_of(why), 300))}" for task, why in verdict.left_out.items()]
    yield _folded("No reply, or left out", [*(_short(c) for c in of("infra")), *left])
    yield _Section(_RAILS, [_rail(rail) for rail in verdict.guardrails], first=True)
    yield _Section("### The runs", list(_runs(verdict)), first=True)


def _titled(title: str, found: Sequence[Change]) -> _Section:
    return _Section(f"### {title} ({len(found)})", [_case(change) for change in found])


def _folded(title: str, items: Sequence[str]) -> _Section:
    return _Section(f"<details><summary>{title} ({len(items)})</summary>\n", items, "\n\n</details>")


def _fitted(sections: Sequence[_Section], room: int) -> list[str]:
    """Each section with as many of its items as there is room for, and how many more there are."""
    for section in sections:
        room -= len(section.title) + len(section.end) + len(_more(len(section.items))) + 8
    taken = [0] * len(sections)
    # What must be there; then a share for each; then the gravest takes what is left.
    for chosen, share in ((True, 1), (False, SHARES), (False, 1)):
        most = room // share
        for index, section in enumerate(sections):
            if section.first == chosen:
                number, used = _fill(section.items[taken[index] :], min(most, room))
                taken[index] += number
                room -= used
    return [_filled(section, taken[index]) for index, section in enumerate(sections)]


def _fill(items: Sequence[str], room: int) -> tuple[int, int]:
    """How many of `items` fit, and how much room they take with their line breaks."""
    used = 0
    for number, item in enumerate(items):
        if used + len(item) + 1 > room:
            return number, used
        used += len(item) + 1
    return len(items), used


def _filled(section: _Section, number: int) -> str:
    lines = [section.title, *section.items[:number]] if section.title else [*section.items[:number]]
    if left := len(section.items) - number:
        lines += ["", _more(left)]
    return "\n".join(lines) + section.end


def _more(number: int) -> str:
    return f"and {number:,} more"


# ---------------------------------------------------------------- cases


def _case(change: Change) -> str:
    lines = [
        f"\n**{escaped(clip(change.question, 300))}**<br>{_name(change.task)}, passed {_ratios(change)}"
        + "".join(f"<br>{fault}: {FAULTS[fault]}" for fault in change.faults),
        "",
    ]
    for claim in change.new_claims:
        said = f"{clip(claim.text, 300)} ({claim.kind.replace('_', ' ')}, in {count(claim.trials, 'answer')})"
        lines.append(f"- **claims:** {escaped(said)}")
    lines += [f"- **the article:** {_sentence(e)}" for e in change.evidence[:SENTENCES]]
    if change.trap:
        lines.append(f"- **trap:** {escaped(clip(change.trap, 300))}")
    lines += [f"- **baseline:** {_answer(change.before)}", f"- **now:** {_answer(change.after, bold=True)}"]
    lines += [f"- **summary:** {escaped(clip(line, 500))}" for line in change.shortfalls]
    lines += [f"- **fact** {escaped(clip(fact_line(fact), 500))}" for fact in change.facts]
    withheld = change.after.withheld if change.after else ()
    lines += [f"- **warning:** {escaped(clip(notice.message, 300))}" for notice in withheld]
    return "\n".join(lines)


def _short(change: Change) -> str:
    why = change.after.error if change.status == "infra" and change.after else ", ".join(change.faults)
    why = f"was {why}" if why and change.status == "fixed" else why
    said = f"- {_name(change.task)} {_ratios(change)}: {escaped(clip(change.question, 200))}"
    return said + (f" ({escaped(clip(why, 200))})" if why else "")


def _answer(shown: Shown | None, *, bold: bool = False) -> str:
    """An answer on one line of Markdown, with what is at fault in bold."""
    if shown is None:
        return "no answer"
    text, marks = clipped(shown.text, shown.marks, LONGEST_ANSWER)
    pieces = []
    for segment in segments(text, marks if bold else ()):
        said = "<br>".join(escaped(line_of(line)) for line in segment.text.split("\n"))
        lead = " " if segment.text[:1] == " " else ""
        trail = " " if segment.text[-1:] == " " and segment.text.strip() else ""
        pieces.append(lead + (f"<b>{said}</b>" if segment.marked else said) + trail)
    said = "".join(pieces)
    error = f" ({shown.state}: {escaped(clip(shown.error, 300))})" if shown.error else ""
    return (said.strip() or "no answer") + error


def _sentence(evidence: Evidence) -> str:
    where = f"{evidence.outlet or 'outlet unknown'}, {day(evidence.published)}"
    return f"“{escaped(clip(evidence.sentence, LONGEST_SENTENCE))}” ({escaped(where)})"


def _ratios(change: Change) -> str:
    return f"{change.base_passed}/{change.base_trials} → {change.passed}/{change.trials}"


def _name(task: str) -> str:
    return f"`{clip(line_of(task), 120).replace('`', '')}`"


def _item(text: str) -> str:
    return f"- {escaped_start(line_of(text))}"


# ---------------------------------------------------------------- figures

_RAILS = "### Guardrails\n\n| figure | baseline | now | p (Holm) | |\n|---|---:|---:|---:|---|"


def _rail(rail: Guardrail) -> str:
    state = "**broken**" if rail.broken else "" if rail.gates else "for information"
    before, now = rail_value(rail, rail.base), rail_value(rail, rail.candidate)
    figures = f"{before} | {now} | {escaped(p_value(rail.p_holm))}"
    return f"| {escaped(clip(line_of(rail.name), 80))} | {figures} | {state} |"


def _runs(verdict: Verdict) -> Iterable[str]:
    for name, side in (("baseline", verdict.base), ("now", verdict.candidate)):
        prompt = (
            f", fingerprint `{line_of(side.fingerprint)[:12].replace('`', '')}`" if side.fingerprint else ""
        )
        age = f", {baseline_age(verdict)}" if name == "baseline" else ""
        undecided = f"{percent(side.undecided)} undecided, {side.infra:,} without a reply"
        yield f"- **{name}:** {escaped(clip(engine_of(side), 200))}{prompt}{age}, {undecided}"
    yield f"- **cost:** {escaped(cost_line(verdict))}"
    if change := per_answer(verdict):
        yield f"- **change:** {escaped(change)}"
    if pass_at := pass_at_line(verdict):
        yield f"- **for information:** {escaped(clip(pass_at, 400))}"
    yield f"- {LIMITS}"
