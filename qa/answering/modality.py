"""How firmly a sentence states something, and who says it there: cue words with their scope.

The classes follow the factuality grades of FactBank (Sauri and Pustejovsky 2009: certain, probable,
possible, with polarity) as a newsroom uses them; hedge cues start from the CoNLL-2010 shared task's kinds
(auxiliaries, epistemic verbs, adverbs, conditionals). The words themselves were collected from news writing
by us.

Scope is the clause: a cue after "but", "while", a semicolon or a dash says nothing about what stands before
it.
"""

from __future__ import annotations

import re
from itertools import pairwise

from qa.answering.firmness_cues import (
    ADVICE,
    ALLEGED,
    CONDITIONAL,
    EVALUATED,
    EXPECTED,
    HEARSAY,
    HOLDS,
    LEFT_OPEN,
    LIKELY_UNLESS,
    NEGATED,
    NOT_EXPECTED,
    OPINION,
    PREFERS,
    REFUTED,
    SHOULD_HAPPEN,
    UNSETTLED,
)
from qa.answering.governing import beside, governed, taken_back
from qa.answering.words import Name, names
from qa.types import Modality

_CLAUSE = re.compile(
    r";|\s[—–]\s|,\s(?:but|while|although|though|whereas|despite|then)\b|\s(?:but|whereas|although)\s|,\swho\b|,\swhich\b|,\s(?:end|leav|add|say|mak|giv|rais|push|mean|bring|driv)ing\b|\s(?:over\s)?whether\s|,\sand\s(?:no|nobody|none|neither|said|says|ha[sd]|have|will|would|they|it|he|she)\b"
    r"|,\sand\s(?=(?:the|a|an|its|his|her|their)\s(?:[\w’'-]+\s){1,3}?(?:has|have|had|is|are|was|were|will|would|did)\b)"
    r"|,\s(?:\w+\s){0,3}(?:after|before)\s|\s(?:after|despite|following)\s(?=\w+ing\b|he\b|she\b|it\b|they\b|a\b|the\b)"
)
_QUOTED = re.compile(r"[\"“][^\"”]*[\"”]")


