"""QAGS, CNN/DailyMail half: does the grounding check tell the sentences of a summary that the article
supports from those that it does not?

Data: `mturk_cnndm.jsonl` (a line: article, summary_sentences, each with sentence and responses, and each
response "yes" or "no"), or the folder it is in. Three readers voted on every sentence; what most say is the
label, and a tie counts as not supported.

Figures, graded: `auroc` is that of `supporting.scoring.support` (0 to 1, over the whole article), how often a
supported sentence scores above an unsupported one; `auroc_between` its 95 % interval, from a bootstrap over
summaries. Beside it `bigram_auroc`, the baseline: the share of the sentence's word pairs that stand in the
article; their difference with its interval (`auroc_over_bigram`); and the same on the half of the articles
that a few constants were chosen on (`tune`) and on the other (`held`; the halves by the article's SHA-256).

Yes or no: each sentence is offered to `grounding.ground` as a model would offer it, a draft that quotes the
article's sentences that hold most of its words (at most three), and let through or withheld. `verdict_auroc`
is that of the verdict, where a coin toss has 0.5 (the mean of the share of supported sentences let through
and of unsupported ones withheld); and how many sentences each reason withheld, in all and of the supported
ones.

The texts come tokenised and in lower case but for the first word, so that a check of names by their capitals
sees few of them. What the tokeniser did to numbers ("235, 000", "1. 3"), quotation marks ("` ` no'' he said")
and dashes (" - - ") is undone (`as_written`): left as they are, the backticks hide where sentences end.

Source: Wang et al., "Asking and Answering Questions to Evaluate the Factual Consistency of Summaries", 2020
(arXiv:2004.04228). The articles are CNN's and the Daily Mail's: for measuring at home only.
"""

from __future__ import annotations

import hashlib
import random
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from qa.answering.engine import Draft, Quote
from qa.answering.grounding import Withheld, ground
from qa.answering.supporting.scoring import support
from qa.answering.words import content_words, words
from qa.sentences import sentence_spans
from qa.types import ArticleHead, Passage

from .rows import Row, one_file, read_lines, sample, share

TITLE = "QAGS (CNN/DailyMail): unsupported summary sentences told from supported ones"

MOST_QUOTES = 3
SAMPLES = 2000
# In this order.
_REPAIRS = (
    (re.compile(r"\b(\d{1,3}(?:,(?= \d{3}\b)|\.(?= \d))) "), r"\1"),
    (re.compile(r"`\s?`\s*"), "“"),
    (re.compile(r"\s?''|\s?' '(?=\s|$)"), "”"),
    (re.compile(r"`\s*"), "‘"),
    (re.compile(r"(‘[^‘’]*?(?<=[\w.,!?;:)]))\s?'(?=[\s.,;:!?)]|$)"), r"\1’"),
    (re.compile(r" - - "), " — "),
    # A quotation after a full stop opens a paragraph in these papers.
    (re.compile(r"(?<=[.!?”’]) (?=[“‘])"), "\n"),
)


class Vote(Row):
    """One reader's vote."""

    response: Literal["yes", "no"]


class Sentence(Row):
    """A sentence of a summary and the votes on it."""

    sentence: str = Field(min_length=1)
    responses: tuple[Vote, ...] = Field(min_length=1)

    @property
    def supported(self) -> bool:
        """What most readers say."""
        return 2 * sum(vote.response == "yes" for vote in self.responses) > len(self.responses)


class Summary(Row):
    """An article and the sentences of its summary."""

    article: str = Field(min_length=1)
    summary_sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One sentence: its label, why it was withheld ("" if it was not), its word pairs' overlap and its
    support."""

    supported: bool
    withheld: str
    overlap: float
    support: float


def measure(data: Path, *, first: int | None = None) -> dict[str, Any]:
    """The figures, over all summaries or a fixed random sample of `first` of them. Raises UsageError."""
    expected = "a summary a line, with article and summary_sentences (sentence, responses of yes and no)"
    path = one_file(data, expected, "mturk_cnndm.jsonl", "*.jsonl")
    summaries = sample(read_lines(path, Summary, expected), first)
    found = [verdicts(summary) for summary in summaries]
    tuned = [is_tuning(summary.article) for summary in summaries]
    halves = {
        name: graded([v for v, tune in zip(found, tuned, strict=True) if tune == wanted])
        for name, wanted in (("tune", True), ("held", False))
    }
    return {
        "summaries": len(summaries),
        **graded(found),
        **halves,
        **figures([v for vs in found for v in vs]),
    }


def is_tuning(article: str) -> bool:
    """Whether an article belongs to the half that constants may be chosen on."""
    return hashlib.sha256(article.encode()).digest()[0] % 2 == 0


def graded(found: Sequence[Sequence[Verdict]]) -> dict[str, Any]:
    """The areas under the ROC curve of the score and of the baseline, over summaries, and their
    difference."""
    flat = [v for verdicts_ in found for v in verdicts_]
    labels = [v.supported for v in flat]
    return {
        "auroc": auroc(labels, [v.support for v in flat]),
        "auroc_between": between(found),
        "bigram_auroc": auroc(labels, [v.overlap for v in flat]),
        "auroc_over_bigram": over_baseline(found),
    }


def between(found: Sequence[Sequence[Verdict]]) -> dict[str, float] | None:
    """The 95 % interval of the score's area, as `over_baseline` has it."""

    def area(drawn: Sequence[Sequence[Verdict]]) -> float | None:
        flat = [v for verdicts_ in drawn for v in verdicts_]
        return auroc([v.supported for v in flat], [v.support for v in flat])

    interval = bootstrapped(found, area)
    return {"low": interval[0], "high": interval[1]} if interval else None


