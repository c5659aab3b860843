"""Whether a sentence that holds the words of a question tells what the question asks: counts the thing asked
for, says who holds the office asked for, gives the view of the person asked for, or a reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from qa.answering.answer_type import CURRENCY, NUMERAL, counts_unit, gives_reason
from qa.answering.modality import negations
from qa.answering.question import Question
from qa.answering.reading import Line, Story
from qa.answering.speakers import PRONOUNS, attribution
from qa.answering.synonyms import any_same_name
from qa.answering.words import STOPWORDS, Word, numbers, stem, words
from qa.wordings.lists import used_for

_PEOPLE = frozenset("people persons individuals victims casualties lives".split())
_PERSON = re.compile(
    r"people|persons?|men|women|children|boys|girls|adults|victims|residents|patients|staff|crew|civilians|migrants|students"
    r"|pupils|families|police|nurses|refugees|delegates|candidates|guests|locals|\w{2,30}(?:[eo]rs|ists|[eé]es|ants)",
    re.IGNORECASE,
)
_HARMED = (
    r"(?:kill\w*|die[sd]?|dead|deaths?|lives|injur\w*|hurt|wound\w*|arrest\w*|detain\w*|hospitali[sz]ed|missing|rescued|attend\w*"
    r"|employ\w*|evacuated|infected|stranded|displaced|homeless)"
)
_PEOPLE_COUNTED = re.compile(
    rf"\b{NUMERAL}(?:\s+(?:of|more|other|[a-z-]+))?(?:\s+[\w-]+){{0,2}}?\s+(?:{_PERSON.pattern}|{_HARMED})\b"
    rf"|\b{_HARMED}\s+(?:[a-z-]+\s+){{0,4}}{NUMERAL}\b(?!\s+(?:hours?|days?|weeks?|months?|years?))"
    rf"|\b(?:nobody|none)\b|\b{NUMERAL}\s+(?:were|was|are|have|had|others?|more)\b|\b(?:toll|total|number)\b[^.;]{{0,70}}\b{NUMERAL}\b",
    re.IGNORECASE,
)
_COUNTED_PEOPLE = re.compile(r"\b\d[\d,.]{0,15}\s+(?:\w+\s+)?(?:people|persons)\b", re.IGNORECASE)
_DOZENS = re.compile(
    r"\b(?:dozens|scores|hundreds|thousands|tens|millions|no\s+one|nobody|none|no)\b", re.IGNORECASE
)
# `numbers` takes the blank after a figure along with it.
_OF_ANOTHER_KIND = re.compile(
    rf"(?:\s?%|\s*(?:per\s?cent|percentage)\b|\s*(?!won\b){CURRENCY}\b|[\s-]?(?:more\s+)?(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?)"
    r"\b)",
    re.IGNORECASE,
)
_MANY = re.compile(r"\bhow\s+many\b", re.IGNORECASE)
_COMPARED = re.compile(r"\bhow\s+much\s+\w+er\b", re.IGNORECASE)  # "how much dearer"
_ASKED_OF_A_NO = re.compile(r"\b(?:not|never|no)\b|n[’']t\b", re.IGNORECASE)  # "why did she not come"
_NEXT_TO_NOTHING = 3
_MONEY = ("$", "£", "€", "¥")
_UNITS = re.compile(
    r"\bhow\s+many\s+(?P<units>[\w-]+(?:\s+[\w-]+){0,2}?)\s+(?:is|are|was|were|will|would|did|does|do|has|have|had|can|could|may|might|must)\b",
    re.IGNORECASE,
)
_UNCOUNTED = frozenset("times more less money of other others".split())
_THINKER = re.compile(
    r"^\s*what\s+(?:does|do|did)\s+(?:the\s+)?(?P<who>.+?)\s+(?:think|believe|expect|fear|hope|foresee|predict|reckon|suspect)\b",
    re.IGNORECASE,
)
_OFFICE = re.compile(
    r"^\s*who\s+(?:is|was|are|were|will\s+be)\s+(?:now\s+)?the\s+(?:new\s+|former\s+)?(?P<office>(?!(?:man|woman|men|women|person|people|one|suspect)\b)[a-z][\w-]*(?:\s+[a-z][\w-]*)?)"
    r"(?:\s+(?:of|at|for|in|quoted|named)\b|\s*\?)",
    re.IGNORECASE,
)
_OFFICE_OWNED = re.compile(
    r"^\s*[Ww]ho\s+(?:is|was)\s+[^?]+?[’']s?\s+(?P<office>[a-z][\w-]*(?:\s+[a-z][\w-]*)?)\s*\?"
)
_GOES_WITH_AN_OFFICE = frozenset(["new", "former", "chief", "deputy", "own", "current", "acting", "interim"])
_ANY = frozenset(["a", "an", "another"])
_OWNERS = frozenset(["his", "her", "its", "their"])
_SPEAKS = re.compile(r"\s+(?:said|says|told|declined|added|confirmed|warned|would\s+not)\b", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“][^\"“”]*[\"”]")
_OWNED = re.compile(r"[’']s?$")


def tells(asked: Question, line: Line, story: Story) -> bool:
    """Whether `line` tells what `asked` asks for, as far as its words show; True where they show nothing."""
    return (
        _counted(asked, line, story)
        and _holder(asked, line)
        and _in_office(asked, line, story)
        and _adds(asked, line)
    )


def _adds(asked: Question, line: Line) -> bool:
    """Whether a line without "because" or its like says enough beside what a "why" asks to hold a reason, or
    that it is not so.
    """
    denied = negations(line.text) and not _ASKED_OF_A_NO.search(asked.text)
    if asked.kind != "reason" or gives_reason(line) or denied:
        return True
    mine = {w.stem for w in words(asked.text)}
    new = {w.stem for w in line.words if w.lower not in STOPWORDS and w.stem not in mine}
    return len(new) > _NEXT_TO_NOTHING


def _in_office(asked: Question, line: Line, story: Story) -> bool:
    """Whether a "who is the keeper of X" finds the office (or another word for it) named, and not as that of
    somebody else's house, nor of nobody in particular ("a spokeswoman said").
    """
    match = _OFFICE.search(asked.text) or _OFFICE_OWNED.search(asked.text)
    if not match:
        return True
    *kind, office = words(match["office"])
    wanted = _meanings(asked, office.stem)
    if wanted.isdisjoint(line.stems | line.known):
        return False
    held = re.search(
        rf"\b{re.escape(office.lower)}\s+(?:of|for|at|with)\s+(?:the\s+)?(?P<house>[A-Z]\w+)", line.text
    )
    if held and asked.name_parts and held["house"].lower() not in asked.name_parts:
        return False
    places = [w for w in line.words if w.stem in wanted]
    goes_with = {w.lower for w in kind} | _GOES_WITH_AN_OFFICE
    if not places:  # an office-holder by name
        return not asked.name_parts or _named(asked, line.lowers | line.known)
    return not all(_of_others(asked, line, story, w, goes_with) for w in places)


def _meanings(asked: Question, asked_for: str) -> frozenset[str]:
    """The stems that can stand for one of the question, itself among them."""
    return used_for(asked_for) | {asked_for} | asked.means.get(asked_for, frozenset())


def _of_others(asked: Question, line: Line, story: Story, office: Word, goes_with: AbstractSet[str]) -> bool:
    """Whether the office at this place is another house's: "the Greek prime minister", "their coach" after a
    sentence about others; or "a spokeswoman said".
    """
    before = [w for w in line.words if w.end <= office.start]
    while before and before[-1].lower in goes_with:
        before.pop()
    if _in_a_quote_without_names(line, office):
        return True
    if not before:
        return False
    if before[-1].lower in _ANY and _SPEAKS.match(line.text[office.end :]):
        return True
    if not asked.name_parts:
        return False
    if before[-1].lower in _OWNERS:
        near = [n for o in story.lines[max(0, line.index - 1) : line.index] for n in o.names]
        near += [n for n in line.names if n.end <= office.start]
        return bool(near) and not _named(asked, [part for n in near for part in n.parts])
    owner = next((n for n in line.names if n.start <= before[-1].start < n.end), None)
    opens = owner is not None and not owner.start and not _OWNED.search(before[-1].text)
    return owner is not None and not opens and not _named(asked, owner.parts)


def _in_a_quote_without_names(line: Line, office: Word) -> bool:
    """Whether somebody speaks of "the governor" and names nobody."""
    quote = next((q for q in _QUOTED.finditer(line.text) if q.start() < office.start < q.end()), None)
    return quote is not None and not any(quote.start() + 1 < n.start < quote.end() for n in line.names)


def _named(asked: Question, parts: Iterable[str]) -> bool:
    found = frozenset(parts)
    return any(any_same_name(mine, found) for mine in asked.name_parts)


def _counted(asked: Question, line: Line, story: Story) -> bool:
    """Whether a "how many X" finds X counted, or X in the sentence or the one before it."""
    units = _units(asked)
    if not units or counts_unit(asked, line):
        return True
    if _MANY.search(asked.text) and not _bare_number(line.text):
        return False
    if units & _PEOPLE:
        return bool(_PEOPLE_COUNTED.search(line.text))
    if any(_PERSON.fullmatch(u) for u in units) and _COUNTED_PEOPLE.search(line.text):
        return True
    wanted = frozenset[str]().union(*(_meanings(asked, stem(unit)) for unit in units))
    before = story.lines[line.index - 1].stems if line.index else frozenset()
    return not wanted.isdisjoint(line.stems | before)


def _bare_number(text: str) -> bool:
    """Whether a text has a number that is no share, sum of money or length of time, or "dozens of"."""
    return bool(_DOZENS.search(text)) or any(
        not _OF_ANOTHER_KIND.match(text[end:])
        and text[max(0, start - 1) : start + 1].strip()[:1] not in _MONEY
        for _, start, end in numbers(text)
    )


def _units(asked: Question) -> frozenset[str]:
    """The words of the thing that a "how many" counts: "shipyard", "workers"; none where it is no such
    question.
    """
    if asked.kind != "number" or asked.measure or asked.unit in _UNCOUNTED | STOPWORDS:
        return frozenset()
    if _COMPARED.search(asked.text):
        return frozenset()
    match = _UNITS.search(asked.text)
    said = match["units"].lower().split() if match else [asked.unit]
    return frozenset(u for u in said if u and u not in STOPWORDS)


def _holder(asked: Question, line: Line) -> bool:
    """Whether the view that a line gives is that of the one who is asked for."""
    match = _THINKER.search(asked.text)
    who = [w.lower for w in words(match["who"]) if w.lower not in STOPWORDS] if match else []
    said_by = attribution(line.text)
    if not who or not said_by or said_by.lower() in PRONOUNS:
        return True
    return any_same_name(who[-1], frozenset(w.lower for w in words(said_by)))
