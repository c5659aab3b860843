"""The XML for CI viewers."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from report_cases import HOSTILE, answer, case_of, comparison, run_of, tiny_suite, trial, verdict_of

from qa.evals.reports.junit import junit_report
from qa.evals.reports.material import changes


@pytest.fixture
def suite(tmp_path):
    return tiny_suite(tmp_path)


@pytest.fixture
def report(suite):
    verdict, base, candidate = comparison(suite)
    return ET.fromstring(junit_report(verdict, changes(verdict, suite, base, candidate)))


def case(report, classname, name):
    (found,) = report.findall(f".//testcase[@classname='{classname}'][@name='{name}']")
    return found


def test_every_question_is_a_test_of_its_article(report):
    names = [(c.get("classname"), c.get("name")) for c in report.iter("testcase")]
    assert names == [
        ("suite", "verdict"),
        ("vote", "mayor"),
        ("vote", "votes"),
        ("ferry", "stops"),
        ("ferry", "board"),
        ("ferry", "price"),
        ("ferry", "old"),
    ]
    suite = report.find("testsuite")
    totals = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert totals == {"tests": "7", "failures": "3", "errors": "0", "skipped": "2"}


def test_a_regression_is_a_failure_with_both_answers(report):
    failure = case(report, "ferry", "price").find("failure")
    assert failure.get("message") == "modality (more or less firmly than the article)"
    for said in (
        "question: How much will Norrel Lines pay for the ferry?",
        "passed 2/2 in the baseline, 1/3 now",
        "forbidden claim: The sale has happened (in 2 answers)",
        "baseline: Norrel Lines is expected to buy",
        "now: Norrel Lines has bought",
        "(The Aldwick Courier, 2 March 2026, s1)",
    ):
        assert said in failure.text


def test_what_was_not_compared_is_skipped(report):
    assert case(report, "ferry", "stops").find("skipped").get("message") == "no reply to compare"
    assert (
        case(report, "ferry", "old").find("skipped").get("message") == "left out: not in the suite any more"
    )


def test_suspected_and_fixed_pass_with_a_word(report):
    for article, name, status in (("vote", "mayor", "suspected"), ("ferry", "board", "fixed")):
        element = case(report, article, name)
        assert element.find("failure") is None
        assert element.find("system-out").text.startswith(status)


def test_the_figures_are_properties(report):
    figures = {p.get("name"): p.get("value") for p in report.iter("property")}
    assert figures["outcome"] == "regressed"
    assert (figures["difference"], figures["candidate"], figures["p_drop"]) == ("-0.1", "0.85", "0.012")
    assert figures["candidate_run"] == "cand-2"
    assert figures["faults.modality"] == "1"
    assert figures["guardrail.forbidden claims"] == "0 -> 0.2"


@pytest.mark.parametrize(
    ("outcome", "tag"), [("no worse", None), ("regressed", "failure"), ("inconclusive", "error")]
)
def test_only_no_worse_passes(outcome, tag):
    report = ET.fromstring(junit_report(verdict_of([], outcome), []))
    assert [child.tag for child in case(report, "suite", "verdict")] == ([tag] if tag else [])


def test_nothing_to_compare_is_well_formed():
    report = ET.fromstring(junit_report(verdict_of([], "inconclusive", suite=None, left_out={}), []))
    assert report.find("testsuite").get("tests") == "1"


def test_a_question_without_its_material_is_still_there(suite):
    base = run_of("b", [])
    cases = [
        case_of(base, base, "vote/votes", status, "How?") for status in ("regressed", "quarantined", "same")
    ]
    report = ET.fromstring(junit_report(verdict_of(cases, left_out={}), []))
    first, second, third = report.findall(".//testcase[@name='votes']")
    assert first.find("failure").get("message") == "fails where the baseline passed"
    assert second.find("skipped").get("message") == "in quarantine"
    assert list(third) == []


def test_any_text_gives_well_formed_xml(suite):
    text = f"{HOSTILE} \x00\x08\x0b\ufffe\ud800 ]]>"
    said = answer(suite, "vote", (f"The council rejected it {HOSTILE}", "confirmed", "s1"))
    base = run_of("b", [])
    candidate = run_of("c", [trial(suite, "vote/votes", said, error=text)])
    case = case_of(base, candidate, "vote/votes", "regressed", text, faults=("contradiction",))
    verdict = verdict_of([case], reasons=(text,), left_out={text: text}, pass_at={text: 0.5})
    written = junit_report(verdict, changes(verdict, suite, base, candidate))
    written.encode("utf-8")
    failure = ET.fromstring(written).find(".//testcase[@name='votes']/failure")
    assert "<script>alert(1)</script>" in failure.text
    assert "[2J" not in written
