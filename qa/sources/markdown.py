"""Markdown without its markup: links become their words, images and HTML go, a hard-wrapped paragraph is
one line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa.sources.hidden import is_hidden

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

_SCRIPT = re.compile(
    r"<(script|style|template)\b.*?(?:</\1\s*>|$)|<!--.*?(?:-->|$)", re.DOTALL | re.IGNORECASE
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>")
_OPENING = re.compile(r"<([a-zA-Z][\w-]*)\b([^<>]{0,2000})>")
_ATTRIBUTE = re.compile(r"([\w-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")


def plain_markdown(text: str) -> tuple[str, str]:
    """The first first-level heading ("" if it is not on top) and the rest, one line a paragraph, in the
    order of the text.
    """
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"maxNesting": 20}).enable(["table", "strikethrough"])
    tokens = parser.parse(_without_hidden(text))
    title = ""
    lines: list[str] = []
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "inline":
            line = _words(token.children or ())
            on_top = before is not None and before.type == "heading_open" and before.tag == "h1" and not lines
            if on_top and not title:
                title = line
            else:
                lines.append(line)
        elif token.type in {"fence", "code_block"}:
            lines.append(token.content)
        elif token.type == "html_block":
            lines.append(_TAG.sub(" ", _SCRIPT.sub(" ", token.content)))
    return " ".join(title.split()), "\n\n".join(line.strip() for line in lines if line.strip())


def _without_hidden(text: str) -> str:
    """`text` without the HTML elements in it that a reader of the page would not see."""
    kept, at = [], 0
    never_closed: set[str] = set()  # a closing tag that was not found is not looked for again
    while opening := _OPENING.search(text, at):
        start, at = at, opening.end()
        tag, attributes = opening[1].lower(), _ATTRIBUTE.findall(opening[2])
        hidden = is_hidden(tag, {name.lower(): a or b or c for name, a, b, c in attributes})
        if hidden and tag not in never_closed:
            if closing := re.compile(rf"</{tag}\s*>", re.IGNORECASE).search(text, at):
                kept.append(text[start : opening.start()])
                at = closing.end()
                continue
            never_closed.add(tag)
        kept.append(text[start:at])
    return "".join([*kept, text[at:]])


def _words(tokens: Sequence[Token]) -> str:
    parts = []
    for token in tokens:
        if token.type in {"text", "code_inline", "text_special"}:
            parts.append(token.content)
        elif token.type == "softbreak":
            parts.append(" ")
        elif token.type == "hardbreak":
            parts.append("\n")
    return "".join(parts)
