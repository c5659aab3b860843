"""The Slack bot with the real slack-bolt: signed events in, the Web API played by a server on loopback."""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from chatting import ChatServer, example
from slack_bolt import BoltRequest
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier
from websockets.sync.server import serve

from qa.assistant import Assistant
from qa.config import Settings
from qa.errors import ModelUnreachableError
from qa.library import Library
from qa.types import Answer, Article, Citation, Statement

SECRET = "a signing secret of this test"
BOT = "U0BOT"
FERRY = (
    "The ferry crews of Brindle ended their strike on Tuesday after the operator offered 4 percent more.\n\n"
    "Union secretary Paul Merrin said the crews had voted by 212 to 37 to accept the offer."
)
slack_bot = example("slack_bot")


class Slack(ChatServer):
    """The Web API: it hands out time stamps, and takes what is posted."""

    socket = ""

    def reply(self, path, fields):
        method = path.removeprefix("/api/")
        if method == "auth.test":
            return {
                "ok": True,
                "user_id": BOT,
                "bot_id": "B0BOT",
                "team_id": "T1",
                "url": "https://x.invalid/",
            }
        if method == "apps.connections.open":
            return {"ok": True, "url": self.socket}
        if method in ("chat.postMessage", "chat.update"):
            return {"ok": True, "channel": fields["channel"], "ts": f"1700000000.{len(self.calls):06}"}
        return {"ok": False, "error": "unknown_method"}

    def posted(self) -> list[tuple[str, dict]]:
        return [(path.rpartition(".")[2], fields) for path, fields in self.calls if "/chat." in path]


@pytest.fixture
def slack():
    with Slack() as server:
        yield server


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    with Library(tmp_path_factory.mktemp("slack") / "library") as opened:
        opened.add(
            [
                Article(
                    id="ferry-2026", title="Ferry strike ends", outlet="Evening Post", text=FERRY,
                    url="https://news.example.com/ferry?a=1&b=2",
                    published=dt.datetime(2026, 3, 15, tzinfo=dt.UTC),
                )
            ]
        )  # fmt: skip
        yield opened


class Played:
    """An assistant that says one thing, or fails in one way."""

    def __init__(self, said):
        self.said, self.asked = said, []

    def ask(self, question):
        self.asked.append(question)
        if isinstance(self.said, Exception):
            raise self.said
        return self.said


def told(slack, assistant, *events, headers=None):
    """Bolt's responses to these events, after all work is done."""
    client = WebClient(token="xoxb-played", base_url=f"{slack.url}/api/")
    with ThreadPoolExecutor(4) as workers:  # where Bolt answers what it was told about
        app = slack_bot.slack_bot(assistant, client=client, signing_secret=SECRET, listener_executor=workers)
        return [app.dispatch(signed(event, headers)) for event in events]


