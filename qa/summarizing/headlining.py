"""An article's own headline as the headline of a summary, where its text bears it out."""

from __future__ import annotations

from collections.abc import Sequence

from qa.answering.engine import Draft, Quote
from qa.answering.grounding import ground
from qa.answering.reading import Line, Story
from qa.answering.synonyms import any_alike
from qa.answering.words import content_words
from qa.summarizing.engine import Brief, count_words
from qa.types import Passage, Statement

BORNE_OUT = 0.6
"""How much of a headline the sentences that it cites must hold, by its words that carry meaning."""
MOST_SENTENCES = 3
ABOUT = 0.5


def own_headline(brief: Brief, stories: Sequence[Story], passages: Sequence[Passage]) -> Draft | None:
    """The headline of the latest article, citing the fewest sentences that bear it out; None where there is
    none of that length, where it asks rather than tells, is not about the query, or would not stand the
    check.
    """
    if not stories:
        return None
    story = max(stories, key=_published)
    title = " ".join(story.passage.article.title.split())
    if not brief.least <= count_words(title) <= brief.most or title.endswith("?"):
        return None
    told = {w.stem for w in content_words(title)}
    wanted = {w.stem for w in content_words(brief.query)}
    if not told or len(wanted & told) < ABOUT * len(wanted):
        return None
    lines = _bearing(story, told)
    held = sum(any(any_alike(stem, line.stems) for line in lines) for stem in told)
    if held < BORNE_OUT * len(told):
        return None
    quotes = tuple(Quote(passage=story.passage.number, text=line.text) for line in lines)
    draft = Draft(text=title, quotes=quotes)
    return draft if isinstance(ground(draft, passages), Statement) else None


def _published(story: Story) -> float:
    when = story.passage.article.published
    return when.timestamp() if when else float("-inf")


def _held(stems: set[str], line: Line) -> int:
    return sum(any_alike(stem, line.stems) for stem in stems)


def _bearing(story: Story, told: set[str]) -> list[Line]:
    """The sentences that hold most of these words, each adding to those before it."""
    found: list[Line] = []
    missing = set(told)
    while missing and len(found) < MOST_SENTENCES:
        best = max(story.lines, key=lambda line: (_held(missing, line), -line.index))
        if not _held(missing, best):
            break
        found.append(best)
        missing = {stem for stem in missing if not any_alike(stem, best.stems)}
    return found
