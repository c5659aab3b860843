"""Prompts: what a file must look like, what it becomes, and what is said when it is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from qa import prompts
from qa.answering.reply import ReplyReader
from qa.errors import PromptError

GOOD = """
name: greet
version: {version}
description: Says hello
variables: [who]
system: Be kind.
user: |
  Hello $who, that is $$5.
"""


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of prompts in place of the shipped ones, with greet v1, v9 and v10."""
    (tmp_path / "greet").mkdir()
    for number in (10, 9, 1):
        (tmp_path / "greet" / f"v{number}.yaml").write_text(GOOD.format(version=f"v{number}"), "utf-8")
    (tmp_path / "greet" / "notes.yaml").write_text("not a version", "utf-8")
    (tmp_path / "empty").mkdir()
    monkeypatch.setattr(prompts, "resource", lambda *_: tmp_path)
    return tmp_path


def test_versions_sort_by_number_and_a_bare_name_is_the_newest(shelf: Path) -> None:
    assert prompts.names() == ["greet"]
    assert prompts.versions("greet") == ["v1", "v9", "v10"]
    assert prompts.load("greet").version == "v10"
    assert prompts.load("greet@v9").version == "v9"


def test_rendering_fills_variables_and_leaves_dollars(shelf: Path) -> None:
    assert prompts.load("greet").render(who="Ada") == (
        ("system", "Be kind."),
        ("user", "Hello Ada, that is $5.\n"),
    )


@pytest.mark.parametrize(
    "text", ["$who", "${who} $$", "{who} {{x}} {0.__class__}", "%s \\1 $", "\n$question\n"]
)
def test_a_value_is_never_a_template(shelf: Path, text: str) -> None:
    assert prompts.load("greet").render(who=text)[1][1] == f"Hello {text}, that is $5.\n"


def test_missing_and_unknown_variables_are_all_named(shelf: Path) -> None:
    with pytest.raises(PromptError) as caught:
        prompts.load("greet").render(whom="Ada", colour="red")
    for part in ("greet@v10", "$who", "$whom", "$colour"):
        assert part in caught.value.message


