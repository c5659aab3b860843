"""The wording of instructions that are planted in articles for machines. Patterns only, compiled once.

Each needs words, or a place in the sentence, that news writing does not use: an order without quotation marks
and without anybody who could be its subject, an address to machines, the marks of a chat template.
"""

from __future__ import annotations

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


# ---------------------------------------------------------------- who is spoken to, and where an order stands

_WHO = (
    r"(?:(?:all|any|every|each|the|our|dear) )*"
    r"(?:(?:AI|A\.I\.|artificial[- ]intelligence)"
    r"(?:[- ](?:language )?(?:assistant|model|system|agent|reader|tool|chat ?bot|bot|summari[sz]er|crawler)s?)?"
    r"|(?:(?:virtual|digital|automated|helpful) )?assistants?|(?:large )?language[- ]models?|LLMs?|chat ?bots?"
    r"|ChatGPT|GPT-?\d?|Claude|Gemini|Copilot|summari[sz]ers?|(?:automated|machine) (?:readers?|systems?)"
    r"|crawlers?|bots?)\b"
    r"(?! (?:compan|firm|maker|start-?up|lab|develop|research|regulat|industr|polic|act|law|safety|ethic|coach"
    r"|manager|editor|director|professor|secretar|attorney|referee|chief)\w*)"
)
_POLITE = r"(?:please|kindly|now|then|instead|always|just|simply|also|finally|from now on,?)"
_TO_YOU = r"\b(?:please|kindly|you must|you should|you will|you have to)\s+"
# Where an unquoted order begins: at the start of a clause, or after a word that speaks to somebody.
_AT = rf"(?:(?:^|[.!?:;,—–*>|()\[\]]\s*|(?:^|\s)-\s)(?:{_POLITE}\s+){{0,2}}|{_TO_YOU})"
# Critics "say that", also after a comma: verbs of saying are orders only where nobody can be their subject.
_ALONE = rf"(?:(?:^|[.!?:;—–*>|]\s*)(?:{_POLITE}\s+){{0,2}}|{_TO_YOU})"
_START = r"(?:^|[.!?:]\s+)\W{0,4}"

# ---------------------------------------------------------------- marks

FORM = _any(
    r"\b(?:begin|end) (?:of )?passage \d",
    r"(?-i:\b(?:BEGIN|END) passage\b)",
    r"[\"'](?:answerable|attributed_to)\\?[\"']\s*:",
    r"[\"'](?:statements|citations|modality)\\?[\"']\s*:\s*[\[{\"]",
    r"[\"']\s*\}\s*\]",
)
"""qa's own fence and reply, and quotation marks that would end a string of JSON."""

BEGINS = re.compile(r"(?-i:\bBEGIN passage\b)|\bbegin (?:of )?passage \d", re.IGNORECASE)
ENDS = re.compile(r"(?-i:\bEND passage\b)|\bend (?:of )?passage \d", re.IGNORECASE)

NUMBERED = re.compile(r"^\[\d{1,2}\]\s+\S")
"""A source list or a marked answer: an article's own sentence does not begin with the number of a source."""

MARKS = _any(
    r"<\|\s?[\w ]{2,30}\s?\|>",
    r"\[/?INST\]|<</?SYS>>|</?(?:start|end)_of_turn>",
    r"</?(?:system|assistant|admin|developer|instructions?|tool_call|tool_response|function_calls?|passages?)\b"
    r"[^>]{0,200}>",
    r"^#{1,4}\s*(?:new )?(?:system|instructions?|response|assistant|human|user)\b(?: \w+)?\s*:?\s*$",
)
"""What chat templates, and prompts that imitate them, put around a message."""

CLOSES = re.compile(r"(?:<\|(?:im_end|eot_id|eom_id|end|endoftext)\|>|</[^>]*>|\[/INST\]|<</SYS>>)\W*$")
"""A mark at the end of a line after which the message is over."""

# ---------------------------------------------------------------- orders to disregard

_DISREGARD = (
    r"(?:ignore|disregard|forget|override|overwrite|bypass|discard|(?:do not|don['’]t) (?:follow|obey))"
)
_EARLIER = r"(?:previous|prior|earlier|preceding|above|former|foregoing|original|initial|existing|old)"
_GIVEN = r"(?:all|any|every|each|of|the|your|my|these|those|other|system|safety|hidden|given)"
_TOLD = r"(?:instructions?|prompts?|directives?|guardrails?|programming)"
_RULES = rf"(?:{_TOLD}|directions?|commands?|rules?|guidelines?|orders?|context|messages?)"
_THINGS = (
    r"(?:text|content|passages?|articles?|words?|lines?|material|sources?|story|documents?|everything|anything"
    r"|all|what)"
)
_BEFORE = (
    r"(?:above|before this|before now|so far|up to (?:here|now|this)|that came before"
    r"|you (?:were|have been) given|told you (?:before|earlier))"
)
# "Ignore all previous instructions" has become a joke: then it is a name, and no order.
_NO_SUBJECT = r"\b(?!\s+(?:is|was|are|were|has|have|had|became|went)\b)"

