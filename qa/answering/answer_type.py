"""The expected answer type: what a sentence must hold to answer a question of this kind (a time, an amount
of money, a person).
"""

from __future__ import annotations

import re

from qa.answering.question import Question, has_time, time_place
from qa.answering.reading import Line
from qa.answering.synonyms import same_name
from qa.answering.words import numbers

NUMERAL = r"(?:\d[\d,.]{0,15}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\w+)?|hundred|thousand|dozens?|half|several)"
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_SCALE = r"(?:[\s-](?:hundred|thousand|million|billion|trillion|bn|m|k|dozen))*"
CURRENCY = (
    r"(?:euros?|dollars?|pounds?|crowns?|kron(?:or|er|e|a)|zlotys?|yen|yuan|francs?|rupees?|roubles?|rubles?|pesos?|reais|lira|shekels?|"
    r"rand|won|dirhams?|riyals?|forints?|cents?|pence|usd|eur|gbp)"
)
_MEASURES: dict[str, re.Pattern[str]] = {
    "money": re.compile(rf"[$€£¥]\s?\d|\b(?:US|A|C|NZ)\$\d|\b{NUMERAL}{_SCALE}(?:\s[A-Z][\w.]+)?\s{CURRENCY}\b", re.IGNORECASE),
    "percent": re.compile(
        rf"\b{NUMERAL}\s?(?:%|per\s?cent|percentage)|\d%|\b{NUMERAL}\s+(?:in|out\s+of)\s+(?:every\s+)?{NUMERAL}\b|\b(?:half|third|quarter|fifth|tenth)s?\b",
        re.IGNORECASE,
    ),
    "duration": re.compile(rf"\b{NUMERAL}[\s-](?:more\s+)?(?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|decades?)\b|\b(?:until|for life)\b", re.IGNORECASE),
    "age": re.compile(r",\s(?:aged\s)?\d{1,3}\b|\baged\s\d|\b\d{1,3}[\s-]years?[\s-]old\b|\(\d{1,3}\)", re.IGNORECASE),
    "score": re.compile(r"\b\d{1,3}\s?[-–]\s?\d{1,3}\b|\b\d{1,3}\s+to\s+\d{1,3}\b", re.IGNORECASE),
    "clock": re.compile(r"\b\d{1,2}[:.]\d\d\b|\b\d{1,2}\s?(?:a\.m|p\.m|am\b|pm\b)|\b(?:noon|midnight)\b", re.IGNORECASE),
    "year": re.compile(r"\b(?:19|20)\d\d\b"),
    "crowd": re.compile(
        rf"\b(?:crowds?|turnout|attendance)\b[^.;]{{0,60}}\b\d|\b{NUMERAL}{_SCALE}\s+(?:of\s+)?(?:\w+\s+){{0,1}}(?:people|protesters|demonstrators|marchers|supporters|participants|residents|students|workers|farmers|tenants|women|fans)\b",
        re.IGNORECASE,
    ),
    "distance": re.compile(rf"\b{NUMERAL}{_SCALE}[\s-](?:kilomet(?:er|re)s?|km|miles?|met(?:er|re)s?|feet|foot|yards?|centimet(?:er|re)s?|inch(?:es)?)\b", re.IGNORECASE),
    "frequency": re.compile(
        rf"\b(?:every|each)\s+(?:\w+\s+){{0,2}}(?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|{_WEEKDAY})\b|\b(?:once|twice|{NUMERAL}\s+times)\b"
        r"|\b(?:hourly|daily|weekly|fortnightly|monthly|quarterly|yearly|annual(?:ly)?|rarely|seldom|never|always|regularly)\b|\b(?:a|per)\s+(?:minute|hour|day|week|month|year)\b",
        re.IGNORECASE,
    ),
    "speed": re.compile(
        rf"\b{NUMERAL}\s?(?:km/h|kmh|kph|mph|knots?|m/s)\b|\b(?:kilomet(?:er|re)s?|miles?|met(?:er|re)s?|feet)\s+(?:an|per|a)\s+(?:hour|second|minute)\b"
        r"|%|\bper\s?cent\b",
        re.IGNORECASE,
    ),
}  # fmt: skip
_MEASURES["change"] = re.compile(
    rf"{_MEASURES['percent'].pattern}|\b(?:by|to|from)\s+(?:about\s+|some\s+|almost\s+|more\s+than\s+)?[$£€]?{NUMERAL}|\b(?:halved|doubled|trebled|tripled)\b",
    re.IGNORECASE,
)
_MEASURES["chance"] = re.compile(
    rf"{_MEASURES['percent'].pattern}|\b(?:un)?likely\b|\b(?:chances?|odds|probab\w+|likelihood)\b",
    re.IGNORECASE,
)
_OWNED = re.compile(
    r"\b(?:own(?:s|ed|ers?|ing)?|belong(?:s|ed|ing)?|proprietors?|landlords?|propert(?:y|ies) of)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:in|at|near|from|to|outside|on|across|off|along|around|between|of)\s+(?:the\s+)?(?:\w+\s+){0,3}?[A-Z]"
)
_SOMEBODY = re.compile(
    r"\b(?:man|woman|men|women|officer|suspect|driver|officials?|minister|president|group|company|court|jury|police|team|union|"
    r"workers|researchers|spokes(?:man|woman|person)|firm|newspaper|agency|brothers?|sisters?|father|mother|sons?|daughters?|wife|husband|couple)\b"
    r"(?!\s+(?:said|says|told|added|warned|believe)\b)",  # "police said" tells who speaks, not who did it
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:because|due to|owing to|after|amid|following|caused|blam\w+|as a result|thanks to|in order to|so that|over (?:the|a|an|its|his|her|their)|"
    r"since|reason|to (?:protest|avoid|prevent|ensure|allow|help|make|reduce|save|protect|give)|citing|in response|fail(?:s|ed|ure)|lack of|while (?:its|the|their) [^,.;]{0,40}?\b(?:is|are|was|were) (?:being )?\w+ed\b|too (?:high|low|few|many|late|little|much))\b",
    re.IGNORECASE,
)  # fmt: skip