# "a bill that would freeze rents is to be voted on": what the bill would do is not what the sentence states.
_RELATIVE = re.compile(r"\b(?:that|which|who)\s+(?:would|could|might|may)\b[^,;.]*", re.IGNORECASE)
_ASIDE = re.compile(r",\s(?:who|which|whom|whose|where|when)\s[^,]*,")
# "He confirmed that he would leave": "would" is only "will" seen from the past, unless an "if" goes with it.
_FUTURE_IN_PAST = re.compile(
    r"^(?!.*\b(?:if|unless|could|might|provided|depend\w*|subject to)\b).*?\b(?P<verb>said|says|confirmed|announced|pledged|promised|vowed)\b[^;]*?\bwould\b(?!\s+(?:make|be\s+(?:a|an|the|too|better|worse|wrong|right)|mean|cost|hurt|help))",
    re.IGNORECASE | re.DOTALL,
)
# "pleaded not guilty to charges that he took 1.7 million": the sum is alleged, whatever the plea.
_CHARGED = re.compile(
    r"\b(?:charges?|accusations?|allegations?|suspicions?)\s+(?:that|of)\b[^.;]*$", re.IGNORECASE
)
# Words that look like cues and say nothing of how firm a sentence is.
_IDLE = re.compile(
    r"\b(?:presidential|mayoral|leadership|title|play-?off|promotion|medal)\s+hopefuls?\b|\bas\s+(?:widely\s+)?(?:expected|planned|scheduled|forecast|promised|predicted|hoped|feared)\b,?|\b(?:would|wanna)-be\b"
    r"|(?<=\bthe\s)(?:planned|proposed|scheduled|projected|targeted|intended|expected)\s(?=[a-z]+\s)|(?<=\ba\s)(?:planned|proposed|scheduled)\s(?=[a-z]+\s)"
    r"|(?<=\b(?:its|his|her)\s)(?:planned|proposed|scheduled)\s(?=[a-z]+)|\bto\s+settle\s+(?:the\s+)?(?:claims|allegations|charges)\b|\bno\s+(?:earlier|later|sooner)\s+than\b"
    # "snatched an unlikely point": it happened, against the odds.
    r"|(?<!\bis\s)(?<!\bbe\s)(?<!\bremains\s)(?<!\bseems\s)\ban\s+unlikely\s(?!outcome|prospect|scenario|event|possibility|result|option)(?=[a-z]+)",
    re.IGNORECASE,
)
_CLEAR_IF = re.compile(r"\b(?:clear|known|certain|sure)\s+if\b", re.IGNORECASE)
_CHARGES = re.compile(
    r"(?:(?:was|were|has|have|had|is|are|been)\s+){0,2}(?:charged|indicted|arrested|detained|sued)\b|agreed\b",
    re.IGNORECASE,
)
_HEDGED_BEFORE = re.compile(r"\b(?:will|would|could|may|might|not|if|reportedly|expected)\b", re.IGNORECASE)
_NOT_UNTIL = re.compile(r"(?:did|was|were|had|has)(?:\s+not|n[’']t)\s+[^,.;]*\buntil\b", re.IGNORECASE)
# "Prince to visit towns", "Talks on fishing rights next week": a line without a full stop or a finite verb.
_HEADLINE = re.compile(
    r"(?=[^.?!;]*[^.?!;\s”\"]$)(?:(?!\w+ed\s|(?:was|were|is|are|has|had|have|did|does)\s(?!to\s))[\w’'&-]+\s+){1,5}?(?:to\s+[a-z]{2,}\s+\S|(?:(?!to\b|will\b|\w+ed\b)[\w’'-]+\s+){1,5}(?:next\s+(?:week|month|year)|tomorrow)$)"
)
# "is raising money to restore the organ": what is meant to happen; "managed to restore it": what did.
_PURPOSE = re.compile(r"to\s[a-z]{2,}\s")
_CARRIED_OUT = re.compile(
    r"\b(?:manag|continu|help|forc|beg[ai]n|start|happen|used|able|proceed|went\s+on|surviv|liv|return|rose|fell|only|enough|first|last|allow|caus|compell|oblig)\w*\s(?:[\w’'-]+\s){0,4}$",
    re.IGNORECASE,
)
_WENT_ON = re.compile(r"would\s+(?:go\s+on\s+to|later|eventually|soon)\b", re.IGNORECASE)
_ASKED_IF = re.compile(
    r"\b(?:whether|(?:clear|known|certain|sure|decide|decided|say|ask|asked|asking|know|see|wonder\w*)\s+if)\s+(?:(?!(?:depend|hing|rest)\w*\s)[\w’'-]+\s+){0,7}$",
    re.IGNORECASE,
)
# "The police had beaten them, which the police deny": one side's word.
_CONTESTED = re.compile(
    r",\s(?:which|something|an?\s+(?:claim|charge|accusation|allegation|account))\s+(?:that\s+|which\s+)?(?:[\w’'-]+\s+){1,4}?(?:deny|denies|denied|disputes?|disputed|rejects?|rejected|contests?)\b",
    re.IGNORECASE,
)
_ALLEGED_BEFORE = re.compile(
    r"\b(?:reportedly|allegedly|supposedly|unconfirmed\s+reports\s+(?:say|said|that)|(?:is|are|was|were)\s+alleged\s+to(?:\s+have)?)\s+(?:[\w’'-]+\s+){0,6}$",
    re.IGNORECASE,
)

