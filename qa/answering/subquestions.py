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
_OPENING = re.compile(
    rf"^{_PREPOSITION}?(?:how\s+(?:much|many|long|far|old|big|large|high|heavy|often|soon|fast)(?:\s+(?:more|less|money))?"
    rf"|(?:what|which)\s+(?:day|date|month|year|time|terms|price|reason)|{_WH})\b[\s,]*",
    re.IGNORECASE,
)
# "and in what words", "and how certain is each": how sure a thing is and who says so is told with it.
_OPENS = re.compile(rf"(?:{_OPENED}|{_BE}\b)", re.IGNORECASE)
# "In what words", "how certain is each": how sure a thing is and who says so is told with it.
_TOLD_ANYWAY = re.compile(
    r"^(?:how\s+(?:certain|sure|likely|firm|definite)\b|(?:is|are|was|were)\s+(?:it|that|this|they|any\s+of\s+it)\s+(?:\w+ly\s+)?"
    r"(?:certain|sure|true|confirmed|denied|disputed|settled|definite|official)\b|whose\s+(?:figure|number|word|claim|estimate)s?\b"
    r"|(?:in|with)\s+(?:what|which)\s+(?:exact\s+)?words\b|what\s+(?:were|are)\s+(?:the|his|her|their)\s+(?:exact\s+)?words\b|who\s+says\s+so\b)"
    r"|^who\s+(?:is|are|was|were|has|have|did|does|will)(?:\s+not|n[’']t)?$",
    re.IGNORECASE,
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
    r"[’']s\s+[a-z]+|\s+(?:line|unit|tunnel|bridge|plant|mine|plan|bill|summit|island|party|hub|factory|ferry|bank)\b"
)


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
    pieces = [piece.strip(" ,?") for piece in _JOINT.split(text)]
    if len(pieces) < 2 or not _OPENS.match(pieces[0]):
        return whole
    pieces = [p for p in pieces if p and not _TOLD_ANYWAY.search(p)]
    first, *later = pieces or [text]
    if later and _is_bare(first):  # "by how much and when do tickets get dearer"
        first = f"{first} {_OPENING.sub('', later[0], count=1)}"
    filled = [first, *(_filled(piece, first) for piece in later)]
    return tuple(Part(asked, f"{full}?") for asked, full in zip(pieces, filled, strict=True)) or whole


def _is_bare(piece: str) -> bool:
    """Whether a part has next to nothing but its question word: "over what", "how much is it"."""
    opened = _OPENING.match(piece)
    said = [w for w in content_words(piece[opened.end() :] if opened else "") if w.lower not in _IDLE]
    return bool(opened) and not said


def _filled(piece: str, first: str) -> str:
    """A later part with what it leaves to the first: names for "it" and "there", all of it for next to
    nothing.
    """
    if _is_bare(piece):
        opened = _OPENING.match(piece)
        rest = _OPENING.sub("", first, count=1)
        return f"{opened.group().strip(' ,') if opened else piece} {rest[:1].lower()}{rest[1:]}"
    meant = _meant(first)
    if not meant:
        return piece
    counted = _COUNTED.match(first)
    leaning = 0

    def put(match: re.Match[str]) -> str:
        nonlocal leaning
        leaning += 1
        if counted and match.group().lower() in _THINGS:
            return f"the {counted['noun']}"
        object_of = match.group().lower() in _OBJECT and leaning > 1 and not match["owned"]
        whom = meant[1] if object_of and len(meant) > 1 else meant[0]
        return f"{whom}'s" if match["owned"] else whom

    filled = _LEANING.sub(put, piece)
    said = {w.stem for w in content_words(meant[0])}
    if leaning or names(piece[:1].lower() + piece[1:]) or any(w.stem in said for w in content_words(piece)):
        return filled
    return f"{piece} of {meant[0]}"


def _meant(first: str) -> list[str]:
    """What "it" or "they" of a later part can mean: the first part's names, else its first telling words."""
    lowered = first[:1].lower() + first[1:]
    if found := names(lowered):
        return [_with_noun(lowered, n) for n in found]
    said = [w.text for w in content_words(_OPENING.sub("", first, count=1))]
    return [" ".join(said[:2])] if said else []


def _with_noun(text: str, name: Name) -> str:
    bare = name.text.removesuffix("'s").removesuffix("’s")
    noun = _OWN_NOUN.match(text, name.start + len(bare))
    return bare + noun.group() if noun else bare
