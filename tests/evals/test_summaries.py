"""Summaries in a small suite: what is asked of a summarizer, how it is graded, kept, shown and gated."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import small_suite
import summary_oracle as oracle
from small_suite import case_fields, says, write_case_file, write_small_suite

from qa.errors import ModelOutputError, UsageError
from qa.evals.asking import library_of
from qa.evals.claims import Reply
from qa.evals.comparing import regraded
from qa.evals.gate import decide
from qa.evals.grading import grade
from qa.evals.linting import problems
from qa.evals.reports.figures import run_figures
from qa.evals.reports.junit import junit_report
from qa.evals.reports.markdown import markdown_report
from qa.evals.reports.material import changes
from qa.evals.reports.page import comparison_page, run_page
from qa.evals.reports.shortfalls import asked_words
from qa.evals.reports.text import run_lines, verdict_lines
from qa.evals.running import Plan, running
from qa.evals.runs import Run, read_run
from qa.evals.scores import Score
from qa.evals.suite import Suite, load_suite
from qa.evals.summaries import Length, brief_of, length_of, passages_of, stands_alone, summary_of
from qa.models.exchange import Through
from qa.summarizing.engine import Brief
from qa.types import PromptRef, Statement, Style, Summary

DEAL = "Orrin Bank is expected to buy the lender Tessmark for 3.2 billion Danish kroner."
PROMPT = PromptRef(name="summary", version="v1", fingerprint="ab" * 32)

CASES: list[dict[str, Any]] = [
    {
        "id": "points",
        "question": "The sale in points.",
        "ask": "summary",
        "style": "bullets",
        "words": 40,
        "numbers_closed_world": True,
        "require": ["deal", "vote"],
        "forbid": ["closed", "resigned"],
    },
    {
        "id": "both",
        "question": "Sum up both reports on Tessmark.",
        "ask": "summary",
        "articles": ["wire", "bank"],
        "max_words": 60,
        "numbers_closed_world": True,
        "require": ["deal", "wire:cuts"],
    },
    {
        "id": "jobs-asked",
        "question": "shareholders of Tessmark, and people told that their jobs go",
        "ask": "summary",
        "focused": True,
        "max_words": 50,
        "numbers_closed_world": True,
        "require": ["jobs"],
        "paraphrases": ["What becomes of the jobs at Tessmark?"],
    },
]


def with_case(folder: Path, case: dict[str, Any]) -> Path:
    """The small suite with this case in the bank's file."""
    whole = case_fields(folder)
    whole["cases"] = [c for c in whole["cases"] if c["id"] != case["id"]] + [case]
    write_case_file(folder, "bank", whole)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = write_small_suite(tmp_path / "eval")
    for case in CASES:
        with_case(folder, case)
    return folder


@pytest.fixture
def suite(folder: Path) -> Suite:
    return load_suite(folder)


def summary(*points: Statement, style: Style = "brief", words: int = 40, **fields: Any) -> Summary:
    """A summary with these points."""
    text = " ".join(f"{p.text} [{n}]" for n, p in enumerate(points, 1))
    kept = {"style": style, "words": words, "text": text, "points": points, "engine": "extractive"}
    return Summary(**{**kept, **fields})


def graded(suite: Suite, case: str, said: Reply) -> Score:
    return grade(suite, suite.tasks_by_id[f"bank/{case}"], said)


# ---------------------------------------------------------------- what is asked


def test_what_a_case_asks_of_the_summarizer(suite):
    briefs = {name: brief_of(suite.tasks_by_id[f"bank/{name}"]) for name in ("brief", "points", "jobs-asked")}
    assert briefs["points"] == Brief(style="bullets", words=40)
    # With a tenth more it is still at most what the case allows.
    assert (briefs["brief"].words, briefs["brief"].most) == (28, 30)
    assert briefs["jobs-asked"].query == "shareholders of Tessmark, and people told that their jobs go"
    assert brief_of(suite.tasks_by_id["bank/jobs-asked~1"]).query == "What becomes of the jobs at Tessmark?"


