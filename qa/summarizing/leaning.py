"""Which sentences can be said without the one before them, and which are no news at all.

`qa.answering.standalone` names what "he" and "the minister" mean. Here is told what still leans on words that
the reader has not seen ("But the two ...", "..., it said"), and what is a caption, a link or a note about the
article.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import groupby

from qa.answering.reading import Line, Story
from qa.answering.standalone import Standing, stand_alone
from qa.answering.words import names

FEWEST_WORDS = 4
"""A shorter sentence is a cry, a heading or a label."""

FEWEST_AROUND = 2
"""Around somebody's words stand at least so many where it is said who says them."""

LONGEST_NOTE = 5
"""A caption or a note about an author has at most so many sentences."""

_QUOTED = re.compile(r"[\"“][^\"”]*[\"”]|\[[^\]]*\]")
_SAYING = r"(?:said|says|added|adds|told|wrote|writes|noted|explained|warned|argued|recalled|continued)"
CONNECTIVE = re.compile(
    r"^(?:But|And|Or|Nor|So|Yet|However|Instead|Otherwise|Then|Thus|Hence|Therefore|Still|Meanwhile|Also"
    r"|Moreover"
    r"|Besides|Furthermore|Nevertheless|Nonetheless|Similarly|Likewise|Indeed|Afterwards?|Hours later"
    r"|Days later"
    r"|Later|Earlier|Even so|That said|By then|By contrast|In contrast|In addition|In return|In response"
    r"|In turn|In all|In fact"
    r"|For example|For instance|As a result|On the other hand|At the same time|At the time|Because of this)\b"
)
_MILD = re.compile(r"^(?:Meanwhile|Separately|Earlier|Later|Still|However)\b")
_OPENS_LEANING = re.compile(
    r"^(?:[\"“]?)(?:He|She|They|It|Its|Their|His|Her|Them|This|That|These|Those|Both|Such|Neither|Either"
    r"|Another|Others|Each|One of (?:them|those)"
    r"|[\w-]+ (?:[\w-]+ )?of (?:them|those(?! who)|these)"
    r"|Some of (?:them|those)|All of (?:them|those)|None of (?:them|those)|(?:Two|Three|Four|Most|Many"
    r"|Half) of (?:them|those|the (?:two|three))"
    r"|The (?:two|three|pair|trio|other|others|former|latter|same|first|second|third|man|woman|men|women"
    r"|couple|move|comments?|remarks?|claims?|incident)"
    r"|Not so|Why|How)\b(?!\s\[)"
)
_LEANS_WITHIN = re.compile(
    r"\b(?:of|in|at|for|on|by|with|from|after|before|to|under|about) (?:that|these|such|those(?! (?:on|who"
    r"|whose|in|at|with|aboard|from|killed|hurt|injured)\b))(?: [a-z]+|[,.;])"
    r"|\bthe (?:two|pair|former|latter)\b(?! [a-z]+)|\b(?:of|to|for|with|by|from|against|told|asked"
    r"|gave) (?:them|him|her)(?=[,.;]|$| (?:on|in|at|that|said)\b)"
    r"|\bthat (?:day|night|evening|morning|afternoon|week|month|year|time|account|figure|number|meeting"
    r"|report|claim)\b"
)
_IT_SAID = re.compile(rf"[,”\"]\s(?:it|they|he|she)\s(?:also\s|had\s|has\s)?{_SAYING}\b(?!\s\[)")
_EARLY_IT = re.compile(
    r"^(?:On|In|At|By|Last|This|Next|After|Before|Now|Today|Yesterday|Since|Until|If|When|While|For|With"
    r"|Until)\b[^,]{0,40}?,?\s(?:it|they)\s(?:\w+)"
)
_PRONOUN = re.compile(r"\b(?:he|she|his|her|him|hers)\b(?!\s\[)", re.IGNORECASE)
_PERSON = re.compile(
    r"\b(?:an?|the)\s(?:\S+\s){0,5}?(?:man|woman|boy|girl|mother|father|teacher|worker|driver|leader|owner"
    r"|manager|officer|minister|president|player|student|doctor|lawyer|captain|singer|actor|actress)\b"
)
_CAPTION = re.compile(
    r"^(?:(?:File )?(?:Photo|Picture|Image|Video|Graphic|Credit)s?\s?:|Read more|More on|More from|Watch"
    r"|Sponsored\b|Advertisement\b|Clarification\s?:|Correction\s?:"
    r"|Editor[’']s note|Note from|Share this|Additional reporting|Reporting by|Edited by|Follow |Subscribe"
    r"|Sign up|Join |E-?mail |Contact |Copyright|All rights"
    r"|Click here|Comments?\b\s*\()",
    re.IGNORECASE,
)
_TO_THE_READER = re.compile(
    r"\b(?:newsletters?|subscribers?|subscribe|inbox|cookies|sign up|click|our website"
    r"|contributed to this (?:report|story)|your|reach (?:him|her|them) at)\b|@\w|\bwww\.|https?:",
    re.IGNORECASE,
)
_WE = re.compile(r"\b(?:[Ww]e|[Oo]ur|us|I|my)\b")
# "Photo: ...", "grazer_61: ...", and not "She told reporters: ...".
_LABEL = re.compile(
    rf"^(?![^:]*\b(?:{_SAYING}|say|asked|replied|[a-z]+ing)\b)[^\W_][^.,:;“”\"]{{0,45}}:\s(?![\"“‘`'])"
)
_ENDED = re.compile(r"[.!][\"”’')]*$")
_COMMENTS = re.compile(r"^(?:COMMENTS?|Comments?)\b\W*\d*\W*$")