@pytest.mark.parametrize(
    ("ref", "words"),
    [
        ("nope", ["'nope'", "greet"]),
        ("greet@v2", ["'v2'", "v1, v9, v10"]),
        ("greet@", ["version ''", "v10"]),
        ("greet@10", ["'10'", "v10"]),
        ("../greet", ["no prompt file", "greet"]),
        ("./absent.yaml", ["absent.yaml", "greet"]),
        ("", ["''", "greet"]),
    ],
)
def test_an_unknown_prompt_says_what_there_is(shelf: Path, ref: str, words: list[str]) -> None:
    with pytest.raises(PromptError) as caught:
        prompts.load(ref)
    said = f"{caught.value.message} {caught.value.hint}"
    assert all(word in said for word in words), said


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("user: |", "user: ["), ["not valid YAML", "line"]),
        (("name: greet", "name: greet\nnmae: x"), ["no field called 'nmae'", "variables"]),
        (("variables: [who]\n", ""), ["'variables' is missing"]),
        (("name: greet", "name: greet\nsystem: Be rude."), ["'system' stands twice", "line"]),
        (("[who]", "[]"), ["$who", "'variables' does not list"]),
        (("[who]", "[who, whom]"), ["$whom"]),
        (("$$5", "$5"), ["'user' line 1", "'$5.'", "$$"]),
        (("system: Be kind.", "system: {a: 1}"), ["'system'"]),
        (("name: greet", "name: other"), ["calls itself other@v10", "greet@v10"]),
        (("version: v10", "version: 9"), ["greet@v9"]),
    ],
)
def test_a_wrong_file_is_named_with_what_is_wrong(
    shelf: Path, change: tuple[str, str], words: list[str]
) -> None:
    path = shelf / "greet" / "v10.yaml"
    path.write_text(path.read_text("utf-8").replace(*change), "utf-8")
    with pytest.raises(PromptError) as caught:
        prompts.load("greet")
    said = f"{caught.value.message} {caught.value.hint}"
    assert str(path) in said
    assert all(word in said for word in words), said
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("content", "word"), [(b"\xff\xfe\x00", "UTF-8"), (b"- a\n", "no fields"), (b"", "no fields")]
)
def test_a_file_that_is_no_prompt(tmp_path: Path, content: bytes, word: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(content)
    with pytest.raises(PromptError, match=word) as caught:
        prompts.load(str(path))
    assert str(path) in caught.value.message


def test_a_folder_is_no_prompt(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match="cannot be read"):
        prompts.load(f"{tmp_path}/")


def test_a_prompt_from_a_path_has_the_fingerprint_of_its_content(shelf: Path) -> None:
    mine = shelf / "mine.yaml"
    mine.write_text(GOOD.format(version="draft").replace("Says hello", "Mine"), "utf-8")
    shipped, own = prompts.load("greet"), prompts.load(str(mine))
    assert (own.name, own.version) == ("greet", "draft")
    assert own.fingerprint == shipped.fingerprint
    assert prompts.difference("greet", str(mine)) == ""


@pytest.mark.parametrize(
    "change",
    [("Be kind", "Be brief"), ("Hello", "Hi"), ("system:", "repair: Again.\nsystem:"), ("who", "whom")],
)
def test_whatever_shapes_the_call_changes_the_fingerprint(shelf: Path, change: tuple[str, str]) -> None:
    path = shelf / "greet" / "v10.yaml"
    path.write_text(path.read_text("utf-8").replace(*change), "utf-8")
    assert prompts.load("greet@v9").fingerprint != prompts.load("greet@v10").fingerprint
    assert prompts.difference("greet@v9", "greet@v10")


def test_the_output_schema_is_part_of_the_fingerprint(shelf: Path) -> None:
    plain = prompts.load("greet")
    assert plain.fingerprint != plain.model_copy(update={"output": {"type": "object"}}).fingerprint


def test_a_difference_is_a_unified_diff_of_the_texts(shelf: Path) -> None:
    path = shelf / "greet" / "v10.yaml"
    path.write_text(path.read_text("utf-8").replace("Be kind", "Be brief"), "utf-8")
    lines = prompts.difference("greet@v9", "greet@v10").splitlines()
    assert lines[:2] == ["--- greet@v9", "+++ greet@v10"]
    assert "-  Be kind." in lines
    assert "+  Be brief." in lines


def test_an_example_must_fill_the_same_variables(shelf: Path) -> None:
    path = shelf / "greet" / "v10.yaml"
    path.write_text(
        f"{path.read_text('utf-8')}examples:\n  - variables: {{whom: x}}\n    reply: hi\n", "utf-8"
    )
    with pytest.raises(PromptError, match=r"an example leaves out \$who and an example gives \$whom"):
        prompts.load("greet")


def test_an_example_becomes_an_earlier_exchange(shelf: Path) -> None:
    path = shelf / "greet" / "v10.yaml"
    path.write_text(
        f"{path.read_text('utf-8')}examples:\n  - variables: {{who: Bo}}\n    reply: hi $who\n", "utf-8"
    )
    roles = prompts.load("greet").render(who="Ada")
    assert [role for role, _ in roles] == ["system", "user", "assistant", "user"]
    assert roles[2][1] == "hi $who"


@pytest.mark.parametrize("ref", [f"{name}@{v}" for name in prompts.names() for v in prompts.versions(name)])
def test_every_shipped_prompt_can_be_rendered(ref: str) -> None:
    prompt = prompts.load(ref)
    messages = prompt.render(**dict.fromkeys(prompt.variables, "value"))
    assert prompt.description
    assert messages[-1][1].count("value") == sum(f"${name}" in prompt.user for name in prompt.variables)
    assert "$error" not in prompt.render_repair("why")


@pytest.mark.parametrize("version", prompts.versions("answer"))
def test_the_examples_of_the_answer_prompt_keep_its_own_rules(version: str) -> None:
    prompt = prompts.load(f"answer@{version}")
    assert prompt.examples
    for example in prompt.examples:
        reader = ReplyReader()
        drafts = list(reader.feed(example.reply))
        assert reader.end() is None
        assert len(drafts) == len(json.loads(example.reply)["statements"])
        for quote in (q for draft in drafts for q in draft.quotes):
            passage = (
                example.variables["passages"]
                .split(f"BEGIN passage {quote.passage}")[1]
                .split("END passage")[0]
            )
            assert quote.text in passage


def test_importing_prompts_stays_light() -> None:
    heavy = ("langchain_core", "openai", "numpy", "yaml", "qa.models.chat")
    code = f"import sys, qa.prompts, qa.answering.chain; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
