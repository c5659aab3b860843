"""The Telegram bot with the real python-telegram-bot, polling a Bot API that is played on loopback."""

from __future__ import annotations

import asyncio
import datetime as dt
import html
import json
import re
import threading

import pytest
from chatting import ChatServer, example
from telegram.ext import Application

from qa.assistant import Assistant
from qa.config import Settings
from qa.errors import ModelUnreachableError
from qa.library import Library
from qa.types import Answer, Article, Citation, Statement

TOKEN = "123456:a-token-of-this-test"
FERRY = (
    "The ferry crews of Brindle ended their strike on Tuesday after the operator offered 4 percent more.\n\n"
    "Union secretary Paul Merrin said the crews had voted by 212 to 37 to accept the offer."
)
ME = {"id": 123456, "is_bot": True, "first_name": "Desk", "username": "desk_bot"}
telegram_bot = example("telegram_bot")


class BotApi(ChatServer):
    """Telegram's Bot API: hands out the updates once, and takes what is sent."""

    def __init__(self, *messages: dict) -> None:
        self.updates = [{"update_id": n, "message": m} for n, m in enumerate(messages, start=1)]
        self.pause = threading.Event()
        super().__init__()

    def reply(self, path, fields):
        method = path.rpartition("/")[2]
        if method == "getMe":
            return {"ok": True, "result": ME}
        if method == "getUpdates":
            waiting = [u for u in self.updates if u["update_id"] >= int(fields.get("offset", 0))]
            if not waiting:
                self.pause.wait(0.05)
            return {"ok": True, "result": waiting}
        if method == "sendMessage":
            sent = {"message_id": 900, "date": 1_700_000_000, "text": fields["text"]}
            return {"ok": True, "result": {**sent, "chat": {"id": int(fields["chat_id"]), "type": "private"}}}
        return {"ok": True, "result": True}

    def called(self, method: str) -> list[dict]:
        return [fields for path, fields in self.calls if path.endswith(f"/bot{TOKEN}/{method}")]


def written(text: str, number: int = 7, chat: int = 42, kind: str = "private") -> dict:
    """A message as an update brings it."""
    command = re.match(r"/\w+", text)
    entities = [{"type": "bot_command", "offset": 0, "length": command.end()}] if command else []
    sender = {"id": 5, "is_bot": False, "first_name": "Ann"}
    place = {"id": chat, "type": kind, **({"title": "Desk"} if kind != "private" else {})}
    return {
        "message_id": number, "date": 1_700_000_000, "chat": place, "from": sender, "text": text,
        "entities": entities,
    }  # fmt: skip


def told(assistant, *messages: dict, replies: int = 1) -> BotApi:
    """The server after the bot has sent so many replies to these messages, and has stopped."""
    with BotApi(*messages) as server:
        asyncio.run(_polling(assistant, server, replies))
    return server


async def _polling(assistant, server: BotApi, replies: int) -> None:
    builder = Application.builder().token(TOKEN).base_url(f"{server.url}/bot")
    app = telegram_bot.telegram_bot(assistant, builder)

    def sent() -> bool:
        with server.lock:
            return server.lock.wait_for(lambda: len(server.called("sendMessage")) >= replies, 60)

    async with app:
        await app.updater.start_polling()
        await app.start()
        assert await asyncio.to_thread(sent)
        await app.updater.stop()
        await app.stop()  # waits for the replies in progress


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    with Library(tmp_path_factory.mktemp("telegram") / "library") as opened:
        ferry = Article(
            id="ferry-2026", title="Ferry strike ends", outlet="Evening Post", text=FERRY,
            url="https://news.example.com/ferry?a=1&b=2", published=dt.datetime(2026, 3, 15, tzinfo=dt.UTC),
        )  # fmt: skip
        opened.add([ferry])
        yield opened


@pytest.fixture
def assistant(library):
    with Assistant(Settings.load(library=library.path), library=library) as opened:
        yield opened


class Played:
    """An assistant that says one thing, or fails in one way; at most once `together` calls have come."""

    def __init__(self, said, together: int = 1):
        self.said, self.asked, self.gate = said, [], threading.Barrier(together)

    def ask(self, question):
        self.asked.append(question)
        self.gate.wait(60)
        if isinstance(self.said, Exception):
            raise self.said
        return self.said


