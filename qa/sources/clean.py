"""Raw text to article text: unsafe characters off, Unicode composed, one blank line between paragraphs,
boilerplate off.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from qa.sources.boilerplate import without_boilerplate

# Control, zero-width, bidi and tag characters, variation selectors, surrogates, private use, noncharacters,
# blank-looking fillers: invisible to a reader, but able to hide or reorder words and to drive a terminal.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160"
    "\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\U000f0000-\U0010ffff]+"
)
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200b\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
# A terminal's command with what belongs to it; of one that does not end only the first character goes.
_ESCAPE = re.compile(
    "\x1b(?:\\[[0-?]*[ -/]*[@-~]|[\\]P^_X][^\x07\x1b\n]{0,2000}(?:\x07|\x1b\\\\)|[@-OQ-WYZ\\\\])"
)
_NEWLINE = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(
    "[ \t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]{2,}|[\t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]"
)
_RUN = re.compile(" {2,}")
_SENTENCE_END = re.compile(r"""[.!?…]["'”’»)\]]*$""")
_LIST_ITEM = re.compile(r"(?:[-*•–—·▪]|\d{1,3}[.)])\s")
_WIDEST = 130
_NARROWEST = 40


def clean_text(text: str) -> str:
    """The article text of `text`: safe characters, one blank line a paragraph, boilerplate off."""
    return "\n\n".join(without_boilerplate(paragraphs(text)))


def clean_line(text: str) -> str:
    """`text` as one line of safe characters: for titles, names and outlets."""
    return " ".join(safe_characters(text).split())


def safe_characters(text: str) -> str:
    """`text` in NFC, with "\\n" as its only line break and without invisible and control characters."""
    if _is_plain(text):
        return text
    if "\x1b" in text:
        text = _ESCAPE.sub("", text)
    text = _UNWANTED.sub("", _NEWLINE.sub("\n", text))
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def unseen_characters(text: str) -> int:
    """How many characters of `text` can hide or reorder words or drive a terminal; not those that ordinary
    text has (soft hyphens, joiners, byte order marks, variation selectors).
    """
    return 0 if _is_plain(text) else len(_UNSEEN.findall(text))


def _is_plain(text: str) -> bool:
    """Whether `text` is printable ASCII with line breaks, as most is: nothing to look for in it."""
    return text.isascii() and text.replace("\n", "").isprintable()


def paragraphs(text: str) -> list[str]:
    """The paragraphs of `text`, on one line each: a line is one unless the text is clearly hard-wrapped."""
    lines = [line.strip() for line in _single_spaced(safe_characters(text)).split("\n")]
    width = _wrap_width(lines)
    return _rejoined(lines, width) if width else [line for line in lines if line]


def _single_spaced(text: str) -> str:
    if text.replace("\n", "").isprintable():  # then it holds no space but " "
        return _RUN.sub(" ", text) if "  " in text else text
    return _SPACES.sub(" ", text)


def _wrap_width(lines: Sequence[str]) -> int:
    """The column at which `lines` were hard-wrapped, 0 if they were not.

    The evidence: breaks inside a block come where the next word would not have fitted, and most of them in
    mid-sentence.
    """
    width = max(map(len, lines), default=0)
    if not _NARROWEST <= width <= _WIDEST:
        return 0
    breaks = [(line, after) for line, after in pairwise(lines) if line and after]
    if len(breaks) < 2:
        return 0
    full = sum(_was_full(line, after, width) for line, after in breaks)
    open_ended = sum(not _SENTENCE_END.search(line) for line, _ in breaks)
    continued = sum(not after[0].isupper() for _, after in breaks)
    clear = full >= 0.7 * len(breaks) and open_ended >= 0.5 * len(breaks) and continued >= 0.3 * len(breaks)
    return width if clear else 0


def _was_full(line: str, after: str, width: int) -> bool:
    """Whether the first word after the break would not have fitted on the line, within a few columns."""
    return len(line) + 1 + len(after.split(" ", 1)[0]) > width - 5


def _rejoined(lines: Sequence[str], width: int) -> list[str]:
    joined: list[str] = []
    previous = ""
    for line in lines:
        continues = (
            previous
            and line
            and not _LIST_ITEM.match(line)
            and (_was_full(previous, line, width) or not _SENTENCE_END.search(previous))
        )
        if continues:
            joined[-1] += " " + line
        elif line:
            joined.append(line)
        previous = line
    return joined
