"""A Slack bot that answers where it is mentioned, and in direct messages, with linked citations.

SLACK_BOT_TOKEN=xoxb-... SLACK_APP_TOKEN=xapp-... python examples/slack_bot.py
"""

import html
import os
import re

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler

from qa import Assistant, QAError
from qa.quoting import pieces, with_sources

LONGEST = 3000  # characters in one message


def slack_bot(assistant: Assistant, **options) -> App:
    app = App(**options)

    @app.event("app_mention")
    def reply(event, client, logger):
        question = html.unescape(re.sub(r"<[^>]*>", " ", event.get("text", "")))  # less "@bot"
        place, links = {"channel": event["channel"], "thread_ts": event.get("thread_ts", event["ts"])}, {}
        thinking = client.chat_postMessage(text="Looking through the articles …", **place)
        try:
            answer = assistant.ask(question)
            text = with_sources(answer)  # or why there is no answer
            links = {f"[{c.marker}]": c.url for c in answer.citations if re.match("https?:", c.url)}
        except QAError as exc:
            text = f"Sorry, I cannot answer that: {exc.message}."
        except Exception:
            logger.exception("no answer to %r", question)
            text = "Sorry, something went wrong here. It has been noted."
        first, *more = [message(piece, links) for piece in pieces(text, LONGEST)]
        client.chat_update(channel=event["channel"], ts=thinking["ts"], **first)
        for rest in more:
            client.chat_postMessage(**rest, **place, unfurl_links=False)

    @app.event("message")
    def written(event, client, logger):
        if event.get("channel_type") == "im" and not event.keys() & {"subtype", "bot_id"}:
            reply(event, client, logger)

    return app


def message(text: str, links: dict[str, str]) -> dict:
    """Rich text, in which Slack reads no markup and no mention: what articles say is not ours to trust."""
    linked = {n: {"type": "link", "url": url, "text": n} for n, url in links.items()}
    parts = filter(None, re.split(r"(\[\d+\])", text))
    shown = [linked.get(part, {"type": "text", "text": part}) for part in parts]
    block = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": shown}]}
    return {"blocks": [block], "text": html.escape(text, quote=False)}  # the text is for notifications


if __name__ == "__main__":
    bot = slack_bot(Assistant(), token=os.environ["SLACK_BOT_TOKEN"])
    SocketModeHandler(bot, os.environ["SLACK_APP_TOKEN"]).start()
