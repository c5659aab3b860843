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


# ---------------------------------------------------------------- days


def test_a_day_that_leans_on_publication_is_shown_with_what_it_means(qa, filled):
    done = qa("ask", QUESTION)
    assert "in Lowmouth on Friday [13 March 2026]. [1]" in done.stdout
    answer = Answer.model_validate_json(qa("ask", QUESTION, "--json").stdout)
    assert answer.statements[0].text.endswith("in Lowmouth on Friday.")
    said = answer.statements[0].dates[0]
    assert (said.words, str(said.first), str(said.last)) == ("Friday", "2026-03-13", "2026-03-13")


def test_how_the_days_of_a_question_were_read_is_said(qa, filled):
    question = "Did the ferry crews end their strike last week?"
    done = qa("ask", question, "--as-of", "2026-03-16")
    assert done.exit_code == 0
    assert "ended their strike on Tuesday [10 March 2026]" in done.stdout
    assert "dates in the question: last week = 9-15 March 2026 (as of 16 March 2026)\n" in done.stderr
    answer = Answer.model_validate_json(qa("ask", question, "--as-of", "2026-03-16", "--json").stdout)
    assert [(d.words, str(d.first), str(d.last)) for d in answer.asked_dates] == [
        ("last week", "2026-03-09", "2026-03-15")
    ]


def test_a_question_about_another_day_is_not_answered(qa, filled):
    done = qa("ask", "Did the ferry crews end their strike last week?", "--as-of", "2026-03-30")
    assert done.exit_code == 3
    assert "about other days than 23-29 March 2026" in done.stdout
    assert "dates in the question: last week = 23-29 March 2026 (as of 30 March 2026)\n" in done.stderr
    assert "withheld 1 statement: about other days than 23-29 March 2026" in done.stderr


def test_without_as_of_days_are_counted_from_today(qa, filled):
    done = qa("ask", "Did the ferry crews end their strike yesterday?")
    assert done.exit_code == 3
    assert "--as-of DAY counts them from another day" in done.stderr


def test_reports_of_some_days_are_a_filter_and_said_to_be(qa, filled):
    question = "What was reported since Saturday about the ferry crews' strike?"
    done = qa("ask", question, "--as-of", "2026-03-16")
    assert done.exit_code == 0
    assert "since Saturday = 14-16 March 2026" in done.stderr
    assert "; only articles published then are used\n" in done.stderr
    answer = Answer.model_validate_json(qa("ask", question, "--as-of", "2026-03-16", "--json").stdout)
    assert (str(answer.filters.since), str(answer.filters.until)) == ("2026-03-14", "2026-03-16")
    assert qa("ask", question.replace("since Saturday", "yesterday"), "--as-of", "2026-03-15").exit_code == 3


def test_a_question_without_days_says_nothing_about_them(qa, filled):
    assert "dates in the question" not in qa("ask", QUESTION, "--as-of", "2026-03-16").stderr
    assert "dates in the question" not in qa("ask", "Who won the 2022 World Cup?").stderr


def test_an_update_on_another_day_is_shown_beside_publication(qa, filled, tmp_path):
    note = tmp_path / "quay.txt"
    note.write_text("The quay\n\nThe quay at Carrow was closed on Monday because of a crack.\n", "utf-8")
    flags = ["--outlet", "The Courier", "--published", "2026-03-10", "--updated", "2026-03-12"]
    assert qa("ingest", str(note), *flags).exit_code == 0
    done = qa("ask", "Why was the quay at Carrow closed?")
    assert "The Courier, 10 March 2026, updated 12 March 2026 - “" in done.stdout
    assert "on Monday [9 March 2026]" in done.stdout  # counted from publication
    answer = Answer.model_validate_json(qa("ask", "Why was the quay at Carrow closed?", "--json").stdout)
    assert answer.citations[0].updated is not None
