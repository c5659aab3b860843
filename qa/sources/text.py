"""Plain text and Markdown to an article: a head on top if there is one, else a headline and a byline where
they are plain to see.
"""

from __future__ import annotations

import re
from datetime import datetime

from qa.sources.boilerplate import without_boilerplate
from qa.sources.clean import paragraphs, unseen_characters
from qa.sources.dates import parse_date
from qa.sources.furniture import MENU_WORD
from qa.sources.head import fields, people, split_head
from qa.sources.markdown import plain_markdown
from qa.sources.material import Found

_LONGEST_HEADLINE = 150
_MOST_WORDS = 25
_NAME = (
    r"[^\W\d_a-z][\w.'’-]*(?: (?:[^\W\d_a-z][\w.'’-]*|(?:de|da|di|del|der|den|van|von|la|le|bin|al|el"
    r"|ter|ten)))*"
)
_BYLINE = re.compile(
    rf"(?:Words by|Story by|Written by|By|BY):? {_NAME}(?:(?:, | and | & |, and "
    rf"|; ){_NAME})*(?:, [\w .'’-]{{3,60}}| in {_NAME})?"
)
_DATELINE = re.compile(
    r"(?P<place>[A-Z][A-Z .,'’/-]{2,40}?),? (?P<date>[A-Z]?[\w. ,]{6,24}?\d{4})(?: \([\w ./-]{2,40}\))?"
    r" ?[—–-]{1,2} "
)
_DATELINE_START = re.compile(
    r"(?:[A-Z][A-Z .,'’/-]{2,40}(?:, [\w. ]{2,30})?(?: \([\w ./-]{2,40}\))?"
    r"|\([A-Z][\w ./-]{1,40}\)) ?[—–-]{1,2} "
)
_DATED = re.compile(
    r"(?P<label>(?:first |originally )?(?:published|posted)|(?:last )?(?:updated|modified)|date)?(?: on"
    r"| at)?:?\s*(?P<date>.{6,60})",
    re.IGNORECASE,
)
_TOP = 5


def read_text(text: str, *, markdown: bool, now: datetime) -> Found:
    """The article in `text`.

    Fields that its head does not give, and its first lines do not plainly show, stay empty.
    """
    head, body = split_head(text.replace("\r\n", "\n").replace("\r", "\n"))
    found = fields(Found(text="", characters=unseen_characters(body)), head, now)
    if markdown:
        title, body = plain_markdown(body)
        found.title = found.title or title
    lines = without_boilerplate(paragraphs(body))
    _headline(lines, found)
    _top_lines(lines, found, now)
    if found.published is None and lines and (dateline := _DATELINE.match(lines[0])):
        found.published = parse_date(dateline["date"].strip(" ,"), now=now)
    found.text = "\n\n".join(lines)
    return found


def _headline(lines: list[str], found: Found) -> None:
    """Takes the headline off the text where it repeats the head's, or where the first line is plainly one."""
    if not lines:
        return
    if found.title:
        if lines[0].casefold() == " ".join(found.title.split()).casefold():
            del lines[0]
    elif _is_headline(lines):
        found.title = lines.pop(0)
    elif MENU_WORD.fullmatch(lines[0].lower()) and _is_headline(lines[1:]):
        found.title = lines[1]  # under the name of its section
        del lines[:2]


def _is_headline(lines: list[str]) -> bool:
    """A short line with capital, without a sentence's end, and with real sentences after it."""
    first = lines[0] if lines else ""
    if (
        len(first) > _LONGEST_HEADLINE
        or not 3 <= len(first.split()) <= _MOST_WORDS
        or first[-1] in '.,:;…—–-"”’|>'
    ):
        return False
    if (
        not (first[0].isupper() or first[0].isdigit() or first[0] in "\"“‘'$£€")
        or _BYLINE.fullmatch(first)
        or _DATELINE_START.match(first)
    ):
        return False
    if re.search(r"[|>»]|https?:|www\.|@", first) or _date_in(first):
        return False
    return any(
        len(line) > len(first) and line.rstrip('"”’)').endswith((".", "!", "?")) for line in lines[1:8]
    )


def _top_lines(lines: list[str], found: Found, now: datetime) -> None:
    """Takes a byline and dates that stand alone off the first lines; a standfirst may stand before them.

    A date without a word such as "Published" counts only on top or after the byline: later it is a heading.
    """
    index = 0
    on_top = True
    for line in lines[:_TOP]:
        if len(line) <= _LONGEST_HEADLINE and _BYLINE.fullmatch(line):
            found.authors = found.authors or people(re.sub(r" in [^,;&]+$", "", line))
            on_top = True
        elif not _take_date(line, found, now, bare=on_top):
            index += 1
            on_top = False
            continue
        del lines[index]


def _take_date(line: str, found: Found, now: datetime, *, bare: bool) -> bool:
    match = _date_in(line)
    if match is None or not (bare or match["label"]):
        return False
    when = parse_date(match["date"], now=now)
    if when is None:
        return False
    if re.match(r"(?:last )?(?:updated|modified)", match["label"] or "", re.IGNORECASE):
        found.updated = found.updated or when
    else:
        found.published = found.published or when
    return True


def _date_in(line: str) -> re.Match[str] | None:
    return (
        _DATED.fullmatch(line)
        if len(line) <= 80 and re.search(r"\d{4}", line) and line[-1] not in "?!"
        else None
    )
