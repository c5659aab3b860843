# ruff: noqa: E501 (one cue beside the next reads better than a page of broken patterns)
"""The cue words of `modality`, by what they say of how firm a clause is.

Hedge cues start from the CoNLL-2010 shared task's kinds (auxiliaries, epistemic verbs, adverbs,
conditionals); the words themselves were collected from news writing by us.
"""

from __future__ import annotations

import re


def any_of(*cues: str) -> re.Pattern[str]:
    """One pattern that finds any of `cues` at the start of a word, in either case."""
    return re.compile(r"\b(?:" + "|".join(cues) + r")", re.IGNORECASE)


# "Cleared of" a wrong is a denial, in the active voice too; a road cleared of snow, a takeover of a firm cleared
# by a watchdog are none.
_SWEPT = r"(?!(?:\w+\s+){0,2}?(?:snow|ice|debris|rubble|rubbish|litter|wreckage|mines|landmines|explosives|leaves|mud|silt|weeds|trees|traffic|protesters|demonstrators|squatters|people|vehicles|cars)\b)"
_WRONG = r"(?:\w+\s+){0,3}?(?:charges?|counts?|wrongdoing|blame|guilt|murder(?:s|ing)?|manslaughter|fraud|theft|rape|assault(?:s|ing)?|corruption|bribery|perjury|arson|robbery|burglary|abus(?:e|ing)|misconduct|negligence|doping|cheating|match-fixing|conspir(?:acy|ing)|embezzlement|forgery|blackmail|extortion|harassment|kidnap(?:ping)?|treason|espionage|spying|terrorism|offen[cs]es?|crimes?|allegations?|accusations?|suspicion|laundering|evasion|libel|slander|smuggling|trafficking|lying|stealing|killing|poisoning|stabbing|bribing|defrauding|plotting|causing|having|helping|hiding|leaking)\b"

