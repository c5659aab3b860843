"""The suite: every case file of a folder, read, checked for form, and tied to its article.

A folder of a suite holds `cases/*.yaml`, the articles they name, and `baselines/`, `cassettes/`. The one that
ships is `eval/`; any other folder of the same form will do.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from qa import strict_yaml
from qa.errors import UsageError
from qa.evals.cases import Case, CaseFile, Fact, Forbidden
from qa.sentences import sentence_spans
from qa.types import Article

SHOWN_PROBLEMS = 3


@dataclass(frozen=True)
class Sheet:
    """One case file with its article as the library holds it, and where it came from."""

    path: Path
    file: CaseFile
    article: Article

    @property
    def id(self) -> str:
        """The article's name in the suite."""
        return self.file.article.id

    @cached_property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """The places of the article's sentences; "s1" is the first."""
        return tuple(sentence_spans(self.article.text))

    def sentence(self, number: str) -> str:
        """The sentence called "s1", "s2", ...; "" if there is none."""
        at = int(number[1:]) - 1
        return self.article.text[slice(*self.spans[at])] if at < len(self.spans) else ""


@dataclass(frozen=True)
class Task:
    """A question to be asked: a case, or one of its paraphrases.

    `id` is "article/case", or "article/case~2" for the second paraphrase; `cluster` is the article, since
    questions about one article rise and fall together.
    """

    id: str
    case: Case
    sheet: Sheet
    question: str
    paraphrase: int = 0

    @property
    def cluster(self) -> str:
        """What the statistics count as one unit."""
        return self.sheet.id

    @property
    def tier(self) -> str:
        """The case's tier; a paraphrase is only tracked."""
        return "track" if self.paraphrase and self.case.tier == "gate" else self.case.tier


@dataclass(frozen=True)
class Suite:
    """All case files of a folder. `facts` and `claims` are found by "article:name"."""

    folder: Path
    sheets: tuple[Sheet, ...]
    facts: dict[str, Fact] = field(default_factory=dict)
    claims: dict[str, Forbidden] = field(default_factory=dict)
    graded: dict[tuple[str, int | str], Any] = field(default_factory=dict, compare=False, repr=False)
    """Answers that were graded already, with their scores: the grader's memory."""

    @cached_property
    def by_id(self) -> dict[str, Sheet]:
        """The case files by their article's name."""
        return {sheet.id: sheet for sheet in self.sheets}

    @cached_property
    def articles(self) -> tuple[Article, ...]:
        """Every article of the suite, in order of the case files."""
        return tuple(sheet.article for sheet in self.sheets)

    @cached_property
    def articles_digest(self) -> str:
        """SHA-256 (hex) over all articles: what a library of the suite holds."""
        return digest(sorted(article.digest for article in self.articles))

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """Every question, paraphrases after their case."""
        found = []
        for sheet in self.sheets:
            for case in sheet.file.cases:
                name = f"{sheet.id}/{case.id}"
                found.append(Task(name, case, sheet, case.question))
                found += [
                    Task(f"{name}~{n}", case, sheet, words, n) for n, words in enumerate(case.paraphrases, 1)
                ]
        return tuple(found)

    @cached_property
    def tasks_by_id(self) -> dict[str, Task]:
        """The questions by their id."""
        return {task.id: task for task in self.tasks}

    def chosen(self, suite: str) -> tuple[Task, ...]:
        """The questions of "pr" (gate and quarantine tiers, no paraphrases) or "full" (all)."""
        if suite == "full":
            return self.tasks
        return tuple(t for t in self.tasks if t.tier in ("gate", "quarantine") and not t.paraphrase)

    def asked_digest(self, task: Task) -> str:
        """SHA-256 over what is asked: the question, its filters, and the articles it is asked of."""
        case = task.case
        asked = [task.question, str(case.as_of), str(case.since), str(case.until), self.articles_digest]
        if case.ask == "summary":
            asked.append(digest([case.style, case.words, case.max_words, case.articles, case.focused]))
        return digest(asked)

    def told(self, task: Task) -> tuple[Sheet, ...]:
        """The articles that a summary is asked of; none: whatever its query finds."""
        if task.case.articles:
            return tuple(self.by_id[name] for name in task.case.articles)
        return () if task.case.focused else (task.sheet,)

    def graded_digest(self, task: Task) -> str:
        """SHA-256 over all that a grade depends on besides the answer: the case and its facts."""
        names = (*task.case.require, *task.case.allow, *task.case.forbid)
        refs = {name: qualified(name, task.sheet) for name in names}
        known = {r: (self.facts.get(r) or self.claims.get(r)) for r in refs.values()}
        told = {r: fact.model_dump(mode="json") if fact else None for r, fact in known.items()}
        every = task.sheet.file.model_dump(mode="json", exclude={"cases"})
        return digest([task.case.model_dump(mode="json"), told, every])


