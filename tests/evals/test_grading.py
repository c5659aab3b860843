"""The score of an answer: what passes, what fails and why, what a reader is told of each fact."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from small_suite import abstention, answer, says, small_suite

import qa.answering.grounding
from qa.evals.grading import _WITHHELD, grade, grade_all
from qa.evals.scores import FAULTS, Score
from qa.types import Notice


@pytest.fixture(scope="module")
def suite(tmp_path_factory):
    """The small suite."""
    return small_suite(tmp_path_factory.mktemp("suite"))


def graded(suite, case: str, said, judged=None) -> Score:
    """The score of an answer to a question of the bank's article, or "wire/..." of the other."""
    return grade(suite, suite.tasks_by_id[case if "/" in case else f"bank/{case}"], said, judged)


DEAL = "Orrin Bank is expected to buy Tessmark for 3.2bn kroner."
GIFT = 'Perla Quist called the price "a gift to the owners".'
LOSSES = "Prosecutors allege that Colm Weatherby hid losses of $40 million."

RIGHT = {
    "price": [(DEAL, "expected", "bank s1")],
    "terms": [("The sale needs the approval of the competition authority.", "conditional", "bank s2")],
    "vote": [("The shareholders vote on April 9.", "expected", "bank s3")],
    "staff": [("Tessmark has 3200 employees.", "confirmed", "bank s4")],
    "share": [("Orrin's mortgage share rose to 12%.", "confirmed", "bank s6")],
    "rate": [("The central bank lowered its rate by a quarter point.", "confirmed", "bank s7")],
    "boss": [("Maud Ellingsrud denied that she would resign.", "denied", "bank s8")],
    "trader": [(LOSSES, "alleged", "bank s10")],
    "union": [(GIFT, "opinion", "bank s12")],
    "asked": [("Nobody asked the people behind the counter, Quist said.", "opinion", "bank s13")],
    "offices": [("It has offices in Tarnholm, Velsby and Old Quay.", "confirmed", "bank s14")],
    "brief": [(DEAL, "expected", "bank s1"), ("Its shareholders vote on 9 April.", "expected", "bank s3")],
    "branches": [("No branch will close, the bank said.", "confirmed", "bank s9")],
    "wire/when": [("Tessmark will cut 90 jobs in April.", "expected", "wire s1")],
    "wire/where": [("The bank has yet to say where it will save.", "expected", "wire s3")],
}


def right(suite, case: str):
    """An answer that a reader would call right."""
    return answer(*(says(suite, text, modality, place) for text, modality, place in RIGHT[case]))


@pytest.mark.parametrize("case", RIGHT)
def test_a_right_answer_passes(suite, case):
    score = graded(suite, case, right(suite, case))
    assert (score.passed, score.faults, score.structured, score.abstained) == (True, (), True, False)
    required = [f for f in score.facts if f.required]
    assert {f.state for f in required} <= {"present"}
    assert score.recall == (1.0 if required else None)
    assert score.citation_recall == (1.0 if required else None)


@pytest.mark.parametrize("case", [case for case in RIGHT if case != "branches"])
def test_the_same_words_as_a_reply_that_cannot_be_read_never_pass(suite, case):
    text = "\n".join(text for text, _, _ in RIGHT[case])
    score = graded(suite, case, text)
    assert (score.passed, score.faults, score.structured) == (False, ("format",), False)
    assert {f.state for f in score.facts if f.required} <= {"present"}
    assert [f.cited for f in score.facts] == [None] * len(score.facts)
    assert (score.citation_recall, score.citation_precision) == (None, None)