@pytest.mark.parametrize("most", [1, 2, 9, 14, 90, 120])
def test_at_most_so_many_words_leaves_room_for_what_a_summarizer_may_add(folder, most):
    case = {**CASES[0], "max_words": most}
    del case["words"]
    task = load_suite(with_case(folder, case)).tasks_by_id["bank/points"]
    assert brief_of(task).most <= most or brief_of(task).words == 1
    assert length_of(task.case) == Length(0, most)


def test_how_long_a_summary_may_be(suite):
    of = {name: length_of(suite.tasks_by_id[f"bank/{name}"].case) for name in ("points", "brief", "price")}
    assert of == {"points": (36, 44), "brief": (0, 30), "price": (0, None)}
    assert [asked_words(length) for length in of.values()] == [
        ", 36 to 44 asked for", ", at most 30 asked for", "",
    ]  # fmt: skip


def test_which_articles_it_is_of(suite):
    with library_of(suite, oracle.SETTINGS) as library:

        def told(name: str) -> list[str]:
            passages = passages_of(suite, suite.tasks_by_id[f"bank/{name}"], library)
            assert all(p.text == library.get(p.article.id).text for p in passages)
            return [p.article.outlet for p in passages]

        assert told("brief") == ["The Tarnholm Courier"]
        assert told("both") == ["The Tarnholm Courier", "Skagen Wire"]
        assert told("jobs-asked")[0] == "The Tarnholm Courier"  # the best first


def test_dates_of_the_case_hold_for_its_articles(folder):
    suite = load_suite(with_case(folder, {**CASES[1], "until": dt.date(2026, 3, 12)}))
    with library_of(suite, oracle.SETTINGS) as library:
        (passage,) = passages_of(suite, suite.tasks_by_id["bank/both"], library)
    assert passage.article.outlet == "The Tarnholm Courier"


def test_another_length_is_another_question(suite, folder):
    before = suite.asked_digest(suite.tasks_by_id["bank/points"])
    after = load_suite(with_case(folder, {**CASES[0], "words": 50}))
    assert after.asked_digest(after.tasks_by_id["bank/points"]) != before
    for name in ("bank/both", "bank/price"):
        assert after.asked_digest(after.tasks_by_id[name]) == suite.asked_digest(suite.tasks_by_id[name])


def test_nothing_to_summarize_is_an_abstention(suite):
    opened = oracle.opened_with(suite, [])
    found = summary_of(brief_of(suite.tasks_by_id["bank/brief"]), [], opened(None, None, None))
    assert (found.abstained, found.points, found.reason) == (True, (), "there is no article to summarize")
    score = graded(suite, "brief", found)
    assert (score.passed, score.faults, score.abstained, score.words) == (False, ("coverage",), True, 0)


# ---------------------------------------------------------------- the form of a case

FORMS = [
    ({"ask": "extract", "style": "bullets"}, "style, articles: only a summary has that"),
    ({"ask": "extract", "words": 40, "focused": True}, "words, articles, focused: only a summary has that"),
    ({"style": "digest"}, "a digest is a brief of each story"),
    ({"words": 40, "max_words": 60}, "the length is either `words` or `max_words`"),
    ({"articles": ["nowhere"]}, "case 'both' names 'nowhere', which is no article of the suite"),
    ({"style": "poem"}, "style: Input should be 'brief', 'bullets'"),
]


@pytest.mark.parametrize(("fields", "message"), FORMS, ids=[str(list(f)) for f, _ in FORMS])
def test_a_case_that_makes_no_sense_is_refused(folder, fields, message):
    with pytest.raises(UsageError) as caught:
        load_suite(with_case(folder, {**CASES[1], **fields}))
    assert message in caught.value.message


