"""Trains qa/answering/trust.json: how likely a sentence answers a question, by the figures of
qa/answering/evidence.py.

    python eval/training/answers.py --squad FOLDER [--rows FILE] [--write]

FOLDER is SQuAD 2.0's form (see eval/benchmarks/squad2.py; CC BY-SA 4.0, not part of this project). Needs
the dependency group `train` (scikit-learn). Each question is asked over all paragraphs as `qa ask` would;
the best sentences of the four best articles become rows, right where they are of the question's own
paragraph and hold an annotated answer. Pages are split in two by a hash of their titles
(`squad2.is_tuned`): weights and thresholds come from the one half, inside of which each page is in turn
left out (5 groups of pages) to choose the threshold; the other half is looked at once, at the end. Seeds
are fixed (7); the same data and the same version of scikit-learn give the same file.

Printed, for logistic regression alone and for small gradient-boosted trees, on the tuning half (left-out
pages) and on the held half: `auroc` (is the question answerable, by its best sentence), `best_right` (the
best sentence is a right one, of the answerable), `accuracy` at the threshold, and what abstaining always
has. --rows keeps the collected rows in a file, or takes them from it if it is there. --write replaces
trust.json.
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
import tempfile
from collections.abc import Iterator, Sequence
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
from qa.answering.terms import terms_of
from qa.answering.trust import FILE, Trust
from qa.evals.benchmarks import recipe

squad2 = recipe("squad2")
SEED = 7
GROUPS = 5


@dataclass(frozen=True)
class Asked:
    """A question with the figures of its candidate sentences, one row each, and which of them are right."""

    page: str
    impossible: bool
    names: tuple[str, ...]
    figures: Any
    right: Any


def collect(data: Path) -> Iterator[Asked]:
    """The questions of SQuAD 2.0 with their candidates, in the order of the file."""
    articles, questions = squad2.read(data)
    with tempfile.TemporaryDirectory() as folder, Library(Path(folder) / "library") as library:
        library.add(articles)
        for number, question in enumerate(questions):
            if number % 500 == 0:
                print(f"{number} of {len(questions)} questions", file=sys.stderr)
            rows = list(candidates(library, question.question))
            wanted = [gold.text.lower() for gold in question.answers] if not question.is_impossible else []
            right = [
                name == question.article and any(w in text.lower() for w in wanted) for name, text, _ in rows
            ]
            figures = np.array([list(f.values()) for _, _, f in rows], dtype=np.float32)
            names = tuple(rows[0][2]) if rows else ()
            yield Asked(question.page, question.is_impossible, names, figures, np.array(right, dtype=bool))


def candidates(library: Library, question: str) -> Iterator[tuple[str, str, dict[str, float]]]:
    """(article id, sentence, figures) of the sentences that hold most of the question, article by article."""
    text = clean_question(question)
    found = whole_articles(library.search(text, k=8), library, 4)
    asked, stories = parse(text), read([with_plain_head(p) for p in found])
    terms = terms_of(asked, stories)
    for line, story, held in judging.candidates(stories, terms) if terms else ():
        yield story.passage.article.id, line.text, evidence(asked, line, story, terms, held)


def fitted(squad: Sequence[Asked], *, trees: bool) -> Any:
    """A scikit-learn classifier of candidate sentences, trained on these questions."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    asked = [a for a in squad if len(a.right)]
    figures = np.concatenate([a.figures for a in asked])
    right = np.concatenate([a.right for a in asked])
    if trees:
        model = HistGradientBoostingClassifier(
            max_iter=120, learning_rate=0.05, max_leaf_nodes=8, min_samples_leaf=60,
            l2_regularization=5, max_features=0.3, random_state=SEED,
        )  # fmt: skip
    else:
        model = make_pipeline(StandardScaler(), LogisticRegression(C=0.03, max_iter=400))
    return model.fit(figures, right)


def chances(model: Any, asked: Sequence[Asked]) -> list[Any]:
    """For each question, the probability of each of its candidates."""
    return [model.predict_proba(a.figures)[:, 1] if len(a.right) else np.zeros(0) for a in asked]


