"""Markdown without its markup: links become their words, images and HTML go, a hard-wrapped paragraph is
one line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

_SCRIPT = re.compile(
    r"<(script|style|template)\b.*?(?:</\1\s*>|$)|<!--.*?(?:-->|$)", re.DOTALL | re.IGNORECASE
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>")


def plain_markdown(text: str) -> tuple[str, str]:
    """The first first-level heading ("" if it is not on top) and the rest, one line a paragraph, in the
    order of the text.
    """
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark", {"maxNesting": 20}).enable(["table", "strikethrough"]).parse(text)
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
