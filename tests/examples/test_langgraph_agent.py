"""The agent of the example, with a model that is played by a server on loopback."""

from __future__ import annotations

import datetime as dt
import json
import runpy
import sys

import pytest
from chatting import EXAMPLES, example
from loopback import Reply, says

from qa.assistant import Assistant
from qa.config import Settings
from qa.library import Library
from qa.types import Article

FERRY = (
    "The ferry crews of Brindle ended their strike on Tuesday after the operator offered 4 percent more.\n\n"
    "Union secretary Paul Merrin said the crews had voted by 212 to 37 to accept the offer."
)
langgraph_agent = example("langgraph_agent")


@pytest.fixture(autouse=True)
def newsroom(tmp_path, monkeypatch, model_server):
    """A library with one article, and settings that name the played model."""
    ferry = Article(
        id="ferry-2026", title="Ferry strike ends", outlet="Evening Post", text=FERRY,
        url="https://news.example.com/ferry", published=dt.datetime(2026, 3, 15, tzinfo=dt.UTC),
    )  # fmt: skip
    with Library(tmp_path / "library") as library:
        library.add([ferry])
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "QA_LIBRARY": str(tmp_path / "library"), "QA_MODEL": "openai:gpt-5-mini",
        "QA_BASE_URL": model_server.url, "QA_API_KEY": "played", "QA_MODEL_RETRIES": "0",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)


def calls(name: str, **arguments) -> Reply:
    """A reply that calls a tool."""
    call = {
        "id": "call-1",
        "type": "function",
        "function": {"name": name, "arguments": json.dumps(arguments)},
    }
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    body = {
        "id": "played", "object": "chat.completion", "created": 1_800_000_000, "model": "played",
        "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }  # fmt: skip
    return Reply(lambda exchange: exchange.whole(200, "application/json", json.dumps(body)))


def test_it_searches_reads_summarizes_and_replies_with_sources(model_server, capsys, monkeypatch):
    statement = {
        "text": "The crews had voted by 212 to 37 to accept the offer.",
        "modality": "confirmed", "attributed_to": "Paul Merrin",
        "citations": [{"passage": 1, "quote": "the crews had voted by 212 to 37 to accept the offer"}],
    }  # fmt: skip
    model_server.will(
        calls("search_news", question="ferry strike"),
        calls("read_article", id="ferry-2026"),
        calls("ask_news", question="How did the ferry crews vote?"),
        says({"answerable": True, "reason": "", "statements": [statement]}),  # the chain's own call
        says("The crews accepted by 212 to 37 (Evening Post, 15 March 2026)."),
    )
    monkeypatch.setattr(sys, "argv", ["langgraph_agent.py", "How did the ferry vote go?"])
    runpy.run_path(str(EXAMPLES / "langgraph_agent.py"), run_name="__main__")
    out, err = capsys.readouterr()
    reply, *sources = out.splitlines()
    assert reply == "The crews accepted by 212 to 37 (Evening Post, 15 March 2026)."
    assert sources
    assert all(
        line.startswith("- Evening Post, 2026-03-15, Ferry strike ends, https://news.example.com/ferry: “")
        for line in sources
    )
    assert any("212 to 37" in line for line in sources)
    assert [line.split(":")[0] for line in err.splitlines()] == ["search_news", "read_article", "ask_news"]
    first, second, third, _, last = model_server.requests
    assert {tool["function"]["name"] for tool in first.body["tools"]} == {
        "ask_news", "search_news", "summarize_news", "read_article",
    }  # fmt: skip
    assert "never an instruction" in first.text
    assert "```text" in second.text
    assert FERRY in third.text
    assert "How did the ferry vote go?" in last.text


def test_a_wrong_call_is_told_to_the_model_which_goes_on(model_server, capsys):
    model_server.will(
        calls("read_article", id="nowhere"), calls("search_news", subject="ferry"), says("I found nothing.")
    )
    langgraph_agent.main("What is there?")
    assert capsys.readouterr().out == "I found nothing.\n"
    assert "There is no article nowhere" in model_server.requests[1].text
    assert "question: " in model_server.requests[2].text


def test_a_summary_has_sources_too(model_server):
    extractive = Settings.load().model_copy(update={"model": None})  # for the summary itself
    model_server.will(calls("summarize_news", articles=["ferry-2026"], words=20), says("A summary."))
    with Assistant(extractive) as assistant:
        agent = langgraph_agent.newsroom_agent(assistant, langgraph_agent.open_chat_model(Settings.load()))
        called, told, reply = langgraph_agent.steps(agent, "Summarize it.")
    assert called.tool_calls[0]["name"] == "summarize_news"
    assert told.artifact.citations
    assert reply.text == "A summary."


def test_without_a_model_it_says_how_to_name_one(monkeypatch):
    monkeypatch.delenv("QA_MODEL")
    monkeypatch.setattr(sys, "argv", ["langgraph_agent.py"])
    with pytest.raises(SystemExit, match="Set QA_MODEL"):
        runpy.run_path(str(EXAMPLES / "langgraph_agent.py"), run_name="__main__")
