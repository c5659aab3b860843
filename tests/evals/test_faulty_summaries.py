"""The summaries of the suite that ships: what the annotation asks for can be said and passes; what a bad
summarizer does fails, is named, and is gated red."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import summary_oracle as oracle

from qa.evals.asking import Asker, library_of
from qa.evals.cassettes import Cassettes
from qa.evals.gate import decide
from qa.evals.reports.material import changes
from qa.evals.reports.text import verdict_lines
from qa.evals.running import Plan, Running
from qa.evals.runs import Run
from qa.evals.scores import FAULTS
from qa.evals.suite import Suite, Task, load_suite
from qa.evals.summaries import length_of
from qa.library import Library
from qa.models.prices import Prices
from qa.resources import resource
from qa.summarizing.engine import count_words


@pytest.fixture(scope="module")
def suite() -> Suite:
    return load_suite(resource("eval"))


@pytest.fixture(scope="module")
def tasks(suite: Suite) -> tuple[Task, ...]:
    return tuple(t for t in suite.chosen("pr") if t.case.output == "summary")


@pytest.fixture(scope="module")
def library(suite: Suite) -> Iterator[Library]:
    with library_of(suite, oracle.SETTINGS) as library:
        yield library


@pytest.fixture(scope="module")
def scripts(suite, tasks) -> list[oracle.Script]:
    return oracle.gold(suite, tasks)


@pytest.fixture(scope="module")
def ask(suite, library, tmp_path_factory) -> Callable[[list[oracle.Script]], Run]:
    """Runs the summaries that the scripts are of."""

    def run(scripts: list[oracle.Script]) -> Run:
        folder: Path = tmp_path_factory.mktemp("run")
        opened = oracle.opened_with(suite, scripts)
        plan = Plan(suite, tuple(s.task for s in scripts), "pr", oracle.SETTINGS, open_summarizer=opened)
        cassettes = Cassettes(folder / "cassettes", "off")
        asker = Asker(suite, oracle.SETTINGS, library, cassettes, Prices(), open_summarizer=opened)
        return Running(plan, asker).run(folder / "run.jsonl")

    return run


@pytest.fixture(scope="module")
def baseline(ask, scripts) -> Run:
    return ask(scripts)


# ---------------------------------------------------------------- the cases themselves


def test_there_are_summaries_of_every_article_and_of_each_kind(suite, tasks):
    assert len(tasks) >= 50
    assert {sheet.id for task in tasks for sheet in (suite.told(task) or (task.sheet,))} == set(suite.by_id)
    styles = Counter(task.case.style for task in tasks)
    assert set(styles) == {"brief", "bullets", "headline", "timeline"}
    assert min(styles.values()) >= 4
    assert sum(len(task.case.articles) > 1 for task in tasks) >= 5
    assert sum(task.case.focused and not task.case.articles for task in tasks) >= 2
    assert sum(task.case.words is not None for task in tasks) >= 5


def test_the_annotation_can_be_said_in_so_many_words(baseline, tasks):
    """Every case can be passed: by the article's own sentences, at the length asked for."""
    assert [t.task for t in baseline.trials if not t.passed] == []
    assert len(baseline.trials) == len(tasks)
    for trial in baseline.trials:
        assert trial.output == "summary"
        assert trial.score
        assert (trial.score.recall, trial.score.citation_recall) == (1.0, 1.0), trial.task


# ---------------------------------------------------------------- faults


def spoiled(scripts, change: oracle.Change) -> tuple[list[oracle.Script], set[str]]:
    """The scripts after a fault, and the cases that it changed."""
    found = [change(script) for script in scripts]
    return found, {s.task.id for s, old in zip(found, scripts, strict=True) if s != old}


@pytest.mark.parametrize("fault", oracle.FAULTS, ids=lambda fault: fault.name)
def test_a_bad_summarizer_is_gated_red_and_its_fault_is_named(suite, ask, scripts, baseline, fault):
    changed_scripts, touched = spoiled(scripts, fault.change)
    assert len(touched) >= 10, "the fault changes too few summaries"
    candidate = ask(changed_scripts)
    verdict = decide(suite, baseline, candidate)
    assert (verdict.outcome, verdict.exit_code) == ("regressed", 1)
    assert max(verdict.faults, key=lambda f: verdict.faults[f]) == fault.expected, verdict.faults
    red = {c.task for c in verdict.with_status("regressed")}
    assert red <= touched
    assert len(red) >= 0.8 * len(touched), touched - red
    report = "\n".join(verdict_lines(verdict, changes(verdict, suite, baseline, candidate)))
    assert FAULTS[fault.expected] in report
    assert "  summary     " in report


def test_a_summary_that_is_too_long_fails_for_that_alone(ask, scripts, suite):
    """A summarizer that does not keep to the length: its first point alone is longer than may be said."""
    script = next(s for s in scripts if s.task.id == "kellan-pass-railway/kellan-brief")
    sheet = script.task.sheet
    every = [sheet.sentence(f"s{n}") for n in range(1, 12)]
    said = " ".join(every)
    assert count_words(said) > (length_of(script.task.case).most or 0)
    point = oracle.Point(said, tuple((sheet.id, s) for s in every))
    (trial,) = ask([replace(script, points=(point,))]).trials
    assert trial.score
    assert "length" in trial.score.faults
    assert trial.score.words == count_words(said)
    assert not trial.passed
