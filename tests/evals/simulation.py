"""The gate, simulated: cases that pass or fail by dice, their answers graded by the real grader and judged
by the real gate.

    python tests/evals/simulation.py [--runs 1000]

Every case has one answer that passes and one that fails, out of the shipped suite; a trial draws one of
them. The baseline has ten trials a case, the candidate three, and more where the gate asks again.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from oracle import SETTINGS, gold

from qa.answering.ask import compose
from qa.answering.engine import Draft, Quote
from qa.answering.grounding import ground, number_citations
from qa.evals.asking import library_of, retrieval_digest
from qa.evals.gate import Options, decide
from qa.evals.grading import grade
from qa.evals.runs import Header, Run, Trial
from qa.evals.scores import GRADER
from qa.evals.suite import Suite, Task, digest, load_suite
from qa.resources import resource
from qa.types import Answer, Statement

CASES = 100
ARTICLES = 20
FLAKY = 0.1
NOW = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Known:
    """A case of the simulation with the two answers that its trials draw from."""

    task: Task
    right: Answer
    wrong: Answer


@cache
def known() -> tuple[Suite, tuple[Known, ...]]:
    """The shipped suite and 100 of its cases, five for each of 20 articles."""
    suite = load_suite(resource("eval"))
    counted: Counter[str] = Counter()
    found: list[Known] = []
    with library_of(suite, SETTINGS) as library:
        # In an order of its own, so that every kind of case is among an article's five.
        for script in gold(suite, sorted(suite.chosen("pr"), key=lambda t: digest(t.id)), library):
            if len(counted) == ARTICLES and script.task.cluster not in counted:
                continue
            if counted[script.task.cluster] == CASES // ARTICLES:
                continue
            right = _answer(script)
            wrong = _abstention(script.task) if script.lines else _answer(script, invented=True)
            if grade(suite, script.task, right).passed and not grade(suite, script.task, wrong).passed:
                counted[script.task.cluster] += 1
                found.append(Known(script.task, right, wrong))
    assert len(found) == CASES
    return suite, tuple(found)


def _answer(script, *, invented: bool = False) -> Answer:
    lines = script.lines
    if not lines and not invented:
        return _abstention(script.task)
    statements: list[Statement] = []
    drafts = [
        Draft(text=x.text, quotes=tuple(Quote(passage=n, text=q) for n, q in x.quotes), modality=x.modality)
        for x in lines
    ]
    if invented:
        first = script.passages[0].text.split(". ")[0].split("\n")[0]
        drafts = [Draft(text=first, quotes=(Quote(passage=1, text=first),), modality="confirmed")]
    markers: dict[tuple[str, int, int], int] = {}
    for draft in drafts:
        grounded = ground(draft, script.passages)
        if isinstance(grounded, Statement):
            statements.append(number_citations(grounded, markers))
    text = compose(statements)
    return Answer(
        question=script.task.question, text=text, statements=tuple(statements), engine="chain", model="dice"
    )


def _abstention(task: Task) -> Answer:
    return Answer(
        question=task.question, text="No answer.", abstained=True, reason="dice", engine="chain", model="dice"
    )


def run_of(
    suite: Suite, cases: Sequence[Known], chances: Sequence[float], trials: int, dice: random.Random
) -> Run:
    """A run in which each case passes with its chance."""
    drawn = [
        _trial(suite, case, number, dice.random() < chance)
        for case, chance in zip(cases, chances, strict=True)
        for number in range(1, trials + 1)
    ]
    return Run(header=_header(suite, cases, trials), trials=tuple(drawn))


def _trial(suite: Suite, case: Known, number: int, passes: bool) -> Trial:
    answer = case.right if passes else case.wrong
    return Trial.model_construct(
        task=case.task.id, trial=number, asked=_asked(suite, case.task), state="answered", answer=answer
    )


@cache
def _digests(suite_id: int) -> dict[str, str]:
    return {}


def _asked(suite: Suite, task: Task) -> str:
    known_digests = _digests(id(suite))
    if task.id not in known_digests:
        known_digests[task.id] = suite.asked_digest(task)
    return known_digests[task.id]


@cache
def _retrieval() -> str:
    return retrieval_digest(known()[0], SETTINGS)


def _header(suite: Suite, cases: Sequence[Known], trials: int) -> Header:
    return Header(
        id="simulated", created=NOW, suite="pr", tasks=tuple(c.task.id for c in cases), engine="chain",
        model="dice", articles=suite.articles_digest, retrieval=_retrieval(), grader=GRADER, trials=trials,
    )  # fmt: skip


def gate(before: Sequence[float], after: Sequence[float], seed: int, options: Options | None = None):
    """The verdict when cases that passed with the chances `before` pass with `after`."""
    suite, cases = known()
    dice = random.Random(seed)
    chances = {c.task.id: (c, chance) for c, chance in zip(cases, after, strict=True)}
    base = run_of(suite, cases, before, 10, dice)
    candidate = run_of(suite, cases, after, 3, dice)

    def more(task: Task, upto: int) -> Sequence[Trial]:
        there = list(candidate.by_task[task.id])
        case, chance = chances[task.id]
        return [
            *there,
            *(_trial(suite, case, n, dice.random() < chance) for n in range(len(there) + 1, upto + 1)),
        ]

    return decide(suite, base, candidate, options, more=more, now=NOW)


def chances(seed: int) -> list[float]:
    """What each case passes with: 1, but for the flaky tenth, which passes with 0.5 to 0.95."""
    dice = random.Random(1_000_000 + seed)
    flaky = set(dice.sample(range(CASES), round(FLAKY * CASES)))
    return [dice.uniform(0.5, 0.95) if i in flaky else 1.0 for i in range(CASES)]


def same(seed: int) -> str:
    """The outcome of a prompt against itself."""
    before = chances(seed)
    return gate(before, before, seed).outcome


def one_broken(seed: int) -> str:
    """The outcome when one stable case always fails."""
    before = chances(seed)
    stable = [i for i, chance in enumerate(before) if chance == 1]
    broken = random.Random(seed).choice(stable)
    return gate(before, [0.0 if i == broken else c for i, c in enumerate(before)], seed).outcome


def all_drop(seed: int) -> str:
    """The outcome when every case loses five points."""
    before = chances(seed)
    return gate(before, [max(0.0, chance - 0.05) for chance in before], seed).outcome


SCENARIOS = {"the same prompt": same, "one stable case broken": one_broken, "all drop by 5 points": all_drop}


def shares(scenario: str, runs: int) -> dict[str, float]:
    """The share of each outcome over so many runs."""
    counted = Counter(SCENARIOS[scenario](seed) for seed in range(runs))
    return {outcome: counted[outcome] / runs for outcome in ("regressed", "inconclusive", "no worse")}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=1000)
    runs = parser.parse_args().runs
    sys.stdout.write(f"{CASES} cases, {ARTICLES} articles, {FLAKY:.0%} flaky, {runs} runs each\n")
    sys.stdout.write(f"{'':26}{'red':>8}{'cannot tell':>14}{'no worse':>10}\n")
    for name in SCENARIOS:
        row = shares(name, runs)
        sys.stdout.write(
            f"{name:26}{row['regressed']:>8.1%}{row['inconclusive']:>14.1%}{row['no worse']:>10.1%}\n"
        )


if __name__ == "__main__":
    main()
