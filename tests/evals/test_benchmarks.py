"""The recipes of the public benchmarks, on data made here in each set's form, with figures worked out by
hand; and how figures are recorded and set beside the last ones."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from qa.errors import QAError, UsageError
from qa.evals import benchmarks
from qa.resources import resource
from qa.types import Answer, Citation, Statement

NAMES = ("extraction", "newsqa", "qags", "rgb", "squad2", "summaries")

BRIDGE = (
    "The Halden bridge reopened on 4 May after two years of repairs. Mayor Ingrid Solvang cut the ribbon."
)
HERRING = (
    "Fishermen in Corvik landed 40 tonnes of herring in April. Harbour master Tom Brekke called it a record."
)
PARAGRAPHS = [
    "The Halden bridge reopened to traffic on 4 May 2026 after two years of repairs, the city said.",
    "Mayor Ingrid Solvang cut the ribbon at noon while several hundred people watched from both banks.",
    "The work cost 31 million crowns, nine million more than planned, because the eastern pillar had sunk.",
]


def lines(path: Path, *rows: Any) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def said(*quotes: tuple[str, int, int], text: str = "") -> Answer:
    """An answer that cites (article, start, end), one statement each; an abstention without any."""
    statements = tuple(
        Statement(
            text=f"Statement {n}.",
            citations=(Citation(marker=n, article_id=article, quote=text or "words", start=start, end=end),),
        )
        for n, (article, start, end) in enumerate(quotes, 1)
    )
    return Answer(question="?", text=text, statements=statements, abstained=not quotes, engine="extractive")


# ---------------------------------------------------------------- data in each set's form


def newsqa_data(folder: Path) -> Path:
    """Two questions: the first annotated where the answer is, the second elsewhere in its article, which is
    the one that is removed."""
    lines(folder / "split_dev_articles.jsonl", {"id": "a0", "text": BRIDGE}, {"id": "a1", "text": HERRING})
    lines(
        folder / "split_dev_questions.jsonl",
        {
            "article_id": "a0",
            "question": "Who cut the ribbon at the Halden bridge?",
            "answers": [{"text": "Ingrid Solvang", "answer_start": BRIDGE.index("Ingrid")}],
        },
        {
            "article_id": "a1",
            "question": "How many tonnes of herring did fishermen in Corvik land?",
            "answers": [{"text": "a record", "answer_start": HERRING.index("a record")}],
        },
    )
    return folder


def squad2_data(folder: Path) -> Path:
    """Three questions: one answerable, one answerable with an answer that stands elsewhere, one not."""
    paragraph = {
        "context": HERRING,
        "qas": [
            {
                "question": "How many tonnes of herring did fishermen in Corvik land?",
                "is_impossible": False,
                "answers": [{"text": "40 TONNES", "answer_start": 0}],
            },
            {
                "question": "What was landed by fishermen in Corvik in April?",
                "is_impossible": False,
                "answers": [{"text": "cod", "answer_start": 0}],
            },
            {
                "question": "Who conducted the opera in Vienna?",
                "is_impossible": True,
                "answers": [],
                "plausible_answers": [],
            },
        ],
    }
    file = folder / "dev-v2.0.json"
    file.write_text(json.dumps({"version": "v2.0", "data": [{"title": "Corvik", "paragraphs": [paragraph]}]}))
    return folder


def extraction_data(folder: Path, **truth: str) -> Path:
    """One page: its article, between a menu and a footer."""
    body = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    page = f"""<html lang="en"><head><title>Halden bridge reopens | The Test</title>
        <meta property="og:title" content="Halden bridge reopens">
        <meta property="article:published_time" content="2026-05-04T12:00:00+02:00"></head>
        <body><nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
        <article><h1>Halden bridge reopens</h1>{body}</article><footer>Imprint</footer></body></html>"""
    (folder / "html").mkdir()
    (folder / "html" / "one.html.gz").write_bytes(gzip.compress(page.encode()))
    rows = {"one": {"articleBody": "\n\n".join(PARAGRAPHS), "url": "https://example.org/bridge", **truth}}
    (folder / "ground-truth.json").write_text(json.dumps(rows))
    return folder


def qags_data(folder: Path) -> Path:
    """Three sentences: supported and let through, unsupported and withheld, unsupported and let through."""

    def voted(sentence: str, *votes: str) -> dict[str, Any]:
        return {"sentence": sentence, "responses": [{"worker_id": 1, "response": vote} for vote in votes]}

    row = {
        "article": "The council approved 40 homes on Monday. Residents had objected to the plan.",
        "summary_sentences": [
            voted("The council approved 40 homes on Monday.", "yes", "yes", "no"),
            voted("The council approved 90 homes on Monday.", "no", "no", "yes"),
            voted("Residents had objected to the plan.", "no", "no", "no"),
        ],
    }
    lines(folder / "mturk_cnndm.jsonl", row)
    return folder


def rgb_row(**changes: Any) -> dict[str, Any]:
    return {
        "id": 0,
        "query": "Who won the Corvik Cup in 2024?",
        "answer": [["Halden", "Halden FC"]],
        "fakeanswer": "Bergvik",
        "positive": ["Halden won the Corvik Cup in 2024."],
        # Not the right passage with another name: search would take that for a copy and show one of the two.
        "positive_wrong": ["In the end, after extra time, Bergvik won the Corvik Cup in 2024 on penalties."],
        "negative": ["Herring prices rose again in the northern harbours."],
        **changes,
    }


def rgb_data(folder: Path) -> Path:
    lines(folder / "fact.jsonl", rgb_row())
    return folder


DATA = {
    "newsqa": newsqa_data,
    "squad2": squad2_data,
    "extraction": extraction_data,
    "qags": qags_data,
    "rgb": rgb_data,
    "summaries": qags_data,
}


# ---------------------------------------------------------------- the recipes


def test_the_names_are_the_recipes_and_nothing_else_of_that_folder():
    assert benchmarks.names() == NAMES
    assert tuple(benchmarks.titles()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_says_what_it_is_and_whose_data_it_takes(name):
    module = benchmarks.recipe(name)
    assert benchmarks.titles()[name] == module.TITLE
    for word in ("Data:", "Figures", "Source:"):
        assert word in module.__doc__


@pytest.mark.parametrize("path", sorted(resource("eval", "benchmarks").glob("*.py")), ids=lambda p: p.name)
def test_the_files_of_the_folder_are_short(path):
    assert len(path.read_text("utf-8").splitlines()) <= 400


def given(name: str) -> str:
    """The name of a recipe, one with packages of its own skipped where they are not installed."""
    if name == "summaries":
        pytest.importorskip("rouge_score", reason="pip install --group bench")
        pytest.importorskip("sumy", reason="pip install --group bench")
    return name


@pytest.mark.parametrize("name", NAMES)
def test_a_run_says_what_it_ran_on_and_prints_nothing(name, tmp_path, capsys):
    found = benchmarks.run(given(name), DATA[name](tmp_path), first=1)
    assert (found.name, found.data, found.first) == (name, tmp_path.name, 1)
    assert found.title == benchmarks.titles()[name]
    assert json.loads(json.dumps(found.values)) == found.values
    assert capsys.readouterr() == ("", "")


def test_newsqa(tmp_path):
    assert benchmarks.run("newsqa", newsqa_data(tmp_path)).values == {
        "questions": 2,
        "articles": 2,
        "article_hit@1": 1.0,
        "article_hit@5": 1.0,
        "article_hit@10": 1.0,
        "bm25_article_hit@1": 1.0,
        "bm25_article_hit@5": 1.0,
        "bm25_article_hit@10": 1.0,
        "sentence_in_first_1": 0.5,
        "sentence_in_first_3": 0.5,
        "answered": 1.0,
        "right_of_answered": 0.5,
        "bm25_sentence_in_first_1": 0.5,
        "bm25_sentence_in_first_3": 0.5,
        "answered_sentence_in_first_1": 0.5,
        "answered_sentence_in_first_3": 0.5,
        "answered_bm25_sentence_in_first_1": 0.5,
        "answered_bm25_sentence_in_first_3": 0.5,
        "removed": 1,
        "removed_abstained": 1.0,
    }


def test_newsqa_counts_citations_in_their_order_and_abstentions_as_misses():
    newsqa = benchmarks.recipe("newsqa")
    question = newsqa.Question(article_id="a", question="?", answers=[newsqa.Span(text="x", answer_start=10)])
    answers = [
        said(("a", 10, 20)),  # begins there
        said(("a", 0, 10), ("a", 5, 30)),  # the second citation holds it
        said(("a", 0, 9), ("b", 0, 90), ("a", 11, 90), ("a", 0, 90)),  # only the fourth does
        said(("b", 10, 20)),  # another article
        said(),
    ]
    assert newsqa.answer_figures([(question, a) for a in answers]) == {
        "sentence_in_first_1": 0.2,
        "sentence_in_first_3": 0.4,
        "answered": 0.8,
        "right_of_answered": 0.75,
    }
    assert newsqa.hits([question] * 2, [["b", "a"], ["b"] * 12]) == {
        "article_hit@1": 0.0,
        "article_hit@5": 0.5,
        "article_hit@10": 0.5,
    }


def test_squad2(tmp_path):
    wanted = {
        "articles": 1,
        "questions": 3,
        "answerable": 2,
        "answered": 1.0,
        "right_of_answered": 0.5,
        "unanswerable": 1,
        "abstained": 1.0,
        "accuracy": 0.6667,
        "always_abstain_accuracy": 0.3333,
        "tuned_questions": 0,
        "tuned_accuracy": None,
        "tuned_always_abstain_accuracy": None,
        "held_questions": 3,
        "held_accuracy": 0.6667,
        "held_always_abstain_accuracy": 0.3333,
        "strict_tuned_questions": 0,
        "strict_tuned_accuracy": None,
        "strict_tuned_always_abstain_accuracy": None,
        "strict_held_questions": 3,
        "strict_held_accuracy": 0.6667,
        "strict_held_always_abstain_accuracy": 0.3333,
    }
    squad2_data(tmp_path)
    assert benchmarks.run("squad2", tmp_path).values == wanted
    assert benchmarks.run("squad2", tmp_path / "dev-v2.0.json").values == wanted


def test_squad2_counts_wrong_answers_and_wrong_abstentions():
    squad2 = benchmarks.recipe("squad2")
    answerable = squad2.Question(question="?", answers=[squad2.Gold(text="Forty")])
    impossible = squad2.Question(question="?", is_impossible=True)
    right, wrong = said(("a", 0, 9), text="about forty tonnes"), said(("a", 0, 9), text="about fifty")
    asked = [
        (answerable, right),
        (answerable, wrong),
        (answerable, said()),
        (impossible, said()),
        (impossible, right),
    ]
    assert squad2.figures(asked) == {
        "questions": 5,
        "answerable": 3,
        "answered": 0.6667,
        "right_of_answered": 0.5,
        "unanswerable": 2,
        "abstained": 0.5,
        "accuracy": 0.4,
        "always_abstain_accuracy": 0.4,
    }
    assert squad2.figures([(impossible, said())])["right_of_answered"] is None


def test_extraction(tmp_path):
    found = benchmarks.run("extraction", extraction_data(tmp_path)).values
    # Our reader takes the title off the body; trafilatura leaves it there, or not: its figures are its own.
    assert found["pages"] == 1
    assert found["ours"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "empty": 0}
    assert found["trafilatura"]["recall"] == 1.0
    assert set(found["trafilatura"]) == {"precision", "recall", "f1", "empty"}


def test_extraction_compares_titles_and_days_where_they_are_given(tmp_path):
    folder = extraction_data(tmp_path, headline="Halden  Bridge reopens", datePublished="2026-05-05T00:00")
    found = benchmarks.run("extraction", folder).values["ours"]
    assert (found["titles"], found["title_right"]) == (1, 1.0)
    assert (found["days"], found["day_right"]) == (1, 0.0)


def test_extraction_scores_shingles_as_the_benchmark_does():
    extraction = benchmarks.recipe("extraction")
    # Two shingles are true, three were extracted, two of them the true ones.
    one = ("a b c d e", "a b, c d e f")
    assert extraction.body_scores([one]) == {"precision": 0.6667, "recall": 1.0, "f1": 0.8}
    # Pages have equal weight; an empty one has no precision, and a recall of 0.
    assert extraction.body_scores([one, ("a b c d", "")]) == {
        "precision": 0.6667,
        "recall": 0.5,
        "f1": 0.5714,
    }
    # A repeated shingle counts as often as it stands there; a short text is one shingle.
    assert extraction.shingles("a a a a a") == {("a",) * 4: 2}
    assert extraction.shingles("two words") == {("two", "words"): 1}
    assert extraction.body_scores([("", "")]) == {"precision": None, "recall": None, "f1": None}


def test_qags(tmp_path):
    # Supported 1.0; unsupported with another number, less, and 1.0. The same by pairs: 1.0; 4 of 6, and 1.0.
    same = {"mean": 0.0, "low": 0.0, "high": 0.0}
    between = {"low": 0.75, "high": 0.75}
    graded = {"auroc": 0.75, "auroc_between": between, "bigram_auroc": 0.75, "auroc_over_bigram": same}
    assert benchmarks.run("qags", qags_data(tmp_path)).values == {
        "summaries": 1,
        "sentences": 3,
        "supported": 1,
        **graded,
        "tune": graded,
        "held": dict.fromkeys(graded),
        "verdict_auroc": 0.75,
        "supported_let_through": 1.0,
        "unsupported_withheld": 0.5,
        "supported_of_let_through": 0.5,
        "withheld": {"unknown-number": 1},
        "withheld_supported": {},
    }


def test_qags_counts_pairs_overlap_and_ties():
    qags = benchmarks.recipe("qags")
    assert qags.auroc([True, True, False], [0.9, 0.3, 0.3]) == 0.75
    assert qags.auroc([True, False, False, True], [0.1, 0.2, 0.3, 0.25]) == 0.25
    assert qags.auroc([True], [1.0]) is None
    known = qags.pairs("The Cat sat down")
    assert qags.overlap("the cat sat up", known) == pytest.approx(2 / 3)
    assert qags.overlap("cat", known) == 0
    even = qags.Sentence(sentence="?", responses=[{"response": "yes"}, {"response": "no"}])
    assert not even.supported


def test_qags_bounds_what_the_score_adds_by_drawing_whole_summaries():
    qags = benchmarks.recipe("qags")

    def summary(*sentences: tuple[bool, float, float]) -> list[Any]:
        return [qags.Verdict(label, "", pairs, support) for label, pairs, support in sentences]

    better = summary((True, 0.5, 0.9), (False, 0.6, 0.2))  # 1 against 0
    level = summary((True, 0.5, 0.5), (False, 0.5, 0.5))
    assert qags.over_baseline([better] * 3) == {"mean": 1.0, "low": 1.0, "high": 1.0}
    assert qags.over_baseline([level] * 3) == {"mean": 0.0, "low": 0.0, "high": 0.0}
    mixed = qags.over_baseline([better, level, level, better])
    assert mixed["low"] == 0.0 < mixed["mean"] < mixed["high"] == 1.0
    assert qags.over_baseline([summary((True, 0.5, 0.9))]) is None
    assert qags.between([better, level, level, better]) == {"low": 0.5, "high": 1.0}
    assert qags.between([better] * 3) == {"low": 1.0, "high": 1.0}
    assert qags.between([]) is None


def test_qags_halves_are_by_article():
    qags = benchmarks.recipe("qags")
    halves = [qags.is_tuning(f"Article {n} of many.") for n in range(100)]
    assert 30 < sum(halves) < 70
    assert halves == [qags.is_tuning(f"Article {n} of many.") for n in range(100)]


def test_qags_cites_the_sentences_that_hold_what_is_missing():
    qags = benchmarks.recipe("qags")
    text = "Rain fell. The council approved homes. Residents protested loudly. Rain fell again."
    assert qags.best_sentences("Residents protested as the council approved homes.", text) == [
        "The council approved homes.",
        "Residents protested loudly.",
    ]
    assert qags.best_sentences("Nothing of this stands there", text) == ["Rain fell."]


def test_qags_undoes_what_the_tokeniser_did():
    qags = benchmarks.recipe("qags")
    assert (
        qags.as_written("It made $ 1. 3 million and drew 235, 000.")
        == "It made $ 1.3 million and drew 235,000."
    )
    assert qags.as_written("He said. ` ` we won,'' she wrote. ` it's late,' he said.") == (
        "He said.\n“we won,” she wrote.\n‘it's late,’ he said."
    )
    assert qags.as_written("The firms' two - day talks - - held in may - - failed.") == (
        "The firms' two - day talks — held in may — failed."
    )


def test_qags_puts_split_numbers_together_again():
    qags = benchmarks.recipe("qags")
    vote = {"response": "yes"}
    summary = qags.Summary(
        article="In 2014, 31 towns showed it. It was viewed 235, 000 times and made $ 1. 3 million.",
        summary_sentences=[
            {"sentence": "It was viewed 235,000 times and made $ 1.3 million.", "responses": [vote]}
        ],
    )
    (verdict,) = qags.verdicts(summary)
    assert verdict == qags.Verdict(supported=True, withheld="", overlap=1.0, support=1.0)


def test_rgb(tmp_path):
    found = benchmarks.run("rgb", rgb_data(tmp_path)).values
    assert found["questions"] == 1
    assert found["right_only"] == {"questions": 1, "answered": 1.0, "right": 1.0}
    assert found["right_and_noise"] == {"questions": 1, "answered": 1.0, "right": 1.0}
    assert found["conflict"]["questions"] == 1
    assert found["conflict"]["both"] == 1.0
    assert found["noise_only"] == {"questions": 1, "abstained": 1.0}


def test_rgb_leaves_out_what_a_question_does_not_have(tmp_path):
    lines(tmp_path / "fact.jsonl", rgb_row(positive_wrong=["Halden won it, not Bergvik."], negative=[]))
    found = benchmarks.run("rgb", tmp_path / "fact.jsonl").values
    assert found["conflict"] == {
        "questions": 0,
        "both": None,
        "right_only": None,
        "wrong_only": None,
        "neither": None,
        "abstained": None,
    }
    assert found["noise_only"] == {"questions": 0, "abstained": None}
    assert found["right_only"]["right"] == 1.0


def test_rgb_tells_which_answers_are_shown():
    rgb = benchmarks.recipe("rgb")
    question = rgb.Question(**rgb_row())
    texts = ["halden fc, but Bergvik says so too.", "Halden.", "Bergvik.", "BERGVIK!", "Haldenfjord lost."]
    asked = [(question, said(("a", 0, 9), text=text)) for text in texts]
    assert rgb.conflict([*asked, (question, said(text="No answer: nothing mentions Halden."))]) == {
        "questions": 6,
        "both": 0.1667,
        "right_only": 0.1667,
        "wrong_only": 0.3333,
        "neither": 0.1667,
        "abstained": 0.1667,
    }
    assert rgb.accuracy(asked[:4]) == {"questions": 4, "answered": 1.0, "right": 0.5}
    assert rgb.shows("July  21, 2017", [["21 July 2017", "July 21, 2017"]])
    assert not rgb.shows("the first", [["the first"], ["the second"]])
    assert rgb.both(question, 0)[0].startswith("Halden")
    assert "Bergvik" in rgb.both(question, 1)[0]


def asked_of_paragraphs(folder: Path) -> Path:
    """One article of three paragraphs and three questions: two on its first sentence, one on its last."""
    text = "\n\n".join(PARAGRAPHS)
    lines(folder / "split_dev_articles.jsonl", {"id": "a0", "text": text})
    asked = [("4 May 2026", "When?"), ("Halden bridge", "Which bridge?"), ("31 million", "How much?")]
    rows = [
        {"article_id": "a0", "question": q, "answers": [{"text": a, "answer_start": text.index(a)}]}
        for a, q in asked
    ]
    lines(folder / "split_dev_questions.jsonl", *rows)
    return folder


def test_summaries_hold_each_method_against_the_sentences_that_were_asked_about(tmp_path):
    pytest.importorskip("rouge_score")
    pytest.importorskip("sumy")
    values = benchmarks.run("summaries", asked_of_paragraphs(tmp_path)).values
    assert set(values) == {"own_tune", "own_held", f"newsqa_{benchmarks.recipe('summaries').half('a0')}"}
    assert values["own_tune"]["articles"] + values["own_held"]["articles"] == 48
    (name,) = (n for n in values if n.startswith("newsqa"))
    found = values[name]
    # The reference is sentences 1 and 3: 35 words, of which the first three sentences have all and 16 more.
    assert found["lead3_rouge1"] == pytest.approx(200 * 35 / (35 + 51), abs=0.01)
    assert (found["lead3_answered"], found["lead3_words"]) == (1.0, 51.0)
    assert found["ours3_over_lead3_rouge1"] == [0.0, 0.0]


def test_summaries_bound_a_mean_difference_by_resampling():
    bootstrap = benchmarks.recipe("summaries").bootstrap
    assert bootstrap([0.2] * 5) == pytest.approx((0.2, 0.2))
    low, high = bootstrap([0.1, -0.1] * 50)
    assert -0.03 < low < 0 < high < 0.03


def test_summaries_say_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "rouge_score.rouge_scorer", None)
    with pytest.raises(UsageError, match="rouge-score") as caught:
        benchmarks.run("summaries", qags_data(tmp_path))
    assert caught.value.hint == "pip install --group bench"


def test_every_reference_is_of_an_article_and_of_the_length_an_editor_was_asked_for():
    rows = [
        json.loads(row)
        for row in resource("eval", "summaries", "references.jsonl").read_text("utf-8").splitlines()
    ]
    files = {p.stem for folder in ("articles", "samples") for p in resource("eval", folder).glob("*.txt")}
    assert {row["article"] for row in rows} == files
    assert all(50 <= len(row["summary"].split()) <= 90 for row in rows)
    halves = [row["half"] for row in rows]
    assert min(halves.count("tune"), halves.count("held")) >= 20


def test_a_sample_is_always_the_same_and_none_is_everything():
    rows = benchmarks.recipe("rgb").sample
    assert rows(range(50), 5) == rows(range(50), 5) != [0, 1, 2, 3, 4]
    assert rows(range(3), None) == [0, 1, 2]
    assert sorted(rows(range(3), 9)) == [0, 1, 2]


# ---------------------------------------------------------------- what is wrong with a call or with data


def test_an_unknown_name_lists_the_known_ones(tmp_path):
    with pytest.raises(UsageError, match="'newsqua'") as caught:
        benchmarks.run("newsqua", tmp_path)
    assert "extraction, newsqa, qags, rgb, squad2, summaries" in caught.value.hint


def test_a_script_of_that_folder_is_no_benchmark(tmp_path):
    with pytest.raises(UsageError):
        benchmarks.run("speed", tmp_path)


@pytest.mark.parametrize("name", NAMES)
def test_data_that_is_not_there(name, tmp_path):
    with pytest.raises(UsageError, match=r"no file or folder .*nowhere") as caught:
        benchmarks.run(name, tmp_path / "nowhere")
    assert "--data" in caught.value.hint
    with pytest.raises(UsageError, match=r"json") as caught:
        benchmarks.run(given(name), tmp_path)
    assert caught.value.hint


def test_a_sample_needs_at_least_one_case(tmp_path):
    with pytest.raises(UsageError, match="not 0"):
        benchmarks.run("rgb", rgb_data(tmp_path), first=0)


MALFORMED = {
    "no JSON": ("rgb", "fact.jsonl", "{\n", r"fact\.jsonl:1 is not JSON"),
    "no object": ("qags", "mturk_cnndm.jsonl", "[]\n", r"mturk_cnndm\.jsonl:1: "),
    "empty": ("rgb", "fact.jsonl", "\n", r"fact\.jsonl is empty"),
    "a field is missing": (
        "rgb", "fact.jsonl", json.dumps(rgb_row()) + '\n{"query": "Who?"}\n', r"fact\.jsonl:2: answer"
    ),
    "another vote": (
        "qags",
        "mturk_cnndm.jsonl",
        '{"article": "A.", "summary_sentences": [{"sentence": "A.", "responses": [{"response": "maybe"}]}]}',
        r":1: summary_sentences\.0\.responses\.0\.response",
    ),
    "no answers": (
        "newsqa", "split_dev_questions.jsonl", '{"article_id": "a0", "question": "Who?", "answers": []}',
        r"split_dev_questions\.jsonl:1: answers",
    ),
    "an unknown article": (
        "newsqa", "split_dev_questions.jsonl",
        '{"article_id": "a9", "question": "Who?", "answers": [{"text": "x", "answer_start": 0}]}',
        r"split_dev_questions\.jsonl: question 1 is about article 'a9'",
    ),
    "SQuAD without pages": ("squad2", "dev-v2.0.json", '{"data": []}', r"dev-v2\.0\.json: data"),
    "a page without its text": (
        "extraction", "ground-truth.json", '{"one": {"url": ""}}', r"ground-truth\.json: one\.articleBody"
    ),
    "a page that is missing": (
        "extraction", "ground-truth.json", '{"two": {"articleBody": "A."}}', r"two\.html\.gz cannot be read"
    ),
    "a page that is not packed": (
        "extraction", "html/one.html.gz", "<html>", r"one\.html\.gz cannot be read"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", MALFORMED)
def test_malformed_data_names_the_file_and_what_is_expected(case, tmp_path):
    name, file, text, message = MALFORMED[case]
    folder = DATA[name](tmp_path)
    (folder / file).write_text(text)
    with pytest.raises(UsageError, match=message) as caught:
        benchmarks.run(name, folder)
    assert caught.value.hint


def test_bytes_that_are_no_text(tmp_path):
    (rgb_data(tmp_path) / "fact.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match=r"fact\.jsonl is not UTF-8"):
        benchmarks.run("rgb", tmp_path)


def test_what_else_a_recipe_raises_is_passed_on(tmp_path, monkeypatch):
    def fails(data: Path, *, first: int | None) -> dict[str, Any]:
        raise ZeroDivisionError("a mistake in the recipe")

    monkeypatch.setattr(benchmarks.recipe("rgb"), "measure", fails)
    with pytest.raises(ZeroDivisionError, match="a mistake in the recipe"):
        benchmarks.run("rgb", tmp_path)


# ---------------------------------------------------------------- recorded figures


def figures(first: int | None = None, data: str = "set", **values: Any) -> benchmarks.Figures:
    return benchmarks.Figures(name="rgb", title="A title", data=data, first=first, values=values)


def test_a_recorded_row_says_what_was_measured_when_and_with_what(tmp_path):
    path = benchmarks.record(figures(questions=2, deep={"right": 0.5}), tmp_path / "new")
    assert path == tmp_path / "new" / "rgb.jsonl"
    (row,) = map(json.loads, path.read_text("utf-8").splitlines())
    assert row["figures"] == {"questions": 2, "deep": {"right": 0.5}}
    assert (row["data"], row["first"]) == ("set", None)
    assert row["date"].endswith("+00:00")
    assert row["git"]
    assert "cores" in row["machine"]
    benchmarks.record(figures(questions=3), tmp_path / "new")
    assert len(path.read_text("utf-8").splitlines()) == 2


def test_the_table_sets_figures_beside_those_recorded_last(tmp_path):
    assert [line.split() for line in benchmarks.table(figures(right=0.5, none=None), tmp_path)] == [
        ["A", "title", "(set)"],
        ["figure", "now", "last", "recorded", "when"],
        ["right", "0.5"],
        ["none", "-"],
    ]
    for row in (figures(right=0.25, old=7), figures(right=0.75, deep={"x": None})):
        benchmarks.record(row, tmp_path)
    rows = [json.loads(line) for line in (tmp_path / "rgb.jsonl").read_text().splitlines()]
    for day, row in enumerate(rows, 1):
        row |= {"date": f"2026-01-0{day}T10:20:30+00:00", "git": f"abc{day}"}
    lines(tmp_path / "rgb.jsonl", *rows)
    now = figures(right=0.5, old=8, deep={"x": 1}, new=3)
    assert [line.split() for line in benchmarks.table(now, tmp_path)[2:]] == [
        ["right", "0.5", "0.75", "2026-01-02", "10:20", "abc2"],
        ["old", "8", "7", "2026-01-01", "10:20", "abc1"],  # the last row lacks it
        ["deep.x", "1", "-", "2026-01-02", "10:20", "abc2"],
        ["new", "3"],
    ]


def test_only_the_same_data_and_as_many_cases_are_compared(tmp_path):
    benchmarks.record(figures(right=0.25), tmp_path)
    assert benchmarks.table(figures(first=10, right=0.5), tmp_path)[0] == "A title (set, 10 cases)"
    assert benchmarks.table(figures(first=10, right=0.5), tmp_path)[-1].split() == ["right", "0.5"]
    assert benchmarks.table(figures(data="other", right=0.5), tmp_path)[-1].split() == ["right", "0.5"]
    assert "0.25" in benchmarks.table(figures(right=0.5), tmp_path)[-1]


def test_a_damaged_row_is_named(tmp_path):
    benchmarks.record(figures(right=1), tmp_path)
    with (tmp_path / "rgb.jsonl").open("a") as file:
        file.write("{\n")
    with pytest.raises(UsageError, match=r"rgb\.jsonl:2"):
        benchmarks.table(figures(right=1), tmp_path)


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(QAError, match=r"rgb\.jsonl cannot be written"):
        benchmarks.record(figures(right=1), tmp_path / "file")


def test_results_go_to_the_checkout_or_to_a_folder_given(tmp_path, monkeypatch):
    assert benchmarks.results_folder() == resource("eval", "benchmarks") / "results"
    monkeypatch.setattr(benchmarks, "_checkout", lambda: None)  # as in an installed package
    with pytest.raises(UsageError, match="no checkout"):
        benchmarks.record(figures(right=1))
    assert benchmarks.table(figures(right=1))[-1].split() == ["right", "1"]
    path = benchmarks.record(figures(right=1), tmp_path)
    assert json.loads(path.read_text())["git"].startswith("qa ")


def test_without_git_the_version_says_which_code_it_was(tmp_path, monkeypatch):
    monkeypatch.setattr(benchmarks.shutil, "which", lambda name: None)
    assert json.loads(benchmarks.record(figures(right=1), tmp_path).read_text())["git"].startswith("qa ")
