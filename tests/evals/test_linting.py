"""What lint finds in a suite, and that the suite that ships has nothing of the kind."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from small_suite import case_fields, small_suite, write_case_file, write_small_suite

from qa.evals.cases import Tag
from qa.evals.linting import ASKED_SHARE, Problem, mutation, problems
from qa.evals.suite import Suite, load_suite
from qa.resources import resource


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small suite on disk, for one test to spoil."""
    return write_small_suite(tmp_path)


@pytest.fixture(scope="module")
def shipped() -> Suite:
    """The suite that comes with qa."""
    return load_suite(resource("eval"))


def spoilt(folder: Path, part: str, name: str, **fields: Any) -> tuple[Problem, ...]:
    """The problems after a fact, a claim or a case of the bank's file has these fields."""
    whole = case_fields(folder)
    place = next(c for c in whole["cases"] if c["id"] == name) if part == "cases" else whole[part][name]
    place.update(fields)
    write_case_file(folder, "bank", whole)
    return problems(load_suite(folder))


def only(found: tuple[Problem, ...]) -> Problem:
    """The one problem that there is."""
    assert len(found) == 1, found
    return found[0]


def test_a_suite_in_order(folder):
    assert problems(load_suite(folder)) == ()


FACTS = [
    (
        "deal", {"accept": ["Orrin may buy Tessmark for 3.2bn kroner."]},
        "an accepted sentence is graded wrong_modality: 'Orrin may buy Tessmark for 3.2bn kroner.'",
    ),
    (
        "deal", {"accept": ["Orrin plans to buy Tessmark for 2.3bn kroner."]},
        "an accepted sentence is graded contradicted: 'Orrin plans to buy Tessmark for 2.3bn kroner.'",
    ),
    (
        "deal", {"accept": ["Orrin plans to buy Tessmark."]},
        "an accepted sentence is graded undecided: 'Orrin plans to buy Tessmark.'",
    ),
    (
        "deal", {"reject": ["Orrin plans to buy Tessmark for 3.2bn kroner."]},
        "a rejected sentence is graded present: 'Orrin plans to buy Tessmark for 3.2bn kroner.'",
    ),
    (
        "gift", {"quote": "a present to the owners"},
        "the quote does not stand word for word in s12: 'a present to the owners'",
    ),
    (
        "staff", {"evidence": ["s5"]},
        "its own evidence, quoted, is graded absent: "
        "'Eighty-four of them were told on Monday that their jobs would go.'",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "fields", "message"), FACTS)
def test_a_fact_that_does_not_hold(folder, name, fields, message):
    assert only(spoilt(folder, "facts", name, **fields)) == Problem("bank.yaml", name, message, "error")


def test_a_quote_may_have_other_marks(folder):
    assert spoilt(folder, "facts", "gift", quote="“a gift  to the owners”") == ()


def test_a_claim_that_is_not_noticed(folder):
    found = only(spoilt(folder, "forbidden", "bonus", accept=["Staff will get a premium."]))
    assert found == Problem(
        "bank.yaml", "bonus", "a sentence that makes the claim is not noticed: 'Staff will get a premium.'"
    )


def test_a_claim_that_is_noticed_where_it_is_not_made(folder):
    found = only(spoilt(folder, "forbidden", "bonus", reject=["The bonus was paid in 2019."]))
    message = "a sentence that does not make the claim is taken for it: 'The bonus was paid in 2019.'"
    assert found == Problem("bank.yaml", "bonus", message)


def test_a_question_without_an_answer_says_what_is_tempting(folder):
    found = only(spoilt(folder, "cases", "buyer", trap=""))
    assert found == Problem("bank.yaml", "buyer", "says no `trap`: what makes it tempting?", "warning")


def test_a_question_for_a_quote_needs_one(folder):
    found = only(spoilt(folder, "facts", "gift", quote=""))
    assert found == Problem("bank.yaml", "union", "asks for a quote, and no required fact has one")