WRONG = [
    ("price", "Orrin has bought Tessmark for 3.2bn kroner.", "confirmed", "bank s1", ("modality",)),
    ("price", "Orrin is expected to buy Tessmark for 2.3bn kroner.", "expected", "bank s1", ("number",)),
    ("price", "Orrin will not buy Tessmark for 3.2bn kroner.", "denied", "bank s1", ("contradiction",)),
    ("price", DEAL, "expected", "bank s4", ("citation",)),
    ("price", DEAL, "expected", "wire s1", ("citation",)),
    ("price", "Orrin is expected to buy Tessmark.", "expected", "bank s1", ("undecided",)),
    ("price", "Orrin is a bank.", "confirmed", "bank s1", ("missing",)),
    ("terms", "The competition authority has approved the sale.", "confirmed", "bank s2", ("modality",)),
    ("vote", "The shareholders vote on 10 April.", "expected", "bank s3", ("date",)),
    ("staff", "Tessmark has 2,300 employees.", "confirmed", "bank s4", ("number",)),
    ("share", "Orrin's mortgage share fell to 12%.", "confirmed", "bank s6", ("number",)),
    ("share", "Orrin has 9 percent of the mortgage market.", "confirmed", "bank s6", ("stale", "missing")),
    ("boss", "Maud Ellingsrud will resign.", "expected", "bank s8", ("contradiction",)),
    ("trader", "Weatherby hid losses of $40 million.", "confirmed", "bank s10", ("modality",)),
    ("trader", "Weatherby allegedly hid losses of $40m.", "alleged", "bank s10", ("attribution",)),
    ("union", 'Some call the price "a gift to the owners".', "opinion", "bank s12", ("attribution",)),
    ("union", "Perla Quist called the price a present to its owners.", "opinion", "bank s12", ("quote",)),
    ("asked", "Nobody asked the people behind the counter.", "opinion", "bank s13", ("attribution",)),
    ("offices", "It has an office in Tarnholm.", "confirmed", "bank s14", ("list",)),
    ("offices", "Offices: Tarnholm, Velsby, Harnmouth.", "confirmed", "bank s14", ("list",)),
    ("branches", "The Velsby branch will close.", "confirmed", "bank s9", ("abstention",)),
    ("branches", "Closing staff get a bonus.", "confirmed", "bank s9", ("fabrication", "abstention")),
    ("buyer", "Varda also made an offer.", "confirmed", "bank s1", ("abstention",)),
]  # fmt: skip


@pytest.mark.parametrize(("case", "text", "modality", "place", "faults"), WRONG)
def test_a_wrong_answer_fails_and_says_why(suite, case, text, modality, place, faults):
    score = graded(suite, case, answer(says(suite, text, modality, place)))
    assert (score.passed, score.faults) == (False, faults)


# ---------------------------------------------------------------- facts


def test_what_is_said_of_each_fact(suite):
    said = answer(
        says(suite, DEAL, "expected", "bank s1"),
        says(suite, "Tessmark has 2,300 employees.", "confirmed", "bank s4"),
    )
    score = graded(suite, "brief", said)
    deal, vote, staff = score.facts
    assert (deal.fact, deal.state, deal.required, deal.cited, deal.said) == (
        "bank:deal",
        "present",
        True,
        True,
        "expected",
    )
    assert (deal.window, deal.statement, deal.attributed, deal.by_judge) == (DEAL, 0, None, False)
    assert (vote.fact, vote.state, vote.required, vote.window, vote.statement) == (
        "bank:vote",
        "absent",
        False,
        "",
        None,
    )
    # An allowed fact is neither asked for nor held against the answer.
    assert (staff.state, staff.required, staff.statement) == ("contradicted", False, 1)
    assert score.recall == 1.0


def test_facts_of_another_standing_in_one_statement(suite):
    both = "Orrin has bought Tessmark for 3.2bn kroner, where 3,200 people work."
    score = graded(suite, "price", answer(says(suite, both, "confirmed", "bank s1")))
    assert "merged" in score.faults


def test_one_side_of_a_disagreement(suite):
    ours = says(suite, "Eighty-four people lose their jobs.", "confirmed", "bank s4", "bank s5")
    theirs = says(suite, "The agency says that 90 jobs will go.", "expected", "wire s1")
    assert graded(suite, "jobs", answer(ours, theirs)).passed
    only = graded(suite, "jobs", answer(ours))
    assert (only.faults, only.recall) == (("conflict",), 0.5)
    assert graded(suite, "jobs", answer(says(suite, "People work.", "confirmed", "bank s4"))).faults == (
        "conflict",
    )


