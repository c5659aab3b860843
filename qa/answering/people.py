"""Which names of an article are certainly people's: only those may stand for "he" or "she"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.answering.descriptions import ROLE
from qa.answering.modality import speaker
from qa.answering.words import Name, names

RANKS = frozenset(
    """president prime minister chancellor senator representative secretary general judge justice professor
        captain sergeant lieutenant colonel major admiral king queen prince princess pope bishop
        archbishop lord lady sir dame mr mrs ms dr mayor governor commissioner ambassador councillor
        councilor chief officer detective inspector director chairman chairwoman former""".split()
)
"""Titles that stand before a name and are written with a capital there."""

_AGED = re.compile(r"^(?:,\s(?:aged\s)?\d{1,3}\b(?![\s-]*(?:per|%|million|euros|[a-z]+s\b))|\s\(\d{1,3}\))")
_ROLE_BEFORE = re.compile(rf"\b(?P<role>{ROLE})(?P<comma>[^,;.]{{0,40}},)?\s$")
_FIRM = (
    "owner|operator|supplier|maker|manufacturer|retailer|insurer|developer|carrier|provider|producer|publisher"
    "|lender|builder|contractor|competitor|investor|regulator|broadcaster|freighter|tanker|newspaper|exporter"
    "|importer|distributor|employer|charter|shareholder|rival|brewer|broker|processor|specialist|leader|head"
)
_TRADE_BEFORE = re.compile(r"\b(?P<trade>[a-z]{3,}(?:er|or|ist|man|woman|person|ian|nurse|student|fan))\s$")
_NO_TRADE = frozenset(
    "over after under for nor other another larger smaller whether however either neither per former never"
    " ever rather later earlier further later together order".split()
) | frozenset(_FIRM.split("|"))
_OF_A_PERSON = re.compile(r"^,\s(?:who|his|her)\b")
_APPOSED = re.compile(r"^,\s(?:the|an?)\s(?P<what>[^,;.]{3,90})")
_BODY = re.compile(
    rf"\b(?:{_FIRM}|company|firm|group|union|agency|bank|outlet|brokerage|party|club|team|city"
    r"|town|village|port|region|island|country|state|district|suburb|river|ship|tanker|vessel|ferry|yard|unit"
    r"|charity|institute|university|association|authority|supplier|hospital|museum)\b"
)
_PLACED = re.compile(r"\b(?:in|at|near|across|outside|around|inside|off)\s(?:the\s)?$")
_QUOTED = re.compile(r"[\"“”]")
_HE = re.compile(r"^[^\"“”]*\b(?:he|she)\b")


def people(lines: Sequence[str]) -> frozenset[tuple[str, ...]]:
    """The names in `lines`, by their words in lower case, that something beside them shows to be a
    person's: a title or trade before, an age, "who" or an apposition after, quoted words. The last word
    alone counts too, unless it stands after "in" or "at" anywhere: then it is also a place or a firm.
    """
    found: set[tuple[str, ...]] = set()
    places: set[tuple[str, ...]] = set()
    for text in lines:
        said = speaker(text) if _QUOTED.search(text) else None
        held = [name for name in names(text) if name.parts]
        if held and (match := _HE.search(text)) and len([n for n in held if n.start < match.end()]) == 1:
            found.add(held[0].parts)  # nobody else is named before the "he" of this line
        for name in held:
            if _PLACED.search(text[: name.start]):
                places.add(name.parts)
            elif _is_shown(name, text) or (said and said[1] == name.start and len(name.parts) > 1):
                found.add(name.parts)
    return frozenset((found | {parts[-1:] for parts in found}) - places)


def _is_shown(name: Name, text: str) -> bool:
    before, after = text[: name.start], text[name.end :]
    if RANKS & set(name.parts[:-1]):
        return True
    if _AGED.match(after):
        return True
    if len(name.parts) < 2:  # "Brest, who have won twice"
        return False
    if _OF_A_PERSON.match(after):
        return True
    if (role := _ROLE_BEFORE.search(before)) and role["role"] not in _NO_TRADE:
        return True
    if (trade := _TRADE_BEFORE.search(before)) and trade["trade"] not in _NO_TRADE:
        return True
    apposed = _APPOSED.match(after)
    return bool(apposed and not _BODY.search(apposed["what"]))