LINT = [
    ({"max_words": None}, "error", "says neither `words` nor `max_words`"),
    ({"paraphrases": ["Both reports, please."]}, "error", "only a `focused` summary reads its question"),
    ({"articles": ["bank"]}, "error", "requires 'wire:cuts', but its article is not among those summarized"),
    ({"numbers_closed_world": False}, "warning", "does not ask for `numbers_closed_world`"),
    ({"max_words": 20}, "warning", "its required facts take 42 words in the articles, of 20 at most"),
]


@pytest.mark.parametrize(("fields", "level", "message"), LINT, ids=[next(iter(f)) for f, _, _ in LINT])
def test_lint_finds_what_a_summary_lacks(folder, fields, level, message):
    assert problems(load_suite(folder)) == ()
    (problem,) = problems(load_suite(with_case(folder, {**CASES[1], **fields})))
    assert (problem.where, problem.level) == ("both", level)
    assert message in problem.message


def test_lint_asks_for_vital_facts(folder):
    whole = case_fields(folder)
    whole["facts"]["vote"]["importance"] = "okay"
    write_case_file(folder, "bank", whole)
    (problem,) = problems(load_suite(folder))
    assert (problem.where, problem.message) == ("points", "requires 'bank:vote', which is not vital")


# ---------------------------------------------------------------- grades


def points(suite: Suite, *more: Statement) -> tuple[Statement, ...]:
    """Two points that pass the case "points", as long as asked for."""
    return (
        says(suite, small_suite_line(suite, "s1"), "expected", "bank s1", verbatim=True),
        says(suite, small_suite_line(suite, "s3"), "expected", "bank s3", verbatim=True),
        *more,
    )


def small_suite_line(suite: Suite, number: str) -> str:
    return suite.by_id["bank"].sentence(number)


def filler(suite: Suite) -> Statement:
    return says(suite, small_suite_line(suite, "s4"), "confirmed", "bank s4", verbatim=True)


def test_a_good_summary_passes(suite):
    score = graded(suite, "points", summary(*points(suite, filler(suite)), style="bullets"))
    assert (score.passed, score.faults) == (True, ())
    assert (score.recall, score.citation_recall, score.words, score.stands_alone) == (1.0, 1.0, 41, 1.0)
    assert score.structured


def faults(suite: Suite, *said: Statement, case: str = "points") -> tuple[str, ...]:
    return graded(suite, case, summary(*said, style="bullets")).faults


def test_each_thing_that_a_summary_may_do_wrong(suite):
    deal, vote = points(suite)
    fill = filler(suite)
    resigned = says(suite, "Maud Ellingsrud will resign.", "expected", "bank s8")
    foreign = says(suite, "About 3,300 people work at the lender.", "confirmed", "bank s4")
    firm = says(suite, DEAL.replace("is expected to buy", "will certainly buy"), "confirmed", "bank s1")
    elsewhere = says(suite, small_suite_line(suite, "s3"), "expected", "bank s6", verbatim=True)
    assert faults(suite, deal, vote, fill) == ()
    branches = says(suite, small_suite_line(suite, "s9"), "denied", "bank s9", verbatim=True)
    assert faults(suite, deal, fill, branches) == ("missing",)
    assert faults(suite, deal, vote, resigned, fill)[0] == "contradiction"
    assert "closed-world" in faults(suite, deal, vote, foreign)
    assert "modality" in faults(suite, firm, vote, fill)
    assert faults(suite, deal, elsewhere, fill) == ("citation",)
    assert faults(suite, deal, vote) == ("length",)  # too short
    assert faults(suite, deal, vote, fill, branches) == ("length",)


def test_markers_headings_and_days_are_no_words_of_a_summary(suite):
    said = summary(*points(suite, filler(suite)), style="bullets")
    dressed = said.model_copy(update={"text": f"Thursday, 12 March 2026:\n- {said.text} and more"})
    assert graded(suite, "points", dressed).words == graded(suite, "points", said).words == 41


