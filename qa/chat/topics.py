"""What a question is about, as a phrase of its own words: "the explosion at the Gdynia shipyard"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from qa.answering.words import STOPWORDS, Name, Word, names, words
from qa.chat.mentions import Known
from qa.chat.turns import Turn

_DETERMINERS = frozenset(["the", "a", "an"])
_JOINS = frozenset(["of", "in", "at", "on", "for", "between", "near", "from", "by", "over", "about", "with"])
"""What joins the parts of a phrase."""
_FARTHEST = 8
_TURNS_BACK = 4
_MOST_AFTER = 3
_TIMES = frozenset("last next this today yesterday tomorrow now again yet still ago".split())
_VERBS = frozenset(
    """say said says tell told think want wants win won wins lose lost happen happened happens attend attending attended
        die died kill killed pay paid paying cost costs join joined vote voted voting run ran make made makes lead led
        accused removed awarded charged close closed fail failed block blocked""".split()
)  # fmt: skip
_CONTESTS = frozenset(
    "election vote referendum poll race trial case war strike match game final talks".split()
)
_VERBS |= frozenset(
    """cut raise raised offer plan call called ask asked open start started end ended sign signed pass passed deny
        denied reject release visit agree agreed demand admit""".split()
)
_PREPOSITIONS = ("in", "at", "after", "on", "of", "for")
_DO = re.compile(r"^(?:\w+\s+){0,4}(?:did|does|do|will|would)\b", re.IGNORECASE)
"""A question whose verb stands at its end."""
_NO_NAME = re.compile(
    r"\b(?P<phrase>(?:the|an?)\s+(?!(?:most|first|last|next|same)\b)[\w’'-]+(?:\s+(?!(?:is|are|was|were|will|would|did|does|do|has|have|had|can|could)\b)[\w’'-]+)*)"
)


def lowered(text: str) -> str:
    """The question with a small first letter, unless that begins a name."""
    first = text.split(" ", 1)[0]
    return text[:1].lower() + text[1:] if first.lower() in STOPWORDS else text


def things(question: str, known: Known) -> list[Name]:
    """The names of a question that are not people's, in order."""
    return [n for n in names(lowered(question)) if n.parts and not known.is_person(n)]


def topic(question: str, known: Known) -> str:
    """What the question is about: the phrase around its last name that is no person's, else its first
    "the ..."; "" where it has neither.
    """
    text = lowered(question).rstrip("?! .")
    found = things(text, known)
    if found:
        return _definite(phrase_around(text, found[-1], known))
    match = _NO_NAME.search(text)
    if not match or names(text):
        return ""
    return _definite(
        re.sub(
            r"^(\S+\s+\S+.*?)\s+(?:\w+ed|found|held|built|sold|won|lost|made|shot|hit|say|said|want|think)(?:\s+about\s+\w+)?$",
            r"\1",
            match["phrase"],
        )
    )


def phrase_around(text: str, name: Name, known: Known) -> str:
    """The name with the words that belong to it: "the mayoral election in Halden Bay"."""
    tokens = list(words(text))
    first = next(i for i, w in enumerate(tokens) if w.end > name.start)
    last = max(i for i, w in enumerate(tokens) if w.start < name.end)
    start = _left(text, tokens, first)
    end = _right(text, tokens, last, known)
    return text[start:end]


def _left(text: str, tokens: list[Word], first: int) -> int:
    """Where the phrase begins: at a "the" before the name, or before what the name is a part of."""
    begin, at = tokens[first].start, first - 1
    budget = _FARTHEST
    while at >= 0 and budget:
        word = tokens[at]
        between = text[word.end : tokens[at + 1].start]
        if between.strip(" -'’"):
            break
        if word.lower in _DETERMINERS:
            begin = word.start
            if (
                at == 0
                or tokens[at - 1].lower not in _JOINS
                or tokens[at - 1].lower in ("about", "by", "from")
            ):
                break
        elif word.capital and word.lower not in STOPWORDS and at:
            begin = word.start
        elif word.lower == "and" and at and tokens[at - 1].capital:
            pass
        elif (word.lower in STOPWORDS and word.lower not in _JOINS) or _is_verb(tokens, at):
            break
        at, budget = at - 1, budget - 1
    return begin