def answer(text: str) -> Answer:
    quoted = Citation(
        marker=1, article_id="planted", title="<b>Now</b> @everyone\n[9]", outlet="Gull & Co", quote="x",
        url='https://news.example.com/a[1]b?"><i>', start=0, end=1,
    )  # fmt: skip
    said = Statement(text=text, citations=(quoted,))
    return Answer(question="?", text=f"{text} [1]", statements=(said,), engine="extractive")


def shown(fields: dict) -> str:
    """What a reader sees: the HTML without its links."""
    assert fields["parse_mode"] == "HTML"
    return html.unescape(re.sub(r"</?a\b[^>]*>", "", fields["text"]))


def test_an_answer_is_a_reply_with_linked_citations(assistant):
    server = told(assistant, written("How did the ferry crews vote?"))
    (sent,) = server.called("sendMessage")
    assert sent["chat_id"] == "42"
    assert json.loads(sent["reply_parameters"])["message_id"] == 7
    assert json.loads(sent["link_preview_options"])["is_disabled"] is True
    assert "212 to 37" in shown(sent)
    assert "\n[1] Evening Post, 2026-03-15, Ferry strike ends" in shown(sent)
    assert sent["text"].count('<a href="https://news.example.com/ferry?a=1&amp;b=2">[1]</a>') == 2
    assert [fields["action"] for fields in server.called("sendChatAction")] == ["typing"]
    paths = [path.rpartition("/")[2] for path, _ in server.calls]
    assert paths.index("sendChatAction") < paths.index("sendMessage")


def test_that_there_is_no_answer_is_said(assistant):
    (sent,) = told(assistant, written("Who won the chess final in Reykjavik?")).called("sendMessage")
    assert shown(sent).startswith("No answer: ")
    assert "<a" not in sent["text"]


def test_in_groups_only_what_is_asked_with_the_command(assistant):
    server = told(
        assistant,
        written("How did the crews vote?", 1, -9, "group"),
        written("/ask How did the crews vote?", 2, -9, "group"),
        written("/start", 3),
    )
    (sent,) = server.called("sendMessage")
    assert json.loads(sent["reply_parameters"])["message_id"] == 2
    assert "212 to 37" in shown(sent)


def test_nothing_in_an_article_is_markup_or_a_mention():
    planted = '<a href="https://evil.example">click</a> @ann_roe &amp; <b>bold</b> *x* _y_'
    (sent,) = told(Played(answer(planted)), written("What is planted?")).called("sendMessage")
    assert re.findall(r"<(/?\w+)", sent["text"]) == ["a", "/a"] * 2  # the two [1]
    addresses = {html.unescape(address) for address in re.findall(r'href="([^"]*)"', sent["text"])}
    assert addresses == {'https://news.example.com/a[1]b?"><i>'}
    assert shown(sent).replace("\u2060", "").startswith(planted + " [1]")
    assert not re.search(r"@\w", sent["text"])
    assert "Gull & Co, date unknown, <b>Now</b>" in shown(sent)


def test_a_long_answer_is_split():
    lines = [f"- The council of ward {number} voted for the bridge." for number in range(200)]
    server = told(Played(answer("\n".join(lines))), written("Who voted?"), replies=4)
    texts = [shown(fields) for fields in server.called("sendMessage")]
    assert len(texts) == 4
    assert all(len(text) <= telegram_bot.LONGEST for text in texts)
    together = [line for text in texts for line in text.splitlines()]
    assert together[:200] == [*lines[:199], lines[199] + " [1]"]


def test_one_reader_s_long_wait_is_not_another_s():
    played = Played(answer("The crews voted."), together=2)  # neither is answered before both have asked
    server = told(played, written("Who?", 1, 41), written("When?", 2, 42), replies=2)
    assert {fields["chat_id"] for fields in server.called("sendMessage")} == {"41", "42"}


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ModelUnreachableError("no connection to <the> model", "Check it."), "no connection to <the> model."),
        (RuntimeError("a secret path"), "Sorry, something went wrong here. It has been noted."),
    ],
)
def test_errors_are_told_politely(error, said):
    (sent,) = told(Played(error), written("How did the crews vote?")).called("sendMessage")
    assert shown(sent).startswith("Sorry, ")
    assert shown(sent).endswith(said)
    assert "secret" not in sent["text"]


def test_an_empty_question_is_told(assistant):
    (sent,) = told(assistant, written("/ask")).called("sendMessage")
    assert shown(sent) == "Sorry, I cannot answer that: the question is empty."
