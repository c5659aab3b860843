"""Wrong sentences made from right ones, to test the matchers: another number or name, the other direction,
a hedge taken away, a negation put in. A matcher that still finds its fact there is too loose.

The operators are those of mutation testing, applied to what news gets wrong.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from qa.evals.cases import Fact
from qa.evals.claims import said_in, verdict
from qa.evals.cues import negated
from qa.evals.matching import folded, places
from qa.evals.scores import State
from qa.evals.values import Mention, matches, mentions

Operator = Literal["value", "unit", "name", "direction", "upgrade", "negation"]


class Mutant(NamedTuple):
    """A changed sentence, the operator that changed it, and how the matcher judged it."""

    operator: Operator
    text: str
    state: State

    @property
    def caught(self) -> bool:
        """Whether the matcher noticed."""
        return self.state != "present"


def mutants(fact: Fact, published: dt.date) -> tuple[Mutant, ...]:
    """Every mutant of the fact's `accept` sentences, judged."""
    made: dict[str, Operator] = {}
    for sentence in fact.accept:
        for operator, text in _changed(fact, folded(sentence), published):
            if text not in made and text != folded(sentence):
                made[text] = operator
    return tuple(
        Mutant(operator, text, verdict(fact, said_in(text), published).state)
        for text, operator in made.items()
    )


def _changed(fact: Fact, sentence: str, published: dt.date) -> Iterator[tuple[Operator, str]]:
    yield from _values(fact, sentence, published)
    yield from (("name", text) for text in _names(fact, sentence))
    yield from (("direction", text) for text in _directions(fact, sentence))
    yield from (("upgrade", text) for text in _upgrades(fact, sentence))
    yield from (("negation", text) for text in _negations(fact, sentence))


# ---------------------------------------------------------------- values and names

_DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")
_SPELLED = "ninety-one"
OTHER_DAY = "in April 2031"
OTHER_NAME = "Oduya"


def _values(fact: Fact, sentence: str, published: dt.date) -> Iterator[tuple[Operator, str]]:
    for slot in fact.match.slots:
        wanted = slot.number or slot.money or slot.percent or slot.date
        if wanted is None:
            continue
        right = [m for m in mentions(sentence, published) if matches(wanted, m)]
        if not right:
            continue
        changed = sentence
        for mention in reversed(right):
            changed = changed[: mention.start] + _other(mention, sentence) + changed[mention.end :]
        yield "value", changed
        if slot.percent is not None:
            mention = right[0]
            unit = _other_unit(sentence[mention.start : mention.end])
            yield "unit", sentence[: mention.start] + unit + sentence[mention.end :]


def _other(mention: Mention, sentence: str) -> str:
    text = sentence[mention.start : mention.end]
    if mention.kind == "date":
        return OTHER_DAY
    if digits := _DIGITS.search(text):
        value = float(digits[0].replace(",", "")) * 3 + 1
        return text[: digits.start()] + f"{value:g}" + text[digits.end() :]
    return re.sub(r"^[\w-]+", _SPELLED, text)


def _other_unit(text: str) -> str:
    if re.search(r"points?", text):
        return re.sub(r"percentage[\s-]points?|points?", "percent", text)
    return re.sub(r"\s?(?:%|per\s?cent|percent)", " percentage points", text)


def _names(fact: Fact, sentence: str) -> Iterator[str]:
    for slot in fact.match.slots:
        named = [a for a in slot.any or () if not a.startswith("re:") and a[:1].isupper()]
        spans = sorted({span for alias in named for span in places(alias, sentence)}, reverse=True)
        others = [a for a in slot.any or () if a not in named]
        # A slot that also takes a common word ("the club") is not about the name alone.
        if not spans or any(True for alias in others for _ in places(alias, sentence)):
            continue
        changed, last = sentence, len(sentence) + 1
        for start, end in spans:
            if end <= last:
                changed = changed[:start] + OTHER_NAME + changed[end:]
                last = start
        yield changed


# ---------------------------------------------------------------- direction, modality, negation

_OPPOSITE = {
    "rose": "fell", "rise": "fall", "rises": "falls", "risen": "fallen", "rising": "falling", "increased": "decreased",
    "increase": "decrease", "increases": "decreases", "up": "down", "higher": "lower", "raised": "cut", "gained": "lost", "more": "fewer",
    "jumped": "dropped", "grew": "shrank", "grow": "shrink", "climbed": "slid", "above": "below", "won": "lost", "widened": "narrowed",
    "gain": "loss", "growth": "decline",
}  # fmt: skip
_FLIP = {**_OPPOSITE, **{v: k for k, v in _OPPOSITE.items()}}
_FLIPPED = re.compile(r"\b(" + "|".join(_FLIP) + r")\b", re.IGNORECASE)


