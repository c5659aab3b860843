"""Makes a follow-up question stand alone, by rules: fragments are read into the question before, "he" and
"it" named where one reading is certain, and "what was the turnout?" told of what.

What stands alone is left as it was typed, and so is what could be meant of two people: then the reason is
said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.answering.question import MAX_CHARACTERS, parse
from qa.answering.words import content_words, names
from qa.chat.fragments import TALK, Frame, filled, is_fragment
from qa.chat.mentions import Known, person_names
from qa.chat.referring import Resolved, resolve
from qa.chat.topics import last_topic, lowered, preposition
from qa.chat.turns import Rewriting, Turn

ABOUT_THEM = 0.5
"""A question without names is about the last articles when they hold so much of its words."""
LONG = 4
NEARLY_ALL = 0.8
"""A question of so many words says itself what it is about: it must be nearly all the articles' words."""
LED = 0.3
"""The same for one that begins with "and" or "but"."""
_LEAD = re.compile(
    r"^(?:(?:and|but|so|ok(?:ay)?|well|then|also|now|or|hm+|thanks|please)\b[,.!]?\s+)+", re.IGNORECASE
)
_PERSONAL = re.compile(r"\b(?:he|him|his|she|her|hers)\b", re.IGNORECASE)
_SPEECH = re.compile(r"\b(?:say|says|said|think|thinks|thought|claim|claimed|react|comment)\b", re.IGNORECASE)
_GENERAL = frozenset(
    "people person thing man woman anybody anyone somebody someone happen happened happens reason cause result outcome news latest".split()
)


def by_rules(question: str, turns: Sequence[Turn], known: Known) -> Rewriting:
    """The cleaned `question` after these `turns`, as it is asked; `known` is what the articles of their
    answers tell.
    """
    if not turns or TALK.match(question):
        return Rewriting(typed=question, asked=question)
    lead = _LEAD.match(question)
    body = question[lead.end() :] if lead and lead.end() < len(question) else question
    led = bool(lead)
    if is_fragment(body.rstrip("?!. "), led=led):
        resolved = resolve(body, turns, known)
        last = turns[-1]
        frame = Frame(last.asked.rstrip("?!. "), sole_answer(last, known), known)
        return _made(question, filled(resolved.text, frame), resolved)
    resolved = resolve(body, turns, known)
    text = resolved.text
    settled = resolved.changed or resolved.reason or _PERSONAL.search(body)
    if not settled and _is_about_the_last(body, known, led=led):
        text = _with_topic(body, turns, known)
    return _made(question, text, resolved)


def _made(typed: str, asked: str, resolved: Resolved) -> Rewriting:
    if resolved.reason or not asked or asked.rstrip("?!. ").lower() == typed.rstrip("?!. ").lower():
        return Rewriting(typed=typed, asked=typed, reason=resolved.reason)
    asked = asked.rstrip("?!. ")
    if not any(c.isalnum() for c in asked) or len(asked) >= MAX_CHARACTERS:
        return Rewriting(typed=typed, asked=typed)
    return Rewriting(typed=typed, asked=f"{asked[:1].upper()}{asked[1:]}?", by="rules")


def stands_alone(question: str) -> bool:
    """Whether nothing in the question leans on one before: it names something, has no pronoun and is whole."""
    body = _LEAD.sub("", question)
    if body != question or is_fragment(body.rstrip("?!. "), led=False) or not names(lowered(body)):
        return False
    return resolve(body, (), Known()).text == body and not resolve(body, (), Known()).leans


def _is_about_the_last(body: str, known: Known, *, led: bool) -> bool:
    """Whether a question without names goes on about the last articles."""
    if names(lowered(body)):
        return False
    asked = parse(body)
    content = [w for w in content_words(body) if w.lower not in _GENERAL]
    if not content:
        return True
    stems = [t.stem for t in asked.terms] or [w.stem for w in content]
    return known.holds(stems) >= (LED if led else ABOUT_THEM if len(stems) < LONG else NEARLY_ALL)


def _with_topic(body: str, turns: Sequence[Turn], known: Known) -> str:
    about = last_topic(turns, known)
    who = ""
    if not about:
        people = next(
            (p for turn in reversed(turns[-3:]) if (p := person_names(lowered(turn.asked), known))), []
        )
        if parse(turns[-1].asked).kind == "quote":  # who only spoke is not what it is about
            people = []
        who = people[0].text if len(people) == 1 else ""
    text = body.rstrip("?!. ")
    if not about and not who:
        return text
    if who:
        return f"{text} {'about' if _SPEECH.search(text) else 'for'} {who}"
    return f"{text} {'about' if _SPEECH.search(text) else preposition(about, known, text)} {about}"


def sole_answer(turn: Turn, known: Known) -> str:
    """The one person that the turn's answer gives; "" where there is none, or more than one."""
    from qa.chat.referring import answering_people

    found = answering_people(turn, known)
    return found[0] if len(found) == 1 else ""