def test_a_summary_of_two_articles_may_hold_what_either_does(suite):
    deal, _ = points(suite)
    cuts = "The lender Tessmark will cut 90 jobs next month, the staff union said on Friday."
    said = summary(deal, says(suite, cuts, "expected", "wire s1", verbatim=True))
    assert graded(suite, "both", said).faults == ()
    # The same of one article: the other one's figure is foreign there.
    assert graded(suite, "brief", said).unknown[:1] == ("90",)


def test_a_query_is_answered_from_what_was_summarized(suite):
    """Without named articles the world is that of the articles in the summary."""
    jobs = says(suite, "Some 90 of the 84 jobs go, it says.", "confirmed", "bank s5")
    heads = {name: suite.by_id[name].article.head for name in ("bank", "wire")}
    alone = graded(suite, "jobs-asked", summary(jobs, articles=(heads["bank"],)))
    both = graded(suite, "jobs-asked", summary(jobs, articles=tuple(heads.values())))
    assert (alone.unknown, both.unknown) == (("90",), ())


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("He said so.", 0.0), ("But the bank waits.", 0.0), ("The two met.", 0.0),
        ("“They left,” he said.", 0.0),
        ("That was all.", 0.0), ("However, it rained.", 0.0), ("It rose.", 0.0),
        ("He [Isak Thorne] said so.", 1.0), ("This week the bank waits.", 1.0), ("So far nobody left.", 1.0),
        ("Iterum waits.", 1.0), ("Buttermere Bank waits.", 1.0), ("The bank waits.", 1.0),
    ],
)  # fmt: skip
def test_whether_a_summary_stands_alone(suite, text, stands):
    said = summary(says(suite, text), says(suite, "He left."))
    assert stands_alone(said) == stands
    listed = stands_alone(said.model_copy(update={"style": "bullets"}))
    assert listed == stands / 2
    score = graded(suite, "brief", said)
    assert score.stands_alone == stands


def test_leaning_on_something_decides_nothing(suite):
    leans = says(suite, f"But {DEAL}", "expected", "bank s1")
    score = graded(suite, "brief", summary(leans))
    assert (score.passed, score.stands_alone) == (True, 0.0)


# ---------------------------------------------------------------- runs


@pytest.fixture
def asked(suite: Suite, tmp_path: Path) -> Callable[..., Run]:
    """Runs some of the bank's summaries with these scripts."""

    def run(scripts: list[oracle.Script], name: str = "run", **more: Any) -> Run:
        said = {k: more.pop(k) for k in ("prompt",) if k in more}
        more.setdefault("open_summarizer", oracle.opened_with(suite, scripts, **said))
        plan = Plan(suite, tuple(s.task for s in scripts), "pr", oracle.SETTINGS, **more)
        with running(plan) as going:
            return going.run(tmp_path / f"{name}.jsonl")

    return run


@pytest.fixture
def scripts(suite: Suite) -> list[oracle.Script]:
    return oracle.gold(
        suite, [suite.tasks_by_id[f"bank/{n}"] for n in ("brief", "points", "both", "jobs-asked")]
    )


def test_a_run_holds_its_summaries_and_says_so(asked, scripts, suite, tmp_path):
    done = asked(scripts, prompt=PROMPT)
    assert [(t.output, t.passed, t.answer) for t in done.trials] == [("summary", True, None)] * 4
    assert read_run(tmp_path / "run.jsonl") == done
    assert (done.header.prompt, done.header.summary_prompt) == (None, PROMPT)
    first = done.trials[0].summary
    assert first
    assert first.articles[0].outlet == "The Tarnholm Courier"
    assert first.text.endswith("[1]")
    assert first.points[0].citations[0].quote == suite.by_id["bank"].sentence("s1")
    assert first.prompt == PROMPT


