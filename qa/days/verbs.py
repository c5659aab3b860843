"""English verb forms that tell past from future: irregular ones listed, regular ones by their -ed."""

from __future__ import annotations

import re

_IRREGULAR = """arose ate awoke bade beat became began bent bet bid bit bled blew bore bought bound bred broke brought built burst
    burnt came cast caught chose clung cost crept cut dealt did drank drew drove dug fed fell felt fled flew forbade forecast
    forgot fought found froze gave got grew had heard held hid hit hung hurt kept knelt knew laid lay leapt learnt led left
    lent let lit lost made meant met misled mistook outbid overcame oversaw overtook overthrew paid pleaded put quit ran
    rang read rebuilt rewrote rose sang sank sat saw sent set shed shone shook shot shrank shut slept slid sold sought
    sped spelt spent split spoke spread sprang spun stole stood struck stuck stung swam swept swore swung taught thought
    threw thrust told took tore undertook understood underwent upheld upset was went were withdrew withheld withstood woke
    won wore wove wrote wrought said"""
_PARTICIPLES = """arisen awoken beaten become begun bitten blown borne broken chosen come done drawn driven drunk eaten fallen
    flown forbidden forgotten frozen gone given grown hidden known lain mistaken overcome overtaken ridden risen run rung
    sat seen shaken shown shrunk spoken stolen sunk sung sworn swum taken thrown torn undergone woken worn written withdrawn"""
_NOT_PAST = """need indeed speed feed seed breed exceed proceed succeed bleed weed greed hundred sacred naked wicked kindred
    deed heed reed steed embed sled red bed shed wed"""
_SCHEDULED = """resumes reconvenes begins opens reopens closes expires meets arrives departs goes comes gets becomes kicks concludes
    continues sits appears hears decides chooses speaks lasts finishes publishes unveils elects retires joins completes happens
    celebrates announces makes gives brings holds sends moves reviews considers debates examines introduces switches"""
# Nouns as well: "two starts", "the reports".
_NOUN_TOO = """starts ends returns leaves falls faces travels launches plays takes runs reports shuts sails visits hosts marks votes
    rules tours releases races stages walks strikes heads flies sets cuts shows serves airs claims calls raises drops lands sells
    changes addresses delivers stops steps"""
_PLURAL = """resume reconvene begin open close expire meet arrive depart go come take get become kick conclude continue
    sit appear hear decide choose speak start end finish return leave fall face travel launch play vote publish run
    elect retire join reopen head fly visit host walk strike sail make report rule set tour release race stage shut move
    hold give bring celebrate announce mark review consider debate introduce switch stop step land air change deliver"""
_KEPT = frozenset(
    """accused alleged appeared arranged began believed billed blamed booked charged continued convicted declined did expected
    failed feared forced forecast had helped known lined managed pencilled planned proved refused reported rescheduled said
    scheduled seemed set slated started supposed suspected thought timed tipped tried used wanted was were""".split()
)
PAST_LETTER, PARTICIPLE_LETTER = "ƥ", "ɋ"
PAST_WORD = rf"(?:{PAST_LETTER}+|{'|'.join(sorted(_KEPT - {'known'}))})\b"
PARTICIPLE = rf"(?:[{PAST_LETTER}{PARTICIPLE_LETTER}]+|{'|'.join(sorted(_KEPT))})\b"
SCHEDULED = "|".join(_SCHEDULED.split())
"""Verbs that tell of what is on a schedule, and are hardly ever nouns."""
NOUN_TOO = "|".join(_NOUN_TOO.split())
PLURAL = "|".join(_PLURAL.split())
_PAST = frozenset(_IRREGULAR.split())
_PARTICIPLE = frozenset(_PARTICIPLES.split())
_NO_VERBS = frozenset(_NOT_PAST.split())
_WORD = re.compile(r"\b[a-z][a-z-]*\b")


def marked(text: str) -> str:
    """`text`, character for character, with past forms made of one letter and mere participles of another: a
    pattern that names five hundred verbs twenty times takes a tenth of a second to compile.

    Words that patterns look for by name stay as they are.
    """
    return _WORD.sub(lambda match: _mark(match.group()), text)


def _mark(word: str) -> str:
    if word in _KEPT:
        return word
    if word in _PAST or (word.endswith("ed") and len(word) > 2 and word not in _NO_VERBS):
        return PAST_LETTER * len(word)
    return PARTICIPLE_LETTER * len(word) if word in _PARTICIPLE else word
