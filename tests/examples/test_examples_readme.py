"""What examples/README.md says is so: the examples are there and short, and its configurations work."""

from __future__ import annotations

import json
import os
import re
import sys
import textwrap

import anyio
import pytest
import yaml
from chatting import EXAMPLES
from mcp import Client, StdioServerParameters

from qa.library import Library

README = (EXAMPLES / "README.md").read_text("utf-8")
LONGEST = 60


def block(kind: str) -> str:
    (found,) = re.findall(rf"^ *```{kind}\n(.*?)^ *```$", README, re.MULTILINE | re.DOTALL)
    return textwrap.dedent(found)


def test_every_example_is_in_the_table():
    listed = re.findall(r"^\| \[(\w+\.py)\]\(\1\)", README, re.MULTILINE)
    assert sorted(listed) == sorted(path.name for path in EXAMPLES.glob("*.py"))


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.name)
def test_an_example_can_be_read_at_once(path):
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST
    assert f"python examples/{path.name}" in README


def test_the_variables_are_those_that_the_examples_read():
    for path in EXAMPLES.glob("*.py"):
        for variable in re.findall(r'os\.environ\["(\w+)"\]', path.read_text("utf-8")):
            assert f"{variable}=" in README


def test_the_configuration_for_mcp_works(tmp_path):
    Library(tmp_path / "newsroom").close()
    (server,) = json.loads(block("json"))["mcpServers"].values()
    assert server["command"] == "qa"
    given = [arg.replace("/home/me", str(tmp_path)) for arg in server["args"]]
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "PYTHONPATH": str(EXAMPLES.parent)}
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "qa", *given], env=environment, cwd=tmp_path
    )

    async def listed() -> list[str]:
        async with Client(command) as client:
            found = await client.call_tool("search", {"query": "ferry"})
            assert found.structured_content["passages"] == []
            return [tool.name for tool in (await client.list_tools()).tools]

    for name in anyio.run(listed):
        assert f"`{name}`" in README


def test_the_slack_manifest_allows_what_the_bot_does():
    manifest = yaml.safe_load(block("yaml"))
    bot = (EXAMPLES / "slack_bot.py").read_text("utf-8")
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    assert {event.split(".")[0] for event in events} == set(re.findall(r'app\.event\("(\w+)"\)', bot))
    scopes = {"app_mentions:read": "app_mention", "im:history": "channel_type", "chat:write": "chat_"}
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == set(scopes)
    assert all(needs in bot for needs in scopes.values())
    assert manifest["settings"]["socket_mode_enabled"] is True
