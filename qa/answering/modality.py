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

from qa.answering.words import Name, names
from qa.types import Modality

_CLAUSE = re.compile(
    r";|\s[—–]\s|,\s(?:but|while|although|though|whereas|despite)\b|\s(?:but|whereas|although)\s|,\swho\b|,\swhich\b|,\s(?:end|leav|add|say|mak|giv|rais|push|mean|bring|driv)ing\b|\s(?:over\s)?whether\s|,\sand\s(?:said|says|ha[sd]|have|will|would|they|it|he|she)\b"
    r"|,\s(?:\w+\s){0,3}(?:after|before)\s|\s(?:after|despite|following)\s(?=\w+ing\b|he\b|she\b|it\b|they\b|a\b|the\b)"
)
_QUOTED = re.compile(r"[\"“][^\"”]*[\"”]")


def _any(*cues: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(cues) + r")", re.IGNORECASE)


_REFUTED = _any(
    r"den(?:y|ies|ied|ying)\b", r"rul(?:e|es|ed|ing)\s+out\b", r"(?:(?<!is )(?<!are )(?<!was )(?<!were )(?<!be )(?<!been )(?:rejected|dismissed|refuted)|rejects?|dismisses|refutes)\b(?!\s+by)",
    r"plead(?:ed|s)?\s+not\s+guilty\b", r"pulled\s+out\b", r"withdr[ae]w(?:n)?\s+from\b", r"cancel(?:s|led|ed|ling)\b",
    r"(?:claim|report|rumou?r|allegation|suggestion|speculation)s?\b[^.;]{0,140}\b(?:was|were|has\s+been|have\s+been)\s+(?:rejected|denied|dismissed|refuted|not\s+(?:supported|borne\s+out|true))\b",
    r"would\s+not\s+(?:say|comment|confirm|discuss|be\s+drawn|give|name|answer)\b", r"fail(?:s|ed|ing)?\s+to\b", r"(?:was|were|been|is|are)\s+(?:withdrawn|scrapped|shelved|abandoned|dropped|axed|cancell?ed|off(?=\W*$|\s+(?:after|because)))", r"(?:shelve[sd]?|scrap(?:s|ped)|abandon(?:s|ed)|threw\s+out|thrown\s+out|vot(?:ed|es)\s+down|quash(?:es|ed)|overturn(?:s|ed))\b",
    r"(?:is|are|was|were)\s+(?:false|untrue|baseless|unfounded|a\s+lie)\b", r"(?:found|saw|knew|heard)\s+(?:nothing|no\b)", r"could(?:\s+not|n[’']t)\b(?!\s+be\s+(?:ruled\s+out|excluded))", r"cleared\s+of\b",
    r"call(?:s|ed)?\s+off\b", r"will\s+skip\b", r"stay(?:s|ed|ing)?\s+away\b", r"declined\b", r"refus(?:es|ed)\s+to\b", r"no\s+longer\b",
    r"rebuff(?:s|ed)?\b", r"spurn(?:s|ed)?\b", r"turn(?:s|ed)?\s+down\b", r"veto(?:es|ed)\b", r"retract(?:s|ed)?\b", r"debunk(?:s|ed)?\b", r"acquit(?:s|ted)\b", r"stopp?(?:s|ed)?\s+short\s+of\b", r"(?:is|are|was|were)\s+(?:unable|unwilling)\s+to\b", r"no\s+evidence\b", r"(?:was|were|is|are)\s+(?:not\s+true|a\s+hoax)\b",
    r"(?:was|were|is|are|been)\s+(?:acquitted|unharmed|unhurt|uninjured)\b", r"decid(?:es|ed)\s+(?:against|not\s+to)\b", r"opted\s+(?:out|against)\b", r"neither\b(?=.*\bnor\b)",
)  # fmt: skip
_UNSETTLED = _any(
    r"(?:not|n[’']t|never)\s+(?:yet\s+|been\s+|yet\s+been\s+)*(?:confirm\w*|decided|certain|clear|agreed|finali[sz]ed|known)\b", r"ha(?:s|ve|d)\s+yet\s+to\b", r"is\s+yet\s+to\b",
    r"unconfirmed\b", r"undecided\b", r"unclear\b", r"uncertain\b", r"remains?\s+to\s+be\s+seen\b",
)  # fmt: skip
_ALLEGED = _any(
    r"alleg(?:e|es|ed|edly|ing|ation|ations)\b", r"accus(?:e|es|ed|ing|ation|ations)\b", r"reportedly\b", r"purported(?:ly)?\b", r"suspected\b",
    r"supposedly\b", r"rumou?r(?:s|ed)?\b", r"claim(?:s|ed|ing)?\s+(?:that|to|he|she|it|they|the)\b", r"claim(?:s|ed)\b(?=\W*$)", r"charged\s+with\b", r"(?:is|are|was|were)\s+said\s+to\b", r"prosecutors\s+(?:say|said)\b",
    r"unverified\b", r"indict(?:ed|ment)\b", r"unconfirmed\s+reports?\b", r"(?:is|are|was|were)\s+(?:understood|thought|believed)\s+to\s+have\b", r"contend(?:s|ed)?\b", r"purport(?:s|ed)?\b",
    r"claim(?:s|ed)?\s+(?:its|his|her|their|our|my|a|an|this|that|we|there|[\"“])", r"maintain(?:s|ed)\s+that\b", r"alleging\b", r"according\s+to\s+(?:the\s+)?(?:indictment|charge\s+sheet|complaint|lawsuit|prosecut\w+)",
    r"(?:is|are|was|were)\s+reported\s+to\s+have\b", r"(?:has|have|had)\s+been\s+linked\s+to\b", r"sources\s+(?:say|said|claim)\b", r"witness(?:es)?\s+claim(?:s|ed)?\b", r"blam(?:es|ed|ing)\b", r"whistle-?blowers?\b", r"leaked\s+(?:documents?|memos?|e-?mails?)\b", r"(?:lawsuit|suit|complaint|indictment|charge\s+sheet)\s+(?:says|said|states|alleges)\b",
    r"stand(?:s)?\s+accused\b", r"(?:is|are)\s+being\s+investigated\s+(?:for|over)\b", r"(?:detained|arrested|held)\s+on\s+suspicion\s+of\b", r"so-called\s+confession\b",
)  # fmt: skip
_CONDITIONAL = _any(
    r"if\b", r"unless\b", r"provided\s+(?:that\b|the\b)", r"depend(?:s|ing|ent)?\s+on\b", r"subject\s+to\b", r"pending\b", r"contingent\b", r"conditional\b", r"as\s+long\s+as\b",
    r"would\b", r"could\b", r"might\b", r"(?-i:may)\b", r"in\s+the\s+event\b", r"possib(?:le|ly|ility)\b", r"perhaps\b", r"potentially\b",
    r"so\s+long\s+as\b", r"assuming\b", r"on\s+condition\s+that\b", r"hing(?:es|ed)\s+on\b", r"otherwise\b", r"in\s+case\b", r"only\s+(?:when|after|once)\b", r"liable\s+to\b", r"(?:must|needs?\s+to|has\s+to|have\s+to)\b.*\bor\s+(?:it|he|she|they|face|lose|risk|be)\b", r"barring\b", r"were\s+(?:it|he|she|they)\s+to\b", r"without\s+(?:a|an|the|further|more|extra)\b[^,]*,\s", r"capable\s+of\b",
    r"can\s+only\b", r"even\s+if\b",
)  # fmt: skip
_NEGATED = _any(
    r"(?:will|would|did|does|do|is|are|was|were|has|have|had|can|could|should|must|may)\s+(?:also\s+)?(?:not|never|neither)\b", r"\w+n[’']t\b", r"cannot\b", r"never\b", r"neither\b",
    r"not\s+(?:attend|be|go|have|take|join|resign|sign)\w*\b", r"no\s+(?!doubt\b|less\b|fewer\b|sooner\b)[a-z]\w*", r"nobody\b", r"without\b(?=\s+\w+ing)", r"none\b", r"nor\b",
)  # fmt: skip
_EXPECTED = _any(
    r"expect(?:s|ed|ing|ation|ations)?\b", r"due\s+(?:to|in|on|at|back)\b", r"set\s+(?:to|for)\b", r"schedul(?:e|ed)\b", r"plan(?:s|ned|ning)?\s+(?:to|for|on|an|a|another)\b", r"(?:is|are)\s+to\s+(?!blame\b)[a-z]+\b", r"aim(?:s|ed|ing)?\s+to\b",
    r"intend(?:s|ed|ing)?\b", r"likely\b", r"hop(?:e|es|ed|ing)\b", r"forecast(?:s|ed)?\b", r"project(?:ed|s)\b", r"estimat(?:e|es|ed)\b", r"predict(?:s|ed|ion)?\b", r"poised\b", r"planned\b", r"propos(?:e|es|ed|al)\b",
    r"want(?:s|ed)?\s+to\b", r"seek(?:s|ing)?\s+to\b", r"target(?:s|ed|ing)?\b", r"tipped\s+(?:to|as|for)\b", r"slated\b", r"pencilled\s+in\b", r"lined\s+up\b", r"(?:is|are|was|were)\s+listed\s+for\b", r"in\s+talks\s+(?:to|with|over|about)\b", r"ready\s+to\b", r"prepar(?:es|ed|ing)\s+to\b", r"consider(?:s|ing)\b", r"supposed\s+to\b",
    r"should\s+(?:be\s+)?(?:arrive|ready|open|start|begin|finish|end|land|reach|resume|reopen|complete|completed|available|back|know|take)\w*\b", r"on\s+course\b", r"on\s+track\b", r"agreed\s+to\b", r"provisional(?:ly)?\b", r"preliminary\b", r"suggest(?:s|ed|ing)?\b", r"appear(?:s|ed)?\s+to\b", r"seem(?:s|ed)?\s+to\b", r"probabl[ey]\b", r"thought\s+to\b", r"believed\s+to\b",
    r"anticipat(?:e|es|ed|ing)\b", r"envisag(?:e|es|ed)\b", r"foresee(?:s|n)?\b", r"ey(?:es|eing)\b", r"earmarked\b", r"bound\s+to\b", r"about\s+to\b", r"on\s+the\s+(?:verge|brink|cusp)\s+of\b", r"in\s+line\s+(?:to|for)\b", r"favou?rites?\s+to\b", r"gearing\s+up\b", r"(?:vow(?:s|ed)?|pledg(?:es|ed)|promis(?:es|ed)|committed|determined|keen|hopeful|optimistic)\s+(?:to|of|that)\b",
    r"look(?:s|ing|ed)?\s+(?:set|likely|certain|to)\b", r"await(?:s|ing|ed)?\b", r"mooted\b", r"in\s+the\s+(?:works|pipeline)\b", r"under\s+(?:consideration|discussion|review)\b", r"tentative(?:ly)?\b", r"mull(?:s|ing)\b", r"weigh(?:s|ing)\s+(?:up\s+)?(?:a|an|the|whether)\b", r"prospect\s+of\b", r"to\s+be\s+(?:held|decided|announced|published|confirmed|built|completed|voted|named|known)\b", r"upcoming\b", r"forthcoming\b",
    r"by\s+the\s+time\b", r"whether\b",
)  # fmt: skip
_OPINION = _any(
    r"(?:is|are|was|were|be|been)\s+(?:widely\s+)?(?:seen|viewed|regarded|interpreted|considered)\s+as\b", r"seen\s+as\b", r"believ(?:e|es|ed)\b", r"think(?:s)?\b", r"argu(?:e|es|ed|ably)\b", r"in\s+(?:my|our|his|her|their)\s+(?:view|opinion)\b",
    r"should\b", r"ought\s+to\b", r"call(?:s|ed)?\s+(?:\w+\s+){0,3}[\"“]", r"(?:was|is|were|are)\s+(?:far\s+|much\s+)?too\s+[a-z]+\b", r"regard(?:s|ed)?\b", r"urg(?:e|es|ed|ing)\b", r"hard\s+to\s+(?:imagine|believe|see)\b", r"surely\b", r"arguably\b", r"in\s+(?:a|the)\s+(?:poor|better|worse)\s+light\b", r"warn(?:s|ed|ing)?\s+that\b",
    r"(?:is|are|was|were|be)\s+(?:\w+ly\s+|a\s+|an\s+|the\s+)?(?:un\w*fair|unjust|absurd|reckless|shameful|brilliant|superb|dreadful|terrible|awful|wonderful|disgrace\w*|scandal\w*|monument|mistake|masterpiece|triumph|disaster|farce|funnier|better|worse|best|worst|overdue|unacceptable|outrageous|cowardly|naive|wise|foolish)\b", r"(?:economists?|analysts?|pollsters?|forecasters?|experts?|pundits?)\s+(?:\w+\s+)?(?:predict|think|expect|believe|say|warn|reckon)\w*\b", r"(?:duller|finer|better|worse)\s+[a-z]+\b", r"prais(?:e|es|ed)\b", r"critici[sz](?:e|es|ed|m)\b", r"hail(?:s|ed)\b", r"condemn(?:s|ed)?\b", r"describ(?:e|es|ed)\s+\w+(?:\s+\w+){0,4}\s+as\b", r"feel(?:s)?\b", r"felt\b", r"(?:called|calling)\s+(?:it|the|that|for)\b",
    r"deserv(?:e|es|ed)\b", r"need(?:s)?\s+to\b", r"(?:dub|brand|label)(?:s|led|ed|bed)?\b(?=.*\b(?:a|an|the|as)\b)", r"(?:slam|lambast|denounc|blast|laud|applaud|welcom|deplor|ridicul|mock)(?:s|es|ed|med)\b", r"in\s+the\s+(?:view|eyes|opinion)\s+of\b", r"as\s+(?:he|she|they)\s+(?:see|sees|put)\s+it\b", r"(?:critics|supporters|fans|opponents|campaigners)\s+(?:say|see|call|fear)\b", r"view(?:s|ed)?\s+(?:it|the|this|that|him|her|them)\b",
    r"rightly\b", r"wrongly\b", r"sadly\b", r"regrettabl[ey]\b", r"perhaps\s+the\s+(?:best|worst|most|greatest)\b", r"the\s+(?:best|worst|finest|greatest|most\s+\w+)\s+\w+\s+(?:ever|in|of|for|since)\b", r"doubt(?:s|ed)?\s+(?:that|whether|if)\b", r"suspects?\s+that\b", r"prefer(?:s|red)?\b", r"consider(?:s|ed)\s+(?:it|the|this|that|him|her)\b", r"must\s+(?:not\s+)?(?:be|do|stop|act|resign|go|change|learn|never)\b",
)  # fmt: skip

