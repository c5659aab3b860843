"""Whether the clause around an expression speaks of what was or of what is to come: cue words, nearest first.

A rule of thumb that knows when it does not know: "was due on Monday" and "agreed to meet on Monday" are open.
The irregular verbs are a closed class and listed; regular ones end in -ed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from qa.days.verbs import (
    NOUN_TOO,
    PARTICIPLE,
    PARTICIPLE_LETTER,
    PAST_LETTER,
    PAST_WORD,
    PLURAL,
    SCHEDULED,
    marked,
)

Tense = Literal["past", "future", "open"]

_ADV = (
    r"(?:\s+(?:not|also|now|still|then|only|first|all|both|never|already|just|soon|instead|yet|even|\w+ly))*"
)
_W = rf"[a-z{PAST_LETTER}{PARTICIPLE_LETTER}]+"
_PLANNED = (
    r"(?:due|set|forecast|scheduled|rescheduled|slated|expected|planned|likely|poised|supposed|about|going|ready|bound|booked|"
    r"billed|tipped|timed|arranged|lined\s+up|pencilled\s+in)\b"
)
_NO_VERB = (
    r"(?:work|court|parliament|death|prison|jail|hospital|police|school|power|office|safety|life|trial|market|trade|"
    r"press|port|shore|land|war|peace|date|home|sea|congress|church|college|university|"
    r"more|less|about|almost|nearly|over|around|just|only|this|that|these|those|the|an?|his|her|their|its|our|my|him|"
    r"them|it|us|me|you|one|two|three|four|five|six|seven|eight|nine|ten|what|which|where|whom|who|when)\b"
)
_AUX = r"(?:is|are|am|(?:he|she|it|that|there|who|what)[’']s|(?:we|they|you)[’']re|i[’']m)"
# What goes with an auxiliary: "will [not have been opened]".
_REST = rf"{_ADV}(?:\s+have)?(?:\s+be(?:en|ing)?)?{_ADV}(?:\s+(?:{PARTICIPLE}|[a-z]+ing\b))?"
_THEN_TO = rf"(?:\s+to\b{_REST})?"
_CUES: tuple[tuple[str, str], ...] = (
    ("past", rf"(?:may|might|could|must|can(?:not|[’']t)?)\b{_ADV}\s+have\b{_REST}"),
    ("open", rf"(?:should|would|ought\s+to)\b{_ADV}\s+have\b{_REST}"),
    ("past", rf"to\s+have\b{_REST}"),
    ("future", rf"(?:(?<!the )(?<!his )(?<!her )(?<!their )(?<!free )will|won[’']t|shall|[’']ll)\b{_REST}"),
    ("would", rf"would\b{_REST}"),
    ("future", rf"(?:can(?:not|[’']t)?|could|(?-i:may)|might|must|should|ought)\b{_REST}"),
    ("future", rf"(?:{_AUX}|remains?|ha(?:s|ve)\s+been)\b{_ADV}\s+{_PLANNED}{_THEN_TO}"),
    ("open", rf"(?:was|were|had\s+been|been)(?:n[’']t)?\b{_ADV}\s+(?:{_PLANNED}{_THEN_TO}|to\s+{_W}{_REST})"),
    ("future", rf"{_AUX}(?:n[’']t)?\b{_ADV}\s+to\s+{_W}{_REST}"),
    ("future", rf"(?:has|have)\s+(?:yet\s+)?to\s+{_W}{_REST}"),
    ("past", rf"(?:failed|managed|began|started|continued|tried|refused|declined|used|had|helped|forced|proved|appeared|seemed)\s+to\s+{_W}{_REST}"),
    ("future", rf"(?:plan|hope|intend|aim|want|expect|seek|promise|vow|pledge|need|agree|prepare|hoping|planning|preparing|aiming)s?\s+to\s+{_W}{_REST}"),
    ("bare", rf"(?:planned|scheduled|due|expected|slated)\b{_THEN_TO}|set\s+(?:to|for)\b{_REST}"),
    ("open", rf"to\s+(?!{_NO_VERB})(?![a-z]+(?:s|ing)\b)(?-i:{_W}){_REST}"),
    ("past", rf"did(?:n[’']t)?\b{_REST}"),
    ("future", rf"(?:do|does)(?:n[’']t)?\b{_REST}"),
    ("past", rf"(?:has|have|had|having|[’']ve)(?:n[’']t)?\b{_ADV}(?:\s+been)?{_ADV}\s+{PARTICIPLE}"),
    ("past", r"(?:has|have|had)\s+been\b|had\b"),
    ("open", r"(?:has|have)\b"),
    ("past", rf"(?:was|were)(?:n[’']t)?\b{_REST}"),
    ("state", rf"{_AUX}\b{_ADV}\s+(?:accused|charged|suspected|convicted|wanted|known|believed|thought|said|reported|blamed|alleged|feared|missing|dead|guilty)\b"),
    ("future", rf"{_AUX}\b{_ADV}\s+(?:being\s+)?(?:[a-z]+ing\b|{PARTICIPLE})"),
    ("copula", rf"{_AUX}(?:n[’']t)?\b"),
    ("future", rf"(?-i:{SCHEDULED})\b"),
    ("maybe", rf"(?-i:{NOUN_TOO})\b"),
    ("past", rf"(?-i:{PAST_WORD})"),
)  # fmt: skip


@cache
def _cue() -> re.Pattern[str]:
    named = "|".join(f"(?P<k{i}>{pattern})" for i, (_, pattern) in enumerate(_CUES))
    return re.compile(rf"(?:(?<![\w’'-])|(?=[’']))(?:{named})", re.IGNORECASE)


_KINDS = {f"k{i}": kind for i, (kind, _) in enumerate(_CUES)}
_PLURAL_VERB = re.compile(rf"\b(?:{PLURAL})\b")
_DETERMINED = re.compile(
    r"\b(?:an?|the|his|her|its|their|our|some|many|several|any|no|two|three|four|more|of|with)\s+(?:\w+ly\s+)?$",
    re.IGNORECASE,
)
_BORDER = re.compile(
    r"[,;:()–—]|\s-\s|\b(?:who|whom|whose|which|that|when|where|while|after|before|because|but|although|though|as|if|whether"
    r"|and|or|so|unless)\b",
    re.IGNORECASE,
)
_FRONTED = re.compile(
    r"(?:^|[;:,–—(]|\b(?:and|but|that|who|which|when|where|as))\s*(?:[“\"]\s*)?"
    r"(?:(?:late|early|later|earlier|just|only|then)\s+)?(?:(?:on|in|at|over|during|by|since|from|until|for|within)\s+)?$",
    re.IGNORECASE,
)
# "booked for Monday", "adjourned until Friday": what is to come, though it was settled before.
_SETTLED = re.compile(
    r"\b(?:set|scheduled|called|fixed|booked|planned|postponed|adjourned|delayed|rescheduled|arranged|organi[sz]ed|moved"
    r"|put\s+(?:off|back)|brought\s+forward|extended|remanded|suspended|deferred|pushed\s+back|convened|summoned|invited)\b",
    re.IGNORECASE,
)
_TO_COME = re.compile(r"\b(?:for|until|till|to)\s+$", re.IGNORECASE)
# What a date behind it belongs to, whatever the verb before it says: "anger at the shooting on Monday".
_EVENT = re.compile(
    r"\b(?:attack|shooting|killing|crash|fire|explosion|blast|arrest|death|murder|flood|earthquake|raid|incident|collapse"
    r"|defeat|win|victory|resignation|announcement|riot|accident|protest|bombing|strike|ruling|verdict|storm)s?"
    r"(?:\s+in\s+[A-Z]\w+)?\s+(?:(?:late|early)\s+)?(?:on\s+|of\s+)?$"
)
_FOR = re.compile(r"\bfor\s+(?:[a-z]+\s+on\s+)?$", re.IGNORECASE)
_ARRANGED = re.compile(rf"{_SETTLED.pattern}|\b{_PLANNED}", re.IGNORECASE)
_BEGINNING = re.compile(
    r"\b(?:beginning|starting|opening|ending|speaking|attending|visiting|arriving|leaving|playing)\s+(?:[a-z]+\s+)?$"
)
_IF = re.compile(r"\b(?:if|unless|once|until)\b[^,;]*\b(?:has|have)\b[^,;]*$", re.IGNORECASE)
_ABOUT = re.compile(r"\babout\s+(?!\d)", re.IGNORECASE)
# "Is a storm coming on Friday?"
_ASKED = re.compile(r"(?:is|are)\b.*\?\s*$", re.IGNORECASE)
_OTHER_TIME = re.compile(
    r"\b(?:last|had|ago|earlier|previous(?:ly)?|yesterday|in\s+(?:19|20)\d\d)\b", re.IGNORECASE
)
_TIED = re.compile(r"\b(?:over|about(?!\s+\d)|after|following|since)\b", re.IGNORECASE)


class _Cue(NamedTuple):
    start: int
    end: int
    kind: str


def tense(text: str, start: int, end: int) -> Tense:
    """Whether the words of `text` around the expression at `start` to `end` speak of the past or the future;
    "open" where they do not tell.
    """
    cues = _cues(text)
    before = [c for c in cues if c.end <= start]
    after = [c for c in cues if c.start >= end]
    if nearest := _nearest(text, start, end, before, after):
        told = _told(nearest[0], text, start, end, before)
        if _FOR.search(text[:start]) and not _ARRANGED.search(text[nearest[0].start : nearest[0].end]):
            return "open"  # "bookings for January fell"
        return "open" if told != "past" and _EVENT.search(text[:start]) else told
    # "Voters go to the polls on Sunday": no other verb in the clause.
    clause = text[_border_before(text, start) : start]
    plain = _PLURAL_VERB.search(clause) and not _TIED.search(clause) and not _EVENT.search(text[:start])
    return "future" if plain else "open"


def _nearest(text: str, start: int, end: int, before: Sequence[_Cue], after: Sequence[_Cue]) -> list[_Cue]:
    """The cues that may govern the expression, the likeliest first."""
    here = [c for c in reversed(before) if c.start >= _border_before(text, start)]
    there = _following(text, end, after)
    fronted = bool(_FRONTED.search(text[:start]))
    if fronted:
        opening = not text[:start].strip() or len(text[:start].split()) <= 2
        return [*there, *(after[:1] if opening or not before else []), *here, *reversed(before)]
    if here and here[0].kind == "maybe" and there:
        here = here[1:]  # "police reports on Monday said"
        return [*there, *here, *reversed(before)]
    return [*here, *there, *reversed(before)]


def _following(text: str, end: int, after: Sequence[_Cue]) -> list[_Cue]:
    """Those of `after` that stand in the same clause."""
    border = _BORDER.search(text, end)
    return [c for c in after if c.start < (border.start() if border else len(text))]


def _border_before(text: str, start: int) -> int:
    return max((m.end() for m in _BORDER.finditer(text, 0, start)), default=0)


@lru_cache(maxsize=1024)
def _cues(text: str) -> tuple[_Cue, ...]:
    found: list[_Cue] = []
    for match in _cue().finditer(marked(text)):
        kind = _KINDS[match.lastgroup or ""]
        word = text[match.start() : match.end()]
        if kind in ("past", "maybe") and " " not in word and _DETERMINED.search(text[: match.start()]):
            continue  # "a limited number", "the returns"
        gap = text[found[-1].end : match.start()] if found else ""
        ahead = found and found[-1].kind not in ("past", "maybe", "state", "bare")
        if kind == "past" and ahead and len(gap.split()) <= 1 and not _BORDER.search(gap):
            continue  # "will stay closed"
        if kind == "maybe" and found and not _BORDER.search(text, found[-1].end, match.start()):
            continue  # "suffered falls"
        found.append(_Cue(match.start(), match.end(), kind))
    return tuple(found)


def settled_before(text: str, start: int) -> bool:
    """Whether something was put off or fixed in the clause before the expression: "adjourned until Friday"."""
    return bool(_SETTLED.search(text[_border_before(text, start) : start]))


def _told(cue: _Cue, text: str, start: int, end: int, before: Sequence[_Cue]) -> Tense:
    between = text[cue.end : start] if cue.end <= start else ""
    if cue.kind == "past":
        if cue.end <= start and (_BEGINNING.search(text[:start]) or _ABOUT.search(between)):
            return "open"  # "declared three days of mourning, beginning on Thursday"
        if _IF.search(text[:start]) and text[cue.start : cue.end].lower().startswith("ha"):
            return "future"  # "if none has been elected by 12 December"
        settled = cue.end <= start and _SETTLED.search(text[cue.start : cue.end])
        return "future" if settled and _TO_COME.search(text[:start]) else "past"
    if cue.kind in ("future", "maybe"):
        return "open" if cue.end <= start and _TIED.search(between) else "future"
    if cue.kind == "would":
        return "open" if _OTHER_TIME.search(text[:start] + text[end:]) else "future"
    if cue.kind == "bare":
        other = [c for c in _cues(text) if c is not cue and c.start != cue.start]
        return "open" if not other or any(c.kind in ("past", "open", "would") for c in other) else "future"
    if cue.kind == "state":
        return "past" if re.search(r"\b(?:of|with|for)\s+\w+ing\b", between) else "open"
    if cue.kind == "copula":
        asked = _ASKED.match(text) and cue.start == 0 and re.search(r"\w+ing\b", between)
        return "future" if asked or (cue.end <= start and len(between.split()) <= 1) else "open"
    governing = [c for c in before if c.end <= cue.start]
    return "future" if cue.kind == "open" and governing and governing[-1].kind == "future" else "open"