def over_baseline(found: Sequence[Sequence[Verdict]]) -> dict[str, float] | None:
    """By how much the score's area exceeds the baseline's, `low` and `high` its 95 % interval. None where all
    have one label.
    """

    def difference(drawn: Sequence[Sequence[Verdict]]) -> float | None:
        flat = [v for verdicts_ in drawn for v in verdicts_]
        labels = [v.supported for v in flat]
        ours = auroc(labels, [v.support for v in flat])
        theirs = auroc(labels, [v.overlap for v in flat])
        return None if ours is None or theirs is None else ours - theirs

    middle, interval = difference(found), bootstrapped(found, difference)
    if middle is None or interval is None:
        return None
    return {"mean": round(middle, 4), "low": interval[0], "high": interval[1]}


def bootstrapped(
    found: Sequence[Sequence[Verdict]], figure: Callable[[Sequence[Sequence[Verdict]]], float | None]
) -> tuple[float, float] | None:
    """The 95 % interval of a figure: a seeded bootstrap over summaries, whose sentences stay together. None
    where it cannot be told."""
    draw = random.Random(7)
    drawn = (figure(draw.choices(found, k=len(found))) for _ in range(SAMPLES)) if found else iter(())
    spread = sorted(d for d in drawn if d is not None)
    if not spread:
        return None
    low, high = spread[int(0.025 * len(spread))], spread[min(int(0.975 * len(spread)), len(spread) - 1)]
    return round(low, 4), round(high, 4)


def figures(found: Sequence[Verdict]) -> dict[str, Any]:
    """Of the verdicts: counts, shares and the area under the ROC curve."""
    labels = [v.supported for v in found]
    supported = [v for v in found if v.supported]
    unsupported = [v for v in found if not v.supported]
    through = [v for v in found if not v.withheld]
    return {
        "sentences": len(found),
        "supported": len(supported),
        "verdict_auroc": auroc(labels, [not v.withheld for v in found]),
        "supported_let_through": share(sum(not v.withheld for v in supported), len(supported)),
        "unsupported_withheld": share(sum(bool(v.withheld) for v in unsupported), len(unsupported)),
        "supported_of_let_through": share(sum(v.supported for v in through), len(through)),
        "withheld": dict(sorted(Counter(v.withheld for v in found if v.withheld).items())),
        "withheld_supported": dict(sorted(Counter(v.withheld for v in supported if v.withheld).items())),
    }


def verdicts(summary: Summary) -> list[Verdict]:
    """A verdict for each sentence of a summary, in order."""
    text = as_written(summary.article)
    sentences = [as_written(s.sentence) for s in summary.summary_sentences]
    passage = Passage(
        number=1, article=ArticleHead(id="article"), ordinals=(0,), start=0, end=len(text), text=text,
        score=1, found_by=(),
    )  # fmt: skip
    known = pairs(text)
    return [
        Verdict(
            s.supported,
            withheld(sentence, passage),
            overlap(sentence, known),
            support(sentence, text),
        )
        for s, sentence in zip(summary.summary_sentences, sentences, strict=True)
    ]


def as_written(text: str) -> str:
    """`text` with the marks that a tokeniser took apart put together again."""
    for pattern, repaired in _REPAIRS:
        text = pattern.sub(repaired, text)
    return text


def withheld(sentence: str, passage: Passage) -> str:
    """The code of why the grounding check withholds a sentence that cites the best sentences of the passage,
    "" if it lets it through."""
    quotes = tuple(Quote(passage=1, text=text) for text in best_sentences(sentence, passage.text))
    result = ground(Draft(text=sentence, quotes=quotes), [passage])
    return result.code if isinstance(result, Withheld) else ""


def best_sentences(sentence: str, text: str) -> list[str]:
    """At most three sentences of `text`, each the one that holds most words of `sentence` that those before
    it lack; the first of all if none holds any.
    """
    sentences = [text[start:end] for start, end in sentence_spans(text)]
    stems = [{w.stem for w in words(s)} for s in sentences]
    missing = {w.stem for w in content_words(sentence)}
    chosen: list[str] = []
    while len(chosen) < min(MOST_QUOTES, len(sentences)):
        best = max(range(len(sentences)), key=lambda i: len(missing & stems[i]))
        if chosen and not missing & stems[best]:
            break
        chosen.append(sentences[best])
        missing -= stems[best]
    return chosen


def pairs(text: str) -> set[tuple[str, str]]:
    """Every two words that stand side by side in `text`, in lower case."""
    return set(pairwise(w.lower for w in words(text)))


def overlap(sentence: str, known: set[tuple[str, str]]) -> float:
    """The share of the sentence's word pairs that are `known`; 0 for a single word."""
    own = pairs(sentence)
    return len(own & known) / len(own) if own else 0.0


def auroc(labels: Sequence[bool], scores: Sequence[float]) -> float | None:
    """How often a true case has the higher score than a false one, an equal score counting half (Mann and
    Whitney's U over all pairs); None unless there are both.
    """
    true = [score for label, score in zip(labels, scores, strict=True) if label]
    false = sorted(score for label, score in zip(labels, scores, strict=True) if not label)
    wins = sum((bisect_left(false, t) + bisect_right(false, t)) / 2 for t in true)
    return round(wins / (len(true) * len(false)), 4) if true and false else None
