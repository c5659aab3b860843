"""Whom and what "he", "they", "it", "that" and "the company" mean in a follow-up question, where that is
certain.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.answering.descriptions import ROLE
from qa.answering.question import parse
from qa.answering.words import STOPWORDS, Name, content_words, names, words
from qa.chat.mentions import Known, person_names
from qa.chat.topics import is_plural, last_topic, lowered, phrase_around, preposition, things
from qa.chat.turns import Turn

TURNS_BACK = 3
_SEX = {"he": "he", "him": "he", "his": "he", "she": "she", "her": "she", "hers": "she"}
_PERSONAL = re.compile(r"\b(?P<who>he|him|his|she|hers|her)\b", re.IGNORECASE)
_PLURAL = re.compile(r"\b(?P<who>they|them|theirs|their)\b", re.IGNORECASE)
_IT = re.compile(r"\b(?P<who>its|it)\b", re.IGNORECASE)
_EXPLETIVE = re.compile(
    r"\b(?:is|was|will|would|does|has)\s+it\s+(?:be\s+|been\s+)?(?:true|possible|likely|clear|known|certain|expected|said|raining|over)\b(?:\s+(?:that|to|if)\b|$)"
    r"|\bit\s+(?:takes?|costs?\s+to)\b|\bit\s+(?:is|was)\s+(?:\w+\s+){0,2}that\b|\bhow\s+likely\s+is\s+it\b",
    re.IGNORECASE,
)
_THAT = re.compile(
    r"^(?:is|was|are|were|has|isn[’']t)\s+(?P<who>that|this)\b(?=\s+(?:an?|the|also|still|really|even|now|true|certain|confirmed|official|right|legal|final|enough|new|known|denied|sure|likely|been|\w+ed)\b|\s*\??$)"
    r"|\b(?:about|of|for|after|with|to|by)\s+(?P<who2>that|this)\s*\??$",
    re.IGNORECASE,
)
_SETTLED = re.compile(
    r"^(?:is|was|isn[’']t)\s+(?:that|this|it)\s+(?P<how>confirmed|certain|true|official|definite|sure|denied|known)\s*\??$",
    re.IGNORECASE,
)
_YES_NO = re.compile(
    r"^(?P<aux>is|are|was|were|will|has|have|had|can|could|did|does|do)\s+(?P<rest>.+?)\??$", re.IGNORECASE
)
_FIRM_NOUN = re.compile(
    r"\bthe\s+(?P<noun>company|firm|group|operator|maker|buyer|owner|manufacturer|airline|bank|union|party|club)\b(?P<owned>[’']s)?(?!\s+of\b)",
    re.IGNORECASE,
)
_THERE = re.compile(
    r"\b(?P<verb>get|gets|got|go|goes|going|went|travel\w*|live|lives|work|works|happen|happened)\s+there\b|^(?:who|what)\s+(?:is|was|will\s+be|else\s+is)\s+there\s*\??$",
    re.IGNORECASE,
)  # fmt: skip
_SOMEBODY = re.compile(r"\b(?:the|an?|every|each|any|some|no|this|that)\s+[a-z]", re.IGNORECASE)
_LATE = 7
_DESCRIBED = re.compile(
    rf"\b(?P<who>the\s+(?:[a-z]+\s+)?(?:{ROLE}|driver|victim|suspect|witness|winner))\b(?![’'])(?!\s+(?:[a-z]+\s+)?(?:of|in|at)\b)(?!\s+executive)(?!,?\s+[A-Z])"
)
_TELLS = re.compile(
    r"\b(?:report\w*|confirm\w*|den(?:y|ies|ied)|announc\w*|claim\w*|predict\w*|said|says|know\w*)\s+$",
    re.IGNORECASE,
)
_WHICH = re.compile(
    r"^(?:which|what)\s+(?P<noun>(?!company|firm|party|bank|union|group|club|outlet|newspaper|country)[a-z]+[^s\W])\s+(?P<rest>(?!(?:is|are|was|were|do|does|did|will|has)\b)[a-z]+(?:ed|s)\b.+)$",
    re.IGNORECASE,
)
_AFTER_POSSESSIVE = re.compile(
    r"\s+(?!(?:in|at|on|to|from|for|with|by|about|of|when|if|and|or|after|before|so|too|as|over)\b)[a-z]"
)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question with its pronouns named: the text, whether that is another one, why one was left
    ("" otherwise), and whether the question had any.
    """

    text: str
    changed: bool = False
    reason: str = ""
    leans: bool = False


