"""What a question asks for: its kind, its names, the words that must be found, and who would have to have
said it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from qa.answering.forms import class_asked, form_of
from qa.answering.wordings import joined
from qa.answering.words import LINKS, STOPWORDS, Name, Word, content_words, names, words
from qa.days import MONTHS
from qa.errors import UsageError
from qa.types import Filters

Kind = Literal["list", "person", "date", "place", "number", "quote", "reason", "yesno", "what"]

MAX_CHARACTERS = 2_000

_SAY = r"(?:say|says|said|tell|told|think|thinks|thought|claim|claims|claimed|add|added|announce|announced|comment|commented|respond|responded|reply|replied|promise|promised|state|stated|warn|warned|argue|argued|write|wrote|mention|mentioned|talk|talked|speak|spoke)"
_QUOTE = re.compile(
    rf"\bwhat\s+(?:did|does|do|has|have|had|was|is|were|are|would|about)\s+(?:the\s+)?(?P<who>.+?)\s+(?:\w+ly\s+)?{_SAY}(?:\s+(?:about|on|of|regarding|to|in response to|concerning)\s+(?P<topic>.+?))?(?:\s+(?:after|before|during|when|following|last|this|yesterday|today)\b.*)?\s*\??$"
    r"|\bwhat\s+(?:did|does|has|had)\s+(?P<who5>.+?)\s+(?:tell|told)\s+(?:(?!about\b|of\b)[\w’'-]+\s*){1,6}?(?:\s(?:about|on|of)\s+(?P<topic5>.+?))?\s*\??$"
    rf"|\bwhat\s+(?:did|does|do)\s+(?P<who4>.+?)\s+(?:call|think\s+of)\s+(?P<topic4>.+?)\s*\??$"
    rf"|\bwhat\s+(?:is|was|were|are)\s+(?P<who2>.+?)[’']s?\s+(?:exact\s+|own\s+|actual\s+)?(?:words?|comments?|remarks?|views?|position|reaction|response|statement)s?(?:\s+(?:about|on|to|regarding)\s+(?P<topic2>.+?))?\s*\??$"
    rf"|\bhow\s+did\s+(?P<who3>.+?)\s+(?:respond|react|comment)(?:\s+(?:to|on|about)\s+(?P<topic3>.+?))?\s*\??$",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"^\s*(?:who(?:\s+all|\s+else)?\s+(?:is|are|was|were|will|has|have|would)\b.*\b(?:attend|going|join|at|there|present|travel|participat|taking part|sign|invited|coming|expected|confirmed|on)\w*"
    r"|who\s+(?:attends|attended|joined|signed|voted|took part)\b"
    r"|(?:which|what)\s+(?:\w+\s+){0,2}?(?:countries|nations|leaders|people|officials|companies|products|items|parties|ministers|states|cities|teams|players|regulators|areas|regions|sectors|measures|conditions|demands|steps|charges|reasons|factors|groups|unions|banks|roads|schools|routes|services)\b"
    r"|(?:list|name)\b|(?:what|which)\s+are\s+the\b)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\bhow\s+(?:accurate|reliable|many|much|long|far|old|big|large|high|fast|often|tall|deep|strong)\b|\bwhat\s+(?:is|was|were|are)?\s*(?:\w+\s+){0,3}(?:price|cost|score|number|total|percentage|share|rate|turnout|toll|size|amount|value|margin|magnitude|result|wage|salary|fee|fine|budget|length|height|weight|age|population|speed|distance|temperature)\b|\b(?:price|cost|toll|score|turnout|(?:top|maximum|highest|average|wind)?\s*speed|length|height|age|number\s+of|what\s+share\s+of|what\s+percentage)\b(?!.*\b(?:why|when|where|who)\b)", re.IGNORECASE)  # fmt: skip
_DATE = re.compile(r"^\s*(?:when\b|(?:on|in|by)?\s*(?:what|which)\s+(?:day|date|month|year|time)\b|since\s+when)|\bwhen\s+(?:is|was|will|did|does|are|were)\b", re.IGNORECASE)  # fmt: skip
_PLACE = re.compile(
    r"^\s*(?:where\b|(?:in|at|from)?\s*(?:what|which)\s+(?:city|country|town|place|location|venue|state)\b)",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"\b(?:who|whom|whose)\b|^\s*what\s+(?:is|are|was|were)\s+the\s+names?\s+of\b|^\s*what\s+(?:is|was)\s+.+\s+(?:called|named)\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"^\s*(?:why\b|what\s+(?:is|was|were)?\s*(?:the\s+)?(?:reason|cause|caused|led)\b|how\s+come\b)",
    re.IGNORECASE,
)
_HAPPENED = re.compile(r"^\s*what\s+(?:has\s+|had\s+)?happen(?:s|ed)?\b", re.IGNORECASE)
_YESNO = re.compile(
    r"^\s*(?:is|are|was|were|will|did|does|do|has|have|had|can|could|should|would|isn[’']t|won[’']t|didn[’']t)\b",
    re.IGNORECASE,
)
_ASKS_WHICH = re.compile(r"\b(?:how|what|which|who|whom|whose|when|where|why|number\s+of)\b", re.IGNORECASE)
_RALLY = r"(?:march(?!\s+\d)|protest|demonstrat|rall(?:y|ie)|parad)\w*"
_MEASURES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("crowd", re.compile(rf"^(?!.*\b(?:injur|hurt|wound|arrest|detain|held|kill|die|dead|treat|charg|last)\w*).*\b(?:how\s+(?:many|big|large)\b.*\b(?:{_RALLY}|crowd|turn\w*\s+out)\b|(?:turnout|size)\b.*\b{_RALLY})", re.IGNORECASE)),
    ("percent", re.compile(r"\b(?:percentage|per\s?cent|turnout|proportion)\b|\bwhat\s+(?:share|part)\s+of\b", re.IGNORECASE)),
    ("money", re.compile(r"\bhow\s+much\s+money\b|\bhow\s+much\b.*\b(?:cost|pay|paid|pays|spend|spent|worth|fine|fined|price|earn|offer|offered|claim\w*|sum)\b|\b(?:price|cost|fee|wage|salary|budget)\b", re.IGNORECASE)),
    ("duration", re.compile(r"\bhow\s+long\b(?!\s+is\s+the\s+(?:\w+\s+)?(?:bridge|ship|cable|tunnel|road|vessel|tanker))", re.IGNORECASE)),
    ("score", re.compile(r"\b(?:final\s+)?score\b", re.IGNORECASE)),
    ("age", re.compile(r"\bhow\s+old\b", re.IGNORECASE)),
    ("distance", re.compile(r"\bhow\s+(?:far|tall|high\s+is|deep)\b", re.IGNORECASE)),
)  # fmt: skip
_TIMES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("clock", re.compile(r"\b(?:what|which)\s+(?:time|hour)\b", re.IGNORECASE)),
    ("year", re.compile(r"\b(?:what|which)\s+year\b", re.IGNORECASE)),
)
_NUMBER_UNIT = re.compile(r"\bhow\s+(?:many|much)\s+(?P<unit>[a-z]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the extractive engine sees it.

    `names` are the capitalised names it uses, in lower-case parts; `terms` its other words that carry
    meaning, without the speech verb of a quote question; `speaker` and `topic` are set for "what did X say
    about Y"; `unit` for "how many X", and `measure` (money, percent, duration, score, age, distance, crowd, chance, change, frequency,
    speed; clock, year; owner) when a number or a time must be of one sort.
    """

    text: str
    kind: Kind
    names: tuple[tuple[str, ...], ...]
    terms: tuple[Word, ...]
    speaker: tuple[str, ...] = ()
    topic: tuple[Word, ...] = ()
    unit: str = ""
    measure: str = ""
    means: dict[str, frozenset[str]] = field(default_factory=dict)
    """By the stem of a word that stands for an expression of the question: the stems of all it can mean."""
    class_noun: str = ""
    """What the thing asked for is, in lower case, where an article need not say so: "weapon"."""
    event_nouns: frozenset[str] = frozenset()
    """Words, in lower case, that go with the name before them: "final" in "the Atlantic Cup final"."""

    @property
    def name_parts(self) -> frozenset[str]:
        """Every word of every name, in lower case."""
        return frozenset(part for name in self.names for part in name)


