"""Prompts: one YAML file per version, `prompts/<name>/v<number>.yaml`, never edited after release.

A prompt's `$variables` are filled with values; a value is never looked at for variables itself, so a `$` or
a brace in an article means nothing. A literal dollar in a template is written `$$`.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from string import Template
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, computed_field, field_validator, model_validator

from qa import strict_yaml
from qa.errors import PromptError, QAError
from qa.resources import resource
from qa.types import PromptRef, Value

Role = Literal["system", "user", "assistant"]
Messages = tuple[tuple[Role, str], ...]
"""What a model is sent, in order: who speaks, and the text."""

_VERSION_FILE = re.compile(r"v([1-9][0-9]*)\.yaml")
_PATH_ENDINGS = (".yaml", ".yml")


class Example(Value):
    """One worked example, shown to the model as an earlier exchange: values for `user`, and a good reply."""

    variables: dict[str, str]
    reply: str


class Prompt(Value):
    """A prompt: `system` and `user` are templates over `variables`.

    `examples` come between the two. `repair` is what the model is told when a reply cannot be read (with
    `$error`). `output` is the JSON schema that a reply must follow, None for a prompt that wants plain
    text.
    """

    name: str = Field(min_length=1)
    version: str = Field(min_length=1)
    description: str = ""
    variables: tuple[str, ...]
    system: str
    user: str = Field(min_length=1)
    examples: tuple[Example, ...] = ()
    repair: str = ""
    output: dict[str, Any] | None = None

    @field_validator("version", mode="before")
    @classmethod
    def _as_text(cls, value: object) -> object:
        return f"v{value}" if isinstance(value, int) else value

    @model_validator(mode="after")
    def _check_variables(self) -> Self:
        used = [*_used("system", self.system), *_used("user", self.user)]
        _used("repair", self.repair)
        if unknown := [v for v in dict.fromkeys(used) if v not in self.variables]:
            there = _listed(self.variables)
            raise ValueError(f"uses {_dollars(unknown)}, which 'variables' does not list (it has {there})")
        if idle := [v for v in self.variables if v not in used]:
            raise ValueError(f"'variables' lists {_dollars(idle)}, which neither 'system' nor 'user' uses")
        for example in self.examples:
            self._check_values(example.variables, where="an example")
        return self

    @computed_field  # type: ignore[prop-decorator]
    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) over all that shapes a call: not name, version, description or place."""
        shaping = self.model_dump(mode="json", exclude={"name", "version", "description", "fingerprint"})
        return hashlib.sha256(json.dumps(shaping, sort_keys=True, ensure_ascii=True).encode()).hexdigest()

    @property
    def ref(self) -> PromptRef:
        """Name, version and fingerprint, as an Answer records them."""
        return PromptRef(name=self.name, version=self.version, fingerprint=self.fingerprint)

    def render(self, **variables: str) -> Messages:
        """The messages to send. Raises PromptError, naming every variable that is missing or unknown."""
        try:
            self._check_values(variables, where="render()")
        except ValueError as exc:
            raise PromptError(
                f"prompt {self.name}@{self.version}: {exc}", f"Its variables are {_listed(self.variables)}."
            ) from exc
        return tuple(self._messages(variables))

    def render_repair(self, error: str) -> str:
        """What to say to a model whose reply could not be read because of `error`."""
        return Template(self.repair or "$error").safe_substitute(error=error)

    def _messages(self, variables: dict[str, str]) -> Iterator[tuple[Role, str]]:
        if self.system:
            yield "system", Template(self.system).substitute(variables)
        for example in self.examples:
            yield "user", Template(self.user).substitute(variables | example.variables)
            yield "assistant", example.reply
        yield "user", Template(self.user).substitute(variables)

    def _check_values(self, given: dict[str, str], *, where: str) -> None:
        problems = []
        if missing := [v for v in self.variables if v not in given]:
            problems.append(f"{where} leaves out {_dollars(missing)}")
        if unknown := [v for v in given if v not in self.variables]:
            problems.append(f"{where} gives {_dollars(unknown)}, which it does not have")
        if problems:
            raise ValueError(" and ".join(problems))


# ---------------------------------------------------------------- finding


def names() -> list[str]:
    """The names of all shipped prompts, sorted."""
    return sorted(folder.name for folder in _root().iterdir() if folder.is_dir() and _numbers(folder))


def versions(name: str) -> list[str]:
    """The versions of a shipped prompt, oldest first: v9 comes before v10. Raises PromptError."""
    folder = _root() / name
    if name not in names():
        raise PromptError(f"there is no prompt called {name!r}", f"There is: {_listed(names())}.")
    return [f"v{number}" for number in _numbers(folder)]


