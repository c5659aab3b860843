"""Questions that ask two things: "what does the works cost, and who is to pay?".

Each part is looked for by itself, since no one sentence need answer both. What the second part leaves unsaid
("and from which day?", "and how many people work there?") is filled in from the first.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from qa.answering.words import Name, content_words, names

_PREPOSITION = (
    r"(?:(?:for|by|in|on|at|from|to|with|since|until|of|under|over|against|about|near|within|before|after)"
    r"\s+)"
)
_WH = r"(?:who|whom|whose|what|when|where|why|which|how)"
_BE = (
    r"(?:is|are|was|were|will|would|did|does|do|has|have|had|can|could|should|may|might"
    r"|isn[’']t|won[’']t|didn[’']t)"
)
_OPENED = rf"{_PREPOSITION}?{_WH}\b"
# With a comma before it any question word opens a part; without one "who" and "which" may tell of a noun.
_JOINT = re.compile(
    rf"\s*,\s*(?:and|but)\s+(?:if\s+(?:so|not),?\s+)?(?=(?:{_OPENED}|{_BE}\s+(?:the\b|an?\b|he\b|she\b|it\b|they\b|there\b|[A-Z]|its\b|their\b)))"
    rf"|\s+and\s+(?:if\s+(?:so|not),?\s+)?(?={_PREPOSITION}?(?:when|where|why|how)\b)"
    rf"|\?\s+(?:and\s+)?(?=(?:{_OPENED}|{_BE}\s))",
    re.IGNORECASE,
)
# Without a comma these open a part only where no "who" or "that" stands before, whose second half it may be:
# "who is the man who won and who left".
_JOINT_UNLESS_TOLD_OF = re.compile(
    rf"\s+and\s+(?=(?:{_PREPOSITION}?(?:who|whom|whose|what)\b|{_BE}\s+(?:he|she|it|they|there)\b))",
    re.IGNORECASE,
)
_TOLD_OF = re.compile(r"\s(?:who|whom|whose|which|that|what)\b", re.IGNORECASE)
_MAY_TELL_OF = re.compile(r"(?:who|what|whose|which)\b", re.IGNORECASE)
# In "what was the score, who scored, and how many came?" a comma is enough before all but the last part.
_JOINT_IN_A_LIST = re.compile(
    rf"\s*,\s+(?={_PREPOSITION}?(?:how|why|(?:who|what|whose|which)(?!\s*,)|(?:when|where)\s+{_BE})\b)",
    re.IGNORECASE,
)
_OPENING = re.compile(
    rf"^{_PREPOSITION}?(?:how\s+(?:much|many|long|far|old|big|large|high|heavy|often|soon|fast)(?:\s+(?:more|less|money))?"
    rf"|(?:what|which)\s+(?:day|date|month|year|time|terms|price|reason)|{_WH})\b[\s,]*",
    re.IGNORECASE,
)
_OPENS = re.compile(rf"(?:{_OPENED}|{_BE}\b)", re.IGNORECASE)
# "In what words", "how certain is each": how sure a thing is and who says so is told with it.
_TOLD_ANYWAY = re.compile(
    r"^(?:how\s+(?:certain|sure|likely|firm|definite)\b|(?:is|are|was|were)\s+(?:it|that|this|they|any\s+of\s+it)\s+(?:\w+ly\s+)?"
    r"(?:certain|sure|true|confirmed|denied|disputed|settled|definite|official)\b|whose\s+(?:figure|number|word|claim|estimate)s?\b"
    r"|(?:in|with)\s+(?:what|which)\s+(?:exact\s+)?words\b|what\s+(?:were|are)\s+(?:the|his|her|their)\s+(?:exact\s+)?words\b|who\s+says\s+so\b)"
    r"|^who\s+(?:is|are|was|were|has|have|did|does|will)(?:\s+not|n[’']t)?$",
    re.IGNORECASE,
)
_SPEECH = re.compile(
    r"\b(?:say|says|said|tell|tells|told|think|thinks|argue[sd]?|add|added|answer(?:s|ed)?|repl(?:y|ies|ied)|respond(?:s|ed)?|react(?:s|ed)?)\b",
    re.IGNORECASE,
)
_ITS_SIZE = re.compile(
    r"how\s+(?:long|old|big|large|high|heavy|fast|tall|deep)\s+(?:will|would|is|was|are|were)\s+(?:it|they|he|she)\b",
    re.IGNORECASE,
)
# "How much will the tram cost": what comes last is done, and "it" is the tram.
_DOES = re.compile(r"\b(?:will|does|do|did|would|can|could|should|may|might)\b", re.IGNORECASE)
# "Who is the coach of Brest, and when does he leave?": he is the coach of Brest.
_IDENTITY = re.compile(
    r"^who\s+(?:is|was|are|were|will\s+be)\s+(?P<who>(?:the|[\w-]+[’']s)\s+[^,]+)$", re.IGNORECASE
)
_PERSON = frozenset(["he", "she", "him", "her", "his"])
_BOTH_SAY = re.compile(
    r"^(?P<asks>(?i:what)\s+(?:did|do|does|have|has|had))\s+(?P<one>[A-Z][\w’'-]*(?:\s+[A-Z][\w’'-]*)*)\s+and\s+(?P<other>[A-Z][\w’'-]*(?:\s+[A-Z][\w’'-]*)*)"
    r"\s+(?P<rest>(?:both\s+|each\s+)?(?:say|said|think|tell|told)\b.*)$"
)
_LEANING = re.compile(
    r"\b(?:(?P<owned>its|their|his|her)(?=\s+[a-z])|it|they|them|he|she|him|her|there)\b", re.IGNORECASE
)
# "How many listeria patients are ...": what "them" and "it" of the next part mean.
_COUNTED = re.compile(
    rf"^{_PREPOSITION}?(?:how\s+(?:many|much)|which)\s+(?P<noun>(?!of\b)[\w-]+(?:\s+[\w-]+){{0,2}}?)\s+{_BE}\b",
    re.IGNORECASE,
)
_THINGS = frozenset(["it", "they", "them"])
_OBJECT = frozenset(["her", "him", "them", "it"])
# Words of a part that says nothing of its own: "when is that meant to happen", "how much is it".
_IDLE = frozenset("meant happen happens supposed each instead exactly one ones".split())
_OWN_NOUN = re.compile(
    r"[’']s\s+[a-z]+|\s+(?:[a-z]+\s+)?(?:fee|tax|levy|contract|strike|trial|vote|deal|line|unit|tunnel|bridge|plant|mine|plan|bill|summit|island|party|hub|factory|ferry|bank)\b"
)


MOST_PARTS = 6
"""Each part is searched for by itself: a question of more is no question, and is asked as it stands."""


class Part(NamedTuple):
    """A part of a question as it is asked, and as a question of its own."""

    asked: str
    text: str


def subquestions(text: str) -> tuple[Part, ...]:
    """The parts of a question that asks several things, in order; the question alone where it asks one thing.
    `text` is a cleaned question.

    A part that only asks how sure or by whom is left out: every answer tells that.
    """
    whole = (Part(text, text),)
    if both := _BOTH_SAY.match(text):
        asks = re.sub(r"\bdo$", "does", re.sub(r"\bhave$", "has", both["asks"]))
        rest = both["rest"].rstrip(" ?")
        return tuple(
            Part(f"{asks} {who} {rest}", f"{asks} {who} {rest}?") for who in (both["one"], both["other"])
        )
    pieces = _pieces(text)
    if not 2 <= len(pieces) <= MOST_PARTS or not _OPENS.match(pieces[0]):
        return whole
    pieces = [p for p in pieces if p and not _TOLD_ANYWAY.search(p)]
    if not pieces:
        return whole
    first, *later = pieces
    if later and _is_bare(first):  # "by how much and when do tickets get dearer"
        first = f"{first} {_unopened(later[0])}"
    filled = [first, *(_filled(piece, first) for piece in later)]
    return tuple(Part(asked, f"{full}?") for asked, full in zip(pieces, filled, strict=True))


def _pieces(text: str) -> list[str]:
    """A question cut where one part of it ends and the next begins."""
    cut: list[str] = []
    for piece in _JOINT.split(text):
        start = 0
        for joint in _JOINT_UNLESS_TOLD_OF.finditer(piece):
            if not _TOLD_OF.search(piece, start, joint.start()):
                cut.append(piece[start : joint.start()])
                start = joint.end()
        cut.append(piece[start:])
    cut = [piece.strip(" ,?") for piece in cut]
    if len(cut) < 2:
        return cut
    # "... Roe, who won the race, and why?" tells of Roe; so may a "who" before a part that says little.
    listed = [_JOINT_IN_A_LIST.split(piece) for piece in cut[:-1]]
    if any("," in piece for pieces in listed for piece in pieces[1:]):
        return cut
    if _is_bare(cut[-1]) and any(_MAY_TELL_OF.match(piece) for pieces in listed for piece in pieces[1:]):
        return cut
    return [piece.strip(" ,?") for pieces in listed for piece in pieces] + cut[-1:]


def _unopened(piece: str) -> str:
    """A part without its question word."""
    return _OPENING.sub("", piece, count=1)


def _is_bare(piece: str) -> bool:
    """Whether a part has next to nothing but its question word: "over what", "how much is it"."""
    if _SPEECH.search(piece):  # "what did she say"
        return False
    opened = _OPENING.match(piece)
    said = [w for w in content_words(piece[opened.end() :] if opened else "") if w.lower not in _IDLE]
    return bool(opened) and not said


def _filled(piece: str, first: str) -> str:
    """A later part with what it leaves to the first: names for "it" and "there", all of it for next to
    nothing.
    """
    if _is_bare(piece) and not _ITS_SIZE.match(piece):
        opened = _OPENING.match(piece)
        rest = _unopened(first)
        return f"{opened.group().strip(' ,') if opened else piece} {rest[:1].lower()}{rest[1:]}"
    meant = _meant(first)
    if not meant:
        return piece
    counted = _COUNTED.match(first)
    identity = _IDENTITY.match(first)
    leaning = 0

    def put(match: re.Match[str]) -> str:
        nonlocal leaning
        leaning += 1
        if counted and match.group().lower() in _THINGS:
            return f"the {counted['noun']}"
        if identity and match.group().lower() in _PERSON:
            return f"{identity['who']}'s" if match["owned"] else identity["who"]
        object_of = match.group().lower() in _OBJECT and leaning > 1 and not match["owned"]
        whom = meant[1] if object_of and len(meant) > 1 else meant[0]
        return f"{whom}'s" if match["owned"] else whom

    filled = _LEANING.sub(put, piece)
    said = {w.stem for w in content_words(meant[0])}
    told = any(w.stem in said for w in content_words(piece))
    if leaning or told or names(piece[:1].lower() + piece[1:]) or _SPEECH.search(piece):
        return filled
    return f"{piece} of {meant[0]}"


def _meant(first: str) -> list[str]:
    """What "it" or "they" of a later part can mean: the first part's names, else its first telling words."""
    lowered = first[:1].lower() + first[1:]
    if found := names(lowered):
        return [_with_noun(lowered, n) for n in found]
    rest = _unopened(first)
    said = content_words(rest)
    if re.match(r"who\b", first, re.IGNORECASE) and not _IDENTITY.match(first):
        said = said[1:]  # "who led the study" leaves the study, not the leading
    elif re.match(
        r"(?:which|what)\s+\w+\s+(?!of\b)\w+ed\b|(?:which|what)\s+\w+\s+won\b", first, re.IGNORECASE
    ):
        said = said[2:] or said
    done = len(said) == 2 and bool(_DOES.search(rest[: said[0].start])) and not rest[said[1].end :].strip()
    if len(said) > 1 and not done and not rest[said[0].end : said[1].start].strip():
        return [f"{said[0].text} {said[1].text}"]
    return [said[0].text] if said else []


def _with_noun(text: str, name: Name) -> str:
    bare = name.text.removesuffix("'s").removesuffix("’s")
    noun = _OWN_NOUN.match(text, name.start + len(bare))
    return bare + noun.group() if noun else bare
