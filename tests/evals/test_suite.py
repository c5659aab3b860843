"""The suite as it is read from its folder: its questions, what their grades depend on, and what is wrong with
a file, said so that it can be put right."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from small_suite import BANK_TEXT, case_fields, small_suite, write_case_file, write_small_suite

from qa.errors import UsageError
from qa.evals.cases import CaseFile
from qa.evals.suite import Suite, digest, find_tasks, load_suite, qualified, read_article, read_case_file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small suite on disk, for one test to spoil."""
    return write_small_suite(tmp_path)


@pytest.fixture(scope="module")
def suite(tmp_path_factory) -> Suite:
    """The small suite."""
    return small_suite(tmp_path_factory.mktemp("suite"))


def refused(folder: Path) -> tuple[str, str]:
    """The message, with the folder as "F", and the hint of the error that reading it raises."""
    with pytest.raises(UsageError) as caught:
        load_suite(folder)
    assert caught.value.exit_code == 2
    return caught.value.message.replace(str(folder.resolve()), "F").replace(
        str(folder), "F"
    ), caught.value.hint


def changed(folder: Path, path: str, value: Any) -> None:
    """Writes the bank's case file with another value at the path: "facts.deal.modality", "cases.0.id"."""
    whole = case_fields(folder)
    *steps, last = path.split(".")
    place: Any = whole
    for step in steps:
        place = place[int(step) if step.isdigit() else step]
    place[int(last) if last.isdigit() else last] = value
    write_case_file(folder, "bank", whole)


# ---------------------------------------------------------------- what a suite holds


def test_articles_facts_and_claims(suite):
    assert [sheet.id for sheet in suite.sheets] == ["bank", "wire"]
    assert [article.outlet for article in suite.articles] == ["The Tarnholm Courier", "Skagen Wire"]
    assert set(suite.by_id) == {"bank", "wire"}
    assert {"bank:deal", "wire:cuts"} <= set(suite.facts)
    assert {"bank:closed", "bank:bonus"} <= set(suite.claims)
    assert not set(suite.facts) & set(suite.claims)


def test_sentences_are_numbered_from_one(suite):
    sheet = suite.by_id["bank"]
    assert sheet.sentence("s1").startswith("TARNHOLM — Orrin Bank is expected")
    assert sheet.sentence("s4") == "About 3,200 people work at Tessmark."
    assert sheet.sentence(f"s{len(sheet.spans)}") == "An office in Harnmouth closed in 2019."
    assert sheet.sentence(f"s{len(sheet.spans) + 1}") == ""
    assert all(sheet.article.text[a:b] == sheet.sentence(f"s{n}") for n, (a, b) in enumerate(sheet.spans, 1))


def test_questions_and_their_paraphrases(suite):
    ids = [task.id for task in suite.tasks]
    assert ids[:4] == ["bank/price", "bank/price~1", "bank/price~2", "bank/terms"]
    assert len(ids) == len(set(ids)) == len(suite.tasks_by_id)
    second = suite.tasks_by_id["bank/price~2"]
    assert (second.question, second.paraphrase, second.cluster) == ("Tessmark: how much?", 2, "bank")
    assert (second.case, second.tier) == (suite.tasks_by_id["bank/price"].case, "track")
    assert suite.tasks_by_id["bank/price"].tier == "gate"


def test_which_questions_a_pull_request_asks(suite):
    full, pr = suite.chosen("full"), suite.chosen("pr")
    assert full == suite.tasks
    assert {t.id for t in full} - {t.id for t in pr} == {"bank/price~1", "bank/price~2", "bank/buyer"}
    assert suite.tasks_by_id["wire/where"].tier == "quarantine"
    assert suite.tasks_by_id["wire/where"] in pr


def test_questions_by_pattern(suite):
    assert [t.id for t in find_tasks(suite, suite.tasks, ["wire/*"])] == ["wire/when", "wire/where"]
    assert [t.id for t in find_tasks(suite, suite.tasks, ["*/vote", "wire/when"])] == [
        "bank/vote",
        "wire/when",
    ]
    assert find_tasks(suite, suite.tasks, []) == suite.tasks
    with pytest.raises(UsageError) as caught:
        find_tasks(suite, suite.tasks, ["*/vote", "nothing*"])
    assert caught.value.message == "no case is called 'nothing*'"
    assert caught.value.hint == f"`qa eval list` names all {len(suite.tasks)} of them."


