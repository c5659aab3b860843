"""A summarizer that says what the annotation asks for, and ways in which a bad one would spoil that.

`gold` gives a summary of the suite the sentences that show its required facts, word for word, and fills it up
with more of the article where it would be too short. A fault changes those points.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from qa.answering.engine import Draft, Outcome, Quote
from qa.config import Settings
from qa.evals.claims import Said, made, said_in, verdict
from qa.evals.mutants import _upgrades
from qa.evals.suite import Suite, Task, qualified
from qa.evals.summaries import OpenSummarizer, brief_of, length_of
from qa.library import Library
from qa.models.exchange import Through
from qa.summarizing.engine import Brief, count_words
from qa.types import Engine, Modality, Passage, PromptRef, Usage

SETTINGS = Settings(model=None)
_NUMBER = re.compile(r"(?<![\w.,])\d[\d,.]*\d\b|(?<![\w.,])\d\b")


@dataclass(frozen=True)
class Point:
    """One point: its words, how firmly, who says it, and the sentences that it cites (article, words);
    `fact` is the full name of what it states."""

    text: str
    quotes: tuple[tuple[str, str], ...]
    modality: Modality | None = None
    speaker: str = ""
    fact: str = ""


@dataclass(frozen=True)
class Script:
    """A summary that the suite asks for, with its points."""

    suite: Suite
    task: Task
    points: tuple[Point, ...] = ()


@dataclass(frozen=True)
class Scripted:
    """Says for each brief and its articles what was written for them."""

    points: Mapping[tuple[Brief, frozenset[str]], Sequence[Point]]
    names: Mapping[str, str] = field(default_factory=dict)
    name: Engine = "extractive"
    model: str = ""
    prompt: PromptRef | None = None
    usage: Usage = field(default_factory=Usage)

    def draft(self, brief: Brief, passages: Sequence[Passage]) -> Iterator[Draft | Outcome]:
        """The points of this brief, those that cite what is not there left out."""
        numbers = {self.names.get(p.article.id, p.article.id): p.number for p in passages}
        key = (brief, frozenset() if brief.query else frozenset(numbers))
        for point in self.points[key]:
            quotes = tuple(Quote(passage=numbers[a], text=q) for a, q in point.quotes if a in numbers)
            if quotes or not point.quotes:
                yield Draft(
                    text=point.text, quotes=quotes, modality=point.modality, attributed_to=point.speaker
                )
        yield Outcome(usage=self.usage)


def opened_with(suite: Suite, scripts: Iterable[Script], **more: object) -> OpenSummarizer:
    """Opens a summarizer that says what the scripts say."""
    found: dict[tuple[Brief, frozenset[str]], Sequence[Point]] = {}
    for script in scripts:
        brief = brief_of(script.task)
        told = frozenset() if brief.query else frozenset(s.id for s in suite.told(script.task))
        assert (brief, told) not in found, f"{script.task.id} asks for the same as another"
        found[brief, told] = script.points
    names = {sheet.article.id: sheet.id for sheet in suite.sheets}

    def opened(settings: Settings, through: Through, library: Library) -> Scripted:
        return Scripted(found, names, **more)  # type: ignore[arg-type]

    return opened


def gold(suite: Suite, tasks: Iterable[Task]) -> list[Script]:
    """What a good summarizer would say for each task."""
    return [Script(suite, task, _gold(suite, task)) for task in tasks]


def _gold(suite: Suite, task: Task) -> tuple[Point, ...]:
    points: list[Point] = []
    for name in (qualified(n, task.sheet) for n in task.case.require):
        point = _shortest(suite, task, name)
        if all(point.text not in other.text for other in points):
            points.append(point)
    least = length_of(task.case).least
    for sheet in suite.told(task):
        for text in (sheet.sentence(f"s{n}") for n in range(1, len(sheet.spans) + 1)):
            length = sum(count_words(p.text) for p in points)
            fits = length + count_words(text) <= brief_of(task).most
            if length < least and fits and not _spoils(suite, task, text, points):
                points.append(Point(text, ((sheet.id, text),)))
    return tuple(points)


def _shortest(suite: Suite, task: Task, name: str) -> Point:
    """The fact in the fewest of the article's own words; a headline has its annotated wording."""
    fact, sheet = suite.facts[name], suite.by_id[name.partition(":")[0]]
    shown = [sheet.sentence(number) for number in fact.evidence]
    speaker = next((a for a in fact.attributed_to if any(a in s for s in shown)), "")
    if task.case.style == "headline":
        fits = [a for a in fact.accept if count_words(a) <= brief_of(task).most]
        text = max(fits, key=count_words)
        return Point(text, tuple((sheet.id, s) for s in shown), fact.modality[0], speaker, name)
    whole = sorted((s for s in shown if _states(suite, name, s)), key=count_words)
    said = whole[:1] or shown
    return Point(" ".join(said), tuple((sheet.id, s) for s in said), fact.modality[0], speaker, name)


def _states(suite: Suite, name: str, text: str) -> bool:
    fact, sheet = suite.facts[name], suite.by_id[name.partition(":")[0]]
    said = [Said((text,), fact.modality[0], verbatim=True)]
    return verdict(fact, said, sheet.file.article.published).state == "present"


def _spoils(suite: Suite, task: Task, text: str, points: Sequence[Point]) -> bool:
    """Whether the sentence would make a forbidden claim, or stands there already."""
    day = task.sheet.file.article.published
    claims = [suite.claims[q] for n in task.case.forbid if (q := qualified(n, task.sheet)) in suite.claims]
    return any(text in p.text for p in points) or any(made(c, said_in(text), day) for c in claims)


# ---------------------------------------------------------------- faults

Change = Callable[[Script], Script]


@dataclass(frozen=True)
class SummaryFault:
    """What a bad summarizer does: its name, the fault that the grader must find, how points change."""

    name: str
    expected: str
    change: Change


def _first_changed(script: Script, change: Callable[[Point], Point]) -> Script:
    """The script with the first point changed that the change alters."""
    for number, point in enumerate(script.points):
        if (changed := change(point)) != point:
            return replace(script, points=(*script.points[:number], changed, *script.points[number + 1 :]))
    return script


def _missing(script: Script) -> Script:
    """Without the last required fact, where several points are made and no other states it."""
    facts = [p for p in script.points if p.fact]
    return replace(script, points=tuple(p for p in script.points if p != facts[-1])) if facts[1:] else script


def _firm(script: Script) -> Script:
    """A fact as if it were settled: the hedges taken out of its words, the label with them."""

    def firm(point: Point) -> Point:
        fact = script.suite.facts.get(point.fact)
        if fact is None or {"confirmed", "denied"} & set(fact.modality):
            return point
        text = next(iter(_upgrades(fact, point.text)), "")
        return replace(point, text=text, modality="confirmed") if text else point

    return _first_changed(script, firm)


def _uncited(script: Script) -> Script:
    return _first_changed(script, lambda point: replace(point, quotes=()) if point.fact else point)


def _miscounted(script: Script) -> Script:
    """A number that stands nowhere in the article."""
    return _first_changed(
        script, lambda point: replace(point, text=_NUMBER.sub("7,771", point.text, count=1))
    )


FAULTS = (
    SummaryFault("nothing cited", "citation", _uncited),
    SummaryFault("another number", "number", _miscounted),
    SummaryFault("a vital fact left out", "missing", _missing),
    SummaryFault("a hedge dropped", "modality", _firm),
)
