# ruff: noqa: E501 (one cue beside the next reads better than a page of broken patterns)
"""What governs a place in a sentence: the verb or noun whose complement it stands in, and the parts of the
sentence that say nothing of it.

"The firm denied that it hid losses": `denied that` governs "hid losses", wherever else a cue may stand. "The
rise that economists had expected came on Thursday": "expected" stands in a relative clause beside the
subject and says nothing of "came". Both are read from the shape of the sentence (that-clause, infinitive,
gerund, noun complement, apposition, fronted clause), after the embedding predicates of FactBank (Sauri and
Pustejovsky 2009).
"""

from __future__ import annotations

import re

from qa.types import Modality

# Between a governor and the words asked about: the complement's own subject, but no other clause.
_GAP = r"(?:(?!(?:that|and|but|or|which|who|after|before|when|while|because|if|unless|until|has|have|is|are|were|was|will|said|says)\s)[\w’'&$£€%.-]+\s+){0,7}"
_NOUN_GAP = r"(?:(?!(?:that|and|but|or|which|who|to|for|in|on|at|by|with|from|is|are|was|were|had|has|have|will)\s)[\w’'&$£€%-]+\s+){0,4}"
_CLAIMS = r"(?:claim|allegation|accusation|rumou?r|suspicion|charge|insinuation|whisper|hint|complaint|contention|tip-off|gossip)s?"


def _ending(*cues: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(cues) + r")\s*[“\"‘]?$", re.IGNORECASE)