def test_questions_beside_summaries_are_answers(asked, scripts, suite):
    question = oracle.Script(suite, suite.tasks_by_id["bank/staff"])
    opened = oracle.opened_with(suite, scripts)
    done = asked([*scripts, question], open_summarizer=opened)
    assert [t.output for t in done.trials] == ["summary"] * 4 + ["answer"]
    assert done.trials[-1].answer
    assert done.trials[-1].summary is None


def test_a_run_from_before_there_were_summaries_is_read(asked, scripts, suite, tmp_path):
    """An answer stood in its place; it can be graded still."""
    said = small_suite.answer(says(suite, DEAL, "expected", "bank s1"))
    done = asked(scripts[:1])
    old = done.trials[0].model_copy(update={"summary": None, "output": "answer", "answer": said})
    line = json.loads(json.dumps(old.model_dump(mode="json", exclude_defaults=True)))
    assert not {"summary", "output"} & line.keys()
    again = regraded(suite, Run(header=done.header, trials=(type(old).model_validate(line),)))
    assert again.trials[0].passed
    assert again.trials[0].score
    assert again.trials[0].score.stands_alone is None


def test_rescoring_grades_what_is_kept(asked, scripts, suite, folder, tmp_path):
    done = asked(scripts)
    assert regraded(suite, done) == done
    stricter = load_suite(with_case(folder, {**CASES[0], "require": ["deal", "vote", "share"]}))
    again = regraded(stricter, read_run(tmp_path / "run.jsonl"))
    failed = {t.task: t.score.faults for t in again.trials if t.score and not t.passed}
    assert failed == {"bank/points": ("missing",)}


def test_a_summarizer_that_breaks_is_a_row(asked, scripts):
    class Broken(oracle.Scripted):
        def draft(self, brief: Brief, passages: Any) -> Any:
            raise self.error

    for error, state, text in (
        (ModelOutputError("it cannot be read", "Set another.", reply=DEAL), "format", DEAL),
        (ZeroDivisionError("by nothing"), "crash", ""),
    ):
        broken = Broken({})
        object.__setattr__(broken, "error", error)

        def opened(settings: Any, through: Through, library: Any, broken: Broken = broken) -> Broken:
            return broken

        (trial,) = asked(scripts[:1], name=state, open_summarizer=opened).trials
        assert (trial.output, trial.state, trial.text, trial.summary) == ("summary", state, text, None)
        assert trial.score
        assert trial.score.faults[0] == state
        assert not trial.passed


def test_a_run_takes_over_summaries_of_the_same_prompt(asked, scripts):
    first = asked(scripts, prompt=PROMPT)
    same = asked(scripts, name="same", prompt=PROMPT, reuse=first)
    assert [t.summary for t in same.trials] == [t.summary for t in first.trials]
    assert all(a.summary is b.summary for a, b in zip(same.trials, first.trials, strict=True))
    other = PROMPT.model_copy(update={"version": "v2", "fingerprint": "cd" * 32})
    anew = asked(scripts, name="other", prompt=other, reuse=first)
    assert not any(a.summary is b.summary for a, b in zip(anew.trials, first.trials, strict=True))


# ---------------------------------------------------------------- the gate and the reports


@pytest.fixture
def both(asked, scripts) -> tuple[Run, Run]:
    """A run, and another whose bullets lack a fact and are too short."""
    worse = [replace(s, points=s.points[:1]) if s.task.case.id == "points" else s for s in scripts]
    return asked(scripts), asked(worse, name="worse")


def test_the_gate_holds_summaries_to_the_baseline(both, suite):
    base, candidate = both
    same = decide(suite, base, base)
    assert (same.outcome, same.exit_code) == ("no worse", 0)
    verdict = decide(suite, base, candidate)
    assert (verdict.outcome, verdict.exit_code) == ("regressed", 1)
    (red,) = verdict.with_status("regressed")
    assert (red.task, set(red.faults)) == ("bank/points", {"missing", "length"})
    rails = {r.name: r for r in verdict.guardrails if r.name.startswith("summaries")}
    assert not any(rail.gates for rail in rails.values())
    assert rails["summaries: vital facts stated"].base == 1.0
    assert rails["summaries: vital facts stated"].candidate == pytest.approx(0.875)
    assert rails["summaries of the length asked for"].candidate == pytest.approx(0.75)


