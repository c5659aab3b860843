"""Who says it in a sentence: the speaker as written, a role beside the name, whether it is a named source, and
whether the words are the speaker's own.

`modality.speaker` finds names and offices that surely speak; here the subject of a verb of saying counts too,
such as "court documents show" or "one soldier told the Ledger". Pronouns count: the reader sees whose words
they are not.
"""

from __future__ import annotations

import re

from qa.answering.modality import SPEECH, speaker
from qa.answering.words import LINKS, names, words
from qa.types import Speaker

_MORE_SPEECH = (
    r"(?:recall(?:s|ed)?(?=\s*(?:[\"“,]|that\b|a\s+[\"“]|a\s\s|[A-Z]))|concede[sd]?|reveal(?:s|ed)?|show(?:s|ed)?|find(?:s)?|found|reads?|predict(?:s|ed)?|forecasts?|put(?:s)?(?=\s+\w+(?:\s+\w+){0,4}\s+at\s)"
    r"|chant(?:s|ed|ing)|shout(?:s|ed|ing)|ruled|remark(?:s|ed)|quipp?(?:s|ed)|maintain(?:s|ed)|contend(?:s|ed)|assert(?:s|ed)|apologi[sz]ed\s+for\s+what|calling|calls|call"
    r"|counter(?:s|ed)|signal(?:s|led)|indicate[sd]?|shrug(?:s|ged)(?=\s+that)|agree[sd](?=\s+that)|claim(?:s|ed)?|fear(?:s|ed)?\s+that|replies|answer(?:s|ed)|observe[sd]|mutter(?:s|ed)|says|say|tell|state|report|recount(?:s|ed)|write)"
)
_VERB = rf"(?!tells?\s+the\s+(?:story|tale))(?:{SPEECH}|{_MORE_SPEECH})"
_ALONG = r"(?:(?:also|later|then|has|have|had|(?:are|is|was|have\s+been)(?=\s+\w+ing\b)|would|repeatedly|previously|once|first|on\s+\w+day)\s+)*"
_QUOTE_MARK = r"[\"”]"
_WHO = r"[\w@’'.-]+(?:\s+[\w@’'.-]+){0,7}?"
# '"...," one soldier told the Ledger', '"...," asked the chairman.'
_AFTER_QUOTE = re.compile(rf"{_QUOTE_MARK},?\s+(?P<who>{_WHO})\s+{_ALONG}{_VERB}\b")
_AFTER_QUOTE_VERB = re.compile(
    rf"{_QUOTE_MARK},?\s+{_VERB}\s+(?P<who>{_WHO})(?=\s*(?:[,.;:]|$|\bon\b|\bin\b|\bafter\b))"
)
_AT_START = re.compile(
    rf"^(?:(?:In|At|On|Pressed|Asked|Speaking|After|Writing|Earlier|Meanwhile|Responding)\b[^,]{{0,60}},\s+)?(?P<who>[^,;:\"“”—]{{1,70}}?)"
    rf"(?:,\s[^,\"“]{{2,70}},)?\s+{_ALONG}{_VERB}\b"
)
_AND_SAID = re.compile(
    rf"^(?P<who>[^,;:\"“”—]{{1,50}}?)\s+(?:declined|refused|apologi[sz]ed|welcomed|rejected|dismissed)\b[^.;]*?\s(?:and|but)\s+{SPEECH}\b"
)
_ASIDE = re.compile(rf",\s+(?P<who>it|he|she|they|{_WHO})\s+{_ALONG}{SPEECH}\b")
_ASIDE_IT = re.compile(rf",\s+(?P<who>it|he|she|they)\s+{_ALONG}(?:said|says|added|wrote)\b")
_FINITE = re.compile(
    r"\b(?:is|are|was|were|will|would|has|have|had|did|does|do|can|could|may|might|must|should|that|which|who|whether|because|when|if|as|to)\b",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"^(?:under|in|on|at|for|from|after|before|with|of|there|this|that|these|those|what|which|nothing|no\s+one|nobody|but|and|so)\b",
    re.IGNORECASE,
)
_TITLE = re.compile(r"^(?:Dr|Mr|Mrs|Ms|Sir|Lady|Prof|Professor|President|Judge|Mayor|Captain|Senator)\.?\s+")
_OUTLET = re.compile(
    r"\b(?:Times|Post|Herald|Ledger|Courier|Gazette|Tribune|Telegraph|Guardian|Journal|Dispatch|Chronicle|Observer|Mirror|Examiner|News|Newsroom|Wire|Press|Radio|Television|TV"
    r"|BBC|CNN|Reuters|AFP|AP|Bild|Spiegel|Monde|Figaro|País|Repubblica|newspaper|tabloid|broadcaster|news\s+agency|magazine|website|daily|weekly)\b"
)
_ROLE_BEFORE = re.compile(r"(?P<role>(?:[a-z][\w’'-]*\s+){1,6})$")
_ROLE_AFTER = re.compile(r"^,\s+(?:the|a|an|its|his|her|their)?\s*(?P<role>[^,\"“]{3,70}?),")
_NOT_ROLE = frozenset("said says told according to but and that by with from for of in on at after".split())


