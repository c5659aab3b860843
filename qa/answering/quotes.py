"""What somebody said about something: lines in which that person speaks, and the quoted lines that go on
from there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.answering.modality import SPEECH, speaker
from qa.answering.question import Question
from qa.answering.reading import Line, Story
from qa.answering.standalone import stand_alone
from qa.answering.synonyms import same_name
from qa.answering.terms import Term
from qa.answering.words import words

TOPIC_ENOUGH = 0.45
_PRONOUN_SPEAKS = re.compile(
    rf"\b(?:he|she|they)\s+(?:also\s+|later\s+)?{SPEECH}\b|[\"”]\s+{SPEECH}\s+(?:he|she|they)\b",
    re.IGNORECASE,
)
_OPENS_QUOTE = re.compile(r"^[\"“]")
_SPEECH = re.compile(rf"\b{SPEECH}\b|according to|[\"“]", re.IGNORECASE)


def speech_lines(story: Story, asked: Question, terms: Sequence[Term]) -> list[Line]:
    """The lines of `story` in which the asked speaker says something on the asked topic, in reading order."""
    spoken = _spoken_by(story, asked.speaker)
    if not spoken:
        return []
    topic = [t for t in terms if _on_topic(t, asked)]
    if not topic:
        return spoken
    total = sum(t.weight for t in topic)
    found = []
    for line in spoken:
        own = sum(t.weight for t in topic if t.in_words(line.stems, line.lowers))
        near = _neighbours(line, story, spoken)
        around = sum(t.weight for t in topic if any(t.in_words(o.stems, o.lowers) for o in [line, *near]))
        if (own > 0 or near) and around / total >= TOPIC_ENOUGH:
            found.append((own, line))
    if not any(own for own, _ in found):
        return []
    return [line for _, line in found]


def _on_topic(term: Term, asked: Question) -> bool:
    wanted = {w.lower for w in asked.topic}
    return any(part in wanted for part in (term.parts or (term.text.lower(),)))


def _neighbours(line: Line, story: Story, spoken: Sequence[Line]) -> list[Line]:
    # The same person's words in the same breath, and the line that leads into them.
    return [
        o
        for o in story.lines
        if 0 < abs(o.index - line.index) <= 1
        and (o in spoken or o.index < line.index)
        and o.paragraph >= line.paragraph - 1
    ]


def _spoken_by(story: Story, who: Sequence[str]) -> list[Line]:
    spoken: list[Line] = []
    current: tuple[str, ...] = ()
    for line in story.lines:
        said = speaker(line.text)
        if said:
            current = tuple(w.lower for w in words(said[0]))
            if _same(who, current):
                spoken.append(line)
        elif (
            (_PRONOUN_SPEAKS.search(line.text) or _OPENS_QUOTE.match(line.text))
            and (_same(who, current) or _leads_in(line, story, who))
        ) or _possessive_speech(line, who):
            spoken.append(line)
        elif line.names and not line.names[0].start and len(line.names[0].parts) > 1:
            current = line.names[0].parts  # a "he said" that follows goes on about whoever this line is about
    return spoken


def _leads_in(line: Line, story: Story, who: Sequence[str]) -> bool:
    resolved = stand_alone(line, story).text
    match = re.search(r"\b(?:he|she)\s\[([^\]]+)\]", resolved, re.IGNORECASE)
    return bool(match and _same(who, [w.lower for w in words(match.group(1))]))


def _possessive_speech(line: Line, who: Sequence[str]) -> bool:
    # "Roe's statement said ...", or an outlet that retells: "Roe described the plan as ..."
    named = any(same_name(w, low) for w in who[-1:] for low in line.lowers)
    return named and bool(
        re.search(rf"\b{re.escape(who[-1])}(?:[’']s)?\b[^.]{{0,40}}\b{SPEECH}\b", line.text, re.IGNORECASE)
    )


def _same(who: Sequence[str], speaker_words: Sequence[str]) -> bool:
    if not who or not speaker_words:
        return False
    return any(same_name(who[-1], s) for s in speaker_words)
