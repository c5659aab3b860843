"""Summaries: does the extractive summarizer choose better sentences than the opening does, and than LexRank?

Data: a folder with NewsQA's `split_dev_articles.jsonl` and `split_dev_questions.jsonl`, or with QAGS's
`mturk_cnndm.jsonl`, or one that holds such folders. Our own references (`eval/summaries/references.jsonl`)
are measured beside them in every run. What each reference is worth:

* `own_*`: a summary of 50 to 90 words for each article of the suite and the samples, written by us before any
  sentence was chosen, in other words than the article's. Few, and of articles that we wrote too.
* `newsqa_*`: no summary was written. NewsQA's questions are by people who saw an article's headline and
  highlights only, so the sentences that hold the annotated answers tell what that summary spoke of: taken
  together, in order, they are the reference (articles with at least three questions). Human-made, but a sign
  of the content and no text that an editor would print; ROUGE is high since the reference is of the article's
  own sentences. `answered` is the share of questions whose annotated answer stands in the summary.
* `qags`: the sentences of a model's summary that most readers found supported by the article. True, but
  chosen by a model, and models of that time copied the opening: a method that departs from it loses here.

The `*_tune` half set the summarizer's weights, the `*_held` half did not; halves are by hash of the name.

Figures: ROUGE-1, 2 and L (F1 in percent, stemmed) of `lead3`, the first three sentences; `lexrank`, sumy's
LexRank with three sentences; `ours3`, our best three; `ours_words`, our summary with as many words as lead3
has (within a tenth). Datelines are off for all. `..._over_lead3_*` is the 95 % interval of the mean
difference, by a paired bootstrap over articles (Koehn 2004), 2,000 samples.

Needs rouge-score and sumy: `pip install --group bench`.

Source: Lin, "ROUGE", 2004; Erkan and Radev, "LexRank", 2004; Trischler et al., "NewsQA", 2017
(arXiv:1611.09830); Wang et al., 2020 (arXiv:2004.04228). The articles are CNN's and the Daily Mail's: for
measuring at home only.
"""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from qa.answering.engine import Draft
from qa.answering.reading import Line, Story
from qa.answering.reading import read as read_stories
from qa.answering.words import words
from qa.errors import UsageError
from qa.evals.suite import read_article
from qa.library.embedders import Embedder, WordLlamaEmbedder
from qa.resources import resource
from qa.sentences import sentence_spans
from qa.summarizing.choosing import whole
from qa.summarizing.engine import Brief, count_words
from qa.summarizing.extractive import ExtractiveSummarizer
from qa.summarizing.selecting import best
from qa.summarizing.weighing import weighed
from qa.types import Article, Passage

from . import newsqa, qags
from .rows import Row, read_lines, sample, share

TITLE = "Summaries: our sentences beside the opening's and LexRank's (ROUGE)"

FEWEST_QUESTIONS = 3
SENTENCES = 3
SAMPLES = 2000
KINDS = ("rouge1", "rouge2", "rougeL")
METHODS = ("lead3", "lexrank", "ours3", "ours_words")


class Reference(Row):
    """Our own summary of one article of the suite or the samples."""

    article: str
    half: Literal["tune", "held"]
    summary: str = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Case:
    """An article and what its summary is held against; `answers` are the places in its text that annotators
    marked, for each question.
    """

    passage: Passage
    reference: str
    answers: tuple[tuple[int, ...], ...] = ()


@dataclass(slots=True)
class Told:
    """A summary as text, and the lines of the article that it takes."""

    text: str
    lines: list[tuple[int, int]] = field(default_factory=list)

    def holds(self, places: Sequence[int]) -> bool:
        """Whether one of these places of the article stands in it."""
        return any(start <= place < end for place in places for start, end in self.lines)