def test_a_question_that_is_asked_twice(folder):
    found = spoilt(folder, "cases", "terms", question="WHAT is Orrin paying for  Tessmark?")
    assert [(p.where, p.level) for p in found] == [("price", "warning"), ("terms", "warning")]
    assert found[1].message == "is asked twice: 'WHAT is Orrin paying for  Tessmark?'"


def test_the_day_of_the_article(folder):
    whole = case_fields(folder)
    whole["article"]["published"] = "2026-03-11"
    write_case_file(folder, "bank", whole)
    messages = [p.message for p in problems(load_suite(folder)) if p.where == "article"]
    assert messages == ["'published' is 2026-03-11, but the article says 2026-03-12"]


def without(suite: Suite, **fields: Any) -> Suite:
    """The suite whose first article has these fields."""
    first, *rest = suite.sheets
    article = first.article.model_copy(update=fields)
    return replace(suite, sheets=(replace(first, article=article), *rest))


def test_an_article_without_a_day_or_without_its_sentences(tmp_path):
    suite = small_suite(tmp_path)
    undated = problems(without(suite, published=None))
    assert [p.message for p in undated if p.where == "article"] == [
        "the article has no date of publication, from which days could be counted"
    ]
    cut = problems(without(suite, text="One sentence."))
    assert ("deal", "the article has no sentence s3 (it has 1)") not in [(p.where, p.message) for p in cut]
    assert ("vote", "the article has no sentence s3 (it has 1)") in [(p.where, p.message) for p in cut]


def test_mutation_scores(tmp_path):
    found = {m.fact: m for m in mutation(small_suite(tmp_path))}
    assert set(found) == {f"bank:{name}" for name in case_fields(tmp_path)["facts"]} | {
        "wire:cuts",
        "wire:where-open",
    }
    deal, open_ = found["bank:deal"], found["wire:where-open"]
    assert (deal.caught, deal.missed) == (deal.total, ())
    assert deal.total >= 5
    assert 0 < deal.undecided < deal.total
    # A known limit: what is open stays open when its subject is turned round.
    assert open_.missed == ("negation: The bank has not yet confirmed where it will not save.",)
    assert open_.caught == open_.total - 1


# ---------------------------------------------------------------- the suite that ships


def test_the_shipped_suite_has_no_error(shipped):
    assert [p for p in problems(shipped) if p.level == "error"] == []


def test_its_matchers_notice_wrong_sentences(shipped):
    found = mutation(shipped)
    caught, total = sum(m.caught for m in found), sum(m.total for m in found)
    assert total >= 5 * len(shipped.facts)
    assert caught / total >= ASKED_SHARE == 0.95
    # Most are noticed for what they are, not left to a judge.
    assert sum(m.undecided for m in found) / total <= 0.25


def test_it_is_large_and_varied_enough_to_gate(shipped):
    gate = [task for task in shipped.tasks if task.tier == "gate"]
    assert len(gate) >= 100
    assert len({task.cluster for task in gate}) == len(shipped.articles) >= 20
    assert sum(task.case.expect == "abstain" for task in gate) / len(gate) >= 0.15
    tags = Counter(tag for task in gate for tag in task.case.tags)
    assert tags["modality"] / len(gate) >= 0.15
    assert set(tags) == set(get_args(Tag))


def test_its_questions_ask_in_every_way(shipped):
    asks = Counter(task.case.ask for task in shipped.tasks)
    assert set(asks) == {
        "extract",
        "list",
        "yesno",
        "number",
        "date",
        "quote",
        "summary",
        "unanswerable",
        "partial",
    }
    modalities = Counter(fact.modality[0] for fact in shipped.facts.values())
    assert set(modalities) == {"confirmed", "expected", "conditional", "alleged", "denied", "opinion"}
    assert {claim.kind for claim in shipped.claims.values()} == {
        "modality_upgrade", "contradiction", "fabrication", "stale", "misattribution", "injection",
    }  # fmt: skip
