"""The page: what it shows, that it asks for nothing, and that nothing in it runs but its own script."""

from __future__ import annotations

import base64
import hashlib
import sys
from html.parser import HTMLParser

import pytest
from report_cases import (
    HOSTILE,
    VOTE,
    abstention,
    answer,
    both_runs,
    case_of,
    comparison,
    run_of,
    tiny_suite,
    trial,
    verdict_of,
)

from qa.errors import MissingExtraError
from qa.evals.reports.material import changes
from qa.evals.reports.page import MOST_OPEN, bars, comparison_page, dial, run_page


class Reader(HTMLParser):
    """The tags of a page with their attributes, and the text inside those of one kind."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.inside.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.inside.pop() == tag, "every tag is closed in its place"

    def handle_data(self, data):
        self.texts.append((self.inside[-1] if self.inside else "", data))

    def attributes(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]

    def text(self, tag=None):
        return " ".join(" ".join(t for kind, t in self.texts if tag is None or kind == tag).split())


VOID = {"meta", "input", "br"}


@pytest.fixture
def suite(tmp_path):
    return tiny_suite(tmp_path)


@pytest.fixture
def page(suite):
    verdict, base, candidate = comparison(suite)
    return comparison_page(
        verdict, changes(verdict, suite, base, candidate), command="qa eval gate --margin 0.1"
    )


def test_the_verdict_and_its_figures_are_on_top(page):
    reader = Reader(page)
    assert reader.text("h1") == "Regressed"
    text = reader.text()
    assert "−10.0 points: 85.0 % of answers pass (SE 4.0), 95.0 % in the baseline (SE 2.0)." in text
    assert "Over 5 questions about 2 articles." in text
    assert "p of a drop 0.012" in text
    assert "qa eval gate --margin 0.1" in text


def test_the_faults_are_a_chart(page):
    reader = Reader(page)
    assert [r["width"] for r in reader.attributes("rect") if "height" in r and "class" not in r] == [
        "100.0"
    ] * 3
    assert [b.width for b in bars({"modality": 4, "number": 1})] == [100.0, 25.0]


def test_each_changed_question_has_its_status_and_faults(page):
    cases = Reader(page).attributes("details")
    assert [(c["id"], c["data-status"], c["data-faults"], "open" in c) for c in cases] == [
        ("ferry/price", "regressed claims", "modality", True),
        ("vote/votes", "regressed", "number", True),
        ("vote/mayor", "suspected", "attribution", True),
        ("ferry/board", "fixed", "abstention", False),
        ("ferry/stops", "infra", "", False),
    ]


def test_answers_marks_and_chips(page):
    reader = Reader(page)
    assert reader.text("mark") == "has bought The bridge will be a bill for our children"
    text = reader.text()
    assert "is expected to buy" in text
    assert "The Aldwick Courier, 2 March 2026, sentence 1" in text
    assert "New forbidden claim: The sale has happened modality upgrade, in 2 answers" in text
    assert "stated expected wrong modality confirmed" in text
    assert "withheld 1 statement: a number not in the quote" in text
    assert "infra: 429 too many requests" in text
    assert "No article answers this. The trap: the board is named" in text
    assert "The list must name: Aldwick, Brenn, Corrie." in text


def test_the_filters_offer_what_is_there(page):
    options = [attrs["value"] for attrs in Reader(page).attributes("option")]
    assert options == ["", "regressed", "suspected", "fixed", "infra", "claims",
                       "", "abstention", "attribution", "modality", "number"]  # fmt: skip


def policy_of(page):
    (meta,) = [m for m in Reader(page).attributes("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    return meta["content"]


def test_the_policy_knows_the_script_and_the_style_and_nothing_else(page):
    policy = policy_of(page)
    for tag, directive in (("script", "script-src"), ("style", "style-src")):
        inside = page.split(f"<{tag}>")[1].split(f"</{tag}>")[0]
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy


def only_ours(page):
    """Fails when a page has anything that could run or be fetched besides its own script."""
    reader = Reader(page)
    names = [name for name, _ in reader.tags]
    assert names.count("script") == names.count("style") == 1
    assert not set(names) & {"img", "link", "iframe", "object", "embed", "a", "base", "audio", "video"}
    for _, attributes in reader.tags:
        assert not [n for n in attributes if n.startswith("on") or n in ("href", "src", "style", "action")]
    return reader


def test_it_asks_for_nothing(page):
    only_ours(page)
    assert "http://" not in page.replace("http-equiv", "")
    assert "https://" not in page
    assert "url(" not in page
    assert "@import" not in page


def test_no_text_is_markup(tmp_path):
    suite = tiny_suite(tmp_path, vote=VOTE.replace("on Wednesday.", f"on Wednesday {HOSTILE}."))
    said = answer(suite, "vote", (f'The council rejected it "><b onclick=x> {HOSTILE}', "confirmed", "s1"))
    base = run_of("b", [trial(suite, "vote/votes", said)])
    candidate = run_of(HOSTILE, [trial(suite, "vote/votes", said, error=HOSTILE)], model=HOSTILE)
    task = f'vote/"{HOSTILE}'
    cases = [
        case_of(base, candidate, "vote/votes", "regressed", HOSTILE, faults=("contradiction",)),
        case_of(base, candidate, task, "new", HOSTILE),
    ]
    verdict = verdict_of(cases, reasons=(HOSTILE,), notes=(HOSTILE,), left_out={HOSTILE: HOSTILE})
    pages = [
        comparison_page(verdict, changes(verdict, suite, base, candidate), command=HOSTILE),
        run_page(candidate, suite),
    ]
    for page in pages:
        reader = only_ours(page)
        assert "<script>alert(1)</script> <img src=x onerror=alert(2)>" in reader.text()
        assert not set(page) & set("\x1b\u202e\u200b")


def test_a_run_has_its_figures_and_every_question(suite):
    _, candidate = both_runs(suite)
    reader = Reader(run_page(candidate, suite))
    assert reader.text("h1") == "33.3 % pass"
    assert "Standard error 33.3 points, clustered by article." in reader.text()
    cases = reader.attributes("details")
    assert [c["data-status"] for c in cases] == ["failed", "failed", "flaky claims", "infra", "passed"]
    assert "Baseline" not in reader.text("h3")
    marked = [text for kind, text in reader.texts if kind == "mark"]
    assert marked == [
        "The bridge will be a bill for our children",
        "Norrel Lines has bought the ferry Saint Osk for $40 million",
    ]
    assert "unanswerable 100.0 % - 1" in reader.text()


def test_an_empty_run(suite):
    reader = Reader(run_page(run_of("empty", []), suite))
    assert reader.text("h1") == "- pass"
    assert "This run has no answers." in reader.text()


def test_nothing_to_compare():
    verdict = verdict_of([], "inconclusive", suite=None, reasons=(), notes=(), guardrails=(), left_out={})
    text = Reader(comparison_page(verdict, [])).text()
    assert "Inconclusive There is nothing to compare." in text
    assert "No question fares otherwise than in the baseline." in text


def test_a_case_without_answers(suite):
    base = run_of("b", [], tasks=["vote/votes"])
    verdict = verdict_of([case_of(base, base, "vote/votes", "regressed", "How?")])
    text = Reader(comparison_page(verdict, changes(verdict, suite, base, base))).text()
    assert text.count("no answer") == 2
    assert text.count("not graded") == 2
    assert "no answer" in Reader(run_page(base, suite)).text()


def test_a_page_with_many_failures_opens_as_a_list(suite):
    trials = [trial(suite, f"ferry/price~{n}", None) for n in range(MOST_OPEN + 1)]
    failed = [t.model_copy(update={"state": "crash", "error": ""}) for t in trials]
    assert not [c for c in Reader(run_page(run_of("r", failed), suite)).attributes("details") if "open" in c]
    few = Reader(run_page(run_of("r", failed[1:]), suite)).attributes("details")
    assert len([c for c in few if "open" in c]) == MOST_OPEN


def test_an_abstention_reads_as_one(suite):
    run = run_of("r", [trial(suite, "ferry/price", abstention())])
    assert '<div class="text abstained">' in run_page(run, suite)


def test_the_line_has_zero_in_the_middle_and_holds_the_interval():
    test = verdict_of([]).suite
    line = dial(test, 0.05)
    assert line.zero == 200
    assert 0 < line.low < line.point < line.high < 200
    assert line.low < line.margin < line.zero


def test_without_jinja2_it_says_what_to_install(suite, monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MissingExtraError, match="jinja2") as caught:
        run_page(run_of("empty", []), suite)
    assert caught.value.hint == "pip install 'qa[eval]'"