def signed(event: dict, headers: dict | None = None) -> BoltRequest:
    """The request that Slack would send, signed as it signs."""
    body = json.dumps({"type": "event_callback", "team_id": "T1", "api_app_id": "A1", "event": event})
    stamp = str(int(time.time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body)
    sent = {
        "content-type": "application/json",
        "x-slack-signature": signature,
        "x-slack-request-timestamp": stamp,
    }
    return BoltRequest(body=body, headers={**sent, **(headers or {})})


def mention(text: str, **more) -> dict:
    return {
        "type": "app_mention", "user": "U1", "text": f"<@{BOT}> {text}", "ts": "1690000000.000100",
        "channel": "C1", "event_ts": "1690000000.000100", **more,
    }  # fmt: skip


def elements(fields: dict) -> list[dict]:
    blocks = fields["blocks"]
    (block,) = json.loads(blocks) if isinstance(blocks, str) else blocks
    assert block["type"] == "rich_text"
    (section,) = block["elements"]
    return section["elements"]


def shown(fields: dict) -> str:
    """What a reader sees."""
    return "".join(element["text"] for element in elements(fields))


def answer(text: str, **more) -> Answer:
    quoted = Citation(
        marker=1, article_id="planted", title="See <!here> *now*\n[9]", outlet="Gull <b> & Co", quote="x",
        url="https://news.example.com/a[1]b", start=0, end=1,
    )  # fmt: skip
    said = Statement(text=text, citations=(quoted,))
    return Answer(question="?", text=f"{text} [1]", statements=(said,), engine="extractive", **more)


def test_an_answer_comes_in_the_thread_with_linked_citations(slack, library):
    with Assistant(Settings.load(library=library.path), library=library) as assistant:
        (response,) = told(slack, assistant, mention("How did the ferry crews vote?"))
    assert response.status == 200
    (first, thinking), (second, said) = slack.posted()
    assert (first, thinking["channel"], thinking["thread_ts"]) == ("postMessage", "C1", "1690000000.000100")
    assert thinking["text"].startswith("Looking through")
    assert (second, said["channel"]) == ("update", "C1")
    assert said["ts"].startswith("1700000000.")  # the message that said it was looking
    assert "212 to 37" in shown(said)
    assert "\n[1] Evening Post, 2026-03-15, Ferry strike ends" in shown(said)
    links = [e for e in elements(said) if e["type"] == "link"]
    assert {(e["text"], e["url"]) for e in links} == {("[1]", "https://news.example.com/ferry?a=1&b=2")}
    assert len(links) == 2


def test_in_a_thread_it_stays_in_the_thread(slack, library):
    with Assistant(Settings.load(library=library.path), library=library) as assistant:
        told(slack, assistant, mention("How did the crews vote?", thread_ts="1680000000.000001"))
    assert slack.posted()[0][1]["thread_ts"] == "1680000000.000001"


def test_that_there_is_no_answer_is_said(slack, library):
    with Assistant(Settings.load(library=library.path), library=library) as assistant:
        told(slack, assistant, mention("Who won the chess final in Reykjavik?"))
    assert shown(slack.posted()[-1][1]).startswith("No answer: ")
    assert all(element["type"] == "text" for element in elements(slack.posted()[-1][1]))


def test_direct_messages_are_answered_and_other_messages_are_not(slack):
    assistant = Played(answer("The crews voted."))
    direct = {
        "type": "message",
        "channel_type": "im",
        "user": "U1",
        "channel": "D1",
        "ts": "1690000000.000200",
    }
    told(
        slack,
        assistant,
        {**direct, "text": "Who &amp; why, &lt;ferry&gt;?"},
        {**direct, "text": "edited", "subtype": "message_changed"},
        {**direct, "text": "a bot", "bot_id": "B9"},
        {**direct, "text": "said in a channel", "channel_type": "channel", "channel": "C1"},
    )
    assert [question.strip() for question in assistant.asked] == ["Who & why, <ferry>?"]
    assert {fields["channel"] for _, fields in slack.posted()} == {"D1"}


def test_the_mention_is_not_part_of_the_question(slack):
    assistant = Played(answer("The crews voted."))
    told(slack, assistant, mention("How did <https://news.example.com|they> vote?"))
    assert assistant.asked[0].split() == ["How", "did", "vote?"]


def test_nothing_in_an_article_is_markup_or_a_mention(slack):
    planted = "<!channel> and @here, <@U1>, *bold* `code` <https://evil.example|click> &amp; done"
    told(slack, Played(answer(planted)), mention("What is planted?"))
    said = slack.posted()[-1][1]
    assert shown(said).startswith(planted + " [1]")  # literally, as text elements, which Slack does not parse
    assert {element["type"] for element in elements(said)} == {"text", "link"}
    assert "See <!here> *now* [9]" in shown(said)
    links = [e for e in elements(said) if e["type"] == "link"]
    assert {(e["text"], e["url"]) for e in links} == {("[1]", "https://news.example.com/a[1]b")}
    assert "<" not in said["text"]  # the text of the notification, where mrkdwn is read
    assert "&lt;!channel&gt;" in said["text"]
    assert not {"link_names", "parse"} & set(said)


def test_an_address_that_is_none_is_not_linked(slack):
    said = answer("The crews voted.")
    cited = said.citations[0].model_copy(update={"url": "javascript:alert(1)"})
    statement = said.statements[0].model_copy(update={"citations": (cited,)})
    told(slack, Played(said.model_copy(update={"statements": (statement,)})), mention("Vote?"))
    assert all(element["type"] == "text" for element in elements(slack.posted()[-1][1]))


def test_a_long_answer_is_split(slack):
    lines = [f"- The council of ward {number} voted for the bridge." for number in range(200)]
    told(slack, Played(answer("\n".join(lines))), mention("Who voted?"))
    (_, thinking), *said = slack.posted()
    assert [kind for kind, _ in said] == ["update", *["postMessage"] * (len(said) - 1)]
    assert len(said) > 2
    texts = [shown(fields) for _, fields in said]
    assert all(len(text) <= slack_bot.LONGEST for text in texts)
    assert [line for text in texts for line in text.splitlines()][:200] == [*lines[:199], lines[199] + " [1]"]
    assert {fields.get("thread_ts") for kind, fields in said if kind == "postMessage"} == {
        thinking["thread_ts"]
    }


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ModelUnreachableError("no connection to <the> model", "Check it."), "no connection to <the> model."),
        (RuntimeError("a secret path"), "Sorry, something went wrong here. It has been noted."),
    ],
)
def test_errors_are_told_politely(slack, error, said):
    told(slack, Played(error), mention("How did the crews vote?"))
    text = shown(slack.posted()[-1][1])
    assert text.startswith("Sorry, ")
    assert text.endswith(said)
    assert "secret" not in text


