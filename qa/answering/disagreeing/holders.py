"""Who or what holds the role that a question asks for, as a statement says: the winner, the buyer, the mayor,
the place.

Only roles that one holder fills at a time can be disagreed on: two outlets may name two speakers at a rally,
but not two winners of a final. Nearly the same sentence with another name is about the same role, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.answering.descriptions import ROLE
from qa.answering.disagreeing.figures import shared
from qa.answering.question import Question
from qa.answering.synonyms import alike, same_name
from qa.answering.words import STOPWORDS, Name, names, numbers, words
from qa.library.differing import differences
from qa.types import Statement

NEARLY_THE_SAME = 75
FRAME_WORDS = 6
PLACE_CONTEXT = 0.5
_NEAR = 60

_ASKS_WHO = re.compile(r"\b(?:who|whom|whose|which|where)\b|^\s*what\s+(?:is|was)\s+the\s+(?:name|location|venue)\b|\blocation\b", re.IGNORECASE)  # fmt: skip
_WHICH = re.compile(r"\s*(?:which|what)\b", re.IGNORECASE)
_DOES = frozenset(
    "win buy acquir purchas takeov direct lead head chair own succeed replac write design invent host".split()
)
_IS_MADE = frozenset("elect appoint name award crown choos becom nomin".split())
_ROLE = re.compile(rf"\b(?P<role>{ROLE}|winner|champion|buyer|successor|host|venue)\b", re.IGNORECASE)
_LOSERS = re.compile(
    r"\b(?:against|over|beat(?:s|en|ing)?|defeat(?:s|ed|ing)?|unlike|from|than|for|in|at|after|before|to\s+succeed|replac\w+|succeed\w*)\s+(?:the\s+|[a-z]+\s+){0,2}$",
    re.IGNORECASE,
)
_PASSIVE = re.compile(r"\b(?:is|was|were|are|been|being|be)\s+(?:\w+ly\s+)?$", re.IGNORECASE)
_BY = re.compile(
    r"^[^.;]{0,40}?\b(?:by|to)\s+(?:the\s+)?(?:(?!in\b|on\b)[a-z][\w-]*\s+){0,3}(?:[A-Z]\w+[’']s\s+)?$"
)
_PLACED = re.compile(
    r"\b(?P<prep>in|at|near|off|outside|to|from|on)\s+(?:the\s+)?(?:[a-z]+\s+(?:of\s+)?){0,3}$"
)
_NOT_FIRM = frozenset({"denied", "alleged", "conditional", "opinion"})


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the asked role according to a statement: the names, the first as written."""

    names: tuple[tuple[str, ...], ...]
    written: str
    speaker: str
    place: bool = False
    context: frozenset[str] = frozenset()
    about: str = "who it is"

    def comparable(self, other: Holder) -> bool:
        """Whether both are said to hold the same role."""
        return not self.place or shared(self.context, other.context) >= PLACE_CONTEXT

    def agrees(self, other: Holder) -> bool:
        """Whether they have a holder in common, give or take the spelling or an abbreviation."""
        return any(_same(a, b) for a in self.names for b in other.names)


def _same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    if any(same_name(a, b) for a in one for b in other if len(a) > 2 or a == b):
        return True
    few, many = sorted((one, other), key=len)
    return len(few) == 1 and len(many) > 1 and few[0] == "".join(part[0] for part in many)


def holders(asked: Question, statements: Sequence[Statement]) -> list[Holder | None]:
    """For each statement who holds the role that the question asks for, None where it does not surely say."""
    found: list[Holder | None] = [None] * len(statements)
    if asked.kind in ("number", "date", "yesno", "reason", "quote") or not _ASKS_WHO.search(asked.text):
        return found
    predicate = _predicate(asked)
    if predicate or asked.kind in ("person", "place", "what"):
        for index, name in _by_frame(statements):
            found[index] = _holder(asked, statements[index], [name])
    if predicate:
        found = [h or _by_role(asked, s, predicate) for h, s in zip(found, statements, strict=True)]
    if asked.kind == "place" and not predicate:
        found = [h or _by_place(asked, s) for h, s in zip(found, statements, strict=True)]
    return [h if s.modality not in _NOT_FIRM else None for h, s in zip(found, statements, strict=True)]


def _predicate(asked: Question) -> frozenset[str]:
    stems = {w.stem for w in words(asked.text)}
    found = {s for s in stems if any(alike(s, p) for p in _DOES | _IS_MADE)}
    role = _ROLE.search(asked.text)
    return frozenset(found | ({role["role"].lower()} if role else set()))


def _holder(asked: Question, statement: Statement, held: Sequence[Name]) -> Holder:
    where = asked.kind == "place" and not _WHICH.match(asked.text)
    return Holder(
        tuple(n.parts for n in held),
        held[0].text,
        statement.attributed_to,
        place=where,
        context=_context(statement) if where else frozenset(),
        about="where it is" if where else "who it is",
    )


def _context(statement: Statement) -> frozenset[str]:
    said = {w.lower for n in names(statement.text) for w in words(n.text)}
    return frozenset(
        w.stem for w in words(statement.text) if w.lower not in STOPWORDS and w.lower not in said
    )


# ---------------------------------------------------------------- by the verb or the noun


def _candidates(asked: Question, statement: Statement) -> list[Name]:
    who = {w.lower for w in words(statement.attributed_to)}
    found = []
    for name in names(statement.text):
        asked_for = all(any(same_name(part, a) for a in asked.name_parts) for part in name.parts)
        aside = statement.text[: name.start].count("(") > statement.text[: name.start].count(")")
        counted = all(numbers(part) for part in name.parts)  # "Twenty years after ..."
        dateline = name.start == 0 and re.match(r"\s\([A-Z]", statement.text[name.end :])
        loses = dateline or _LOSERS.search(statement.text[: name.start])
        if name.parts and not (asked_for or aside or counted or loses or set(name.parts) <= who):
            found.append(name)
    return found


