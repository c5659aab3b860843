"""The engine without a model: picks the sentences that answer, in reading order, so that they stand alone, or abstains.

It reads the found articles whole, weighs each sentence by how much of the question it and its neighbourhood hold (rare
words count more, names most), asks that the kind of thing the question wants is there (a number, a time, a person, the
speaker's own words), and abstains when a name of the question is in no article or too little of it is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.answering.engine import Draft, Outcome, Quote
from qa.answering.modality import attribution, modality
from qa.answering.presence import asks_presence, event_terms, firmness, presences
from qa.answering.question import Question, has_time, parse
from qa.answering.quotes import speech_lines
from qa.answering.reading import Line, Story, Term, line_score, read, terms_of
from qa.answering.standalone import Standing, name_event, stand_alone
from qa.answering.words import numbers, words
from qa.types import Engine, Modality, Passage, PromptRef

# Shares of the question's weight, chosen on the tuning half of tests/answering/newsroom.yaml.
ENOUGH = 0.62
ENOUGH_OWN = 0.34
CLOSE = 0.93
LIST_CLOSE = 0.72
MOST_LIST = 10
MOST_FACTS = 3

_REASON = re.compile(r"\b(?:because|due to|owing to|after|amid|following|caused|blam\w+|as a result|thanks to|in order to|so that|over (?:the|a|an|its|his|her|their)|since|reason|to (?:protest|avoid|prevent|ensure|allow|help|make|reduce|save|protect|give)|citing|in response)\b", re.IGNORECASE)  # fmt: skip
_ASIDE = re.compile(r",\s(?:who|which|whose)\b[^,]*(?:,|$)")
_PLACE = re.compile(r"\b(?:in|at|near|from|to|outside|on|across|off|along|around)\s+(?:the\s+)?(?:\w+\s+){0,3}?[A-Z]")


@dataclass(frozen=True, slots=True)
class _Pick:
    """A sentence chosen for the answer: its score, and its draft when it is not simply the sentence made to stand alone."""

    line: Line
    story: Story
    score: float
    draft: Draft | None = None


class ExtractiveEngine:
    """An `Engine` that quotes: no key, no network, nothing invented."""

    name: Engine = "extractive"
    model = ""
    prompt: PromptRef | None = None
    whole_articles = True

    def draft(self, question: str, passages: Sequence[Passage]) -> Iterator[Draft | Outcome]:
        """Drafts whose text is the source's own words with context in brackets, then the Outcome."""
        asked = parse(question)
        stories = read(passages)
        picks, reason = _choose(asked, stories)
        for pick in picks:
            yield pick.draft or _draft(pick.line, pick.story)
        yield Outcome(reason="" if picks else reason)


def _choose(asked: Question, stories: Sequence[Story]) -> tuple[list[_Pick], str]:
    terms = terms_of(asked, stories)
    if not terms:
        return [], "the question names nothing to look for"
    usable, missing = _holding_the_names(stories, terms)
    if not usable:
        return [], f"no article found here mentions {missing}" if missing else "no article found here holds what the question names"
    if asked.kind == "quote":
        return _quotes(asked, usable, terms)
    if asks_presence(asked):
        picks = _attendance(asked, usable, terms)
        if picks or asks_presence(asked, strictly=True):
            return picks, "no article found here says who is there" if asked.kind == "list" else "no article found here says so or denies it"
    return _facts(asked, usable, terms)


def _holding_the_names(stories: Sequence[Story], terms: Sequence[Term]) -> tuple[list[Story], str]:
    required = [t for t in terms if t.is_name]
    usable = [s for s in stories if all(t.in_words(s.stems, s.lowers) for t in required)]
    if usable:
        return usable, ""
    absent = [t.text for t in required if not any(t.in_words(s.stems, s.lowers) for s in stories)]
    if absent:
        return [], " or ".join(_as_written(a) for a in absent)
    return [], " together with ".join(_as_written(t.text) for t in required)


def _as_written(name: str) -> str:
    return " ".join(w.capitalize() for w in name.split())


# ---------------------------------------------------------------- who is there


def _attendance(asked: Question, stories: Sequence[Story], terms: Sequence[Term]) -> list[_Pick]:
    event = event_terms(asked, terms)
    people = [t for t in terms if t.is_name and t not in event]
    picks = []
    for story in stories:
        for found in presences(story, event) if event else []:
            standing = name_event(stand_alone(found.line, story), found, story, event)
            if asked.kind == "yesno" and not _about(people, standing):
                continue
            draft = _as_draft(standing.text, standing.lines, firmness(found))
            picks.append(_Pick(found.line, story, 1.0, draft))
    return _distinct(picks)[: MOST_LIST * 2]