def clean_question(text: str) -> str:
    """The question on one line without control characters. Raises UsageError when it is empty or far too
    long.
    """
    cleaned = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not any(c.isalnum() for c in cleaned):
        raise UsageError(
            "the question is empty",
            'Ask in quotes: qa ask "Who is attending Davos?", or pipe it in: qa ask -',
        )
    if len(cleaned) > MAX_CHARACTERS:
        raise UsageError(
            f"the question has {len(cleaned):,} characters; {MAX_CHARACTERS:,} are the most",
            "Ask one question at a time.",
        )
    return cleaned


def as_written(name: str, question: str) -> str:
    """A name as the question writes it; one that it writes small gets its capitals."""
    place = question.lower().find(name.lower())
    written = question[place : place + len(name)] if place >= 0 else name
    if not written.islower():
        return written
    return " ".join(w if w in LINKS else w.capitalize() for w in written.split())


def narrow(filters: Filters, as_of: dt.date | None) -> Filters:
    """The filters with nothing published after `as_of`. Raises UsageError when a range is empty."""
    until = min((d for d in (filters.until, as_of) if d), default=None)
    if filters.since and until and filters.since > until:
        raise UsageError(
            f"nothing can be published both since {filters.since} and until {until}", "Turn the dates around."
        )
    return filters.model_copy(update={"until": until})


