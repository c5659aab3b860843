"""RGB, counterfactual part: what becomes of an answer when noise stands beside the right passages, when wrong
ones contradict them, and when there is noise only?

Data: a JSON-lines file of RGB's `en_fact.json` form (a line: query; answer, a text or lists of other ways to
write it; fakeanswer; positive, passages with the answer; positive_wrong, the same with the wrong one;
negative, noise), or the folder it is in. Each passage becomes a small article, and each question and setting
has a library of its own.

Figures, an answer being looked for in the answer's text as whole words and in any letter case. `right_only`
and `right_and_noise`: the share answered and the share `right`, both of all questions. `conflict`, with the
right and the wrong passages, whose order alternates from question to question: the share of answers that show
`both`, the `right_only`, the `wrong_only`, and `neither`, and the share `abstained`. Questions whose wrong
passages are not wrong (the right answer stands in one, or the wrong one in none) are left out there.
`noise_only`: the share `abstained`. Unlike in the paper, no figure depends on what a model knows by heart.

Source: Chen et al., "Benchmarking Large Language Models in Retrieval-Augmented Generation", 2023
(arXiv:2309.01431), github.com/chen700564/RGB. CC BY-NC-SA 4.0.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import Field

from qa.types import Answer, Article

from .asking import ask, library_of
from .rows import Row, one_file, read_lines, sample, share

TITLE = "RGB: answers beside noise, contradiction and noise alone"


class Question(Row):
    """A question, its right and its wrong answer, and passages with the one, the other and neither.

    `answer` as a list: each entry must be shown, an entry that is itself a list in any of its forms.
    """

    query: str = Field(min_length=1)
    answer: str | list[str | list[str]] = Field(min_length=1)
    fakeanswer: str = Field(min_length=1)
    positive: list[str] = Field(min_length=1)
    positive_wrong: list[str] = Field(min_length=1)
    negative: list[str]

    @property
    def right(self) -> list[list[str]]:
        """The right answer: of every group, one form must be shown."""
        groups = [self.answer] if isinstance(self.answer, str) else self.answer
        return [[group] if isinstance(group, str) else group for group in groups]

    @property
    def wrong(self) -> list[list[str]]:
        """The wrong answer, in the same form."""
        return [[self.fakeanswer]]

    @property
    def contradicts(self) -> bool:
        """Whether the wrong passages say the wrong and never the right answer."""
        said = [shows(text, self.wrong) for text in self.positive_wrong]
        return any(said) and not any(shows(text, self.right) for text in self.positive_wrong)


def measure(data: Path, *, first: int | None = None) -> dict[str, Any]:
    """The figures, over all questions or a fixed random sample of `first`. Raises UsageError."""
    expected = "a question a line, with query, answer, fakeanswer, positive, positive_wrong and negative"
    path = one_file(data, expected, "*.jsonl", "*fact*.json")
    questions = sample(read_lines(path, Question, expected), first)
    noisy = [q for q in questions if q.negative]
    opposed = [q for q in questions if q.contradicts]
    return {
        "questions": len(questions),
        "right_only": accuracy([(q, answer(q.query, q.positive)) for q in questions]),
        "right_and_noise": accuracy([(q, answer(q.query, [*q.positive, *q.negative])) for q in noisy]),
        "conflict": conflict([(q, answer(q.query, both(q, n))) for n, q in enumerate(opposed)]),
        "noise_only": abstention([answer(q.query, q.negative) for q in noisy]),
    }


def both(question: Question, number: int) -> list[str]:
    """The right and the wrong passages, the right ones first for every second question: equal scores must not
    favour one side.
    """
    parts = [question.positive, question.positive_wrong]
    return [text for part in parts[:: -1 if number % 2 else 1] for text in part]


def answer(question: str, passages: Sequence[str]) -> Answer:
    """The answer from a library of these passages."""
    with library_of(Article(id=f"passage-{n}", text=text) for n, text in enumerate(passages)) as library:
        return ask(library, question)


def accuracy(asked: Sequence[tuple[Question, Answer]]) -> dict[str, Any]:
    """The share answered, and the share whose answer shows the right one."""
    said = [(q, a) for q, a in asked if not a.abstained]
    right = sum(shows(a.text, q.right) for q, a in said)
    return {
        "questions": len(asked),
        "answered": share(len(said), len(asked)),
        "right": share(right, len(asked)),
    }


def conflict(asked: Sequence[tuple[Question, Answer]]) -> dict[str, Any]:
    """Which of the two answers are shown where passages disagree."""
    kinds = Counter(_kind(q, a) for q, a in asked)
    shares = {
        kind: share(kinds[kind], len(asked)) for kind in ("both", "right_only", "wrong_only", "neither")
    }
    return {"questions": len(asked), **shares, "abstained": share(kinds["abstained"], len(asked))}


def abstention(answers: Sequence[Answer]) -> dict[str, Any]:
    """The share left unanswered."""
    return {"questions": len(answers), "abstained": share(sum(a.abstained for a in answers), len(answers))}


def shows(text: str, groups: Sequence[Sequence[str]]) -> bool:
    """Whether one form of every group stands in `text` as whole words, in any letter case."""
    return all(any(_stands(form, text) for form in forms) for forms in groups)


def _kind(question: Question, given: Answer) -> str:
    if given.abstained:
        return "abstained"
    right, wrong = shows(given.text, question.right), shows(given.text, question.wrong)
    return {(True, True): "both", (True, False): "right_only", (False, True): "wrong_only"}.get(
        (right, wrong), "neither"
    )


def _stands(form: str, text: str) -> bool:
    wanted = r"\s+".join(map(re.escape, form.split()))
    return re.search(rf"(?<!\w){wanted}(?!\w)", text, re.IGNORECASE) is not None
