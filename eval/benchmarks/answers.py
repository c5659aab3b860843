"""Measures the extractive engine's answers: right, wrong, and withheld where it should have spoken or
spoken where it should not.

    python eval/benchmarks/answers.py [--data FOLDER] [--squad FILE] [--first 600]

Always: the questions of tests/answering/newsroom.yaml over the sample articles, both halves. Both have been
looked at while the rules were worked on, so that they tell a step back and not how new questions fare. With
--data, the folder of the NewsQA files (third-party text, not part of this project): the share of questions
answered, the share of those with the annotated answer among the cited words, and the share still answered
when the article is not in the library. NewsQA's questions were asked about one article each ("What did he
say?"), so that many have no answer outside of it. With --squad, a SQuAD 2.0 file (third-party too): the
same, where half of the questions were written so that the paragraph seems to answer them and does not. The
recipes newsqa.py and squad2.py say more of both, and measure more: `qa eval bench newsqa`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "tests" / "answering")]

import newsroom
from results import record

from qa.evals.benchmarks import recipe


def newsroom_figures(name: str) -> dict[str, Any]:
    """Counts for one set of newsroom questions."""
    with tempfile.TemporaryDirectory() as where, newsroom.library_of(name, Path(where)) as library:
        verdicts = newsroom.ask_all(library, newsroom.questions(name))
    answerable = [v for v in verdicts if not v.case.get("abstain")]
    return {
        "questions": len(verdicts),
        "right": sum(v.right for v in verdicts),
        "abstained_wrongly": sum(v.answer.abstained for v in answerable),
        "answered_wrongly": sum(not v.right for v in verdicts if v.case.get("abstain")),
        "unanswerable": len(verdicts) - len(answerable),
    }


def newsqa_figures(folder: Path, first: int) -> dict[str, Any]:
    """Shares for a fixed random sample of NewsQA's questions, with their articles in the library and
    without.
    """
    found = recipe("newsqa").measure(folder, first=first)
    left = found["removed_abstained"]
    return {
        **{name: found[name] for name in ("questions", "answered", "right_of_answered")},
        "article_absent": found["removed"],
        "answered_though_absent": None if left is None else round(1 - left, 4),
    }


def squad_figures(file: Path, first: int) -> dict[str, Any]:
    """Shares for a fixed random sample of SQuAD 2.0's questions over all its paragraphs: right when the
    annotated answer stands in the cited words, or when an unanswerable question is not answered.
    """
    found = recipe("squad2").measure(file, first=first)
    kept = ("answerable", "answered", "right_of_answered", "unanswerable", "abstained")
    return {name: found[name] for name in kept}


def main() -> None:
    """Prints the figures beside the last recorded ones."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=None, help="folder of the NewsQA files")
    parser.add_argument("--squad", type=Path, default=None, help="a SQuAD 2.0 JSON file")
    parser.add_argument("--first", type=int, default=600, help="how many of NewsQA's questions to ask")
    parser.add_argument("--no-record", action="store_true", help="print only")
    options = parser.parse_args()
    figures: dict[str, Any] = {name: newsroom_figures(name) for name in newsroom.SETS}
    if options.data:
        figures["newsqa"] = newsqa_figures(options.data, options.first)
    if options.squad:
        figures["squad"] = squad_figures(options.squad, options.first)
    record("answers", figures, save=not options.no_record)


if __name__ == "__main__":
    main()