# "a bill that would freeze rents is to be voted on": what the bill would do is not what the sentence states.
_RELATIVE = re.compile(r"\b(?:that|which|who)\s+(?:would|could|might|may)\b[^,;.]*", re.IGNORECASE)
_ASIDE = re.compile(r",\s(?:who|which)\s[^,]*,")
_HOLDS = _any(r"(?:thinks|believes)\b")
_LEFT_OPEN = _any(
    r"not\s+(?:exclude|excluded|rule[ds]?\s+out)\b",
    r"n[’']t\s+(?:exclude|rule\s+out)\b",
    r"cannot\s+be\s+(?:excluded|ruled\s+out)\b",
)
_NOT_EXPECTED = _any(
    r"(?:not|n[’']t|never)\s+(?:expected|likely|due|set|scheduled|planning|planned)\b", r"unlikely\b"
)
_HEARSAY = _any(
    r"(?:newspaper|paper|daily|weekly|tabloid|broadcaster|media|website|magazine|blog)s?\b[^.;]{0,40}\b(?:has|have|had)?\s*report(?:ed|s)\b",
    r"report(?:ed|s)\s+(?:that|on\s+\w+day\s+that)\b",
)
_LIKELY_UNLESS = _any(r"(?:likely|expected)\b.*\bunless\b")
# "He confirmed that he would leave": "would" is only "will" seen from the past, unless an "if" goes with it.
_FUTURE_IN_PAST = re.compile(
    r"^(?!.*\b(?:if|unless|could|might|provided|depend\w*|subject to)\b).*?\b(?P<verb>said|says|confirmed|announced|pledged|promised|vowed)\b[^;]*?\bwould\b(?!\s+(?:make|be\s+(?:a|an|the|too|better|worse|wrong|right)|mean|cost|hurt|help))",
    re.IGNORECASE | re.DOTALL,
)
# "pleaded not guilty to charges that he took 1.7 million": the sum is alleged, whatever the plea.
_CHARGED = re.compile(
    r"\b(?:charges?|accusations?|allegations?|suspicions?)\s+(?:that|of)\b[^.;]*$", re.IGNORECASE
)
_ADVICE = _any(r"(?:should|ought)\b")

