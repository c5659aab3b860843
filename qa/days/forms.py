"""The forms that name days in English news text: weekdays, months, "last", "this" and "next", so long ago,
quarters, seasons, years.

A form that is found and means nothing for certain ("about two years ago", "31 June", "Black Friday") takes
its place with no days, so that no part of it is read as something else.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from qa.days import dated, relative
from qa.days.reader import COUNTS, Options, Pick, Reader, nothing
from qa.days.spans import MONTHS, WEEKDAYS, Days
from qa.days.tense import Tense


class Form(NamedTuple):
    """A pattern, what it means, and all days it may mean where those can be listed ("Monday", "5 March")."""

    pattern: re.Pattern[str]
    pick: Pick
    options: Options | None = None


class Expression(NamedTuple):
    """A form found in a sentence."""

    start: int
    end: int
    form: Form
    match: re.Match[str]

    def days(self, reader: Reader, tense: Tense) -> Days | None:
        """What it means, None where that is not certain or beyond the calendar."""
        try:
            return self.form.pick(self.match, reader, tense)
        except (ValueError, OverflowError):
            return None

    def options(self, reader: Reader) -> tuple[Days, ...]:
        """All that it may mean, in order of time; () where there is no list."""
        return tuple(sorted(self.form.options(self.match, reader))) if self.form.options else ()


def expressions(sentence: str) -> tuple[Expression, ...]:
    """The forms in a sentence in order, none inside another."""
    if not _ANY.search(sentence):
        return ()
    taken: list[Expression] = []
    for form in _forms():
        for match in form.pattern.finditer(sentence):
            start, end = match.span("word" if "word" in form.pattern.groupindex else 0)
            if all(start >= e.end or end <= e.start for e in taken):
                taken.append(Expression(start, end, form, match))
    return tuple(sorted(taken, key=lambda e: e.start))


_MONTHS = "|".join(
    [*(m.capitalize() for m in MONTHS), *(rf"{m[:3].capitalize()}\b\.?" for m in MONTHS if m != "may"), r"Sept\b\.?"]
)  # fmt: skip
_MONTH = rf"(?P<month>(?-i:{_MONTHS})(?!\w))"
_DTH = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)\b"
_D = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\b"
_D2 = r"(?P<day2>[0-3]?\d)(?:st|nd|rd|th)?\b"
_Y = r"(?:1[5-9]\d\d|20\d\d)"
_WRITTEN = rf",?\s+(?:of\s+)?(?P<year>{_Y})\b(?!,\d)"
_YEAR = rf"(?:{_WRITTEN}|\s+(?:of\s+)?(?P<rel>next|last|this)\s+year\b)?"
_TO = r"(?:\s*[-–—]\s*|\s+(?:to|until|till|through|and)\s+)"
_NAME = rf"(?P<name>{'|'.join(WEEKDAYS)})"
_HOUR = r"(?:\s+(?:night|morning|afternoon|evening|lunchtime)\b)?"
_COUNT = rf"(?<![\d,.])(?P<count>\d{{1,4}}|{'|'.join(sorted(COUNTS, key=len, reverse=True))})"
_LENGTH = r"(?P<unit>day|week|fortnight|month|year)s?"
_EDGE = r"(?:the\s+(?=start|beginning|middle|end))?(?P<edge>(?:start|beginning|middle|end)(?=\s+of\b)|early|mid|late)(?:-|\s+)(?:of\s+|in\s+)?"
_SEASON = r"(?P<season>spring|summer|autumn|fall|winter)"
_UNIT = r"(?P<unit>week|month|quarter|year)"
_ORDINAL = r"(?P<nth>first|second|third|fourth|last|final)"
_THAT_YEAR = rf"of\s+(?:(?P<year>{_Y})|(?P<rel>the|this|last|next)\s+year)\b"
_IN = r"(?:in|since|until|till|by|from|of|for|during|through|before|after|between|throughout|around)"
_IN_YEAR = (
    r"(?:in|since|until|till|(?<!rose\s)(?<!fell\s)(?<!grew\s)(?<!rise\s)(?<!fall\s)(?<!grow\s)(?<!up\s)(?<!down\s)"
    r"(?<!increased\s)(?<!dropped\s)by|from|during|through|before|after|throughout)"
)
_VAGUE = (
    r"(?:about|around|roughly|some|nearly|almost|over|under|more\s+than|less\s+than|at\s+least|up\s+to|approximately|"
    r"barely|just\s+(?:over|under))"
)
_SPECIAL = "Black|Bloody|Super|Cyber|Good|Ash|Palm|Easter|Sheffield|Whit|Giving|Fat|Shrove|Maundy|Holy"
_PAPERS = "Times|Telegraph|Mail|Mirror|Express|Post|Herald|Independent|World|Magazine|Service|Live|League"
# "in 2020 homes" counts homes; "in 2020 was" does not.
_NOT_COUNTED = (
    r"(?!\s?%|[,.:]?\d|\s+(?:people|men|women|children|percent|per\s+cent|km|kilomet|miles?\b|gmt|bst|hours|local|"
    r"(?!(?:was|has|is|does|his|as|this|its|us|across|versus|plus|unless|always)\b)[a-z]+s\b))"
)
# "Wednesday's explosion" was; "Wednesday's meeting" may be to come.
_OVER = (
    "attack|attacks|shooting|killing|killings|crash|fire|explosion|blast|walkout|defeat|win|victory|loss|raid|earthquake|quake|flood"
    "|floods|bombing|collapse|derailment|accident|outage|riot|riots|murder|murders|resignation|stabbing|landslide|clashes"
)
_DAYS = "|".join(d.capitalize() for d in WEEKDAYS)


def _form(pattern: str, means: Pick, options: Options | None = None) -> Form:
    return Form(re.compile(pattern, re.IGNORECASE), means, options)


# Where only a part of the pattern is the expression, that is the group "word".
@cache
def _forms() -> tuple[Form, ...]:
    return (
    # what is not read at all
    _form(rf"\b(?-i:(?:{_SPECIAL})\s+(?:{_DAYS})|(?:{_DAYS})\s+(?:{_PAPERS})|Mail\s+on\s+Sunday)\b", nothing),
    _form(rf"\b(?:born|every|each)\s+(?:on\s+|in\s+)?(?:{_NAME}|{_D}\s+(?-i:{_MONTHS})(?!,?\s+{_Y})|(?-i:{_MONTHS})\s+\d\d?(?!,?\s+{_Y}|\d))\b", nothing),
    _form(rf"\b{_VAGUE}\s+{_COUNT}(?:\s+and\s+a\s+half)?\s+{_LENGTH}\b(?:\s+ago|\s+from\s+now)?", nothing),
    _form(rf"\b(?:half\s+an?|{_COUNT}\s+and\s+a\s+half)\s+{_LENGTH}\b(?:\s+ago)?", nothing),
    _form(rf"\b{_COUNT}\s+{_LENGTH}\s+(?:earlier|later|before|after)\b", nothing),
    _form(rf"\b(?:previous|following|same|that)\s+(?:{_UNIT}|day|{_NAME})\b", nothing),
    _form(rf"\b{_Y}[-–/]\d\d\b(?!\d|[-–/])|\bfiscal\s+(?:\w+\s+)?(?:year\b|quarter\b|{_Y}\b)|\bnight\s+before\s+last\b|\bthis\s+time\s+(?:last|next)\s+\w+", nothing),
    # whole dates
    _form(rf"\b(?P<year>{_Y})-(?P<m>\d\d)-(?P<d>\d\d)\b", dated.a_whole_date),
    _form(rf"\b(?P<a>\d\d?)/(?P<b>\d\d?)/(?P<year>{_Y})\b", dated.a_slashed_date),
    _form(rf"\b(?:{_NAME},?\s+)?{_D}{_TO}(?:(?:{'|'.join(WEEKDAYS)})\s+)?{_D2}\s+(?:of\s+)?{_MONTH}{_YEAR}", dated.a_day_of_month, dated.days_of_month),
    _form(rf"\b(?:{_NAME},?\s+)?{_MONTH}\s+{_D}{_TO}(?:the\s+)?{_D2}(?!\s*(?:%|percent|per\s+cent|[ap]\.?m\b)|[,:]\d){_YEAR}", dated.a_day_of_month, dated.days_of_month),
    _form(rf"\b(?:{_NAME},?\s+)?(?:the\s+)?{_D}\s+(?:of\s+)?{_MONTH}{_YEAR}", dated.a_day_of_month, dated.days_of_month),
    _form(rf"\b(?:{_NAME},?\s+)?{_MONTH}\s+(?:the\s+)?{_D}(?!\s*(?:percent|per\s+cent|%)|[,:]\d){_YEAR}", dated.a_day_of_month, dated.days_of_month),
    # quarters, halves, months, seasons
    _form(rf"\b(?:the\s+)?{_ORDINAL}\s+(?P<unit>quarter|half)\s+{_THAT_YEAR}", dated.part_of_year),
    _form(rf"\b(?:the\s+)?(?P<nth>first|last|final)\s+(?P<months>two|three|four|five|six|seven|eight|nine|ten|eleven)\s+months\s+{_THAT_YEAR}", dated.part_of_year),
    _form(rf"\b(?P<unit>[QH])(?P<nth>[1-4])(?:\s+(?:of\s+)?(?P<year>{_Y}))?\b", dated.part_of_year),
    _form(rf"\b(?:in|for|during|of)\s+(?P<word>(?:the\s+)?{_ORDINAL}[\s-](?P<unit>quarter))\b(?!\s+of\b)", dated.part_of_year),
    _form(rf"\b(?:{_EDGE})?(?:(?P<which>last|next|this)\s+)?{_MONTH}{_WRITTEN}", dated.a_month, dated.months_named),
    _form(rf"\b{_EDGE}(?:(?P<which>last|next|this)\s+)?{_MONTH}{_YEAR}(?!\s+\d)", dated.a_month, dated.months_named),
    _form(rf"\b(?P<which>last|next|this)\s+{_MONTH}{_YEAR}(?!\s+\d)", dated.a_month, dated.months_named),
    _form(rf"\b{_IN}\s+(?P<word>{_MONTH}{_YEAR})(?!\s+\d|\s+(?-i:[A-Z][a-z]))", dated.a_month, dated.months_named),
    _form(rf"\b(?-i:{_MONTHS})\s+(?:to|until|through|and)\s+(?P<word>{_MONTH}{_YEAR})(?!\s+\d)", dated.a_month, dated.months_named),
    _form(rf"\b(?:{_EDGE})?(?:the\s+)?{_SEASON}(?:{_WRITTEN}|\s+(?:of\s+)?(?P<rel>last|next|this)\s+year\b)", dated.a_season),
    _form(rf"\b(?:{_EDGE})?(?P<which>last|next|this)\s+{_SEASON}\b", dated.a_season),
    _form(rf"\b(?:in|during|by|until|since|for)\s+(?P<word>(?:{_EDGE})?(?:the\s+)?{_SEASON})\b(?!\s+of\b|\s+(?-i:[A-Z]))", dated.a_season),
    # weekdays
    _form(rf"\b{_NAME}\s+week\b", relative.weekday_after_next),
    _form(rf"\ba\s+week\s+on\s+{_NAME}\b", relative.weekday_after_next),
    _form(rf"\b{_NAME}{_HOUR}\s+(?:of\s+)?(?P<week>last|next|this)\s+week\b", relative.weekday_of_week),
    _form(rf"\b{_COUNT}\s+weeks?\s+ago\s+(?:on\s+)?{_NAME}\b|\b(?:{'|'.join(WEEKDAYS)})\s+(?:a|two|three|four)\s+weeks?\s+ago\b", nothing),
    _form(rf"\b(?:on|by|until|since|before|after|from)\s+(?P<word>(?:{_NAME},?\s+(?:the\s+)?|the\s+){_DTH})(?=\s*(?:[.,;:!?)]|$)|\s+(?:and|but|at|in|when|because|with|as|that)\b(?!\s+\d))", dated.a_numbered_day, dated.numbered_days),
    _form(rf"\b(?:the|an?|one|that|any)\s+(?:(?:first|second|third|last|following|previous|\w+y)\s+)?{_NAME}\b", nothing),
    _form(rf"\b(?:this\s+)?(?P<which>last|past|next|coming|this)\s+{_NAME}{_HOUR}\b(?![’']s\b)", relative.a_weekday, relative.weekdays_near),
    _form(rf"\b{_NAME}{_HOUR}\b(?![’']s\b)", relative.a_weekday, relative.weekdays_near),
    _form(rf"\b(?P<word>{_NAME})[’']s\s+(?:[a-z]+\s+)?(?:{_OVER})\b", relative.a_past_weekday, relative.weekdays_near),
    _form(rf"\b{_NAME}{_HOUR}[’']s\b", nothing),
    # days around publication
    _form(rf"\b{_COUNT}\s+{_LENGTH}\s+ago\b(?:\s+(?P<within>today|this\s+(?:week|month)))?", relative.ago),
    _form(r"\b(?:the\s+)?day\s+before\s+yesterday\b", relative.shifted(-2)),
    _form(r"\b(?:the\s+)?day\s+after\s+tomorrow\b", relative.shifted(2)),
    _form(r"\byesterday\b(?:\s+(?:morning|afternoon|evening|night)\b)?|\blast\s+night\b", relative.shifted(-1)),
    _form(r"\btomorrow\b(?:\s+(?:morning|afternoon|evening|night)\b)?", relative.shifted(1)),
    _form(r"\b(?:(?:later|earlier|early)\s+)?today\b(?![’']s\b)|\bthis\s+(?:morning|afternoon|lunchtime)\b", relative.shifted(0)),
    _form(r"\btonight\b|\bthis\s+evening\b", relative.tonight),
    _form(r"\bovernight\b(?=\s*(?:[.,;!?]|$)|\s+(?:in|into|as|after|when|and|from|to|on|at|by|with|because|but|while|near|between)\b)", relative.overnight),
    # so long ago, in so long
    _form(rf"\b{_COUNT}\s+{_LENGTH}\s+(?P<certain>from\s+(?:now|today))\b", relative.ahead),
    _form(rf"\bin\s+{_COUNT}\s+{_LENGTH}\b(?P<certain>[’']s?\s+time\b)?(?!\s+(?:of|to|or)\b)", relative.ahead),
    _form(rf"\b(?P<which>within)\s+{_COUNT}\s+{_LENGTH}\b(?!\s+of\b)", relative.a_stretch),
    _form(rf"\bthe\s+(?P<which>past|last|next|coming)\s+{_COUNT}\s+{_LENGTH}\b(?!\s+of\b)", relative.a_stretch),
    _form(r"\b(?:over|in|during|within|for)\s+(?P<word>the\s+(?P<which>past|last)\s+(?P<unit>week|month|year))\b(?!\s+of\b)", relative.a_stretch),
    _form(r"\bthe\s+(?:past|last)\s+(?:week|month|year)\b|\bthe\s+last\s+weekend\b|\bthe\s+coming\s+(?:week|month|year)s?\b", nothing),
    # weeks, weekends, months, quarters, years
    _form(r"\b(?:this\s+)?(?P<which>last|past|this|next|coming)\s+weekend\b", relative.a_weekend),
    _form(r"\b(?:at|over|on|during|for|by|before|after)\s+(?P<word>the\s+weekend)\b", relative.a_weekend),
    _form(rf"\b(?P<side>later|earlier)\s+(?P<which>this|last|next)\s+{_UNIT}\b", relative.a_unit),
    _form(rf"\b{_EDGE}(?P<which>the|this|last|next)\s+{_UNIT}\b(?!\s+of\b)", relative.a_unit),
    _form(rf"\bthe\s+{_UNIT}\s+(?P<far>before\s+last|after\s+next)\b", relative.a_far_unit),
    _form(rf"\b(?P<which>last|this|next)\s+{_UNIT}\b", relative.a_unit),
    _form(r"\b(?:the\s+)?(?P<unit>year|month)(?:-|[’']s\s+)end\b", relative.unit_end),
    # years
    _form(rf"\b(?P<year>{_Y})\s*(?:-|–|—|to)\s*(?P<year2>{_Y})\b", dated.years),
    _form(rf"\bbetween\s+(?P<word>(?P<year>{_Y})\s+and\s+(?P<year2>{_Y}))\b", dated.years),
    _form(r"\bthe\s+(?P<year>(?:1[5-9]|20)\d0)s\b", dated.a_decade),
    _form(rf"\b{_EDGE}(?P<year>{_Y})\b{_NOT_COUNTED}", dated.a_year),
    _form(rf"\b{_IN_YEAR}\s+(?P<word>(?P<year>{_Y}))\b{_NOT_COUNTED}", dated.a_year),
    _form(r"\bon\s+(?P<word>Christmas\s+(?:Eve|Day)|Boxing\s+Day|New\s+Year[’']s\s+(?:Eve|Day))\b", dated.a_holiday),
)  # fmt: skip


_ANY = re.compile(
    rf"\d|days?\b|day[’']s|yesterday|tomorrow|night|morning|afternoon|evening|ago\b|weeks?\b|weekend|months?\b|quarter|years?\b"
    rf"|spring|summer|autumn|fall\b|winter|{'|'.join(m[:3] for m in MONTHS)}|christmas|years?-end",
    re.IGNORECASE,
)
