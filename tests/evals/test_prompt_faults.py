"""Twelve prompts that lost a rule, played by the scripted model: each gated red, and the report says why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import oracle
import pytest

from qa.evals.asking import Asker, library_of
from qa.evals.cassettes import Cassettes
from qa.evals.gate import decide
from qa.evals.reports.material import changes
from qa.evals.reports.text import verdict_lines
from qa.evals.running import Plan, Running
from qa.evals.runs import Run
from qa.evals.scores import FAULTS
from qa.evals.suite import Suite, Task, load_suite
from qa.library import Library
from qa.models.prices import Prices
from qa.resources import resource

ARTICLES = (
    "lindesholm-guest-list-provisional", "lindesholm-frisell-confirms", "sallowby-walkout-courier",
    "sallowby-walkout-wire", "trevanna-bridge-cracks", "vellhalla-lithium-permit", "fennimore-sound-lineup",
    "calderry-ferry-contract-denial", "kellan-pass-railway", "wexholme-museum-row", "maravel-rate-cut",
    "quillstone-birth-unit",
)  # fmt: skip
"""Enough to have every kind of case, and few enough to be asked a dozen times over."""
BASELINE_TRIALS = 10
CANDIDATE_TRIALS = 5


@pytest.fixture(scope="module")
def suite() -> Suite:
    return load_suite(resource("eval"))


@pytest.fixture(scope="module")
def tasks(suite: Suite) -> tuple[Task, ...]:
    """Its questions: what a bad summarizer does is in test_faulty_summaries.py."""
    return tuple(t for t in suite.chosen("pr") if t.sheet.id in ARTICLES and t.case.output == "answer")


@pytest.fixture(scope="module")
def library(suite: Suite) -> Iterator[Library]:
    with library_of(suite, oracle.SETTINGS) as library:
        yield library


@pytest.fixture(scope="module")
def scripts(suite, tasks, library) -> list[oracle.Script]:
    return oracle.gold(suite, tasks, library)


@pytest.fixture(scope="module")
def ask(suite, tasks, library, tmp_path_factory):
    """Runs the suite with the replies of these scripts. The model says the same every time, so one trial is
    made and stands for as many as wanted."""

    def run(scripts: list[oracle.Script], trials: int) -> Run:
        folder: Path = tmp_path_factory.mktemp("run")
        opened = oracle.opened_with(scripts)
        plan = Plan(suite, tasks, "pr", oracle.SETTINGS, trials=1, open_engine=opened, workers=1)
        cassettes = Cassettes(folder / "cassettes", "off")
        asker = Asker(suite, oracle.SETTINGS, library, cassettes, Prices(), opened)
        once = Running(plan, asker).run(folder / "run.jsonl")
        many = [t.model_copy(update={"trial": n}) for t in once.trials for n in range(1, trials + 1)]
        return Run(header=once.header.model_copy(update={"trials": trials}), trials=tuple(many))

    return run


@pytest.fixture(scope="module")
def baseline(ask, scripts) -> Run:
    return ask(scripts, BASELINE_TRIALS)


def test_the_annotation_can_be_answered(baseline):
    """What the annotation asks for can be said: a reader who quotes the evidence passes nearly everywhere."""
    passed = sum(t.passed for t in baseline.trials) / len(baseline.trials)
    assert passed >= 0.95, [t.task for t in baseline.trials if t.trial == 1 and not t.passed]


def test_the_good_prompt_is_no_worse_than_itself(suite, ask, scripts, baseline):
    verdict = decide(suite, baseline, ask(scripts, CANDIDATE_TRIALS))
    assert (verdict.outcome, verdict.exit_code) == ("no worse", 0)


@pytest.mark.parametrize("fault", oracle.FAULTS, ids=lambda fault: fault.name)
def test_a_prompt_that_lost_a_rule_is_gated_red_and_named(suite, ask, scripts, baseline, fault):
    spoiled = [fault.change(script) for script in scripts]
    assert any(a != b for a, b in zip(spoiled, scripts, strict=True)), "the fault changes no reply"
    candidate = ask(spoiled, CANDIDATE_TRIALS)
    verdict = decide(suite, baseline, candidate)
    assert (verdict.outcome, verdict.exit_code) == ("regressed", 1)
    assert verdict.faults[fault.expected] == max(verdict.faults.values()), verdict.faults
    beside = (fault.expected, *fault.also)  # of two facts merged, one may also be told too firmly
    report = "\n".join(verdict_lines(verdict, changes(verdict, suite, baseline, candidate)))
    assert report.startswith("regressed")
    named = report.index(FAULTS[fault.expected])
    others = [report.find(FAULTS[f]) for f in verdict.faults if f not in beside]
    assert all(named < place for place in others if place >= 0), "the right class is named first"
    broken = verdict.with_status("regressed")[0]
    assert broken.task in report
    assert broken.question in report


def test_only_the_spoiled_cases_are_red(suite, ask, scripts, baseline):
    """A list cut short breaks lists and nothing else."""
    fault = next(f for f in oracle.FAULTS if f.name == "list cut short")
    spoiled = [fault.change(script) for script in scripts]
    changed = {s.task.id for s, old in zip(spoiled, scripts, strict=True) if s != old}
    verdict = decide(suite, baseline, ask(spoiled, CANDIDATE_TRIALS))
    red = {c.task for c in verdict.with_status("regressed")}
    assert red
    assert red <= changed
    assert all(suite.tasks_by_id[name].case.ask == "list" for name in red)


def test_one_spoiled_case_among_many_is_found(suite, ask, scripts, baseline):
    """A mean over a hundred cases hardly moves; the case tier sees it all the same."""
    passing = {t.task for t in baseline.trials if t.passed}
    at = next(i for i, s in enumerate(scripts) if s.lines and s.task.id in passing)
    spoiled = [*scripts[:at], replace(scripts[at], lines=()), *scripts[at + 1 :]]
    verdict = decide(suite, baseline, ask(spoiled, CANDIDATE_TRIALS))
    assert verdict.outcome == "regressed"
    assert [c.task for c in verdict.with_status("regressed")] == [scripts[at].task.id]
    assert verdict.suite is not None
    assert verdict.suite.p_drop > 0.025
    assert list(verdict.faults) == ["coverage"]