# Words that look like cues and say nothing of how firm a sentence is.
_IDLE = re.compile(
    r"\bas\s+(?:widely\s+)?(?:expected|planned|scheduled|forecast|promised|predicted|hoped|feared)\b,?|\b(?:would|wanna)-be\b"
    r"|(?<=\bthe\s)(?:planned|proposed|scheduled|projected|targeted|intended|expected)\s(?=[a-z]+\s)|(?<=\ba\s)(?:planned|proposed|scheduled)\s(?=[a-z]+\s)"
    r"|(?<=\b(?:its|his|her)\s)(?:planned|proposed|scheduled)\s(?=[a-z]+)|\bto\s+settle\s+(?:the\s+)?(?:claims|allegations|charges)\b|\bno\s+(?:earlier|later|sooner)\s+than\b",
    re.IGNORECASE,
)
_CLEAR_IF = re.compile(r"\b(?:clear|known|certain|sure)\s+if\b", re.IGNORECASE)
_CHARGES = re.compile(
    r"(?:(?:was|were|has|have|had|is|are|been)\s+){0,2}(?:charged|indicted|arrested|detained|sued)\b|agreed\b",
    re.IGNORECASE,
)
_HEDGED_BEFORE = re.compile(r"\b(?:will|would|could|may|might|not|if|reportedly|expected)\b", re.IGNORECASE)
_NOT_UNTIL = re.compile(r"(?:did|was|were|had|has)(?:\s+not|n[’']t)\s+[^,.;]*\buntil\b", re.IGNORECASE)
_WENT_ON = re.compile(r"would\s+(?:go\s+on\s+to|later|eventually|soon)\b", re.IGNORECASE)
_ASKED_IF = re.compile(
    r"\b(?:whether|(?:clear|known|certain|sure|decide|decided|say|ask|asked|asking|know|see|wonder\w*)\s+if)\s+(?:[\w’'-]+\s+){0,7}$",
    re.IGNORECASE,
)
_ALLEGED_BEFORE = re.compile(
    r"\b(?:reportedly|allegedly|supposedly|unconfirmed\s+reports\s+(?:say|said|that)|(?:is|are|was|were)\s+alleged\s+to(?:\s+have)?)\s+(?:[\w’'-]+\s+){0,6}$",
    re.IGNORECASE,
)