# In this order: the outermost of two governors mostly is the one that takes back what the inner one says.
_GOVERNORS: tuple[tuple[re.Pattern[str], Modality], ...] = (
    (
        _ending(
            rf"(?<!not )(?:rul(?:e|es|ed|ing)\s+out|exclud(?:e|es|ed))\s+{_NOUN_GAP}",
        ),
        "denied",
    ),
    (
        _ending(
            rf"(?:not|n[’']t|cannot|never)\s+(?:\w+\s+)?(?:rule[ds]?\s+out|exclude[ds]?)\s+(?:the\s+possibility\s+(?:that|of)\s+)?{_GAP}",
            rf"(?:risk|chance|possibility|danger|threat|likelihood|scenario|odds|fears?)\s+(?:that|of)\s+{_GAP}",
            rf"(?:conditional|contingent|dependent|depend(?:s|ed|ing)?|hing(?:e|es|ed|ing))\s+(?:up)?on\s+{_GAP}",
            rf"(?:on\s+(?:the\s+)?condition|provided|providing|in\s+the\s+event)\s+(?:that\s+|of\s+)?{_GAP}",
            rf"(?:subject\s+to|only\s+if|unless|in\s+case(?:\s+of)?|it\s+is\s+(?:conceivable|possible|feasible)\s+that)\s+{_GAP}",
            r"(?<!as soon as )\b(?:possible|potential|hypothetical)",
        ),
        "conditional",
    ),
    (
        _ending(
            rf"den(?:y|ies|ied|ying|ials?)\s+(?:that\s+|of\s+|claims?\s+(?:that\s+|of\s+)|(?:any|all)\s+)?{_GAP}",
            rf"no\s+(?:\w+\s+)?(?:evidence|sign|signs|proof|record|indication|truth|trace|basis|question|suggestion|link|grounds)\s+(?:that|of|to|in|for|between)\s+{_GAP}",
            rf"no\s+(?:\w+\s+)?(?:plans?|intentions?|desire|wish|need|reason|power|right|hurry|attempt|effort|chance|prospect|hope)\s+(?:to|of|for)\s+{_NOUN_GAP}",
            rf"(?:refus(?:e|es|ed|ing|al)|fail(?:s|ed|ing|ure)?|declin(?:e|es|ed|ing)|unable|unwilling|neglect(?:s|ed)?|omitted)\s+to\s+{_NOUN_GAP}",
            rf"(?:reject(?:s|ed|ing)?|dismiss(?:es|ed|ing)?|rebut(?:s|ted)?|refut(?:e|es|ed|ing)|debunk(?:s|ed)?|disput(?:e|es|ed|ing)|quash(?:es|ed)?)\s+(?:as\s+\w+\s+)?(?:(?:a|an|the|any|all|\w+)\s+)*?(?:claims?|reports?|rumou?rs?|allegations?|suggestions?|ideas?|notions?|speculation|accusations?)\s+(?:by\s+{_NOUN_GAP})?(?:that|of)\s+{_GAP}",
            r"(?:abandon|scrap|shelv|axe|cancel|call|withdr[ae]w|dropp|ditch|renounc|retract|veto|block|reject|disown)\w*\s+(?:off\s+)?(?:(?:all|any|its|his|her|their|the|a|an)\s+)?(?:(?:plans?|proposals?|bids?|ideas?|schemes?)\s+(?:for|to|of)\s+)?(?:a\s+|an\s+|the\s+)?",
            rf"(?:acquitted|cleared|exonerated|absolved|innocent)\s+(?:\w+\s+){{0,3}}?of\s+(?:all\s+)?(?:charges\s+of\s+)?{_NOUN_GAP}",
            rf"not\s+guilty\s+(?:to|of)\s+{_NOUN_GAP}",
            r"(?:far\s+from|instead\s+of|rather\s+than|stopp?(?:s|ed)?\s+short\s+of|decid(?:es|ed)\s+against|opted\s+against|refrain(?:s|ed)?\s+from|prevented\s+\w+\s+from|without(?=\s+\w*ing))\s+(?:\w+ing\s+)?",
            r"(?:untrue|false|baseless|unfounded|wrong|not\s+true|incorrect)\s+(?:the\s+)?(?:to\s+say\s+|claims?\s+|reports?\s+|rumou?rs?\s+)?that\s+(?:[\w’'-]+\s+){0,6}",
            r"(?:not|n[’']t)\s+(?:yet\s+)?(?:because|show(?:s|n)?|been|be|have|contain|include)",
            rf"contrary\s+to\s+[^,]+,\s+{_NOUN_GAP}(?:has|have|had|is|are|was|were|did|does|do)\s+not",
        ),
        "denied",
    ),
    (
        _ending(
            rf"accus(?:e|es|ed|ing|ations?)\s+(?:[^;]*?\s)?of\s+(?:having\s+)?{_NOUN_GAP}",
            rf"(?:suspected|suspicion|suspects?)\s+(?:of|that)\s+(?:having\s+)?{_GAP}",
            rf"(?:charged|indicted|on\s+trial|stands?\s+trial|arraigned|prosecuted|sued|sues|wanted|cited|arrested|detained|investigat(?:ed|ing|ion)|inquiry|probe)\s+(?:in\s+\w+\s+|\w+day\s+|on\s+\w+day\s+)?(?:with|for|over|into|on\s+(?:charges|suspicion)\s+of)\s+{_NOUN_GAP}",
            rf"(?<!reject )(?<!rejected )(?<!denied ){_CLAIMS}\s+(?:that|of|by\s+[\w\s]{{3,30}}\s+that)\s+{_GAP}",
            rf"(?:alleg(?:e|es|ed|ing)|claim(?:s|ed|ing)?|contend(?:s|ed|ing)?|maintain(?:s|ed|ing)?|insist(?:s|ed|ing)?|suspect(?:s|ed)?|insinuat(?:es|ed)|purport(?:s|ed)?)\s+(?:that\s+|to\s+(?:have\s+)?)?{_GAP}",
            rf"(?:unconfirmed|unverified|conflicting|anonymous)\s+(?:reports?|accounts?|posts?|footage|claims?)\s+(?:\w+\s+)?(?:of|that|say|said|spoke\s+of|suggest|suggested|mention|mentioned)\s+{_GAP}",
            rf"(?:unverified|not\s+be\s+(?:independently\s+)?verified|not\s+(?:been\s+)?(?:independently\s+)?verified)\b[^;]*?\b(?:shows?|appears?|seems?|suggests?|purports?)\s+(?:to\s+\w+\s+)?{_GAP}",
            rf"(?:lawsuit|suit|writ|complaint|indictment|affidavit|charge\s+sheet|petition|prosecutors?|prosecution|accusers?|whistle-?blowers?|plaintiffs?|claimants?)\s+(?:\w+\s+)?(?:says?|said|states?|stated|told\s+\w+\s+\w+|told\s+\w+)\s+(?:that\s+)?{_GAP}",
            rf"(?:memoir|diary|testimony|affidavit|book|deposition|anonymous\s+letter)\b[^;,]*,?\s+(?:he|she|they|[A-Z]\w+)\s+(?:says?|said|writes?|wrote)\s+(?:that\s+)?{_GAP}",
            rf"(?:police|detectives|investigators|officers|intelligence\s+officials)\s+(?:believe|believed|suspect|suspected|think)\s+(?:that\s+)?{_GAP}",
            rf"sources?\b[^;,.]{{0,40}}?\s(?:say|said|says|claim|claimed)\s+(?:that\s+)?{_GAP}",
            rf"(?:newspaper|tabloid|magazine|website|blog|broadcaster|media)s?\s+(?:[^;.]{{0,30}}\s)?report(?:ed|s),?\s+(?:[^;,]*,\s+)?(?:that\s+)?{_GAP}",
            r"(?:alleged|supposed|suspected|purported|so-called|reported|rumou?red)",
            rf"(?:alleged|said|rumou?red|reported|understood|believed|thought)\s+to\s+have\s+(?:been\s+)?{_NOUN_GAP}",
            rf"(?:prosecution|accuser|former\s+\w+)[’']s\s+(?:account|version|story|case),?\s+(?:that|which\s+is\s+that)\s+{_GAP}",
            rf"(?:reportedly|allegedly|supposedly|purportedly|apparently)\s+{_NOUN_GAP}",
        ),
        "alleged",
    ),
    (
        _ending(
            rf"plan(?:s|ned|ning)?\s+(?:for|to|on|of)\s+(?!go\b|\w+day\b){_NOUN_GAP}",
            rf"(?:proposals?|bids?|hopes?|efforts?|attempts?|ambitions?|intentions?|talks|preparations|calls|pledges?|promises?|aims?|targets?|deadline)\s+(?:for|to|of|on)\s+{_NOUN_GAP}",
            rf"(?:hopes?|hoped|hoping|expect(?:s|ed|ing)?|confident|optimistic|hopeful|reckons?|anticipat(?:es|ed))\s+(?:that\s+|to\s+)?{_GAP}",
            rf"(?:expected|likely|due|set|scheduled|poised|slated|tipped|ready|prepar(?:es|ed|ing)|intend(?:s|ed|ing)?|aim(?:s|ed|ing)?|want(?:s|ed)?|seek(?:s|ing)?|vow(?:s|ed)?|pledg(?:es|ed)|promis(?:es|ed)|agreed|forecast|projected|looking|working|trying|about|bound|keen|racing|struggling|urgently)\s+(?:[\w’'-]+\s+){{0,5}}?to\s+(?:be\s+)?{_NOUN_GAP}",
            r"(?:working|racing|fighting|battling|scrambling)\b[^,;]*\sto\s",
            rf"(?:proposed|planned|intended|provisional|in\s+principle\s+(?:on|to|for)|would-be|upcoming|forthcoming|draft)\s+{_NOUN_GAP}",
            rf"(?:yet\s+to|not\s+yet|still\s+to|waiting\s+to|awaits?|awaiting)\s+(?:\w+\s+)?(?:whether\s+|who\s+|when\s+|if\s+|what\s+|how\s+|where\s+)?{_NOUN_GAP}",
            r"(?:consider(?:s|ing)|weigh(?:s|ing)(?:\s+up)?|mull(?:s|ing)|contemplat(?:es|ing)|debat(?:es|ing)|discuss(?:es|ing))\s+",
        ),
        "expected",
    ),
    (
        _ending(
            rf"(?:demand(?:s|ed|ing)?|urg(?:e|es|ed|ing)|implor(?:es|ed)|call(?:s|ed|ing)?\s+(?:on|for)|appeal(?:s|ed)?\s+(?:for|to)|plead(?:s|ed)?\s+(?:for|with)|recommend(?:s|ed)?)\s+(?:that\s+)?{_GAP}",
            r"(?:consider|deem|find|regard|think|rate|judge|reckon|view|see)s?\s+(?:(?:the|this|that|it|him|her|them|these|those|his|its|their)\b\s*)(?:[\w’'-]+\s+){0,4}(?:as\s+)?",
            r"(?:considered|deemed|regarded|judged|viewed|rated|called|labell?ed|branded|dubbed|described|dismissed|hailed|praised|slammed|condemned|criticis\w+|criticiz\w+|lauded|mocked|derided|denounced|attacked|calls|labels|brands|dubs|describes|hails|praises|condemns|denounces)\s+(?:[\w’'-]+\s+){0,5}as",
            r"(?:right|wrong|foolish|wise|unwise|mad|brave|crazy|irresponsible|unfair|absurd|shameful|reckless|silly)\s+(?:for\s+[\w\s]{2,30}?\s)?(?:not\s+)?to\s+",
            r"(?:called|calls|calling|labell?ed|branded|brands|dubbed)\s+(?:it|him|her|them|this|that|the\s+(?!(?:police|ambulance)\b)[\w’'-]+|his\s+\w+|her\s+\w+)(?:\s+[\w’'-]+){0,3}",
            r"(?:hailed|praised|hails|praises|lauded|applauded|deplored|bemoaned|lamented)",
            rf"(?:thinks?|thought|believes?|feels?|doubts?|argu(?:es|ed|ing)|no\s+doubt|in\s+(?:his|her|my|our|their)\s+(?:view|opinion|eyes),?)\s+(?:that\s+)?{_GAP}",
            rf"predict(?:s|ed|ing)?\s+(?:that\s+)?{_GAP}",
        ),
        "opinion",
    ),
)
_FORECASTERS = re.compile(
    r"\b(?:forecasters?|weather|meteorolog\w+|models?|compan(?:y|ies)|firm|bank|ministry|agency|bureau|fund|treasury|office)\b",
    re.IGNORECASE,
)
_PREDICT = re.compile(r"\bpredict", re.IGNORECASE)
# "Rents dropped by 12 percent" drops nothing: they fell.
_DROPS = re.compile(r"drop", re.IGNORECASE)
_BY_HOW_MUCH = re.compile(r"(?:by|to|from)\s|[$€£]?\d[\d,.]*\s?(?:%|per\s?cent\b|points?\b)", re.IGNORECASE)
# The clause that governs ends here; what stands before has no say.
_BORDER = re.compile(r";\s|:\s|\.\s|[—–]\s|,\s(?:but|while|although|though|whereas|then|and)\s")
_REJECTS = re.compile(
    r"\b(?:reject(?:s|ed|ing)?|dismiss(?:es|ed|ing)?|refut(?:es|ed|ing)|den(?:y|ies|ied|ying)|debunk(?:s|ed)|thr[eo]w(?:s|n)?\s+out|disprov(?:es|ed)|disput(?:es|ed)|quash(?:es|ed)|no\s+truth\s+(?:in|to)|nothing\s+(?:in|to)|rubbish(?:es|ed)|contradict(?:s|ed)|shot\s+down|hits?\s+back\s+at)\b[^,;]*$",
    re.IGNORECASE,
)
_REJECTED = re.compile(
    r"\b(?:is|are|was|were|be|been|proved|proves|turned\s+out(?:\s+to\s+be)?|called)\s+(?:\w+ly\s+|also\s+|later\s+|a\s+|an\s+|as\s+|to\s+be\s+)*(?:false|untrue|baseless|unfounded|groundless|wrong|fabricated|invented|fake|lies?|hoax|myth|nonsense|denied|rejected|dismissed|refuted|debunked|disproved|retracted|withdrawn|unproven|not\s+true|without\s+(?:foundation|basis))\b",
    re.IGNORECASE,
)
# "Plans for a casino were dropped", "The proposed tunnel has been scrapped".
_DROPPED = re.compile(
    r"[^,;:]*?\b(?:is|are|was|were|been)\s+(?:\w+ly\s+|now\s+|then\s+|later\s+)?(?:dropped|scrapped|shelved|abandoned|cancell?ed|rejected|withdrawn|axed|called\s+off|voted\s+down|turned\s+down|thrown\s+out|vetoed|blocked|ditched|ruled\s+out|refused|aborted|torn\s+up)\b",
    re.IGNORECASE,
)
# Two negations: "did not deny that", "nobody disputes that", "there is no doubt that".
_GRANTED = re.compile(
    rf"\b(?:(?:\w*n[’']t|not|never|nobody|no\s+one|no-one|none|few|neither\s+\w+)\s+(?:\w+\s+)?(?:den(?:y|ies|ied)|disput(?:es?|ed)|doubts?|doubted|contests?|contested|questions?|questioned)|there\s+(?:is|was)\s+(?:little\s+|no\s+)(?:doubt|question|dispute|denying)|it\s+is\s+no\s+secret)\s+(?:that\s+)?{_GAP}$",
    re.IGNORECASE,
)
_GUILTY = re.compile(
    r"(?<!not )\b(?:convicted|guilty|admit(?:s|ted|ting)?|confess(?:es|ed)?|acknowledg(?:e|es|ed)|conced(?:e|es|ed)|jailed|sentenced|fined)\b[^,;]*$",
    re.IGNORECASE,
)


