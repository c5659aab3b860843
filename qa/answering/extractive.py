"""The engine without a model: picks the sentences that answer, in reading order, so that they stand alone,
or abstains.

It reads the found articles whole, weighs each sentence by how much of the question it and its neighbourhood
hold (rare words count more, names most), asks that the kind of thing the question wants is there (a number,
a time, a person, the speaker's own words), and abstains when a name of the question is in no article or too
little of it is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from qa.answering.answer_type import answer_place, bonus, counts_unit, gives_reason, holds_answer
from qa.answering.attendance import asks_of_named, attendance, unsaid
from qa.answering.companions import accompanied, companion_lines
from qa.answering.disagreeing.rivals import rivals
from qa.answering.engine import Draft, Outcome
from qa.answering.judging import chance, likeliest
from qa.answering.modality import modality
from qa.answering.picks import Pick, after, as_draft, distinct
from qa.answering.presence import asks_absence, asks_presence
from qa.answering.question import Question, as_written, parse, unknown_pronoun
from qa.answering.quotes import speech_lines
from qa.answering.reading import Line, Story, read
from qa.answering.right_of_reply import replies
from qa.answering.standalone import stand_alone
from qa.answering.subquestions import Part, subquestions
from qa.answering.telling import tells
from qa.answering.terms import Term, date_words, is_topic, line_score, terms_of
from qa.types import Engine, Notice, Passage, PromptRef

# Shares of the question's weight, chosen on the tuning half of tests/answering/newsroom.yaml.
ENOUGH = 0.62
ENOUGH_OWN = 0.34
ENOUGH_NAMELESS = 0.45
CLOSE = 0.9
LIST_CLOSE = 0.72
YESNO_CLOSE = 0.82
OTHER_ARTICLE = 0.6
SHARED_NAMES = 3
FOCUS = 0.15
REASON_UNSAID = 0.5
LONG_QUESTION = 0.05
CROWD_OWN = 0.5
TOLD_NAMELESS = 0.6
PREDICATE = 0.4
EARLY = 0.1
"""News says first what matters most: of sentences that hold as much, the earlier is likelier to be meant.
(Chosen on half of NewsQA's articles and checked against tests/answering/newsroom.yaml.)"""
MOST_LIST = 10
MOST_FACTS = 3

_REPLY_ASKED = re.compile(r"\b(?:answer|repl(?:y|ies)|respon(?:d|se|ds)|react(?:s|ion)?)\b", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?:he|she|they)\b", re.IGNORECASE)
_CAUSE = re.compile(r"\b(?:caused?|causes|reasons?)\b", re.IGNORECASE)


class ExtractiveEngine:
    """An `Engine` that quotes: no key, no network, nothing invented."""

    name: Engine = "extractive"
    model = ""
    prompt: PromptRef | None = None
    whole_articles = True

    def __init__(self, *, enough: float = 0.0) -> None:
        """`enough` is the probability, by the trained weights of `trust`, below which the sentences chosen
        are not given. 0 gives whatever the rules choose; `trust.trained().strict` abstains far more often.
        """
        self._enough = enough

    def draft(self, question: str, passages: Sequence[Passage]) -> Iterator[Draft | Outcome]:
        """Drafts whose text is the source's own words with context in brackets, then the Outcome."""
        stories = read(passages)
        found = [(part, *self._picks(part.text, stories)) for part in subquestions(question)]
        if len(found) > 1 and not any(picks for _, _, picks, _ in found):
            found = [(Part(question, question), *self._picks(question, stories))]
        given: list[Pick] = []
        told: list[_Found] = []
        for part, asked, picks, why in found:
            fresh = _fresh(_replied(part, asked, given) or picks, given)
            best = max(picks, key=lambda p: p.score, default=None)
            if best and asked.kind not in ("list", "quote") and any(best.line is p.line for p in given):
                fresh = [p for p in fresh if p.story is not best.story]  # the same sentence told both
            if given and _REPLY_ASKED.search(part.asked):  # an answer to what was told, or none
                at = [p.story for p in given]
                fresh = [p for p in fresh if asked.kind == "quote" and any(p.story is s for s in at)]
                picks = fresh
            if given and fresh and asked.kind != "quote" and _told_already(asked, given, fresh, stories):
                fresh = []
            for pick in fresh:
                yield pick.draft or _draft(pick, picks, asked)
            given += fresh
            told.append((part, asked, picks, why))
        yield Outcome(reason="" if given else found[0][3], warnings=_unanswered(told, given))

    def _picks(self, text: str, stories: Sequence[Story]) -> tuple[Question, list[Pick], str]:
        asked = parse(text)
        picks, reason = _choose(asked, stories, self._enough)
        return asked, picks, reason


def _replied(part: Part, asked: Question, given: Sequence[Pick]) -> list[Pick]:
    """What answers the accusations given, for a "... and what does the trust say?"."""
    if asked.kind != "quote" or asked.topic:
        return []
    who = asked.speaker[-1:] if not _PRONOUN.search(part.asked) else ()
    picks = [replace(p, line=other) for p in given for other in replies(p.line, p.story)]
    return [p for p in picks if all(w in p.line.lowers | p.line.known for w in who)]


def _fresh(picks: Sequence[Pick], given: Sequence[Pick]) -> list[Pick]:
    return distinct([p for p in picks if not any(p.line is other.line for other in given)])


_Found = tuple[Part, Question, list[Pick], str]


def _told_already(
    asked: Question, given: Sequence[Pick], fresh: Sequence[Pick], stories: Sequence[Story]
) -> bool:
    """Whether a sentence given for an earlier part of the question says more of this part than what was
    found for it: "has not said when it will start again".
    """
    terms = terms_of(asked, stories)
    told, new = (max(line_score(p.line, p.story, terms).own for p in of) for of in (given, fresh))
    return told > new


def _unanswered(found: Sequence[_Found], given: Sequence[Pick]) -> tuple[Notice, ...]:
    """What is said of the parts of a question that nothing was found for, where another part is answered."""
    if not given:
        return ()
    left = [
        part.asked
        for part, asked, picks, _ in found
        if not picks
        and not (asked.kind in ("number", "date") and any(_may_tell(asked, p) for p in given))
        and not (_REPLY_ASKED.search(part.asked) and any(replies(p.line, p.story) for p in given))
        and not _replied(part, asked, given)
    ]
    return tuple(
        Notice(code="part-unanswered", message=f"nothing was found on “{asked}”", count=1) for asked in left
    )


def _may_tell(asked: Question, pick: Pick) -> bool:
    return holds_answer(asked, pick.line) and tells(asked, pick.line, pick.story)


def _choose(asked: Question, stories: Sequence[Story], enough: float) -> tuple[list[Pick], str]:
    if pronoun := unknown_pronoun(asked):
        return [], f"the question says “{pronoun}” and not who that is"
    terms = terms_of(asked, stories)
    if not terms:
        return [], "the question names nothing to look for"
    needed = [*terms, *_asked_noun(asked, terms)]
    usable, missing = _holding_the_names(stories, needed, asked.text)
    if not usable:
        return (
            [],
            f"no article found here mentions {missing}"
            if missing
            else "no article found here holds what the question names",
        )
    if asked.kind == "quote":
        return _quotes(asked, usable, terms)
    if people := accompanied(asked, terms):
        found = [Pick(line, story, 1.0) for story in usable for line in companion_lines(story, people)]
        with_whom = " and ".join(as_written(t.text, asked.text) for t in people)
        return distinct(found)[:MOST_FACTS], f"no article found here says who goes with {with_whom}"
    if asks_presence(asked):
        picks = _latest_first(attendance(asked, usable, terms), usable)
        if asks_absence(asked) and not picks:
            return [], "no article found here says who stays away"
        if picks or asks_presence(asked, strictly=True) or asks_of_named(asked, terms):
            return picks, unsaid(asked, usable, terms)
    return _facts(asked, usable, terms, enough)


def _holding_the_names(
    stories: Sequence[Story], terms: Sequence[Term], question: str
) -> tuple[list[Story], str]:
    required = [t for t in terms if t.required]
    usable = [s for s in stories if all(t.in_story(s) for t in required)]
    if usable:
        return usable, ""
    absent = [t for t in required if not any(t.in_story(s) for s in stories)]
    if absent:
        return [], " or ".join(_written(t, question) for t in absent)
    return [], " together with ".join(_written(t, question) for t in required)


def _written(term: Term, question: str) -> str:
    return as_written(term.text, question) if term.is_name else term.text


_NOUN_ASKED = re.compile(
    r"\b(?:which|what)\s+(?:\w+['’]s\s+)?(?P<noun>[a-z]+)\s+(?:is|are|was|were|did|does|do|will|would|has|have|had|can|could)\b",
    re.IGNORECASE,
)
_ANY_STORY_HAS = frozenset(
    """country countries nation nations city cities town place places person people man woman time day date
        year month company companies firm number share percentage reason kind sort type group groups
        official officials leader leaders language colour color port ports airport airports road roads
        region regions county counties state states way terms direction point stage""".split()
)


def _asked_noun(asked: Question, terms: Sequence[Term]) -> list[Term]:
    """The noun of "which hotel ...": an article without it (nor a word like it) does not say which."""
    match = _NOUN_ASKED.search(asked.text)
    if not match or match.group("noun").lower() in _ANY_STORY_HAS or asked.class_noun:
        return []
    noun = match.group("noun").lower()
    return [replace(t, must=True) for t in terms if not t.is_name and t.text.lower() == noun]


# ---------------------------------------------------------------- what somebody said


def _quotes(asked: Question, stories: Sequence[Story], terms: Sequence[Term]) -> tuple[list[Pick], str]:
    who = " ".join(as_written(s, asked.text) for s in asked.speaker) or "the speaker"
    about = " ".join(t.text for t in asked.topic)
    picks = [Pick(line, story, 1.0) for story in stories for line in speech_lines(story, asked, terms)]
    if not picks:
        return [], f"no article found here quotes {who}" + (f" on {about}" if about else "")
    return distinct(picks)[:MOST_LIST], ""


# ---------------------------------------------------------------- facts


def _facts(
    asked: Question, stories: Sequence[Story], terms: Sequence[Term], enough: float
) -> tuple[list[Pick], str]:
    if enough:
        picks = likeliest(asked, stories, terms)
        if not picks or chance(asked, picks[0]) < enough:
            return [], "what was found comes near the question and does not seem to answer it"
        return _latest_first(distinct(picks), stories), ""
    picks = [pick for story in stories for pick in _candidates(asked, story, terms)]
    if not picks:
        return [], "no sentence found here answers it"
    best = max(picks, key=lambda p: p.score)
    # Police and organisers count the same crowd differently, so every estimate belongs to the answer.
    several = asked.kind == "list" or asked.measure == "crowd"
    share = LIST_CLOSE if several else {"yesno": YESNO_CLOSE}.get(asked.kind, CLOSE)
    most = MOST_LIST if several else MOST_FACTS
    named = any(t.required for t in terms)
    if named:  # a question that names nobody may mean either of two stories: both are shown
        picks = [p for p in picks if p.story is best.story or _is_about(p, terms) or _same_story(p, best)]
    close = [p for p in picks if p.score >= share * best.score]
    # Another article about the same thing that answers too is shown beside the best one: it may say
    # otherwise.
    for story in stories:
        own = max((p for p in picks if p.story is story), key=lambda p: p.score, default=None)
        if (
            own
            and own not in close
            and own.score >= OTHER_ARTICLE * best.score
            and (named or _same_story(own, best))
        ):
            close.append(own)
    chosen = distinct(sorted(close, key=lambda p: -p.score))[:most]
    if asked.kind == "number":
        chosen += [replace(p, line=other) for p in chosen for other in rivals(asked, p.line, p.story)]
        chosen = distinct(chosen)
    if asked.kind != "list":
        chosen = distinct([*chosen, *(replace(p, line=o) for p in chosen for o in replies(p.line, p.story))])
    return _latest_first(chosen, stories), ""


def _is_about(pick: Pick, terms: Sequence[Term]) -> bool:
    """Whether the pick's line, headline or opening names what the question names."""
    line, required = pick.line, [t for t in terms if t.required]
    stems = line.stems | line.known | pick.story.opening_stems
    lowers = line.lowers | line.known | pick.story.opening_lowers
    return all(t.in_words(stems, lowers) for t in required)


def _same_story(one: Pick, other: Pick) -> bool:
    """Whether two picks' articles share names enough to be about the same events."""
    mine, theirs = ({run[-1] for run in pick.story.runs if run} for pick in (one, other))
    return len(mine & theirs) >= SHARED_NAMES


def _candidates(asked: Question, story: Story, terms: Sequence[Term]) -> Iterator[Pick]:
    enough = ENOUGH - LONG_QUESTION * max(0, len(terms) - 4)
    own_enough = (ENOUGH_OWN if any(t.required for t in terms) else ENOUGH_NAMELESS) * enough / ENOUGH
    if (
        asked.measure == "crowd"
    ):  # "45,000, according to the police" says it all beside the report of the march
        own_enough *= CROWD_OWN
    if not any(t.required for t in terms):
        seen = sum(t.meant_in(story.stems, story.lowers) for t in terms)
        if seen < TOLD_NAMELESS * min(len(terms), 5):  # a long question has words of its own
            return
    for line in story.lines:
        if _of_another(asked, line, story, terms) or _of_another_year(line, story, terms):
            continue
        found = line_score(line, story, terms)
        if found.full < enough or max(found.own, found.plain) < own_enough:
            continue
        unsaid = 1.1 if _CAUSE.search(asked.text) else REASON_UNSAID
        if asked.kind == "reason" and found.own < unsaid and not gives_reason(line):
            continue
        focused = _focus(asked, line, story, terms)
        if holds_answer(asked, line) and tells(asked, line, story) and focused >= 0:
            score = 0.5 * found.full + 0.5 * found.own + FOCUS * focused + bonus(asked, line)
            if asked.kind == "yesno":
                score += PREDICATE * _predicate(line, terms)
            yield Pick(line, story, score + 0.1 * story.passage.score + EARLY / (1 + line.index))


def _of_another(asked: Question, line: Line, story: Story, terms: Sequence[Term]) -> bool:
    """Whether a line speaks of somebody else than the person asked for: how long Roe's sentence is, is not
    told by Doe's.
    """
    if asked.kind not in ("number", "date"):
        return False
    people = [t for t in terms if t.is_name and (t.parts in story.people or t.parts[-1:] in story.people)]
    named = any(n.parts in story.people for n in line.names)
    here = line.lowers | line.known
    return bool(people) and named and not any(t.in_words(here, here) for t in people)


def _of_another_year(line: Line, story: Story, terms: Sequence[Term]) -> bool:
    """Whether a year or number of the question is neither in the line, nor beside it, nor the article's."""
    near = story.lines[max(0, line.index - 1) : line.index + 2]
    known = date_words(story).union(*(other.lowers for other in near))
    return any(t.stem.isdigit() and t.stem not in known for t in terms)


def _predicate(line: Line, terms: Sequence[Term]) -> float:
    """The share of what a yes-or-no question says of its names that the line holds."""
    said = [t for t in terms if not t.required]
    return sum(t.meant_in(line.stems, line.lowers) for t in said) / max(1, len(said))


def _focus(asked: Question, line: Line, story: Story, terms: Sequence[Term]) -> int:
    """1 if the line holds a word that tells the question from others about the same story, 0 if a line
    beside it does, else -1.
    """
    content = [t for t in terms if not t.required]
    content = [t for t in content if t.text.lower() not in asked.event_nouns] or content
    # The first name in "who murdered imelda roe" tells no more than the name does.
    required = {part for t in terms if t.required for part in t.parts or (t.text.lower(),)}
    own_names = {part for run in story.runs if not required.isdisjoint(run) for part in run}
    content = [t for t in content if t.text.lower() not in own_names] or content
    focus = [t for t in content if not is_topic(t, story)] or content
    if not focus or any(t.meant_in(line.stems, line.lowers) for t in focus):
        return 1
    if counts_unit(asked, line):
        return 1
    held = sum(t.meant_in(line.stems, line.lowers) for t in content) / len(content)
    told = any(t.meant_in(story.stems, story.lowers) for t in focus)
    if held > 0.5 or (held == 0.5 and told and asked.kind != "person"):
        return 0
    beside = [story.lines[i] for i in (line.index - 1, line.index + 1) if 0 <= i < len(story.lines)]
    near = any(t.meant_in(other.stems, other.lowers) for t in focus for other in beside)
    opening = line.index == 0 and told and asked.kind in ("date", "place")
    return 0 if near or opening else -1


def _latest_first(picks: Sequence[Pick], stories: Sequence[Story]) -> list[Pick]:
    """The picks by article, the latest article first (undated ones last, then as found), and in reading
    order inside each.
    """
    order = {id(s): i for i, s in enumerate(stories)}

    def place(pick: Pick) -> tuple[float, int, int]:
        published = pick.story.passage.article.published
        return (-published.timestamp() if published else 0.0, order[id(pick.story)], pick.line.index)

    return sorted(picks, key=place)


# ---------------------------------------------------------------- drafts


def _draft(pick: Pick, picks: Sequence[Pick], asked: Question) -> Draft:
    line, story = pick.line, pick.story
    standing = after(line, stand_alone(line, story), [p.line for p in picks])
    return as_draft(standing.text, standing.lines, modality(line.text, answer_place(asked, line)))
