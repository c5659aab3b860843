"""The right of reply: whoever reports an accusation reports the answer of those accused beside it.

An allegation chosen for an answer brings the denial or the plea that follows it in its article, and a denial
the allegation that it answers: neither can be judged without the other.
"""

from __future__ import annotations

import re

from qa.answering.modality import modality
from qa.answering.reading import Line, Story
from qa.answering.words import STOPWORDS

_NEAR = 3
_CHARGE = re.compile(
    r"\b(?:accus(?:e[sd]?|ing)|alleg(?:e[sd]?|ing|ations?)|claim(?:s|ed)|rumou?rs?|blam(?:e[sd]?|ing)|suspect(?:s|ed)?)\b",
    re.IGNORECASE,
)
_DENIAL = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|reject(?:s|ed|ing)?|dismiss(?:es|ed|ing)?|disput(?:es|ed)|refut(?:es|ed)"
    r"|contest(?:s|ed)|rebuff(?:s|ed)|untrue|baseless|unfounded|groundless|no\s+truth|not\s+(?:true|so|the\s+case|correct)"
    r"|plead(?:s|ed|ing)?\s+not\s+guilty|(?:protest|maintain)(?:s|ed)\s+(?:his|her|their)\s+innocence"
    r"|call(?:s|ed)\s+(?:it|that|this|the\s+\w+)\s+(?:\w+\s+)?(?:lies?|false|nonsense|absurd|invention|slander))\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(?:deni(?:es|ed)|denying|reject(?:s|ed)|dismiss(?:es|ed)|disput(?:es|ed)|refut(?:es|ed)|contest(?:s|ed)|call(?:s|ed))\s+"
    r"(?:(?:the|that|this|those|these|any|all|both|his|her|its|their|such)\s+(?:\w+\s+)?(?:accusations?|allegations?|claims?"
    r"|charges?|suggestions?|criticisms?|version)\b|(?:it|this|wrongdoing|everything)\b|that(?=\s*[.,;]|\s*$)|having\s+(?:said|done)\s+(?:so|it|that|this)\b)"
    r"|\bplead(?:s|ed|ing)?\s+not\s+guilty\b|\binnocence\b|\bno\s+truth\s+in\b"
    r"|\b(?:the|that|those|these|such)\s+(?:accusations?|allegations?|claims?|charges?|suggestions?)\s+(?:was|were|is|are)\s+"
    r"(?:not\s+true|untrue|false|baseless|unfounded|groundless)\b",
    re.IGNORECASE,
)
_REFUTES = re.compile(
    r"\b(?:that|this|it)\s+(?:was|is)\s+(?:not\s+(?:so|true|the\s+case)|untrue|false|wrong|baseless|nonsense)\b"
    r"|\b(?:deni(?:es|ed)|denying)\s+(?:(?:it|this)\b|that(?=\s*[.,;]|\s*$)|having\s+(?:said|done)\s+(?:so|it|that|this)\b)",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\bden(?:y|ies|ied|ying)\b", re.IGNORECASE)
_SHARED = 2


def replies(line: Line, story: Story) -> list[Line]:
    """The lines of `story` that belong beside `line`, in reading order: the denial of an allegation made
    there (or of what is said there, in the same words), the allegation that is denied there, or the next
    sentence where it says that this was not so.
    """
    if _is_denial(line):
        before = reversed(story.lines[max(0, line.index - _NEAR) : line.index])
        charge = next((other for other in before if _is_charge(other)), None)
        return [charge] if charge and _answers(line, charge) else []
    following = story.lines[line.index + 1 : line.index + 2]
    if following and _REFUTES.search(following[0].text):
        return following
    after = story.lines[line.index + 1 : line.index + 1 + _NEAR]
    if not _is_charge(line):  # "a worker told us that they skipped it" is one if somebody denies just that
        return [other for other in after if _denies_words_of(other, line)][:1]
    return [other for other in after if _is_denial(other) and _answers(other, line)][:1]


def _is_charge(line: Line) -> bool:
    return not _is_denial(line) and bool(_CHARGE.search(line.text) or modality(line.text) == "alleged")


def _is_denial(line: Line) -> bool:
    return bool(_DENIAL.search(line.text))


def _answers(denial: Line, charge: Line) -> bool:
    """Whether a denial speaks of this charge: it points back to the one right before it, or says over again
    what was charged.
    """
    if _POINTS_BACK.search(denial.text):
        return denial.index == charge.index + 1
    return _says_again(denial, charge)


def _denies_words_of(denial: Line, line: Line) -> bool:
    """Whether a line says over again what is said in another, denies it, and is about nobody named there: who
    said it does not deny it.
    """
    if not _DENIED.search(denial.text) or not _says_again(denial, line):
        return False
    return {part for n in denial.names for part in n.parts}.isdisjoint(
        part for n in line.names for part in n.parts
    )


def _says_again(denial: Line, charge: Line) -> bool:
    shared = {w.stem: w.lower for w in denial.words if w.lower not in STOPWORDS and w.stem in charge.stems}
    named = {part for n in (*denial.names, *charge.names) for part in n.parts}
    return len(shared) >= _SHARED and any(low not in named for low in shared.values())
