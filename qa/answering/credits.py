"""Credits: the caption of a picture and the lines about an article's author, which tell nothing of its story.

A caption's picture is often of another event, and an author's former job looks like an answer to "who is the
spokesman?". Cleaning leaves both in the text, where they may stand beside what belongs; nothing is answered
from them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.answering.words import Name, names

_CAPTION = re.compile(
    r"^(?:photos?|pictures?|images?|file\s+(?:photo|picture)|pictured|photograph|caption|video|watch|graphic)\s*:",
    re.IGNORECASE,
)
_DESK = r"(?:editor|reporter|correspondent|journalist|columnist|writer|critic|producer|photographer|fellow)"
_AUTHOR = re.compile(
    rf"^(?:[A-Z][\w’'.-]+\s+){{1,4}}is\s+(?:an?|the|our)\s+(?:[\w’'-]+\s+){{0,5}}?{_DESK}\b"
    r"(?:[^.]*\b(?:who\s+(?:covers|writes|reports)|covering|writing|based\s+in|at|for|with)\b|\.?$)"
)
_REACHED = re.compile(
    r"^(?:(?:reach|contact|email|e-mail|write\s+to|follow)\s+(?:him|her|them)\b|additional\s+reporting\b|reporting\s+by\b)",
    re.IGNORECASE,
)


def credit_lines(texts: Sequence[str], paragraphs: Sequence[int]) -> frozenset[int]:
    """The numbers of the lines that are credits. `texts` are an article's lines in reading order,
    `paragraphs` the number of the paragraph of each.

    An author's lines are those of a paragraph that opens with what the author does, in the last third of the
    article, where no other paragraph has that name: a story about a reporter stays.
    """
    found = {i for i, text in enumerate(texts) if _CAPTION.match(text) or _REACHED.match(text)}
    for i, text in enumerate(texts):
        opens = not i or paragraphs[i - 1] != paragraphs[i]
        if opens and i >= len(texts) * 2 // 3 and _AUTHOR.match(text):
            own = [k for k, number in enumerate(paragraphs) if number == paragraphs[i]]
            surname = _surname(names(text))
            if surname and not any(surname in t for k, t in enumerate(texts) if k not in own):
                found.update(own)
    return frozenset(found)


def _surname(found: Sequence[Name]) -> str:
    return found[0].text.split()[-1] if found else ""
