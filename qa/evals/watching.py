"""Runs a plan again whenever a prompt, a case or an article is saved, taking over what has not changed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from qa.errors import QAError
from qa.evals.running import Plan, running
from qa.evals.runs import Run, Trial
from qa.resources import resource
from qa.types import Value

Changes = Callable[[tuple[Path, ...]], Iterator[object]]
"""Yields whenever something in one of the folders was saved."""


class Rerun(Value):
    """What a run came to; `broken` are questions that fail now and passed before, `mended` the reverse."""

    trials: int
    passed: int
    asked: int
    broken: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()


def saved(folders: tuple[Path, ...]) -> Iterator[object]:
    """The changes of files below `folders`, as they are saved."""
    from watchfiles import watch

    yield from watch(*folders, raise_interrupt=True)


def watched(plan: Plan, *, reload: Callable[[], Plan], changes: Changes = saved) -> Iterator[Rerun | QAError]:
    """A first run, then one for each change; a file that is broken as it is being edited gives its error."""
    last: Run | None = None
    folders = watched_folders(plan)
    for plan_or_error in _plans(plan, reload, changes, folders):
        if isinstance(plan_or_error, QAError):
            yield plan_or_error
            continue
        try:
            run = _run(replace(plan_or_error, reuse=last))
        except QAError as exc:
            yield exc
            continue
        yield _told(last, run)
        last = run


def watched_folders(plan: Plan) -> tuple[Path, ...]:
    """The folders whose files shape the plan's answers and grades."""
    named = Path(plan.settings.prompt).expanduser()
    own = named.parent if named.suffix in (".yaml", ".yml") else None
    found = [plan.suite.folder / "cases", plan.suite.folder / "articles", own or resource("prompts")]
    return tuple(folder for folder in found if folder.is_dir())


def _plans(
    plan: Plan, reload: Callable[[], Plan], changes: Changes, folders: tuple[Path, ...]
) -> Iterator[Plan | QAError]:
    yield plan
    for _ in changes(folders):
        try:
            yield reload()
        except QAError as exc:
            yield exc


def _run(plan: Plan) -> Run:
    with tempfile.TemporaryDirectory() as folder, running(plan) as going:
        return going.run(Path(folder) / "run.jsonl")


def _told(last: Run | None, run: Run) -> Rerun:
    before, after = _passing(last) if last else {}, _passing(run)
    known = {id(_reply(t)) for t in last.trials if _reply(t)} if last else set()
    return Rerun(
        trials=len(run.trials),
        passed=sum(t.passed for t in run.trials),
        asked=sum(id(_reply(t)) not in known for t in run.trials),
        broken=tuple(n for n, passes in after.items() if not passes and before.get(n, False)),
        mended=tuple(n for n, passes in after.items() if passes and not before.get(n, True)),
    )


def _reply(trial: Trial) -> object:
    return trial.said or trial.text  # what is taken over from an earlier run is the same object


def _passing(run: Run) -> dict[str, bool]:
    """Whether most trials of a question pass; those without a reply say nothing."""
    replied = {name: [t.passed for t in there if t.state != "infra"] for name, there in run.by_task.items()}
    return {name: 2 * sum(passed) > len(passed) for name, passed in replied.items() if passed}
