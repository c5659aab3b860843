"""The library in other people's LangChain programs: the interface of langchain-core, and nothing invented."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from langchain_core.documents import Document
from langchain_core.messages import ToolMessage
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableLambda
from langchain_core.tools import BaseTool

from qa.answering.engine import Draft, Outcome, Quote
from qa.assistant import Assistant
from qa.config import Settings
from qa.errors import UsageError
from qa.langchain import QARetriever, ask_tool, search_tool
from qa.library import Library
from qa.types import Answer, Article, Filters

FERRY = (
    "The ferry crews of Brindle ended their strike on Tuesday after the operator offered 4 percent more.\n\n"
    "Union secretary Paul Merrin said the crews had voted by 212 to 37 to accept the offer."
)


@pytest.fixture
def library(tmp_path):
    with Library(tmp_path / "library") as opened:
        ferry = Article(
            id="ferry-2026",
            title="Ferry strike ends",
            outlet="Evening Post",
            authors=("A. Writer",),
            url="https://news.example.com/ferry",
            published=dt.datetime(2026, 3, 15, tzinfo=dt.UTC),
            text=FERRY,
        )
        note = Article(id="lighthouse", title="A note", text="The lighthouse on Gull Point is red and white.")
        opened.add([ferry, note])
        yield opened


def test_a_retriever_that_langchain_can_run(library):
    retriever = QARetriever(library=library, k=1)
    assert isinstance(retriever, BaseRetriever)
    (found,) = retriever.invoke("Why did the ferry strike end?")
    assert isinstance(found, Document)
    (piped,) = (retriever | RunnableLambda(lambda documents: documents)).invoke("ferry strike")
    assert piped.metadata["article_id"] == "ferry-2026"
    assert [len(found) for found in retriever.batch(["ferry", "lighthouse"])] == [1, 1]


async def _async(retriever):
    return await retriever.ainvoke("ferry strike")


def test_a_retriever_works_asynchronously(library):
    import asyncio

    assert asyncio.run(_async(QARetriever(library=library)))[0].metadata["outlet"] == "Evening Post"


def test_a_document_says_where_its_words_stand(library):
    (found,) = QARetriever(library=library, k=1).invoke("ferry strike")
    where = found.metadata
    assert library.get(where["article_id"]).text[where["start"] : where["end"]] == found.page_content
    assert found.id == f"ferry-2026:{where['start']}-{where['end']}"
    assert (where["title"], where["source"], where["authors"]) == (
        "Ferry strike ends", "https://news.example.com/ferry", ["A. Writer"],
    )  # fmt: skip
    assert where["published"] == "2026-03-15T00:00:00+00:00"
    assert json.loads(json.dumps(where)) == where


def test_an_unknown_date_is_none(library):
    (found,) = QARetriever(library=library, k=1).invoke("Gull Point lighthouse")
    assert found.metadata["published"] is None


def test_a_retriever_filters(library):
    outside = Filters(since=dt.date(2027, 1, 1))
    assert QARetriever(library=library, filters=outside).invoke("ferry strike") == []


def test_a_retriever_refuses_an_empty_question(library):
    with pytest.raises(UsageError):
        QARetriever(library=library).invoke("  ")


def call(tool, **args):
    """The ToolMessage that an agent would get."""
    message = tool.invoke({"type": "tool_call", "id": "1", "name": tool.name, "args": args})
    assert isinstance(message, ToolMessage)
    return message


def test_a_search_tool(library):
    tool = search_tool(library, k=2)
    assert isinstance(tool, BaseTool)
    assert set(tool.args) == {"question", "since", "until", "outlets"}
    message = call(tool, question="ferry strike", until="2026-03-31")
    assert message.status == "success"
    assert message.content.startswith(
        "[1] Evening Post, 2026-03-15, Ferry strike ends, https://news.example.com/ferry\n"
    )
    assert "212 to 37" in message.content
    assert message.artifact[0].article.id == "ferry-2026"


def test_a_search_tool_that_finds_nothing_says_so(library):
    assert (
        call(search_tool(library), question="ferry", outlets=["The Courier"]).content == "No passage found."
    )


class Quoting:
    """An engine that answers with the sentence about the vote, if it is shown it."""

    name, model, prompt, whole_articles = "extractive", "", None, False

    def draft(self, question, passages):
        sentence = FERRY.split("\n\n")[1]
        for passage in passages:
            if sentence in passage.text and "chess" not in question:
                yield Draft(text=sentence, quotes=(Quote(passage=passage.number, text=sentence),))
        yield Outcome()


def test_an_ask_tool(library):
    with Assistant(Settings.load(library=library.path), library=library, engine=Quoting()) as assistant:
        message = call(ask_tool(assistant), question="How did the ferry crews vote?")
        nothing = call(ask_tool(assistant), question="Who won the chess tournament in Reykjavik?")
    assert isinstance(message.artifact, Answer)
    assert "[1]" in message.content
    assert "[1] Evening Post, 2026-03-15" in message.content
    assert nothing.artifact.abstained
    assert nothing.content.startswith("No answer: ")


def test_a_wrong_call_is_told_to_the_agent(library):
    message = call(search_tool(library), question="?")
    assert message.status == "error"
    assert "question is empty" in message.content