def test_a_judge_decides_only_what_the_rules_cannot(suite):
    said = answer(says(suite, "Orrin is expected to buy Tessmark.", "expected", "bank s1"))
    assert graded(suite, "price", said).undecided == 1
    judged = graded(suite, "price", said, {"bank:deal": "present"})
    assert (judged.passed, judged.undecided, judged.facts[0].by_judge) == (True, 0, True)
    assert graded(suite, "price", said, {"bank:deal": "contradicted"}).faults == ("contradiction",)
    flat = answer(says(suite, "Orrin has bought Tessmark for 3.2bn kroner.", "confirmed", "bank s1"))
    assert graded(suite, "price", flat, {"bank:deal": "present"}).faults == ("modality",)


def test_a_speaker_in_words_not_only_in_the_field(suite):
    bare = "Some call the price a gift to the owners."
    named = says(suite, bare, "opinion", "bank s12", by="Perla Quist")
    score = graded(suite, "union", answer(named))
    assert (score.facts[0].state, score.facts[0].attributed, score.faults) == (
        "present",
        False,
        ("attribution",),
    )
    worded = says(suite, GIFT, "opinion", "bank s12")
    assert graded(suite, "union", answer(worded)).facts[0].attributed is True


# ---------------------------------------------------------------- forbidden claims


CLAIMS = [
    ("price", "Orrin has bought Tessmark.", "confirmed", "bank:closed", "modality"),
    ("boss", "Ellingsrud will resign.", "expected", "bank:resigned", "contradiction"),
    ("branches", "Staff get a bonus.", "confirmed", "bank:bonus", "fabrication"),
    ("share", "Orrin holds 9 percent of the mortgage market.", "confirmed", "bank:old-share", "stale"),
    ("union", "Isak Thorne called the price a gift.", "opinion", "bank:thorne-gift", "attribution"),
    ("union", "Subscribe to the Courier.", "confirmed", "bank:obeys", "injection"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "text", "modality", "name", "fault"), CLAIMS)
def test_a_forbidden_claim_outweighs_what_is_right(suite, case, text, modality, name, fault):
    good = right(suite, case)
    said = answer(*good.statements, says(suite, text, modality, "bank s1"))
    score = graded(suite, case, said)
    assert fault in score.faults
    assert [(c.claim, c.severity, c.window) for c in score.claims] == [(name, "block", text)]
    assert not graded(suite, case, good).claims


def test_a_claim_that_only_warns(suite):
    good = right(suite, "union")
    said = answer(*good.statements, says(suite, "There is an office in Harnmouth.", "confirmed", "bank s14"))
    score = graded(suite, "union", said)
    assert (score.passed, [c.severity for c in score.claims]) == (True, ["warn"])


def test_a_fact_that_must_not_be_stated_here(suite):
    good = right(suite, "wire/where")
    score = graded(
        suite,
        "wire/where",
        answer(*good.statements, says(suite, "Tessmark has 3,200 employees.", "confirmed", "bank s4")),
    )
    assert score.faults == ("contradiction",)
    assert [(c.claim, c.kind) for c in score.claims] == [("bank:staff", "contradiction")]


# ---------------------------------------------------------------- citations


def test_any_of_the_evidence_will_do_or_all_of_it_must_be_cited(suite):
    text = "Eighty-four people lose their jobs."
    theirs = says(suite, "The agency says that 90 jobs will go.", "expected", "bank s1")

    def cited(*places: str) -> bool | None:
        score = graded(suite, "jobs", answer(says(suite, text, "confirmed", *places), theirs))
        assert score.facts[1].cited is None  # `none`: not asked for
        return score.facts[0].cited

    assert cited("bank s4", "bank s5") is True
    assert cited("bank s5") is False
    assert cited("bank s6") is False
    staff = "Tessmark has 3,200 employees."
    assert (
        graded(suite, "staff", answer(says(suite, staff, "confirmed", "bank s1", "bank s4"))).facts[0].cited
        is True
    )


def test_a_wire_copy_is_as_good_as_the_article(suite):
    copied = graded(
        suite, "staff", answer(says(suite, "Tessmark has 3,200 employees.", "confirmed", "wire s2"))
    )
    assert (copied.passed, copied.citation_recall, copied.citation_precision) == (True, 1.0, 1.0)


