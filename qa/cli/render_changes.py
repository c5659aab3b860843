"""What a person reads of changes: between two versions of an article, and in the answers to standing
questions; as lines. Prints nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from qa.cli.render import SHORT_ID, count, titled
from qa.cli.terminal import Line, one_line
from qa.days.wording import day

if TYPE_CHECKING:
    from qa.answering.moving.changes import (
        ArticleDifference,
        ConflictChange,
        Edit,
        HeadChange,
        Sentence,
        SentenceChange,
        StatementChange,
    )
    from qa.answering.moving.watches import Watch, WatchOutcome
    from qa.types import Side, Statement

SHOWN = 6
"""So many reworded places are named on one line."""
_HEAD_NAMES = {"outlet": "Outlet", "authors": "By", "published": "Published", "updated": "Updated"}
_BECAUSE = {
    "revised": "its article no longer says so",
    "removed": "its article has left the library",
    "displaced": "its article still says so, the answer no longer",
}


def edit_text(edit: Edit) -> str:
    """An edit in words: "number: 12 -> 17", "modality: expected -> confirmed (is to open -> opened)"."""
    old, new = one_line(edit.old), one_line(edit.new)
    if old and new:
        told = f"{old} -> {new}"
    else:
        told = f"added “{new}”" if new else f"dropped “{old}”" if old else ""
    if edit.was and edit.now:
        return f"modality: {edit.was} -> {edit.now}" + (f" ({told})" if told else "")
    return f"{edit.kind}: {told}"


def _edits_text(edits: Iterable[Edit]) -> str:
    told = [edit_text(edit) for edit in edits if edit.kind != "wording"]
    return "; ".join(dict.fromkeys(told))


# ---------------------------------------------------------------- qa diff


def difference_lines(found: ArticleDifference, *, whole: bool = False) -> Iterator[Line]:
    """All of a difference, facts first; what was only reworded or moved is counted, or shown if `whole`."""
    yield Line(titled(found.article), style="bold")
    place = f"article {found.article.id[:SHORT_ID]}, version {found.old_version} -> {found.new_version}"
    yield Line(f"{place}; {_summary(found)}", style="dim")
    for field in found.head:
        yield from _head_lines(field)
    yield from _pairs("Changed facts", found.facts)
    yield from _sentence_lines("Removed", "-", found.removed)
    yield from _sentence_lines("Added", "+", found.added)
    if whole:
        yield from _pairs("Reworded", found.reworded)
        yield from _sentence_lines("Moved", "=", found.moved)
    elif found.reworded:
        yield Line()
        yield Line(_reworded_text(found.reworded), hang=2, style="dim")


def _summary(found: ArticleDifference) -> str:
    if not found.changed:
        return "nothing changed but spacing or the time of the update"
    facts = [f"{count(len(found.facts), 'fact')} changed"] if found.facts else []
    counted = {
        "added": len(found.added),
        "removed": len(found.removed),
        "moved": len(found.moved),
        "reworded": len(found.reworded),
        "unchanged": found.kept - len(found.moved),
    }
    others = ", ".join(f"{number:,} {name}" for name, number in counted.items() if number)
    return "; ".join([*facts, *([f"sentences: {others}"] if others else [])]) or "no text"


def _head_lines(change: HeadChange) -> Iterator[Line]:
    if change.field == "title":
        yield Line()
        yield Line("Headline", style="bold")
        yield Line(f"- {one_line(change.old) or '(none)'}", indent=3, hang=2)
        yield Line(f"+ {one_line(change.new) or '(none)'}", indent=3, hang=2)
        return
    old, new = _head_value(change, change.old), _head_value(change, change.new)
    yield Line(f"{_HEAD_NAMES[change.field]}: {old} -> {new}", hang=2)


def _head_value(change: HeadChange, value: str) -> str:
    if not value:
        return "unknown" if change.field in ("published", "updated") else "(none)"
    if change.field in ("published", "updated"):
        return moment(dt.datetime.fromisoformat(value))
    return one_line(value)


def moment(when: dt.datetime) -> str:
    """A day with its time, where it has one: "13 March 2026, 18:05 UTC"."""
    if when.timetz() == dt.time(tzinfo=dt.UTC):
        return day(when)
    return f"{day(when)}, {when:%H:%M %Z}"


def _pairs(heading: str, changes: Sequence[SentenceChange]) -> Iterator[Line]:
    if changes:
        yield Line()
        yield Line(heading, style="bold")
    for number, change in enumerate(changes, start=1):
        told = _edits_text(change.edits) or "; ".join(_swaps(change.edits)) or "punctuation"
        yield Line(f"{number}. {told}", hang=3)
        yield Line(f"- {one_line(change.old.text)}", indent=3, hang=2, style="dim")
        yield Line(f"+ {one_line(change.new.text)}", indent=3, hang=2)


def _sentence_lines(heading: str, sign: str, sentences: Sequence[Sentence]) -> Iterator[Line]:
    if not sentences:
        return
    yield Line()
    yield Line(heading, style="bold")
    for sentence in sentences:
        notes: list[str] = [sentence.modality] if sentence.modality != "confirmed" else []
        notes += [f"said by {one_line(sentence.attributed_to)}"] if sentence.attributed_to else []
        told = f" ({', '.join(notes)})" if notes else ""
        yield Line(f"{sign} {one_line(sentence.text)}{told}", indent=3, hang=2)


def _reworded_text(changes: Sequence[SentenceChange]) -> str:
    swaps = list(dict.fromkeys(swap for change in changes for swap in _swaps(change.edits)))
    shown = "; ".join(swaps[:SHOWN]) + (f"; and {len(swaps) - SHOWN} more" if len(swaps) > SHOWN else "")
    told = f": {shown}" if shown else " (punctuation alone)"
    return f"{count(len(changes), 'sentence')} reworded{told}"


def _swaps(edits: Iterable[Edit]) -> Iterator[str]:
    for edit in edits:
        old, new = one_line(edit.old), one_line(edit.new)
        if old and new:
            yield f"{old} -> {new}"
        elif old or new:
            yield f"added “{new}”" if new else f"dropped “{old}”"


# ---------------------------------------------------------------- qa watch


def outcome_lines(outcome: WatchOutcome) -> Iterator[Line]:
    """What became of one standing question: one line if nothing, else every change with who did it."""
    asked = f"{one_line(outcome.name)} - {one_line(outcome.question)}"
    if outcome.status == "failed":
        yield Line(f"{asked}  failed; the last answer is kept", hang=2)
        return
    since = moment(outcome.since.replace(microsecond=0))
    if outcome.status == "unchanged":
        yield Line(f"{asked}  unchanged since {since}{_folded(outcome)}", hang=2)
        return
    yield Line(f"{asked}  changed since {since}", hang=2, style="bold")
    if outcome.before.abstained:
        yield Line("there was no answer before", indent=2, style="dim")
    if outcome.answer and outcome.answer.abstained:
        yield Line(f"no answer any more: {one_line(outcome.answer.reason)}", indent=2, hang=2)
    for change in outcome.difference.changes:
        yield from _change_lines(change)
    for found in outcome.difference.conflicts:
        yield Line(_conflict_text(found), indent=2, hang=2)
    if folded := _folded(outcome):
        yield Line(folded.strip(" ()"), indent=2, style="dim")
    yield Line()


def _conflict_text(found: ConflictChange) -> str:
    """ "DISAGREE NOW  toll: 12 (The Courier) and nine (Evening Post)" """
    now = {
        ("disagreement", "arisen"): "DISAGREE NOW",
        ("disagreement", "settled"): "DISAGREE NO LONGER",
        ("superseded", "arisen"): "LATER REPORT NOW",
        ("superseded", "settled"): "LATER REPORT GONE",
    }[found.conflict.kind, found.kind]
    sides = " and ".join(_side_text(side) for side in found.conflict.sides)
    return f"{now}  {one_line(found.conflict.about)}: {sides}"


def _side_text(side: Side) -> str:
    told = ", ".join(one_line(name) for name in side.speakers or side.outlets)
    return one_line(side.value) + (f" ({told})" if told else "")


def _folded(outcome: WatchOutcome) -> str:
    parts = []
    if outcome.status == "changed" and outcome.difference.unchanged:
        parts.append(f"{count(outcome.difference.unchanged, 'statement')} unchanged")
    if outcome.difference.reworded:
        parts.append(f"{count(outcome.difference.reworded, 'statement')} reworded")
    return f" ({', '.join(parts)})" if parts else ""


def _change_lines(change: StatementChange) -> Iterator[Line]:
    told = _edits_text(change.edits) if change.kind == "changed" else _BECAUSE.get(change.because or "", "")
    yield Line(f"{change.kind.upper()}{'  ' + told if told else ''}", indent=2, hang=2)
    if change.old:
        yield Line(f"- {_statement_text(change.old)}", indent=4, hang=2, style="dim")
    if change.new:
        yield Line(f"+ {_statement_text(change.new)}", indent=4, hang=2)
    for head in change.articles:
        revised = f" (new version: qa diff {head.id[:SHORT_ID]})" if head.id in change.revised else ""
        yield Line(f"{titled(head)}{revised}", indent=6, hang=2, style="dim")


def _statement_text(statement: Statement) -> str:
    firm = "" if statement.modality == "confirmed" else f" ({statement.modality})"
    return one_line(statement.text) + firm


def watch_lines(watches: Sequence[Watch]) -> Iterator[Line]:
    """Each standing question with its name, its filters, and when it was last asked."""
    for watch in watches:
        limits = [watch.filters.describe(), f"as of {watch.as_of}" if watch.as_of else ""]
        limits += [f"with {one_line(watch.model)}" if watch.model else ""]
        told = "".join(f", {one_line(limit)}" for limit in limits if limit)
        last = moment(watch.asked.replace(microsecond=0))
        number = len(watch.answer.statements)
        said = "no answer" if watch.answer.abstained else count(number, "statement")
        yield Line(
            f"{one_line(watch.name)} - {one_line(watch.question)}{told}  (last asked {last}: {said})", hang=2
        )