def test_a_fact_of_another_article_is_named_with_it(suite):
    assert qualified("deal", suite.by_id["bank"]) == "bank:deal"
    assert qualified("wire:cuts", suite.by_id["bank"]) == "wire:cuts"
    assert suite.tasks_by_id["bank/jobs"].case.require == ("jobs", "wire:cuts")


# ---------------------------------------------------------------- digests


def test_a_digest_is_of_the_value_and_not_of_its_order():
    assert digest({"a": 1, "b": [2]}) == digest({"b": [2], "a": 1})
    assert digest(["a", "b"]) != digest(["b", "a"])
    assert len(digest("")) == 64


def digests(folder: Path, case: str) -> tuple[str, str]:
    """What is asked, and what the grade depends on."""
    suite = load_suite(folder)
    task = suite.tasks_by_id[case]
    return suite.asked_digest(task), suite.graded_digest(task)


def test_what_a_question_and_its_grade_depend_on(folder):
    asked, graded = digests(folder, "bank/price")
    assert digests(folder, "bank/price") == (asked, graded)
    assert digests(folder, "bank/price~1")[0] != asked
    assert digests(folder, "bank/price~1")[1] == graded
    # Another matcher: graded anew, not asked anew.
    changed(folder, "facts.deal.accept", ["Orrin plans to buy Tessmark for 3.2bn kroner."])
    again = digests(folder, "bank/price")
    assert (again[0] == asked, again[1] == graded) == (True, False)
    # Another day, or another article: asked anew.
    changed(folder, "cases.0.as_of", "2026-03-20")
    dated = digests(folder, "bank/price")[0]
    assert dated != asked
    rewritten(folder, BANK_TEXT.replace("Velsby", "Velsund"))
    assert digests(folder, "bank/price")[0] not in (asked, dated)


def test_a_fact_of_another_article_counts_in_the_grade(folder):
    before = digests(folder, "bank/jobs")[1], digests(folder, "bank/price")[1]
    wire = case_fields(folder, "wire")
    wire["facts"]["cuts"]["modality"] = "expected"
    write_case_file(folder, "wire", wire)
    after = digests(folder, "bank/jobs")[1], digests(folder, "bank/price")[1]
    assert (before[0] == after[0], before[1] == after[1]) == (False, True)


# ---------------------------------------------------------------- what is wrong with a folder


def rewritten(folder: Path, text: str) -> None:
    """Writes the bank's article anew, and its sha256 into the case file."""
    article = folder / "articles" / "bank.txt"
    article.write_text(text, encoding="utf-8")
    changed(folder, "article.sha256", hashlib.sha256(article.read_bytes()).hexdigest())


FORM = "eval/schema.json describes the form."


def test_a_folder_that_is_none(tmp_path):
    assert refused(tmp_path / "nowhere") == (
        "there is no eval suite in F", "A suite is a folder with cases/*.yaml; name it with --folder.",
    )  # fmt: skip


def test_a_folder_without_case_files(tmp_path):
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "notes.txt").write_text("no case file")
    assert refused(tmp_path) == ("F/cases holds no case file", "Add one: cases/NAME.yaml.")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("schema: qa-eval/1\narticle: id: x\n", "line 2: mapping values are not allowed in this context"),
        ("schema: [1\nfacts: {}\n", "line 2: did not find expected ',' or ']'"),
        (
            "schema: qa-eval/1\nfacts: {}\nfacts: {}\n",
            "line 3: the field 'facts' stands twice: keep one of them",
        ),
        ("schema: \x07\n", "unacceptable character #x0007: control characters are not allowed"),
    ],
)
def test_a_file_that_is_no_yaml(folder, text, message):
    (folder / "cases" / "bank.yaml").write_text(text)
    assert refused(folder) == (f"F/cases/bank.yaml is no valid YAML: {message}", "Correct the file.")


def test_a_file_that_is_no_text(folder):
    (folder / "cases" / "bank.yaml").write_bytes(b"\xff\xfe\x00")
    message, hint = refused(folder)
    assert message.startswith("F/cases/bank.yaml cannot be read: 'utf-8' codec can't decode byte 0xff")
    assert hint == "Check the path and its rights."


