# ruff: noqa: E501
"""Forms of question that say by their wording what is wanted: "how punctual" a share, "what excuse" a reason.

The words of such a form are the asker's own and stand in no article, so they are taken out, or put as the
article puts them, before the rest is looked for.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

FormKind = Literal["person", "date", "number", "reason", "what"]


class Form(NamedTuple):
    """What a form of question asks for, and the question without the form's own words."""

    text: str
    kind: FormKind | None = None
    measure: str = ""


_BE = r"(?:is|are|was|were|will\s+be|would\s+be|has\s+been|have\s+been)"
_SUM = r"(?:bill|price\s+tag|price|sum|cost|outlay|total)"
_CHARGE = r"(?:levy|payout|fine|fee|charge|penalty|compensation|damages|salary|wages?|reward|ransom|bail|subsidy|grant|loan|toll|debt)"
_SHARE = r"(?:share|proportion|percentage|portion|fraction|slice|part)"
_EXCUSE = r"(?:excuse|explanation|reason|grounds?|justification|motive|pretext)s?"
_GIVE = r"(?:give|gave|given|offer|offered|put\s+forward|cite|cited|have|had)"
_DRIVE = (
    r"(?:made|makes|make|drove|forced|forces|prompted|prompts|stopped|stops|prevented|prevents|persuaded|convinced|triggered"
    r"|sparked|(?:lies|lay|is|was)\s+behind|(?:is|was)\s+holding\s+up|held\s+up|explains)"
)


def _form(
    pattern: str, kind: FormKind | None, measure: str = "", put: str = " "
) -> tuple[re.Pattern[str], FormKind | None, str, str]:
    return re.compile(pattern, re.IGNORECASE), kind, measure, put


