"""What an answer claims: whether it states a fact, how firmly, whose words it gives, and what it cites.

Every verdict is decided by rules alone. The limits: free paraphrase, "he" across sentences, implicature,
irony, arithmetic ("half of"), two values of one type in a sentence, and languages other than English. What
the rules cannot decide is `undecided`, never silently `absent`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from qa.evals.cases import Fact, Forbidden
from qa.evals.cues import clause_around, contrary, firm, negated, readings, refuses, unsettled
from qa.evals.matching import Hit, find, folded, places, windows
from qa.evals.scores import State
from qa.sentences import sentence_spans
from qa.types import Answer, Citation, Modality, Summary

Reply = Answer | Summary | str
"""What is graded: an answer, a summary, or bare text where neither could be read."""
PART = 0.6
"""From this share of its slots on, a claim that is not whole is undecided instead of absent."""
_BEST: tuple[State, ...] = ("present", "wrong_modality", "contradicted", "undecided", "absent")


@dataclass(frozen=True, slots=True)
class Said:
    """One statement of an answer; `modality` is None where only text is there to judge by."""

    sentences: tuple[str, ...]
    modality: Modality | None = None
    verbatim: bool = False
    attributed_to: str = ""
    citations: tuple[Citation, ...] = ()

    @property
    def text(self) -> str:
        """All of it."""
        return " ".join(self.sentences)


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on one fact in an answer, the hit that decided it (None: nothing came near), and the
    modality that was said."""

    state: State
    hit: Hit | None = None
    said: Modality | None = None

    @property
    def statement(self) -> int | None:
        """The index of the statement that decided."""
        return self.hit.window.statement if self.hit else None


def said_in(answer: Reply) -> tuple[Said, ...]:
    """The statements of an answer, the points of a summary; those of bare text are its paragraphs, without
    modality or citations."""
    if isinstance(answer, str):
        return tuple(Said(_sentences(part)) for part in answer.splitlines() if part.strip())
    return tuple(
        Said(
            _sentences(s.text), s.modality, s.support == "verbatim", s.attributed_to, s.citations
        )
        for s in (answer.points if isinstance(answer, Summary) else answer.statements)
    )  # fmt: skip


def _sentences(text: str) -> tuple[str, ...]:
    # "He [the minister] said": what was added counts as said.
    bare = text.replace("[", "").replace("]", "")
    return tuple(bare[a:b] for a, b in sentence_spans(bare))


# ---------------------------------------------------------------- facts


def verdict(fact: Fact, said: Sequence[Said], published: dt.date, others: Iterable[Fact] = ()) -> Finding:
    """How `fact` fares in the statements `said`. `published` is its article's date, from which days are
    counted where a statement cites nothing; `others` are facts that a statement may carry as well."""
    best = Finding("absent")
    for window in windows([s.sentences for s in said], fact.match.window):
        statement = said[window.statement]
        hit = find(fact.match, window, _day(statement, published))
        found = _judged(fact, hit, statement, published, others)
        if _BEST.index(found.state) < _BEST.index(best.state):
            best = found
    return best


def _day(statement: Said, published: dt.date) -> dt.date:
    dates = [c.published for c in statement.citations if c.published]
    return dates[0].date() if dates else published


def _judged(
    fact: Fact, hit: Hit, statement: Said, published: dt.date, others: Iterable[Fact]
) -> Finding:  # fmt: skip
    if hit.full:
        state = _standing(fact, hit, statement, published, others)
        return Finding(state, hit, statement.modality)
    if hit.otherwise:
        return Finding("contradicted", hit, statement.modality)
    near = hit.part >= PART and not hit.vetoed and len(hit.spans) > 1
    return Finding("undecided" if near else "absent", hit if near else None)


def _standing(
    fact: Fact, hit: Hit, statement: Said, published: dt.date, others: Iterable[Fact]
) -> State:  # fmt: skip
    allowed = set(fact.modality)
    polarity = polarity_of(fact.accept)
    clause = clause_around(hit.window.text, hit.spans)
    heard = readings(clause, negative=polarity != "positive" and "denied" not in allowed)
    if polarity == "negative" and not (negated(clause) or unsettled(clause)):
        return "contradicted"
    if "denied" not in allowed and not statement.verbatim and contrary(clause):
        return "contradicted"
    given = statement.modality
    if given is None:
        return _by_words(allowed, heard, clause)
    if not statement.verbatim and not allowed & {"denied", "alleged", "opinion"} and _denies(hit, polarity):
        return "contradicted"
    if given not in allowed:
        # One label cannot fit a sentence that carries several facts; its words then decide.
        if heard & allowed and _carries(given, statement, published, others, fact):
            return "present"
        return "contradicted" if "denied" in (given, *allowed) else "wrong_modality"
    if statement.verbatim or heard & allowed:
        return "present"
    if heard == {"denied"}:
        return "contradicted"
    return "wrong_modality" if firm(clause) else "present"