REFUTED = any_of(
    r"den(?:y|ies|ied|ying)\b", r"rul(?:e|es|ed|ing)\s+out\b", r"(?:(?<!is )(?<!are )(?<!was )(?<!were )(?<!be )(?<!been )(?:rejected|dismissed|refuted)|rejects?|dismisses|refutes)\b(?!\s+by)",
    r"plead(?:ed|s)?\s+not\s+guilty\b", r"pulled\s+out\b", r"withdr[ae]w(?:n)?\s+from\b", r"cancel(?:s|led|ed|ling)\b",
    r"(?:claim|report|rumou?r|allegation|suggestion|speculation)s?\b[^.;]{0,140}\b(?:was|were|has\s+been|have\s+been)\s+(?:rejected|denied|dismissed|refuted|not\s+(?:supported|borne\s+out|true))\b",
    r"would\s+not\s+(?:say|comment|confirm|discuss|be\s+drawn|give|name|answer)\b", r"fail(?:s|ed|ing)?\s+to\b", r"(?:was|were|been|is|are)\s+(?:withdrawn|scrapped|shelved|abandoned|dropped|axed|cancell?ed|disallowed|annulled|voided|overruled|struck\s+(?:out|down|off)|called\s+off|off(?=\W*$|\s+(?:after|because)))", r"(?:shelve[sd]?|scrap(?:s|ped)|abandon(?:s|ed)|threw\s+out|thrown\s+out|vot(?:ed|es)\s+down|quash(?:es|ed)|overturn(?:s|ed)(?=\s+(?:the|a|an|his|her|its|their|that|this)\b))\b",
    r"(?:is|are|was|were)\s+(?:false|untrue|baseless|unfounded|a\s+lie)\b", r"(?:found|saw|knew|heard)\s+(?:nothing|no\b)", r"could(?:\s+not|n[’']t)\b(?!\s+be\s+(?:ruled\s+out|excluded))", rf"cleared\s+of\s+{_SWEPT}", rf"clear(?:s|ed|ing)?\s+(?:(?!of\b)[\w’'.-]+,?\s+){{1,6}}of\s+{_WRONG}",
    r"call(?:s|ed)?\s+off\b", r"will\s+skip\b", r"stay(?:s|ed|ing)?\s+away\b", r"declined\b", r"refus(?:es|ed)\s+to\b", r"no\s+longer\b",
    r"rebuff(?:s|ed)?\b", r"spurn(?:s|ed)?\b", r"turn(?:s|ed)?\s+down\b", r"veto(?:es|ed)\b", r"retract(?:s|ed)?\b", r"debunk(?:s|ed)?\b", r"acquit(?:s|ted)\b", r"stopp?(?:s|ed)?\s+short\s+of\b", r"(?:is|are|was|were)\s+(?:unable|unwilling)\s+to\b", r"no\s+evidence\b", r"(?:was|were|is|are)\s+(?:not\s+true|a\s+hoax)\b",
    r"(?:was|were|is|are|been)\s+(?:acquitted|unharmed|unhurt|uninjured)\b", r"decid(?:es|ed)\s+(?:against|not\s+to)\b", r"opted\s+(?:out|against)\b", r"neither\b(?=.*\bnor\b)",
)  # fmt: skip
UNSETTLED = any_of(
    r"(?:not|n[’']t|never)\s+(?:yet\s+|been\s+|yet\s+been\s+)*(?:confirm\w*|decided|certain|clear|agreed|finali[sz]ed|known)\b", r"ha(?:s|ve|d)\s+yet\s+to\b", r"is\s+yet\s+to\b",
    r"unconfirmed\b", r"undecided\b", r"unclear\b", r"uncertain\b", r"doubtful\s+(?:for|to|whether|if)\b", r"remains?\s+to\s+be\s+seen\b",
)  # fmt: skip
ALLEGED = any_of(
    r"alleg(?:e|es|ed|edly|ing|ation|ations)\b", r"accus(?:e|es|ed|ing|ation|ations)\b", r"reportedly\b", r"purported(?:ly)?\b", r"suspected\b",
    r"supposedly\b", r"rumou?r(?:s|ed)?\b", r"claim(?:s|ed|ing)?\s+(?:that|he|she|it|they|the)\b", r"(?<!\btheir )(?<!\bhis )(?<!\bher )(?<!\bits )claim(?:s|ed|ing)?\s+to\b", r"claim(?:s|ed)?\s+(?!(?:lives|victims|victory|responsibility|benefits|credit|damages|compensation)\b)[\w’'-]+\s+(?:was|were|had|has|have|is|are|did|would|will|could|(?!need|indeed)\w{3,}ed)\b", r"claim(?:s|ed)\b(?=\W*$)", r"claim(?:s|ed|ing)?\s+(?:(?:on|last|this|earlier|later|yesterday|repeatedly)\s+(?:\w+\s+){0,2})that\b", r"charged\s+with\b", r"(?:is|are|was|were)\s+said\s+to\b", r"prosecutors\s+(?:say|said)\b",
    r"unverified\b", r"indict(?:ed|ment)\b", r"unconfirmed\s+reports?\b", r"(?:is|are|was|were)\s+(?:understood|thought|believed)\s+to\s+have\b", r"contend(?:s|ed)?\b", r"purport(?:s|ed)?\b",
    r"claim(?:s|ed)?\s+(?:its|his|her|their|our|my|a|an|this|that|we|there|[\"“])", r"maintain(?:s|ed)\s+that\b", r"alleging\b", r"according\s+to\s+(?:the\s+)?(?:indictment|charge\s+sheet|complaint|lawsuit|prosecut\w+)",
    r"(?:is|are|was|were)\s+reported\s+to\s+have\b", r"(?:has|have|had)\s+been\s+linked\s+to\b", r"sources\s+(?:say|said|claim)\b", r"witness(?:es)?\s+claim(?:s|ed)?\b", r"blam(?:es|ed|ing)\b", r"whistle-?blowers?\b", r"leaked\s+(?:documents?|memos?|e-?mails?)\b", r"(?:lawsuit|suit|complaint|indictment|charge\s+sheet)\s+(?:says|said|states|alleges)\b",
    r"stand(?:s)?\s+accused\b", r"(?:is|are)\s+being\s+investigated\s+(?:for|over)\b", r"(?:detained|arrested|held)\s+on\s+suspicion\s+of\b", r"so-called\s+confession\b", r",\s(?:[\w’'-]+\s+){1,6}(?:claim|allege|contend|insist|suspect)s?\b(?=\W*$)",
)  # fmt: skip
CONDITIONAL = any_of(
    r"if\b(?!\s+(?:any|anything|ever|not)\b)", r"unless\b", r"provided\s+(?:that\b|the\b)", r"depend(?:s|ing|ent)?\s+on\b", r"subject\s+to\b", r"pending\b", r"contingent\b", r"conditional\b", r"as\s+long\s+as\b",
    r"would\b", r"could\b", r"might\b", r"(?-i:may)\b", r"in\s+the\s+event\b", r"possib(?:le|ly|ility)\b", r"perhaps\b", r"potentially\b",
    r"so\s+long\s+as\b", r"assuming\b", r"on\s+condition\s+that\b", r"hing(?:es|ed)\s+on\b", r"otherwise\b", r"in\s+case\b", r"only\s+(?:when|after|once)\b", r"liable\s+to\b", r"(?:must|needs?\s+to|has\s+to|have\s+to)\b.*\bor\s+(?:it|he|she|they|face|lose|risk|be)\b", r"barring\b", r"were\s+(?:it|he|she|they)\s+to\b", r"without\s+(?:a|an|the|further|more|extra)\b[^,]*,\s", r"capable\s+of\b",
    r"(?:needs?|requires?)\s+(?:the\s+|its\s+)?(?:\w+\s+)?(?:consent|approval|backing|permission|sign-off|ratification|clearance|agreement)\b", r"(?-i:Should)\s+(?:[\w’'-]+\s+){1,6}?[^,?]*,", r"can\s+only\b", r"even\s+if\b", r"there\s+(?:is|are|was|remains?)\s+(?:still\s+)?(?:a|an|some|every|the)?\s*(?:\w+\s+){0,2}(?:chances?|risks?|danger|possibility|threat)\b", r"once\s+[^,;]*\b(?:is|are|has|have|gets?)\b[^;]*,[^;]*\bwill\b",
)  # fmt: skip
NEGATED = any_of(
    r"(?:will|would|did|does|do|is|are|was|were|has|have|had|can|could|should|must|may)\s+(?:also\s+)?(?:not|never|neither)\b", r"\w+n[’']t\b", r"cannot\b", r"never\b", r"neither\b",
    r"not\s+(?:attend|be|go|have|take|join|resign|sign)\w*\b", r"no\s+(?!doubt\b|less\b|fewer\b|sooner\b)[a-z]\w*", r"nobody\b", r"without\b(?=\s+\w+ing)", r"none\b", r"nor\b", r"(?:few|little)\s*,?\s+if\s+any\b", r"(?:hardly|scarcely|barely)\s+(?:any|a|ever)\b", r"almost\s+no\b", r"no-one\b",
)  # fmt: skip
EXPECTED = any_of(
    r"expect(?:s|ed|ing|ation|ations)?\b", r"due\s+(?:to|in|on|at|back)\b", r"set\s+(?:to|for)\b", r"schedul(?:e|ed)\b", r"plan(?:s|ned|ning)?\s+(?:to|for|on|an|a|another)\b", r"(?:is|are)\s+to\s+(?!blame\b)[a-z]+\b", r"aim(?:s|ed|ing)?\s+to\b",
    r"intend(?:s|ed|ing)?\b", r"likely\b", r"hop(?:e|es|ed|ing)\b", r"forecast(?:s|ed)?\b", r"project(?:ed|s)\b", r"estimat(?:e|es|ed)\b", r"predict(?:s|ed|ion)?\b", r"poised\b", r"planned\b", r"propos(?:e|es|ed|al)\b",
    r"want(?:s|ed)?\s+to\b", r"seek(?:s|ing)?\s+to\b", r"target(?:s|ed|ing)?\b", r"tipped\s+(?:to|as|for)\b", r"slated\b", r"pencilled\s+in\b", r"lined\s+up\b", r"(?:is|are|was|were)\s+listed\s+for\b", r"in\s+talks\s+(?:to|with|over|about)\b", r"ready\s+to\b", r"prepar(?:es|ed|ing)\s+to\b", r"consider(?:s|ing)\b", r"supposed\s+to\b",
    r"should\s+(?:be\s+)?(?:arrive|ready|open|start|begin|finish|end|land|reach|resume|reopen|complete|completed|available|back|know|take)\w*\b", r"on\s+course\b", r"on\s+track\b", r"agreed\s+to\b", r"provisional(?:ly)?\b", r"preliminary\b", r"suggest(?:s|ed|ing)?\b", r"appear(?:s|ed)?\s+to\b", r"seem(?:s|ed)?\s+to\b", r"probabl[ey]\b", r"thought\s+to\b", r"believed\s+to\b",
    r"anticipat(?:e|es|ed|ing)\b", r"envisag(?:e|es|ed)\b", r"foresee(?:s|n)?\b", r"ey(?:es|eing)\b", r"earmarked\b", r"bound\s+to\b", r"about\s+to\b", r"on\s+the\s+(?:verge|brink|cusp)\s+of\b", r"in\s+line\s+(?:to|for)\b", r"favou?rites?\s+to\b", r"gearing\s+up\b", r"(?:vow(?:s|ed)?|pledg(?:es|ed)|promis(?:es|ed)|committed|determined|keen|hopeful|optimistic)\s+(?:to|of|that)\b",
    r"look(?:s|ing|ed)?\s+(?:set|likely|certain|to)\b", r"await(?:s|ing|ed)?\b", r"mooted\b", r"in\s+the\s+(?:works|pipeline)\b", r"under\s+(?:consideration|discussion|review)\b", r"tentative(?:ly)?\b", r"mull(?:s|ing)\b", r"weigh(?:s|ing)\s+(?:up\s+)?(?:a|an|the|whether)\b", r"prospect\s+of\b", r"to\s+be\s+(?:held|decided|announced|published|confirmed|built|completed|voted|named|known)\b", r"upcoming\b", r"forthcoming\b",
    r"(?:close|closer|near|nearer)\s+to\s+(?:a\s+|an\s+)?(?:deal|agreement|settlement|decision|truce|ceasefire|compromise|sale|merger|signing|agreeing|appointing|naming|buying|selling)\b", r"imminent\b", r"look(?:s|ing)?\s+forward\s+to\b", r"in\s+the\s+offing\b", r"on\s+the\s+(?:cards|horizon)\b", r"by\s+the\s+time\b", r"whether\b", r"(?:is|are)\s+(?:promised|foreseen|awaited|booked|intended|meant)\b",
)  # fmt: skip
OPINION = any_of(
    r"(?:is|are|was|were|be|been)\s+(?:widely\s+)?(?:seen|viewed|regarded|interpreted|considered)\s+as\b", r"seen\s+as\b", r"believ(?:e|es|ed)\b", r"think(?:s)?\b", r"argu(?:e|es|ed|ably)\b", r"in\s+(?:my|our|his|her|their)\s+(?:view|opinion)\b",
    r"should\b", r"ought\s+to\b", r"call(?:s|ed)?\s+(?:\w+\s+){0,3}[\"“]", r"(?:was|is|were|are)\s+(?:far\s+|much\s+)?too\s+[a-z]+\b", r"regard(?:s|ed)?\b", r"urg(?:e|es|ed|ing)\b", r"hard\s+to\s+(?:imagine|believe|see)\b", r"surely\b", r"arguably\b", r"in\s+(?:a|the)\s+(?:poor|better|worse)\s+light\b", r"warn(?:s|ed|ing)?\s+that\b",
    r"(?:is|are|was|were|be)\s+(?:\w+ly\s+|a\s+|an\s+|the\s+)?(?:un\w*fair|unjust|absurd|reckless|shameful|brilliant|superb|dreadful|terrible|awful|wonderful|disgrace\w*|scandal\w*|monument|mistake|masterpiece|triumph|disaster|farce|funnier|better|worse|best|worst|overdue|unacceptable|outrageous|cowardly|naive|wise|foolish)\b", r"(?:economists?|analysts?|pollsters?|forecasters?|experts?|pundits?)\s+(?:\w+\s+)?(?:predict|think|expect|believe|say|warn|reckon)\w*\b", r"(?:duller|finer|better|worse)\s+[a-z]+\b", r"prais(?:e|es|ed)\b", r"critici[sz](?:e|es|ed|m)\b", r"hail(?:s|ed)\b", r"condemn(?:s|ed)?\b", r"describ(?:e|es|ed)\s+\w+(?:\s+\w+){0,4}\s+as\b", r"feel(?:s)?\b", r"felt\b", r"(?:called|calling)\s+(?:it|the|that|for)\b",
    r"deserv(?:e|es|ed)\b", r"need(?:s)?\s+to\b", r"(?:dub|brand|label)(?:s|led|ed|bed)?\b(?=.*\b(?:a|an|the|as)\b)", r"(?:slam|lambast|denounc|blast|laud|applaud|welcom|deplor|ridicul|mock)(?:s|es|ed|med)\b", r"in\s+the\s+(?:view|eyes|opinion)\s+of\b", r"as\s+(?:he|she|they)\s+(?:see|sees|put)\s+it\b", r"(?:critics|supporters|fans|opponents|campaigners)\s+(?:say|see|call|fear)\b", r"view(?:s|ed)?\s+(?:it|the|this|that|him|her|them)\b",
    r"rightly\b", r"wrongly\b", r"sadly\b", r"regrettabl[ey]\b", r"perhaps\s+the\s+(?:best|worst|most|greatest)\b", r"the\s+(?:best|worst|finest|greatest|most\s+\w+)\s+\w+\s+(?:ever|in|of|for|since)\b", r"doubt(?:s|ed)?\s+(?:that|whether|if)\b", r"suspects?\s+that\b", r"prefer(?:s|red)?\b", r"consider(?:s|ed)\s+(?:it|the|this|that|him|her)\b", r"must\s+(?:not\s+)?(?:be|do|stop|act|resign|go|change|learn|never)\b",
)  # fmt: skip