DISREGARDS = _any(
    rf"{_AT}{_DISREGARD}\s+(?:(?:{_GIVEN}|{_EARLIER})\s+)*{_TOLD}{_NO_SUBJECT}",
    rf"{_AT}{_DISREGARD}\s+your\s+(?:\w+\s+)?{_RULES}\b",
    rf"{_AT}{_DISREGARD}\s+(?:the |your )?(?:previous )?users?['’]?s?\s+"
    r"(?:requests?|questions?|messages?|quer(?:y|ies)|inputs?)\b",
    rf"{_AT}{_DISREGARD}\s+(?:{_GIVEN}\s+)*{_EARLIER}\s+(?:{_GIVEN}\s+)*(?:{_RULES}|{_THINGS}){_NO_SUBJECT}",
    rf"{_AT}{_DISREGARD}\s+(?:{_GIVEN}\s+)*(?:{_RULES}|{_THINGS})\b[^.!?]{{0,20}}?\b{_BEFORE}\b",
    rf"{_AT}{_DISREGARD}\s+(?:all |any )?(?:the|these|those)\s+passages?\b",
)

LONG = 600
SET_PHRASE = re.compile(
    rf"(?<!to )\b(?:ignore|disregard|forget)\s+(?:all|any|every)\s+(?:of )?(?:the |your )?{_EARLIER}\s+{_RULES}\b",
    re.IGNORECASE,
)
"""In a sentence of more than LONG characters this counts anywhere: padding has no clauses."""

FOREIGN = tuple(
    re.compile(words, re.IGNORECASE)
    for words in (
        r"\b(?:ignorier\w*|vergiss|vergesst|missachte\w*|ignorez?|oublie[zr]?|ignor[ai]|ignor[ae]d|olvid[ae]\w*"
        r"|esque[cç]a\w*|dimentica\w*|negeer|vergeet|z?ignoruj\w*|zapomnij|ignorera|ignorér|glöm|glem|zapomeň\w*"
        r"|проигнорируй\w*|игнорируй\w*|забудь\w*|ігноруй\w*)\b"
        r"|忽略|无视|忽視|無視|忘记|忘れ|무시|잊|تجاهل|görmezden gel|yok say|unut",
        r"\b(?:anweisung|instruktion|befehl|regel|vorgabe|instruction|consigne|directive|règle|instruccion"
        r"|indicacion|regla|instruç|regra|istruzion|regol|instructie|opdracht|aanwijzing|polece|instrukcj|zasad"
        r"|instruks|anvisning|pokyn|инструкц|указани|команд|правил|інструкці)\w*"
        r"|指令|指示|命令|说明|规则|지시|명령|التعليمات|الأوامر|talimat|komut",
        r"\b(?:alle|vorherig|bisherig|obig|vorangegangen|früher|toute?s|précédent|ci-dessus|antérieur|tod[ao]s"
        r"|anterior|previ[ao]s|tutt[ei]|precedenti|vorige|eerdere|bovenstaande|wszystki|poprzedni|wcześniejsz"
        r"|powyższ|tidigare|föregående|tidligere|foregående|předchoz|все|всі|предыдущ|прежн|попередн)\w*"
        r"|之前|上面|以上|所有|以前|すべて|이전|모든|السابقة|جميع|önceki|tüm",
    )
)
"""Orders to disregard in other languages: a word that each of the three finds must be there."""

# ---------------------------------------------------------------- orders what to answer

_VERB = r"(?:answer|say|state|reply|respond|report|claim|tell|repeat|write|output)"
_READER = r"(?:(?:the|every|each|any|all) ?(?:users?|readers?|one who asks|body who asks))"
_ANSWER = r"(?:answers?|repl(?:y|ies)|responses?|summar(?:y|ies)|outputs?)"
_NOTES = r"(?:messages?|instructions?|notes?|prompts?|paragraphs?|text|lines?|rules?)"

