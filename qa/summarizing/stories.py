"""Which articles tell one story: those about the same people, places and things, in much the same words.

One pass in order of time, each article joining the story that is nearest to it, if any is near enough
(single-pass clustering, as in topic detection and tracking: Allan, Papka and Lavrenko, SIGIR 1998). Near is
half the names they share, rare ones counting most, and half what their headlines and openings mean.
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from qa.answering.reading import without_dateline
from qa.answering.words import names
from qa.sentences import sentence_spans

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from qa.library.embedders import Embedder
    from qa.types import Passage

ONE_STORY = 0.44
ONE_STORY_SOON = 0.34
"""How alike an article must be to a story, and to one whose last report is at most SOON seconds older.
Chosen on the sample articles, the suite's and ten more, whose 13 stories are known by hand: the two least
alike of one story have .36 and .47, the most alike of two stories .30."""
SOON = 3 * 86_400
NAMES = 0.5
"""The weight of the names; what the openings mean has the rest."""
OPENING = 900
"""So many characters of an article say what it is about."""
_BUCKETS = 4096
_MOST_NAMES = 60


def stories(
    passages: Sequence[Passage], embedder: Embedder, groups: Mapping[str, str] | None = None
) -> list[list[Passage]]:
    """The articles by story; stories in the order of their first article, articles in order of publication
    (undated last).

    `groups` names the source that an article is a copy from (`Library.groups`): copies are one story.
    """
    import numpy as np

    ordered = sorted(passages, key=_when)
    if not ordered:
        return []
    meaning = np.asarray(embedder.embed([_opening(p) for p in ordered]), dtype=np.float32)
    named = _name_vectors([_names(p) for p in ordered])
    sums = np.zeros((len(ordered), meaning.shape[1] + named.shape[1]), dtype=np.float32)
    both = np.hstack([_unit(meaning) * math.sqrt(1 - NAMES), named * math.sqrt(NAMES)])
    found: list[list[Passage]] = []
    by_source: dict[str, int] = {}
    for number, passage in enumerate(ordered):
        source = (groups or {}).get(passage.article.id, passage.article.id)
        place = by_source.get(source)
        if place is None and found:
            # The mean likeness to the story's articles, for the mean of unit vectors is their sum over n.
            sizes = np.array([len(s) for s in found], dtype=np.float32)
            likeness = (sums[: len(found)] @ both[number]) / sizes
            needed = [_needed(story[-1], passage) for story in found]
            best = int(np.argmax(likeness - needed))
            place = best if likeness[best] >= needed[best] else None
        if place is None:
            place = len(found)
            found.append([])
        found[place].append(passage)
        sums[place] += both[number]
        by_source[source] = place
    return found


def _needed(last: Passage, new: Passage) -> float:
    before, now = last.article.published, new.article.published
    return ONE_STORY_SOON if before and now and (now - before).total_seconds() <= SOON else ONE_STORY


def _when(passage: Passage) -> tuple[bool, float, int]:
    published = passage.article.published
    return published is None, published.timestamp() if published else 0.0, passage.number


def _opening(passage: Passage) -> str:
    return f"{passage.article.title}\n{passage.text[:OPENING]}"


def _names(passage: Passage) -> Counter[str]:
    """The names of an article and how often each occurs; one that opens a sentence counts only where it
    occurs elsewhere, too.
    """
    counted: Counter[str] = Counter()
    for start, end in sentence_spans(passage.text):
        sentence = without_dateline(passage.text[start:end])
        counted.update(" ".join(n.parts) for n in names(sentence, skip_first=True) if n.parts)
    title = names(passage.article.title, skip_first=True)
    counted.update(" ".join(name.parts) for name in title if name.parts)
    return counted


def _name_vectors(counted: Sequence[Counter[str]]) -> NDArray[np.float32]:
    """One row of unit length for each article: its names by their last word, the rarer the heavier."""
    import numpy as np

    spread = Counter(name for names_of in counted for name in {n.split()[-1] for n in names_of})
    rows = np.zeros((len(counted), _BUCKETS), dtype=np.float32)
    for row, names_of in zip(rows, counted, strict=True):
        for name, count in names_of.most_common(_MOST_NAMES):
            last = name.split()[-1]
            rarity = math.log(1 + len(counted) / spread[last])
            row[zlib.crc32(last.encode()) % _BUCKETS] += (1 + math.log(count)) * rarity
    return _unit(rows)


def _unit(rows: Any) -> NDArray[np.float32]:
    import numpy as np

    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: NDArray[np.float32] = rows / np.where(lengths > 0, lengths, 1)
    return unit
