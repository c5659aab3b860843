"""What the words of an answer claim: how firmly, whether it is so at all, and which way something moved.

The grader has cue lists of its own, apart from those in `qa.answering.modality` that the engines use: a rule
that is wrong there must not be excused by the same rule here. Where words leave it open, several readings
are returned, and the annotation decides. The kinds of cue follow CoNLL-2010 (hedges) and FactBank (Sauri and
Pustejovsky 2009); the words are from news writing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.types import Modality

Readings = frozenset[Modality]


def _any(*cues: str) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)(?:" + "|".join(cues) + r")(?!\w)", re.IGNORECASE)


_BORDER = re.compile(
    r";\s|\s[-—–]\s|—|,?\s(?:but|whereas|although|though)\s|,\s(?:while|despite)\s|:\s(?=[A-Z])"
    r"|,\sand\s(?=(?:\w+\s){1,4}(?:will|would|has|have|had|is|are|was|were|said|says|denied|could|may)\b)"
    r"|(?:,\s(?:and\s)?|\sand\s)(?=not\s(?:in|on|at|to|for|from|by|with|a|an|the|[A-Z\d$€£]))"  # Lyon, not Paris
    r"|\s(?=not\s(?:[\w'-]+\s){1,6}but\s|rather\sthan\s|instead\sof\s|because\s|without\s|(?:after|before)\s\w+ing\s)"
    r"|,\s(?=(?:after|before|saying|adding|citing|denying|insisting|arguing|claiming|warning)\s)"
)
# "The bank, which denied it, ...", "Lyon, not Paris, ...", "... did not comment": an aside that holds no part of a claim
# says nothing of it.
_ASIDE = re.compile(
    r"(?:,\s(?:who|whose|which|where|not)|^(?:Instead\sof|Rather\sthan))\s[^,;]*(?:,(?=\s)|[.!?]?$)"
    r"|\b(?:(?:did|has|have|had|could|would)(?:\snot|n['’]t)|declin\w+\sto|refus\w+\sto)\s(?:immediately\s)?"
    r"(?:comment\w*|respond\w*|repl(?:y|ied)|answer\w*|be\sreached)"
)
_OPEN = _any(
    r"(?:not|n[’']t|never)\s+(?:yet\s+|been\s+|officially\s+)*(?:confirm\w*|decided|certain|clear(?!\s+(?:it|the|this|them|a)\b)|agreed|finali[sz]ed|known|settled|said|sure|determined|established|verified|announced)",
    r"not\s+yet", r"n[’']t\s+yet", r"ha(?:s|ve|d)\s+yet\s+to", r"(?:is|are|was|were)\s+yet\s+to", r"unconfirmed", r"undecided", r"unclear", r"uncertain",
    r"remains?\s+to\s+be\s+seen", r"(?:still|yet)\s+(?:open|to\s+be\s+\w+|in\s+talks|under\s+(?:review|investigation|discussion))", r"in\s+talks", r"tbc", r"doubtful",
    r"(?:remains?|still|is|are)\s+(?:in\s+doubt|provisional|open)", r"awaiting", r"no\s+decision", r"no\s+(?:final\s+)?confirmation",
)  # fmt: skip
_NOT_EXCLUDED = _any(
    r"(?:not|n[’']t|never|without|refus\w+\s+to|declin\w+\s+to)\s+(?:be\s+)?(?:exclud\w*|rul\w+\s+(?:it\s+|\w+\s+)?out|ruled\s+out)",
    r"cannot\s+be\s+(?:excluded|ruled\s+out)", r"no\s+doubt", r"not\s+only", r"(?:did|would|do|does)\s+not\s+(?:deny|dispute)", r"than\s+not", r"not\s+(?:least|just|merely)",
)  # fmt: skip
_CONTRARY = _any(
    r"(?:not|n[’']t|never)\s+(?:true|correct|the\s+case|so)(?:\s+that)?", r"(?:untrue|false|wrong)\s+that",
)  # fmt: skip
_REFUSED = _any(
    r"den(?:y|ies|ied|ying)", r"denials?", r"rul(?:e|es|ed|ing)\s+(?:[\w’'-]+\s+){0,3}?out", r"reject(?:s|ed|ing)?", r"dismiss(?:es|ed|ing)(?!\s+from)", r"refut(?:e|es|ed|ing)",
    r"disput(?:es|ed|ing)", r"contradict(?:s|ed)?", r"plead(?:s|ed)?\s+not\s+guilty", r"pulled\s+out", r"withdr[ae]w(?:n|s)?", r"cancel(?:s|led|ed|ling)", r"called\s+off",
    r"will\s+skip", r"stay(?:s|ed|ing)?\s+away", r"declin(?:e|es|ed|ing)(?!\s+(?:in|of|by|to\s+\d|from))", r"refus(?:e|es|ed|ing|al)", r"(?:is|are|was|were)\s+(?:untrue|false|wrong|baseless|a\s+lie)",
    r"falsely", r"untrue", r"baseless", r"unfounded", r"fabricat\w+", r"scrapp?(?:ed|ing)", r"no\s+longer", r"turned\s+down", r"vot(?:ed|es)\s+(?:down|against)", r"defeated", r"thrown\s+out", r"no\s+evidence", r"found\s+nothing", r"debunked", r"acquitted", r"cleared\s+of",
)  # fmt: skip
_NEGATED = _any(
    r"not", r"\w+n[’']t", r"cannot", r"never", r"neither", r"nor", r"nobody", r"no\s+one", r"none", r"nothing", r"no(?=\s+[a-z])", r"without",
    r"fail(?:s|ed|ing)?\s+to", r"unable\s+to", r"unlikely\s+to", r"instead\s+of", r"rather\s+than",
)  # fmt: skip
_ALLEGED = _any(
    r"alleg(?:e|es|ed|edly|ing|ation|ations)", r"accus(?:e|es|ed|ing|ation|ations)", r"reportedly", r"purported(?:ly)?", r"suspect(?:s|ed)?", r"supposed(?:ly)?", r"rumou?r(?:s|ed)?",
    r"claim(?:ed|ing)", r"claims?\s+(?:that|to\s+have|he|she|it|they|the)", r"charged?\s+with", r"charges?(?=\s+(?:of|that))", r"(?:is|are|was|were)\s+said\s+to", r"unverified", r"indict(?:ed|ment)", r"whistleblowers?",
    r"prosecutors?(?:\s+\w+){0,2}\s+(?:say|said|told|argued|contend\w*|maintain\w*)", r"the\s+prosecution\s+(?:says|said)", r"according\s+to\s+(?:the\s+)?(?:prosecut\w+|indictment|charge\s+sheet|complaint|lawsuit)",
)  # fmt: skip
_CONDITIONAL = _any(
    r"if", r"unless", r"provided", r"depend(?:s|ed|ing|ent)?(?:\s+on)?", r"subject\s+to", r"contingent", r"conditional(?:ly)?", r"on\s+condition\s+that", r"as\s+long\s+as", r"could",
    r"might", r"in\s+the\s+event", r"possib(?:le|ly|ility)", r"perhaps", r"potential(?:ly)?", r"pending", r"hinges?\s+on", r"only\s+(?:when|once|after)", r"once", r"in\s+case", r"may\s+be", r"open\s+to",
    r"(?:before|until)\s+\w+\s+(?:agree|approve)s?", r"requires?", r"needs?\s+(?:[\w’'-]+\s+){0,3}(?:approval|consent)",
)  # fmt: skip
_MAY = re.compile(r"(?<!\w)may(?!\w)")
_EXPECTED = _any(
    r"expect(?:s|ed|ing|ation|ations|edly)?", r"due(?!\s+to\s+(?:the|a|an|its|high|low|bad)\b)", r"set\s+(?:to|for)", r"scheduled", r"plan(?:s|ned|ning)?\s+(?:to|for|on)", r"(?:is|are|was|were)\s+to(?=\s+[a-z]+)",
    r"aim(?:s|ed|ing)?", r"intend(?:s|ed|ing)?", r"intention", r"likely", r"hop(?:e|es|ed|ing)", r"forecast(?:s|ing|ed)?", r"project(?:s|ed|ion|ions)", r"predict(?:s|ed|ion|ions)?", r"poised", r"propos(?:e|es|ed|ing)\s+to",
    r"wants?", r"seek(?:s|ing)?\s+to", r"on\s+(?:course|track)", r"provisional(?:ly)?", r"preliminary", r"appear(?:s|ed)?\s+to", r"seem(?:s|ed)?\s+to", r"probabl[ey]",
    r"(?:thought|believed|understood)\s+to", r"anticipat(?:e|es|ed|ing)", r"tentative(?:ly)?", r"pencilled", r"would\s+like", r"considering", r"about\s+to", r"lined\s+up", r"prepar(?:e|es|ed|ing)\s+to", r"ready\s+to", r"look(?:s|ed|ing)?\s+(?:set\s+|likely\s+)?to",
)  # fmt: skip
# Words that go with what is settled as well as with what is not.
_LOOSELY = _any(
    r"plan(?:s|ned|ning)?", r"propos(?:e|es|ed|al|als|ing)", r"wanted", r"target(?:s|ed|ing)?", r"agree(?:s|d)?\s+to", r"seek(?:s|ing)?", r"estimat(?:e|es|ed|ion|ions)",
    r"working\s+(?:on|towards?)", r"suggest(?:s|ed|ing)?", r"pledg(?:e|es|ed|ing)", r"promis(?:e|es|ed|ing)", r"vow(?:s|ed|ing)?", r"commit(?:s|ted)?",
)  # fmt: skip
_WOULD = _any(r"would", r"[a-z]+[’']d")
_OPINION = _any(
    r"believ(?:e|es|ed|ing)", r"thinks?", r"thought(?!\s+to)", r"argu(?:e|es|ed|ably|ing)", r"in\s+(?:my|our|his|her|their|its)\s+(?:view|opinion)", r"should", r"ought\s+to", r"convinced", r"confident",
    r"feels?", r"felt", r"opinion", r"fear(?:s|ed)?", r"doubt(?:s|ed)", r"suspects", r"would\s+rather", r"prefers?", r"considers?", r"deems?",
)  # fmt: skip
_VALUING = _any(
    r"(?:seen|viewed|regarded|considered|interpreted|described)\s+as", r"argument", r"must", r"call(?:s|ed|ing)", r"prais(?:e|es|ed|ing)", r"criti(?:c|cs|cal|cise[sd]?|cize[sd]?|cism)", r"hail(?:s|ed|ing)?", r"condemn(?:s|ed|ing)?",
    r"describ(?:e|es|ed|ing)", r"view(?:s|ed)?", r"warn(?:s|ed|ing|ings)?", r"welcom(?:e|es|ed)", r"express\w*", r"worr(?:y|ies|ied)", r"caution(?:s|ed)?", r"predict(?:s|ed)?", r"finds?", r"judg(?:e|es|ed)", r"label(?:s|led|ed)",
    r"dismiss(?:es|ed)", r"question(?:s|ed)", r"urg(?:e|es|ed)", r"demand(?:s|ed)?", r"too\s+[a-z]+", r"hop(?:e|es|ed)", r"put(?:s)?\s+it", r"likely",
)  # fmt: skip
_SPEECH = _any(
    r"sa(?:id|ys|y|ying)", r"told(?!\s+(?:\w+\s+){0,3}to\s)(?<!was told)(?<!were told)", r"tells", r"according\s+to", r"add(?:s|ed)", r"stat(?:es|ed)", r"insist(?:s|ed)", r"maintain(?:s|ed)", r"testif(?:y|ies|ied)", r"wrote", r"reported",
    r"explain(?:s|ed)", r"acknowledg(?:es|ed)", r"admit(?:s|ted)", r"not(?:es|ed)\s+that", r"cit(?:es|ed|ing)", r"assert(?:s|ed)",
)  # fmt: skip
_FIRM = _any(
    r"will", r"ha(?:s|ve)\s+(?:been\s+)?(?:completed|agreed|signed|approved|confirmed|closed|decided|resigned|won|bought|acquired)", r"completed", r"confirmed", r"definite(?:ly)?", r"certain(?:ly)?",
    r"officially", r"finali[sz]ed", r"approved", r"is\s+going\s+to", r"guaranteed?", r"proven?", r"convicted", r"found\s+guilty", r"established", r"[a-z]+[’']ll",
)  # fmt: skip
_UP = _any(
    r"r(?:ise|ises|ose|isen|ising)", r"increas(?:e|es|ed|ing)", r"gr(?:ow|ows|ew|own|owing)", r"growth", r"up", r"climb(?:s|ed|ing)?", r"jump(?:s|ed|ing)?", r"gain(?:s|ed|ing)?", r"higher", r"more",
    r"surg(?:e|es|ed|ing)", r"soar(?:s|ed|ing)?", r"rais(?:e|es|ed|ing)", r"lift(?:s|ed|ing)?", r"hik(?:e|es|ed|ing)", r"improv(?:e|es|ed|ing)", r"doubl(?:e|es|ed|ing)", r"tripl(?:e|es|ed)", r"expand(?:s|ed|ing)?", r"advanc(?:e|es|ed)", r"added", r"accelerat(?:e|es|ed)",
)  # fmt: skip
_DOWN = _any(
    r"f(?:all|alls|ell|allen|alling)", r"decreas(?:e|es|ed|ing)", r"declin(?:e|es|ed|ing)", r"down", r"dr(?:op|ops|opped|opping)", r"lower(?:s|ed|ing)?", r"less", r"fewer", r"slid(?:e|es|ing)?", r"slump(?:s|ed|ing)?", r"plung(?:e|es|ed|ing)",
    r"los(?:e|es|t|ing)", r"cut(?:s|ting)?", r"reduc(?:e|es|ed|ing|tion)", r"shr(?:ink|inks|ank|unk|inking)", r"halv(?:e|es|ed|ing)", r"trim(?:s|med|ming)?", r"shed(?:s|ding)?", r"sank|sunk|sink(?:s|ing)?", r"slipp?(?:s|ed|ing)?", r"contract(?:s|ed|ing)", r"eas(?:e|es|ed|ing)", r"tumbl(?:e|es|ed|ing)", r"slow(?:s|ed|ing)", r"narrow(?:s|ed|ing)?",
)  # fmt: skip


def clause_around(sentence: str, spans: Sequence[tuple[int, int]]) -> str:
    """The clauses of `sentence` that hold one of the spans (from, to), the others left out; all of it without
    spans."""
    if not spans:
        return sentence
    kept, left = [], 0
    for aside in _ASIDE.finditer(sentence):
        if not _holds(aside.start(), aside.end(), spans):
            sentence = sentence[: aside.start()] + " " * len(aside[0]) + sentence[aside.end() :]
    for border in [*_BORDER.finditer(sentence), None]:
        if border and sentence[: border.start()].count('"') % 2:  # inside a quotation, which is one claim
            continue
        right = border.start() if border else len(sentence)
        if _holds(left, right, spans):
            kept.append(sentence[left:right])
        left = border.end() if border else right
    return " ".join(kept)


def _holds(left: int, right: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start < right and end > left for start, end in spans)


_NO_WORD = re.compile(r"\b(?:not|never|yet|no|un\w+)\b|n[’']t\b", re.IGNORECASE)
_WHEN = re.compile(r"\b(?:if|unless|provided|until|whether|even\s+though|in\s+case)\b[^,;.]*", re.IGNORECASE)


_ONLY_IF = re.compile(r"\bunless\b|(?:\b(?:not|cannot|never)|n[’']t)\s[^,;.]*\bwithout\b", re.IGNORECASE)
_NOT = re.compile(r"\b(?:not|cannot|never|without)\b|n[’']t\b", re.IGNORECASE)


def _stated(text: str) -> str:
    """`text` without what follows an "if" or "unless": a "not" there denies nothing, nor does "not ... unless"."""
    return _WHEN.sub(" ", _NOT.sub(" ", text) if _ONLY_IF.search(text) else text)


def negated(text: str) -> bool:
    """Whether `text` says that something is not so (open questions do not count)."""
    bare = _OPEN.sub(" ", _NOT_EXCLUDED.sub(" ", _stated(text)))
    return bool(_NEGATED.search(bare) or _REFUSED.search(bare))


def unsettled(text: str) -> bool:
    """Whether `text` says with a "not" that something is still open."""
    return any(_NO_WORD.search(m[0]) for m in _OPEN.finditer(_stated(text)))


def contrary(text: str) -> bool:
    """Whether `text` says outright that something is not true."""
    return bool(_CONTRARY.search(text))


def refuses(text: str) -> bool:
    """Whether `text` says that somebody denies or rejects something, rather than that it is not so."""
    bare = _OPEN.sub(" ", _NOT_EXCLUDED.sub(" ", _stated(text)))
    return bool(_REFUSED.search(bare)) and not _NEGATED.search(bare)


def readings(text: str, *, negative: bool = False) -> Readings:
    """How firmly `text` may be meant: every reading that its cues allow, {"confirmed"} without any.

    `negative` says that the claim is itself negative ("no one was hurt"), so that "not" is no denial.
    """
    found: set[Modality] = set()
    rest = text
    if _NOT_EXCLUDED.search(rest):
        found.add("conditional")
        rest = _NOT_EXCLUDED.sub(" ", rest)
    if _OPEN.search(rest):
        found |= {"expected", "conditional"}
        if negative:
            found.add("confirmed")
        if unsettled(rest) and not re.search(r"\b(?:yet|unclear|uncertain)\b", rest, re.IGNORECASE):
            found.add("denied")
        rest = _OPEN.sub(" ", rest)
    stated = _stated(rest)
    if not negative and (_REFUSED.search(stated) or _NEGATED.search(stated)):
        found.add("denied")
    if _ALLEGED.search(rest):
        found.add("alleged")
    if _CONDITIONAL.search(rest) or _MAY.search(rest) or _ONLY_IF.search(rest):
        found.add("conditional")
    if _EXPECTED.search(rest):
        found.add("expected")
    if _WOULD.search(rest):
        found |= {"conditional", "expected"}
    if _OPINION.search(rest):
        found.add("opinion")
    return frozenset(found) | _softer(rest, found)


def _softer(text: str, found: set[Modality]) -> Readings:
    """What weaker words add: who says it, judging words, and words that leave it open whether it is settled."""
    said, judged, loose = _SPEECH.search(text), _VALUING.search(text), _LOOSELY.search(text)
    more: set[Modality] = {"opinion"} if judged else set()
    if not found:
        more.add("confirmed")
        if said:
            more |= {"alleged", "opinion"}
        if loose and not _FIRM.search(text):
            more.add("expected")
    elif found <= {"opinion"} and said:
        more |= {"confirmed", "alleged"}
    elif said and found <= {"conditional", "expected"} and _WOULD.search(text):
        more.add("confirmed")  # "he said it would close": "will", seen from the past
    return frozenset(more)


def firm(text: str) -> bool:
    """Whether `text` says outright that something is settled or done."""
    return bool(_FIRM.search(text)) and not readings(text) & {"denied", "conditional", "expected"}


def directions(text: str) -> frozenset[str]:
    """Which way `text` says something moved: "up", "down", both or neither."""
    return frozenset([*(["up"] if _UP.search(text) else []), *(["down"] if _DOWN.search(text) else [])])
