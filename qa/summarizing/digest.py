"""What happened between two days, by story: each with its headline, a short summary, and how many
independent sources it has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count

from qa.answering.composing import headed
from qa.answering.covering import coverage
from qa.answering.disagreeing.conflicts import conflicts
from qa.answering.engine import Outcome
from qa.answering.grounding import number_citations
from qa.summarizing.at_once import each
from qa.summarizing.choosing import numbered
from qa.summarizing.engine import Brief, Summarizer
from qa.summarizing.pointing import points_of
from qa.summarizing.rivals import rivals, with_room
from qa.summarizing.summarize import NOTHING, Material, abstained, blank_summary, with_conflicts
from qa.types import Coverage, Notice, Passage, Section, Statement, Summary, Usage

MOST_STORIES = 20
"""So many stories are told where no number is asked for."""
Progress = Callable[[int, int], None]
Told = tuple[list[Statement], Outcome]


def digest(
    brief: Brief,
    material: Material,
    told_by: Sequence[Sequence[Passage]],
    summarizer: Summarizer,
    *,
    most: int = MOST_STORIES,
    at_once: int = 1,
    on_progress: Progress | None = None,
) -> Iterator[Statement | Summary]:
    """The points story by story, then the Summary: a section for each story, those of most independent
    sources first, then the latest. `brief.words` are for each story.

    `told_by` are the articles of each story. At most `most` stories are told; what is left out is counted
    among the warnings. `at_once` stories are summarized at a time. Raises ModelError.
    """
    blank = blank_summary(brief, material, summarizer)
    if not told_by:
        yield abstained(blank, NOTHING)
        return
    chosen, left_out = ranked(told_by, material)[:most], len(told_by) - most
    points: list[Statement] = []
    sections: list[Section] = []
    markers: dict[tuple[str, int, int], int] = {}
    usage, warnings = Usage(), _left_out(left_out)
    brief_each = brief.model_copy(update={"style": "brief"})
    done = count(1)

    def tell() -> None:
        if on_progress is not None:
            on_progress(next(done), len(chosen))

    told = each(chosen, lambda story: _told(brief_each, story, summarizer), at_once, tell)
    for story, (found, outcome) in zip(chosen, told, strict=True):
        usage += outcome.usage
        warnings += outcome.warnings
        if not found:
            continue
        told_points = [number_citations(point, markers) for point in found]
        sections.append(_section(story, len(points), len(told_points), material))
        points += told_points
        yield from told_points
    blank = blank.model_copy(update={"usage": usage, "warnings": merged(warnings)})
    if not points:
        yield abstained(blank, "nothing that could be said stood the check against the sources")
        return
    opposed = conflicts(brief.question, points, material.passages)
    text = "\n\n".join(
        headed(title_with_sources(s), (points[n - 1] for n in s.points), material.as_of) for s in sections
    )
    yield blank.model_copy(
        update={
            "text": with_conflicts(text, opposed, points),
            "points": tuple(points),
            "sections": tuple(sections),
            "conflicts": opposed,
            "coverage": material.coverage(points),
        }
    )


def title_with_sources(section: Section) -> str:
    """A story's headline with what stands behind it: "Bridge reopens (4 articles, 2 independent)"."""
    covered = section.coverage
    number = f"{covered.articles} article{'s' if covered.articles != 1 else ''}"
    copied = f", {covered.independent} independent" if covered.independent < covered.articles else ""
    return f"{section.heading} ({number}{copied})"


def ranked(told_by: Sequence[Sequence[Passage]], material: Material) -> list[Sequence[Passage]]:
    """The stories, those of most independent sources first, then the latest."""
    return sorted(told_by, key=lambda story: _rank(story, material))


def merged(warnings: Sequence[Notice]) -> tuple[Notice, ...]:
    """Each warning once, where it stands first. "Withheld 1 point" and "withheld 2 points" stay two."""
    counted: dict[tuple[str, str], Notice] = {}
    for warning in warnings:
        key = warning.code, warning.message
        known = counted.get(key)
        count = warning.count + (known.count if known else 0)
        counted[key] = warning.model_copy(update={"count": count})
    return tuple(counted.values())


def _told(brief: Brief, story: Sequence[Passage], summarizer: Summarizer) -> Told:
    points: list[Statement] = []
    outcome = Outcome()
    for found in points_of(brief, numbered(story), summarizer):
        if isinstance(found, Outcome):
            outcome = found
        else:
            points.append(found)
    asked = brief.question
    return with_room(brief, asked, points, rivals(asked, points, story), story), outcome


def _rank(story: Sequence[Passage], material: Material) -> tuple[int, float]:
    covered = _covered(story, material)
    return -covered.independent, -covered.last.timestamp() if covered.last else 0.0


def _covered(story: Sequence[Passage], material: Material) -> Coverage:
    return coverage([p.article for p in story], material.groups)


def _section(story: Sequence[Passage], before: int, number: int, material: Material) -> Section:
    covered = _covered(story, material)
    newest = next((p.article.title for p in reversed(story) if p.article.title), "")
    return Section(
        heading=newest or "Untitled",
        points=tuple(range(before + 1, before + number + 1)),
        articles=tuple(p.article.id for p in story),
        first=covered.first.date() if covered.first else None,
        last=covered.last.date() if covered.last else None,
        coverage=covered,
    )


def _left_out(number: int) -> tuple[Notice, ...]:
    if number <= 0:
        return ()
    message = f"{number} more {'story' if number == 1 else 'stories'} left out; --stories shows more"
    return (Notice(code="stories-left-out", message=message, count=number),)