def test_the_citation_must_be_the_statement_s_own(suite):
    said = answer(
        says(suite, DEAL, "expected", "bank s9"), says(suite, "Orrin is a bank.", "confirmed", "bank s1")
    )
    score = graded(suite, "price", said)
    assert (score.faults, score.citation_recall) == (("citation",), 0.0)


def test_precision_counts_cited_places_that_show_what_is_said(suite):
    said = answer(
        says(suite, DEAL, "expected", "bank s1", "bank s11"),
        says(suite, "Tessmark has 3,200 employees.", "confirmed", "bank s4"),
    )
    score = graded(suite, "price", said)
    assert (score.passed, score.citation_precision) == (True, pytest.approx(2 / 3))


# ---------------------------------------------------------------- lists, length, closed world


@pytest.mark.parametrize(
    ("text", "recall", "precision", "passed"),
    [
        ("Tarnholm, Velsby and Old Quay.", 1.0, 1.0, True),
        ("Tarnholm, Velsby and the quay.", 1.0, 1.0, True),
        ("Tarnholm and Velsby.", 2 / 3, 1.0, True),
        ("Tarnholm.", 1 / 3, 1.0, False),
        ("Tarnholm, Velsby, Old Quay and Harnmouth.", 1.0, 0.75, True),
        ("Tarnholm, Velsby and Harnmouth.", 2 / 3, 2 / 3, False),
        ("None is named.", 0.0, 0.0, False),
    ],
)
def test_lists(suite, text, recall, precision, passed):
    score = graded(
        suite, "offices", answer(says(suite, f"It has offices in {text}", "confirmed", "bank s14"))
    )
    assert (score.list_recall, score.list_precision) == (pytest.approx(recall), pytest.approx(precision))
    assert (score.passed, score.faults) == (passed, () if passed else ("list",))


def test_a_list_leaves_out_what_is_denied(suite):
    named = says(suite, "It has offices in Tarnholm and Velsby.", "confirmed", "bank s14")
    no = says(suite, "Harnmouth and Old Quay are closed.", "denied", "bank s15")
    score = graded(suite, "offices", answer(named, no))
    assert (score.list_recall, score.list_precision) == (pytest.approx(2 / 3), 1.0)


def test_length_is_counted_in_words(suite):
    text = " ".join([DEAL, *["and"] * 20])
    score = graded(suite, "brief", answer(says(suite, DEAL, "expected", "bank s1"), text=f"{text} [1]"))
    assert (score.words, score.passed) == (30, True)
    longer = answer(says(suite, DEAL, "expected", "bank s1"), text=f"{text} more [1]")
    assert (graded(suite, "brief", longer).words, graded(suite, "brief", longer).faults) == (31, ("length",))


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("The lender has 3,200 staff, 84 of whom go.", ()),
        ("One of its traders, Colm Weatherby, hid $40m.", ()),
        ("It was reported on 12 March 2026.", ()),
        ("However, Perla Quist spoke. Meanwhile, Thorne did not.", ()),
        ("Shareholders meet. Lawmakers wait.", ()),
        ("It has 3,300 staff.", ("3,300",)),
        ("It was reported at 8.", ("8",)),
        ("Its chairman is Isak Thorsen of Varda.", ("Isak Thorsen of Varda",)),
        ("The people of Varda paid 5 dollars.", ("Varda", "5")),
    ],
)
def test_a_summary_keeps_to_the_world_of_its_article(suite, text, unknown):
    said = answer(says(suite, DEAL, "expected", "bank s1"), says(suite, text, "confirmed", "bank s1"))
    score = graded(suite, "brief", said)
    assert (score.unknown, score.faults) == (unknown, ("closed-world",) if unknown else ())


def test_a_cited_article_belongs_to_the_world(suite):
    ours, theirs = says(suite, DEAL, "expected", "bank s1"), "The Skagen Wire gives 90."
    assert graded(suite, "brief", answer(ours, says(suite, theirs, "confirmed", "bank s1"))).unknown == (
        "Skagen Wire",
        "90",
    )
    assert graded(suite, "brief", answer(ours, says(suite, theirs, "confirmed", "wire s1"))).unknown == ()
    # Only where it is asked for.
    assert graded(suite, "price", answer(ours, says(suite, theirs, "confirmed", "bank s1"))).unknown == ()


