"""Lines beside a chosen one in which somebody else gives another figure for the same: "the organisers spoke
of 3,000" after "police put the crowd at 800".
"""

from __future__ import annotations

from qa.answering.disagreeing.counting import figures
from qa.answering.disagreeing.figures import Figure
from qa.answering.question import Question
from qa.answering.reading import Line, Story
from qa.types import Citation, Statement

_NEAR = 2


def rivals(asked: Question, line: Line, story: Story) -> list[Line]:
    """The lines of `story` near `line` that give another answer by somebody else, in reading order."""
    own = _asked_for(asked, line)
    near = story.lines[max(0, line.index - _NEAR) : line.index + _NEAR + 1]
    return [
        other
        for other in near
        if other is not line
        and any(_rival(mine, theirs) for mine in own for theirs in _asked_for(asked, other))
    ]


def _rival(mine: Figure, theirs: Figure) -> bool:
    a, b = mine.speaker.lower(), theirs.speaker.lower()
    told = bool(a and b) and a not in b and b not in a
    return (
        told and mine.estimated and theirs.estimated and mine.comparable(theirs) and not mine.agrees(theirs)
    )


def _asked_for(asked: Question, line: Line) -> list[Figure]:
    article = line.passage.article
    cited = Citation(marker=1, article_id=article.id, quote=line.text, start=0, end=len(line.text))
    year = article.published.year if article.published else None
    return [f for f in figures(asked, Statement(text=line.text, citations=(cited,)), year) if f.asked]