def _directions(fact: Fact, sentence: str) -> Iterator[str]:
    directed = any(s.direction for s in fact.match.slots)
    slots = [a for s in fact.match.slots for a in s.any or () if _FLIPPED.fullmatch(a)]
    spans = {span for alias in slots for span in places(alias, sentence)}
    if directed:
        spans |= {m.span() for m in _FLIPPED.finditer(sentence)}
    changed = sentence
    for start, end in sorted(spans, reverse=True):
        flipped = _FLIPPED.sub(lambda m: _FLIP[m[1].lower()], changed[start:end])
        changed = changed[:start] + flipped + changed[end:]
    if changed != sentence:
        yield changed


_TO_WILL = re.compile(
    r"\b(?:(?:is|are|was|were)\s+(?:still\s+)?(?:expected|likely|due|set|scheduled|planned|forecast|projected|hoping|planning|aiming|poised|believed|thought)\s+to"
    r"|(?:plans?|hopes?|aims?|intends?|wants?|expects?|seeks?|proposes?)\s+to|(?:is|are)\s+to(?=\s+[a-z])|could|might|may|would)\b"
)
_DROPPED = re.compile(
    r"\b(?:allegedly|reportedly|possibly|perhaps|probably|potentially|provisionally|likely)\b\s*",
    re.IGNORECASE,
)
_GUILT = re.compile(
    r"\b(?:(?:is|are|was|were)\s+(?:accused|suspected)\s+of|(?:is|are|stands?)\s+(?:alleged|said)\s+to\s+have)\b"
)
_SPEAKER_FIRST = re.compile(
    r"^(?:According\s+to\s+[^,]+,\s+|[^,]{3,60}?\s(?:allege[sd]?|claim(?:s|ed)|believe[sd]?|think[s]?|argue[sd]?|accuse[sd]?)\s+(?:that\s+)?)"
)
_SPEAKER_LAST = re.compile(
    r",\s+(?:according\s+to\s+[^,.]+|[^,.]+\s(?:alleged?s?|claim(?:s|ed)|believes?|argue[sd]?))\.?$"
)
_IF = re.compile(
    r"^(?:if|unless|provided|depending\s+on|subject\s+to|as\s+long\s+as)\s[^,]+,\s*"
    r"|,?\s*\b(?:if|unless|provided|depending\s+on|subject\s+to|as\s+long\s+as)\b[^.]*",
    re.IGNORECASE,
)


def _upgrades(fact: Fact, sentence: str) -> Iterator[str]:
    """The sentence as if it were settled; nothing where a hedge would be left."""
    if set(fact.modality) & {"confirmed", "denied"}:
        return
    bare = _IF.sub("", sentence).rstrip(". ")
    bare = _DROPPED.sub("", _TO_WILL.sub("will", bare))
    bare = _GUILT.sub("has been found guilty of", bare)
    if "alleged" in fact.modality or "opinion" in fact.modality:
        bare = _SPEAKER_LAST.sub("", _SPEAKER_FIRST.sub("", bare))
    from qa.evals.cues import readings

    settled = f"{bare[:1].upper()}{bare[1:]}."
    if settled != sentence and readings(settled) == {"confirmed"}:
        yield settled


_AUXILIARY = re.compile(
    r"\b(will|would|could|may|might|is|are|was|were|has|have|had|can|should)\b(?!\s+(?:not|yet)\b)"
)
_UNDONE = (
    (re.compile(r"\b(did|does|do)\s+not\s+"), ""),
    (re.compile(r"\b(will|would|could|may|is|are|was|were|has|have|had|can)\s+(?:not|never)\b"), r"\1"),
    (re.compile(r"\b(?:denied|denies|deny)\b"), "admitted"),
    (re.compile(r"\b(?:ruled\s+out|rejected|refused|declined|dismissed)\b"), "agreed to"),
    (re.compile(r"\bno\s+(?=[a-z])"), "several "),
    (re.compile(r"\b(?:No|None)\s+(?=[a-z])"), "Several "),
)


def _negations(fact: Fact, sentence: str) -> Iterator[str]:
    if "denied" in fact.modality or negated(fact.text):
        for pattern, replacement in _UNDONE:
            changed = pattern.sub(replacement, sentence)
            if changed != sentence and not negated(changed):
                yield changed
        return
    first = sentence if places_name(sentence) else f"{sentence[:1].lower()}{sentence[1:]}"
    yield f"It is not true that {first}"
    if auxiliary := _AUXILIARY.search(sentence):
        yield f"{sentence[: auxiliary.end()]} not{sentence[auxiliary.end() :]}"


def places_name(sentence: str) -> bool:
    """Whether the first word looks like a name: it is capitalised and so is the second, or it is no article."""
    first, _, rest = sentence.partition(" ")
    return rest[:1].isupper() or first.lower() not in {
        "the",
        "a",
        "an",
        "this",
        "about",
        "more",
        "two",
        "three",
    }
