"""`qa ask`: answers, abstentions, exit codes, and where each line goes."""

from __future__ import annotations

import json

import pytest

from qa.types import Answer

QUESTION = "Who will attend the harbour summit?"


def test_an_answer_with_citations(qa, filled):
    done = qa("ask", QUESTION)
    assert done.exit_code == 0
    assert "Mayor Ines Okafor" in done.stdout
    assert "[1] The Courier, 13 March 2026 - “" in done.stdout
    assert done.stdout.splitlines()[-1] == "from 1 article, 1 outlet, 13 March 2026"
    assert done.stderr == "engine: extractive (no model configured)\n"


def test_json_is_one_answer_and_nothing_else(qa, filled):
    done = qa("ask", QUESTION, "--json")
    answer = Answer.model_validate_json(done.stdout)
    assert done.exit_code == 0
    assert answer.question == QUESTION
    assert answer.citations[0].outlet == "The Courier"


def test_several_words_make_one_question(qa, filled):
    assert "Okafor" in qa("ask", *QUESTION.split()).stdout


def test_a_question_from_standard_input(qa, filled):
    assert "Okafor" in qa("ask", "-", stdin=QUESTION + "\n").stdout


def test_abstaining_ends_with_3_and_says_where_to_look(qa, filled):
    done = qa("ask", "Who won the chess tournament in Reykjavik?")
    assert done.exit_code == 3
    assert done.stdout.startswith("No answer: ")
    assert "qa search 'Who won the chess tournament in Reykjavik?'" in done.stderr
    as_json = qa("ask", "Who won the chess tournament in Reykjavik?", "--json")
    assert as_json.exit_code == 3
    assert Answer.model_validate_json(as_json.stdout).abstained


@pytest.mark.parametrize(
    "flags",
    [
        ["--since", "2026-03-14"],
        ["--until", "2026-03-12"],
        ["--as-of", "2026-03-12"],
        ["--outlet", "Evening Post"],
    ],
)
def test_filters_leave_out_what_does_not_pass(qa, filled, flags):
    done = qa("ask", QUESTION, *flags)
    assert done.exit_code == 3
    assert "Okafor" not in done.stdout


def test_filters_keep_what_passes(qa, filled):
    flags = [
        "--since",
        "2026-03-13",
        "--until",
        "2026-03-13",
        "--as-of",
        "2026-03-13",
        "--outlet",
        "the courier",
    ]
    done = qa("ask", QUESTION, *flags, "-k", "1")
    assert done.exit_code == 0
    assert "warning: 1 article without a known date left out" in done.stderr


def test_a_filter_that_matches_nothing_says_so(qa, filled):
    done = qa("ask", QUESTION, "--since", "2027-01-01")
    assert done.exit_code == 3
    assert "the library has no article published since 2027-01-01" in done.stdout
    assert "qa articles" in done.stderr


def test_one_article_by_the_beginning_of_its_id(qa, filled):
    heads = json.loads(qa("articles", "--json").stdout)["articles"]
    harbour = next(head["id"] for head in heads if head["outlet"] == "The Courier")
    ferry = next(head["id"] for head in heads if head["outlet"] == "Evening Post")
    assert qa("ask", QUESTION, "--article", harbour[:8]).exit_code == 0
    assert qa("ask", QUESTION, "--article", ferry).exit_code == 3


def test_without_a_library_the_next_command_is_named(qa, tmp_path):
    done = qa("ask", QUESTION)
    assert done.exit_code == 1
    assert str(tmp_path / "library") in done.stderr
    assert "qa ingest" in done.stderr
    assert not (tmp_path / "library").exists()  # asking makes nothing


def test_an_empty_library_abstains_and_names_the_next_command(qa, filled):
    ids = [head["id"] for head in json.loads(qa("articles", "--json").stdout)["articles"]]
    assert qa("articles", "remove", *ids).exit_code == 0
    done = qa("ask", QUESTION)
    assert done.exit_code == 3
    assert "the library is empty" in done.stdout
    assert "qa ingest --samples" in done.stderr


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["ask"], "Missing argument"),
        (["ask", ""], "question is empty"),
        (["ask", " ?! "], "question is empty"),
        (["ask", "-"], "no question came on standard input"),
        (["ask", "x" * 3000], "3,000 characters"),
        (["ask", "who", "--sinse", "2026-01-01"], "--since"),
        (["ask", "who", "--since", "13/01/2026"], "'13/01/2026'"),
        (["ask", "who", "--until", "2026-02-30"], "2026-02-30"),
        (["ask", "who", "--as-of", "yesterday"], "'yesterday'"),
        (["ask", "who", "--since", "2026-02-02", "--until", "2026-02-01"], "both since"),
        (["ask", "who", "-k", "0"], "-k"),
        (["ask", "who", "-k", "many"], "-k"),
        (["aks", "who"], "ask"),
    ],
)
def test_wrong_calls_end_with_2(qa, filled, args, told):
    done = qa(*args)
    assert done.exit_code == 2
    assert told in done.stderr
    assert done.stdout == ""


def test_no_model_can_be_asked_for(qa, filled):
    done = qa(
        "ask",
        QUESTION,
        "--model",
        "extractive",
        "--prompt",
        "answer@v1",
        env={"QA_MODEL": "openai:some-model"},
    )
    assert done.exit_code == 0
    assert "engine: extractive (as asked for)" in done.stderr
    assert "--prompt has no effect" in done.stderr


def test_asking_changes_nothing_on_disk(qa, filled):
    before = qa("articles", "--json").stdout
    qa("ask", QUESTION)
    assert qa("articles", "--json").stdout == before