def test_an_empty_question_is_told(slack, library):
    with Assistant(Settings.load(library=library.path), library=library) as assistant:
        told(slack, assistant, mention(""))
    assert shown(slack.posted()[-1][1]) == "Sorry, I cannot answer that: the question is empty."


def test_what_slack_did_not_sign_is_refused(slack):
    assistant = Played(answer("The crews voted."))
    (response,) = told(slack, assistant, mention("Vote?"), headers={"x-slack-signature": "v0=00"})
    assert response.status == 401
    assert assistant.asked == []
    assert slack.posted() == []


def test_over_socket_mode_too(slack, library):
    acknowledged: list[dict] = []
    over = threading.Event()

    def socket(connection) -> None:
        """Slack's side of the socket: one event, as soon as the bot is there."""
        payload = {"type": "event_callback", "team_id": "T1", "event": mention("How did the crews vote?")}
        envelope = {"type": "events_api", "envelope_id": "E1", "payload": payload}
        connection.send(json.dumps({"type": "hello"}))
        connection.send(json.dumps(envelope))
        for received in connection:
            if isinstance(received, str):
                acknowledged.append(json.loads(received))
                over.set()

    with serve(socket, "127.0.0.1", 0) as sockets:
        listening = threading.Thread(target=sockets.serve_forever)
        listening.start()
        slack.socket = f"ws://127.0.0.1:{sockets.socket.getsockname()[1]}/link"
        client = WebClient(token="xoxb-played", base_url=f"{slack.url}/api/")
        with (
            Assistant(Settings.load(library=library.path), library=library) as assistant,
            ThreadPoolExecutor(4) as workers,
        ):
            app = slack_bot.slack_bot(assistant, client=client, listener_executor=workers)
            handler = slack_bot.SocketModeHandler(app, "xapp-played")
            handler.connect()
            assert over.wait(60)
            handler.close()
        sockets.shutdown()
        listening.join()
    assert acknowledged == [{"envelope_id": "E1"}]
    assert "212 to 37" in shown(slack.posted()[-1][1])