# "alleged that they had failed to declare": what is alleged may be a failure.
_ALLEGES = re.compile(
    r"^(?:(?!\b(?:den|reject|dismiss|refus|not\b|never\b)).)*?\b(?:alleg(?:e|es|ed|ing)|accus(?:es|ed|ing)\s+[^,;]{2,60}?\sof)\s+(?:that\s)?(?=.*\b(?:fail|refus|no\b|not\b|never\b|cancel|abandon|reject|declin))",
    re.IGNORECASE,
)
_IF_PART = re.compile(r"\b(?:if|unless)\s[^,;]*", re.IGNORECASE)
_SHARE_QUOTED = 0.5
_OWN_DENIAL = re.compile(
    r"\b(?:I|we|he|she|they|it|there|nobody|no\s+one|none|nothing)\b[^.;]{0,12}?(?:\bnot\b|n[’']t\b|\bnever\b|\bno\b|\b(?:deny|denied|reject)\b)|^.?(?:no|not|nobody|none|nothing|never)\b",
    re.IGNORECASE,
)
# "There is no excuse for it": a judgement, whatever its "no".
_JUDGED = re.compile(r"\b(?:is|was|are)\s+no\s+(?:excuse|substitute|joke|laughing\s+matter)\b", re.IGNORECASE)
_MAXIM = re.compile(
    r"\b(?:you|one)\s+(?:do|can|cannot|would|should|will)(?:\s?not|n[’']t)?\b|\bno\s+(?:place|way|time|business|reason|excuse|substitute|joke|laughing\s+matter)\b|\bis\s+no(?:t)?\s+(?:a|an|the)?\b|\btakes\s+(?:some|a\s+lot)\b",
    re.IGNORECASE,
)

# In this order: the first that is found decides.
_GRADES: tuple[tuple[re.Pattern[str], Modality], ...] = (
    (LEFT_OPEN, "conditional"),
    (HOLDS, "opinion"),
    (NOT_EXPECTED, "expected"),
    (PREFERS, "opinion"),
    (REFUTED, "denied"),
    (ALLEGED, "alleged"),
    (HEARSAY, "alleged"),
    (_FUTURE_IN_PAST, "expected"),
    (LIKELY_UNLESS, "expected"),
    (CONDITIONAL, "conditional"),
    (SHOULD_HAPPEN, "expected"),
    (ADVICE, "opinion"),
    (EVALUATED, "opinion"),
    (NEGATED, "denied"),
    (EXPECTED, "expected"),
    (OPINION, "opinion"),
)

_STRENGTH: dict[Modality, int] = {
    "confirmed": 3,
    "expected": 2,
    "opinion": 2,
    "conditional": 1,
    "alleged": 1,
    "denied": 0,
}


def clause(sentence: str, at: int) -> str:
    """The clause of `sentence` around the character `at`."""
    return next(sentence[a:b] for a, b in reversed(clause_spans(sentence)) if a <= at or a == 0)


def clause_spans(sentence: str) -> list[tuple[int, int]]:
    """The clauses of `sentence` as half-open spans, in order; each begins with what set it off."""
    borders = [border.start() for border in _CLAUSE.finditer(sentence)]
    return list(pairwise([0, *(b for b in borders if b), len(sentence)]))


def modality(sentence: str, at: int | None = None) -> Modality:
    """How firmly `sentence` states what stands at character `at` (its clause alone counts), or all of it
    when `at` is None.
    """
    if at is not None and (charge := _CHARGED.search(sentence[:at])):
        return "denied" if taken_back(sentence[: charge.start()], sentence[at:]) else "alleged"
    if at is not None and (grade := _by_target(sentence, at)):
        return grade
    bare = _IDLE.sub(_blank, _blank_asides(sentence, at))
    if at is not None:
        bare = beside(bare, at)
    if at and (grade := governed(bare, at)):
        return grade
    scope = _RELATIVE.sub(" ", bare if at is None else clause(bare, at))
    if UNSETTLED.search(scope) and not LEFT_OPEN.search(scope):
        return "conditional" if CONDITIONAL.search(_CLEAR_IF.sub(" ", scope)) else "expected"
    if _ALLEGES.search(scope):
        return "alleged"
    if at is None and (grade := _quoted(scope)):
        return grade
    stated = _IF_PART.sub(_blank, scope)
    for cues, grade in _GRADES:
        if found := cues.search(stated if cues in (REFUTED, NEGATED) else scope):
            # "He confirmed that he would leave" is as firm as the verb.
            firm = cues is _FUTURE_IN_PAST and found.group("verb").lower() in ("confirmed", "announced")
            return "confirmed" if firm else grade
    if at and _PURPOSE.match(sentence, at) and not _CARRIED_OUT.search(sentence[:at]):
        return "expected"
    return "expected" if _HEADLINE.match(sentence) else "confirmed"


