"""Measures the grounding check on the sentences that the eval suite accepts and rejects for each fact.

    python eval/benchmarks/accepting.py

Each sentence is offered as a model would offer it, quoting the sentences of the article that hold most of its
words (as in qags.py). Printed: the share of the accepted ones let through and of the rejected ones withheld,
the mean of both, and the area under the ROC curve of the graded score. They were written to test the grader:
most of the rejected ones differ from an accepted one by a number, a name, a day or one verb.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from qa.answering.supporting.scoring import support
from qa.evals import benchmarks
from qa.types import ArticleHead, Passage

CASES = Path(__file__).resolve().parents[1] / "cases"


def measured() -> dict[str, float | int | None]:
    """The figures."""
    qags = benchmarks.recipe("qags")
    labels, through, scores = [], [], []
    for path in sorted(CASES.glob("*.yaml")):
        case = yaml.safe_load(path.read_text("utf-8"))
        text = (path.parent / case["article"]["file"]).read_text("utf-8").partition("\n\n")[2]
        passage = Passage(
            number=1, article=ArticleHead(id="article"), ordinals=(0,), start=0, end=len(text), text=text,
            score=1, found_by=(),
        )  # fmt: skip
        for fact in case["facts"].values():
            for name in ("accept", "reject"):
                for sentence in fact.get(name, ()):
                    labels.append(name == "accept")
                    through.append(not qags.withheld(sentence, passage))
                    scores.append(support(sentence, text))
    accepted = [t for t, label in zip(through, labels, strict=True) if label]
    rejected = [not t for t, label in zip(through, labels, strict=True) if not label]
    return {
        "accepted": len(accepted),
        "rejected": len(rejected),
        "accepted_let_through": round(sum(accepted) / len(accepted), 4),
        "rejected_withheld": round(sum(rejected) / len(rejected), 4),
        "verdict_auroc": qags.auroc(labels, through),
        "auroc": qags.auroc(labels, scores),
    }


if __name__ == "__main__":
    for key, value in measured().items():
        print(f"{key:24}{value}")
