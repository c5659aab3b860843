"""Which paragraphs of a pasted page are not the article: menus, share bars, notices, link lists, tails.

Precision comes first in the body: a paragraph goes only when all of it is boilerplate. A list of links
after its heading goes with it. The tail goes from its first heading on ("Methodology", "Editorial team"),
provided that nothing after that reads like the article.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from qa.sources.furniture import (
    BIOGRAPHY,
    ITSELF,
    LATE_NOTICE,
    LATE_WORDS,
    LINKS_HEADING,
    MENU_BAR,
    MENU_WORD,
    NOTICE,
    PRAISE,
    REPORTING,
    TAIL_HEADING,
)

_LONGEST_NOTICE = 400
_LONGEST_LINK = 160
_LONGEST_MENU_WORD = 25
_MENU_RUN = 3
_MOST_LINKS = 10
_HEADLINE_WORDS = 3
_LABEL_WORDS = 18
_HEADING_WORDS = 10
_TAIL_LABEL_WORDS = 5
_DATA_LABELS = frozenset(
    {"source", "sources", "primary source", "primary sources", "methodology", "editorial"}
)
_PROOF = 2
_ENDS = re.compile(r"""[.!?…:;]["'”’»)\]]*$""")


def without_boilerplate(paragraphs: Sequence[str]) -> list[str]:
    """`paragraphs` without those that are not part of the article, in their order."""
    kept = list(paragraphs)
    while True:
        before = len(kept)
        kept = _without_tail(_without_notices(_without_menus(kept)))
        if len(kept) == before:  # what stood around a notice may be furniture once it is gone
            return kept


def is_sentence(paragraph: str) -> bool:
    """Whether a paragraph ends like a sentence and is longer than a label."""
    return bool(_ENDS.search(paragraph)) and len(paragraph.split(None, 3)) == 4


def _without_menus(paragraphs: Sequence[str]) -> list[str]:
    """Menu lines off: single ones only in runs, since one may be the article's own section heading."""
    kept: list[str] = []
    run: list[str] = []
    for paragraph in paragraphs:
        if len(paragraph) <= _LONGEST_MENU_WORD and MENU_WORD.fullmatch(paragraph.lower()):
            run.append(paragraph)
            continue
        kept += run if len(run) < _MENU_RUN else []
        run = []
        if (
            len(paragraph) > _LONGEST_NOTICE
            or _ENDS.search(paragraph)
            or not MENU_BAR.fullmatch(paragraph.lower())
        ):
            kept.append(paragraph)
    return kept + (run if len(run) < _MENU_RUN else [])


def _without_notices(paragraphs: Sequence[str]) -> list[str]:
    kept: list[str] = []
    index = 0
    while index < len(paragraphs):
        paragraph = paragraphs[index]
        index += 1
        if len(paragraph) > _LONGEST_NOTICE:
            kept.append(paragraph)
            continue
        folded = paragraph.lower()
        if LINKS_HEADING.fullmatch(folded):
            index += _links(paragraphs[index : index + _MOST_LINKS + 1])
        elif not _is_notice(folded):
            kept.append(paragraph)
    return kept


def _links(paragraphs: Sequence[str]) -> int:
    """How many paragraphs after a heading are links; a long list or one of labels is the article's."""
    run = list(takewhile(_is_link, paragraphs))
    headlines = sum(len(line.split()) >= _HEADLINE_WORDS for line in run)
    return len(run) if len(run) <= _MOST_LINKS and headlines >= 0.75 * len(run) else 0


def _is_notice(folded: str) -> bool:
    if NOTICE.fullmatch(folded):
        return True
    return any(words in folded for words in LATE_WORDS) and bool(LATE_NOTICE.fullmatch(folded))


def _is_link(paragraph: str) -> bool:
    """Whether a paragraph looks like a headline in a list of links."""
    return len(paragraph) <= _LONGEST_LINK and (not _ENDS.search(paragraph) or paragraph.endswith("?"))


def _without_tail(paragraphs: list[str]) -> list[str]:
    """Everything before the tail in which a page vouches for itself.

    The tail may begin only after the last paragraph that reads like the article. Two pieces of evidence are
    needed: two of its headings, or one sentence of self-praise.
    """
    start = len(paragraphs)
    while start > 0 and _may_be_tail(paragraphs[start - 1]):
        start -= 1
    if start == 0:
        return paragraphs
    evidence = [_tail_evidence(paragraph) for paragraph in paragraphs[start:]]
    if sum(evidence) < _PROOF:
        return paragraphs
    first = next(index for index, weight in enumerate(evidence) if weight)
    return paragraphs[: start + first]


def _may_be_tail(paragraph: str) -> bool:
    if not is_sentence(paragraph):
        return len(paragraph.split()) <= _LABEL_WORDS
    if len(paragraph) <= _LONGEST_NOTICE and _has_tail_label(paragraph) and not REPORTING.search(paragraph):
        return True
    if _is_self_praise(paragraph):
        return True
    return (
        len(paragraph) <= _LONGEST_NOTICE
        and bool(BIOGRAPHY.search(paragraph))
        and not REPORTING.search(paragraph)
    )


def _tail_evidence(paragraph: str) -> int:
    """2 for a sentence of self-praise, 1 for a heading of the kind that tails have, else 0."""
    if is_sentence(paragraph):
        return _PROOF if _is_self_praise(paragraph) else int(_has_tail_label(paragraph))
    if _has_tail_label(paragraph):
        return 1
    return int(
        len(paragraph.split()) <= _HEADING_WORDS
        and bool(TAIL_HEADING.fullmatch(paragraph.rstrip(":").lower()))
    )


def _has_tail_label(paragraph: str) -> bool:
    """Whether a paragraph is "Label: value" with a label of the kind that tails have. "Source: ..." is none:
    a data story says so of its figures.
    """
    label, colon, value = paragraph.partition(":")
    folded = label.strip().lower()
    if not colon or not value.strip() or len(folded.split()) > _TAIL_LABEL_WORDS:
        return False
    return folded not in _DATA_LABELS and bool(TAIL_HEADING.fullmatch(folded))


def _is_self_praise(paragraph: str) -> bool:
    if len(paragraph) > 2 * _LONGEST_NOTICE or REPORTING.search(paragraph) or not ITSELF.search(paragraph):
        return False
    return len({match.group().lower() for match in PRAISE.finditer(paragraph)}) >= _PROOF
