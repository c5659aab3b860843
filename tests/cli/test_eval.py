"""`qa eval`: every command as a user meets it, its exit codes, and what it says when something is wrong."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import loopback
import pytest
import yaml
from evals.tiny_suite import (
    COST,
    DIVER,
    PRICE,
    REOPENS,
    RIGHT,
    SHOP,
    SOLD,
    TASKS,
    UNDECIDED,
    WHEN,
    answers,
    reply,
    run,
    script,
    statement,
    written,
)
from loopback import fails
from running import command, environment, process
from test_layout import SLOW_TO_LOAD, modules_after

from qa.config import Settings
from qa.evals.calibration import Calibration, record
from qa.evals.reports.figures import Figures
from qa.evals.running import Plan
from qa.evals.runs import Run, read_run, write_run
from qa.evals.suite import load_suite
from qa.evals.verdicts import Verdict
from qa.resources import resource

WRONG = RIGHT | {"repairs": reply(statement("The council paid half of it.", COST))}
"""One question of five is answered beside the point."""
CLAIMING = RIGHT | {"due to open": reply(statement("The Oxbow lido reopened on 2 May.", REOPENS, "expected"))}
REWORDED = RIGHT | {"repairs": reply(statement(COST, COST))}
"""Another wording, as right."""


@pytest.fixture(autouse=True)
def no_continuous_integration(monkeypatch):
    monkeypatch.delenv("CI", raising=False)


@pytest.fixture
def folder(tmp_path) -> Path:
    return written(tmp_path / "suite")


@pytest.fixture
def evaluate(qa, folder):
    """`qa eval COMMAND ... --folder SUITE`."""

    def run(name, *args, **options):
        return qa("eval", name, *map(str, args), "--folder", str(folder), **options)

    return run


@pytest.fixture
def scripted(monkeypatch, tmp_path):
    """Sets the model to one that replies so; called again, the same model replies otherwise."""

    def set_to(by_words):
        monkeypatch.setenv("QA_MODEL", script(tmp_path, by_words))

    return set_to


@pytest.fixture
def served(monkeypatch, model_server, folder):
    """Sets the model to "openai:m" at the model server, with a price of 0.003 dollars a call."""
    model_server.will(answers(RIGHT))
    for name, value in {
        "MODEL": "openai:m",
        "BASE_URL": model_server.url,
        "API_KEY": "sk-loopback-secret",
    }.items():
        monkeypatch.setenv(f"QA_{name}", value)
    monkeypatch.setenv("QA_MODEL_RETRIES", "0")
    price = {"input": 10, "output": 100, "as_of": "2026-01-01"}
    (folder / "prices.yaml").write_text(yaml.safe_dump({"models": {"openai:m": price}}), "utf-8")
    return model_server


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> Callable[..., Run]:
    """Runs that are made once for all tests here: of a model that replies so, or of none."""
    folder, known = tmp_path_factory.mktemp("runs"), {}

    def made(by_words: dict[str, Any] | None = None, trials: int = 1) -> Run:
        key = json.dumps([by_words, trials])
        if key not in known:
            suite = load_suite(written(folder / "suite"))
            settings = Settings(library=folder, model=script(folder, by_words) if by_words else None)
            known[key] = run(
                Plan(suite, suite.chosen("pr"), "pr", settings, trials=trials), folder / "run.jsonl"
            )
        return known[key]

    return made


def put(done: Run, path: Path | str, **header: Any) -> None:
    """Writes a run, with another header: as if that model had made it."""
    Path(path).parent.mkdir(exist_ok=True)
    write_run(Path(path), done.header.model_copy(update=header), done.trials)


@pytest.fixture
def blessed(evaluate, scripted, runs):
    """A baseline of the scripted model, ten trials a case, all right."""
    scripted(RIGHT)
    put(runs(RIGHT, 10), "before.jsonl", model=os.environ["QA_MODEL"])
    done = evaluate("bless", "before.jsonl")
    assert done.exit_code == 0, done.stderr
    return Path("before.jsonl")


@pytest.fixture
def served_baseline(served, runs, folder):
    """A baseline of the served model, five trials a case, all right."""
    path = folder / "baselines" / "pr-openai-m.jsonl"
    put(runs(RIGHT, 5), path, model="openai:m", address=served.url)


def complaint(done, code: int) -> str:
    """What stderr says of a wrong call: one line, and one with the next step; nothing on stdout."""
    assert done.exit_code == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    said = [line for line in done.stderr.splitlines() if not line.startswith(("suite: ", "warning: "))]
    assert len(said) == 2, said
    assert said[0].startswith("qa: ")
    assert said[1].startswith("    ")
    assert done.stdout == ""
    return " ".join(said)


# ---------------------------------------------------------------- the suite itself


def test_list_names_every_question(evaluate):
    done = evaluate("list")
    assert done.exit_code == 0
    ids = [line.split("  ")[0] for line in done.stdout.splitlines()]
    assert ids == [SHOP, WHEN, f"{WHEN}~1", PRICE, SOLD, DIVER]
    assert f"{PRICE}  How much did the repairs to the lido cost? (number, gate, number)" in done.stdout
    assert done.stderr.startswith("suite: ")
    assert done.stderr.endswith("suite (2 articles, 6 questions)\n")


def test_list_of_some(evaluate):
    done = evaluate("list", "--cases", "*/cost", "--cases", "bakery*", "--suite", "pr")
    assert [line.split("  ")[0] for line in done.stdout.splitlines()] == [SHOP, PRICE]
    assert [line.split("  ")[0] for line in evaluate("list", "--suite", "pr").stdout.splitlines()] == list(
        TASKS
    )


def test_sentences_are_numbered_as_evidence_is(qa, folder):
    done = qa("eval", "sentences", str(folder / "articles" / "lido.txt"))
    assert done.exit_code == 0
    assert done.stdout.splitlines()[1] == f"s2  {COST}"
    assert len(done.stdout.splitlines()) == 5
    pinned = yaml.safe_load((folder / "cases" / "lido.yaml").read_text("utf-8"))["article"]["sha256"]
    assert done.stderr == f"published: 2026-02-10, sha256: {pinned}\n"


def test_sentences_of_what_is_no_article(qa, tmp_path):
    assert "none.txt" in complaint(qa("eval", "sentences", "none.txt"), 2)
    (tmp_path / "empty.txt").write_text("")
    assert "empty.txt" in complaint(qa("eval", "sentences", str(tmp_path / "empty.txt")), 2)


def test_lint_finds_nothing_wrong(evaluate):
    done = evaluate("lint", "--mutate")
    assert done.exit_code == 0
    summary, score = done.stdout.splitlines()
    assert summary == "2 articles, 4 facts, 5 gate cases, 1 of them without an answer; 0 problems"
    assert re.match(r"mutation score 100\.0 % \((\d+) of \1\)", score)


def test_lint_names_what_is_wrong(evaluate, folder):
    def spoil(fields):
        fields["facts"]["cost"]["reject"].append("The repairs to the pool cost £640,000.")
        fields["facts"]["slide"]["quote"] = "I sold the slide"

    written(folder, spoil)
    done = evaluate("lint")
    assert done.exit_code == 2
    first, second, summary = done.stdout.splitlines()
    assert first.startswith("error: lido.yaml: cost: a rejected sentence is graded present: ")
    assert second.startswith("error: lido.yaml: slide: the quote does not stand word for word in s4")
    assert summary.endswith("2 problems")


def test_a_warning_of_lint_is_no_error(evaluate, folder):
    written(folder, lambda fields: fields["cases"][3].update(trap=""))
    done = evaluate("lint")
    assert done.exit_code == 0
    assert done.stdout.startswith("warning: lido.yaml: diving-board: ")


def test_a_matcher_that_takes_anything_is_noticed_by_its_mutants(evaluate, folder):
    def deaf(fields):
        either = [{"any": ["visits"]}, {"any": ["rose", "fell"]}]
        fields["facts"]["visits"] = {
            "text": "Visits rose.", "modality": "confirmed", "evidence": ["s3"], "match": {"slots": either},
            "accept": ["Visits rose."], "reject": ["Nobody came."],
        }  # fmt: skip

    written(folder, deaf)
    done = evaluate("lint", "--mutate")
    assert done.exit_code == 2
    assert "lido:visits: " in done.stdout
    assert "direction: Visits fell." in done.stdout
    assert "mutation score 100" not in done.stdout


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "no YAML": (lambda f: (f / "cases/lido.yaml").write_text("schema: ["), "lido.yaml"),
    "an unknown field": (
        lambda f: (f / "cases/lido.yaml").write_text((f / "cases/lido.yaml").read_text() + "mood: good\n"),
        "mood",
    ),
    "another schema": (
        lambda f: (f / "cases/lido.yaml").write_text(
            (f / "cases/lido.yaml").read_text().replace("qa-eval/1", "qa-eval/9")
        ),
        "schema",
    ),
    "an edited article": (
        lambda f: (f / "articles/lido.txt").write_text("Title: x\n\nAnother text entirely.\n"),
        "not the one that was annotated",
    ),
    "no article": (lambda f: (f / "articles/lido.txt").unlink(), "there is no article"),
    "no cases": (lambda f: [p.unlink() for p in (f / "cases").iterdir()], "no case file"),
    "one article twice": (
        lambda f: (f / "cases/again.yaml").write_text((f / "cases/lido.yaml").read_text()),
        "two case files are for lido",
    ),
    "bytes": (lambda f: (f / "cases/lido.yaml").write_bytes(b"\xff\xfe"), "lido.yaml"),
}


@pytest.mark.parametrize("name", ["run", "gate", "lint", "list", "aa"])
@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_suite_ends_every_command(evaluate, folder, broken, name):
    change, told = BROKEN[broken]
    change(folder)
    assert told in complaint(evaluate(name), 2)
    assert not Path("qa-runs").exists()


def test_init_copies_the_suite_that_ships(qa):
    assert "eval" in qa("eval", "init").stderr
    assert qa("eval", "list").stderr.startswith("suite: eval (")
    assert qa("eval", "list").stdout == qa("eval", "list", "--folder", str(resource("eval"))).stdout
    assert not (Path("eval") / "cassettes").exists()
    said = complaint(qa("eval", "init"), 2)
    assert "there is a suite in eval already" in said


# ---------------------------------------------------------------- run


def test_run_shows_figures_and_writes_the_run(evaluate):
    done = evaluate("run")
    assert done.exit_code == 0
    assert "5 questions about 2 articles, 5 answers, 0 without a reply" in done.stdout
    assert re.search(r"^all +100\.0 %", done.stdout, re.MULTILINE)
    assert "cost: none, no model was called" in done.stdout
    (path,) = Path("qa-runs").iterdir()
    assert done.stderr.splitlines()[-1] == f"written: {path}"
    assert [t.passed for t in read_run(path).trials] == [True] * 5


def test_runs_are_written_beside_each_other(evaluate):
    for _ in range(3):
        assert evaluate("run", "--cases", "bakery*").exit_code == 0
    assert len(list(Path("qa-runs").iterdir())) == 3


def test_a_run_with_failures_ends_well_and_names_them(evaluate, scripted):
    scripted(WRONG)
    done = evaluate("run", "--failing", "--trials", "2")
    assert done.exit_code == 0
    assert re.search(rf"^ +0/2  {PRICE}  .*missing", done.stdout, re.MULTILINE)
    assert f"2  {WHEN}" not in done.stdout
    assert "missing" in done.stdout


def test_run_as_json(evaluate, scripted):
    scripted(WRONG)
    done = evaluate("run", "--failing", "--json", "--trials", "1")
    assert done.exit_code == 0
    figures = Figures.model_validate_json(done.stdout)
    assert (figures.trials, figures.passed.mean, figures.passed.cases) == (5, 0.8, 5)
    assert sum(figures.faults.values()) >= 1
    assert (figures.calls, figures.replayed, figures.cost) == (5, 0, 0)
    again = Figures.model_validate_json(evaluate("run", "--json", "--trials", "1").stdout)
    assert (again.calls, again.replayed) == (0, 5)
    assert again.passed == figures.passed


def test_run_of_some_questions(evaluate):
    assert evaluate("run", "--cases", "*/when*", "-o", "some.jsonl").exit_code == 0
    assert read_run(Path("some.jsonl")).header.tasks == (
        WHEN,
        f"{WHEN}~1",
    )  # a paraphrase that is named runs too
    assert evaluate("run", "--suite", "full", "-o", "full.jsonl").exit_code == 0
    assert len(read_run(Path("full.jsonl")).header.tasks) == 6


def test_the_extractive_engine_may_be_asked_for(evaluate, scripted):
    scripted(WRONG)
    assert evaluate("run", "--model", "extractive", "-o", "run.jsonl").exit_code == 0
    assert read_run(Path("run.jsonl")).header.engine == "extractive"


def test_unchanged_questions_are_taken_over(evaluate, folder, scripted):
    scripted(RIGHT)
    assert evaluate("run", "--trials", "1", "--cache", "off", "-o", "before.jsonl").exit_code == 0
    scripted(RIGHT | {"repairs": reply(), "slide": reply()})  # nobody asks it about the slide any more
    written(folder, lambda fields: fields["cases"][1].update(question="The repairs: what did they cost?"))
    done = evaluate(
        "run", "--trials", "1", "--cache", "off", "--changed", "before.jsonl", "-o", "after.jsonl"
    )
    assert done.exit_code == 0
    after = read_run(Path("after.jsonl"))
    assert {t.task: (t.calls, t.passed) for t in after.trials} == dict.fromkeys(TASKS, (0, True)) | {
        PRICE: (1, False)
    }
    shown = evaluate("run", "--trials", "1", "--cache", "off", "--changed", "before.jsonl", "--estimate")
    assert shown.stdout.startswith("1 calls, 0 of them recorded, 1 to make\n")


def test_the_suite_is_the_one_here_or_the_one_that_ships(qa, tmp_path, monkeypatch):
    shipped = qa("eval", "list")
    assert shipped.exit_code == 0
    assert "articles" in shipped.stderr
    assert SHOP not in shipped.stdout
    assert len(shipped.stdout.splitlines()) > 100
    written(Path("eval"))
    here = qa("eval", "list")
    assert here.stderr == "suite: eval (2 articles, 6 questions)\n"
    assert here.stdout.startswith(SHOP)


# ---------------------------------------------------------------- wrong calls


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("run", "--suite", "nightly"), 'there is no suite called \'nightly\'     There is "pr" and "full".'),
        (("run", "--cache", "sometimes"), "auto, replay, record, refresh, off"),
        (("run", "--cases", "davos*"), "`qa eval list` names all 6 of them"),
        (("gate", "--suite", "nightly"), "pr"),
        (("gate", "--cache", "sometimes"), "auto"),
        (("gate", "--cases", "davos*"), "qa eval list"),
        (("gate", "--report", "pdf=x.pdf"), "text, md, json, html, junit"),
        (("gate", "--report", "comment.md"), "--report md=comment.md"),
        (("gate", "--report", "md="), "--report md=comment.md"),
        (("compare", "a", "b", "--format", "pdf"), "text, md, json, html, junit"),
        (("list", "--cases", "davos*"), "qa eval list"),
        (("aa", "--suite", "nightly"), "pr"),
        (("watch", "--cache", "sometimes"), "auto"),
        (("watch", "--suite", "nightly"), "pr"),
        (("run", "--prompt", "answer@v1"), "Set QA_MODEL, or give --model"),
        (("gate", "--prompt", "answer@v1"), "Set QA_MODEL, or give --model"),
        (("gate", "--prompt", "answer@v1", "--model", "extractive"), "measure nothing"),
        (("run", "--prompt", "answer@v99", "--model", "scripted:x"), "v99"),
        (("run", "--model", "scripted:none.yaml"), "none.yaml"),
        (("calibrate", "none.jsonl", "--judge", "scripted:x"), "none.jsonl"),
        (("bless", "none.jsonl"), "there is no run file none.jsonl"),
        (("gate", "--baseline", "none.jsonl"), "there is no run file none.jsonl"),
        (("run", "--changed", "none.jsonl"), "there is no run file none.jsonl"),
    ],
)
def test_a_wrong_call_says_what_there_is(evaluate, args, told):
    assert told in complaint(evaluate(*args), 2)
    assert [p for p in Path("qa-runs").glob("*") if p.stat().st_size > 4000] == []


@pytest.mark.parametrize(
    "name", ["run", "gate", "list", "lint", "bless", "compare", "view", "rescore", "aa", "watch"]
)
def test_a_folder_without_a_suite(qa, tmp_path, name):
    files = {"bless": ("a",), "compare": ("a", "b"), "view": ("a",), "rescore": ("a",)}.get(name, ())
    said = complaint(qa("eval", name, *files, "--folder", str(tmp_path / "nowhere")), 2)
    assert "there is no eval suite in" in said
    assert "--folder" in said


@pytest.mark.parametrize(
    "args",
    [("run", "--trials", "0"), ("run", "--trials", "x"), ("gate", "--margin", "2"), ("aa", "--n", "0")],
)
def test_a_wrong_number_is_a_usage_error(evaluate, args):
    done = evaluate(*args)
    assert done.exit_code == 2
    assert args[1] in done.stderr


# ---------------------------------------------------------------- files that are no runs


def lines_of(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines(keepends=True)


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda p: p.unlink(), "there is no run file"),
    "empty": (lambda p: p.write_text(""), "is empty"),
    "cut short": (lambda p: p.write_text("".join(lines_of(p)[:-1])), "did not end"),
    "cut in a line": (lambda p: p.write_bytes(p.read_bytes()[:2000]), "cut short or damaged in line"),
    "edited": (lambda p: p.write_text(p.read_text("utf-8").replace("640,000", "9")), "was changed"),
    "another version": (lambda p: p.write_text(p.read_text().replace("qa-run/1", "qa-run/9")), "'qa-run/9'"),
    "something else": (lambda p: p.write_text("Title: Mayor resigns\n\nTESSEL\n"), "damaged in line 1"),
    "a folder": (lambda p: (p.unlink(), p.mkdir()), "cannot be read"),
}
COMMANDS: dict[str, tuple[str, ...]] = {
    "compare, first": ("compare", "bad.jsonl", "good.jsonl"),
    "compare, second": ("compare", "good.jsonl", "bad.jsonl"),
    "gate, baseline": ("gate", "--baseline", "bad.jsonl"),
    "gate, run": ("gate", "--baseline", "good.jsonl", "--run", "bad.jsonl"),
    "gate, its own baseline": ("gate",),
    "bless": ("bless", "bad.jsonl"),
    "rescore": ("rescore", "bad.jsonl"),
    "view": ("view", "bad.jsonl"),
    "run --changed": ("run", "--changed", "bad.jsonl"),
    "aa": ("aa", "--baseline", "bad.jsonl", "--simulate", "2"),
}


@pytest.fixture
def good_run(runs) -> bytes:
    """The file of a run of the extractive engine."""
    put(runs(), "good.jsonl")
    return Path("good.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("damage", "name"),
    [
        (damage, name)
        for damage in DAMAGE
        for name in COMMANDS
        # No baseline at all is another matter, and ends with 3.
        if not (name == "gate, its own baseline" and damage in ("missing", "a folder"))
    ],
)
def test_a_damaged_run_is_refused_by_every_command(evaluate, folder, good_run, damage, name):
    Path("good.jsonl").write_bytes(good_run)
    own = folder / "baselines" / "pr.jsonl"
    own.parent.mkdir()
    own.write_bytes(good_run)
    bad = own if name == "gate, its own baseline" else Path("bad.jsonl")
    bad.write_bytes(good_run)
    spoil, told = DAMAGE[damage]
    spoil(bad)
    before = {p: p.read_bytes() for p in (own, bad) if p.is_file()}
    said = complaint(evaluate(*COMMANDS[name]), 2)
    assert told in said
    assert bad.name in said
    assert {p: p.read_bytes() for p in before} == before
    assert not Path("bad.html").exists()


def test_the_same_commands_take_the_run_undamaged(evaluate, folder, good_run):
    (folder / "baselines").mkdir()
    for path in (Path("good.jsonl"), Path("bad.jsonl"), folder / "baselines" / "pr.jsonl"):
        path.write_bytes(good_run)
    for args in COMMANDS.values():
        done = evaluate(*args)
        assert done.exit_code == 0, (args, done.stderr)


# ---------------------------------------------------------------- bless


@pytest.mark.parametrize(
    ("model", "suite", "name"),
    [
        ("", "pr", "pr.jsonl"),
        ("", "full", "full.jsonl"),
        ("openai:gpt-5-mini", "pr", "pr-openai-gpt-5-mini.jsonl"),
        ("openai:M/3.5 turbo", "full", "full-openai-m-3.5-turbo.jsonl"),
        ("scripted:/some/where/Script.yaml", "pr", "pr-script.yaml.jsonl"),
        ("../../elsewhere", "../../pr", "..-..-pr-..-..-elsewhere.jsonl"),
    ],
)
def test_bless_names_the_baseline_by_suite_and_model(evaluate, folder, runs, model, suite, name):
    put(runs(), "run.jsonl", model=model, suite=suite)
    done = evaluate("bless", "run.jsonl")
    assert done.exit_code == 0
    assert f"the baseline is now {folder / 'baselines' / name}: 5 of 5 trials pass" in done.stderr
    assert [p.name for p in (folder / "baselines").iterdir()] == [name]
    header = read_run(folder / "baselines" / name).header
    assert (header.model, header.suite) == (model, suite)


def test_the_gate_looks_where_bless_puts_it(evaluate, served, folder):
    assert evaluate("run", "--trials", "1", "-o", "run.jsonl").exit_code == 0
    assert evaluate("bless", "run.jsonl").exit_code == 0
    assert [p.name for p in (folder / "baselines").iterdir()] == ["pr-openai-m.jsonl"]
    assert evaluate("gate", "--trials", "1").exit_code == 0
    assert "full-openai-m.jsonl" in complaint(evaluate("gate", "--trials", "1", "--suite", "full"), 3)


def test_bless_says_what_a_baseline_lacks(evaluate, folder, scripted):
    scripted(RIGHT)
    evaluate("run", "--trials", "3", "-o", "few.jsonl")
    assert "a baseline of 3 trials a case cannot judge single cases" in evaluate("bless", "few.jsonl").stderr
    assert evaluate("run", "--trials", "10", "--cases", "lido/*", "-o", "part.jsonl").exit_code == 0
    said = evaluate("bless", "part.jsonl").stderr
    assert "1 questions of the suite are not in this run" in said
    assert "trials a case" not in said
    evaluate("run", "--trials", "10", "-o", "all.jsonl")
    assert "warning" not in evaluate("bless", "all.jsonl").stderr


def test_bless_grades_with_todays_cases(evaluate, folder):
    evaluate("run", "-o", "run.jsonl")
    written(folder, lambda f: f["facts"]["cost"]["match"]["slots"].append({"any": ["mayor"]}))
    assert "4 of 5 trials pass" in evaluate("bless", "run.jsonl").stderr


# ---------------------------------------------------------------- gate


def test_without_a_baseline_nothing_can_be_told(evaluate, folder):
    said = complaint(evaluate("gate"), 3)
    assert str(folder / "baselines" / "pr.jsonl") in said
    assert "qa eval bless" in said
    assert not Path("qa-runs").exists()


def test_no_baseline_let_through_says_so(evaluate):
    done = evaluate("gate", "--allow-inconclusive")
    assert done.exit_code == 0
    assert "INCONCLUSIVE, let through by --allow-inconclusive" in done.stderr


def test_the_same_answers_are_no_worse(evaluate, blessed):
    done = evaluate("gate")
    assert done.exit_code == 0, done.stdout
    assert done.stdout.startswith("no worse: ")
    assert "every answer is the same as in the baseline" in done.stdout


def test_a_broken_case_is_a_regression(evaluate, scripted, blessed):
    scripted(WRONG)
    done = evaluate("gate", "--cache", "off", "-o", "after.jsonl")
    assert done.exit_code == 1
    assert done.stdout.startswith("regressed: ")
    assert f"why: {PRICE} fails every time, and the baseline had it right" in done.stdout
    assert "The council paid half of it." in done.stdout
    after = read_run(Path("after.jsonl"))
    assert [t.trial for t in after.by_task[PRICE]] == [1, 2, 3, 4, 5]  # confirmed by two more
    assert [t.trial for t in after.by_task[SHOP]] == [1, 2, 3]
    again = evaluate("gate", "--run", "after.jsonl")
    assert (again.exit_code, again.stdout.splitlines()[0]) == (1, done.stdout.splitlines()[0])


def test_a_dangerous_claim_is_a_regression(evaluate, scripted, blessed):
    scripted(CLAIMING)
    done = evaluate("gate", "--cache", "off", "--json")
    verdict = Verdict.model_validate_json(done.stdout)
    assert done.exit_code == verdict.exit_code == 1
    (case,) = verdict.with_status("regressed")
    assert case.task == WHEN
    assert case.faults


def test_what_cannot_be_told_ends_with_3(evaluate, scripted, blessed):
    scripted(REWORDED)
    done = evaluate("gate", "--cache", "off", "-o", "after.jsonl")
    assert done.exit_code == 3
    assert done.stdout.startswith("inconclusive: ")
    assert "cannot be ruled out" in done.stdout
    let_through = evaluate("gate", "--run", "after.jsonl", "--allow-inconclusive")
    assert let_through.exit_code == 0
    assert let_through.stdout.startswith("inconclusive: ")
    assert "INCONCLUSIVE, let through by --allow-inconclusive" in let_through.stdout


def test_a_regression_is_never_let_through(evaluate, scripted, blessed):
    scripted(WRONG)
    assert evaluate("gate", "--cache", "off", "--allow-inconclusive").exit_code == 1


def test_the_gate_of_some_cases(evaluate, scripted, blessed):
    scripted(WRONG)
    assert evaluate("gate", "--cache", "off", "--cases", "bakery*").exit_code == 0
    assert evaluate("gate", "--cache", "off", "--cases", "*/cost").exit_code == 1


def test_a_baseline_of_another_model_is_not_taken(evaluate, blessed, monkeypatch):
    monkeypatch.delenv("QA_MODEL")
    assert evaluate("gate").exit_code == 3
    done = evaluate("gate", "--baseline", blessed)
    assert "another model answers: scripted:" in done.stdout


def test_reports_of_every_form(evaluate, scripted, blessed):
    scripted(WRONG)
    forms = {"md": "c.md", "html": "c.html", "junit": "c.xml", "json": "c.json", "text": "c.txt"}
    reports = [part for form, path in forms.items() for part in ("--report", f"{form}={path}")]
    done = evaluate("gate", "--cache", "off", *reports)
    assert done.exit_code == 1
    text = {form: Path(path).read_text("utf-8") for form, path in forms.items()}
    assert "regressed" in text["md"].splitlines()[0]
    assert PRICE in text["md"]
    assert text["html"].startswith("<!doctype html>") or text["html"].startswith("<!DOCTYPE html>")
    assert PRICE in text["html"]
    tree = ET.fromstring(text["junit"])
    failed = [case.get("name") for case in tree.iter("testcase") if case.find("failure") is not None]
    assert any(PRICE in name or "cost" in name for name in failed)
    assert len(list(tree.iter("testcase"))) >= 5
    verdict = Verdict.model_validate_json(text["json"])
    assert (verdict.outcome, verdict.exit_code) == ("regressed", 1)
    assert text["text"] == done.stdout


def test_a_report_that_cannot_be_written_is_no_regression(evaluate, blessed):
    done = evaluate("gate", "--report", "md=no/such/folder/c.md")
    assert done.exit_code == 3
    assert done.stdout.startswith("no worse: ")
    assert "no/such/folder" in done.stderr


def test_infra_faults_are_inconclusive(evaluate, served, served_baseline):
    served.will(answers(RIGHT | {"repairs": fails(500)}))
    done = evaluate("gate", "--cache", "off")
    assert done.exit_code == 3
    assert "3 of 15 trials got no reply (more than 5 %)" in done.stdout


def test_a_wrong_key_is_a_failure_of_the_run_and_no_regression(evaluate, served, served_baseline):
    served.will(fails(401))
    for name, code in (("run", 1), ("gate", 3)):
        said = complaint(evaluate(name, "--cache", "off"), code)
        assert "refused the key" in said
        assert "sk-loopback-secret" not in said


def test_a_bug_of_ours_is_no_regression(evaluate, blessed, monkeypatch):
    def broken(*args, **options):
        raise ZeroDivisionError("by nought")

    monkeypatch.setattr("qa.evals.gate.decide", broken)
    assert "ZeroDivisionError" in complaint(evaluate("gate"), 3)


def test_quarantine_is_read(evaluate, scripted, folder, blessed):
    entry = {
        "case": PRICE,
        "passed": 3,
        "trials": 10,
        "reason": "flaky",
        "since": "2026-01-01",
        "expires": "2999-01-01",
    }
    (folder / "quarantine.yaml").write_text(yaml.safe_dump([entry]), "utf-8")
    scripted(WRONG)
    done = evaluate("gate", "--cache", "off", "--json")
    assert done.exit_code == 0
    verdict = Verdict.model_validate_json(done.stdout)
    assert [c.task for c in verdict.with_status("quarantined")] == [PRICE]
    (folder / "quarantine.yaml").write_text(yaml.safe_dump([entry | {"trials": 2}]), "utf-8")
    assert "trials (5 or more)" in complaint(evaluate("gate", "--cache", "off"), 2)


# ---------------------------------------------------------------- compare, view, rescore


@pytest.fixture
def two_runs(runs):
    """A scripted model before and after: one question got worse."""
    put(runs(RIGHT, 5), "before.jsonl")
    put(runs(WRONG, 5), "after.jsonl")


@pytest.mark.parametrize("form", ["text", "md", "json", "html", "junit"])
def test_compare_shows_what_changed_and_decides_nothing(evaluate, two_runs, form):
    done = evaluate("compare", "before.jsonl", "after.jsonl", "--format", form)
    assert done.exit_code == 0
    assert PRICE in done.stdout
    to_file = evaluate("compare", "before.jsonl", "after.jsonl", "--format", form, "-o", "out")
    assert to_file.stdout == ""
    assert to_file.stderr.splitlines()[-1] == "written: out"
    assert " ".join(Path("out").read_text("utf-8").split()) == " ".join(done.stdout.split())


def test_fewer_cases_are_never_a_silent_pass(evaluate, blessed):
    evaluate("run", "--cases", "lido/*", "-o", "some.jsonl")
    done = evaluate("compare", "before.jsonl", "some.jsonl", "--format", "json")
    verdict = Verdict.model_validate_json(done.stdout)
    assert (verdict.outcome, verdict.exit_code) == ("inconclusive", 3)
    assert verdict.left_out == {SHOP: "the candidate did not run it"}
    assert "1 cases of the baseline could not be compared" in verdict.reasons[0]
    assert evaluate("gate", "--run", "some.jsonl").exit_code == 3


def test_more_cases_are_said_to_be_new(evaluate, blessed):
    evaluate("run", "--suite", "full", "-o", "full.jsonl")
    done = evaluate("compare", "before.jsonl", "full.jsonl")
    assert done.exit_code == 0
    assert "1 cases are new and have no baseline" in done.stdout


def test_no_shared_case_cannot_be_compared(evaluate):
    evaluate("run", "--cases", "lido/cost", "-o", "one.jsonl")
    evaluate("run", "--cases", "bakery/*", "-o", "other.jsonl")
    for args in (
        ("compare", "one.jsonl", "other.jsonl"),
        ("gate", "--baseline", "one.jsonl", "--run", "other.jsonl"),
    ):
        done = evaluate(*args)
        assert done.exit_code == 3
        assert done.stdout.startswith("inconclusive: ")


def test_changed_articles_are_not_compared(evaluate, folder, blessed):
    article = folder / "articles" / "bakery.txt"
    article.write_text(article.read_text("utf-8").replace("31 years", "30 years"), "utf-8")
    case_file = folder / "cases" / "bakery.yaml"
    fields = yaml.safe_load(case_file.read_text("utf-8"))
    fields["article"]["sha256"] = hashlib.sha256(article.read_bytes()).hexdigest()
    case_file.write_text(yaml.safe_dump(fields), "utf-8")
    done = evaluate("gate", "--run", blessed)
    assert done.exit_code == 3
    assert "articles changed" in done.stdout


def test_view_writes_a_page_beside_the_run(evaluate, two_runs):
    done = evaluate("view", "after.jsonl")
    assert done.exit_code == 0
    assert done.stderr.splitlines()[-1] == "written: after.html"
    page = Path("after.html").read_text("utf-8")
    assert "How much did the repairs to the lido cost?" in page
    assert "The council paid half of it." in page
    assert not re.search(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=.https?:", page)
    assert evaluate("view", "after.jsonl", "-o", "page.html").exit_code == 0
    assert Path("page.html").is_file()


def test_rescore_grades_what_is_stored_and_calls_nobody(evaluate, folder, two_runs, monkeypatch):
    monkeypatch.setattr("qa.models.chat.open_chat_model", lambda settings: pytest.fail("a model was opened"))
    monkeypatch.setattr(
        "qa.library.Library.open", lambda *args, **options: pytest.fail("a library was opened")
    )
    before = Path("before.jsonl").read_bytes()

    def stricter(fields: dict[str, Any]) -> None:
        fields["facts"]["slide"]["match"]["slots"].append({"any": ["mayor"]})

    written(folder, stricter)
    done = evaluate("rescore", "before.jsonl", "-o", "again.jsonl", "--failing")
    assert done.exit_code == 0
    assert re.search(rf"^ +0/5  {SOLD}", done.stdout, re.MULTILINE)
    assert Path("before.jsonl").read_bytes() == before
    assert {t.task for t in read_run(Path("again.jsonl")).trials if not t.passed} == {SOLD}

    written(folder)
    figures = Figures.model_validate_json(evaluate("rescore", "again.jsonl", "--json").stdout)
    assert figures.passed.mean == 1
    old = read_run(Path("before.jsonl"))
    assert read_run(Path("again.jsonl")) == Run(header=old.header, trials=old.trials)


# ---------------------------------------------------------------- money, recordings


def test_an_estimate_spends_nothing(evaluate, served, folder):
    done = evaluate("run", "--trials", "2", "--estimate")
    assert done.exit_code == 0
    first, second = done.stdout.splitlines()
    assert first == "10 calls, 0 of them recorded, 10 to make"
    found = re.fullmatch(r"about ([\d,]+) tokens in and 3,500 out; about \$(\d+\.\d\d)", second)
    assert found
    tokens = int(found[1].replace(",", ""))
    assert float(found[2]) == pytest.approx((tokens * 10 + 3500 * 100) / 1e6, abs=0.006)
    told = json.loads(evaluate("run", "--trials", "2", "--estimate", "--json").stdout)
    assert (told["calls"], told["recorded"], told["output_tokens"]) == (10, 0, 3500)
    assert served.requests == []
    assert not Path("qa-runs").exists()
    assert not (folder / "cassettes").exists()


def test_what_is_recorded_is_said_by_the_estimate(evaluate, served):
    evaluate("run", "--trials", "1")
    assert evaluate("run", "--trials", "2", "--estimate").stdout.startswith(
        "10 calls, 5 of them recorded, 5 to make\n"
    )


@pytest.mark.parametrize("name", ["run", "gate", "aa"])
def test_a_run_over_its_budget_does_not_begin(evaluate, served, served_baseline, name):
    said = complaint(evaluate(name, "--budget-usd", "0.01", "--cache", "off"), 4)
    assert "more than the budget of $0.01" in said
    assert "Nothing was spent" in said
    assert served.requests == []
    assert not Path("qa-runs").exists()


def test_a_budget_that_suffices(evaluate, served):
    assert evaluate("run", "--budget-usd", "5", "--trials", "1").exit_code == 0
    assert len(served.requests) == 5
    assert evaluate("run", "--budget-usd", "0", "--trials", "1").exit_code == 0  # all of it is recorded
    assert len(served.requests) == 5


@pytest.mark.parametrize("name", ["run", "gate"])
def test_a_budget_that_is_overrun_stops_the_run(evaluate, served, served_baseline, monkeypatch, name):
    monkeypatch.setitem(loopback.USAGE, "prompt_tokens", 1_000_000)  # a reply that cost ten dollars
    said = complaint(evaluate(name, "--budget-usd", "5", "--cache", "off", "--workers", "1"), 4)
    assert "the run has cost $10.00" in said
    assert len(served.requests) == 1


def test_the_budget_of_all_fresh_runs_together(evaluate, served, served_baseline, monkeypatch):
    monkeypatch.setitem(loopback.USAGE, "prompt_tokens", 70_000)  # 0.70 dollars a call
    args = ("--n", "3", "--trials", "1", "--cache", "off", "--workers", "1", "--budget-usd", "5")
    said = complaint(evaluate("aa", *args), 4)
    assert "the run has cost $5.62" in said
    assert len(served.requests) == 8


@pytest.mark.parametrize("name", ["run", "gate", "aa"])
def test_a_budget_needs_a_price(evaluate, served, served_baseline, folder, name):
    (folder / "prices.yaml").unlink()
    said = complaint(evaluate(name, "--budget-usd", "5", "--cache", "off"), 2)
    assert "the price of openai:m is not known" in said
    assert str(folder / "prices.yaml") in said
    assert served.requests == []
    assert "price unknown" in evaluate("run", "--estimate", "--cache", "off").stdout


def test_a_price_table_that_cannot_be_used(evaluate, folder):
    (folder / "prices.yaml").write_text("models: [")
    assert "prices.yaml" in complaint(evaluate("run"), 2)


def test_a_replay_without_recordings(evaluate, served):
    evaluate("run", "--trials", "1", "--cases", "lido/cost")
    said = complaint(evaluate("run", "--cache", "replay", "--trials", "1"), 5)
    assert "4 model calls are not recorded" in said
    assert "--cache auto" in said
    assert len(served.requests) == 1
    evaluate("run", "--trials", "1", "-o", "before.jsonl")
    evaluate("bless", "before.jsonl")
    complaint(evaluate("gate", "--cache", "replay", "--trials", "2"), 5)
    assert evaluate("gate", "--cache", "replay", "--trials", "1").exit_code == 0


def test_a_machine_that_checks_without_a_key_replays(evaluate, served, monkeypatch):
    monkeypatch.setenv("CI", "true")
    for name in ("QA_BASE_URL", "QA_API_KEY"):
        monkeypatch.delenv(name)
    assert "5 model calls are not recorded" in complaint(evaluate("run", "--trials", "1"), 5)
    monkeypatch.setenv("QA_API_KEY", "sk-loopback-secret")
    monkeypatch.setenv("QA_BASE_URL", served.url)
    assert evaluate("run", "--trials", "1").exit_code == 0
    assert len(served.requests) == 5
    served.close()
    monkeypatch.delenv("QA_API_KEY")
    done = evaluate("run", "--trials", "1", "--cache", "replay", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["replayed"] == 5


def test_an_edited_recording_ends_run_and_gate(evaluate, served, folder):
    evaluate("run", "--trials", "1", "-o", "before.jsonl")
    evaluate("bless", "before.jsonl")
    recording = next(p for p in (folder / "cassettes").rglob("*.json") if "640,000 pounds." in p.read_text())
    recording.write_text(recording.read_text("utf-8").replace("640,000 pounds.", "9 pounds."), "utf-8")
    for name in ("run", "gate"):
        said = complaint(evaluate(name, "--trials", "1"), 2)
        assert recording.name in said
    assert len(served.requests) == 5


# ---------------------------------------------------------------- false alarms


def test_simulated_false_alarms(evaluate, blessed):
    done = evaluate("aa", "--simulate", "8")
    assert done.exit_code == 0
    first, second = done.stdout.splitlines()
    assert first == "8 gates of the prompt against itself: 0 red, 0 inconclusive, 8 no worse"
    assert second == "false red: 0.0 % (95 % interval 0.0 to 36.9)"


def test_fresh_runs_for_false_alarms(evaluate, blessed, folder):
    done = evaluate("aa", "--n", "2", "--json", "--trials", "2")
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert (told["gates"], told["regressed"], told["no_worse"]) == (2, 0, 2)
    trials = {json.loads(p.read_text("utf-8"))["trial"] for p in (folder / "cassettes").rglob("*.json")}
    assert trials == {1000, 1001, 2000, 2001}
    assert not Path("qa-runs").exists()


def test_a_prompt_that_got_worse_is_red_each_time(evaluate, scripted, blessed):
    scripted(WRONG)
    told = json.loads(evaluate("aa", "--n", "2", "--json", "--cache", "off").stdout)
    assert (told["regressed"], told["false_red"]) == (2, 1)
    assert told["reasons"] == {f"{PRICE} fails every time, and the baseline had it right": 2}


def test_false_alarms_need_a_baseline(evaluate):
    complaint(evaluate("aa", "--simulate", "2"), 3)


# ---------------------------------------------------------------- the judge


def judge_script(tmp_path: Path, verdict: str, quote: str) -> str:
    facts = [{"number": 1, "verdict": verdict, "modality": "confirmed", "quote": quote}]
    return script(tmp_path, {"*": {"reply": {"facts": facts}}}, "judge")


def labels_in(path: Path, *said: str) -> Path:
    rows = [
        {"fact": ("lido:cost", "bakery:closed")[n % 2], "answer": f"Answer {n} says so.", "label": label,
         "split": "held-out"}
        for n, label in enumerate(said)
    ]  # fmt: skip
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def test_calibrate_prints_its_figures_and_keeps_them(evaluate, folder, tmp_path):
    labels = labels_in(tmp_path / "labels.jsonl", *["support"] * 3, "not")
    judge = judge_script(tmp_path, "support", "says so")
    done = evaluate("calibrate", labels, "--judge", judge)
    assert done.exit_code == 0
    assert "may NOT gate" in done.stdout
    assert "4 held-out labels, 75 % of them support" in done.stdout
    assert "kappa 0.00" in done.stdout
    assert "accuracy 75.0 %; always the commoner verdict: 75.0 %" in done.stdout
    assert "true positives 100.0 %, true negatives 0.0 %" in done.stdout
    (kept,) = json.loads((folder / "judges.json").read_text("utf-8"))
    assert (kept["labels"], kept["accuracy"]) == (4, 0.75)
    assert kept["judge"].startswith(f"{judge}#")
    told = json.loads(evaluate("calibrate", labels, "--judge", judge, "--json", "--cache", "replay").stdout)
    assert told == kept


def test_a_judge_counts_only_once_it_is_calibrated(evaluate, scripted, folder, tmp_path):
    scripted(RIGHT | {"repairs": UNDECIDED})
    judge = judge_script(tmp_path, "support", "The repairs cost 640,000 pounds.")
    args = ("run", "--trials", "1", "--judge", judge, "--cases", "*/cost", "-o", "run.jsonl")
    done = evaluate(*args)
    assert done.exit_code == 0
    assert "is not calibrated well enough to count" in done.stderr
    assert "of the same family" in done.stderr
    (trial,) = read_run(Path("run.jsonl")).trials
    assert trial.score
    assert trial.score.faults == ("undecided",)

    found = re.search(r"the judge (\S+#[0-9a-f]{12}) is not calibrated", done.stderr)
    assert found
    good = {"base_rate": 0.5, "accuracy": 0.9, "constant": 0.5, "kappa": 0.8, "kappa_high": 0.9}
    rest = {"true_positive": 0.9, "true_negative": 0.9, "consistency": 1.0, "flips": 0.0, "discarded": 0}
    record(folder / "judges.json", Calibration(judge=found[1], labels=120, kappa_low=0.7, **good, **rest))
    done = evaluate(*args)
    assert "not calibrated" not in done.stderr
    (trial,) = read_run(Path("run.jsonl")).trials
    assert trial.passed
    assert read_run(Path("run.jsonl")).header.judge == found[1]
    purposes = [json.loads(p.read_text("utf-8"))["purpose"] for p in (folder / "cassettes").rglob("*.json")]
    assert sorted(purposes) == ["answer", "judge", "judge", "judge"]

    (folder / "judges.json").write_text("{")
    assert "judges.json" in complaint(evaluate(*args), 2)


@pytest.mark.parametrize(
    ("text", "told"),
    [("{", "line 1"), ('{"fact": "lido:price", "answer": "a", "label": "not", "split": "dev"}', "lido:price"),
     ('{"fact": "lido:cost", "answer": "a", "label": "not", "split": "dev"}', "no held-out labels")],
)  # fmt: skip
def test_labels_that_cannot_be_used(evaluate, tmp_path, text, told):
    (tmp_path / "labels.jsonl").write_text(text)
    said = complaint(evaluate("calibrate", tmp_path / "labels.jsonl", "--judge", "scripted:x"), 2)
    assert told in said


# ---------------------------------------------------------------- packages that are not there


@pytest.mark.parametrize(
    ("package", "args", "code"),
    [
        ("scipy", ("gate",), 3),
        ("scipy", ("compare", "before.jsonl", "before.jsonl"), 1),
        ("scipy", ("aa", "--simulate", "2"), 1),
        ("jinja2", ("gate", "--report", "html=x.html"), 3),
        ("jinja2", ("compare", "before.jsonl", "before.jsonl", "--format", "html"), 1),
        ("jinja2", ("view", "before.jsonl"), 1),
        ("watchfiles", ("watch",), 1),
    ],
)
def test_a_missing_package_is_said_before_anything_is_asked(
    evaluate, blessed, monkeypatch, package, args, code
):
    for name in [n for n in sys.modules if n.split(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.setattr("qa.library.Library.open", lambda *args, **options: pytest.fail("it went on"))
    done = evaluate(*args)
    assert complaint(done, code) == f"qa: this needs the package {package}     pip install 'qa[eval]'"


def test_what_needs_none_of_them_works_without_them(evaluate, monkeypatch):
    for package in ("scipy", "jinja2", "watchfiles"):
        for name in [n for n in sys.modules if n.split(".")[0] == package]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, package, None)
    for args in (
        ("run", "-o", "run.jsonl"),
        ("rescore", "run.jsonl"),
        ("bless", "run.jsonl"),
        ("lint",),
        ("list",),
    ):
        done = evaluate(*args)
        assert done.exit_code == 0, (args, done.stderr)


# ---------------------------------------------------------------- as real processes


OFFLINE = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9")
"""Whoever leaves the machine by a proxy gets nowhere."""


def test_a_change_from_beginning_to_end_without_a_key(folder, tmp_path):
    env = environment(**OFFLINE)
    there = ("--folder", str(folder))

    def real(*args: str) -> subprocess.CompletedProcess[str]:
        done = process("eval", *args, *there, env=env)
        assert "Traceback" not in done.stderr
        assert "Warning" not in done.stderr
        return done

    assert real("gate").returncode == 3
    assert real("run", "-o", "before.jsonl").returncode == 0
    assert real("bless", "before.jsonl").returncode == 0
    same = real("gate", "--report", "md=comment.md")
    assert same.returncode == 0
    assert same.stdout.startswith("no worse: ")
    assert Path("comment.md").read_text("utf-8").strip()

    model = script(tmp_path, RIGHT)
    assert real("run", "--model", model, "--trials", "5", "-o", "model.jsonl").returncode == 0
    assert real("bless", "model.jsonl").returncode == 0
    script(tmp_path, WRONG)
    worse = real("gate", "--model", model, "--cache", "refresh")
    assert worse.returncode == 1
    assert worse.stdout.startswith("regressed: ")
    Path("model.jsonl").write_text("")
    assert real("gate", "--model", model, "--run", "model.jsonl").returncode == 2
    assert real("run", "--model", "openai:m", "--cache", "replay").returncode == 5


def test_json_in_a_pipe_is_json_and_nothing_else(folder):
    done = process("eval", "run", "--folder", str(folder), "--json", env=environment(**OFFLINE))
    assert json.loads(done.stdout)["passed"]["mean"] == 1
    assert "\x1b" not in done.stdout + done.stderr
    ascii_only = environment(PYTHONIOENCODING="ascii", LC_ALL="C", PYTHONUTF8="0")
    done = process(
        "eval",
        "gate",
        "--folder",
        str(folder),
        "--baseline",
        str(next(Path("qa-runs").iterdir())),
        env=ascii_only,
    )
    assert done.returncode == 0
    assert done.stdout.startswith("no worse: ")


def read_line(stream: Any, until: str) -> str:
    """The next line of a pipe that holds `until`."""
    for line in stream:
        if until in line:
            return str(line)
    raise AssertionError(f"it ended without {until!r}")


def test_watch_runs_again_when_a_case_is_saved_until_it_is_interrupted(folder):
    case_file = folder / "cases" / "bakery.yaml"
    fields = yaml.safe_load(case_file.read_text("utf-8"))
    fields["cases"][0]["question"] = "What is a lido?"
    watch = subprocess.Popen(
        command("eval", "watch", "--folder", str(folder)),
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment(**OFFLINE),
    )  # fmt: skip
    try:
        assert read_line(watch.stdout, "pass").startswith("5 of 5 trials pass; 5 asked anew")
        saving = True

        def save() -> None:
            number = 0
            while saving:  # the watcher may not be watching yet
                number += 1
                changed = fields | {"cases": [fields["cases"][0] | {"trap": f"saved {number} times"}]}
                beside = folder / "bakery.new"
                beside.write_text(yaml.safe_dump(changed), "utf-8")
                beside.replace(case_file)
                time.sleep(0.2)

        saver = threading.Thread(target=save)
        saver.start()
        try:
            assert read_line(watch.stdout, "pass").startswith("4 of 5 trials pass; 1 asked anew")
            assert read_line(watch.stdout, "now").strip() == f"now fails: {SHOP}"
        finally:
            saving = False
            saver.join()
        watch.send_signal(signal.SIGINT)
        watch.stdout.read()
        assert watch.wait(60) == 130
    finally:
        watch.kill()
        watch.wait(60)
        watch.stdout.close()


def test_an_interrupted_run_says_so_and_keeps_its_lines(folder, tmp_path):
    slow = {"*": {"reply": RIGHT["repairs"], "delay": 0.3}}
    going = subprocess.Popen(
        command("eval", "run", "--folder", str(folder), "--model", script(tmp_path, slow), "--workers", "1",
                "--trials", "20", "--cache", "off", "-o", "run.jsonl"),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(),
    )  # fmt: skip
    deadline = time.monotonic() + 60
    going_on = Path("run.jsonl.partial")
    while not (going_on.exists() and going_on.read_text("utf-8").count("\n") >= 3):
        assert time.monotonic() < deadline
        assert going.poll() is None
        time.sleep(0.05)
    going.send_signal(signal.SIGINT)
    _, stderr = going.communicate(timeout=60)
    assert going.returncode == 130
    assert stderr.splitlines()[-1] == "qa: interrupted"
    assert "Traceback" not in stderr
    kept = [json.loads(line) for line in Path("run.jsonl").read_text("utf-8").splitlines()]
    assert [line["trial"]["task"] for line in kept[1:3]] == [SHOP, SHOP]
    done = process("eval", "view", "run.jsonl", "--folder", str(folder))
    assert done.returncode == 2
    assert "did not end" in done.stderr


def test_help_names_every_command(qa):
    done = qa("eval", "--help")
    assert done.exit_code == 0
    names = re.findall(r"^  ([a-z]+)  ", done.stdout, re.MULTILINE)
    described = "run gate bless rescore aa compare view init list sentences lint calibrate watch bench"
    assert set(names) == set(described.split())
    for name in names:
        assert qa("eval", name, "--help").exit_code == 0


@pytest.mark.parametrize("args", [["eval", "--help"], ["eval", "gate", "--help"]])
def test_help_loads_nothing_heavy(args):
    code = f"import sys; sys.argv = ['qa', *{args}]; from qa.cli.app import main; main()"
    loaded = modules_after(code)
    assert "qa.cli.evals" in loaded
    assert not loaded & ((SLOW_TO_LOAD | {"scipy", "jinja2", "watchfiles"}) - {"pydantic"})  # typer's own


def test_nothing_of_the_users_own_is_touched(evaluate, tmp_path):
    evaluate("run")
    assert list((tmp_path / "home").iterdir()) == []
    assert not (tmp_path / "library").exists()