def load(ref: str) -> Prompt:
    """The prompt that `ref` names: "answer" (its newest version), "answer@v1", or a file ("./mine.yaml").

    Raises PromptError, which names the file or what there is instead.
    """
    ref = ref.strip()
    if ref.endswith(_PATH_ENDINGS) or "/" in ref or "\\" in ref:
        return _read(Path(ref).expanduser())
    name, _, version = ref.partition("@")
    there = versions(name)
    if "@" not in ref:
        version = there[-1]
    if version not in there:
        raise PromptError(f"prompt {name!r} has no version {version!r}", f"There is: {_listed(there)}.")
    path = _root() / name / f"{version}.yaml"
    prompt = _read(path)
    if (prompt.name, prompt.version) != (name, version):
        raise PromptError(
            f"{path} calls itself {prompt.name}@{prompt.version}, but its place says {name}@{version}",
            "Correct 'name' and 'version' in the file, or move it.",
        )
    return prompt


def copy(ref: str, target: Path) -> None:
    """Writes the YAML file of a shipped prompt to `target`, to be changed there. Raises PromptError where a
    file is already."""
    prompt = load(ref)
    source = _root() / prompt.name / f"{prompt.version}.yaml"
    if target.exists():
        raise PromptError(f"there is a file {target} already", "Name another file.")
    if not source.is_file():
        raise PromptError(f"{ref} is no shipped prompt", f"There is: {_listed(names())}.")
    target.write_text(source.read_text(encoding="utf-8"), encoding="utf-8")


def difference(a: str, b: str) -> str:
    """What changes from prompt `a` to prompt `b`: a unified diff of their fields, "" if a model sees none."""
    old, new = load(a), load(b)
    return "\n".join(difflib.unified_diff(_as_lines(old), _as_lines(new), a, b, lineterm=""))


def _root() -> Path:
    try:
        return resource("prompts")
    except QAError as exc:
        raise PromptError(exc.message, exc.hint) from exc


def _numbers(folder: Path) -> list[int]:
    return sorted(int(match[1]) for file in folder.iterdir() if (match := _VERSION_FILE.fullmatch(file.name)))


def _read(path: Path) -> Prompt:
    try:
        return _parsed(path, path.read_text(encoding="utf-8"))
    except FileNotFoundError as exc:
        hint = f"Give the path of a YAML file, or one of the prompts: {_listed(names())}."
        raise PromptError(f"there is no prompt file {path}", hint) from exc
    except OSError as exc:
        raise PromptError(
            f"prompt file {path} cannot be read: {exc.strerror}", "Check the path and its rights."
        ) from exc
    except UnicodeDecodeError as exc:
        raise PromptError(f"prompt file {path} is not UTF-8 text", "Save it as UTF-8.") from exc


@lru_cache(maxsize=32)
def _parsed(path: Path, text: str) -> Prompt:
    # Kept by its text: an eval run loads its prompt for every trial, and YAML is slow to read.
    import yaml

    try:
        fields = strict_yaml.load(text)
    except yaml.YAMLError as exc:
        raise PromptError(
            f"prompt file {path} is not valid YAML: {strict_yaml.problem_of(exc)}", "Correct the file."
        ) from exc
    if not isinstance(fields, dict):
        raise PromptError(
            f"prompt file {path} holds no fields", f"Its fields are {_listed(Prompt.model_fields)}."
        )
    try:
        return Prompt.model_validate(fields)
    except ValidationError as exc:
        raise PromptError(f"prompt file {path}: {_field_problems(exc)}", _fields_hint(exc)) from exc


# ---------------------------------------------------------------- wording


def _used(field: str, template: str) -> list[str]:
    parsed = Template(template)
    if parsed.is_valid():
        return parsed.get_identifiers()
    broken = next(m for m in Template.pattern.finditer(template) if m["invalid"] is not None)
    line = template.count("\n", 0, broken.start()) + 1
    shown = template[broken.start() : broken.start() + 12].split("\n")[0]
    raise ValueError(
        f"'{field}' line {line} has a $ that starts no variable: {shown!r} (write $$ for a dollar)"
    )


def _as_lines(prompt: Prompt) -> list[str]:
    kept = prompt.model_dump(mode="json", exclude={"name", "version", "description", "fingerprint"})
    lines = []
    for field, value in kept.items():
        text = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
        lines += [f"{field}:", *(f"  {line}" for line in text.splitlines())]
    return lines


def _field_problems(exc: ValidationError) -> str:
    problems = []
    for error in exc.errors():
        where = ".".join(str(part) for part in error["loc"])
        match error["type"]:
            case "extra_forbidden":
                problems.append(f"there is no field called {where!r}")
            case "missing":
                problems.append(f"field {where!r} is missing")
            case "value_error":
                problems.append(str(error["ctx"]["error"]))
            case _:
                problems.append(f"field {where!r}: {error['msg'][0].lower()}{error['msg'][1:]}")
    return "; ".join(problems)


def _fields_hint(exc: ValidationError) -> str:
    if any(error["type"] in {"extra_forbidden", "missing"} for error in exc.errors()):
        return f"Its fields are {_listed(Prompt.model_fields)}."
    return "Correct the file."


def _dollars(variables: list[str]) -> str:
    return ", ".join(f"${name}" for name in variables)


def _listed(things: Any) -> str:
    return ", ".join(things) or "none"