HOLDS = any_of(r"(?:thinks|believes)\b")
LEFT_OPEN = any_of(
    r"not\s+(?:exclude|excluded|rule[ds]?\s+out)\b",
    r"n[’']t\s+(?:exclude|rule\s+out)\b",
    r"cannot\s+be\s+(?:excluded|ruled\s+out)\b",
)
NOT_EXPECTED = any_of(
    r"(?:not|n[’']t|never)\s+(?:expected|likely|due|set|scheduled|planning|planned)\b", r"unlikely\b"
)
HEARSAY = any_of(
    r"(?:newspaper|paper|daily|weekly|tabloid|broadcaster|media|website|magazine|blog)s?\b[^.;]{0,40}\b(?:has|have|had)?\s*report(?:ed|s)\b",
    r"report(?:ed|s)\s+(?:that|on\s+\w+day\s+that)\b",
)
LIKELY_UNLESS = any_of(r"(?:likely|expected)\b.*\bunless\b")
# "The ship should arrive by the end of the week" is a timetable, no advice.
SHOULD_HAPPEN = any_of(
    r"should\s+(?:be\s+)?(?:arrive|ready|open|start|begin|finish|end|land|reach|resume|reopen|complete|completed|available|back|know|clear|ease|dry|return|recover)\b",
)
_JUDGED = (
    r"(?:un(?:fair|just|acceptable|necessary|worthy|forgivable|helpful|wise|workable|believable)|in(?:excusable|defensible|competent|sane|adequate|tolerable|spiring|credible|humane)|"
    r"cruel|shameful|disgrac\w+|scandalous|outrage\w*|reckless|absurd|ridiculous|ludicrous|laughable|pathetic|dreadful|terrible|awful|horrible|appalling|dire|abysmal|atrocious|"
    r"wonderful|brilliant|superb|magnificent|marvellous|fantastic|splendid|outstanding|excellent|amazing|exceptional|remarkable|impressive|dazzling|thrilling|sublime|exquisite|"
    r"embarrass(?:ing|ment)|humiliating|depressing|disappoint(?:ing|ment)|frustrating|infuriating|insult(?:ing)?|boring|dull|tedious|bland|clumsy|lazy|feeble|mediocre|lacklustre|chaotic|shambolic|shambles|"
    r"foolish|stupid|silly|naive|cowardly|cynical|hypocritical|dishonest|heartless|callous|greedy|selfish|arrogant|petty|vindictive|brave|courageous|wise|noble|generous|heroic|"
    r"crucial|vital|essential|indispensable|pointless|useless|worthless|senseless|futile|overdue|too\s+\w+|far\s+from\s+\w+|good\s+enough|madness|folly|nonsense|"
    r"better\s+than|worse\s+than|wrong\s+(?:to|of|for|and)|unlucky|ugly|beautiful|elegant|charming|delightful|masterly|clever|nasty|perfectly?|"
    r"hideous|spineless|toothless|stunning|heartbreaking|crazy|insane|evil|wicked|immoral|undemocratic|lovely|gorgeous|sloppy|shoddy|laughable|misguided|short-sighted|ill-(?:judged|conceived|advised)|heavy-handed|sensible|joy|delight|let-?down|mess|waste\s+of|gift\s+to|charter\s+for|insult\s+to|mistake|blunder|triumph|disaster|farce|joke|masterpiece|betrayal|tragedy|travesty|fiasco|mockery|scandal|gem|catastrophe|nightmare|miracle|sham|failure\s+of|blow\s+(?:to|for)|victory\s+for|step\s+(?:backwards?|forward)|slap\s+in)"
)
# A judgement passed on something: "is cruel", "a triumph for ...", "the finest in ...", "frankly".
EVALUATED = any_of(
    rf"(?:is|are|was|were|be|been|am|seems?|seemed|looks?|looked|sounds?|sounded|feels?|felt|(?<=it)[’']s|(?<=that)[’']s|(?<=he)[’']s|(?<=they)[’']re|(?<=we)[’']re)\s+(?:(?:\w+ly|so|very|quite|just|simply|a|an|the|such|no|one|of|most|more|rather|really|also|nothing\s+(?:but|short\s+of)|bit|another)\s+){{0,3}}{_JUDGED}\b",
    r"(?<!, )(?:a|an)\s+(?:(?:great|huge|real|complete|total|utter|bitter|heavy|\w+ing)\s+)?(?:triumph|disgrace|farce|travesty|betrayal|masterpiece|shambles|fiasco|mockery|scandal)\b",
    r"(?:shamefully|disgracefully|brilliantly|superbly|magnificently|beautifully|badly\s+wrong|appallingly|dreadfully|admirably|recklessly|cynically|bravely)\b(?!\s*,\s*\d)",
    r"(?:unfortunately|sadly|regrettably|frankly|thankfully|mercifully|happily|surely|undoubtedly|clearly|obviously|astonishingly|inexplicably)\b,?\s+(?=[a-z])",
    r"(?:the|his|her|its|their|my|our)\s+(?:\w+\s+)?(?:finest|greatest|weakest|proudest|dullest|funniest|ablest|most\s+(?:beautiful|important|brilliant|gifted|boring|exciting|moving))\b",
    r"I\s+(?:think|believe|feel|doubt|reckon|suspect|guess)\b", r"we\s+(?:think|believe|feel|deserve[d]?)\b", r"there[’']s\s+no\s+(?:better|worse|finer)\b", r"tired\s+of\b", r"(?-i:What)\s+an?\s(?![^,]*\b(?:called|calls|said|says|described|is|was|are|were)\b)", r"it\s+is\s+(?:high\s+)?time\s+(?:to|for|that)\b", r"(?:critic|reviewer|columnist|commentator|pundit|editorial|essayist)s?\s+(?:[\w-]+\s+){0,3}?(?:said|says|say|wrote|writes|write|thinks|notes|concludes)\b", r"according\s+to\s+(?:the|one|a|its)\s+(?:\w+\s+)?(?:critic|reviewer|columnist|commentator|pundit|editorial)s?\b", r"lacks?\s+(?:wit|heart|courage|charm|imagination|ambition|depth|bite)\b",
)  # fmt: skip
PREFERS = any_of(r"would\s+(?:much\s+)?(?:rather|prefer)\b")
ADVICE = any_of(r"(?:should|ought)\b")