def test_a_file_that_cannot_be_opened(tmp_path):
    with pytest.raises(UsageError, match=r"nothing\.yaml cannot be read: .*No such file"):
        read_case_file(tmp_path / "nothing.yaml")


@pytest.mark.parametrize("text", ["", "- a list\n", "a word\n"])
def test_a_file_that_holds_no_case_file(folder, text):
    (folder / "cases" / "bank.yaml").write_text(text)
    message, hint = refused(folder)
    assert message.startswith("F/cases/bank.yaml: the file: Input should be a valid dictionary")
    assert hint == FORM


FIELDS = [
    ("extra", 1, "extra: Extra inputs are not permitted"),
    ("facts.deal.modalty", "expected", "facts.deal.modalty: Extra inputs are not permitted"),
    ("cases.0.forbidden", ["closed"], "cases.0.forbidden: Extra inputs are not permitted"),
    ("schema", "qa-eval/2", "schema: Input should be 'qa-eval/1'"),
    ("cases", [], "cases: Tuple should have at least 1 item"),
    ("facts.deal.modality", "sure", "facts.deal.modality.0: Input should be 'confirmed', 'expected', "),
    ("facts.deal.modality", [], "facts.deal.modality: Tuple should have at least 1 item"),
    ("facts.deal.evidence", ["1"], "facts.deal.evidence.0: String should match pattern"),
    ("facts.deal.accept", [], "facts.deal.accept: Tuple should have at least 1 item"),
    ("facts.deal.match.window", "page", "facts.deal.match.window: Input should be 'sentence', "),
    ("facts.deal.require_attribution", True, "facts.deal: require_attribution needs attributed_to"),
    (
        "facts.deal.match.slots.0.none", ["b"],
        "facts.deal.match.slots.0: "
        "a slot has exactly one of any, none, number, money, percent, date, direction",
    ),
    ("facts.deal.match.slots.0", {}, "facts.deal.match.slots.0: a slot has exactly one of any, none, "),
    ("facts.deal.match.slots.0.any", [], "facts.deal.match.slots.0.any: Value should have at least 1 item"),
    ("facts.deal.match.slots.0.any", "re:(", "facts.deal.match.slots.0: '(' is no regular expression: "),
    (
        "facts.deal.match.slots.3.money.currency", "kr",
        "facts.deal.match.slots.3.money.currency: String should match",
    ),
    (
        "facts.vote.match.slots.2.date", {"start": "2026-05-01"},
        "facts.vote.match.slots.2.date: a date is either `on` a day, or from `start` to `end`",
    ),
    ("cases.0.id", "Price", "cases.0.id: String should match pattern"),
    ("article.sha256", "9f2c", "article.sha256: String should match pattern"),
    ("article.published", "soon", "article.published: Input should be a valid date"),
    (
        "forbidden.deal", {"text": "t", "kind": "stale", "match": {"slots": [{"any": "x"}]}, "accept": ["x"]},
        "the file: both a fact and forbidden: deal",
    ),
    ("forbidden.closed.of", "x", "the file: forbidden 'closed' is `of` 'x', which is no fact here"),
    ("cases.1.id", "price", "the file: case ids stand twice: price"),
    ("cases.0.ask", "guess", "cases.0.ask: Input should be 'extract', 'list', "),
    ("cases.0.tags", ["hard"], "cases.0.tags.0: Input should be 'modality', "),
    ("cases.0.trials", 0, "cases.0.trials: Input should be greater than or equal to 1"),
    ("cases.0.expect", "abstain", "cases.0: `ask: unanswerable` and `expect: abstain` go together"),
    ("cases.0.require", [], "cases.0: a question with an answer needs `require` or `list`"),
    ("cases.0.ask", "list", "cases.0: a list question needs `list`, or several facts in `require`"),
    ("cases.0.allow", ["deal"], "cases.0: required and at once allowed or forbidden: deal"),
    ("cases.0.cite", {"staff": "all"}, "cases.0: `cite` names what is not required: staff"),
    ("cases.8.require", ["deal"], "cases.8: a question without an answer requires nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "message"), FIELDS, ids=[f"{p}={v}"[:50] for p, v, _ in FIELDS])
def test_a_field_that_is_wrong_is_named(folder, path, value, message):
    changed(folder, path, value)
    said, hint = refused(folder)
    assert said.startswith(f"F/cases/bank.yaml: {message}")
    assert "; " not in said  # one mistake, one message
    assert hint == FORM


def test_of_many_problems_the_first_are_told(folder):
    whole = case_fields(folder)
    for case in whole["cases"]:
        del case["question"]
    write_case_file(folder, "bank", whole)
    message, _ = refused(folder)
    assert message == (
        "F/cases/bank.yaml: cases.0.question: Field required; cases.1.question: Field required; "
        f"cases.2.question: Field required; and {len(whole['cases']) - 3} more"
    )


@pytest.mark.parametrize(
    ("field", "name", "what"),
    [
        ("require", "nothing", "fact"),
        ("require", "wire:nothing", "fact"),
        ("require", "nowhere:deal", "fact"),
        ("require", "closed", "fact"),
        ("allow", "nothing", "fact"),
        ("forbid", "nothing", "fact or forbidden claim"),
        ("forbid", "wire:closed", "fact or forbidden claim"),
    ],
)
def test_a_fact_that_is_none(folder, field, name, what):
    changed(folder, f"cases.1.{field}", [name])
    assert refused(folder) == (
        f"F/cases/bank.yaml: case 'terms' names '{name}', which is no {what}",
        "Name one of this file, or ARTICLE:NAME of another.",
    )


def test_a_sentence_that_the_article_does_not_have(folder):
    changed(folder, "facts.deal.evidence", ["s1", "s99"])
    assert refused(folder) == (
        "F/cases/bank.yaml: fact 'deal' stands in s99, but bank.txt has 15 sentences",
        "`qa eval sentences FILE` numbers them.",
    )


def test_two_files_for_one_article(folder):
    changed(folder, "article.id", "wire")
    assert refused(folder) == ("two case files are for wire", "Give each article one file.")


# ---------------------------------------------------------------- what is wrong with an article


def test_an_article_that_is_not_there(folder):
    changed(folder, "article.file", "../articles/gone.txt")
    message, hint = refused(folder)
    assert message == "F/cases/bank.yaml: there is no article F/articles/gone.txt"
    assert hint == "Correct 'article.file'."


def test_an_article_that_was_changed(folder):
    article = folder / "articles" / "bank.txt"
    article.write_text(BANK_TEXT.replace("3.2 billion", "3.3 billion"), encoding="utf-8")
    found = hashlib.sha256(article.read_bytes()).hexdigest()
    assert refused(folder) == (
        f"F/cases/bank.yaml: the article bank.txt is not the one that was annotated (its sha256 is {found})",
        "Restore the article, or check every fact again and set the new sha256.",
    )


def test_an_article_without_words(folder):
    rewritten(folder, "\n\n")
    assert refused(folder) == (
        "F/articles/bank.txt is not one article: it is empty",
        "An article file holds a headline, its head lines and its text.",
    )


def test_an_article_is_read_as_ingest_reads_it(folder):
    article = read_article(folder / "articles" / "bank.txt")
    assert (article.title, article.outlet) == ("Orrin Bank close to buying Tessmark", "The Tarnholm Courier")
    assert (article.published.isoformat(), article.authors) == (
        "2026-03-12T08:30:00+01:00",
        ("Ottoline Vex",),
    )
    assert article.text.startswith("TARNHOLM — Orrin Bank")


# ---------------------------------------------------------------- what may be written shorter


def test_short_forms(folder):
    file = read_case_file(folder / "cases" / "bank.yaml")
    deal, jobs, vote, gift = (file.facts[name] for name in ("deal", "jobs", "vote", "gift"))
    assert deal.modality == ("expected",)
    assert jobs.match.slots[1].number.value == 84
    assert str(vote.match.slots[2].date.on) == "2026-04-09"
    assert (gift.importance, deal.match.window, jobs.match.window) == ("vital", "sentence", "sentence+1")
    offices = next(case for case in file.cases if case.id == "offices")
    assert offices.list.items == (("Tarnholm",), ("Velsby",), ("Old Quay", "the quay"))
    branches = next(case for case in file.cases if case.id == "branches")
    assert (branches.expect, branches.tier, branches.trials) == ("abstain", "gate", 3)


def test_a_case_file_survives_its_json(folder):
    file = read_case_file(folder / "cases" / "bank.yaml")
    assert CaseFile.model_validate_json(file.model_dump_json(by_alias=True, exclude_unset=True)) == file
