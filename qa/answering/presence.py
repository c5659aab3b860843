"""Who is, was or will be at an event: finds the sentences that say so, and keeps the event apart from
others nearby.

An article names its event once ("the annual meeting in Davos") and goes on with "the global event", "the
gathering" or no noun at all ("will also join"); another meeting in another city may stand two lines below.
So the event that a sentence is about is followed from line to line, as centering theory has it (Grosz,
Joshi and Weinstein 1995), with places as anchors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.answering.modality import modality
from qa.answering.question import Question
from qa.answering.reading import Line, Story
from qa.answering.terms import Term
from qa.answering.words import names
from qa.types import Modality

OPENING = 6
"""The lines of an article that say what it is about."""
EVENT = (
    r"(?:meeting|meetings|summit|forum|conference|talks|event|gathering|congress|convention|ceremony|festival|session|games|hearing|"
    r"rally|march|funeral|inauguration|dinner|wedding|council|assembly|negotiations|protest|vigil|launch|workshop|round|race|get-together|format|resort|venue)"
)
_STRONG = re.compile(
    r"\b(?:attend(?:s|ed|ing|ance|ee|ees)?|presence|participat\w+|tak(?:e|es|ing)\s+part|took\s+part|(?:is|are|was|were|be|been)\s+(?:also\s+)?(?:present|there|in\s+attendance)|"
    r"guest\s+list|on\s+the\s+list|will\s+skip|skip(?:s|ped|ping)?|stay(?:s|ing|ed)?\s+away|pull(?:s|ed|ing)?\s+out|cancel(?:s|led|ed|ling)?\s+(?:his|her|their|its|the)\s+(?:trip|visit|appearance|journey)|turn(?:s|ed|ing)?\s+up|show(?:s|ed|ing)?\s+up)\b",
    re.IGNORECASE,
)
_WEAK = re.compile(
    r"\b(?:join(?:s|ed|ing)?|travel(?:s|led|ed|ling|ing)?|go|goes|going|went|fl(?:y|ies|ying|ew)|head(?:s|ed|ing)?|arriv(?:e|es|ed|ing|al)|com(?:e|es|ing)|came|"
    r"appear(?:s|ed|ing)?|invit(?:e|es|ed|ation)|represent(?:s|ed|ing)?|sen(?:d|ds|t|ding)|accompan(?:y|ies|ied|ying)|due|(?:is|are|was|were|be)\s+at|make\s+the\s+trip|mak(?:e|es|ing)\s+the\s+(?:trip|journey)|trip|visit(?:s|ed|ing)?)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:attend\w*|present\s+at|participat\w*|tak(?:e|ing)\s+part|took\s+part|at\s+the|going\s+to|go\s+to|travel\w*\s+to|join\w*|represented\s+(?:at|in)|coming\s+to|come\s+to|be\s+(?:at|in|there)|(?:was|were|is|are|will\s+be)\s+(?:at|in)\b(?!\s+(?:charge|favou?r|control|power|office|command|custody|prison|jail|hospital|court|trouble|danger|dispute|line|contention|talks|doubt|debt|mourning|love|need|the\s+(?:lead|way|running|dock|right|wrong))\b)|guests?|(?:going|coming|go|come|turn\s+up|show\s+up|make\s+the\s+trip|travel)(?=\W*$))\b",
    re.IGNORECASE,
)
_ASKS_STRICTLY = re.compile(
    r"\b(?:attend\w*|present\s+at|participat\w*|tak(?:e|ing)\s+part|took\s+part)\b", re.IGNORECASE
)
_ASKS_ABSENCE = re.compile(
    r"\b(?:who|which|what)\b.*(?:\bnot\b|n[’']t\b|\b(?:skip|miss|cancel|snub|boycott)\w*\b|\bstay\w*\s+away\b|\bpull\w*\s+out\b|\babsent\b)",
    re.IGNORECASE,
)
_EVENT_IN = re.compile(rf"\b(?i:{EVENT})\b(?:\s+\w+){{0,2}}?\s+(?:in|at)\s+(?P<place>(?:[A-Z][\w.’'-]+\s?)+)")
_TO_PLACE = re.compile(r"\b(?:to|in|at)\s+(?P<place>(?:[A-Z][\w’'-]+\s?)+)")
_PLACE_EVENT = re.compile(rf"\b(?P<place>[A-Z][\w.’'-]+)\s+{EVENT}\b")
_GOES_TO = re.compile(
    r"\b(?:fly|travel|go|head|come|flying|travelling|traveling|going|heading|coming)\s+to\s+(?P<place>(?:[A-Z][\w’'-]+\s?)+)"
)
_ASSEMBLIES = frozenset(
    """meeting meetings summit forum conference talks event gathering congress convention session council
        assembly negotiations get-together format venue resort""".split()
)
"""Events that one article calls by one of these words and another by another."""
_EVENT_NOUN = re.compile(rf"\b(?:the|this|that)\s+(?:[\w’'-]+\s+){{0,5}}?{EVENT}\b", re.IGNORECASE)
_OWNED_EVENT = re.compile(rf"['’]s?\s+(?:[\w’'-]+\s+){{0,3}}?{EVENT}\b", re.IGNORECASE)
_PEOPLE = re.compile(
    r"\b(?:leaders?|ministers?|delegat\w+|executives?|officials?|presidents?|prime ministers?|representatives?|families|fans|members|guests|deput(?:y|ies)|advisers?|supporters|residents|people|workers|envoys?|ambassadors?|he|she|they)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Presence:
    """A line that says who is at the event: where its telling word stands, and where the event is named in
    it (None: nowhere).
    """

    line: Line
    start: int
    end: int
    event: tuple[int, int] | None
    target_named: bool


def asks_presence(question: Question, *, strictly: bool = False) -> bool:
    """Whether the question asks who is at an event, or whether somebody is; `strictly`: with a word that
    can mean nothing else.
    """
    pattern = _ASKS_STRICTLY if strictly else _ASKS
    return (
        question.kind in ("list", "person", "yesno")
        and bool(pattern.search(question.text))
        and bool(question.names or question.terms)
    )


_ASKS_ATTENDANCE = re.compile(
    r"\b(?:attend\w*|present\s+at|participat\w*|tak(?:e|ing)\s+part|took\s+part|guests?|(?:is|are|was|were|be)\s+(?:at|in|there)"
    r"|(?:going|go|went|coming|come|came|travel\w*)\s+to)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:attended|took\s+part|participated|was|were|did|went|came|travelled|traveled)\b", re.IGNORECASE
)


def attendance_headings(question: Question) -> tuple[str, str] | None:
    """How a list of who is at an event is headed: those there, those not there. None for another question
    ("who joins the coalition?").
    """
    if question.kind not in ("list", "person") or not asks_presence(question):
        return None
    if not _ASKS_ATTENDANCE.search(question.text):
        return None
    return ("Attended", "Did not attend") if _PAST.search(question.text) else ("Attending", "Not attending")


def asks_of_people(text: str) -> bool:
    """Whether a text speaks of people without a name: "ministers", "guests"."""
    return bool(_PEOPLE.search(text))


def asks_absence(question: Question) -> bool:
    """Whether the question asks who is not there."""
    return bool(_ASKS_ABSENCE.search(question.text))


def firmness(found: Presence) -> Modality:
    """How firmly the line says that somebody is there. "Her presence is seen as ..." takes the presence
    itself for granted.
    """
    text = found.line.text
    said_of = text[found.start : found.end].lower()
    if said_of == "guest list" and modality(text, found.start) == "denied":
        return "confirmed"  # "the guest list has not changed" tells of nobody that he stays away
    if said_of not in ("presence", "attendance"):
        return modality(text, found.start)
    # Only what is said of the presence itself counts: "is not yet confirmed", "is expected", "has been
    # cancelled".
    said = modality(text[found.end : found.end + 45].split(",")[0])
    return "confirmed" if said == "opinion" else said


def event_terms(question: Question, terms: Sequence[Term]) -> list[Term]:
    """The terms that name the event: what stands after the verb of presence, names first."""
    match = list(_ASKS.finditer(question.text))[-1:]
    after = question.text[match[0].end() :].lower() if match else ""
    tail = [t for t in terms if t.text.split(" ")[0].lower() in after]
    named = [t for t in tail if t.is_name]
    # "the forum of the WEF in Davos": articles name an event by its place, and by who holds it now and then.
    place = after.rpartition(" in ")[2]
    placed = [t for t in named if all(part in place for part in t.parts)]
    return placed or named or tail


def own_event(story: Story) -> list[Term]:
    """The event that an article opens with, by its place ("the forum in Davos"), for a question that names
    none; nothing where the opening tells of none.
    """
    for pattern in (_EVENT_IN, _GOES_TO):
        for line in story.lines[:OPENING]:
            if (match := pattern.search(line.text)) and (found := names(match["place"])):
                return [Term(found[0].text, "", True, found[0].parts)]
    return []


def holds_event(story: Story, question: Question) -> bool:
    """Whether the article tells of such an event as the question asks about: "the summit" may be its forum,
    but a hearing is no meeting of directors.
    """
    asked = {m.lower() for m in re.findall(rf"\b{EVENT}\b", question.text, re.IGNORECASE)}
    if not asked:
        return True
    told = {m.lower() for line in story.lines for m in re.findall(rf"\b{EVENT}\b", line.text, re.IGNORECASE)}
    if not told:
        return asked <= _ASSEMBLIES
    return not asked.isdisjoint(told) or not (_ASSEMBLIES.isdisjoint(asked) or _ASSEMBLIES.isdisjoint(told))


def presences(story: Story, event: Sequence[Term]) -> list[Presence]:
    """The lines of `story` that say who is at the event named by the terms `event`, in reading order."""
    return list(_follow(story, event))


def _follow(story: Story, event: Sequence[Term]) -> Iterator[Presence]:
    here = main = _is_main(story, event)
    chained = False
    own = rival = ""
    for line in story.lines:
        named = all(t.in_words(line.stems, line.lowers) for t in event)
        elsewhere = _other_places(line, story, event)
        found = _presence(line, event, named, here or (main and named), elsewhere, chained)
        if found and (main or named or found.event or chained):
            yield found
        chained = found is not None
        if named:
            here, own = True, own or _event_word(line.text)
        elif elsewhere:
            here, rival = (
                here and found is not None,
                _event_word(line.text[elsewhere[0][0] : elsewhere[0][1]]),
            )
        elif main:
            here = here or _returns(line.text, rival)
        elif here:
            here = not _leaves(line.text, own)


def _event_word(text: str) -> str:
    match = re.search(EVENT, text, re.IGNORECASE)
    return match.group().lower().rstrip("s") if match else ""


def _returns(text: str, rival: str) -> bool:
    """Whether "the forum" speaks of the main event again. "That session" and "the meeting" after another
    meeting do not.
    """
    match = _EVENT_NOUN.search(text)
    return (
        match is not None
        and not match.group().lower().startswith(("this", "that"))
        and _event_word(match.group()) != rival
    )


def _leaves(text: str, own: str) -> bool:
    """Whether an event noun after a passing mention of an event speaks of another one: "the forum" after "a
    meeting in Paris".
    """
    match = _EVENT_NOUN.search(text)
    return (
        match is not None
        and not match.group().lower().startswith(("this", "that"))
        and _event_word(match.group()) != own
    )


def _is_main(story: Story, event: Sequence[Term]) -> bool:
    """Whether the event is the one that the article is about, so that "the meeting" without a place means
    it.
    """
    if all(t.in_words(story.title_stems, story.title_lowers) for t in event):
        return True
    for line in story.lines[:OPENING]:
        if all(t.in_words(line.stems, line.lowers) for t in event):
            return not _other_places(line, story, event)
        if _other_places(line, story, event):
            return False
    return False


def _presence(
    line: Line,
    event: Sequence[Term],
    named: bool,
    here: bool,
    elsewhere: list[tuple[int, int]],
    chained: bool,
) -> Presence | None:
    if not _someone(line, event):
        return None
    for pattern, weak in ((_STRONG, False), (_WEAK, True)):
        for match in pattern.finditer(line.text):
            if _inside_quote(line.text, match.start()):
                continue
            tail_end = _clause_end(line.text, match.end())
            target = _target_span(line, event)
            near = target is not None and match.start() - 60 < target[0] <= tail_end
            noun = _event_noun(line.text, match.end(), tail_end, elsewhere)
            away = (
                any(match.start() - 25 <= start <= tail_end for start, _ in elsewhere)
                and not near
                and noun is None
            )
            if away:
                continue
            if weak and not _has_subject(line, match.start()):
                continue
            if weak and not (
                near or (here and (noun or (chained and not _other_object(line.text, match.end()))))
            ):
                continue
            if not weak and not (near or ((noun or not elsewhere or named) and here)):
                continue
            return Presence(line, match.start(), match.end(), noun, named)
    return None


def _someone(line: Line, event: Sequence[Term]) -> bool:
    return any(
        not any(t.is_name and t.in_words(frozenset(), frozenset(n.parts)) for t in event) for n in line.names
    ) or bool(_PEOPLE.search(line.text))


def _has_subject(line: Line, at: int) -> bool:
    # "The confirmation came hours after ...": somebody must stand before the verb.
    return any(n.start < at for n in line.names) or bool(_PEOPLE.search(line.text[:at]))


def _inside_quote(text: str, at: int) -> bool:
    before = text[:at]
    return before.count("“") > before.count("”") or (before.count('"') % 2 == 1)


def _clause_end(text: str, start: int) -> int:
    match = re.compile(r";|\s[—–]\s|,\s(?:but|while|although|whereas)\b|\s(?:but|after|before)\s").search(
        text, start
    )
    return min(match.start() if match else len(text), start + 90)


def _target_span(line: Line, event: Sequence[Term]) -> tuple[int, int] | None:
    for word in line.words:
        one, low = frozenset([word.stem]), frozenset([word.lower])
        if any(t.in_words(one, low) for t in event):
            return word.start, word.end
    return None


def _event_noun(text: str, start: int, end: int, elsewhere: list[tuple[int, int]]) -> tuple[int, int] | None:
    match = _EVENT_NOUN.search(text, start, end)
    if match and not any(a < match.end() and b > match.start() for a, b in elsewhere):
        owned = _OWNED_EVENT.match(text, match.end())
        return match.start(), (owned or match).end()
    return None


def _other_object(text: str, start: int) -> bool:
    # "join NATO", "travel to Kyiv": the verb has a goal of its own.
    match = re.match(r"\s+(?:to\s+|for\s+|in\s+)?(?:the\s+)?(?P<goal>[A-Z][\w-]+)", text[start:])
    return bool(match and names(match.group("goal")))


def _other_places(line: Line, story: Story, event: Sequence[Term]) -> list[tuple[int, int]]:
    """Where the line names another event by its place: "a meeting in Paris", "the Paris talks" (Paris being
    somewhere one can be "in"), or "to Paris" where the article tells of a meeting there.
    """
    named = list(_EVENT_IN.finditer(line.text))
    named += [m for m in _PLACE_EVENT.finditer(line.text) if _is_place(m.group("place"), story)]
    venues = {m.group("place").strip() for other in story.lines for m in _EVENT_IN.finditer(other.text)}
    named += [m for m in _TO_PLACE.finditer(line.text) if m.group("place").strip() in venues]
    return [m.span() for m in named if not _names_target(m.group("place"), event)]


def _is_place(name: str, story: Story) -> bool:
    where = re.compile(rf"\b(?:in|from|to)\s+{re.escape(name)}\b")
    return any(where.search(line.text) for line in story.lines)


def _names_target(place: str, event: Sequence[Term]) -> bool:
    lowers = frozenset(part for name in names(place) for part in name.parts)
    return any(t.in_words(lowers, lowers) for t in event)