def resolve(text: str, turns: Sequence[Turn], known: Known) -> Resolved:
    """`text` with each word that leans on the turns before named."""
    body, leans = text, False
    if (
        (settled := _SETTLED.match(body.strip()))
        and turns
        and (made := _settled(settled["how"], turns[-1], known))
    ):
        return Resolved(made, True, "", True)
    taken: set[str] = set()
    for step in (_person, _several, _company, _place, _thing):
        body, met, reason = step(body, turns, known, taken)
        leans = leans or met
        if reason:
            return Resolved(text, False, reason, True)
    return Resolved(body, body != text, "", leans)


Step = tuple[str, bool, str]


def _free(text: str, match: re.Match[str] | None) -> re.Match[str] | None:
    """The match, unless the question has named somebody or something before it."""
    if match is None or [n for n in names(lowered(text[: match.start()])) if n.parts]:
        return None
    return match


def _is_late(text: str, match: re.Match[str]) -> bool:
    """Whether so much of a question stands before a word that it leans on that rather than on the last one."""
    return len(words(text[: match.start()])) >= _LATE


def _names_something(text: str) -> bool:
    return any(name.parts for name in names(lowered(text)))


# ---------------------------------------------------------------- he, she


def _person(text: str, turns: Sequence[Turn], known: Known, taken: set[str]) -> Step:
    match = _free(text, _PERSONAL.search(text))
    if not match or _SOMEBODY.search(text[: match.start()]):
        return text, False, ""
    word = match["who"].lower()
    found = _whom(_SEX[word], turns, known)
    if not found:
        reason = f"the conversation names nobody whom “{word}” could mean" if turns else ""
        return text, True, reason
    if len(found) > 1:
        return text, True, f"“{word}” could be {' or '.join(found)}"
    taken.add(words(found[0])[-1].lower)
    return _named(text, _PERSONAL, _SEX[word], found[0]), True, ""


def _named(text: str, pattern: re.Pattern[str], sex: str, name: str) -> str:
    """The first pronoun as the name, "his" as the name's own; later ones can be read from that."""

    def put(match: re.Match[str]) -> str:
        word = match["who"].lower()
        owned = word in ("his", "their", "its") or (
            word == "her" and bool(_AFTER_POSSESSIVE.match(text[match.end() :]))
        )
        return f"{name}{'’' if name.endswith('s') else '’s'}" if owned else name

    return pattern.sub(put, text, count=1)


def _whom(sex: str, turns: Sequence[Turn], known: Known) -> list[str]:
    """The people whom "he" or "she" may mean, full names: of the last turn that speaks of any such."""
    for turn in reversed(turns[-TURNS_BACK:]):
        for people in (_asked_people(turn, known), answering_people(turn, known)):
            found = _of_that_sex(people, sex, known)
            if found:
                return found
    return []


def _of_that_sex(people: Sequence[str], sex: str, known: Known) -> list[str]:
    return [p for p in people if known.may_be(words(p)[-1].lower, sex)]


def _asked_people(turn: Turn, known: Known) -> list[str]:
    """The people of a question: those it names, and "the captain" unless the answer has the name."""
    named = [in_full(n, known) for n in person_names(lowered(turn.asked), known)]
    told = [] if named else answering_people(turn, known)
    return named + [match["who"] for match in _DESCRIBED.finditer(turn.asked) if len(told) != 1]


def in_full(name: Name, known: Known) -> str:
    """The person's name as the articles give it in full."""
    return known.full.get(name.parts[-1], name.text)


def answering_people(turn: Turn, known: Known) -> list[str]:
    """The people whom a turn's answer is about, full names, each once. Of "who ...": in each statement the
    one beside the question's verb.
    """
    asked = parse(turn.asked)
    own = {p.parts[-1] for p in person_names(lowered(turn.asked), known)}
    verb = min(asked.terms, key=lambda t: t.start).stem if asked.terms else ""
    found: dict[str, str] = {}
    for statement in turn.answer.statements:
        here = [n for n in person_names(statement.text, known) if n.parts[-1] not in own]
        if (
            asked.kind in ("person", "list")
            and len(here) > 1
            and turn.asked.lower().startswith(("who", "by who"))
        ):
            here = _beside(statement.text, here, verb)
        for name in here:
            found.setdefault(name.parts[-1], in_full(name, known))
    return list(found.values())