def qualified(name: str, sheet: Sheet) -> str:
    """A fact's full name, "article:fact"."""
    return name if ":" in name else f"{sheet.id}:{name}"


def digest(value: Any) -> str:
    """SHA-256 (hex) of a value's canonical JSON."""
    canonical = json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


# ---------------------------------------------------------------- reading


def load_suite(folder: Path) -> Suite:
    """The suite in `folder`. Raises UsageError, which names the file, the place in it, and what to do."""
    cases = folder / "cases"
    if not cases.is_dir():
        raise UsageError(
            f"there is no eval suite in {folder}",
            "A suite is a folder with cases/*.yaml; name it with --folder.",
        )
    paths = sorted(cases.glob("*.yaml"))
    if not paths:
        raise UsageError(f"{cases} holds no case file", "Add one: cases/NAME.yaml.")
    sheets = tuple(_sheet(path) for path in paths)
    ids = [sheet.id for sheet in sheets]
    if repeated := sorted({i for i in ids if ids.count(i) > 1}):
        raise UsageError(f"two case files are for {', '.join(repeated)}", "Give each article one file.")
    facts = {f"{s.id}:{name}": fact for s in sheets for name, fact in s.file.facts.items()}
    claims = {f"{s.id}:{name}": claim for s in sheets for name, claim in s.file.forbidden.items()}
    suite = Suite(folder, sheets, facts, claims)
    _check_names(suite)
    return suite


def read_case_file(path: Path) -> CaseFile:
    """The case file at `path`. Raises UsageError."""
    import yaml

    try:
        fields = strict_yaml.load(path.read_text(encoding="utf-8"))
        return CaseFile.model_validate(fields)
    except (OSError, UnicodeDecodeError) as exc:
        raise UsageError(f"{path} cannot be read: {exc}", "Check the path and its rights.") from exc
    except yaml.YAMLError as exc:
        problem = strict_yaml.problem_of(exc)
        raise UsageError(f"{path} is no valid YAML: {problem}", "Correct the file.") from exc
    except ValidationError as exc:
        raise UsageError(f"{path}: {_problems(exc)}", "eval/schema.json describes the form.") from exc


def read_article(path: Path) -> Article:
    """The article in the text file at `path`, as ingest would read it. Raises UsageError."""
    from qa.sources import Skipped, Source, discover, read

    found: list[Article | Skipped] = []
    for source in discover([str(path)]):
        found += list(read(source)) if isinstance(source, Source) else [source]
    articles = [item for item in found if isinstance(item, Article)]
    if len(articles) != 1:
        reasons = "; ".join(item.reason for item in found if isinstance(item, Skipped))
        raise UsageError(
            f"{path} is not one article" + (f": {reasons}" if reasons else f" but {len(articles)}"),
            "An article file holds a headline, its head lines and its text.",
        )
    return articles[0]


