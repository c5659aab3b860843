"""Measures the extractive engine's answers: right, wrong, and withheld where it should have spoken or
spoken where it should not.

    python eval/benchmarks/answers.py [--data FOLDER] [--squad FILE] [--first 600]

Always: the questions of tests/answering/newsroom.yaml over the sample articles, both halves. Both have been
looked at while the rules were worked on, so that they tell a step back and not how new questions fare. With
--data, the folder of the NewsQA files (third-party text, not part of this project): the share of questions
answered, the share of those with the annotated answer among the cited words, and the share still answered
when the article is not in the library. NewsQA's questions were asked about one article each ("What did he
say?"), so that many have no answer outside of it. With --squad, a SQuAD 2.0 file (third-party too): the
same, where half of the questions were written so that the paragraph seems to answer them and does not.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "tests" / "answering")]

import newsroom
import retrieval
from results import record

from qa import Assistant, Library, Settings
from qa.answering.extractive import ExtractiveEngine
from qa.types import Answer, Article


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
    articles, questions = retrieval.read(folder)
    sample = random.Random(7).sample(questions, min(first, len(questions)))
    kept = {a.id for a in articles[::2]}
    with tempfile.TemporaryDirectory() as where:
        with Library(Path(where) / "all") as library:
            library.add(articles)
            answered = [(q, _ask(library, q["question"])) for q in sample]
        with Library(Path(where) / "half") as library:
            library.add([a for a in articles if a.id in kept])
            absent = [_ask(library, q["question"]) for q in sample if q["article_id"] not in kept]
    said = [(q, a) for q, a in answered if not a.abstained]
    return {
        "questions": len(sample),
        "answered": round(len(said) / len(sample), 4),
        "right_of_answered": round(sum(_holds(q, a) for q, a in said) / max(1, len(said)), 4),
        "article_absent": len(absent),
        "answered_though_absent": round(sum(not a.abstained for a in absent) / len(absent), 4),
    }


def squad_figures(file: Path, first: int) -> dict[str, Any]:
    """Shares for a fixed random sample of SQuAD 2.0's questions over all its paragraphs: right when the
    annotated answer stands in the cited words, or when an unanswerable question is not answered.
    """
    articles, questions = [], []
    for page in json.loads(file.read_text("utf-8"))["data"]:
        for number, paragraph in enumerate(page["paragraphs"]):
            title = page["title"].replace("_", " ")
            articles.append(Article(id=f"{title}-{number}", title=title, text=paragraph["context"]))
            questions += paragraph["qas"]
    sample = random.Random(7).sample(questions, min(first, len(questions)))
    with tempfile.TemporaryDirectory() as where, Library(Path(where)) as library:
        library.add(articles)
        asked = [(q, _ask(library, q["question"])) for q in sample]
    answerable = [(q, a) for q, a in asked if not q["is_impossible"]]
    said = [(q, a) for q, a in answerable if not a.abstained]
    impossible = [a for q, a in asked if q["is_impossible"]]
    return {
        "answerable": len(answerable),
        "answered": round(len(said) / len(answerable), 4),
        "right_of_answered": round(sum(_cites(q, a) for q, a in said) / max(1, len(said)), 4),
        "unanswerable": len(impossible),
        "abstained": round(sum(a.abstained for a in impossible) / len(impossible), 4),
    }


def _cites(question: dict[str, Any], answer: Answer) -> bool:
    wanted = [a["text"].lower() for a in question["answers"]]
    return any(text in c.quote.lower() for text in wanted for c in answer.citations)


def _ask(library: Library, question: str) -> Answer:
    return Assistant(Settings(), library=library, engine=ExtractiveEngine()).ask(question)


def _holds(question: dict[str, Any], answer: Answer) -> bool:
    return any(
        c.article_id == question["article_id"] and c.start <= a["answer_start"] < c.end
        for c in answer.citations
        for a in question["answers"]
    )


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