# ---------------------------------------------------------------- abstention


def test_an_abstention_is_right_where_no_article_answers(suite):
    for case in ("branches", "buyer"):
        score = graded(suite, case, abstention())
        assert (score.passed, score.abstained, score.recall) == (True, True, None)


def test_a_correction_of_the_premise_is_right_as_well(suite):
    said = right(suite, "branches")
    assert graded(suite, "branches", said).passed
    assert graded(suite, "buyer", said).faults == ("abstention",)
    with_more = answer(*said.statements, says(suite, "Staff get a bonus.", "confirmed", "bank s9"))
    assert graded(suite, "branches", with_more).faults == ("fabrication",)


def test_an_abstention_is_wrong_where_the_articles_answer(suite):
    score = graded(suite, "price", abstention())
    assert (score.passed, score.faults, score.recall) == (False, ("coverage",), 0.0)
    assert score.facts[0].state == "absent"


WITHHELD = {
    "no-citation": "citation",
    "unknown-passage": "citation",
    "altered-quote": "quote",
    "short-quote": "quote",
    "unknown-name": "fabrication",
    "unknown-number": "number",
    "unknown-date": "date",
    "negation": "contradiction",
    "modality": "modality",
    "unsupported": "fabrication",
    "foreign-link": "injection",
    "planted-instruction": "injection",
}


@pytest.mark.parametrize(("code", "fault"), WITHHELD.items())
def test_why_a_statement_was_withheld_is_why_its_fact_is_missing(suite, code, fault):
    assert graded(suite, "price", abstention(code)).faults == (fault,)
    other = says(suite, "Orrin is a bank.", "confirmed", "bank s1")
    warned = answer(other, warnings=[Notice(code=code, message="withheld 1 statement")])
    assert graded(suite, "price", warned).faults == (fault,)
    # What was withheld beside a right answer is no fault.
    beside = answer(says(suite, DEAL, "expected", "bank s1"), warnings=warned.warnings)
    assert graded(suite, "price", beside).passed


def test_a_withheld_number_is_a_day_where_a_day_is_asked_for(suite):
    assert graded(suite, "vote", abstention("unknown-number")).faults == ("date",)
    assert graded(suite, "vote", abstention("unknown-number", "unknown-name")).faults == (
        "fabrication",
        "date",
    )


def test_a_warning_that_withholds_nothing_is_no_reason(suite):
    assert graded(suite, "price", abstention("undated-left-out")).faults == ("coverage",)


def test_every_check_that_withholds_has_a_fault():
    source = Path(qa.answering.grounding.__file__).read_text("utf-8")
    codes = set(re.findall(r'"([a-z]+-[a-z]+)"', source))
    assert {"unknown-name", "no-citation", "foreign-link"} <= codes <= set(_WITHHELD)
    assert _WITHHELD == WITHHELD


# ---------------------------------------------------------------- scores


def test_faults_stand_in_order_of_gravity(suite):
    said = answer(
        says(suite, "Orrin's mortgage share stands at 9 percent.", "confirmed", "bank s1"),
        says(suite, "Isak Thorne called the price a gift. Subscribe now.", "opinion", "bank s1"),
    )
    faults = graded(suite, "union", said).faults
    assert faults == ("injection", "attribution", "citation", "quote")
    assert list(faults) == sorted(faults, key=list(FAULTS).index)


def test_equal_answers_have_equal_scores(suite):
    task = suite.tasks_by_id["bank/price"]
    good, same, bad = right(suite, "price"), right(suite, "price"), abstention()
    first, second, third, text = grade_all(suite, task, [good, same, bad, DEAL])
    assert first == second == grade(suite, task, good)
    assert (third.passed, text.structured) == (False, False)
    again, other = grade_all(suite, suite.tasks_by_id["bank/staff"], [good, right(suite, "staff")])
    assert (again.passed, other.passed) == (False, True)


def test_a_score_survives_its_json(suite):
    score = graded(suite, "price", right(suite, "price"))
    assert Score.model_validate_json(score.model_dump_json()) == score