_FORMS = (
    _form(
        r"\bhow\s+many\s+lives\b(?P<rest>.*?)\b(?:claim(?:ed|s)?|costs?|lost|lose|tak(?:e|en|es)|took)\b",
        "number",
        put=r"how many people\g<rest> killed ",
    ),
    _form(r"\bhow\s+many\s+people\s+work(?:s|ed)?\b(?:\s+(?:at|for)\b)?", "number", "", "how many employees at"),
    _form(
        r"\bhow\s+(?:far|sharply|steeply)\s+(?P<rest>(?:did|has|have|had|will|would|could|does|do|is|are|was|were)\b.+\b"
        r"(?:drop(?:ped)?|f[ae]ll(?:en)?|r[io]se(?:n)?|grow[n]?|grew|climb(?:ed)?|shr[iau]nk|declin(?:e|ed)|slump(?:ed)?|increase(?:d)?))\b",
        "number",
        "change",
        r"how much \g<rest>",
    ),
    _form(r"\bhow\s+(?P<asked>punctual|reliabl[ey])\b", "number", "percent", r"how \g<asked>"),
    _form(r"\bhow\s+(?:likely|probable|certain)\b|\bwhat\s+(?:are|is|were)\s+the\s+(?:odds|chances?|likelihood)\b", "number", "chance"),
    _form(r"\bhow\s+(?:expensive|dear|costly|pric(?:e)?y)\b", "number", "money", "what cost"),
    _form(r"\bhow\s+(?:often|frequent(?:ly)?|regular(?:ly)?)\b", "number", "frequency"),
    _form(r"\bhow\s+fast\b(?!\s+(?:did|does|do)\b)", "number", "speed", "how fast"),
    _form(rf"\b(?:what|which|how\s+(?:big|large|great|high|small)\s+an?)\s+{_SHARE}\s+of\b", "number", "percent"),
    _form(rf"\bhow\s+(?:big|large|great|high|small|heavy)\s+{_BE}\s+the\s+{_SUM}\b", "number", "money", "what cost"),
    _form(rf"\bhow\s+(?:big|large|great|high|small|heavy)\s+{_BE}\s+the\s+(?P<asked>{_CHARGE})\b", "number", "money", r"what \g<asked>"),
    _form(rf"\bhow\s+(?:big|large|great|high|small|heavy)\s+an?\s+(?P<asked>{_CHARGE}|{_SUM})\b", "number", "money", r"what \g<asked>"),
    _form(rf"^\s*what\s+(?:{_BE}\s+the\s+)?{_SUM}\s+(?:of|on|for|tag\s+on)\b", "number", "money", "what cost"),
    _form(r"^\s*what\s+(?:bill|price\s+tag|sum)\b", "number", "money"),
    _form(rf"^\s*what\s+(?P<asked>{_CHARGE})\s+(?=is|are|was|were|did|does|do|will|would|has|have|had|could|might|must)", "number", "money", r"what \g<asked> "),
    _form(r"^\s*what\s+(?:might|could|would|will|did|does)\s+(?P<rest>.+)\s+cost\b", "number", "money", r"what \g<rest> cost"),
    _form(r"^\s*what\s+(?P<asked>majority|margin|lead)\b", "number", "", r"what \g<asked>"),
    _form(rf"^\s*(?:on\s+)?(?:what|which)\s+{_EXCUSE}\s+(?P<rest>.*?)\b{_GIVE}\b(?:\s+(?:for|by))?", "reason", "", r"\g<rest>"),
    _form(rf"^\s*(?:on|for)\s+what\s+{_EXCUSE}\b|^\s*(?:what|which)\s+{_EXCUSE}\b", "reason"),
    _form(r"^\s*what\s+(?:has\s+|had\s+|is\s+|was\s+)?(?:kept|keeps|keeping)\s+(?P<rest>.+?)\s+(?:away|out)\b", "reason", "", r"\g<rest> absent"),
    _form(r"^\s*what\s+(?:has\s+|had\s+|is\s+|was\s+)?(?:kept|keeps|keeping)\s+(?P<rest>.+?)\s+from\b", "reason", "", r"\g<rest>"),
    _form(rf"^\s*what\s+(?:has\s+|had\s+)?{_DRIVE}\b", "reason"),
    _form(r"\bwhat\s+(?:has\s+|had\s+|will\s+)?(?:became|become|becomes)\s+of\b", "what"),
    _form(r"\b(?:in\s+what\s+way|by\s+what\s+means|in\s+which\s+way|to\s+what\s+extent)s?\b", "what"),
    _form(r"\bon\s+whose\s+behalf\b|\bon\s+behalf\s+of\s+whom?\b", "person", "", "for whom"),
    _form(r"\bat\s+whose\s+(?:expense|cost)\b", "person", "", "who paid"),
    _form(r"^\s*whose\s+(?P<thing>.+?)\s+(?:is|was|are|were)\s+(?:it|this|that|they|these|those)\b", "person", "owner", r"whose \g<thing>"),
    _form(r"^\s*whose\s+(?P<thing>\w+)\s+(?:stands?|stood|lies|lay)\b", "person", "owner", r"whose \g<thing>"),
    _form(r"^\s*whose\b", "person", "owner", "whose"),
    _form(
        r"^\s*what\s+(?:is|was|will\s+be)\s+the\s+(?:last|final|latest|first|earliest)\s+(?:day|date|chance|moment)\s+(?:to|for|of|when|on\s+which)\b"
        r"|^\s*what\s+(?:is|was)\s+the\s+deadline\s+(?:for|to)\b|^\s*by\s+when\b",
        "date",
        "",
        "when ",
    ),
    _form(r"^\s*(?:from|until|till|by|since|before|after|on|up\s+to)\s+(?:(?:what|which)\s+(?:day|date|month|year)|when)\b|^\s*how\s+soon\b", "date", "", "when "),
)  # fmt: skip


def form_of(text: str) -> Form:
    """What the form of the question `text` asks for, without the form's own words; `text` as it is and no
    kind where it has no such form.
    """
    for pattern, kind, measure, put in _FORMS:
        if match := pattern.search(text):
            rest = text[: match.start()] + match.expand(put) + text[match.end() :]
            return Form(" ".join(rest.split()), kind, measure)
    return Form(text)


_CLASS_ASKED = re.compile(r"\b(?:what|which)\s+(?:(?:kind|sort|type)\s+of\s+)?(?P<noun>[a-z]+)\b", re.IGNORECASE)  # fmt: skip
_CLASSES = frozenset(
    """animal animals area bill building charge charges complaint condition conditions crime crimes crop disease
        drug effect excuse event explanation fate feature field food gift gifts goods grounds illness injuries
        injury instrument item items job levy majority margin material measure measures method motive object
        objects offence offense outcome payout penalty position post present presents price problem product
        products profession punishment raise remark reward risk role share sort species sport step steps
        substance sum tool topic treatment trouble vehicle weapon words work""".split()
)


def class_asked(text: str) -> str:
    """The noun of "what weapon was used?", in lower case, if an article that answers names one of the sort
    and need not say the noun: a knife. "" if there is none.
    """
    match = _CLASS_ASKED.search(text)
    noun = match.group("noun").lower() if match else ""
    return noun if noun in _CLASSES else ""
