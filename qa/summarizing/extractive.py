"""The summarizer without a model: the articles' own sentences, chosen so that they tell most in the words
asked for, made to stand alone, or, for a headline, one of them shortened.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence

from qa.answering.dating import event_dates
from qa.answering.engine import Draft, Outcome, Quote
from qa.answering.modality import modality
from qa.answering.reading import Line, read
from qa.answering.words import words
from qa.library.embedders import Embedder
from qa.summarizing.engine import Brief, count_words
from qa.summarizing.headlining import own_headline
from qa.summarizing.selecting import Selection, selected
from qa.summarizing.shortening import Short, shortened
from qa.summarizing.weighing import Candidate, weighed
from qa.types import Engine as EngineName
from qa.types import Notice, Passage, PromptRef

BEST_FOR_HEADLINE = 6
"""So many of the weightiest sentences are tried for a headline."""
CUT_COSTS = 0.93
"""What each piece that is left out costs a headline, as a factor of its sentence's weight."""
TOO_LONG = 0.6
"""How fast a headline loses by its length: by so many words too many (a share of those asked for), to a
third."""

_SAID_ON = re.compile(r"\b(?:said|says|told|added|warned|asked)\b[^,;]{0,45}$", re.IGNORECASE)


class ExtractiveSummarizer:
    """A `Summarizer` that quotes: no key, no network, nothing invented. `embedder` gives sentence vectors, or
    is a function that opens what does, called at the first summary.
    """

    name: EngineName = "extractive"
    model = ""
    prompt: PromptRef | None = None

    def __init__(self, embedder: Embedder | Callable[[], Embedder]) -> None:
        self._given = embedder

    def draft(self, brief: Brief, passages: Sequence[Passage]) -> Iterator[Draft | Outcome]:
        """The chosen sentences in the order of the summary, context in brackets, then the Outcome. Raises
        ModelError where the embedder does.
        """
        stories = [story for story in read(passages) if story.lines]
        by_story = weighed(stories, self._embedder(), brief.query)
        candidates = _in_order(by_story)
        if brief.style == "headline" and (own := own_headline(brief, stories, passages)):
            drafts, kept = [own], True
        elif brief.style == "headline":
            drafts, kept = _headline(candidates, brief)
        elif brief.style == "timeline":
            drafts, kept = _points(selected([_dated(c) for c in candidates], brief))
        else:
            drafts, kept = _points(selected(candidates, brief))
        yield from drafts
        yield _outcome(brief, drafts, kept)

    def _embedder(self) -> Embedder:
        return self._given() if callable(self._given) else self._given


def _in_order(by_story: Sequence[Sequence[Candidate]]) -> list[Candidate]:
    """All candidates, article by article: the one whose opening weighs most first, the others as published
    (undated last).
    """

    def published(candidates: Sequence[Candidate]) -> float:
        when = candidates[0].line.passage.article.published
        return when.timestamp() if when else float("inf")

    stories = sorted((c for c in by_story if c), key=published)
    main = max(stories, key=lambda c: c[0].weight, default=None)
    stories.sort(key=lambda c: c is not main)
    return [candidate for story in stories for candidate in story]


def _outcome(brief: Brief, drafts: Sequence[Draft], kept: bool) -> Outcome:
    if not drafts:
        dated = brief.style == "timeline"
        return Outcome(
            reason="no sentence tells of a day that is known" if dated else "no sentence stands by itself"
        )
    if kept:
        return Outcome()
    have = sum(count_words(d.text) for d in drafts)
    what = "sentence could safely be cut to" if brief.style == "headline" else "whole sentences make"
    message = f"no {what} {brief.words} words: the {brief.style} has {have}"
    return Outcome(warnings=(Notice(code="length", message=message),))


# ---------------------------------------------------------------- sentences


def _points(selection: Selection) -> tuple[list[Draft], bool]:
    """A draft for each chosen sentence; those that lean on the one before are one draft with it."""
    groups: list[list[Candidate]] = []
    for candidate in selection.chosen:
        if candidate.leans and groups:
            groups[-1].append(candidate)
        else:
            groups.append([candidate])
    return [_draft(group) for group in groups], selection.kept


def _draft(group: Sequence[Candidate]) -> Draft:
    lines = [line for candidate in group for line in candidate.standing.lines]
    text = " ".join(candidate.standing.text for candidate in group)
    # Its first clause says it; what it adds ("ending doubts whether he would ...") is as firm as it may be.
    firmness = modality(group[0].line.text, 0) if len(group) == 1 else None
    return Draft(text=text, quotes=_quotes(lines), modality=firmness)


def _quotes(lines: Sequence[Line]) -> tuple[Quote, ...]:
    return tuple(dict.fromkeys(Quote(passage=line.passage.number, text=line.text) for line in lines))


# ---------------------------------------------------------------- timeline


def _dated(candidate: Candidate) -> Candidate:
    """The candidate, usable only if it tells of a day by itself: not just when somebody spoke."""
    line = candidate.line
    dates = event_dates(line.text, [(line.text, line.passage.article.published)])
    told = [d for d in dates if not _SAID_ON.search(line.text[: line.text.find(d.words)])]
    candidate.usable = candidate.usable and bool(told)
    return candidate


# ---------------------------------------------------------------- headline


def _headline(candidates: Sequence[Candidate], brief: Brief) -> tuple[list[Draft], bool]:
    """The sentence that makes the best headline in the shorter forms it has: what it tells, for how far it is
    from the length asked for; and whether it has that length.
    """
    usable = [c for c in candidates if c.usable and not c.leans]
    heavy = sorted(usable, key=lambda c: -c.weight)[:BEST_FOR_HEADLINE]
    tried = [(_telling(c, short), c, short) for c in heavy for short in shortened(c.standing.text)]
    if not tried:
        return [], True
    _, candidate, short = max(tried, key=lambda found: found[0] * _near(found[2].words, brief))
    draft = Draft(text=short.text, quotes=_quotes(candidate.standing.lines), modality=modality(short.text))
    return [draft], brief.least <= short.words <= brief.most


def _near(length: int, brief: Brief) -> float:
    """1 for a headline as long as asked, less the farther from it: half a headline costs more than a word."""
    if length <= brief.words / 2:
        return 0.1
    return math.exp(-max(0, length - brief.most, brief.least - length) / (TOO_LONG * brief.words))


def _telling(candidate: Candidate, short: Short) -> float:
    """How good a headline it makes: its sentence's weight, more for words that the editor's own headline has,
    less for each piece left out.
    """
    title = candidate.story.title_stems
    held = len(title & {w.stem for w in words(short.text)}) / len(title) if title else 0.0
    return candidate.weight * (0.5 + held) * CUT_COSTS**short.cuts
