"""Answers to "who is attending?" and "is Roe coming?": the sentences that say who is at an event, with their
modality."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.answering.picks import Pick, after, as_draft, distinct
from qa.answering.presence import (
    asks_absence,
    asks_of_people,
    event_terms,
    firmness,
    holds_event,
    own_event,
    presences,
)
from qa.answering.question import Question, as_written
from qa.answering.reading import Story
from qa.answering.standalone import Standing, name_event, stand_alone
from qa.answering.terms import Term
from qa.answering.words import words

MOST = 20
_ASIDE = re.compile(r",\s(?:who|which|whose)\b[^,]*(?:,|$)")


def attendance(asked: Question, stories: Sequence[Story], terms: Sequence[Term]) -> list[Pick]:
    """The sentences of `stories` that answer who is there, in reading order; for a yes-or-no question those
    about the people it names, for "who is not coming?" those that deny it.
    """
    event = event_terms(asked, terms)
    people = [t for t in terms if t.is_name and t not in event]
    if asked.kind == "yesno" and not people and not asks_of_people(asked.text):
        return []  # "is a storm coming to Ireland?" asks of nobody
    absent = asked.kind != "yesno" and asks_absence(asked)
    picks: list[Pick] = []
    # "Will Roe attend?" means what the articles found are about.
    own = [own_event(s) for s in stories] if people and asked.kind == "yesno" and not event else []
    for number, story in enumerate(stories):
        events = [event, *own[number : number + 1], *own]
        at = next((e for e in events if e and all(t.in_story(story) for t in e)), None)
        if at is None or not holds_event(story, asked):
            continue
        for found in presences(story, at):
            standing = after(found.line, stand_alone(found.line, story), [p.line for p in picks])
            standing = name_event(standing, found, story, at)
            if asked.kind == "yesno" and not _about(people, standing):
                continue
            draft = as_draft(standing.text, standing.lines, firmness(found))
            if not absent or draft.modality == "denied":
                picks.append(Pick(found.line, story, 1.0, draft))
    return distinct(picks)[:MOST]


def asks_of_named(asked: Question, terms: Sequence[Term]) -> bool:
    """Whether a yes-or-no question names both somebody and the event: nothing but presence answers it."""
    event = event_terms(asked, terms)
    return (
        asked.kind == "yesno"
        and any(t.is_name for t in event)
        and any(t.is_name and t not in event for t in terms)
    )


def unsaid(asked: Question, stories: Sequence[Story], terms: Sequence[Term]) -> str:
    """Why there is no answer."""
    if asked.kind == "list":
        return "no article found here says who is there"
    event = event_terms(asked, terms)
    people = [t for t in terms if t.is_name and t not in event]
    lines = [line for story in stories for line in story.lines]
    elsewhere = people and all(any(t.in_words(n.stems, n.lowers) for n in lines) for t in people)
    said = "no article found here says so or denies it"
    if not elsewhere:
        return said
    mentioned = " and ".join(as_written(t.text, asked.text) for t in people)
    return f"{said} ({mentioned}: mentioned in another connection)"


def _about(people: Sequence[Term], standing: Standing) -> bool:
    said = words(_ASIDE.sub(" ", standing.text))
    stems, lowers = frozenset(w.stem for w in said), frozenset(w.lower for w in said)
    return all(t.in_words(stems, lowers) for t in people)