def _sheet(path: Path) -> Sheet:
    file = read_case_file(path)
    place = (path.parent / file.article.file).resolve()
    if not place.is_file():
        raise UsageError(f"{path}: there is no article {place}", "Correct 'article.file'.")
    found = hashlib.sha256(place.read_bytes()).hexdigest()
    if found != file.article.sha256:
        raise UsageError(
            f"{path}: the article {place.name} is not the one that was annotated (its sha256 is {found})",
            "Restore the article, or check every fact again and set the new sha256.",
        )
    sheet = Sheet(path, file, read_article(place))
    for name, fact in file.facts.items():
        if lost := [number for number in fact.evidence if not sheet.sentence(number)]:
            raise UsageError(
                f"{path}: fact {name!r} stands in {', '.join(lost)}, "
                f"but {place.name} has {len(sheet.spans)} sentences",
                "`qa eval sentences FILE` numbers them.",
            )
    return sheet


def _check_names(suite: Suite) -> None:
    for sheet in suite.sheets:
        for case in sheet.file.cases:
            for name in case.articles:
                if name not in suite.by_id:
                    raise UsageError(
                        f"{sheet.path}: case {case.id!r} names {name!r}, which is no article of the suite",
                        f"There is {', '.join(list(suite.by_id)[:SHOWN_PROBLEMS])} and so on.",
                    )
            for name in (*case.require, *case.allow):
                if qualified(name, sheet) not in suite.facts:
                    raise _no_such(sheet, case, name, "fact")
            for name in case.forbid:
                if qualified(name, sheet) not in suite.claims and qualified(name, sheet) not in suite.facts:
                    raise _no_such(sheet, case, name, "fact or forbidden claim")


def _no_such(sheet: Sheet, case: Case, name: str, what: str) -> UsageError:
    return UsageError(
        f"{sheet.path}: case {case.id!r} names {name!r}, which is no {what}",
        "Name one of this file, or ARTICLE:NAME of another.",
    )


def _problems(exc: ValidationError) -> str:
    every = exc.errors()
    # Of a list whose items are wrong, pydantic says as well that it is too short: that one is no news.
    inner = {error["loc"][:n] for error in every for n in range(len(error["loc"]))}
    errors = [e for e in every if e["type"] != "too_short" or e["loc"] not in inner]
    said = []
    for error in errors[:SHOWN_PROBLEMS]:
        where = ".".join(str(part) for part in error["loc"]) or "the file"
        said.append(f"{where}: {error['msg'].removeprefix('Value error, ')}")
    more = len(errors) - SHOWN_PROBLEMS
    return "; ".join([*said, *([f"and {more} more"] if more > 0 else [])])


COPIED = ("cases", "articles", "baselines", "labels", "prices.yaml", "quarantine.yaml", "schema.json")


def copy_suite(source: Path, target: Path) -> None:
    """Copies a suite, without its recordings, to the folder `target`. Raises UsageError where there is one
    already."""
    import shutil

    if (target / "cases").exists():
        raise UsageError(f"there is a suite in {target} already", "Name another folder, or move it away.")
    target.mkdir(parents=True, exist_ok=True)
    for name in COPIED:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name)
        elif (source / name).is_file():
            shutil.copyfile(source / name, target / name)


def find_tasks(suite: Suite, tasks: Iterable[Task], patterns: Iterable[str]) -> tuple[Task, ...]:
    """Those of `tasks` whose id fits one of the patterns ("davos*", "*/price"); all without patterns.

    Raises UsageError for a pattern that fits none.
    """
    from fnmatch import fnmatchcase

    tasks, patterns = tuple(tasks), tuple(patterns)
    if not patterns:
        return tasks
    for pattern in patterns:
        if not any(fnmatchcase(t.id, pattern) for t in tasks):
            raise UsageError(
                f"no case is called {pattern!r}", f"`qa eval list` names all {len(suite.tasks)} of them."
            )
    return tuple(t for t in tasks if any(fnmatchcase(t.id, p) for p in patterns))
