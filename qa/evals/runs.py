"""A run: every answer to every question of a suite, as an append-only file that shows when it was edited.

JSON lines: a header, one line a trial as it is finished, and a last line with the count and the SHA-256 of
all lines before it. A run that was interrupted has no last line, and is not compared with anything.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from pydantic import AwareDatetime, Field, ValidationError

from qa.errors import UsageError
from qa.evals.cases import Output
from qa.evals.scores import Score
from qa.types import Answer, Engine, PromptRef, Summary, Value

SCHEMA = "qa-run/1"

TrialState = Literal["answered", "format", "infra", "crash"]
"""`answered`: an Answer or a Summary, be it an abstention. `format`: a reply that could not be read, also
after a repair, or a refusal; it fails. `infra`: no reply (429, 5xx, time-out, no connection, a web page);
left out of every figure. `crash`: our own engine broke."""


class Trial(Value):
    """One answer to one question, or one summary (`output` says which; runs made before
    there were summaries hold answers alone). `trial` counts from 1; `asked` is the
    digest of what was asked.

    `text` is the raw reply where neither came of it, `error` what went wrong. `seconds` is the time the
    model calls took when they were made. `score` is None for `infra`. `judge_cost` is what the judge's
    calls cost when they were made (US dollars, None where no price is known), `judge_calls` how many were
    made for this run; the other figures are the answer's alone.
    """

    task: str
    trial: int = Field(ge=1)
    asked: str
    output: Output = "answer"
    state: TrialState = "answered"
    answer: Answer | None = None
    summary: Summary | None = None
    text: str = ""
    error: str = ""
    score: Score | None = None
    calls: int = 0
    replayed: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    cost: float | None = None
    judge_calls: int = 0
    judge_cost: float | None = 0.0

    @property
    def said(self) -> Answer | Summary | None:
        """What came of it, if it could be read."""
        return self.answer or self.summary

    @property
    def passed(self) -> bool:
        """Whether it passed; a crash and an unreadable reply do not."""
        return self.score is not None and self.score.passed


class Header(Value):
    """What a run was: the suite, the engine and all that shaped its answers.

    `deterministic` means that a trial stands for any number of them. `retrieval` is a digest of what search
    depends on, `address` that of a model server of the user's own, `judge` the judge whose verdicts count.
    `summary_prompt` is the prompt of its summaries, None where it has none.
    """

    schema_: Literal["qa-run/1"] = Field(default="qa-run/1", alias="schema")
    id: str
    created: AwareDatetime
    suite: str
    tasks: tuple[str, ...]
    engine: Engine
    model: str = ""
    address: str = ""
    prompt: PromptRef | None = None
    summary_prompt: PromptRef | None = None
    deterministic: bool = False
    trials: int = Field(default=1, ge=1)
    passages: int = 8
    temperature: float | None = None
    articles: str
    retrieval: str
    grader: str
    judge: str = ""
    cache: str = "off"
    seed: int = 0
    versions: dict[str, str] = Field(default_factory=dict)
    git: str = ""
    dirty: bool = False

    def prompt_of(self, output: Output) -> PromptRef | None:
        """The prompt that shaped its answers, or its summaries."""
        return self.summary_prompt if output == "summary" else self.prompt


class Run(Value):
    """A whole run."""

    header: Header
    trials: tuple[Trial, ...]

    @cached_property
    def by_task(self) -> dict[str, tuple[Trial, ...]]:
        """The trials of each question, in order; `infra` trials included."""
        found: dict[str, list[Trial]] = {task: [] for task in self.header.tasks}
        for trial in self.trials:
            found.setdefault(trial.task, []).append(trial)
        return {task: tuple(trials) for task, trials in found.items()}

    @property
    def models(self) -> tuple[str, ...]:
        """What answered, as the answers name it."""
        return tuple(sorted({t.said.model for t in self.trials if t.said and t.said.model}))


class RunWriter:
    """Writes a run line by line into `partial`, beside the file `path`: what was paid for is kept when it is
    interrupted, and so is an earlier run at `path`. A context manager; `finish` writes the last line and puts
    the whole in its place, where what was interrupted goes only if nothing is there."""

    def __init__(self, path: Path, header: Header) -> None:
        self.path = path
        self.partial = path.with_name(f"{path.name}.partial")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.partial.open("w", encoding="utf-8")
        self._sum = hashlib.sha256()
        self._count = 0
        self._line({"header": header.model_dump(mode="json", by_alias=True)})

    def add(self, trial: Trial) -> None:
        """One more trial."""
        self._count += 1
        self._line({"trial": trial.model_dump(mode="json", exclude_defaults=True)})

    def finish(self) -> None:
        """The last line."""
        self._line({"end": {"trials": self._count, "sha256": self._sum.hexdigest()}})
        self._file.close()
        self.partial.replace(self.path)

    def _line(self, value: Any) -> None:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True) + "\n"
        self._sum.update(text.encode("utf-8", "surrogatepass"))
        self._file.write(text)
        self._file.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        self._file.close()
        if self.partial.exists() and not self.path.exists():
            self.partial.replace(self.path)


def write_run(path: Path, header: Header, trials: Iterable[Trial]) -> None:
    """Writes a whole run at once, beside the old file and then in its place."""
    with RunWriter(path, header) as writer:
        for trial in trials:
            writer.add(trial)
        writer.finish()


# ---------------------------------------------------------------- reading

_AGAIN = "Run it again: qa eval run."


def read_run(path: Path) -> Run:
    """The run in the file at `path`. Raises UsageError for a file that is missing, empty, cut short, changed
    by hand, or of another form, and says which."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as exc:
        raise UsageError(f"there is no run file {path}", "`qa eval run` writes one.") from exc
    except (OSError, UnicodeDecodeError) as exc:
        raise UsageError(f"the run file {path} cannot be read: {exc}", _AGAIN) from exc
    if not text.strip():
        raise UsageError(f"the run file {path} is empty", _AGAIN)
    lines = io.StringIO(text).readlines()  # `splitlines` would break at U+2028 too, which JSON lets stand
    records = [_record(path, number, line) for number, line in enumerate(lines, 1)]
    header = _header(path, records[0])
    _check_end(path, lines, records)
    return Run(header=header, trials=tuple(_trial(path, n, r) for n, r in enumerate(records[1:-1], 2)))


