"""A Telegram bot that answers with linked citations: in private chats, and in groups after /ask.

TELEGRAM_TOKEN=123456:... python examples/telegram_bot.py
"""

import asyncio
import html
import logging
import os
import re

from telegram import LinkPreviewOptions
from telegram.ext import Application, CommandHandler, MessageHandler, filters

from qa import Assistant, QAError
from qa.quoting import pieces, with_sources

LONGEST = 3000  # characters in one message, links not counted
QUOTING = {"do_quote": True, "link_preview_options": LinkPreviewOptions(is_disabled=True)}


def telegram_bot(assistant: Assistant, builder) -> Application:
    async def reply(update, context) -> None:
        message, links = update.effective_message, {}
        question = message.text if context.args is None else " ".join(context.args)
        thinking = asyncio.create_task(typing(message.chat))
        try:
            answer = await asyncio.to_thread(assistant.ask, question)
            text = with_sources(answer)  # or why there is no answer
            links = {f"[{c.marker}]": c.url for c in answer.citations if re.match("https?:", c.url)}
        except QAError as exc:
            text = f"Sorry, I cannot answer that: {exc.message}."
        except Exception:
            logging.exception("no answer to %r", question)
            text = "Sorry, something went wrong here. It has been noted."
        finally:
            thinking.cancel()
        for piece in pieces(text, LONGEST):
            await message.reply_html(safe(piece, links), **QUOTING)

    app = builder.concurrent_updates(True).build()  # a slow answer must not hold up other chats
    written = filters.ChatType.PRIVATE & filters.TEXT & ~filters.COMMAND
    app.add_handlers([CommandHandler("ask", reply), MessageHandler(written, reply)])
    return app


async def typing(chat) -> None:
    while True:
        await chat.send_action("typing")  # shown for five seconds
        await asyncio.sleep(4)


def safe(text: str, links: dict[str, str]) -> str:
    """HTML in which no markup and no @mention of the text is live, and the [n] are links."""
    shown = {n: f'<a href="{html.escape(url)}">{n}</a>' for n, url in links.items()}
    return re.sub(r"@|\[\d+\]", lambda m: shown.get(m[0], m[0].replace("@", "@\u2060")), html.escape(text))


if __name__ == "__main__":
    telegram_bot(Assistant(), Application.builder().token(os.environ["TELEGRAM_TOKEN"])).run_polling()