def _about(people: Sequence[Term], standing: Standing) -> bool:
    said = words(_ASIDE.sub(" ", standing.text))
    stems, lowers = frozenset(w.stem for w in said), frozenset(w.lower for w in said)
    return all(t.in_words(stems, lowers) for t in people)


# ---------------------------------------------------------------- what somebody said


def _quotes(asked: Question, stories: Sequence[Story], terms: Sequence[Term]) -> tuple[list[_Pick], str]:
    who = " ".join(_as_written(s) for s in asked.speaker) or "the speaker"
    about = " ".join(t.text for t in asked.topic)
    picks = []
    for story in stories:
        for line in speech_lines(story, asked, terms):
            picks.append(_Pick(line, story, 1.0))
    if not picks:
        return [], f"no article found here quotes {who}" + (f" on {about}" if about else "")
    return _distinct(picks)[:MOST_LIST], ""


# ---------------------------------------------------------------- facts


def _facts(asked: Question, stories: Sequence[Story], terms: Sequence[Term]) -> tuple[list[_Pick], str]:
    picks = []
    for story in stories:
        for line in story.lines:
            full, own = line_score(line, story, terms)
            if full < ENOUGH or own < ENOUGH_OWN or not _holds_kind(asked, line):
                continue
            score = 0.6 * full + 0.4 * own + _bonus(asked, line) + 0.03 * story.passage.score
            picks.append(_Pick(line, story, score - 0.002 * max(0, len(line.words) - 30)))
    if not picks:
        return [], "no sentence found here answers it"
    best = max(p.score for p in picks)
    share, most = (LIST_CLOSE, MOST_LIST) if asked.kind == "list" else (CLOSE, MOST_FACTS)
    close = sorted((p for p in picks if p.score >= share * best), key=lambda p: -p.score)
    chosen = _distinct(close)[:most]
    order = {id(s): i for i, s in enumerate(stories)}
    first = max(chosen, key=lambda p: p.score)
    # The article with the best sentence comes first; inside an article, reading order.
    return sorted(chosen, key=lambda p: (p.story is not first.story, order[id(p.story)], p.line.index)), ""


def _holds_kind(asked: Question, line: Line) -> bool:
    if asked.kind == "number":
        return bool(numbers(line.text))
    if asked.kind == "date":
        return has_time(line.text)
    if asked.kind == "person":
        return any(not set(n.parts) <= asked.name_parts for n in line.names) or bool(_SOMEBODY.search(line.text))
    if asked.kind == "place":
        return bool(_PLACE.search(line.text)) or bool(line.names)
    return True


_SOMEBODY = re.compile(r"\b(?:man|woman|men|women|officer|suspect|driver|officials?|minister|president|group|company|court|jury|police|team|union|workers|researchers)\b", re.IGNORECASE)


def _bonus(asked: Question, line: Line) -> float:
    if asked.kind == "reason":
        return 0.12 if _REASON.search(line.text) else -0.05
    if asked.kind == "number" and asked.unit:
        return 0.08 if re.search(rf"(?:\d|hundred|thousand|million|dozen|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b)[\w,.]*\s+(?:\w+\s+){{0,3}}{re.escape(asked.unit[:5])}", line.text, re.IGNORECASE) else 0.0  # fmt: skip
    return 0.0


# ---------------------------------------------------------------- drafts


def _distinct(picks: Sequence[_Pick]) -> list[_Pick]:
    """The picks without near-repeats (wire copies): the first of each is kept, with the other articles' lines cited too."""
    from rapidfuzz import fuzz

    kept: list[_Pick] = []
    for pick in picks:
        twin = next((i for i, k in enumerate(kept) if fuzz.ratio(k.line.text, pick.line.text) >= 92), None)
        if twin is None:
            kept.append(pick)
    return kept


def _draft(line: Line, story: Story) -> Draft:
    standing = stand_alone(line, story)
    return _as_draft(standing.text, standing.lines, modality(line.text))


def _as_draft(text: str, lines: Sequence[Line], firmness: Modality) -> Draft:
    quotes = tuple(Quote(passage=line.passage.number, text=line.text) for line in lines)
    return Draft(text=text, quotes=quotes, modality=firmness, attributed_to=attribution(lines[0].text))
