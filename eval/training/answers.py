"""Trains qa/answering/trust.json: which sentence is the likeliest to answer a question, by the figures of
qa/answering/evidence.py, and whether it does, by those of qa/answering/seeming.py.

    python eval/training/answers.py --squad FOLDER [--rows FILE] [--write]

FOLDER is SQuAD 2.0's form (see eval/benchmarks/squad2.py; CC BY-SA 4.0, not part of this project). Needs
the dependency group `train` (scikit-learn). Each question is asked over all paragraphs as `qa ask` would.
First the choice is learnt, by logistic regression on the differences between right and wrong sentences of
one question: right are those of the question's own paragraph that hold an annotated answer. Then the
judgement, by logistic regression on the sentence chosen: questions that it answers against questions that
have no answer.

Pages are split in two by a hash of their titles (`squad2.is_tuned`): weights and threshold come from the one
half, inside of which each page is in turn left out, for the choice as for the judgement; the other half is
looked at once, at the end. The same data and the same version of scikit-learn give the same file.

Printed, for the tuning half (left-out pages) and the held half: `auroc` (is the question answerable),
`best_right` (one of the sentences that would be given is right, of the answerable), `accuracy` at the
threshold, and what abstaining always has. --rows keeps what was collected in a file, or takes it from there.
--write replaces trust.json.
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from qa import Library
from qa.answering import judging
from qa.answering.ask import whole_articles
from qa.answering.evidence import evidence
from qa.answering.planted import with_plain_head
from qa.answering.question import clean_question, parse
from qa.answering.reading import read
from qa.answering.seeming import seeming
from qa.answering.terms import terms_of
from qa.answering.trust import FILE, Trust, Weights
from qa.evals.benchmarks import recipe
from qa.types import Passage

squad2 = recipe("squad2")
CHOICE, JUDGEMENT = 0.3, 0.02
"""Inverse strengths of the penalty on weights (scikit-learn's C), chosen on the tuning half."""
CLOSE = 0.7
Place = tuple[str, int]


@dataclass(frozen=True)
class Asked:
    """A question with its candidate sentences: for each, its article and line, its figures by `evidence`,
    and whether it is right.
    """

    page: str
    impossible: bool
    text: str
    places: tuple[Place, ...]
    names: tuple[str, ...]
    figures: Any
    right: Any


@dataclass(frozen=True)
class Chosen:
    """The sentences that would be given for a question, the likeliest first, and whether one is right."""

    places: tuple[Place, ...]
    right: bool


@contextmanager
def opened(data: Path) -> Iterator[tuple[Library, list[Any]]]:
    """A library of all paragraphs, and the questions, in the order of the file."""
    articles, questions = squad2.read(data)
    with tempfile.TemporaryDirectory() as folder, Library(Path(folder) / "library") as library:
        library.add(articles)
        yield library, questions


def passages(library: Library, text: str) -> list[Passage]:
    """The articles that the engine would read for a question."""
    return [with_plain_head(p) for p in whole_articles(library.search(text, k=8), library, 4)]


def collect(library: Library, questions: Sequence[Any]) -> Iterator[Asked]:
    """The questions with their candidates."""
    for number, question in enumerate(questions):
        if number % 500 == 0:
            print(f"{number} of {len(questions)} questions", file=sys.stderr)
        text = clean_question(question.question)
        asked, found = parse(text), read(passages(library, text))
        terms = terms_of(asked, found)
        rows = [
            ((story.passage.article.id, line.index), line.text, evidence(asked, line, story, terms, held))
            for line, story, held in (judging.candidates(found, terms) if terms else ())
        ]
        wanted = [] if question.is_impossible else [gold.text.lower() for gold in question.answers]
        right = [
            place[0] == question.article and any(w in said.lower() for w in wanted) for place, said, _ in rows
        ]
        yield Asked(
            question.page, question.is_impossible, text, tuple(place for place, _, _ in rows),
            tuple(rows[0][2]) if rows else (), np.array([list(f.values()) for _, _, f in rows]),
            np.array(right, dtype=bool),
        )  # fmt: skip


def look(library: Library, asked: Asked, place: Place) -> dict[str, float]:
    """The figures of one sentence by `seeming`."""
    (story,) = read([p for p in passages(library, asked.text) if p.article.id == place[0]])
    return seeming(parse(asked.text), story.lines[place[1]], story)


def choosing(asked: Sequence[Asked]) -> Weights:
    """The weights of the choice: a question counts as much as another, however many sentences it has."""
    from sklearn.linear_model import LogisticRegression

    figures = np.concatenate([a.figures for a in asked if a.places])
    scale = figures.std(axis=0)
    scale[scale < 1e-9] = np.inf
    pairs, counts = [], []
    for a in asked:
        if a.right.any() and not a.right.all():
            both = a.figures[a.right][:, None] - a.figures[~a.right][None]
            pairs.append(both.reshape(-1, figures.shape[1]) / scale)
            counts.append(np.full(len(pairs[-1]), 1 / len(pairs[-1])))
    better, weight = np.concatenate(pairs), np.concatenate(counts)
    model = LogisticRegression(C=CHOICE, fit_intercept=False, max_iter=500)
    signs = np.r_[np.ones(len(better)), np.zeros(len(better))]
    model.fit(np.concatenate([better, -better]), signs, sample_weight=np.r_[weight, weight])
    names = max((a.names for a in asked), key=len)
    return Weights(figures=names, weights=_rounded(model.coef_[0] / scale))


def chosen(asked: Asked, weights: Weights) -> Chosen:
    """What `judging.likeliest` gives."""
    if not asked.places:
        return Chosen((), False)
    totals = asked.figures @ np.array(weights.weights)
    order = np.argsort(-totals, kind="stable")[: judging.MOST]
    given = [n for n in order if totals[n] >= totals[order[0]] - CLOSE]
    return Chosen(tuple(asked.places[n] for n in given), bool(asked.right[given].any()))


def judgement(asked: Sequence[Asked], given: Sequence[Chosen], looked: Sequence[Any]) -> Weights:
    """The weights of the judgement. A question whose sentence is wrong though it has an answer teaches
    nothing: neither giving it nor leaving it is right.
    """
    from sklearn.linear_model import LogisticRegression

    of_use = [
        n for n, (a, c) in enumerate(zip(asked, given, strict=True)) if c.places and (c.right or a.impossible)
    ]
    figures = np.array([list(looked[n].values()) for n in of_use])
    mean, scale = figures.mean(axis=0), figures.std(axis=0)
    scale[scale < 1e-9] = np.inf
    model = LogisticRegression(C=JUDGEMENT, max_iter=500)
    model.fit((figures - mean) / scale, [given[n].right for n in of_use])
    weights = model.coef_[0] / scale
    base = round(float(model.intercept_[0] - weights @ mean), 5)
    return Weights(figures=tuple(looked[of_use[0]]), base=base, weights=_rounded(weights))


def _rounded(weights: Any) -> tuple[float, ...]:
    return tuple(round(float(w), 5) for w in weights)


def left_out(
    asked: Sequence[Asked], fit: Callable[[list[int]], Any], use: Callable[[Any, int], Any]
) -> list[Any]:
    """For each question, what is found with weights learnt without its page."""
    found: list[Any] = [None] * len(asked)
    for page in sorted({a.page for a in asked}):
        weights = fit([n for n, a in enumerate(asked) if a.page != page])
        for number, a in enumerate(asked):
            if a.page == page:
                found[number] = use(weights, number)
    return found


def accuracy(
    asked: Sequence[Asked], given: Sequence[Chosen], chance: Sequence[float], enough: float
) -> float:
    """The share answered rightly, or rightly left, if `enough` is asked."""
    told = [c.right if p >= enough else a.impossible for a, c, p in zip(asked, given, chance, strict=True)]
    return float(np.mean(told))


def figures(
    asked: Sequence[Asked], given: Sequence[Chosen], chance: Sequence[float], enough: float
) -> dict[str, float]:
    """What is printed for one half."""
    from sklearn.metrics import roc_auc_score

    right = [c.right for a, c in zip(asked, given, strict=True) if not a.impossible]
    return {
        "questions": len(asked),
        "auroc": round(float(roc_auc_score([not a.impossible for a in asked], chance)), 4),
        "best_right": round(float(np.mean(right)), 4),
        "accuracy": round(accuracy(asked, given, chance, enough), 4),
        "always_abstain": round(float(np.mean([a.impossible for a in asked])), 4),
    }


def rows(library: Library, questions: Sequence[Any], kept: Path | None) -> list[Asked]:
    """The questions: from the file `kept`, else collected, and kept there."""
    if kept and kept.exists():
        with kept.open("rb") as file:
            return list(pickle.load(file))  # written by this script
    asked = list(collect(library, questions))
    if kept:
        with kept.open("wb") as file:
            pickle.dump(asked, file)
    return asked


def train(asked: Sequence[Asked], library: Library) -> tuple[Trust, dict[str, Any]]:
    """The weights, from the tuning half, and the figures of both halves."""
    tuned = [a for a in asked if squad2.is_tuned(a.page)]
    held = [a for a in asked if not squad2.is_tuned(a.page)]

    def looks(some: Sequence[Asked], given: Sequence[Chosen]) -> list[Any]:
        return [look(library, a, c.places[0]) if c.places else None for a, c in zip(some, given, strict=True)]

    def judged(weights: Weights, seen: dict[str, float] | None) -> float:
        return weights.probability(seen) if seen else 0.0

    given = left_out(
        tuned, lambda some: choosing([tuned[n] for n in some]), lambda weights, n: chosen(tuned[n], weights)
    )
    looked = looks(tuned, given)

    def judging_without(some: list[int]) -> Weights:
        return judgement([tuned[n] for n in some], [given[n] for n in some], [looked[n] for n in some])

    chance = left_out(tuned, judging_without, lambda weights, n: judged(weights, looked[n]))
    enough = max((n / 50 for n in range(15, 36)), key=lambda n: accuracy(tuned, given, chance, n))
    trust = Trust(
        made_by="eval/training/answers.py, SQuAD 2.0 (CC BY-SA 4.0), tuning half of the pages",
        choosing=choosing(tuned), judging=judgement(tuned, given, looked), close=CLOSE, strict=enough,
    )  # fmt: skip
    found = {"tuned": figures(tuned, given, chance, enough)}
    given = [chosen(a, trust.choosing) for a in held]
    chance = [judged(trust.judging, seen) for seen in looks(held, given)]
    return trust, {"enough": enough, **found, "held": figures(held, given, chance, enough)}


def main() -> None:
    """Trains, prints both halves' figures, and writes the weights if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--squad", type=Path, required=True, help="folder or file of SQuAD 2.0's form")
    parser.add_argument("--rows", type=Path, default=None, help="keep what was collected here, or take it")
    parser.add_argument("--write", action="store_true", help="replace qa/answering/trust.json")
    options = parser.parse_args()
    with opened(options.squad) as (library, questions):
        trust, found = train(rows(library, questions, options.rows), library)
    print(json.dumps(found))
    if options.write:
        FILE.write_text(trust.model_dump_json(indent=1) + "\n", "utf-8")
        print(f"wrote {FILE}")


if __name__ == "__main__":
    main()