def measure(data: Path, *, first: int | None = None) -> dict[str, Any]:
    """The figures for each set that is there, over all articles or a fixed random sample of `first` of each
    set. Raises UsageError.
    """
    score, lexrank = _tools()
    sets = {**_newsqa(data), **_qags(data)}
    if not sets:
        raise UsageError(
            f"{data} holds no {newsqa.ARTICLES} and no mturk_cnndm.jsonl",
            "Give NewsQA's or QAGS's folder, or one that holds both.",
        )
    embedder = WordLlamaEmbedder()
    return {
        name: figures([_told(case, embedder, lexrank) for case in chosen], chosen, score)
        for name, cases in {**_own(), **sets}.items()
        if (chosen := sample(cases, first))
    }


Score = Callable[[str, str], dict[str, float]]
LexRank = Callable[[Sequence[str]], list[int]]


def figures(told: Sequence[dict[str, Told]], cases: Sequence[Case], score: Score) -> dict[str, Any]:
    """ROUGE of each method, the interval of ours over lead3, and how many questions are answered."""
    scores: dict[str, list[float]] = defaultdict(list)
    for case, summaries in zip(cases, told, strict=True):
        for method in METHODS:
            for kind, value in score(case.reference, summaries[method].text).items():
                scores[f"{method}_{kind}"].append(value)
    values: dict[str, Any] = {"articles": len(cases)}
    values |= {name: round(100 * _mean(found), 2) for name, found in scores.items()}
    for method in ("ours3", "ours_words"):
        for kind in KINDS:
            ours, lead = scores[f"{method}_{kind}"], scores[f"lead3_{kind}"]
            interval = bootstrap([a - b for a, b in zip(ours, lead, strict=True)])
            values[f"{method}_over_lead3_{kind}"] = [round(100 * bound, 2) for bound in interval]
    if any(case.answers for case in cases):
        total = sum(len(case.answers) for case in cases)
        for method in METHODS:
            held = sum(t[method].holds(a) for case, t in zip(cases, told, strict=True) for a in case.answers)
            values[f"{method}_answered"] = share(held, total)
    for method in METHODS:
        values[f"{method}_words"] = round(_mean([count_words(t[method].text) for t in told]), 1)
    return values


def bootstrap(differences: Sequence[float]) -> tuple[float, float]:
    """The 95 % interval of the mean of paired differences, from 2,000 samples with replacement; always the
    same for the same differences.
    """
    chance = random.Random(7)
    means = sorted(_mean(chance.choices(differences, k=len(differences))) for _ in range(SAMPLES))
    return means[int(0.025 * SAMPLES)], means[int(0.975 * SAMPLES) - 1]


def _mean(found: Sequence[float]) -> float:
    return sum(found) / len(found) if found else 0.0


# ---------------------------------------------------------------- summaries


def _told(case: Case, embedder: Embedder, lexrank: LexRank) -> dict[str, Told]:
    story = read_stories([case.passage])[0]
    lines = story.lines
    lead = _of_lines(lines[:SENTENCES])
    three = best(weighed([story], embedder)[0], SENTENCES)
    return {
        "lead3": lead,
        "lexrank": _of_lines([lines[i] for i in lexrank([line.text for line in lines])]),
        "ours3": Told(" ".join(c.standing.text for c in three), _places([c.line for c in three])),
        "ours_words": _ours(case.passage, story, count_words(lead.text), embedder),
    }


def _of_lines(lines: Sequence[Line]) -> Told:
    return Told(" ".join(line.text for line in lines), _places(lines))


def _places(lines: Sequence[Line]) -> list[tuple[int, int]]:
    return [(line.start, line.start + len(line.text)) for line in lines]


def _ours(passage: Passage, story: Story, length: int, embedder: Embedder) -> Told:
    """What the summarizer says in so many words; a line counts as said only where its own words are."""
    brief = Brief(style="brief", words=max(1, length))
    drafts = [d for d in ExtractiveSummarizer(embedder).draft(brief, [passage]) if isinstance(d, Draft)]
    by_text = {line.text: line for line in story.lines}
    plain = " ".join(d.text for d in drafts)
    said = [by_text[q.text] for d in drafts for i, q in enumerate(d.quotes) if i == 0 or q.text in plain]
    return Told(plain, _places(said))