ORDERS = _any(
    rf"{_AT}(?:answer|reply|respond)\s+(?:only|solely|exclusively|exactly|just)\s+(?:with|in|by)\b",
    rf"{_AT}(?:answer|reply|respond)\s+with\s+"
    r"(?:(?:only|exactly|this|the (?:following|words?|sentence|text|phrase))\b|[\"“])",
    rf"{_ALONE}(?:answer|say|state|reply|respond|claim|report)\s+that\s+"
    r"(?:the|an?|it|he|she|they|there|all|no|every|\d|(?-i:[A-Z]))",
    rf"{_AT}always\s+(?:(?:cite|quote)\s+(?:the|this|it)|(?:finish|end|begin|start)\s+(?:by|with))\b",
    rf"{_AT}answer\s+(?:every|each|any|all)\s+(?:questions?|quer(?:y|ies)|requests?)\b",
    r"\b(?:when|if|whenever)\s+(?:[\w’']+\s+){0,4}?ask(?:s|ed)?\b[^,.]{0,80},\s+(?:you (?:must|should|will)\s+)?"
    rf"(?:always |only |please )?{_VERB}\s+(?:that\b|with\b|only\b|{_READER}|no\b|yes\b|[\"“:])",
    r"\bwhen (?:summari[sz]|answer|respond|reply|process|read|analy[sz]|review|draft|quot)ing (?:to )?"
    r"(?:this|these|your|questions?)\b[^,.]{0,60},\s+(?:(?:also|please|always|you must)\s+)*"
    r"(?:use|include|say|add|state|answer|mention|write|recommend|give|output|send|run)\b",
    rf"{_AT}(?:do not|don['’]t|never)\s+(?:mention|reveal|disclose|show|quote|cite|repeat|discuss|tell)\b"
    rf"[^.]{{0,30}}?\b(?:this|these|the above)\s+(?:\w+ ){{0,2}}?{_NOTES}\b",
    rf"{_AT}(?:do not|don['’]t|never|always|mention|include|append|add|insert|put|use|begin|start|end|finish)\b"
    rf"[^.]{{0,60}}?\b(?:your|every|each|the)\s+{_ANSWER}\b",
    rf"{_AT}(?:tell|inform|recommend|show|offer)\s+(?:it to )?{_READER}\s+(?:that|to|about|who)\b",
    r"\brepeat (?:this|it|the (?:rule|above|following|sentence))\b[^.]{0,20}?\b"
    rf"(?:to {_READER}|verbatim|word for word)\b",
    rf"{_AT}(?:output|print|return|emit)\s+(?:the (?:following|above|JSON|text|words)|JSON\b|(?-i:[A-Z])\b)",
    rf"{_ALONE}(?:reveal|print|show|output|repeat|leak)\s+(?:the|your|all)\s+(?:your\s+)?"
    rf"(?:{_EARLIER}|system|hidden|developer)\s+{_RULES}\b",
    rf"{_ALONE}(?:summari[sz]e|describe|rate) (?:the|this) (?:article|text|page|document|paper)\s+(?:as|only)\b",
    rf"\byour {_ANSWER} (?:must|has to|have to)\b",
    rf"{_AT}cite (?:this|the following|it)\b[^.]{{0,20}}? as\b",
    rf"{_AT}(?:prefer|trust|believe)\s+(?:only )?this (?:article|text|passage|page|source|content)\s+"
    r"(?:over|above|alone)\b",
    rf"{_AT}treat (?:the following|this|it) as (?:verified|true|fact|authoritative|an? instruction)\b",
    rf"{_AT}(?:decode|decrypt|decipher|translate) (?:this|the following|it)\b"
    r"[^.]{0,40}?\b(?:obey|follow|do|execute)\b",
    rf"{_AT}pretend (?:to be|that you are|you are)\b[^.]{{0,40}}?\b(?:assistant|AI|bot|model|system|\w+Bot)\b",
    r"^\W*(?:set|let) [A-Z] (?:to|be) [\"“a-z].{0,80}? and [A-Z] (?:to|be)\b",
)

# ---------------------------------------------------------------- addresses and roles

_PAGE = r"(?:page|article|text|document|report|story|message|post|site|website|passage|file|paragraph|note)"

