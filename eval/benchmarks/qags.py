"""QAGS, CNN/DailyMail half: does the grounding check tell the sentences of a summary that the article
supports from those that it does not?

Data: `mturk_cnndm.jsonl` (a line: article, summary_sentences, each with sentence and responses, and each
response "yes" or "no"), or the folder it is in. Three readers voted on every sentence; what most say is the
label, and a tie counts as not supported.

Each sentence is offered to `grounding.ground` as a model would offer it: a draft that quotes the article's
sentences that hold most of its words (at most three). It is let through or withheld. Figures: `auroc`, that
of the verdict, where a coin toss has 0.5 (a yes-or-no verdict has the mean of the share of supported
sentences let through and of unsupported ones withheld); `bigram_auroc`, the baseline: the share of the
sentence's word pairs that stand in the article; `both_auroc`, by the verdict first and by the baseline where
that is equal; and how many sentences each reason withheld, in all and of the supported ones.

The texts come tokenised and in lower case but for the first word, so that a check of names by their capitals
sees few of them. Numbers that the tokeniser split ("235, 000", "1. 3") are put together again.

Source: Wang et al., "Asking and Answering Questions to Evaluate the Factual Consistency of Summaries", 2020
(arXiv:2004.04228). The articles are CNN's and the Daily Mail's: for measuring at home only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from qa.answering.engine import Draft, Quote
from qa.answering.grounding import Withheld, ground
from qa.answering.words import content_words, words
from qa.sentences import sentence_spans
from qa.types import ArticleHead, Passage

from .rows import Row, one_file, read_lines, sample, share

TITLE = "QAGS (CNN/DailyMail): unsupported summary sentences told from supported ones"

MOST_QUOTES = 3
_SPLIT_NUMBER = re.compile(r"\b(\d{1,3}(?:,(?= \d{3}\b)|\.(?= \d))) ")


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
    """One sentence: its label, why it was withheld ("" if it was not), and its word pairs' overlap."""

    supported: bool
    withheld: str
    overlap: float


def measure(data: Path, *, first: int | None = None) -> dict[str, Any]:
    """The figures, over all summaries or a fixed random sample of `first` of them. Raises UsageError."""
    expected = "a summary a line, with article and summary_sentences (sentence, responses of yes and no)"
    path = one_file(data, expected, "mturk_cnndm.jsonl", "*.jsonl")
    summaries = sample(read_lines(path, Summary, expected), first)
    return {"summaries": len(summaries), **figures([v for summary in summaries for v in verdicts(summary)])}


def figures(found: Sequence[Verdict]) -> dict[str, Any]:
    """Counts, shares and areas under the ROC curve."""
    labels = [v.supported for v in found]
    supported = [v for v in found if v.supported]
    unsupported = [v for v in found if not v.supported]
    through = [v for v in found if not v.withheld]
    return {
        "sentences": len(found),
        "supported": len(supported),
        "auroc": auroc(labels, [not v.withheld for v in found]),
        "bigram_auroc": auroc(labels, [v.overlap for v in found]),
        "both_auroc": auroc(labels, [(not v.withheld) + v.overlap / 2 for v in found]),
        "supported_let_through": share(sum(not v.withheld for v in supported), len(supported)),
        "unsupported_withheld": share(sum(bool(v.withheld) for v in unsupported), len(unsupported)),
        "supported_of_let_through": share(sum(v.supported for v in through), len(through)),
        "withheld": dict(sorted(Counter(v.withheld for v in found if v.withheld).items())),
        "withheld_supported": dict(sorted(Counter(v.withheld for v in supported if v.withheld).items())),
    }


def verdicts(summary: Summary) -> list[Verdict]:
    """A verdict for each sentence of a summary, in order."""
    text = _SPLIT_NUMBER.sub(r"\1", summary.article)
    passage = Passage(
        number=1, article=ArticleHead(id="article"), ordinals=(0,), start=0, end=len(text), text=text,
        score=1, found_by=(),
    )  # fmt: skip
    known = pairs(text)
    return [
        Verdict(s.supported, withheld(s.sentence, passage), overlap(s.sentence, known))
        for s in summary.summary_sentences
    ]


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
    false = [score for label, score in zip(labels, scores, strict=True) if not label]
    wins = sum((t > f) + 0.5 * (t == f) for t in true for f in false)
    return round(wins / (len(true) * len(false)), 4) if true and false else None
