"""What a summary falls short of, in a reader's words: which facts, which foreign names, how many words."""

from __future__ import annotations

from collections.abc import Iterator

from qa.evals.reports.wording import STATES, count, line_of
from qa.evals.scores import FactVerdict, Score
from qa.evals.suite import Suite, Task
from qa.evals.summaries import Length, length_of


def shortfalls(suite: Suite, task: Task, score: Score) -> tuple[str, ...]:
    """Why a summary failed, a line each, with its length; () for one that passed and for an answer."""
    if task.case.output != "summary" or score.passed:
        return ()
    return tuple(line_of(line) for line in _lines(suite, task, score))


def _lines(suite: Suite, task: Task, score: Score) -> Iterator[str]:
    yield f"{count(score.words, 'word')}{asked_words(length_of(task.case))}"
    for claim in score.claims:
        yield f"forbidden: {_text_of(suite, claim.claim)} (“{claim.window}”)"
    for fact in score.facts:
        if fact.required and (lack := _lack(suite, fact)):
            yield f"{lack}: {_text_of(suite, fact.fact)}"
    if score.unknown:
        yield f"in none of its articles: {', '.join(score.unknown)}"
    if score.stands_alone is not None and score.stands_alone < 1:
        yield "begins with a word that leans on something before it (shown, not counted)"


def asked_words(length: Length) -> str:
    """How long it may be: ", 72 to 88 asked for", ", at most 90 asked for"; "" without a limit."""
    if length.most is None:
        return ""
    said = f"{length.least} to {length.most}" if length.least else f"at most {length.most}"
    return f", {said} asked for"


def _lack(suite: Suite, fact: FactVerdict) -> str:
    if fact.state != "present":
        said = f", said as {fact.said}" if fact.state == "wrong_modality" and fact.said else ""
        known = suite.facts.get(fact.fact)
        meant = f", the article: {' or '.join(known.modality)}" if said and known else ""
        return f"{STATES[fact.state]}{said}{meant}"
    lacks = ["not cited from its evidence"] if fact.cited is False else []
    lacks += ["without its speaker"] if fact.attributed is False else []
    return ", ".join(lacks)


def _text_of(suite: Suite, name: str) -> str:
    known = suite.facts.get(name) or suite.claims.get(name)
    return known.text if known else name
