"""Run files: they come back as they were written, and every kind of damage is told from every other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from evals.tiny_suite import TASKS, loaded, run

from qa.config import Settings
from qa.errors import UsageError
from qa.evals.running import Plan
from qa.evals.runs import Run, RunWriter, Trial, read_run, write_run

HOSTILE = "a line\nseparator\u2028here\u2029and\x85there\x0b\x0c\x1c\x1d\x1e\r\nend 🚲 \x00"


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Run]:
    folder = tmp_path_factory.mktemp("run")

    @cache
    def made() -> Run:
        suite = loaded(folder / "eval")
        return run(Plan(suite, suite.chosen("pr"), "pr", Settings(library=folder)), folder / "run.jsonl")

    return made


@pytest.fixture
def done(made_once: Callable[[], Run]) -> Run:
    """A run of the extractive engine: five questions, one trial each."""
    return made_once()


@pytest.fixture
def file(tmp_path: Path, done: Run) -> Path:
    """The run, written."""
    path = tmp_path / "run.jsonl"
    write_run(path, done.header, done.trials)
    return path


def refused(path: Path) -> UsageError:
    """The error that reading `path` raises: one line that names the file, and a next step."""
    with pytest.raises(UsageError) as caught:
        read_run(path)
    error = caught.value
    assert error.exit_code == 2
    assert str(path) in error.message
    assert "\n" not in error.message
    assert "run" in error.hint.lower()
    return error


# ---------------------------------------------------------------- there and back


def test_a_run_comes_back_as_it_was(file, done):
    assert read_run(file) == done
    assert [t.task for t in done.trials] == list(TASKS)
    assert done.by_task.keys() == set(TASKS)


def test_the_file_is_lines_of_json(file, done):
    header, *trials, end = [json.loads(line) for line in file.read_text("utf-8").split("\n")[:-1]]
    assert header["header"]["schema"] == "qa-run/1"
    assert header["header"]["tasks"] == list(TASKS)
    assert [t["trial"]["task"] for t in trials] == list(TASKS)
    before = "".join(file.read_text("utf-8").splitlines(keepends=True)[:-1])
    assert end == {"end": {"trials": 5, "sha256": hashlib.sha256(before.encode()).hexdigest()}}


def test_a_run_that_was_just_made_reads_the_same_from_its_file(tmp_path):
    suite = loaded(tmp_path / "eval")
    made = run(Plan(suite, suite.chosen("pr"), "pr", Settings(library=tmp_path)), tmp_path / "r.jsonl")
    assert read_run(tmp_path / "r.jsonl") == made


def test_what_a_model_wrote_cannot_break_a_line(tmp_path, done):
    trial = Trial(task=TASKS[0], trial=1, asked="x", state="format", text=HOSTILE, error=HOSTILE)
    path = tmp_path / "run.jsonl"
    write_run(path, done.header, [trial, *done.trials])
    assert read_run(path).trials == (trial, *done.trials)


def test_line_ends_of_another_system_change_nothing(file, done):
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert read_run(file) == done


def test_a_run_without_trials_is_one(tmp_path, done):
    write_run(tmp_path / "run.jsonl", done.header, [])
    assert read_run(tmp_path / "run.jsonl").trials == ()


def test_trials_of_a_question_are_found_together(done):
    one, two, *_ = done.trials
    again = one.model_copy(update={"trial": 2})
    found = Run(header=done.header, trials=(one, two, again)).by_task
    assert found[one.task] == (one, again)
    assert found[two.task] == (two,)
    assert found[TASKS[4]] == ()


def test_no_reply_and_a_reply_that_cannot_be_read_do_not_pass(done):
    assert all(t.passed for t in done.trials)
    for state in ("infra", "format", "crash"):
        assert not Trial(task="a/b", trial=1, asked="x", state=state).passed


# ---------------------------------------------------------------- interrupted


def test_an_interrupted_run_keeps_its_lines_and_is_no_run(tmp_path, done):
    path = tmp_path / "deep" / "run.jsonl"
    with suppress(KeyboardInterrupt), RunWriter(path, done.header) as writer:
        writer.add(done.trials[0])
        writer.add(done.trials[1])
        raise KeyboardInterrupt
    kept = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [line["trial"]["task"] for line in kept[1:]] == [done.trials[0].task, done.trials[1].task]
    error = refused(path)
    assert "cut short" in error.message
    assert "2 trials" in error.message
    assert "cassettes" in error.hint


def test_each_line_is_in_the_file_before_the_next_question(tmp_path, done):
    with RunWriter(tmp_path / "run.jsonl", done.header) as writer:
        for number, trial in enumerate(done.trials, 1):
            writer.add(trial)
            assert writer.partial.read_text("utf-8").count("\n") == 1 + number


def test_a_whole_run_replaces_an_older_one_or_leaves_it(file, done):
    before = file.read_bytes()

    def failing() -> Iterator[Trial]:
        yield done.trials[0]
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_run(file, done.header, failing())
    assert file.read_bytes() == before
    write_run(file, done.header, done.trials[:2])
    assert read_run(file).trials == done.trials[:2]


# ---------------------------------------------------------------- no run file at all


def test_a_missing_file(tmp_path):
    assert "there is no run file" in refused(tmp_path / "run.jsonl").message


@pytest.mark.parametrize("data", [b"", b"\n", b"  \n\n"], ids=["nothing", "a line", "blank"])
def test_an_empty_file(tmp_path, data):
    path = tmp_path / "run.jsonl"
    path.write_bytes(data)
    assert "is empty" in refused(path).message


def test_a_folder(tmp_path):
    assert "cannot be read" in refused(tmp_path).message


def test_bytes_that_are_no_text(tmp_path):
    path = tmp_path / "run.jsonl"
    path.write_bytes(b"\xff\xfe\x00\x01")
    assert "cannot be read" in refused(path).message


# ---------------------------------------------------------------- damage

Lines = list[str]


def sealed(lines: Lines) -> Lines:
    """The lines with an end that fits them: as if whoever changed them had known how."""
    seal = hashlib.sha256("".join(lines[:-1]).encode()).hexdigest()
    return [*lines[:-1], json.dumps({"end": {"trials": len(lines) - 2, "sha256": seal}}) + "\n"]


def with_field(lines: Lines, number: int, **fields: Any) -> Lines:
    (kind, record) = json.loads(lines[number]).popitem()
    changed = json.dumps({kind: record | fields}) + "\n"
    return [*lines[:number], changed, *lines[number + 1 :]]


DAMAGE: dict[str, tuple[Callable[[Lines], Lines], str]] = {
    "no last line": (lambda ls: ls[:-1], "cut short: the run did not end (5 trials are there)"),
    "half the lines": (lambda ls: ls[:3], "cut short: the run did not end (2 trials are there)"),
    "only a header": (lambda ls: ls[:1], "cut short: the run did not end (0 trials are there)"),
    "cut in the middle of a line": (lambda ls: [*ls[:3], ls[3][: len(ls[3]) // 2]], "damaged in line 4"),
    "cut in the last line": (lambda ls: [*ls[:-1], ls[-1][:20]], "damaged in line 7"),
    "cut in the header": (lambda ls: [ls[0][:30]], "damaged in line 1"),
    "a blank line inside": (lambda ls: [*ls[:2], "\n", *ls[2:]], "damaged in line 3"),
    "two files in one": (lambda ls: ls + ls, "was changed after it was written"),
    "a trial taken out": (lambda ls: [*ls[:2], *ls[3:]], "was changed after it was written"),
    "a trial twice": (lambda ls: [*ls[:2], ls[1], *ls[2:]], "was changed after it was written"),
    "trials in another order": (lambda ls: [ls[0], ls[2], ls[1], *ls[3:]], "was changed after"),
    "a trial edited": (lambda ls: with_field(ls, 2, error="edited"), "was changed after it was written"),
    "the header edited": (lambda ls: with_field(ls, 0, model="openai:x"), "was changed after it was written"),
    "the count edited": (lambda ls: [*ls[:-1], ls[-1].replace(": 5", ": 4")], "was changed after"),
    "something after the end": (lambda ls: [*ls, ls[1]], "cut short"),
    "a line more": (lambda ls: sealed([*ls[:-1], '{"note": {}}\n', ls[-1]]), "damaged in line 7"),
    "another version": (
        lambda ls: sealed(with_field(ls, 0, schema="qa-run/2")),
        "no run file of this version of qa (it is 'qa-run/2')",
    ),
    "no version": (lambda ls: sealed(with_field(ls, 0, schema=None)), "no run file of this version"),
    "no header": (lambda ls: sealed(ls[1:]), "no run file of this version"),
    "a header of another form": (lambda ls: sealed(['{"header": 3}\n', *ls[1:]]), "no run file of this"),
    "a header with a wrong value": (lambda ls: sealed(with_field(ls, 0, trials="many")), "trials"),
    "a header with more": (lambda ls: sealed(with_field(ls, 0, mood="good")), "mood"),
    "a trial of an unknown kind": (lambda ls: sealed(with_field(ls, 2, state="lost")), "line 3: state"),
    "a trial with a wrong number": (lambda ls: sealed(with_field(ls, 2, trial=0)), "line 3: trial"),
    "an end that is none": (lambda ls: [*ls[:-1], '{"end": 5}\n'], "cut short"),
    "a list": (lambda ls: ["[1, 2]\n"], "line 1 is not one of its records"),
    "two keys in a line": (lambda ls: ['{"header": {}, "trial": {}}\n'], "line 1 is not one of its records"),
    "an article": (lambda ls: ["Title: Mayor resigns\n", "\n", "TESSEL — ...\n"], "damaged in line 1"),
    "far too deep": (lambda ls: ["[" * 100_000], "damaged in line 1"),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_named(file, damage):
    change, told = DAMAGE[damage]
    lines = file.read_text("utf-8").splitlines(keepends=True)
    file.write_text("".join(change(lines)), encoding="utf-8")
    assert told in refused(file).message


def test_the_means_of_these_tests_do_no_damage(file, done):
    lines = file.read_text("utf-8").splitlines(keepends=True)
    file.write_text("".join(sealed(with_field(lines, 2, error=""))), encoding="utf-8")
    assert read_run(file) == done