def _tools() -> tuple[Score, LexRank]:
    """ROUGE, and LexRank's choice of sentences as their numbers in order. Raises UsageError where a
    package is missing.
    """
    try:
        from rouge_score.rouge_scorer import RougeScorer
        from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
        from sumy.summarizers.lex_rank import LexRankSummarizer
    except ImportError as exc:
        raise UsageError(
            f"This benchmark needs rouge-score and sumy ({exc.name} is missing)", "pip install --group bench"
        ) from exc
    scorer = RougeScorer(list(KINDS), use_stemmer=True)

    def score(reference: str, text: str) -> dict[str, float]:
        return {kind: float(found.fmeasure) for kind, found in scorer.score(reference, text).items()}

    def lexrank(sentences: Sequence[str]) -> list[int]:
        dom = [Sentence(text, _Tokenizer()) for text in sentences]
        kept = {s._text for s in LexRankSummarizer()(ObjectDocumentModel([Paragraph(dom)]), SENTENCES)}
        first = {text.strip(): i for i, text in reversed(list(enumerate(sentences)))}
        return sorted(first[text] for text in kept)

    return score, lexrank


class _Tokenizer:
    """What sumy asks of a tokenizer, without NLTK's data: our own sentences and words."""

    def to_sentences(self, text: str) -> tuple[str, ...]:
        return tuple(text[a:b] for a, b in sentence_spans(text))

    def to_words(self, text: str) -> tuple[str, ...]:
        return tuple(w.lower for w in words(text))


# ---------------------------------------------------------------- references


def _own() -> dict[str, list[Case]]:
    path = resource("eval", "summaries", "references.jsonl")
    found: dict[str, list[Case]] = {"own_tune": [], "own_held": []}
    for row in read_lines(path, Reference, "a reference a line, with article, half and summary"):
        folders = [resource("eval", name) for name in ("articles", "samples")]
        file = next(p for f in folders if (p := f / f"{row.article}.txt").exists())
        found[f"own_{row.half}"].append(Case(whole([read_article(file)])[0], row.summary))
    return found


def half(name: str) -> str:
    """ "tune" or "held", by hash of the name."""
    return "held" if hashlib.sha256(name.encode()).digest()[0] % 2 else "tune"


def _newsqa(data: Path) -> dict[str, list[Case]]:
    folder = next((f for f in (data, *_folders(data)) if (f / newsqa.ARTICLES).exists()), None)
    if folder is None:
        return {}
    articles, questions = newsqa.read(folder)
    asked: dict[str, list[tuple[int, ...]]] = defaultdict(list)
    for question in questions:
        asked[question.article_id].append(tuple(span.answer_start for span in question.answers))
    found: dict[str, list[Case]] = {"newsqa_tune": [], "newsqa_held": []}
    for article in articles:
        answers = asked[article.id]
        if len(answers) < FEWEST_QUESTIONS:
            continue
        passage = whole([article])[0]
        lines = read_stories([passage])[0].lines
        held = [
            line
            for line in lines
            if any(line.start <= p < line.start + len(line.text) for a in answers for p in a)
        ]
        if held:
            reference = " ".join(line.text for line in held)
            found[f"newsqa_{half(article.id)}"].append(Case(passage, reference, tuple(answers)))
    return found


def _qags(data: Path) -> dict[str, list[Case]]:
    inside = [data] if data.is_file() else [f / "mturk_cnndm.jsonl" for f in (data, *_folders(data))]
    path = next((p for p in inside if p.exists()), None)
    if path is None:
        return {}
    rows = read_lines(
        path, qags.Summary, "a summary a line, with article and summary_sentences (sentence, responses)"
    )
    cases = []
    for number, row in enumerate(rows):
        supported = " ".join(s.sentence for s in row.summary_sentences if s.supported)
        if supported:
            cases.append(Case(whole([Article(id=f"qags{number}", text=row.article)])[0], supported))
    return {"qags": cases}


def _folders(data: Path) -> list[Path]:
    return sorted(path for path in data.iterdir() if path.is_dir()) if data.is_dir() else []
