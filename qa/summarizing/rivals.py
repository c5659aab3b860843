"""What other articles say otherwise: a summary that gives a toll must not hide that a later report, or
another outlet, has another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qa.answering.disagreeing.conflicts import conflicts
from qa.answering.grounding import ground
from qa.answering.modality import modality
from qa.answering.picks import as_draft
from qa.answering.question import Question
from qa.answering.reading import Line, Story, read
from qa.answering.standalone import stand_alone
from qa.answering.words import content_words, numbers
from qa.summarizing.engine import Brief, count_words
from qa.types import Passage, Statement

SHARED = 2
"""A sentence that says otherwise speaks of the same: it shares so many words with the point."""
MOST_ARTICLES = 12
"""So many articles of a story are looked at, the latest ones."""
MOST_CANDIDATES = 40
MOST = 3
"""So many sentences are weighed, those that share most words with a point, and so many added."""


def rivals(asked: Question, points: Sequence[Statement], passages: Sequence[Passage]) -> list[Statement]:
    """Sentences of other articles that give another value for what one of `points` says, for each such value
    the first; none that a point shows already. `asked` is what the points answer.
    """
    if len(passages) < 2 or not points:
        return []
    cited = {c.article_id for point in points for c in point.citations}
    about = [p for p in passages if p.article.id in cited]
    latest = sorted(passages, key=lambda p: p.article.published.timestamp() if p.article.published else 0.0)
    about = [*about[:MOST_ARTICLES], *(p for p in latest[-MOST_ARTICLES:] if p.article.id not in cited)]
    known = [{w.stem for w in content_words(point.text)} for point in points]
    lines = [found for story in read(about) for found in _figures(story, known)]
    lines.sort(key=lambda found: -found[0])
    candidates = [s for _, story, line in lines[:MOST_CANDIDATES] if (s := _said(story, line))]
    found: list[Statement] = []
    told = _values(asked, points, passages)
    for candidate in candidates:
        if any(_same(candidate, point) for point in (*points, *found)):
            continue
        now = _values(asked, [*points, *found, candidate], passages)
        if now > told:
            found.append(candidate)
            told = now
        if len(found) == MOST:
            break
    return found


def with_room(
    brief: Brief,
    asked: Question,
    points: Sequence[Statement],
    against: Sequence[Statement],
    passages: Sequence[Passage],
) -> list[Statement]:
    """The points with those `against` them at the end; where that is too long, without as many of the last
    points as it takes, but with every one that takes part in a disagreement.
    """
    kept = [*points, *against]
    opposed = {
        kept[number - 1].text
        for conflict in conflicts(asked, kept, passages)
        for side in conflict.sides
        for number in side.statements
    }
    spare = [p for p in reversed(points) if p.text not in opposed] if against else []
    while spare and sum(count_words(p.text) for p in kept) > brief.most:
        kept.remove(spare.pop(0))
    return kept


def _figures(story: Story, known: Sequence[set[str]]) -> Iterator[tuple[int, Story, Line]]:
    """The lines with a figure, each with how many words it shares with the point nearest to it."""
    for line in story.lines:
        if not numbers(line.text):
            continue
        stems = {w.stem for w in content_words(line.text)}
        shared = max((len(stems & words) for words in known), default=0)
        if shared >= SHARED:
            yield shared, story, line


def _said(story: Story, line: Line) -> Statement | None:
    standing = stand_alone(line, story)
    grounded = ground(as_draft(standing.text, standing.lines, modality(line.text, 0)), [story.passage])
    return grounded if isinstance(grounded, Statement) else None


def _values(asked: Question, points: Sequence[Statement], passages: Sequence[Passage]) -> int:
    return sum(len(conflict.sides) for conflict in conflicts(asked, points, passages))


def _same(one: Statement, other: Statement) -> bool:
    return {(c.article_id, c.start) for c in one.citations} == {
        (c.article_id, c.start) for c in other.citations
    }