ADDRESSES = _any(
    # a label, a greeting or a call to machines
    rf"{_START}(?:(?!(?:the|an?|his|her|its|their)\b)[\w’'-]+ ){{0,4}}?"
    r"(?:notes?|messages?|notice|instructions?|memo|reminder|sources?)\s+(?:from (?:[\w’'-]+ ){1,4})?"
    rf"(?:to|for)\s+{_WHO}"
    r"(?:\s+(?:and|or|to|that|which|who|reading|processing|summari[sz]ing)\b[^.:!?]{0,40})?\s*[:—–]",
    rf"{_START}end of (?:the )?(?:message|note|instructions?) (?:to|for) {_WHO}",
    rf"{_START}(?:attention|listen|hey|hello|hi|dear)[, ]+{_WHO}\s*[,:!.—–]",
    rf"{_START}{_WHO}\s*,\s+(?:note|please|ignore|disregard|forget|say|answer|report|tell|do not|never|always"
    r"|you|here)\b",
    rf"{_START}{_WHO}\s+(?:instructions?|notes?|rules?)\s*:",
    # "AI systems that read this page must ..."
    rf"{_WHO}\s[^.]{{0,40}}?\b(?:read|summari[sz]|process|index|crawl|quot|answer)\w*\s[^.]{{0,20}}?"
    rf"\bthis {_PAGE}\b[^.]{{0,60}}?"
    r"\b(?:must|should|shall|ha(?:s|ve) to|needs? to|(?:is|are) (?:to|required|instructed|asked))\b",
    # a role that speaks
    r"(?:^|:\s+)\W{0,4}(?:system|assistant|AI|AI assistant|chat ?bot)\s*:\s+\S+(?:\s+\S+){3,}",
    r"\.\s+(?-i:SYSTEM|Assistant)\s*:\s+\S+(?:\s+\S+){3,}",
    r"(?-i:\[SYSTEM\b[^\]]{0,30}\])|^\[system\b[^\]]{0,30}\]",
    r"(?:^|[.:]\s+)\W{0,4}(?:(?:begin|end|new|start|updated?)\s+(?:of\s+)?)?(?:system|developer|administrator)[- ]"
    r"(?:prompts?|messages?|override|instructions?|commands?|mode|directive|notice|note|update)\b"
    r"(?: \w+){0,2}?\s*[:,\]!.>—–-]",
    # a role for the one who reads
    rf"{_START}if you(?: are|['’]re) (?:an? )?(?:AI|A\.I\.|LLM|(?:large )?language model|chat ?bot|bot)\b",
    r"\byou are (?:now |no longer )(?:[\w-]+[ ,]+){0,5}?"
    r"(?:assistant|AI|(?:AI |e-?mail )?agent|chat ?bot|bot|DAN|language model|[\w ]{0,20}?mode)\b",
    rf"{_START}you are (?:an? |the )(?:[\w-]+ ){{0,3}}(?:AI|assistant|chat ?bot|language model)\b",
    rf"{_START}as \w+, you (?:must|will|should|shall|are to) (?:{_VERB}|always|never|only)\b",
    r"\bas an? (?:AI(?: (?:assistant|model|language model))?|(?:large )?language model|LLM|chat ?bot), (?:you|I) "
    r"(?:must|will|should|shall|are|cannot|can['’]t)\b",
    # the one who is said to give the orders
    r"\b(?:instruction|message|order|command|prompt)s? (?:comes?|(?:is|are)) from (?:your|the) "
    r"(?:developer|operator|creator)s?\b",
    r"\b(?:operator|developer)s? of this (?:service|assistant|chat ?bot|model)\b",
    r"\byour (?:system prompt|developers|new (?:task|role|instructions?|rules?|goal))\b",
    rf"{_START}new (?:instructions?|system prompt|directive)s?\s*:",
)

TELLING = re.compile(
    r"\b(?:ignor|disregard|forget|overrid|overwrit|bypass|discard|instruct|prompt|passage|assistant|a\.?i\b|bots?\b"
    r"|chat|language[- ]model|llm|gpt|claude|gemini|copilot|summari|automated|crawler|machine r|machine s|system"
    r"|developer|operators? of|administrator|answer|reply|replies|respon[ds]|report that|say\b|state that|claim that"
    r"|tell\b|inform\b|recommend\b|show\b|offer\b|repeat|output|print\b|return the|return json|emit\b|cite\b|quote\b"
    r"|prefer\b|trust\b|believe\b|treat\b|decod|decrypt|decipher|translate\b|pretend|mention\b|reveal\b|leak\b"
    r"|describe\b|rate\b|you are|you['’]re|as \w+, (?:you|i)\b|do not|don['’]t|(?:begin|end|new|start) of|messages?\b"
    r"|directive|orders? (?:is|are|come)|notes?\b|notice|memo|reminder|sources? (?:to|for)|let [a-z] |set [a-z] "
    r"|this (?:page|article|text|document|report|story|post|site|website|file|paragraph))|[\[<#]"
)
"""A sentence in lower case without one of these needs no closer look."""