def _quoted(scope: str) -> Modality | None:
    """How firmly a sentence that is little else than somebody's own words is meant, where its "not" or "if"
    is part of a saying: "A city that cannot get its nurses to work is no city that works"; None where the
    words themselves count.
    """
    quoted = _QUOTED.match(scope)
    if not quoted or _SHARE_QUOTED * len(scope) > len(quoted[0]):
        return None
    if _JUDGED.search(quoted[0]):
        return "opinion"
    if _OWN_DENIAL.search(quoted[0]):
        return None
    if _MAXIM.search(quoted[0]) or ADVICE.search(quoted[0]):
        return "opinion"
    return None


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _blank_asides(sentence: str, at: int | None) -> str:
    """The sentence with ", who denies it," left blank, unless that is what is asked about."""
    return _ASIDE.sub(
        lambda m: (
            m.group() if at is not None and m.start() <= at < m.end() else f",{' ' * (len(m.group()) - 2)},"
        ),
        sentence,
    )


def _by_target(sentence: str, at: int) -> Modality | None:
    """How firmly it is said where the words at `at` themselves decide: the charge is a fact, whatever the
    deed; what is asked after "whether" is open."""
    rest, before = sentence[at:], sentence[:at]
    if _CHARGES.match(rest) and not _HEDGED_BEFORE.search(before):
        return "confirmed"
    if (
        _NOT_UNTIL.match(rest)
        or _WENT_ON.match(rest)
        or _WENT_ON.match(sentence[before.rfind(" would ") + 1 :])
    ):
        return "confirmed"
    if _ASKED_IF.search(before):
        return "conditional" if re.match(r"(?:could|might|may|would)\b", rest) else "expected"
    return "alleged" if _ALLEGED_BEFORE.search(before) or _CONTESTED.search(rest) else None


def negated(text: str) -> bool:
    """Whether `text` says that something is not so."""
    return negations(text) > 0


def negations(text: str) -> int:
    """How often `text` says that something is not so."""
    spans = sorted(m.span() for cues in (NEGATED, REFUTED, UNSETTLED) for m in cues.finditer(text))
    return len([s for i, s in enumerate(spans) if not i or s[0] >= spans[i - 1][1]])


def firmer(said: Modality, source: Modality) -> bool:
    """Whether a statement with modality `said` claims more than a source with modality `source`, or the
    opposite of it.
    """
    if source == "denied" or said == "denied":
        return said != source
    return _STRENGTH[said] > _STRENGTH[source]


# ---------------------------------------------------------------- who says it

