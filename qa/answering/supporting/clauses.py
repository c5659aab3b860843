"""The part of a source that a statement was taken from, for its negations and hedges to be compared with the
statement's own.

What the statement left behind says nothing of it: "and is considered one of the finest" after "won six
titles", ", who declined to give his name," in the middle. But what takes the whole back stays, wherever it
stands: a denial, a condition, "prosecutors say" at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from qa.answering.firmness_cues import REFUTED, UNSETTLED
from qa.answering.modality import clause_spans
from qa.answering.supporting.aligning import NOVEL, align, read_source
from qa.answering.words import content_words, words

MOST_SUBJECT = 8
"""How many words of a sentence may stand before what is left out of it, up to a "but"."""
FARTHEST = 400
"""How many characters behind a clause it may be taken back."""
# A part begins here that may be left behind.
_PART = re.compile(r",?\s+(?:and|but|while|whereas)\s|\s+(?:who|which|where|whose|whom)\s")
# After a comma it tells of the event, not of the word before it: ", which the police deny".
_OF_THE_EVENT = re.compile(r",\s+(?:which|something|an?\s+(?:claim|charge|accusation|allegation|report))\b")
_TAKES_UP = re.compile(
    r"\W*(?:and|but|while|whereas)\s+(?:this|that|it|these|those|they|such|none|neither|nobody|both|the\s+"
    r"(?:claim|report|story|rumou?r|allegation|account|accusation|charge|statement)s?)\b",
    re.IGNORECASE,
)
# "but her office denied it".
_IT_BACK = re.compile(r"\W*but\s[^,;]*\b(?:it|this|that)\b\s*(?:$|[.,;])", re.IGNORECASE)
_NOT_SO = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|reject\w*|dismiss\w*|refut\w+|debunk\w+|retract\w+|false|untrue|baseless|unfounded"
    r"|not\s+true|a\s+(?:hoax|lie))\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:if|unless|provided|depend\w*|subject\s+to|pending|as\s+long\s+as|only\s+when|doubt\w*)\b",
    re.IGNORECASE,
)
_ATTRIBUTED = re.compile(
    r",\s(?:according\s+to|it\s+(?:is|was)\s+\w+ed\b|[^,]{0,60}\b(?:say|says|said|alleg\w+|claim(?:s|ed)?|believe[sd]?"
    r"|contend(?:s|ed)?|insist(?:s|ed)?|maintain(?:s|ed)?|suspect(?:s|ed)?|report(?:s|ed)?|argue[sd]?|hopes?|hoped"
    r"|told|wrote|writes|thinks?|thought)\b)|\b(?:allegedly|reportedly|supposedly)\b",
    re.IGNORECASE,
)
_CONTESTED = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|reject|dismiss|refut|disput|contest|withdr|retract|not\s+guilty|innocen|accus"
    r"|alleg|suspect|charged)",
    re.IGNORECASE,
)
_ASIDE = re.compile(r",\s(?:who|whom|whose|which)\s[^,]*,|\s[—–]\s(?:who|which)\s[^—–]*[—–]|\([^()]*\)")


def closest_clause(statement: str, sentences: Iterable[str]) -> str:
    """The sentence of a source, or the clause of one, that holds most of the statement's words, the shortest
    where several do; "" if there are none. A clause goes on to where it is taken back ("Roe sold it, which
    she denies")."""
    wanted = {w.stem for w in content_words(statement)}

    def shared(candidate: str) -> float:
        have = {w.stem for w in content_words(candidate)}
        return len(wanted & have) - 0.01 * len(have)

    clauses = []
    for sentence in sentences:
        clauses.append(sentence)
        for start, end in clause_spans(sentence):
            behind = sentence[end : end + FARTHEST]
            clauses.append(sentence[start:end] + (behind if _taken_back(behind) else ""))
    return max(clauses, key=shared, default="")


def _taken_back(behind: str) -> bool:
    """Whether what follows a clause tells of it, and says that it is not so."""
    return bool(
        (_OF_THE_EVENT.match(behind) or _TAKES_UP.match(behind) or _IT_BACK.match(behind))
        and _NOT_SO.search(behind)
    )


def bearing(statement: str, source: str) -> str:
    """`source`, a clause, without the parts that the statement left behind and that say nothing of it; as
    long as before, these parts blank."""
    laid = align(statement, read_source(source))
    tokens = read_source(source).words
    taken = [tokens[place] for place in laid.places if place != NOVEL]
    if not taken:
        return source
    end = max(word.end for word in taken)
    kept = _without_tail(source, end)
    places = [word.start for word in taken]
    kept = _ASIDE.sub(
        lambda m: (
            m.group()
            if any(m.start() <= p < m.end() for p in places) or _CONTESTED.search(m.group())
            else " " * len(m.group())
        ),
        kept,
    )
    return _without_head(kept, places)


def _without_tail(source: str, end: int) -> str:
    """Blanked from the first border behind `end`, unless what stands there tells of the whole."""
    tail = source[end:]
    part = _PART.search(tail)
    if not part or _OF_THE_EVENT.search(tail):
        return source
    rest = tail[part.start() :]
    whole = (_CONDITION, _ATTRIBUTED, REFUTED, UNSETTLED)
    if _TAKES_UP.match(rest) or any(cues.search(rest) for cues in whole):
        return source
    return source[: end + part.start()] + " " * len(rest)


def _without_head(source: str, taken: list[int]) -> str:
    """Only the subject and what follows "but", where nothing else was taken and nothing before it alleges or
    is conditional: "Roe insists that she is better than all others but has no plans"."""
    but = source.find(" but ")
    subject = [place for place in taken if place < but]
    if but < 0 or not subject or not any(place > but for place in taken):
        return source
    start = max(subject)
    after = re.compile(r"\s").search(source, start)
    left_out = source[after.start() : but] if after else ""
    if len(words(source[:start])) >= MOST_SUBJECT or _CONTESTED.search(left_out):
        return source
    if _CONDITION.search(left_out) or _ATTRIBUTED.search(left_out):
        return source
    return source[: but - len(left_out)] + " " * len(left_out) + source[but:]