def _beside(text: str, people: Sequence[Name], verb: str) -> list[Name]:
    """Of several people the one nearest before the question's verb, else the one right after it."""
    places = [w.start for w in words(text) if w.stem == verb and not w.capital]
    for place in places:
        before = [n for n in people if n.end <= place]
        if before:
            return [before[-1]]
    after = [n for place in places for n in people if n.start > place]
    if after or not text.startswith(people[0].text.split(" ")[0]):
        return after[:1] or list(people)
    return [people[0]]  # it opens with the one whom it is about


# ---------------------------------------------------------------- they, the company


def _several(text: str, turns: Sequence[Turn], known: Known, taken: set[str]) -> Step:
    match = _free(text, _PLURAL.search(text))
    if not match or _is_late(text, match) or _is_people_in_general(text, match):
        return text, False, ""
    named = _whom_all(turns, known)
    if not named:
        return text, True, ""
    taken.update(words(part)[-1].lower for part in named.split(" and "))
    return _named(text, _PLURAL, "", named), True, ""


def _is_people_in_general(text: str, match: re.Match[str]) -> bool:
    # "where did they find the tent of the geologist": it says of what, and "they" may be anybody.
    before = [w for w in content_words(text[: match.start()]) if w.lower not in ("many", "much", "long")]
    rest = [w for w in content_words(text[match.end() :]) if w.lower not in STOPWORDS]
    return bool(before) or (match["who"].lower() == "they" and len(rest) > 3)


def _whom_all(turns: Sequence[Turn], known: Known) -> str:
    """Two people, or the last firm, of the last turn that has such; "" if none."""
    for turn in reversed(turns[-TURNS_BACK:]):
        people = _asked_people(turn, known)
        if len(people) == 2:
            return " and ".join(people)
        if phrase := _plural_phrase(turn.asked):
            return phrase
        firms = [n for n in things(turn.asked, known) if known.is_firm(n)]
        if firms:
            return firms[-1].text if len(firms) == 1 else " and ".join(f.text for f in firms[-2:])
        if (about := last_topic(turns, known)) and is_plural(about) and turn is turns[-1]:
            return about
        if phrase := _plural_subject(turn.asked, turns, known):
            return phrase
        people = answering_people(turn, known)
        if len(people) == 2:
            return " and ".join(people)
    return ""


def _plural_phrase(question: str) -> str:
    """The counted things of "how many coins are missing from ...": "the coins missing from ..."."""
    match = re.match(
        r"(?:how\s+many|which|what)\s+(?P<what>[a-z]+s)\s+(?P<aux>are|were|have|will|did)\s+(?P<rest>.+?)\??$",
        question,
        re.IGNORECASE,
    )
    return f"the {match['what']} {match['rest']}" if match and match["aux"].lower() in ("are", "were") else ""


def _plural_subject(question: str, turns: Sequence[Turn], known: Known) -> str:
    """The repairs of "how long will repairs take"."""
    match = re.match(
        r"(?:[\w’']+\s+){1,3}?(?:will|would|do|did|are|were|have)\s+(?:the\s+)?(?P<what>[a-z]+s)\b",
        question,
        re.IGNORECASE,
    )
    if (
        not match
        or match["what"] in STOPWORDS
        or (known.stories and not known.is_noun(match["what"].rstrip("s")))
    ):
        return ""
    about = last_topic(turns, known)
    if not about or match["what"] in about:
        return f"the {match['what']}"
    return f"the {match['what']} {preposition(about, known, match['what'])} {about}"


def _company(text: str, turns: Sequence[Turn], known: Known, taken: set[str]) -> Step:
    match = _free(text, _FIRM_NOUN.search(text))
    if not match or re.match(r"\s+[A-Z]", text[match.end() :]) or _is_late(text, match):
        return text, False, ""
    noun = match["noun"].lower()
    if noun in ("union", "party", "club", "owner") or not turns:
        return text, False, ""
    for turn in reversed(turns[-TURNS_BACK:]):
        asked = {n.parts[-1]: n.text for n in things(turn.asked, known) if known.is_firm(n)}
        told: dict[str, str] = {}
        for statement in turn.answer.statements:
            told.update({n.parts[-1]: n.text for n in names(statement.text) if n.parts and known.is_firm(n)})
        for firms in (asked, told):
            if len(firms) == 1:
                (name,) = firms.values()
                taken.add(next(iter(firms)))
                return text[: match.start()] + name + (match["owned"] or "") + text[match.end() :], True, ""
    return text, True, ""


