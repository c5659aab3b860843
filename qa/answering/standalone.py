"""Makes a sentence stand alone: names what "he" and "also" lean on, in the square brackets that an editor
would use.

What is put in brackets is taken from the same article and cited with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.answering.presence import EVENT, Presence
from qa.answering.reading import Line, Story
from qa.answering.terms import Term
from qa.answering.words import names

_HE = re.compile(r"^(?:He|She)\b")
_LEANS = re.compile(
    r"^(?:They|It|Its|Their|His|Her|This|That|These|Those|Both|The two|The pair|The (?:man|woman|men|women|couple|other))\b"
)
_HE_SPEAKS = re.compile(
    r"[,”\"]\s*(?:he|she)\s+(?:said|added|told|wrote|says|adds)\b|[,”\"]\s*(?:said|added)\s+(?:he|she)\b"
)
_MOTION = re.compile(r"(?:go|goes|going|went|travel\w*|fl\w+|head\w*|com\w+|came)$", re.IGNORECASE)
_NOUN = re.compile(r"(?:presence|attendance|attendees?|guest list)$", re.IGNORECASE)
_TAKES_OBJECT = re.compile(r"(?:join\w*|attend|attends|attended|attending|skip\w*|visit\w*)$", re.IGNORECASE)
_GOES_ON = re.compile(r"^\s+(?:[A-Z]|the|a|an|in|at|for|from|to|this|that|next|on)\b")


@dataclass(frozen=True, slots=True)
class Standing:
    """A sentence that stands alone: its text, and the lines that it cites (itself first)."""

    text: str
    lines: tuple[Line, ...]


def stand_alone(line: Line, story: Story) -> Standing:
    """`line` with its pronoun resolved in brackets, or with the sentence before it where that cannot be
    done safely.
    """
    text = line.text
    cited: list[Line] = [line]
    if _HE.match(text):
        if who := _antecedent(line, story):
            name, source = who
            text = _HE.sub(lambda m: f"{m.group()} [{name}]", text, count=1)
            cited.append(source)
        elif line.index:
            return _with_previous(line, story)
    elif meant := story.described.get(line.index):
        text = f"{text[: meant.end]} [{meant.name}]{text[meant.end :]}"
        cited.append(story.lines[meant.source])
    elif _LEANS.match(text) and line.index:
        return _with_previous(line, story)
    elif (match := _HE_SPEAKS.search(text)) and (who := _antecedent(line, story)):
        name, source = who
        pronoun = re.compile(r"\b(he|she)\b").search(text, match.start())
        if pronoun:
            text = f"{text[: pronoun.end()]} [{name}]{text[pronoun.end() :]}"
            cited.append(source)
    return Standing(text, tuple(cited))


def _with_previous(line: Line, story: Story) -> Standing:
    before = story.lines[line.index - 1]
    return Standing(f"{before.text} {line.text}", (line, before))


def _antecedent(line: Line, story: Story) -> tuple[str, Line] | None:
    """Whom "he" or "she" means, where that is certain, and the line that names him or her."""
    if line.index not in story.meant_by_pronoun:
        return None
    name, source = story.meant_by_pronoun[line.index]
    return name, story.lines[source]


def name_event(standing: Standing, found: Presence, story: Story, event: Sequence[Term]) -> Standing:
    """`standing` with the event named in brackets, where the line does not name it itself."""
    if found.target_named:
        return standing
    phrase, source = event_phrase(story, event, before=found.line.index)
    if not phrase or source is None:
        return standing
    trigger = found.line.text[found.start : found.end]
    if found.event:
        anchor, insert = found.line.text[found.event[0] : found.event[1]], f" [{_short(phrase, event)}]"
    elif _TAKES_OBJECT.search(trigger) and not _GOES_ON.match(found.line.text[found.end :]):
        anchor, insert = trigger, f" [{phrase}]"
    elif _NOUN.search(trigger):
        anchor, insert = trigger, f" [at {_short(phrase, event)}]"
    else:
        anchor, insert = trigger, f" [{'to' if _MOTION.search(trigger) else 'at'} {_short(phrase, event)}]"
    end = _place_after(anchor, found, standing)
    if end is None:
        return standing
    text = standing.text[:end] + insert + standing.text[end:]
    lines = standing.lines if source in standing.lines else (*standing.lines, source)
    return Standing(text, lines)


def _place_after(anchor: str, found: Presence, standing: Standing) -> int | None:
    # Brackets were put in before the anchor, so that its distance from the end is as it was.
    line = found.line.text
    line_end = found.event[1] if found.event else found.end
    end = len(standing.text) - (len(line) - line_end)
    return end if standing.text[:end].endswith(anchor) else None


def event_phrase(story: Story, event: Sequence[Term], before: int) -> tuple[str, Line | None]:
    """How the article names the event ("the annual meeting of the ... in Davos") and the line that does so;
    else its bare name.
    """
    candidates = sorted(story.lines, key=lambda line: (line.index >= before, line.index))
    bare: tuple[str, Line | None] = ("", None)
    for line in candidates:
        places = [
            w for w in line.words if any(t.in_words(frozenset([w.stem]), frozenset([w.lower])) for t in event)
        ]
        if not places:
            continue
        end = places[-1].end - (2 if places[-1].text.endswith(("'s", "’s")) else 0)
        if not bare[0]:
            bare = (_whole_name(line, places[0].start, end), line)
        head = line.text[:end]
        starts = [m.start() for m in re.finditer(r"\b(?:the|an?)\s", head)]
        for start in starts:
            phrase = head[start:]
            if len(phrase.split()) <= 11 and re.match(
                rf"(?:the|an?)\s+(?:[\w’'-]+\s+){{0,4}}?{EVENT}\b[^,;]*$", phrase, re.IGNORECASE
            ):
                return phrase, line
    return bare


def _whole_name(line: Line, start: int, end: int) -> str:
    """The words of a line from `start` to `end` with the rest of the name that they begin inside of, and the
    event that is called by it: "the Karsk Sea summit" for "Sea".
    """
    first = next((n.start for n in line.names if n.start < start < n.end), start)
    noun = re.match(rf"\s+{EVENT}\b", line.text[end:])
    if first == start or not noun:
        return line.text[first:end]
    return f"the {line.text[first : end + noun.end()]}"


def _short(phrase: str, event: Sequence[Term]) -> str:
    if phrase.startswith("the ") and re.fullmatch(rf"the (?:[A-Z][\w’'-]+\s){{2,3}}{EVENT}", phrase):
        return phrase
    for name in names(phrase):
        lowers = frozenset(name.parts)
        if any(t.in_words(lowers, lowers) for t in event):
            return name.text
    return phrase
