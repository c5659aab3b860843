"""How far a sentence can be trusted to answer a question: a probability, by weights trained on questions that
are answered and questions that only seem to be.

The weights are in `trust.json` beside this file, made by eval/training/answers.py: two logistic regressions.
(Gradient-boosted trees on the same figures did worse on pages that they were not trained on.) Nothing is
learnt at run time.
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


class Weights(_Part):
    """A linear model: `figures` are the names of what it goes by, in order; `weights` has one for each."""

    figures: tuple[str, ...] = Field(min_length=1)
    base: float = 0.0
    weights: tuple[float, ...]

    @model_validator(mode="after")
    def _fits(self) -> Weights:
        if len(self.weights) != len(self.figures):
            raise ValueError("there must be one weight for each figure")
        return self

    def total(self, figures: Mapping[str, float]) -> float:
        """The weighted sum of these figures: the greater, the likelier."""
        pairs = zip(self.figures, self.weights, strict=True)
        return self.base + sum(weight * figures[name] for name, weight in pairs)

    def probability(self, figures: Mapping[str, float]) -> float:
        """The same as a probability, 0 to 1."""
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, self.total(figures)))))


class Trust(_Part):
    """The trained weights: `choosing`, by the figures of `evidence`, which sentence is the likeliest to
    answer; `judging`, by those of `seeming`, whether it does.
    """

    made_by: str
    choosing: Weights
    judging: Weights
    close: float = Field(ge=0)
    """How far below the likeliest sentence's total another's may be, to be given too."""
    strict: float = Field(gt=0, lt=1)
    """Where half of the questions have no answer: below this probability none is given."""


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
