"""Everything README.md shows is run here, in order, over the sample articles, in an empty home.

`console` blocks run line by line in bash, and the output they show must come, in that order; "..." stands
for anything. `python` blocks are executed, `toml` blocks loaded. The `sh` block of the installation is the
one thing not run here: `.ci/run` runs its two lines, with the wheel in place of the checkout.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from loopback import ModelServer, says

from qa.config import Settings

REPOSITORY = Path(__file__).resolve().parents[1]
README = (REPOSITORY / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
TAKES_TYPING = {"console": "bash", "python": "python", "toml": "toml", "sh": "install"}

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the README's commands are for a Unix shell")


def blocks(kind: str) -> list[str]:
    return [text for name, text in BLOCKS if name == kind]


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A folder for all blocks to run in, with `qa` on the path and the sample articles ingested."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "bin").mkdir()
    command = folder / "bin" / "qa"
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m qa "$@"\n')
    command.chmod(0o755)
    assert run("qa ingest --samples", folder).returncode == 0
    return folder


def environment(folder: Path) -> dict[str, str]:
    bare = {k: v for k, v in os.environ.items() if not k.startswith(("QA_", "OPENAI_", "XDG_"))}
    return {
        **bare,
        "HOME": str(folder),
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(REPOSITORY),
        "QA_LIBRARY": str(folder / "library"),
    }


def run(script: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", script],
        cwd=folder, env={**environment(folder), **more}, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip


def model_for(block: str, server: ModelServer) -> dict[str, str]:
    """What stands for "with QA_MODEL set": a server here, which finds no answer in any passage."""
    if "--prompt" not in block:
        return {}
    server.will(says({"answerable": False, "reason": "played", "statements": []}))
    return {"QA_MODEL": "openai:gpt-5-mini", "QA_BASE_URL": server.url, "QA_API_KEY": "played"}


def steps(block: str) -> list[tuple[str, list[str]]]:
    """Each command of a console block with the output lines shown for it."""
    found: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def test_every_block_is_of_a_kind_that_is_tested():
    assert {kind for kind, _ in BLOCKS} == set(TAKES_TYPING)


@pytest.mark.parametrize("block", blocks("console"), ids=lambda block: block.splitlines()[0][2:50])
def test_commands_do_what_is_shown(home, block, model_server):
    # One shell for the block, so that `export` lasts; a mark after each command tells the outputs apart.
    commands = [command for command, _ in steps(block)]
    script = "\n".join(f'{command}\necho "<<<exit $?"' for command in commands)
    done = run(script, home, **model_for(block, model_server))
    outputs = done.stdout.split("<<<exit ")
    codes = [int(part.split("\n", 1)[0]) for part in outputs[1:]]
    assert codes == [0] * len(commands), done.stderr
    texts = [outputs[0], *(part.split("\n", 1)[1] for part in outputs[1:])]
    for (command, shown), text in zip(steps(block), texts, strict=False):
        pattern = ".*".join(re.escape(line).replace(r"\.\.\.", ".*") for line in shown)
        assert re.search(pattern, text, re.DOTALL), f"{command} printed {text!r}"


@pytest.mark.parametrize("block", blocks("python"), ids=lambda block: block.splitlines()[0])
def test_python_runs_and_prints(home, block):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", block],
        cwd=home, env=environment(home), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Davos" in done.stdout


@pytest.mark.parametrize("block", blocks("toml"))
def test_settings_files_load(block):
    Settings.load(**tomllib.loads(block))


def test_the_table_of_settings_is_complete_and_right():
    rows = dict(re.findall(r"^\| `(QA_\w+)` \| (.*?) \|", README, re.MULTILINE))
    assert set(rows) == {f"QA_{name.upper()}" for name in Settings.model_fields}
    for name, info in Settings.model_fields.items():
        if name != "library":
            default = "" if info.default is None else f"`{info.default}`"
            assert rows[f"QA_{name.upper()}"].lower() == default.lower()


def test_the_installation_is_what_ci_runs():
    (block,) = blocks("sh")
    assert block.splitlines() == [
        "python3 -m venv .venv && . .venv/bin/activate",
        "pip install --upgrade pip && pip install .",
    ]
    ci = (REPOSITORY / ".ci" / "run").read_text("utf-8")
    for step in ("-m venv ", "pip install -qq --upgrade 'pip", "pip install -qq dist/qa-"):
        assert step in ci


def test_no_command_is_shown_that_does_not_exist():
    from typer.main import get_command

    from qa.cli.app import app

    known = set(getattr(get_command(app), "commands", {}))
    shown = set(re.findall(r"(?:^\$ |`|\| )qa ([a-z]+)\b", README, re.MULTILINE))
    assert shown
    assert shown <= known


def test_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (REPOSITORY / target).exists(), target


def test_the_picture_shows_what_qa_answers_today():
    spec = importlib.util.spec_from_file_location("picture", REPOSITORY / "docs" / "picture.py")
    assert spec
    assert spec.loader
    picture = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(picture)
    now = picture.words_of(picture.draw(picture.answer()))
    assert "Davos?" in " ".join(now)
    drawn = picture.words_of(picture.PICTURE.read_text("utf-8"))
    if drawn != now:
        pytest.fail("docs/answer.svg shows another answer than qa gives today; draw it anew: make picture")
