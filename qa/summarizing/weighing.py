"""How much each sentence of the articles matters: its place, how central it is, what it holds.

News puts first what matters most, so place is the strongest single sign (Hearst and others; the "lead" that
every newer method is measured against). Centrality is that of PacSum (Zheng and Lapata, "Sentence Centrality
Revisited for Unsupervised Summarization", ACL 2019): likeness to the sentences that follow counts for a
sentence, likeness to those before it counts apart, because a sentence that says again what was said is worth
less. Likeness is the cosine of sentence vectors. How common a sentence's words are in its article follows
SumBasic (Nenkova and Vanderwende 2005). A logistic regression puts the signs together, as Kupiec, Pedersen
and Chen did ("A Trainable Document Summarizer", SIGIR 1995).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.answering.reading import Line, Story
from qa.answering.standalone import Standing
from qa.answering.words import STOPWORDS, numbers, words
from qa.library.copies import are_copies, fingerprint
from qa.summarizing.leaning import (
    comments_begin,
    is_news,
    leans_far,
    notes,
    opens_with_connective,
    quoted_share,
    said,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from qa.library.embedders import Embedder

    Vectors = NDArray[np.float32]
    Numbers = NDArray[np.float64]

SIGNS = (
    "first", "early", "second", "late", "after", "before", "common", "title", "lead", "names", "numbers",
    "quoted", "length", "leans", "connective", "paragraph", "fading", "central",
)  # fmt: skip
"""What a sentence is weighed by, in the order of a row of `signs`."""

# A ridge logistic regression (strength 10) of whether an annotator's answer stands in a sentence, on the
# tuning half of the NewsQA articles (see eval/benchmarks/summaries.py). Those have no headline: the weight of
# "title", and what is held against a sentence below, come from a small grid on the tuning half of our own
# references. "connective" is set by hand: a sentence that opens with "But" reads badly in a summary.
WEIGHTS: dict[str, float] = {
    "first": -0.98, "early": 0.84, "second": 0.02, "late": 0.08, "after": -2.29, "before": -6.82,
    "common": 1.24, "title": 2.0, "lead": -1.02, "names": 0.52, "numbers": 0.43, "quoted": -0.48,
    "length": 1.95, "leans": -0.18, "connective": -0.5, "paragraph": 0.33, "fading": 2.24, "central": 5.7,
}  # fmt: skip
BIAS = -5.28
BACKGROUND = -1.0
"""What it costs a sentence to tell what was so long before: "was founded in 1911", "employs 85"."""
SHORT, SHORT_WORDS = -1.0, 7
"""What it costs to be so short: "Not everything is in dispute." """
ELSEWHERE = 1.5
"""How much it counts, with several articles, that other articles say it too (their copies do not)."""
SUPERSEDED = -0.7
"""What it costs a sentence to be in an article of an earlier day than the newest: a later report knows
better."""
QUERY = 6.0
"""How much it counts that a sentence is about what is asked: its words and its meaning, half each."""

_BACKGROUND = re.compile(
    r"\b(?:founded|established|set up|first opened|was opened|was built|built) (?:in|by) (?:\d{4}|two|the)"
    r"|\bemploys?\b|\bhas \S+ employees\b"
    r"|\b(?:has its origins|dates? (?:back|from)|is one of the|came into service)\b"
)


@dataclass(slots=True)
class Candidate:
    """A sentence that may be said: as it is said, whether only together with the sentence before it, its
    weight (how likely an editor would want it, 0 to 1), and its vector.
    """

    line: Line
    story: Story
    standing: Standing
    leans: bool
    usable: bool
    weight: float
    vector: Vectors

    @property
    def words(self) -> int:
        """How many words it takes."""
        return len(self.standing.text.split())


def weighed(stories: Sequence[Story], embedder: Embedder, query: str = "") -> list[list[Candidate]]:
    """Every line of every story as a candidate, in reading order. Raises ModelError where the embedder
    does.
    """
    import numpy as np

    texts = [line.text for story in stories for line in story.lines]
    vectors = embedder.embed([*texts, query] if query else texts)
    found: list[list[Candidate]] = []
    at = 0
    for story in stories:
        mine = vectors[at : at + len(story.lines)]
        at += len(story.lines)
        stands = [said(line, story) for line in story.lines]
        rows = signs(story, mine, [leaning for _, leaning in stands])
        scores = rows @ np.array([WEIGHTS[name] for name in SIGNS]) + BIAS
        scores += [_held_against(line) for line in story.lines]
        found.append(
            [
                Candidate(line, story, standing, leaning, usable, float(score), vector)
                for line, (standing, leaning), usable, score, vector in zip(
                    story.lines, stands, _may_be_said(story), scores, mine, strict=True
                )
            ]
        )
    if len(stories) > 1:
        _add_elsewhere(found)
        _hold_age_against(found)
    if query:
        _add_query(found, query, vectors[-1])
    for candidate in (c for story_candidates in found for c in story_candidates):
        candidate.weight = 1 / (1 + math.exp(-candidate.weight))
    return found


def _may_be_said(story: Story) -> list[bool]:
    end, aside = comments_begin(story), notes(story)
    return [
        line.index < end and line.index not in aside and is_news(line) and not leans_far(line, story)
        for line in story.lines
    ]


def signs(story: Story, vectors: Vectors, leaning: Sequence[bool]) -> Numbers:
    """What each line is weighed by: float64 [lines, len(SIGNS)]; `vectors` are the lines' own."""
    import numpy as np

    lines = story.lines
    n = len(lines)
    alike = np.clip(vectors @ vectors.T, 0.0, 1.0) if n else np.zeros((0, 0))
    after = np.triu(alike, 1).sum(axis=1) / max(1, n - 1)
    before = np.tril(alike, -1).sum(axis=1) / max(1, n - 1)
    central = vectors @ vectors.mean(axis=0) if n else np.zeros(0)
    counted = Counter(stem for line in lines for stem in _content(line))
    most = math.log1p(max(counted.values(), default=1))
    opening = _content(lines[0]) if lines else frozenset()
    rows = np.zeros((n, len(SIGNS)))
    for i, line in enumerate(lines):
        content = _content(line)
        size = max(1, len(content))
        length = len(line.text.split())
        rows[i] = (
            i == 0,
            1 / (1 + i),
            i in (1, 2),
            i / max(1, n - 1),
            after[i],
            before[i],
            sum(math.log1p(counted[s] - 1) for s in content) / size / max(most, 0.1),
            len(content & story.title_stems) / size,
            len(content & opening) / size if i else 0.0,
            min(len(line.names), 4) / 4,
            bool(numbers(line.text)),
            quoted_share(line.text),
            min(1.0, math.log1p(length) / math.log1p(40)),
            leaning[i],
            opens_with_connective(line.text),
            i == 0 or lines[i - 1].paragraph != line.paragraph,
            math.exp(-i / 4),
            central[i],
        )
    return rows


