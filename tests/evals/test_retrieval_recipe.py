"""The recipe that measures retrieval, on a few articles of its own."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from qa.resources import resource


@pytest.fixture
def retrieval(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    folder = resource("eval", "benchmarks")
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
    spec = importlib.util.spec_from_file_location("retrieval_recipe", folder / "retrieval.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_difference_is_the_mean_and_its_interval_holds_it(retrieval: ModuleType):
    mean, low, high = retrieval.difference([[1, 0], [0], [1], [-1, 1, 1]])
    assert mean == round(3 / 7, 4)
    assert low < mean < high
    assert retrieval.difference([[1], [1, 1]]) == (1.0, 1.0, 1.0)


def test_halves_go_by_article(retrieval: ModuleType):
    halves = [retrieval.half(f"article-{i}") for i in range(200)]
    assert halves == [retrieval.half(f"article-{i}") for i in range(200)]
    assert 70 < halves.count("held") < 130


def test_ranks_and_spans_of_both_sets(retrieval: ModuleType, tmp_path: Path):
    texts = {
        "a": "The ferry of Ashford sank on Monday. The captain, Vera Lindqvist, was saved by a trawler.",
        "b": "The museum of Carrow will open in May. Its director is Oskar Brandt, who came from Elston.",
    }
    lines = [{"id": i, "text": text} for i, text in texts.items()]
    (tmp_path / "split_dev_articles.jsonl").write_text("\n".join(map(json.dumps, lines)))
    question = {
        "article_id": "a",
        "question": "When did the ferry of Ashford sink?",
        "answers": [{"text": "Monday", "answer_start": texts["a"].index("Monday")}],
    }
    (tmp_path / "split_dev_questions.jsonl").write_text(json.dumps(question))
    values = retrieval.compare(*retrieval.read_newsqa(tmp_path), 0.2)
    for name in ("bm25", "hybrid", "shipped"):
        assert values[name]["all"]["hit@1"] == 1.0
        assert values[name]["all"]["answer_hit@5"] == 1.0
        assert values[name]["all"]["hit@5_over_bm25"] == 0.0
    qas = [
        {"question": "Who directs the museum?", "answers": [{"text": "Oskar Brandt"}]},
        {"question": "Who sold the museum?", "is_impossible": True, "answers": []},
    ]
    pages = {"data": [{"title": "Carrow_Museum", "paragraphs": [{"context": texts["b"], "qas": qas}]}]}
    (tmp_path / "squad.json").write_text(json.dumps(pages))
    articles, asked = retrieval.read_squad(tmp_path / "squad.json")
    assert [a.title for a in articles] == ["Carrow Museum"]
    assert [texts["b"][slice(*q.spans[0])] for q in asked] == ["Oskar Brandt"]