def without_preamble(text: str) -> str:
    """The question without what stands before it: "Going by the latest reports, who will attend?"."""
    return _PREAMBLE.sub("", text)


def parse(text: str) -> Question:
    """What `text` asks for. `text` is a cleaned question."""
    text = _CONTRACTED.sub(r"\1 is", without_preamble(text))
    original, kind = text, _kind(text)
    form = form_of(text)
    if form.kind and kind != "quote":
        text, kind = form.text, form.kind
    text, means = joined(_joined(text))
    found = names(_lower_opening(text))
    name_list = tuple(n.parts for n in found if n.parts)
    in_names = {w.lower for n in found for w in words(n.text)}
    speaker: tuple[str, ...] = ()
    topic: tuple[Word, ...] = ()
    idle = _QUESTION_WORDS | {"number": _COUNT_WORDS, "date": _TIME_WORDS}.get(kind, frozenset())
    bare = _IDIOMS.sub(lambda m: " " * len(m.group()), text)
    terms = tuple(w for w in content_words(bare) if w.lower not in in_names and w.lower not in idle)
    if kind == "quote" and (match := _QUOTE.search(text)):
        groups = match.groupdict()
        who = groups["who"] or groups["who2"] or groups["who3"] or groups["who4"] or groups["who5"] or ""
        about = (
            groups["topic"]
            or groups["topic2"]
            or groups["topic3"]
            or groups["topic4"]
            or groups["topic5"]
            or ""
        )
        speaker = tuple(w.lower for w in words(who) if w.lower not in STOPWORDS)
        topic = tuple(w for w in content_words(about))
        terms = tuple(w for w in terms if w.lower in {t.lower for t in topic} or w.lower in speaker)
    unit = match.group("unit").lower() if (match := _NUMBER_UNIT.search(text)) else ""
    return Question(
        original,
        kind,
        name_list,
        terms,
        speaker,
        topic,
        unit,
        form.measure if form.kind == kind and form.measure else _measure(original, kind),
        means,
        class_asked(original),
        _event_nouns(text, found),
    )


_QUESTION_WORDS = frozenset(
    """list name happened happen happens going date day time year reason cause caused come many much long
        anybody anyone anything somebody someone something besides shortly else people person thing
        things part go goes going gone come comes make makes name names called figure latest news update updates""".split()
)
_COUNT_WORDS = frozenset(
    ["big", "large", "old", "number", "total", "amount", "percentage", "percent", "figure", "money", "far"]
)
_TIME_WORDS = frozenset(["month", "week", "season", "weekday"])
_IDIOMS = re.compile(
    r"\b(?:tak(?:e|es|ing)|took|taken)\s+place\b|\b(?:be|been|was|were|is|are)\s+held\b"
    r"|\b(?:meant|supposed|due)\s+to\b",
    re.IGNORECASE,
)