_HARM = re.compile(
    r"\b(?:injur|hurt|wound|arrest|detain|kill|died|dead|treated|hospital|charged)\w*", re.IGNORECASE
)
_NAMES_OF = re.compile(r"\bwhat\s+(?:is|are|was|were)\s+the\s+name(?P<many>s?)\s+of\b", re.IGNORECASE)
_WHICH = re.compile(
    r"\b(?:which|what)\s+(?:\w+\s+){0,2}?(?:countries|nations|companies|banks|cities|teams|regulators|groups|unions|ports|schools|parties|states|firms|airlines|newspapers)\b",
    re.IGNORECASE,
)


def holds_answer(asked: Question, line: Line) -> bool:
    """Whether `line` holds the kind of thing that `asked` wants: for a kind without a form of its own,
    always.
    """
    if naming := _NAMES_OF.search(asked.text):
        new = [n for n in line.names if len(n.parts) > 1 and not set(n.parts) <= asked.name_parts]
        return len(new) > len(naming.group("many"))
    if asked.kind == "number":
        pattern = _MEASURES.get(asked.measure)
        if asked.measure == "crowd" and _HARM.search(line.text):
            return False
        return bool(pattern.search(line.text)) if pattern else _counts(line.text)
    if asked.kind == "list" and _WHICH.search(asked.text):
        return any(not set(n.parts) <= asked.name_parts and n.start > 0 for n in line.names) or bool(
            numbers(line.text) and "," in line.text
        )
    if asked.kind == "date":
        pattern = _MEASURES.get(asked.measure)
        return bool(pattern.search(line.text)) if pattern else has_time(line.text)
    if asked.kind == "person" and asked.names and not asked.terms:  # "who is Ann Roe": what is said of her
        return any(
            same_name(asked_for, part)
            for n in line.names
            for part in n.parts
            for asked_for in asked.name_parts
        )
    if asked.kind == "person":
        return any(not set(n.parts) <= asked.name_parts for n in line.names) or bool(
            _SOMEBODY.search(line.text)
        )
    if asked.kind == "place":
        where = asked.text.lower().lstrip().startswith("where")
        return bool(_PLACE.search(line.text)) or (not where and bool(line.names))
    return True


