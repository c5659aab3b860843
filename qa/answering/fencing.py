"""How a prompt shows material that others wrote: between lines that carry a key, so that none of it can pass
for an instruction of ours.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence

from qa.types import ArticleHead, Passage


def as_material(passages: Sequence[Passage]) -> str:
    """The passages as the prompt shows them: numbered, with the article's head, between lines with a key.

    The key is made from the texts themselves, so no text can hold its own end line.
    """
    key = key_of(p.text for p in passages)
    return "\n\n".join(_passage(passage, key) for passage in passages)


def key_of(texts: Iterable[str]) -> str:
    """The key of a fence around `texts`: eight hex digits that depend on every character in them."""
    return hashlib.sha256("\0".join(texts).encode("utf-8", "replace")).hexdigest()[:8]


def fenced(what: str, key: str, lines: Iterable[str]) -> str:
    """`lines` between a BEGIN and an END line that name `what` it is."""
    return "\n".join([f"BEGIN {what}, key {key}", *lines, f"END {what}, key {key}"])


def one_line(text: str) -> str:
    """`text` with every run of white space, line breaks included, as one space."""
    return " ".join(text.split())


def day_of(when: dt.datetime | None) -> str:
    """A day as a prompt writes it: "Tuesday 13 January 2026", "unknown" where there is none."""
    return f"{when:%A} {when.day} {when:%B} {when.year}" if when else "unknown"


def head_lines(head: ArticleHead) -> list[str]:
    """An article's headline, outlet and days, one a line."""
    lines = [
        f"Headline: {one_line(head.title) or 'unknown'}",
        f"Outlet: {one_line(head.outlet) or 'unknown'}",
        f"Published: {day_of(head.published)}",
    ]
    if head.updated and head.updated != head.published:
        lines.append(f"Updated: {day_of(head.updated)}")
    return lines


def _passage(passage: Passage, key: str) -> str:
    return fenced(f"passage {passage.number}", key, [*head_lines(passage.article), "Text:", passage.text])
