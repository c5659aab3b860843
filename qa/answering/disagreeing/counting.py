"""Reads the figures of a statement: how much, how exactly, of what, over which time, and who counts.

Left out are dates, ages, numbers in names, parts of a whole, and values that the statement calls outdated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qa.answering.disagreeing.clauses import Clause, clauses
from qa.answering.disagreeing.fates import AGENT, CROWD, FATE_OF, MARCHERS, PEOPLE, fate
from qa.answering.disagreeing.figures import Figure
from qa.answering.question import Question
from qa.answering.synonyms import alike, same_name
from qa.answering.words import STOPWORDS, Word, names, numbers, stem, words
from qa.days import MONTHS
from qa.types import Statement

_MONTH = rf"(?:{'|'.join(m.capitalize() for m in MONTHS)}|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?"
_NO_FIGURE = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?:\s?(?:to|and|-|–)\s?\d{{1,2}})?\s+(?:of\s+)?{_MONTH}(?:,?\s+\d{{4}})?"
    rf"|\b{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:\s?(?:to|and|-|–)\s?\d{{1,2}}\b)?(?:,?\s+\d{{4}})?|\b{_MONTH},?\s+\d{{4}}\b"
    r"|\b\d{1,2}:\d\d\b(?:\s?[ap]\.?m\b\.?)?|\b\d{1,2}(?:\.\d\d)?\s?[ap]\.?m\b\.?"
    r"|\b(?:19|20)\d\d\b(?!\s+[a-z]+s\b)(?!\s?%|\s+per)|\b\d+(?:st|nd|rd|th)\b"
    r"|,\s\d{1,3}(?=[,.;])|\baged?\s\d{1,3}\b|\(\d{1,3}\)|\b(?:\d{1,3}|\w+)[\s-]years?[\s-]old\b"
    r"|\b(?:\w+|\d+)\s+(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?)\s+(?:ago|earlier|later|before|after)\b"
    r"|\b(?:\d+|\w+)[\s-](?:thirds?|quarters?|fifths?|tenths?|halves)\b|\bone\s+(?:of|day|another|that|thing)\b|\b(?:no|any|every|some|the|this|that|each)\s?one\b"
    r"|\b(?:several|few|some|many|couple\s+of|the)\s+(?:hundred|thousand|million|dozen)\b|\b[Hh]undred\b"
)
_SCORE = re.compile(r"(?<![\d–-])\b(\d{1,3})\s?[-–]\s?(\d{1,3})\b(?![\d–-])")
_RANGE = re.compile(r"\s*(?:[-–]|to|and)\s*")
_MARKS: tuple[tuple[str, str], ...] = (
    ("above", r"more\s+than|over|at\s+least|above|upwards\s+of|no\s+fewer\s+than|no\s+less\s+than|well\s+over"),
    ("below", r"nearly|almost|up\s+to|as\s+many\s+as|as\s+much\s+as|fewer\s+than|less\s+than|under|below|at\s+most|just\s+under|close\s+to"),
    ("about", r"about|around|roughly|approximately|some|an\s+estimated|estimated|circa|an?\s+average\s+of"),
)  # fmt: skip
_MARK = re.compile(
    r"\b(?:" + "|".join(f"(?P<{name}>{cues})" for name, cues in _MARKS) + r")(?:\s+the)?\s+$", re.IGNORECASE
)
_BEFORE = r"(?:\s+(?:only|just|now|a|an|the|some|about|around|nearly|almost|over|up\s+to|at\s+least|more\s+than|fewer\s+than|less\s+than))*\s+[$€£¥]?$"
_OLD = re.compile(
    rf"(?:\bfrom|\b(?:first|rather|earlier|previously|reported|said|thought|feared|expected)\s+than|\bcompared\s+(?:with|to)|\binstead\s+of|\bnot|\bagainst"
    rf"|\b(?:previous|earlier|initial|original)\s+(?:\w+\s+)?(?:of|was|at)|\b(?:initially|originally|previously)\s+(?:\w+\s+)?(?:at|of|was|as)){_BEFORE}",
    re.IGNORECASE,
)
_RETOLD = re.compile(
    r"\b(?:earlier|previous|first|initial|original)\s+(?:[\w’'-]+\s+){0,3}?(?:reports?|counts?|figures?|estimates?|tolls?|tall(?:y|ies)|statements?|version)\b"
    r"|\bhad\s+(?:first|initially|originally|previously|earlier)\b|\bhad\s+(?:said|put|reported|given)\b[^.;]*\bearlier\b|\b(?:initially|originally|previously)\s+(?:said|put|reported|estimated|thought)\b",
    re.IGNORECASE,
)
_PART_BEFORE = re.compile(
    rf"\b(?:including|among\s+(?:them|those)|of\s+(?:them|whom|which|those|these)|another|further|additional|extra|first|last|next|plus){_BEFORE}|,\s*(?:including|among)\b[^,]*$",
    re.IGNORECASE,
)
_PART_AFTER = re.compile(
    r"^(?:\s+[\w’'%-]+){0,2}?\s+(?:of|among)\s+(?:the|its|their|his|her|our|those|these|them|whom|which|all|\d)\b(?!\s+(?:vote|voters|electorate|ballot|population|poll)\w*)"
    r"|^\s+(?:more|others?|fewer|less|extra|additional|further)\b",
    re.IGNORECASE,
)
_RATE = re.compile(
    r"^(?:\s+[\w’'-]+){0,3}?\s+(?P<per>each|apiece|(?:a|an|per|for\s+each|every)\s+(?:second|minute|hour|day|night|week|month|quarter|year|share|person|head|household|family|barrel|ton|tonne|ticket|litre|metre|kilomet(?:re|er)|mile|megawatt))\b",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    rf"\b(?:by|rose|risen|rises?|rising|fell|fallen|falls?|up|down|grew|grown|jump\w*|drop\w*|climb\w*|increas\w*|decreas\w*|gain\w*|lost|shed|slid|surg\w*|sank|declin\w*){_BEFORE}",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"\b(?:could|may|might|would|expect\w*|forecast\w*|predict\w*|fear(?:s|ed)?|plan(?:s|ned)?|target\w*|aim\w*|goal|if|risk\w*)\b", re.IGNORECASE
)  # fmt: skip
_COUNTED = re.compile(
    r"\b(?:puts?|estimat\w*|sp(?:o|ea)ke?\s+of|count(?:s|ed)?|tall(?:y|ied)|tolls?|figure|turnout|claim\w*|reckon\w*|according\s+to)\b|\bnumber\s+of\b",
    re.IGNORECASE,
)
_SAYS = re.compile(r"\b(?:said|says)\s+(?:[\w’'-]+\s+){0,4}?[$€£¥]?$", re.IGNORECASE)
_PERIOD = re.compile(
    rf"\b(?:last|previous|past|this|next)\s+(?P<last>year|month|week|quarter|decade|spring|summer|autumn|winter|season|{'|'.join(MONTHS)})\b"
    rf"|\b(?P<year>(?:19|20)\d\d)\b|\b(?P<ago>\w+\s+(?:years?|months?|weeks?|decades?)\s+(?:ago|earlier|before))\b|\b(?P<first>first|second|third|fourth)\s+(?:quarter|half)\b"
    rf"|\b(?:in|since|for|during|of)\s+(?P<month>{'|'.join(MONTHS)})\b(?!\s+\d)",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"^[\s-]?(?:%|per\s?cent\b|pc\b)", re.IGNORECASE)
_POINTS = re.compile(r"^[\s-]?(?:percentage\s+|basis\s+)?points?\b", re.IGNORECASE)
_SIGNS = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen"}
_MONEY = re.compile(
    r"^\s?(?:[A-Z]\w+\s)?(?P<coin>euros?|dollars?|pounds?|pence|crowns?|kron(?:or|er|e|a)|zlotys?|yen|yuan|francs?|rupees?|roubles?|rubles?|pesos?|reais|lira|shekels?|rand|won|dirhams?|riyals?|forints?|cents?|usd|eur|gbp)\b",
    re.IGNORECASE,
)
_SPAN = re.compile(r"^[\s-](?P<unit>second|minute|hour|day|night|week|month|year|decade)s?\b", re.IGNORECASE)
_HOURS = {"second": 1 / 3600, "minute": 1 / 60, "hour": 1, "day": 24, "night": 24, "week": 168,
          "month": 730, "year": 8760, "decade": 87600}  # fmt: skip
_SAME_NOUN = {"km": "kilomet", "kilometr": "kilomet", "mph": "mile", "metr": "meter", "tonn": "ton"}
# Verbs in forms that a noun could have, after the noun counted.
_VERBS = frozenset(
    "take come go join fill turn cast say lose get make leav stay stand sit walk vote want believ back".split()
)


def figures(asked: Question, statement: Statement, year: int | None) -> list[Figure]:
    """The figures of a statement that can be compared with others': no dates, ages, parts of a whole, values
    that it calls outdated, or numbers in names. `year` is that of its article.
    """
    found = []
    for clause in clauses(statement):
        found += list(_in_clause(asked, clause, year))
    return found


def _in_clause(asked: Question, clause: Clause, year: int | None) -> Iterator[Figure]:
    text = _NO_FIGURE.sub(lambda m: " " * (len(m.group()) - 1) + "~", clause.text)
    if asked.measure == "score":
        for match in _SCORE.finditer(text):
            pair = sorted((float(match[1]), float(match[2])))
            yield Figure(pair[0], pair[1], match.group(), clause.speaker, unit="score", asked=True)
        return
    spots = list(_spots(text))
    for index, spot in enumerate(spots):
        before = spots[index - 1].end if index else 0
        after = spots[index + 1].start if index + 1 < len(spots) else len(text)
        figure = _figure(asked, clause, text, spot, (before, after), year)
        if figure is not None:
            yield figure


@dataclass(frozen=True, slots=True)
class _Spot:
    """A number, or a range of two, and where it stands."""

    low: float
    high: float
    start: int
    end: int


def _spots(text: str) -> Iterator[_Spot]:
    found = [_Spot(v, v, a, a + len(text[a:b].rstrip(" -"))) for v, a, b in numbers(text)]
    skip = False
    for spot, following in zip(found, [*found[1:], None], strict=False):
        if skip:
            skip = False
        elif following and _is_range(text, spot, following):
            skip = True
            yield _Spot(spot.low, following.high, spot.start, following.end)
        else:
            yield spot


def _is_range(text: str, first: _Spot, last: _Spot) -> bool:
    between = re.sub(r"[$€£¥]", "", text[first.end : last.start])
    if not _RANGE.fullmatch(between) or first.low >= last.low:
        return False
    head = re.sub(r"[$€£¥]$", "", text[: first.start])
    if re.search(r"\bbetween\s$", head):
        return True
    return "and" not in between and not re.search(r"\bfrom\s$", head)


def _figure(
    asked: Question,
    clause: Clause,
    text: str,
    spot: _Spot,
    borders: tuple[int, int],
    year: int | None,
) -> Figure | None:
    start, end, low, high = spot.start, spot.end, spot.low, spot.high
    head, tail = text[:start], text[end:]
    if _in_name(clause.text, start, end) or _OLD.search(head) or _PART_BEFORE.search(head):
        return None
    if _RETOLD.search(head):
        return None
    unit, length = _unit(head, tail)
    if _PART_AFTER.match(tail[length:]):
        return None
    if unit == "hours":
        factor = _HOURS[words(tail)[0].lower.removesuffix("s")]
        low, high = low * factor, high * factor
    mark = _MARK.search(re.sub(r"(?:US|A|C|NZ)?[$€£¥]$", "", head))
    ranged = re.search(r"\bbetween\s+[$€£¥]?$", head) if low != high else None
    noun = () if unit else tuple(_noun(tail))
    met = "" if unit else fate(text, (start, end), borders, noun)
    opening = mark or ranged
    written_from = opening.start() if opening else len(re.sub(r"(?:US|A|C|NZ)?[$€£¥]\s?$", "", head))
    stems = frozenset(_SAME_NOUN.get(w.stem, w.stem) for w in noun)
    wanted = _asked_nouns(asked)
    figure = Figure(
        low=low,
        high=high,
        written=" ".join(clause.text[written_from : end + length].split()).rstrip(",."),
        speaker=clause.speaker,
        mark=next((k for k, v in mark.groupdict().items() if v), "") if mark else "",
        unit=unit,
        noun=frozenset(s for s in stems if s not in PEOPLE and s not in wanted),
        noun_written=" ".join(w.text for w in noun),
        fate=met,
        role=_role(head, tail[length:]) if unit or noun else "",
        per=(rate["per"].lower().split()[-1] if (rate := _RATE.match(tail)) else ""),
        estimated=bool(_COUNTED.search(clause.text) or _SAYS.search(head)),
        ahead=bool(_AHEAD.search(clause.text)),
        periods=_periods(clause.text, borders, year),
        holder=_holder(clause, start),
        places=_places_named(asked, clause),
        context=_context(clause, noun),
    )
    return _placed(asked, figure, stems)


def _role(head: str, tail: str) -> str:
    """ "by" for a change, "above" and "below" for a distance from a mark: "20 feet above flood stage"."""
    if match := re.match(r"\s*(?:[a-z]+\s)?(?P<side>above|below|over|under)\s+(?:the\s+)?[a-z]", tail):
        return "above" if match["side"] in ("above", "over") else "below"
    return "by" if _CHANGE.search(head) else ""


def _in_name(text: str, start: int, end: int) -> bool:
    """Whether it is part of a name: "BaltLink 3", "Q2", "No 1"."""
    if not text[start:end].isdigit() or not re.search(r"[A-Z][\w’'-]*[\s-]$", text[:start]):
        return False
    named = any(n.end == start - 1 and n.text not in ("Some",) for n in names(text[: start - 1]))
    return named and not re.match(r"\s+[a-z]{3,}", text[end:])


def _unit(head: str, tail: str) -> tuple[str, int]:
    if match := _PERCENT.match(tail):
        return "percent", match.end()
    if match := _POINTS.match(tail):
        return "points", match.end()
    if head[-1:] in _SIGNS:
        return _SIGNS[head[-1]], 0
    if match := _MONEY.match(tail):
        coin = match["coin"].lower()
        return {"eur": "euro", "usd": "dollar", "gbp": "pound"}.get(coin, stem(coin)), match.end()
    if match := _SPAN.match(tail):
        return "hours", match.end()
    return "", 0


def _noun(tail: str) -> Iterator[Word]:
    """What is counted: up to three words after the figure, none of which closes the phrase."""
    end, taken = 0, 0
    for word in words(tail):
        gap = tail[end : word.start].strip()
        if (gap and gap != "-") or word.lower in STOPWORDS or not word.lower[:1].isalpha() or word.capital:
            return
        closing = word.stem in _VERBS or word.lower.endswith(("ed", "ing"))
        if taken == 3 or (taken and closing) or (word.stem in FATE_OF and not AGENT.search(word.lower)):
            return
        end = word.end
        if word.lower.endswith("ly"):
            continue
        taken += 1
        yield word


def _periods(text: str, borders: tuple[int, int], year: int | None) -> frozenset[str]:
    """The times other than its own that the clause ties to this figure: those beside it, else those before the
    figures that come first.
    """
    beside = list(_PERIOD.finditer(text, *borders))
    told = beside or list(_PERIOD.finditer(text, 0, borders[0]))
    found = set()
    for match in told:
        said = match.group().lower()
        if said.startswith(("this", "last week", "past week")) or said in (str(year), f"in {year}"):
            continue
        found.add(match["year"] or match["last"] or match["ago"] or match["month"] or match["first"])
    return frozenset(f.lower() for f in found)


def _holder(clause: Clause, start: int) -> tuple[str, ...]:
    before = [n for n in names(clause.text) if n.end <= start and n.parts and n.text not in clause.speaker]
    return before[-1].parts if before else ()


def _places_named(asked: Question, clause: Clause) -> frozenset[str]:
    found = set()
    for match in re.finditer(r"\b(?:in|at|near|off|around|outside)\s+(?:the\s+)?(?=[A-Z])", clause.text):
        at = next((n for n in names(clause.text) if n.start == match.end()), None)
        if at and at.parts and not any(same_name(at.parts[-1], part) for part in asked.name_parts):
            found.add(at.parts[-1])
    return frozenset(found)


def _context(clause: Clause, noun: Sequence[Word]) -> frozenset[str]:
    aside = {w.lower for w in words(clause.speaker)} | {
        w.lower for n in names(clause.text) for w in words(n.text)
    }
    return frozenset(
        w.stem
        for w in words(clause.text)
        if w.lower not in STOPWORDS and w.lower not in aside and w.lower[:1].isalpha() and w not in noun
    )


# ---------------------------------------------------------------- what the question asks for

_HOW_MANY = re.compile(r"\bhow\s+(?:many|much)\s+(?P<noun>(?:[a-z][\w’'-]*\s*)+)", re.IGNORECASE)
_NUMBER_OF = re.compile(
    r"\b(?:number|share|percentage|proportion)\s+of\s+(?P<noun>(?:[a-z][\w’'-]*\s*)+)", re.IGNORECASE
)


def _asked_nouns(asked: Question) -> frozenset[str]:
    """The stems of what the question wants counted: "police officers" in "how many police officers were hurt"."""
    match = _HOW_MANY.search(asked.text) or _NUMBER_OF.search(asked.text)
    found: list[str] = []
    for word in words(match["noun"]) if match else ():
        if word.lower in STOPWORDS or word.stem in FATE_OF:
            break
        found.append(word.stem)
    return frozenset(found)


def _placed(asked: Question, figure: Figure, stems: frozenset[str]) -> Figure:
    """The figure with `asked` set, and the fate that the question names where the statement names none."""
    if asked.kind != "number":
        return figure
    wanted, met = _asked_nouns(asked), _asked_fate(asked)
    if asked.measure == "crowd":
        fits = not figure.unit and figure.noun <= MARCHERS and figure.fate in ("", CROWD)
        return replace(figure, noun=frozenset(), fate=CROWD, ahead=False, asked=True) if fits else figure
    if asked.measure:
        return replace(figure, asked=_fits(asked.measure, figure.unit))
    if figure.unit:
        return replace(figure, asked=not wanted and not met)
    if met:
        bare = not figure.noun and (bool(stems & wanted) or not stems - PEOPLE)
        return replace(figure, asked=figure.fate == met and bare)
    if wanted:
        return replace(figure, asked=any(alike(s, w) for s in stems for w in wanted))
    return replace(figure, asked=True)


def _fits(measure: str, unit: str) -> bool:
    if measure == "change":  # a share fell by points, a price by pounds
        return True
    if measure in ("percent", "chance"):
        return unit in ("percent", "points")
    if measure == "duration":
        return unit == "hours"
    return unit not in ("", "percent", "points", "hours") if measure == "money" else not unit


def _asked_fate(asked: Question) -> str:
    return next((FATE_OF[w.stem] for w in words(asked.text) if w.stem in FATE_OF), "")
