"""Runs a plan again whenever a prompt, a case or an article is saved, taking over what has not changed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from qa.errors import QAError
from qa.evals.running import Plan, running
from qa.evals.runs import Run
from qa.resources import resource
from qa.types import Value

Changes = Callable[[tuple[Path, ...]], Iterator[object]]
"""Yields whenever something in one of the folders was saved."""


class Rerun(Value):
    """What a run came to, and what it changed: questions that fail now and passed before, and the other way."""

    trials: int
    passed: int
    asked: int
    broken: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()


def saved(folders: tuple[Path, ...]) -> Iterator[object]:
    """The changes of files below `folders`, as they are saved. Raises MissingExtraError."""
    try:
        from watchfiles import watch
    except ImportError as exc:
        from qa.errors import MissingExtraError

        raise MissingExtraError("`qa eval watch` needs the package watchfiles", "pip install 'qa[eval]'") from exc
    yield from watch(*folders, raise_interrupt=True)


def watched(plan: Plan, *, reload: Callable[[], Plan], changes: Changes = saved) -> Iterator[Rerun | QAError]:
    """A first run, then one for each change; a file that is broken while it is being edited gives its error."""
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
    before = {t.task: t.passed for t in last.trials} if last else {}
    after = {t.task: t.passed for t in run.trials}
    old = {(t.task, t.trial): t for t in last.trials} if last else {}
    return Rerun(
        trials=len(run.trials),
        passed=sum(t.passed for t in run.trials),
        asked=sum(not _same(old.get((t.task, t.trial)), t) for t in run.trials),
        broken=tuple(n for n, passed in after.items() if not passed and before.get(n, False)),
        mended=tuple(n for n, passed in after.items() if passed and not before.get(n, True)),
    )


def _same(old: object, new: object) -> bool:
    return old is not None and getattr(old, "answer", None) is getattr(new, "answer", None)
