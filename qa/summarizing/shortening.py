"""One sentence made as short as a headline by leaving out whole adjuncts, never a hedge, a "not", or who
says it.

What may go is told by its form: an aside between commas ("..., who ...,", "..., the ... of ...,"), an opening
or closing phrase, a clause with "after" or "as" at the end, the day it was said on. Sentence compression by
deleting constituents goes back to Knight and Marcu (2000) and, for headlines, to the "Hedge Trimmer" of Dorr,
Zajic and Schwartz (2003); unlike theirs, what is left is checked: as firm, as negated, and said by the same
speaker as the whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations, pairwise

from qa.answering.modality import modality, negations
from qa.answering.speakers import speaker_of

GAP = " … "
MOST_CUTS = 7

_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_SAYS = (
    r"(?:said|says|announced|reported|confirmed|showed|shows|show|found|told|warned|alleged|claimed"
    r"|admitted|stressed"
    r"|suggested|suggests|estimated|according|denied|accused|added|believes?|thinks?)"
)
_TAIL = re.compile(
    rf",\s(?!and\b|but\b|who\b|which\b)(?P<tail>[^,]{{2,80}}?\s{_SAYS}\b[^,]*|according to [^,]*"
    rf"|{_SAYS}\s[^,]*)[.]?$"
)
_OPENING = re.compile(
    r"^(?:On (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|In (?:[A-Z]|\d{4})|At a|After|During|Following|Amid"
    r"|Hours)\b[^,“\"]{0,80},\s"
)
_ASIDE = re.compile(
    r",\s(?:who|which|whose|where|the|an?|its|his|her|once|known as|aged|\d+|formerly|now|already|including"
    r"|(?:\w+ly )?\w{3,}(?:ed|ing) (?:by|from|in|on|at|with|to|of|as|the|an?))\b[^,“\"]{0,110},(?!\s(?:and"
    r"|or)\b)"
)
_CLOSING = re.compile(
    r",\s(?:who|which|whose|where|with|after|as|while|because|following|amid|despite|ending|including"
    r"|citing|sending|stressing"
    r"|bringing|leaving|making|giving|the|an?|its|more than|(?:\w+ ){1,3}(?:year|month|week|day"
    r"|hour)s? (?:after|before)|by|in|on|at|from|(?:\w+ly )?\w{3,}(?:ed|ing) (?:by|from|in|on|at|with|to|of"
    r"|as|the|an?))\b[^,“\"]*$"
)
_CLAUSE = re.compile(
    r"\s(?:after|following|because of|because|amid|despite|while|so that|in protest at|in front of"
    r"|in order to|as part of)\s[^,“\"]*$"
)
_WHEN = re.compile(
    rf"\s(?:late |early )?on (?:{_DAY})(?: (?:morning|afternoon|evening|night))?\b(?!\s(?:and|to|or)\b)"
)
# "The cable failed, and investigators said ...": the first half says what it says without the second.
_SECOND_HALF = re.compile(r",\sand\s(?:the\s|an?\s|its\s|[A-Z]|investigators|officials|police)[^“\"]*$")
_VERB = re.compile(
    r"\b(?:is|are|was|were|will|would|has|have|had|may|might|could|said|went|stopped|\w{3,}ed)\b"
)
_PARENTHESES = re.compile(r"\s\([^)]{1,60}\)|\s(?:—|–|--)\s[^—–]{3,90}\s(?:—|–|--)(?=\s)")
_LEFT_HANGING = re.compile(
    r"\b(?:the|an?|of|in|on|at|to|for|by|with|from|that|and|or|but|is|are|was|were|be|been|has|have|had"
    r"|will|would|could|may|might"
    r"|who|which|not|its|his|her|their)$",
    re.IGNORECASE,
)
# "four years after ...": the measure belongs to what follows.
_MEASURE = re.compile(
    r"\b(?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|decades?|shortly|soon|just|even"
    r"|long|only|immediately)$"
)
_SPEECH_IN_CUT = re.compile(
    r"\b(?:said|says|told|announced|reported|alleged|claimed|admitted|denied|accused|confirmed|stress\w+"
    r"|suggest\w+|estimat\w+|believ\w+"
    r"|according to|if|unless|until|provided|allegedly|reportedly|suspected)\b",
    re.IGNORECASE,
)
_HEDGE_IN_CUT = re.compile(
    r"\b(?:only|not|no|never|without|expected|planned|may|might|could|would|likely|whether)\b", re.IGNORECASE
)
# A clause with a verb of its own hedges and denies for itself.
_OWN_CLAUSE = re.compile(
    r"^,\s(?:who|which|whose|where|an?\s\w+\sthat|and|ending|sending|bringing|leaving|making|giving)\b"
)
# ", the Greens and the Liberals" may be the end of a list.
_MAY_BE_LIST = re.compile(r"^,\s(?:the|an?|its|his|her)\b.*\s(?:and|or)\s", re.IGNORECASE)
_OPEN_LISTS = re.compile(r"\b(?:and|or)$")


@dataclass(frozen=True, slots=True)
class Short:
    """A shortened sentence and how many pieces were left out."""

    text: str
    cuts: int

    @property
    def words(self) -> int:
        """How long it is, as `count_words` has it: a mark of what was left out counts as one."""
        return len(self.text.split())


def shortened(sentence: str) -> list[Short]:
    """The sentence itself and every shorter form of it that is safe to say, fewest cuts first.

    Where something in the middle or at the beginning is left out, " … " stands for it; the full stop goes.
    """
    whole = sentence.rstrip()
    bare = whole[:-1] if whole.endswith(".") and not whole.endswith("..") else whole
    found = {bare: Short(bare, 0)}
    pieces = _removable(bare)[:MOST_CUTS]
    for count in range(1, len(pieces) + 1):
        for cuts in combinations(pieces, count):
            if any(b > c for (_, b), (c, _) in pairwise(cuts)):
                continue
            text = _without(bare, cuts)
            rest = _without_clauses(bare, cuts)
            if text and text not in found and _says_the_same(text, rest):
                found[text] = Short(text, count)
    return sorted(found.values(), key=lambda s: s.cuts)


def _removable(text: str) -> list[tuple[int, int]]:
    tail = _TAIL.search(text)
    body_end = tail.start() if tail else len(text)
    body = text[:body_end]
    spans: set[tuple[int, int]] = set()
    if opening := _OPENING.match(body):
        spans.add(opening.span())
    for pattern in (_ASIDE, _PARENTHESES):
        at = 0
        while match := pattern.search(body, at):
            spans.add(match.span())
            at = match.start() + 1
    for pattern in (_CLOSING, _CLAUSE):
        at = 0
        while match := pattern.search(body, at):
            spans.add(match.span())
            at = match.start() + 1
    for match in _SECOND_HALF.finditer(text):
        if _VERB.search(text[: match.start()]) and _VERB.search(match.group()):
            spans.add(match.span())
    for match in _WHEN.finditer(text):
        spans.add(match.span())
    return sorted(
        (a, b)
        for a, b in spans
        if (_SECOND_HALF.match(text[a:b]) or not _SPEECH_IN_CUT.search(text[a:b]))
        and not _MAY_BE_LIST.match(text[a:b])
        and (_OWN_CLAUSE.match(text[a:b]) or not _HEDGE_IN_CUT.search(text[a:b]))
    )


def _without(text: str, cuts: tuple[tuple[int, int], ...]) -> str:
    kept: list[str] = []
    at = 0
    for start, end in cuts:
        kept.append(text[at:start].strip(" ,"))
        at = end
    kept.append(text[at:].strip(" ,"))
    if any(
        _MEASURE.search(text[:a]) and re.match(r"\W*(?:after|before|following)\b", text[a:b]) for a, b in cuts
    ):
        return ""
    if any((part and _LEFT_HANGING.search(part)) or _OPEN_LISTS.search(part) for part in kept[:-1]):
        return ""
    joined = GAP.join(part for part in kept if part)
    if not kept[0]:
        joined = f"…{' '}{joined}"
    return joined


def _without_clauses(text: str, cuts: tuple[tuple[int, int], ...]) -> str:
    """The sentence without those of the pieces that are clauses of their own: what the rest must agree
    with.
    """
    for start, end in reversed(cuts):
        if _OWN_CLAUSE.match(text[start:end]):
            text = text[:start] + ("," if text[start:end].endswith(",") else "") + text[end:]
    return text


def _says_the_same(text: str, whole: str) -> bool:
    plain = re.sub(r"^…\s|\s…(?=\s)", lambda m: "" if m.group().startswith("…") else ",", text)
    if len(plain.split()) < 4:
        return False
    mine, theirs = speaker_of(plain), speaker_of(whole)
    same_speaker = (mine.name if mine else "") == (theirs.name if theirs else "")
    return same_speaker and modality(plain) == modality(whole) and negations(plain) == negations(whole)