def governed(sentence: str, at: int) -> Modality | None:
    """How firmly the word that governs the place `at` says what stands there, None if nothing governs it."""
    # "to restore the signal": the infinitive's "to" belongs to what governs it.
    before = sentence[: at + 3] if sentence.startswith("to ", at) else sentence[:at]
    borders = [border.end() for border in _BORDER.finditer(before)]
    before = before[borders[-1] :] if borders else before
    if not before.strip() or len(before) > 400 or _GUILTY.search(before):
        return None
    if _GRANTED.search(before):
        return "confirmed"
    for cues, grade in _GOVERNORS:
        if found := cues.search(before):
            if _DROPS.match(found.group()) and _BY_HOW_MUCH.match(sentence, at):
                continue
            if _PREDICT.match(found.group()) and _FORECASTERS.search(before):
                return "expected"
            if grade == "alleged" and taken_back(before[: found.start()], sentence[at:]):
                return "denied"
            return "denied" if grade == "expected" and _DROPPED.match(sentence[at:]) else grade
    return None


def taken_back(before: str, after: str) -> bool:
    """Whether a claim between `before` and `after` is itself rejected there: "rejected the claim that ...",
    "the claim that ... is false".
    """
    return bool(_REJECTS.search(before) or _REJECTED.search(after))


