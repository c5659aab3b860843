"""Untrusted text in Markdown: it reads as it is, and nothing in it becomes live.

Backslashes keep a parser from finding structure. GitHub looks for mentions, references and addresses again
after parsing, in the text as a reader sees it; there only a character in between helps.
"""

from __future__ import annotations

import re

BETWEEN = "&#8203;"
"""A zero-width space, written so that it can be seen in the source. Our text never holds one otherwise."""

_STRUCTURE = re.compile(r"([\\`*_\[\]<>|~$&#])")
_BULLET = re.compile(r"^([-+=])")
_ORDERED = re.compile(r"^(\d{1,9})([.)])")
_LIVE = re.compile(
    r"@(?=\w)"  # a mention, or the middle of an address
    r"|\\#(?=\w)"  # an issue, its sign already escaped
    r"|\bgh-(?=\d)"  # the same in letters
    r"|:(?=//)|\b(?:mailto|xmpp):"  # an address
    r"|\bwww(?=\.)"
    r"|:(?=[\w+-]+:)"  # an emoji
    r"|\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f](?=[0-9a-f]{6,39}\b)",  # a commit
    re.IGNORECASE,
)


def escaped(text: str) -> str:
    """`text`, which holds no line break, for the inside of a line of Markdown."""
    return _LIVE.sub(lambda m: m.group() + BETWEEN, _STRUCTURE.sub(r"\\\1", text))


def escaped_start(text: str) -> str:
    """The same for the beginning of a line, where a hyphen or a number would begin a list."""
    return _ORDERED.sub(r"\1\\\2", _BULLET.sub(r"\\\1", escaped(text)))


def code(text: str, language: str = "sh") -> str:
    """`text` as a block of code that it cannot end: a fence longer than any in it."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"