def _by_role(asked: Question, statement: Statement, predicate: frozenset[str]) -> Holder | None:
    said = {w.lower for w in words(statement.text)}
    if asked.names and not any(same_name(name[-1], word) for name in asked.names for word in said):
        return None  # "president", but of what?
    candidates = _candidates(asked, statement)
    for word in words(statement.text):
        does = any(alike(word.stem, p) for p in predicate if p in _DOES or any(alike(p, d) for d in _DOES))
        made = any(alike(word.stem, p) for p in predicate if any(alike(p, m) for m in _IS_MADE))
        if not (does or made):
            continue
        name = _beside(statement.text, word.start, word.end, candidates, made=made)
        if name:
            return _holder(asked, statement, [name, *_joined(statement.text, name, candidates)])
    for match in _ROLE.finditer(statement.text):
        if match["role"].lower() in predicate and (name := _titled(statement.text, match, candidates)):
            return _holder(asked, statement, [name])
    return None


def _beside(text: str, start: int, end: int, candidates: Sequence[Name], *, made: bool) -> Name | None:
    after = [
        _headed(text, n, candidates) for n in candidates if end < n.start and _BY.match(text[end : n.start])
    ]
    if after and (not _before_verb(text, start, candidates) or _PASSIVE.search(text[:start])):
        return after[0]
    if not made and _PASSIVE.search(text[:start]):
        return None
    if name := _before_verb(text, start, candidates):
        return name
    direct = [n for n in candidates if made and re.fullmatch(r"\s(?:[a-z]+\s){0,2}", text[end : n.start])]
    return direct[0] if direct else None


def _before_verb(text: str, start: int, candidates: Sequence[Name]) -> Name | None:
    """The name nearest before a verb in its clause."""
    before = [n for n in candidates if n.end <= start and start - n.end <= _NEAR]
    return before[-1] if before and not re.search(r"[.!?]\s|;", text[before[-1].end : start]) else None


def _headed(text: str, name: Name, candidates: Sequence[Name]) -> Name:
    """The name after a possessive or a people: "Slovenia's Ann Roe", "the Austrian writer Jo Doe"."""
    following = next((n for n in candidates if n.start > name.end), None)
    if following is None or len(name.parts) > 1:
        return name
    between = text[name.end : following.start]
    described = re.fullmatch(
        r"\s(?:(?!is|was|has|will|to|for|in|on|and|by|of|at|with)[a-z][\w-]*\s){1,3}", between
    )
    return following if described or re.fullmatch(r"[’']s?\s", between) else name


def _joined(text: str, name: Name, candidates: Sequence[Name]) -> Iterator[Name]:
    """Others in the same breath: "Olga Tokarczuk and Austria's Peter Handke"."""
    at = name
    for other in reversed([n for n in candidates if n.end <= name.start]):
        if not re.fullmatch(
            r"[’']?s?\s?(?:,|,?\sand|&)\s(?:\w+[’']s\s)?(?:[a-z]+\s){0,3}", text[other.end : at.start]
        ):
            if re.fullmatch(r"[’']s\s", text[other.end : at.start]):
                at = other
                continue
            return
        yield other
        at = other


def _titled(text: str, match: re.Match[str], candidates: Sequence[Name]) -> Name | None:
    for name in candidates:
        if name.start <= match.start() < name.end:  # "Mayor Douglas Pruett"
            rest = text[match.end() : name.end].strip()
            return Name(rest, match.end() + 1, name.end) if rest else None
        before, after = text[name.end : match.start()], text[match.end() : name.start]
        if match.end() < name.start and re.fullmatch(r",?\s", after):
            return name
        if name.end < match.start() and re.fullmatch(r"(?:,|\s(?:is|was|became|becomes|remains)(?:\s\w+)?)\s(?:(?:the|a|its|their)\s)?(?:[\w’'-]+\s){0,3}", before):  # fmt: skip
            return name
    return None


# ---------------------------------------------------------------- by the sentence, or the place


def _by_frame(statements: Sequence[Statement]) -> Iterator[tuple[int, Name]]:
    """Names that stand in one statement where nearly the same one has another name."""
    from rapidfuzz import fuzz

    for index, one in enumerate(statements):
        for other in statements:
            if one is other or _article(one) == _article(other) or len(words(one.text)) < FRAME_WORDS:
                continue
            if fuzz.ratio(one.text, other.text) < NEARLY_THE_SAME:
                continue
            changed = {pair for pair in differences(one.text, other.text) if pair[0] != pair[1]}
            if len(changed) == 1 and (name := _name_in(one.text, *next(iter(changed)))):
                yield index, name
                break


def _name_in(text: str, mine: str, theirs: str) -> Name | None:
    if not (mine[:1].isupper() and theirs[:1].isupper()):
        return None
    wanted = {w.lower for w in words(mine)}
    return next((n for n in names(text) if wanted & set(n.parts)), None)


def _by_place(asked: Question, statement: Statement) -> Holder | None:
    """The place of a statement that names exactly one, besides those of the question."""
    found: list[tuple[str, Name]] = []
    for name in names(statement.text):
        match = _PLACED.search(statement.text[: name.start])
        if match and name.parts and not any(same_name(p, a) for p in name.parts for a in asked.name_parts):
            found.append((match["prep"].lower(), name))
    if len(found) != 1:
        return None
    prep, name = found[0]
    context = _context(statement)
    return Holder(
        (name.parts,), name.text, statement.attributed_to, True, context | {f"({prep})"}, "where it is"
    )


def _article(statement: Statement) -> str:
    return statement.citations[0].article_id