# In this order: the first that is found decides.
_GRADES: tuple[tuple[re.Pattern[str], Modality], ...] = (
    (_LEFT_OPEN, "conditional"),
    (_HOLDS, "opinion"),
    (_NOT_EXPECTED, "expected"),
    (_REFUTED, "denied"),
    (_ALLEGED, "alleged"),
    (_HEARSAY, "alleged"),
    (_FUTURE_IN_PAST, "expected"),
    (_LIKELY_UNLESS, "expected"),
    (_CONDITIONAL, "conditional"),
    (_ADVICE, "opinion"),
    (_NEGATED, "denied"),
    (_EXPECTED, "expected"),
    (_OPINION, "opinion"),
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
    start = 0
    for border in _CLAUSE.finditer(sentence):
        if border.start() > at:
            return sentence[start : border.start()]
        start = border.start()
    return sentence[start:]


def modality(sentence: str, at: int | None = None) -> Modality:
    """How firmly `sentence` states what stands at character `at` (its clause alone counts), or all of it
    when `at` is None.
    """
    if at is not None and _CHARGED.search(sentence[:at]):
        return "alleged"
    if at is not None and (grade := _by_target(sentence, at)):
        return grade
    bare = _IDLE.sub(_blank, _blank_asides(sentence, at))
    scope = _RELATIVE.sub(" ", bare if at is None else clause(bare, at))
    if _UNSETTLED.search(scope) and not _LEFT_OPEN.search(scope):
        return "conditional" if _CONDITIONAL.search(_CLEAR_IF.sub(" ", scope)) else "expected"
    for cues, grade in _GRADES:
        if found := cues.search(scope):
            # "He confirmed that he would leave" is as firm as the verb.
            firm = cues is _FUTURE_IN_PAST and found.group("verb").lower() in ("confirmed", "announced")
            return "confirmed" if firm else grade
    return "confirmed"


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
    return "alleged" if _ALLEGED_BEFORE.search(before) else None


def negated(text: str) -> bool:
    """Whether `text` says that something is not so."""
    return negations(text) > 0


def negations(text: str) -> int:
    """How often `text` says that something is not so."""
    spans = sorted(m.span() for cues in (_NEGATED, _REFUTED, _UNSETTLED) for m in cues.finditer(text))
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