def speaker_of(sentence: str) -> Speaker | None:
    """Who says what the sentence says; None where the outlet itself does."""
    found = _found(sentence)
    if not found:
        return None
    name, at = found
    outlet = name if _OUTLET.search(name) else ""
    return Speaker(
        name=name,
        role=_role(sentence, name, at),
        outlet=outlet,
        named=_is_named(name),
        form="direct" if _quotes_words(sentence) else "paraphrase",
    )


PRONOUNS = frozenset({"he", "she", "it", "they", "we", "i"})


def attribution(sentence: str) -> str:
    """Who says it in this sentence, as written there; "" when the outlet itself says it, or only a "he" does."""
    found = _found(sentence)
    return found[0] if found and found[0].lower() not in PRONOUNS else ""


def _found(sentence: str) -> tuple[str, int] | None:
    sure = speaker(sentence)
    for pattern in (_AFTER_QUOTE, _AFTER_QUOTE_VERB):
        if (match := pattern.search(sentence)) and _can_speak(match["who"]):
            who = match["who"].rstrip(" .,;")
            beside = sure and sentence[match.start("who") : sure[1]] in (f"{who}, ", f"{who} ")
            return sure if sure and (sure[0] in who or beside) else (who, match.start("who"))
    if sure:
        return sure
    bare = re.sub(r"[\"“][^\"”]*[\"”]", lambda m: " " * len(m.group()), sentence)
    for pattern in (_ASIDE_IT, _AT_START, _AND_SAID, _ASIDE):
        if (match := pattern.search(bare)) and _can_speak(match["who"]):
            return match["who"].rstrip(" .,;"), match.start("who")
    return None


def _can_speak(who: str) -> bool:
    plain = who.strip()
    return bool(plain) and not _NOBODY.match(plain) and not _FINITE.search(_TITLE.sub("", plain))


def _is_named(name: str) -> bool:
    """Whether the speaker is called by a name, titles and a role before it aside ("the actress Lena Fosse")."""
    bare = _TITLE.sub("", _BEFORE_NAME.sub("", name))
    if _PLURAL.search(bare) or (" " not in bare and bare.endswith("s") and bare.lower() in _CROWDS):
        return False
    covered = {part.lower() for n in names(bare) for w in words(n.text) for part in w.text.split("-")}
    return bool(covered) and all(
        part.lower() in covered | LINKS for part in re.findall(r"[^\W\d_]+", _LOWER_HALF.sub("", bare))
    )


_BEFORE_NAME = re.compile(
    r"^(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Ii]ts)\s+(?:(?!for\b|of\b|by\b|from\b|with\b|at\b)[a-z][\w’'-]*\s+){0,4}(?=[A-Z])"
)
_LOWER_HALF = re.compile(r"(?<=[A-Za-z])-[a-z]+\b")
_CROWDS = frozenset(
    """shopkeepers neighbours neighbors forecasters critics officials residents doctors police investigators villagers
    organisers organizers campaigners scientists researchers prosecutors witnesses analysts economists farmers fans
    workers teachers parents students nurses drivers passengers locals traders investors lawyers activists rescuers
    firefighters engineers ministers lawmakers senators supporters opponents thousands hundreds others colleagues""".split()
)
_PLURAL = re.compile(
    r"\b(?:figures|officials|lawmakers|lawyers|sources|residents|documents|data|minutes)\b", re.IGNORECASE
)


def _quotes_words(sentence: str) -> bool:
    return bool(re.search(r"[\"“][^\"”]*\w[^\"”]*[\"”]", sentence))


def _role(sentence: str, name: str, at: int) -> str:
    """What the sentence says of a named speaker right after or before the name."""
    if not _is_named(name):
        return ""
    if match := _ROLE_AFTER.match(sentence[at + len(name) :]):
        return match["role"].strip()
    before = sentence[:at]
    if match := _ROLE_BEFORE.search(before):
        kept: list[str] = []
        for word in reversed(match["role"].split()):
            if word.lower() in _NOT_ROLE:
                break
            kept.insert(0, word)
        role = " ".join(kept)
        return re.sub(r"^(?:the|a|an|its|his|her|their)\s+", "", role)
    return ""