def _counts(text: str) -> bool:
    # "One of them" is no count, and neither is the year in "since 2014".
    return any(_is_count(value, text, start, end) for value, start, end in numbers(text)) or bool(
        re.search(
            r"\b(?:tens|hundreds|thousands|dozens|millions)\s+of\b|\b(?:no\s+one|nobody|none)\b",
            text,
            re.IGNORECASE,
        )
    )


_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DATED = re.compile(rf"^\s?{_MONTH}\b|^:\d\d\b|^\s?(?:a\.m|p\.m|am\b|pm\b)")


def _is_count(value: float, text: str, start: int, end: int) -> bool:
    if value == 1 and text[start:end].strip().lower() == "one":
        return False
    if _DATED.match(text[end:]) or re.search(rf"{_MONTH}\s$|:$", text[:start]):
        return False
    return not (1900 <= value <= 2100 and re.search(r"\b(?:in|since|until|by|of|from)\s$", text[:start]))


def gives_reason(line: Line) -> bool:
    """Whether `line` says why: "because", "after", "over a dispute"."""
    return bool(_REASON.search(line.text))


def answer_place(asked: Question, line: Line) -> int | None:
    """Where in `line` the thing asked for stands, None when its kind has no form of its own: the clause
    there counts.
    """
    if asked.kind == "date":
        return time_place(line.text)
    if (
        asked.kind == "number"
        and (pattern := _MEASURES.get(asked.measure))
        and (match := pattern.search(line.text))
    ):
        return match.start()
    return None


def bonus(asked: Question, line: Line) -> float:
    """What is added to the score of `line`: for a count of the unit asked for ("how many officers"),
    against the wrong tense.
    """
    past = bool(_PAST_ASKED.search(asked.text)) and bool(_AHEAD.search(line.text))
    future = bool(_FUTURE_ASKED.search(asked.text)) and bool(_TO_COME.search(line.text))
    told = asked.kind == "reason" and gives_reason(line)
    owned = asked.measure == "owner" and bool(_OWNED.search(line.text))
    return _unit_bonus(asked, line) + _TOLD_WHY * told + _TOLD_WHOSE * owned - 0.2 * past + _FUTURE * future


_CROWD_FIGURE = 0.4
_PAST_ASKED = re.compile(r"^\s*(?:\w+\s+){0,3}?(?:was|were|did)\b", re.IGNORECASE)
_FUTURE = 0.25
_TOLD_WHY = 0.2
_TOLD_WHOSE = 0.3
_FUTURE_ASKED = re.compile(r"^\s*(?:\w+\s+){0,2}?will\b|\b(?:next|another|upcoming)\b", re.IGNORECASE)
_TO_COME = re.compile(
    r"\bwill\b|\bplan(?:s|ned)?\b|\b(?:is|are)\s+(?:to|due|set|scheduled|expected|planned)\b|\bexpects?\b",
    re.IGNORECASE,
)
_AHEAD = re.compile(r"\bwill\s+(?:be|take|have|go|not)\b|\bnext\s+(?:year|month|week)\b", re.IGNORECASE)


def counts_unit(asked: Question, line: Line) -> bool:
    """Whether the line counts what "how many X" asks for: a number with X after it."""
    return bool(asked.kind == "number" and asked.unit) and bool(
        re.search(
            rf"\b{NUMERAL}{_SCALE}\s+(?:\w+\s+){{0,3}}{re.escape(asked.unit[:5])}", line.text, re.IGNORECASE
        )
    )


def _unit_bonus(asked: Question, line: Line) -> float:
    if asked.measure == "crowd":  # whoever counted it, a figure says more than "thousands"
        return _CROWD_FIGURE if re.search(r"\d", line.text) else 0.0
    if asked.kind == "number" and not asked.measure and not asked.unit:
        return 0.05 if re.search(r"\d", line.text) else 0.0
    return 0.08 if counts_unit(asked, line) else 0.0
