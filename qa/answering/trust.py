"""How far a sentence can be trusted to answer a question: a probability, by weights trained on questions that
are answered and questions that only seem to be.

The weights are in `trust.json` beside this file, made by eval/training/answers.py: a logistic regression
(`weights`) with, where they help, small regression trees (`trees`) added to its sum. Nothing is learnt at run
time.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from qa.errors import QAError

FILE = Path(__file__).with_name("trust.json")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Tree(_Part):
    """A regression tree. Node i asks whether figure number `figure[i]` is at most `limit[i]` and goes on to
    `low[i]` or `high[i]`; where `figure[i]` is -1 it ends with `value[i]`.
    """

    figure: tuple[int, ...] = Field(min_length=1)
    limit: tuple[float, ...]
    low: tuple[int, ...]
    high: tuple[int, ...]
    value: tuple[float, ...]

    @model_validator(mode="after")
    def _goes_on(self) -> Tree:
        size = len(self.figure)
        if any(len(part) != size for part in (self.limit, self.low, self.high, self.value)):
            raise ValueError("the parts of a tree differ in length")
        for node, figure in enumerate(self.figure):
            if figure >= 0 and not (node < self.low[node] < size and node < self.high[node] < size):
                raise ValueError(f"node {node} of a tree goes back or nowhere")
        return self

    def at(self, figures: list[float]) -> float:
        """The value of the leaf that these figures lead to."""
        node = 0
        while (number := self.figure[node]) >= 0:
            node = self.low[node] if figures[number] <= self.limit[node] else self.high[node]
        return self.value[node]


class Trust(_Part):
    """The trained weights. `figures` are the names of `evidence`'s figures, in order; `weights` has one for
    each.
    """

    made_by: str
    figures: tuple[str, ...] = Field(min_length=1)
    base: float
    weights: tuple[float, ...]
    trees: tuple[Tree, ...] = ()
    strict: float = Field(gt=0, lt=1)
    """Where half of the questions have no answer: below this probability none is given."""

    @model_validator(mode="after")
    def _fits(self) -> Trust:
        if len(self.weights) != len(self.figures):
            raise ValueError("there must be one weight for each figure")
        if any(figure >= len(self.figures) for tree in self.trees for figure in tree.figure):
            raise ValueError("a tree asks for a figure that there is not")
        return self

    def probability(self, evidence: Mapping[str, float]) -> float:
        """How likely a sentence with this evidence answers the question, 0 to 1."""
        values = [evidence[name] for name in self.figures]
        total = self.base + sum(w * v for w, v in zip(self.weights, values, strict=True))
        total += sum(tree.at(values) for tree in self.trees)
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, total))))


def load(file: Path) -> Trust:
    """The weights in `file`. Raises QAError if it is missing or damaged."""
    try:
        return Trust.model_validate(json.loads(file.read_text("utf-8")))
    except OSError as exc:
        raise QAError(f"{file} cannot be read: {exc.strerror}", "Install qa again.") from exc
    except ValidationError as exc:
        where = ".".join(map(str, exc.errors()[0]["loc"]))
        problem = f"{where}: {exc.errors()[0]['msg']}" if where else exc.errors()[0]["msg"]
        raise QAError(f"{file} is damaged: {problem}", "Install qa again.") from exc
    except ValueError as exc:
        raise QAError(f"{file} is damaged: it is not JSON", "Install qa again.") from exc


@cache
def trained() -> Trust:
    """The weights that ship with qa, read once. Raises QAError if they are missing or damaged."""
    return load(FILE)