def _record(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as exc:
        raise UsageError(f"the run file {path} is cut short or damaged in line {number}", _AGAIN) from exc
    if not isinstance(record, dict) or len(record) != 1:
        raise UsageError(f"{path} is no run file: line {number} is not one of its records", _AGAIN)
    return record


def _header(path: Path, record: dict[str, Any]) -> Header:
    found = record.get("header")
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        form = found.get("schema") if isinstance(found, dict) else None
        raise UsageError(
            f"{path} is no run file of this version of qa" + (f" (it is {form!r})" if form else ""), _AGAIN
        )
    try:
        return Header.model_validate(found)
    except ValidationError as exc:
        raise UsageError(f"the header of the run file {path} is damaged: {_first(exc)}", _AGAIN) from exc


def _check_end(path: Path, lines: list[str], records: list[dict[str, Any]]) -> None:
    end = records[-1].get("end")
    if not isinstance(end, dict):
        raise UsageError(
            f"the run file {path} is cut short: the run did not end ({len(records) - 1} trials are there)",
            "Run it again; what the model said is kept in the cassettes and not paid for twice.",
        )
    said = hashlib.sha256("".join(lines[:-1]).encode("utf-8", "surrogatepass")).hexdigest()
    if end.get("sha256") != said or end.get("trials") != len(records) - 2:
        raise UsageError(
            f"the run file {path} was changed after it was written",
            "Run files are not edited. Restore it, or run it again: qa eval run.",
        )


def _trial(path: Path, number: int, record: dict[str, Any]) -> Trial:
    try:
        return Trial.model_validate(record.get("trial"))
    except ValidationError as exc:
        raise UsageError(f"the run file {path} is damaged in line {number}: {_first(exc)}", _AGAIN) from exc


def _first(exc: ValidationError) -> str:
    error = exc.errors()[0]
    return f"{'.'.join(map(str, error['loc']))}: {error['msg']}"