_PHRASES = (
    (re.compile(r"\bwalk(?:s|ed|ing)?\s+out\b", re.IGNORECASE), "walkout"),
    (re.compile(r"\bstep(?:s|ped|ping)?\s+down\b|\bstand(?:s|ing)?\s+down\b", re.IGNORECASE), "resign"),
    (re.compile(r"\bstep(?:s|ped|ping)?\s+in\b", re.IGNORECASE), "intervene"),
    (re.compile(r"\btak(?:e|es|ing)\s+over\b|\btook\s+over\b", re.IGNORECASE), "takeover"),
    (re.compile(r"\b(?:lay|laid|laying)\s+off\b", re.IGNORECASE), "redundant"),
    (re.compile(r"\bcall(?:s|ed|ing)?\s+off\b", re.IGNORECASE), "cancel"),
    (re.compile(r"\bturn(?:s|ed|ing)?\s+down\b", re.IGNORECASE), "reject"),
    (re.compile(r"\bshut(?:s|ting)?\s+down\b", re.IGNORECASE), "close"),
    (re.compile(r"\bpeer[\s-]review(?:ed)?\b", re.IGNORECASE), "reviewed"),
    (re.compile(r"\bwind\s+speeds?\b", re.IGNORECASE), "gust"),
    (re.compile(r"\bTV\b", re.IGNORECASE), "television"),
    (re.compile(r"\bCEO\b", re.IGNORECASE), "chief executive"),
    (re.compile(r"\bPMs?\b"), "prime minister"),
    (re.compile(r"\bHQ\b"), "headquarters"),
    (re.compile(r"\bfoot(?:s|ed|ing)?\s+the\s+bill\b", re.IGNORECASE), "pay"),
    (re.compile(r"\bturn(?:s|ed|ing)?\s+up\b|\bshow(?:s|ed|ing)?\s+up\b", re.IGNORECASE), "attend"),
    (re.compile(r"\btak(?:e|es|ing)\s+office\b", re.IGNORECASE), "inaugurate"),
)
_CONTRACTED = re.compile(r"\b(who|what|where|when|how)[’']s\b(?!\s+(?:been|got)\b)", re.IGNORECASE)
_PREAMBLE = re.compile(
    r"^\s*(?:going\s+by|judging\s+by|according\s+to|based\s+on|in)\s+(?:the\s+|all\s+)?(?:(?:latest|most\s+recent|newest|available|last)\s+)?"
    r"(?:reports?|reporting|news|articles?|coverage|information|stories),?\s+(?=(?:who|what|when|where|why|which|how|is|are|was|were|did|does|do|has"
    r"|have|had|will|can|could)\b)"
    r"|^.{15,}?[:.;]\s+(?=(?:who|whom|whose|what|when|where|why|which|how|is|are|was|were|did|does|do|has|have|had|will"
    r"|can|could)\b)",
    re.IGNORECASE,
)


def _joined(text: str) -> str:
    # A verb and its particle mean one thing: "walk out" is a walkout.
    for pattern, word in _PHRASES:
        text = pattern.sub(word, text)
    return text


_EVENT_NOUN = re.compile(
    r"\s(?P<noun>final|match|game|race|tournament|meeting|summit|forum|conference|talks|election|vote|trial|rally"
    r"|march|strike|storm|fire|blast|explosion|crash)\b"
)


def _event_nouns(text: str, found: Sequence[Name]) -> frozenset[str]:
    after = (_EVENT_NOUN.match(text, name.end) for name in found)
    return frozenset(match["noun"] for match in after if match)


_PRONOUN = re.compile(r"\b(?:he|she|him|her|his|hers|they|them|their|theirs)\b", re.IGNORECASE)


