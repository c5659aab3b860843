"""What became of the people that a figure counts: killed, injured, arrested. Two figures with different fates
are figures of different things.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.answering.words import Word, words

CROWD = "in the crowd"
_FATES = {
    "killed": "die kill dead fatal fatally toll perish drown live victim bodi",
    "injured": "injur injuri hurt wound",
    "missing": "miss unaccount",
    "arrested": "arrest detain custodi",
    "charged": "charg indict",
    "rescued": "rescu save surviv survivor",
    "evacuated": "evacu displac homeless flee",
    CROWD: "crowd turnout march protest ralli attend gather turn",
}
FATE_OF = {word: met for met, stems in _FATES.items() for word in stems.split()}
"""By the stem of a word the fate that it tells, as a participle."""
PEOPLE = frozenset("peopl person individu human soul live victim casualti fatal bodi other".split())
"""Stems of nouns that stand for people in general."""
MARCHERS = PEOPLE | frozenset(
    "protest demonstr marcher support particip resid student worker tenant farmer fan spectat".split()
)
"""Stems of nouns that stand for those in a march, where a march is asked about."""
_TREATED = re.compile(r"\btreated\b|\b(?:in|to)\s+(?:a\s+|the\s+)?hospitals?\b", re.IGNORECASE)
AGENT = re.compile(r"(?:ers|ors|ants|ees)$")
"""Ends of nouns for people by what they do: "marchers" are counted, "marched" says what became of them."""
_WITH_NEXT = re.compile(r"^(?:\s+[\w’'-]+){0,3}\s*(?:,|,?\s(?:and|or))\s*$")
_SCOPE_ENDS = re.compile(
    r"[;:(]|,|\b(?:when|after|as|while|before|because|since|but|until|unless|although|including)\b",
    re.IGNORECASE,
)
_APPROXIMATELY = re.compile(
    r"(?:^|\s)(?:more\s+than|fewer\s+than|less\s+than|at\s+least|at\s+most|as\s+many\s+as|up\s+to|no\s+fewer\s+than|close\s+to|an\s+estimated"
    r"|over|nearly|almost|under|about|around|roughly|approximately|some|another)\s*$",
    re.IGNORECASE,
)


def fate(text: str, place: tuple[int, int], borders: tuple[int, int], noun: Sequence[Word]) -> str:
    """What became of those whom the figure at `place` counts, "" where the words do not tell.

    Of the words between the figures beside it (`borders`), one right before it tells ("killed 12"), else the
    first after it ("12 people were killed"), else, where `noun` is people in general, the last before it
    ("the death toll rose to 12").
    """
    before, after = text[borders[0] : place[0]], text[place[1] : borders[1]]
    bare = _APPROXIMATELY.sub(" ", before)
    last = words(bare)[-1:]
    if last and bare[last[0].end :].strip() == "" and last[0].stem in FATE_OF:
        return FATE_OF[last[0].stem]
    aside = re.sub(r",\s(?:including|among\s+them)\b[^,]*,", " ", after)
    if _WITH_NEXT.match(aside):  # "four officers and 11 marchers were hurt": the fate of both
        aside = text[place[1] :]
    cut = _SCOPE_ENDS.search(aside)
    scope = aside[: cut.start()] if cut else aside
    for word in words(scope):
        if word.stem in FATE_OF and not AGENT.search(word.lower):
            return FATE_OF[word.stem]
    if _TREATED.search(scope):
        return "injured"
    if re.match(r"\s+held\b", after):
        return "arrested"
    if all(w.stem in PEOPLE for w in noun):
        for word in reversed(words(before)):
            if word.stem in FATE_OF:
                return FATE_OF[word.stem]
    return ""