def _denies(hit: Hit, polarity: Polarity) -> bool:
    """Whether a "not" or a denial stands among the words of the claim, which no label makes up for. One
    behind them ("with no conditions") may be about something else."""
    clause = clause_around(hit.window.text[: hit.bounds[1]], hit.spans)
    return "denied" in readings(clause, negative=polarity != "positive") and negated(clause)


def _by_words(allowed: set[Modality], heard: frozenset[Modality], clause: str) -> State:
    if (
        "denied" in heard
        and negated(clause)
        and "denied" not in allowed
        and not _denied_allegation(allowed, heard, clause)
    ):
        return "contradicted"
    if heard & allowed:
        return "present"
    if "denied" in heard or (allowed == {"denied"} and "confirmed" in heard):
        return "contradicted"
    return "wrong_modality"


def _denied_allegation(allowed: set[Modality], heard: frozenset[Modality], clause: str) -> bool:
    """Whether it is an allegation that the clause says was denied: it then was made."""
    return "alleged" in allowed and "alleged" in heard and refuses(clause)


def _carries(
    given: Modality, statement: Said, published: dt.date, others: Iterable[Fact], fact: Fact
) -> bool:
    """Whether the statement states another fact, with that modality."""
    day = _day(statement, published)
    return any(
        given in other.modality
        and other is not fact
        and any(find(other.match, w, day).full for w in windows([statement.sentences], other.match.window))
        for other in others
    )


Polarity = Literal["positive", "negative", "either"]


@lru_cache(maxsize=4096)
def polarity_of(examples: tuple[str, ...]) -> Polarity:
    """Whether a claim is itself a negative one ("nobody was hurt"), by the sentences that are known to
    make it; "either" where it can be put both ways."""
    plain = [negated(folded(text)) for text in examples]
    if all(said or unsettled(folded(text)) for said, text in zip(plain, examples, strict=True)):
        return "negative"
    return "either" if any(plain) else "positive"


# ---------------------------------------------------------------- forbidden claims


_HEDGES: frozenset[Modality] = frozenset({"expected", "conditional", "alleged", "denied"})


def made(claim: Forbidden, said: Sequence[Said], published: dt.date) -> str:
    """The stretch of the answer that makes the forbidden claim, "" if none does."""
    for window in windows([s.sentences for s in said], claim.match.window):
        statement = said[window.statement]
        hit = find(claim.match, window, _day(statement, published))
        if hit.full and _asserted(claim, hit, statement.modality):
            return window.text
    return ""


def _asserted(claim: Forbidden, hit: Hit, given: Modality | None) -> bool:
    clause = clause_around(hit.window.text, hit.spans)
    polarity = polarity_of(claim.accept)
    heard = readings(clause, negative=polarity != "positive")
    if polarity == "negative" and not (negated(clause) or unsettled(clause)):
        return False
    if claim.kind == "modality_upgrade":
        # "He will come, his office said": with the label "confirmed" it is no mere allegation.
        hedges = _HEDGES - {"alleged"} if given == "confirmed" else _HEDGES
        return given in (None, "confirmed") and "confirmed" in heard and not heard & hedges
    return "denied" not in heard and (given != "denied" or polarity != "positive")


# ---------------------------------------------------------------- speakers and citations


def attributed(fact: Fact, finding: Finding, said: Sequence[Said]) -> bool:
    """Whether the statement names the fact's speaker in its own words; the field alone is not read."""
    if finding.statement is None:
        return False
    text = folded(said[finding.statement].text)
    window = finding.hit.window.text if finding.hit else ""
    return any(places(name, text) or places(name, window) for name in fact.attributed_to)


def cites(
    citation: Citation, article_id: str, spans: Sequence[tuple[int, int]], sentences: Sequence[str]
) -> bool:
    """Whether the citation touches one of the evidence sentences, in their article or, word for word, in a
    copy of it."""
    if citation.article_id == article_id:
        return any(citation.start < end and citation.end > start for start, end in spans)
    quote = folded(citation.quote)
    return any(quote in folded(s) or folded(s) in quote for s in sentences if s and quote)