def unknown_pronoun(question: Question) -> str:
    """The "he" or "they" that a question opens with, before it has named anybody: nothing says who is
    meant. "" if there is none.
    """
    match = _PRONOUN.search(question.text)
    if not match:
        return ""
    before = question.text[: match.start()]
    known = names(_lower_opening(before)) or [
        w for w in content_words(before) if w.lower not in _QUESTION_WORDS
    ]
    word = match.group().lower()
    # "where did they find the eggs": people in general, as long as the question says of what.
    told = word == "they" and bool(question.terms or question.names)
    return "" if known or told else word


def _measure(text: str, kind: Kind) -> str:
    table = {"number": _MEASURES, "date": _TIMES}.get(kind, ())
    return next((name for name, pattern in table if pattern.search(text)), "")


def _lower_opening(text: str) -> str:
    # "Is Roe ..." opens with a capital that is no name; names() knows the common openers, this covers verbs.
    first = text.split(" ", 1)[0]
    known = first.lower() in STOPWORDS or first.lower() in {
        "list",
        "name",
        "describe",
        "summarise",
        "summarize",
        "explain",
        "give",
    }
    return text[:1].lower() + text[1:] if known else text


def _kind(text: str) -> Kind:
    match = _QUOTE.search(text)
    if match and not re.match(r"(?:it|there|they say|happen)", match.group("who") or "x", re.IGNORECASE):
        return "quote"
    if _HAPPENED.search(text):
        return "what"
    checks: tuple[tuple[re.Pattern[str], Kind], ...] = (
        (_REASON, "reason"), (_DATE, "date"), (_LIST, "list"), (_NUMBER, "number"), (_PLACE, "place"), (_YESNO, "yesno"), (_PERSON, "person"),
    )  # fmt: skip
    plain = bool(_YESNO.match(text)) and not _ASKS_WHICH.search(text)  # "has she agreed a price": no number
    for pattern, kind in checks:
        if pattern.search(text) and not (plain and kind == "number"):
            return kind
    return "what"


_MONTH_NAMES = "|".join(
    [
        *(m.capitalize() for m in MONTHS),
        *["Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sept", "Sep", "Oct", "Nov", "Dec"],
    ]
)
_TIME = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?-i:" + _MONTH_NAMES + r")\b|\b(?:19|20)\d\d\b"
    r"|\b(?:today|tomorrow|yesterday|tonight|noon|midnight|overnight)\b"
    r"|\b(?:next|last|this|coming|past|previous|following)\s+(?:week|month|year|spring|summer|autumn|fall|winter|weekend|quarter|decade)\b"
    r"|\b\d{1,2}(?::\d\d)?\s*(?:am\b|pm\b|a\.m\.|p\.m\.)|\b\d{1,2}:\d\d\b"
    r"|\b\w+\s+(?:minutes?|days?|weeks?|months?|years?|hours?)\s+(?:ago|later|earlier|from now|before|after)\b"
    r"|\b(?:in|by)\s+(?:early|late|mid)\b|\b(?:spring|summer|autumn|winter)\b|\b(?:end|start|beginning|middle)\s+of\s+the\b"
    r"|\b(?:within|in)\s+(?:\w+\s+){1,2}(?:days?|weeks?|months?|years?|hours?)\b",
    re.IGNORECASE,
)


def has_time(sentence: str) -> bool:
    """Whether a sentence holds an expression of time: a date, a weekday, "next week", a clock time."""
    return bool(_TIME.search(sentence))


def time_place(sentence: str) -> int | None:
    """Where the last expression of time in a sentence starts, one that says when it was said only where there
    is no other; None where there is none.
    """
    places = [match.start() for match in _TIME.finditer(sentence)]
    told = [place for place in places if not _SAID_ON.search(sentence[:place])]
    return (told or places)[-1] if places else None


_SAID_ON = re.compile(
    r"\b(?:said|says|told\s+[^,;]{1,40}|announced|reported|confirmed|added|wrote|warned|alleged|claimed)\s+(?:late\s+|early\s+)?(?:on\s+)?$",
    re.IGNORECASE,
)
