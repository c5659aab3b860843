"""Checks a suite beyond its form: that every quote, every example sentence and every matcher holds.

The matchers are tested like any code: `accept` sentences must be found, `reject` sentences must not, the
article's own evidence must be found when it is quoted, and mutants of the accepted sentences must be noticed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from qa.evals.cases import Case, Fact, Forbidden
from qa.evals.claims import Said, made, said_in, verdict
from qa.evals.matching import folded
from qa.evals.mutants import Mutant, mutants
from qa.evals.suite import Sheet, Suite, Task, qualified
from qa.evals.summaries import length_of
from qa.summarizing.engine import count_words
from qa.types import Value

ASKED_SHARE = 0.95
"""The share of mutants that the matchers of a suite must notice."""


Level = Literal["error", "warning"]


class Problem(NamedTuple):
    """Something wrong in a case file: `where` is the fact, claim or case."""

    file: str
    where: str
    message: str
    level: Level = "error"


class Mutation(Value):
    """How the matcher of one fact did against its mutants; `missed` are those it took for the fact."""

    fact: str
    caught: int
    total: int
    undecided: int
    missed: tuple[str, ...] = ()


def problems(suite: Suite) -> tuple[Problem, ...]:
    """Everything wrong with the suite, file by file."""
    found: list[Problem] = []
    for sheet in suite.sheets:
        name = sheet.path.name
        found += [Problem(name, "article", message) for message in _article(sheet)]
        for key, fact in sheet.file.facts.items():
            found += [Problem(name, key, message) for message in _fact(sheet, fact)]
        for key, claim in sheet.file.forbidden.items():
            found += [Problem(name, key, message) for message in _claim(sheet, claim)]
        found += _cases(sheet)
        found += [
            p for case in sheet.file.cases if case.output == "summary" for p in _summary(suite, sheet, case)
        ]
    return (*found, *_repeated(suite))


def _article(sheet: Sheet) -> Iterator[str]:
    published = sheet.article.published
    if published is None:
        yield "the article has no date of publication, from which days could be counted"
    elif published.date() != sheet.file.article.published:
        yield f"'published' is {sheet.file.article.published}, but the article says {published.date()}"


def _fact(sheet: Sheet, fact: Fact) -> Iterator[str]:
    if missing := [s for s in fact.evidence if not sheet.sentence(s)]:
        yield f"the article has no sentence {', '.join(missing)} (it has {len(sheet.spans)})"
        return
    shown = [sheet.sentence(s) for s in fact.evidence]
    if fact.quote and not any(folded(fact.quote) in folded(s) for s in shown):
        yield f"the quote does not stand word for word in {', '.join(fact.evidence)}: {fact.quote!r}"
    published = sheet.file.article.published
    for text in fact.accept:
        if (state := verdict(fact, said_in(text), published).state) != "present":
            yield f"an accepted sentence is graded {state}: {text!r}"
    for text in fact.reject:
        if verdict(fact, said_in(text), published).state == "present":
            yield f"a rejected sentence is graded present: {text!r}"
    own = Said(tuple(shown), fact.modality[0], verbatim=True)
    if (state := verdict(fact, [own], published).state) != "present":
        yield f"its own evidence, quoted, is graded {state}: {' '.join(shown)!r}"


def _claim(sheet: Sheet, claim: Forbidden) -> Iterator[str]:
    published = sheet.file.article.published
    for text in claim.accept:
        if not made(claim, said_in(text), published):
            yield f"a sentence that makes the claim is not noticed: {text!r}"
    for text in claim.reject:
        if made(claim, said_in(text), published):
            yield f"a sentence that does not make the claim is taken for it: {text!r}"


def _cases(sheet: Sheet) -> Iterator[Problem]:
    for case in sheet.file.cases:
        if case.expect == "abstain" and not case.trap:
            yield Problem(sheet.path.name, case.id, "says no `trap`: what makes it tempting?", "warning")
        if case.ask == "quote" and not any(
            sheet.file.facts[n].quote for n in case.require if n in sheet.file.facts
        ):
            yield Problem(sheet.path.name, case.id, "asks for a quote, and no required fact has one")


def _summary(suite: Suite, sheet: Sheet, case: Case) -> Iterator[Problem]:
    """What is wrong with a summary that is asked for."""

    def problem(message: str, level: Level = "error") -> Problem:
        return Problem(sheet.path.name, case.id, message, level)

    most = length_of(case).most
    if most is None:
        yield problem("says neither `words` nor `max_words`: how long may the summary be?")
    if case.paraphrases and not case.focused:
        yield problem("asks the same in other words, but only a `focused` summary reads its question")
    names = [qualified(name, sheet) for name in case.require]
    told = [s.id for s in suite.told(Task(case.id, case, sheet, case.question))]
    for name in names:
        if told and name.partition(":")[0] not in told:
            yield problem(f"requires {name!r}, but its article is not among those summarized")
        if suite.facts[name].importance != "vital" and not case.focused:
            yield problem(f"requires {name!r}, which is not vital", "warning")
    if not case.numbers_closed_world:
        yield problem("does not ask for `numbers_closed_world`", "warning")
    needed = _words_of(suite, names)
    if most is not None and needed > most and case.style != "headline":
        yield problem(f"its required facts take {needed} words in the articles, of {most} at most", "warning")


def _words_of(suite: Suite, names: Sequence[str]) -> int:
    """How many words the shortest sentences take that show these facts."""
    shortest = set()
    for name in names:
        sheet = suite.by_id[name.partition(":")[0]]
        shortest.add(min((sheet.sentence(n) for n in suite.facts[name].evidence), key=count_words))
    return sum(count_words(sentence) for sentence in shortest)


def _repeated(suite: Suite) -> Iterator[Problem]:
    asked = Counter(folded(task.question).casefold() for task in suite.tasks)
    for task in suite.tasks:
        if asked[folded(task.question).casefold()] > 1:
            yield Problem(task.sheet.path.name, task.case.id, f"is asked twice: {task.question!r}", "warning")


# ---------------------------------------------------------------- mutation


def mutation(suite: Suite) -> tuple[Mutation, ...]:
    """The mutation score of every fact's matcher."""
    found = []
    for sheet in suite.sheets:
        for name, fact in sheet.file.facts.items():
            found.append(_scored(f"{sheet.id}:{name}", mutants(fact, sheet.file.article.published)))
    return tuple(found)


def _scored(name: str, made_of: Sequence[Mutant]) -> Mutation:
    return Mutation(
        fact=name,
        caught=sum(m.caught for m in made_of),
        total=len(made_of),
        undecided=sum(m.state == "undecided" for m in made_of),
        missed=tuple(f"{m.operator}: {m.text}" for m in made_of if not m.caught),
    )