def is_news(line: Line) -> bool:
    """Whether a line is a whole sentence of the article: no heading, caption, label, note to the reader,
    question or half of a quotation.
    """
    text = line.text
    if len(text.split()) < FEWEST_WORDS or not _ENDED.search(text) or _CAPTION.match(text):
        return False
    if _LABEL.match(text) or text.count('"') % 2 or text.count("“") != text.count("”"):
        return False
    outside = _QUOTED.sub(" ", text)
    return not (_TO_THE_READER.search(outside) or _WE.search(outside))


def notes(story: Story) -> frozenset[int]:
    """The numbers of the lines that are no report: those with a label before them ("Photo:", a reader's
    name), those that name one of the article's own authors, and what follows them in a short paragraph
    that they open.
    """
    authors = [author for author in story.passage.article.authors if author]
    found: set[int] = set()
    for _, group in groupby(story.lines, key=lambda line: line.paragraph):
        lines = list(group)
        marked = [
            _LABEL.match(line.text) or _CAPTION.match(line.text) or any(a in line.text for a in authors)
            for line in lines
        ]
        whole = marked[0] and len(lines) <= LONGEST_NOTE
        found |= {line.index for line, is_one in zip(lines, marked, strict=True) if is_one or whole}
    return frozenset(found)


def comments_begin(story: Story) -> int:
    """The number of the line from which readers' comments follow; the number of lines where there are
    none.
    """
    return next((line.index for line in story.lines if _COMMENTS.match(line.text)), len(story.lines))


def opens_with_connective(text: str) -> bool:
    """Whether it opens with a word that ties it to what came before: "However", "But", "Meanwhile"."""
    return bool(CONNECTIVE.match(text))


def is_bare_quote(text: str) -> bool:
    """Whether it is somebody's words without who says them."""
    return text[:1] in '"“' and len(_QUOTED.sub(" ", text).split()) < FEWEST_AROUND


def quoted_share(text: str) -> float:
    """The share of the characters that stand in quotation marks."""
    return sum(len(m.group()) for m in re.finditer(r"[\"“][^\"”]*[\"”]", text)) / max(1, len(text))


def said(line: Line, story: Story) -> tuple[Standing, bool]:
    """The line as a summary says it, and whether it leans on the line before so that only the two together
    can be said.
    """
    standing = stand_alone(line, story)
    if len(standing.lines) > 1 and standing.text.endswith(line.text) and standing.text != line.text:
        return Standing(line.text, (line,)), True
    return standing, leans(standing.text, story.people) and line.index > 0


def leans_far(line: Line, story: Story) -> bool:
    """Whether a paragraph's first sentence speaks of "that night": the sentence before need not say which."""
    before = story.lines[line.index - 1] if line.index else None
    outside = _QUOTED.sub(" ", line.text)
    return before is not None and before.paragraph != line.paragraph and bool(_LEANS_WITHIN.search(outside))


def leans(text: str, people: Collection[tuple[str, ...]] | None = None) -> bool:
    """Whether a sentence speaks of what the reader has not seen: an open "he" or "the two", a "but".
    `people` are the names of the article's people, by their words in lower case.
    """
    if is_bare_quote(text) or (CONNECTIVE.match(text) and not _MILD.match(text)):
        return True
    if _OPENS_LEANING.match(text):
        return True
    outside = _QUOTED.sub(lambda m: "[" if m.group()[0] == "[" else " ", text)
    if _LEANS_WITHIN.search(outside) or _IT_SAID.search(text) or _EARLY_IT.match(outside):
        return True
    pronoun = _PRONOUN.search(outside)
    return pronoun is not None and not _names_somebody(outside[: pronoun.start()], people)


def _names_somebody(before: str, people: Collection[tuple[str, ...]] | None) -> bool:
    """Whether somebody whom "he" may mean was named or described; where the article's people are known, an
    office or a newspaper does not count.
    """
    if "[" in before or _PERSON.search(before):
        return True
    found = names(before)
    if people is None:
        return bool(found)
    last = {parts[-1] for parts in people}
    return any(part in last for name in found for part in name.parts)