def left_out(asked: Sequence[Asked], *, trees: bool) -> list[Any]:
    """The same, each page judged by a model that was trained without its group of pages."""
    pages = sorted({a.page for a in asked})
    found: list[Any] = [None] * len(asked)
    for start in range(GROUPS):
        group = set(pages[start::GROUPS])
        model = fitted([a for a in asked if a.page not in group], trees=trees)
        mine = [n for n, a in enumerate(asked) if a.page in group]
        for number, chance in zip(mine, chances(model, [asked[n] for n in mine]), strict=True):
            found[number] = chance
    return found


def accuracy(asked: Sequence[Asked], chance: Sequence[Any], enough: float) -> float:
    """The share answered rightly by the best candidate, or rightly left, if `enough` is asked of it."""
    told = [
        bool(a.right[c.argmax()]) if len(c) and c.max() >= enough else a.impossible
        for a, c in zip(asked, chance, strict=True)
    ]
    return float(np.mean(told))


def figures(asked: Sequence[Asked], chance: Sequence[Any], enough: float) -> dict[str, float]:
    """What is printed for one half."""
    from sklearn.metrics import roc_auc_score

    best = [c.max() if len(c) else 0.0 for c in chance]
    able = [(a, c) for a, c in zip(asked, chance, strict=True) if not a.impossible]
    return {
        "questions": len(asked),
        "auroc": round(float(roc_auc_score([not a.impossible for a in asked], best)), 4),
        "best_right": round(float(np.mean([len(c) > 0 and bool(a.right[c.argmax()]) for a, c in able])), 4),
        "accuracy": round(accuracy(asked, chance, enough), 4),
        "always_abstain": round(float(np.mean([a.impossible for a in asked])), 4),
    }


def threshold(asked: Sequence[Asked], chance: Sequence[Any]) -> float:
    """The threshold with the best accuracy, of 0.02, 0.04, ... 0.98."""
    return max((n / 50 for n in range(1, 50)), key=lambda enough: accuracy(asked, chance, enough))


def as_trust(model: Any, names: Sequence[str], strict: float) -> Trust:
    """A logistic regression as it ships: its scaling is folded into weights and base."""
    scaler, regression = model[0], model[-1]
    weights = regression.coef_[0] / scaler.scale_
    base = float(regression.intercept_[0] - (weights * scaler.mean_).sum())
    rounded = tuple(round(float(w), 5) for w in weights)
    made_by = "eval/training/answers.py, SQuAD 2.0 (CC BY-SA 4.0), tuning half of the pages"
    return Trust(made_by=made_by, figures=tuple(names), base=round(base, 5), weights=rounded, strict=strict)


def rows(data: Path, kept: Path | None) -> list[Asked]:
    """The questions: from the file `kept`, else collected, and kept there."""
    if kept and kept.exists():
        with kept.open("rb") as file:
            return list(pickle.load(file))  # written by this script
    asked = list(collect(data))
    if kept:
        with kept.open("wb") as file:
            pickle.dump(asked, file)
    return asked


def main() -> None:
    """Trains, prints both halves' figures, and writes the weights if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--squad", type=Path, required=True, help="folder or file of SQuAD 2.0's form")
    parser.add_argument("--rows", type=Path, default=None, help="keep the collected rows here, or take them")
    parser.add_argument("--write", action="store_true", help="replace qa/answering/trust.json")
    options = parser.parse_args()
    asked = rows(options.squad, options.rows)
    names = max((a.names for a in asked), key=len)
    tuned = [a for a in asked if squad2.is_tuned(a.page)]
    held = [a for a in asked if not squad2.is_tuned(a.page)]
    for trees in (False, True):
        apart = left_out(tuned, trees=trees)
        enough = threshold(tuned, apart)
        model = fitted(tuned, trees=trees)
        found = {"tuned": figures(tuned, apart, enough), "held": figures(held, chances(model, held), enough)}
        print(json.dumps({"model": "trees" if trees else "logistic", "enough": enough, **found}))
        if options.write and not trees:
            shipped = as_trust(model, names, enough)
            FILE.write_text(shipped.model_dump_json(indent=1) + "\n", "utf-8")
            print(f"wrote {FILE}")


if __name__ == "__main__":
    main()
