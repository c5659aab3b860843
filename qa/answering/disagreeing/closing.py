"""Says at the end of an answer where its sources do not agree, each side with its sources and days."""

from __future__ import annotations

from collections.abc import Sequence

from qa.answering.question import Question
from qa.types import Conflict, Side, Statement


def closed(text: str, asked: Question, found: Sequence[Conflict], statements: Sequence[Statement]) -> str:
    """An answer's text with a line for each conflict at its end, with the markers of the citations. A line
    says what it is about where the question does not.
    """
    named = len(found) > 1 or asked.kind not in ("number", "date", "person", "place", "yesno")
    lines = "\n".join(_line(conflict, statements, named=named) for conflict in found)
    return f"{text}\n\n{lines}" if lines else text


def _line(conflict: Conflict, statements: Sequence[Statement], *, named: bool) -> str:
    on = f" on {conflict.about}" if named else ""
    if conflict.kind == "superseded":
        outlets = {side.outlets for side in conflict.sides}
        newest_first = reversed(conflict.sides)
        late, *early = (_side(s, conflict, statements, outlet=len(outlets) > 1) for s in newest_first)
        return f"Later report{on}: {late} instead of {_listed(early)}."
    return f"Sources disagree{on}: {_listed([_side(s, conflict, statements) for s in conflict.sides])}."


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _side(side: Side, conflict: Conflict, statements: Sequence[Statement], *, outlet: bool = True) -> str:
    who = side.speakers[:1] if conflict.kind == "disagreement" else ()
    beside = [*who, *(side.outlets if outlet else ()), *_when(side, conflict)]
    markers = dict.fromkeys(_marker(side.value, statements[n - 1]) for n in side.statements)
    small = side.value.split()[0].lower() in _SMALL
    value = side.value[:1].lower() + side.value[1:] if small else side.value
    told = f" ({', '.join(beside)})" if beside else ""
    return f"{value}{told} {''.join(f'[{m}]' for m in markers)}"


_SMALL = frozenset(
    """at about around nearly almost more over some up as fewer less under below roughly approximately an
    between one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety""".split()
)


def _marker(value: str, statement: Statement) -> int:
    """The citation that has the value in its words, else the first."""
    held = (c.marker for c in statement.citations if value in c.quote and value != statement.modality)
    return next(held, statement.citations[0].marker)


def _when(side: Side, conflict: Conflict) -> list[str]:
    if side.first is None or side.last is None:
        return ["date unknown"] if side.outlets else []
    days = [when for s in conflict.sides for when in (s.first, s.last) if when]
    year = f" {side.last.year}" if len({d.year for d in days}) > 1 else ""
    clock = ""
    if conflict.kind == "superseded" and len({d.date() for d in days}) < len(conflict.sides):
        clock = f", {side.last:%H:%M}"
    last = f"{side.last.day} {side.last:%B}{year}{clock}"
    if side.first.date() == side.last.date():
        return [last]
    if (side.first.year, side.first.month) == (side.last.year, side.last.month):
        return [f"{side.first.day}-{last}"]
    return [f"{side.first.day} {side.first:%B} - {last}"]