WHY = ("25 words, 36 to 44 asked for", "missing: The shareholders vote on 9 April 2026")


def test_every_report_says_why_a_summary_failed(both, suite):
    base, candidate = both
    verdict = decide(suite, base, candidate)
    found = changes(verdict, suite, base, candidate)
    assert found[0].shortfalls == WHY
    text, page = "\n".join(verdict_lines(verdict, found)), comparison_page(verdict, found)
    markdown, junit = markdown_report(verdict, found), junit_report(verdict, found)
    for line in WHY:
        assert f"  summary     {line}" in text
        assert f"- **summary:** {line}" in markdown
        assert f"summary: {line}" in junit
        assert f'<li class="bad">{line}</li>' in page
    assert "summaries: vital facts stated" in text
    assert "| summaries that stand alone |" in markdown
    assert "summaries of the length asked for" in page


def test_a_run_shows_how_its_summaries_fare(both, suite):
    _, candidate = both
    figures = {f.name: f for f in run_figures(candidate, suite).summaries}
    assert figures["passed"].mean == pytest.approx(0.75)
    assert figures["vital facts stated"].mean == pytest.approx(0.875)
    assert figures["with a foreign name, number or day"].mean == 0.0
    assert figures["stand alone"].mean == 1.0
    text = "\n".join(run_lines(candidate, suite, failing=True))
    assert "\nsummaries " in text
    assert f"bank/points  length, missing\n        {WHY[0]}\n        {WHY[1]}" in text
    page = run_page(candidate, suite)
    assert '<th colspan="4">summaries</th>' in page
    assert WHY[1] in page


def test_what_is_foreign_forbidden_or_badly_cited_is_named(asked, suite):
    """As the grader sees it, whatever the check of the points let through."""
    deal, _ = points(suite)
    foreign = says(suite, "But about 3,300 people work there.", "confirmed", "bank s4")
    resigned = says(suite, "Ellingsrud will resign.", "expected", "bank s8")
    elsewhere = says(suite, small_suite_line(suite, "s3"), "expected", "bank s6", verbatim=True)
    firm = says(suite, DEAL.replace("is expected to buy", "will certainly buy"), "confirmed", "bank s1")
    from qa.evals.reports.shortfalls import shortfalls

    task = suite.tasks_by_id["bank/points"]
    lines = shortfalls(
        suite, task, graded(suite, "points", summary(deal, foreign, resigned, elsewhere, style="bullets"))
    )
    assert lines[1:] == (
        "forbidden: Ellingsrud goes (“Ellingsrud will resign.”)",
        "not cited from its evidence: The shareholders vote on 9 April 2026",
        "in none of its articles: 3,300",
        "begins with a word that leans on something before it (shown, not counted)",
    )
    wrong = shortfalls(suite, task, graded(suite, "points", summary(firm, style="bullets")))
    said = "wrong modality, said as confirmed, the article: expected: "
    assert f"{said}Orrin Bank is expected to buy Tessmark for 3.2 billion Danish kroner" in wrong
    assert shortfalls(suite, task, Score(passed=True)) == ()
    assert shortfalls(suite, suite.tasks_by_id["bank/price"], Score(passed=False, faults=("missing",))) == ()


def test_a_run_without_summaries_shows_none(suite, asked):
    done = asked([oracle.Script(suite, suite.tasks_by_id["bank/staff"])])
    assert run_figures(done, suite).summaries == ()
    assert done.header.summary_prompt is None
    assert not any(line.startswith("summaries") for line in run_lines(done, suite))