SPEECH = (
    r"(?:said|says|say|told|tells|added|adds|announced|announces|stated|states|declared|declares|warned|warns|argued|argues|claimed|insisted|insists|"
    r"wrote|writes|tweeted|posted|explained|explains|noted|notes|confirmed|confirms|denied|denies|acknowledged|acknowledges|admitted|admits|testified|"
    r"urged|urges|promised|pledged|pledges|vowed|vows|estimated|reported|suggested|suggests|called|believes|believed|thinks|"
    r"joked|replied|responded|concluded|cautioned|stressed|described|predicted|asked|alleged|alleges|complained|accused|accuses|criticised|criticized|praised)"
)
_ANONYMOUS = (
    r"(?:(?:[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|[Ss]everal|[Ss]ome|[Ss]enior|[Aa]n?|[Tt]he|[Oo]ne|[Oo]ther|[Aa]nother|[Mm]any)\s+)*(?:[\w.’'-]+\s+){0,4}?"
    r"(?i:officials?|sources?|diplomats?|people|spokes(?:man|woman|person|people)|prosecutors?|police|analysts?|experts?|researchers?|scientists?|doctors?|lawyers?|aides?|ministers?|ministry|company|union|court|government|authorities|economists?|witness(?:es)?|residents?|report|study|statement|agency|council|commission|office|team)"
)
_ACCORDING = re.compile(
    r"\baccording(?: to)? (?:a |an |the )?(?P<who>(?:[^,.;—]|\.(?=\w|\s[a-z]))+)", re.IGNORECASE
)
_BEFORE = re.compile(
    rf"(?P<who>{_ANONYMOUS})(?:\s+(?:familiar|close|briefed|involved)\b[^,.;]*)?,?\s+(?:also\s+|later\s+|has\s+|have\s+|had\s+)?{SPEECH}\b"
)
_NAMED_BEFORE = re.compile(
    rf"^(?P<gap>[^.;\"“”]{{0,60}}?)\b(?:also\s+|later\s+|has\s+|have\s+|had\s+)?{SPEECH}\b"
)
_OWNED_ROLE = re.compile(r"[’']s?\s[a-z][^,;.]{2,60},\s")
# "said the big hope was that Trump": what follows is what was said, not who said it.
_CLAUSE_WORD = r"(?:that|was|is|are|were|be|been|would|will|could|may|might|had|has|have|it|he|she|they|there|we|i|on|in|at)"
_NAMED_AFTER = re.compile(  # "told the Courier": whoever is named after these verbs listens, or is spoken of
    rf"\b(?!(?:told|tells|accuse[sd]|praised|criticised|criticized|described)\b){SPEECH}\s+(?:the\s+)?(?:(?!{_CLAUSE_WORD}\b)[a-z][\w’'-]*\s+){{0,4}}(?:[a-z][\w’'-]*,\s+)?(?=[A-Z])"
)


def speaker(sentence: str) -> tuple[str, int] | None:
    """Who says it in this sentence and where that stands, or None: "according to ...", "... said", "said
    ...". Pronouns do not count.
    """
    bare = _QUOTED.sub(lambda m: " " * len(m.group()), sentence)
    if match := _ACCORDING.search(bare):
        return match.group("who").strip(), match.start("who")
    found = names(bare)
    for name in found:
        if _speaks(name, found, bare):
            return name.text, name.start
    if (match := _NAMED_AFTER.search(bare)) and (who := _named_after(bare, match.end(), found)):
        return who.text, who.start
    if match := _BEFORE.search(bare):
        return match.group("who").strip(), match.start("who")
    return None


def _named_after(text: str, at: int, found: tuple[Name, ...]) -> Name | None:
    after = [n for n in found if n.start >= at]
    if not after or after[0].start != at:
        return None
    # "said the union's chief negotiator, Ann Roe": the person, not the union.
    owner = len(after) > 1 and _OWNED_ROLE.fullmatch(text[after[0].end : after[1].start])
    return after[1] if owner else after[0]


def _speaks(name: Name, found: tuple[Name, ...], text: str) -> bool:
    match = _NAMED_BEFORE.match(text[name.end :])
    if not match:
        return False
    gap = match.group("gap")
    # Between a speaker and the verb only an apposition may stand: ", the finance minister, said".
    if gap.strip() and not re.fullmatch(
        r"\s*,[^,]*(?:,[^,]*)?,\s*|\s*\([^)]*\)\s*|(?:\s+(?:also|later|has|have|had|repeatedly|previously|on \w+day))+\s*",
        gap,
    ):
        return False
    return not any(name.end < other.start < name.end + len(gap) - 1 and "," not in gap for other in found)