# ---------------------------------------------------------------- what says nothing of the place

_FRONTED = re.compile(
    r"^(?:Despite|Although|Though|While|When|After|Before|Since|Because|Unlike|Asked|Having|Amid|Following|Contrary\s+to|With|As(?!\s+(?:long|soon|far)\s+as)|Far\s+from|Even\s+though|Rather\s+than|Instead\s+of)\b[^;]*?,\s(?=[a-zA-Z“\"])"
)
_APPOSITION = re.compile(
    r",\s(?:the|a|an|his|her|its|their|once|formerly|now|long)\s(?![^,]*\b(?:said|says|told|added|warned)\b)[^,;]{3,90},(?=\s)"
)
_COMPARED = re.compile(
    r"\b(?:than|that|as|which|what|everyone|everybody)\s+(?:[\w’'-]+\s+){0,4}?(?:had|have|has|was|were)\s+(?:been\s+)?(?:widely\s+|originally\s+|first\s+|long\s+)?(?:expected|planned|scheduled|forecast|hoped|feared|predicted|thought|promised|intended|anticipated|estimated|projected|believed)\b"
    r"|\b(?:than|as)\s+(?:analysts?|economists?|forecasters?|pollsters?|experts?)\s+(?:expected|predicted|forecast|feared|hoped|thought)\b"
    r"|\b(?:than|as)\s+(?:\w+ly\s+)?(?:expected|forecast|planned|feared|hoped|thought|predicted|estimated|scheduled|anticipated|initially\s+\w+ed)\b"
    r"|\b(?:approv(?:e[sd]?|ing)|back(?:s|ed)|pass(?:es|ed)|sign(?:s|ed)|adopt(?:s|ed)|publish(?:es|ed)|unveil(?:s|ed)|endors(?:es|ed))\s+(?:the\s+|a\s+|its\s+)?(?:\w+\s+)?(?:plans?|proposals?|bids?)\s+(?:for|to)\b"
    r"|\b(?:above|below|beat(?:s|ing)?|missed|against|defied|defying|ahead\s+of|beyond)\s+(?:[\w’'-]+\s+){0,3}(?:expectations?|forecasts?|estimates?|predictions?|targets?)\b"
    r"|\b(?:once|previously|originally|earlier)\s+(?:expected|planned|scheduled|forecast|thought|believed)\b"
    r"|\bNot\s+only\b|\bnot\s+(?:only|just|merely|least)\b|\bfew\s+expected\s+it\b|\bthought\s+to\s+be\b(?=[^,]*,)",
    re.IGNORECASE,
)
_RELATIVE_NOUN = re.compile(
    r"\b(?:a|an|the|his|her|its|their|this)\s+(?:[\w-]+\s+){1,3}?(?:that|which|who|whom|whose)\s(?=(?:he|she|it|they|we|some|many|critics|[\w’'-]+s)\s|(?:had|has|might|may|could|was|were|is|are)\s)[^,;.]*"
)
# "resigned amid allegations of ...", ", accused of war crimes,": the setting, told beside the event.
_SETTING = re.compile(
    r"\b(?:amid|over|following|after|in\s+spite\s+of|despite|because\s+of)\s+(?:[\w’'-]+\s+){0,3}(?:allegations?|claims?|accusations?|suspicions?|rumou?rs?|fears?|hopes?|reports?|speculation|expectations?|doubts|warnings?|threats?|plans?|criticism|calls|concerns?)\b[^,;]*"
    r"|,\s(?:accused|suspected|charged|expected|tipped|alleged|due|planned|thought|believed|rumou?red|feared|hoping|likely|wanted)\s[^,;]*,"
)
# "the site where it hopes to build", "the release of a man accused of theft": told of a person or place named.
_TOLD_OF = re.compile(
    r"\s(?:where|whereby|in\s+which)\s(?:he|she|it|they|we|some|many|[\w’'-]+s)\s[^,;.]*"
    r"|,\s(?:most|many|some|none|all|half|few|several|each|both)\s+of\s+(?:whom|which)\b[^,;]*"
    r"|,\s(?:a|an)\s+(?:move|step|decision|measure|plan|deal|loss|change|sum|ruling|result|blow|sign)\s+(?:that|which)\b[^,;]*"
    r"|\b(?:a|an|the|two|three|four|several|some)\s+(?:[\w-]+\s+){0,2}?(?:m[ae]n|wom[ae]n|people|person|boys?|girls?|teenagers?|officials?|officers?|suspects?|couple|\w+(?:er|or|ist)s?)\s+(?:\w+ly\s+)?(?:accused|suspected|charged|alleged)\s(?:of|with|over|to)\b[^,;]*"
)
_FINITE = re.compile(
    r"(?:\w{2,}ed|was|were|is|are|has|had|have|came|led|sent|cost|met|fell|rose|won|left|took|brought|made|spread|went|began|drew|got|gave|hit|kept|lost|put|ran|set|shut|spoke|struck|told|cast|built|caught|cut|drove)\b"
)
# "that the officer had not lied": the verb at the place is the rest of the one begun before it.
_AUXILIARY = re.compile(
    r"\b(?:had|has|have|was|were|is|are|be|been|being|not|never|\w+n[’']t|did|could|would|may|might|will|must|should|to)\s(?:\w+ly\s|ever\s|also\s)?$",
    re.IGNORECASE,
)
_COMPLETE = re.compile(
    r"\b(?:that|which|who|whom|over|of|about)\s(?:[\w’'-]+\s)*?(?:had|has|have|was|were|is|are|would|could|might|may|will|\w+ed)\s(?:[\w’'-]+\s)*$"
)


def beside(sentence: str, at: int) -> str:
    """`sentence` with the parts blanked that say nothing of the place `at`: the clause in front of the main
    one, appositions, relative clauses and comparisons ("more than had been expected"). As long as before.
    """
    text = _COMPARED.sub(_blank, sentence)
    if (front := _FRONTED.match(text)) and front.end() <= at:
        text = " " * front.end() + text[front.end() :]
    for parts in (_APPOSITION, _RELATIVE_NOUN, _SETTING, _TOLD_OF):
        text = parts.sub(lambda m: m.group() if m.start() <= at < m.end() else _blank(m), text)
    if (colon := text.rfind(": ", 0, at)) > 0:
        text = " " * (colon + 2) + text[colon + 2 :]
    # "The claim that crime had doubled drew laughter": a second finite verb is the main clause's own.
    if (
        _FINITE.match(sentence, at)
        and not _AUXILIARY.search(text[:at])
        and (done := _COMPLETE.search(text[:at]))
    ):
        text = text[: done.start()] + " " * (at - done.start()) + text[at:]
    return text


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())