# ---------------------------------------------------------------- there, it, that


def _place(text: str, turns: Sequence[Turn], known: Known, taken: set[str]) -> Step:
    match = _THERE.search(text)
    if not match or _names_something(text) or _is_late(text, match):
        return text, False, ""
    for turn in reversed(turns[-TURNS_BACK:]):
        found = [n for n in things(turn.asked, known) if known.is_place(n) or not known.stories]
        if found:
            how = (
                "to"
                if re.match(r"get|got|go|going|went|travel", match["verb"] or "", re.IGNORECASE)
                else "in"
            )
            at = text.lower().index("there", match.start())
            return f"{text[:at]}{how} {found[-1].text}{text[at + 5 :]}", True, ""
    return text, True, ""


def _thing(text: str, turns: Sequence[Turn], known: Known, taken: set[str]) -> Step:
    match = _THAT.search(text) or _IT.search(text)
    if not match or _EXPLETIVE.search(text) or _is_late(text, match):
        return text, False, ""
    if not taken and _names_something(text):
        return text, True, ""
    word = next(g for g in match.groups() if g).lower()
    before = text[: match.start()]
    if word in ("it", "its") and _has_antecedent(before):
        return text, False, ""
    if word in ("that", "this") and any(taken):
        return text, True, ""
    if word == "it":
        for turn in reversed(turns[-2:]):
            if said := _said(text, match, turn, known):
                return said, True, ""
    for at in range(len(turns), max(0, len(turns) - TURNS_BACK), -1):
        about = _thing_of(turns[:at], known, taken)
        if about:
            span = next(match.span(i) for i in range(1, len(match.groups()) + 1) if match.group(i))
            name = f"{about}{'’' if about.endswith('s') else '’s'}" if word == "its" else about
            return text[: span[0]] + name + text[span[1] :], True, ""
    return text, True, ""


def _thing_of(turns: Sequence[Turn], known: Known, taken: set[str]) -> str:
    question = turns[-1].asked
    if match := _WHICH.match(question):
        return f"the {match['noun']} that {match['rest'].rstrip('?!. ')}"
    about = last_topic(turns, known)
    if about and not {w.lower for w in words(about)}.isdisjoint(taken):
        others = [n for n in things(question, known) if n.parts[-1] not in taken]
        about = phrase_around(lowered(question), others[-1], known) if others else ""
    return about


def _said(text: str, match: re.Match[str], turn: Turn, known: Known) -> str:
    """Of "who reported it" after "is Solheim resigning": "who reported that Solheim is resigning"."""
    told = _TELLS.search(text[: match.start()])
    claim = declared(turn.asked, known) if told and text[match.end() :].strip(" ?!.") == "" else ""
    return f"{text[: match.start()]}that {claim}?" if claim else ""


def declared(question: str, known: Known) -> str:
    """A yes-or-no question as a statement: "Starmer is attending Davos"; "" where its subject's end is not
    clear.
    """
    match = _YES_NO.match(question)
    if not match or match["aux"].lower() in ("did", "does", "do"):
        return ""
    rest = match["rest"]
    found = [n for n in names(rest) if n.parts]
    if not found:
        return ""
    subject = rest[: found[0].end] if not found[0].start else phrase_around(rest, found[0], known)
    if not subject or not rest.startswith(subject):
        return ""
    return f"{subject} {match['aux'].lower()} {rest[len(subject) :].strip()}"


def _has_antecedent(before: str) -> bool:
    """Whether something before "it" in the same question may be what it means."""
    if [n for n in names(lowered(before)) if n.parts]:
        return True
    return bool(
        re.search(
            r"\b(?:the|an?|which|what)\s+(?!(?:if|is|was|does|did|do|are|were|will|has|have)\b)[a-z]+(?:\s|$)",
            before,
            re.IGNORECASE,
        )
    )


def _settled(how: str, turn: Turn, known: Known) -> str:
    """Of "is that confirmed" after "is Starmer attending Davos": "is it confirmed that Starmer is ..."."""
    claim = declared(turn.asked, known)
    return f"Is it {how.lower()} that {claim}?" if claim else ""