def _held_against(line: Line) -> float:
    background = BACKGROUND if line.index and _BACKGROUND.search(line.text) else 0.0
    return background + (SHORT if len(line.text.split()) < SHORT_WORDS else 0.0)


def _content(line: Line) -> frozenset[str]:
    return frozenset(
        w.stem for w in line.words if w.lower not in STOPWORDS and (len(w.lower) > 1 or w.lower.isdigit())
    )


def independent(stories: Sequence[Story]) -> list[int]:
    """For each story the number of the first that it is a copy of (its own where it is none)."""
    prints = [fingerprint(story.passage.text) for story in stories]
    sources: list[int] = []
    for i, mine in enumerate(prints):
        sources.append(next((sources[j] for j in range(i) if are_copies(mine, prints[j])), i))
    return sources


def _add_elsewhere(found: Sequence[Sequence[Candidate]]) -> None:
    """Adds, for each sentence, the mean of its nearest likeness in every other independent story."""
    import numpy as np

    sources = independent([c[0].story for c in found if c]) if all(found) else list(range(len(found)))
    matrices = [np.array([c.vector for c in candidates]) for candidates in found]
    for i, candidates in enumerate(found):
        others = [j for j in set(sources) if j != sources[i]]
        if not others:
            continue
        for candidate, vector in zip(candidates, matrices[i], strict=True):
            nearest = [float((matrices[j] @ vector).max()) for j in others if len(matrices[j])]
            candidate.weight += ELSEWHERE * sum(nearest) / max(1, len(nearest))


def _hold_age_against(found: Sequence[Sequence[Candidate]]) -> None:
    days = [c[0].line.passage.article.published for c in found if c]
    newest = max((day.date() for day in days if day), default=None)
    for candidate in (c for candidates in found for c in candidates):
        published = candidate.line.passage.article.published
        if newest and published and published.date() < newest:
            candidate.weight += SUPERSEDED


def _add_query(found: Sequence[Sequence[Candidate]], query: str, vector: Vectors) -> None:
    wanted = {w.stem for w in words(query) if w.lower not in STOPWORDS}
    for candidate in (c for candidates in found for c in candidates):
        line = candidate.line
        held = len(wanted & (line.stems | line.known)) / max(1, len(wanted))
        near = max(0.0, float(candidate.vector @ vector))
        candidate.weight += QUERY * (held + near) / 2 - QUERY / 4