def _is_verb(tokens: list[Word], at: int) -> bool:
    """Whether the word is a verb: one of those that questions use, or "-ed" after a noun ("the boat capsized")."""
    word = tokens[at].lower
    before = tokens[at - 1].lower if at else ""
    return word in _VERBS or (word.endswith("ed") and before not in STOPWORDS and bool(before))


def _right(text: str, tokens: list[Word], last: int, known: Known) -> int:
    """Where it ends: after "'s" and the nouns that follow the name."""
    end = last
    owned = tokens[last].text.endswith(("'s", "’s", "s'", "s’"))
    for word in tokens[last + 1 : last + 1 + _MOST_AFTER]:
        if text[tokens[end].end : word.start].strip(" -’'"):
            break
        plain = word.lower not in STOPWORDS and word.lower not in _TIMES and word.lower not in _VERBS
        noun = known.is_noun(word.lower) if known.stories else not _DO.match(text)
        if not (word.text.isdigit() or (plain and (owned or noun))):
            break
        end = tokens.index(word)
        owned = False
    while end > last and tokens[end].lower in STOPWORDS:
        end -= 1
    stop = tokens[end].end
    while stop < len(text) and not text[stop].isspace() and (text[stop].isalnum() or text[stop] == "-"):
        stop += 1
    found = text[:stop]
    return len(found) - 2 if found.endswith(("'s", "’s")) and end == last else stop


def _definite(phrase: str) -> str:
    return re.sub(r"^(?:a|an)\s+", "the ", phrase)


def preposition(phrase: str, known: Known, text: str) -> str:
    """The word that the articles put before the phrase most often: "in Halden Bay", "after Storm Elke"; "at"
    where they put none. It is "of" only where `text`, which goes before, ends with a noun.
    """
    head = _head(phrase)
    beside = r"(?:(?:the|an?|this|that|its)\s+)?(?:[\w’'-]+\s+){0,2}?"
    core = rf"{beside}{re.escape(head)}\b" if head else re.escape(phrase)
    pattern = re.compile(rf"\b(?P<how>{'|'.join(_PREPOSITIONS)})\s+{core}", re.IGNORECASE)
    counted = Counter(
        match["how"].lower()
        for s in known.stories
        for line in s.lines
        for match in pattern.finditer(line.text)
    )
    tokens = words(text)
    if not (tokens and tokens[-1].lower not in STOPWORDS | _TIMES and known.is_noun(tokens[-1].lower)):
        del counted["of"]
    if counted:
        return counted.most_common(1)[0][0]
    return "in" if head in _CONTESTS else "at"


def is_plural(phrase: str) -> bool:
    """Whether the phrase means several: "the ferry crews of Brindle"."""
    head = _head(phrase)
    return head.endswith("s") and not head.endswith("ss")


def _head(phrase: str) -> str:
    """The noun that the phrase is about, "" for a bare name: "summit" of "the summit in Solhavn"."""
    tokens = words(phrase)
    before = next((i for i, w in enumerate(tokens) if i and w.lower in _JOINS), len(tokens))
    word = tokens[before - 1] if tokens else None
    return word.text if word and not word.capital and len(tokens) > 1 and not word.text.isdigit() else ""


def last_topic(turns: Sequence[Turn], known: Known) -> str:
    """What the last turns are about. A question that was only told its topic has none of its own, and "the
    problem" is one only where there is no other.
    """
    vague = ""
    for turn in reversed(turns[-_TURNS_BACK:]):
        if turn.rewriting.changed and not things(turn.question, known):
            continue
        about = topic(turn.asked, known)
        if about and (names(about) or len([w for w in words(about) if w.lower not in STOPWORDS]) > 1):
            return about
        vague = vague or about
    return vague or (topic(turns[-1].asked, known) if turns else "")
