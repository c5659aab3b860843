"""What a model's tokens cost, from a dated table (`eval/prices.yaml`)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pydantic import Field, ValidationError

from qa import strict_yaml
from qa.errors import UsageError
from qa.types import Value


class Price(Value):
    """US dollars for a million tokens, as on a day."""

    input: float = Field(ge=0)
    output: float = Field(ge=0)
    as_of: dt.date


class Prices(Value):
    """The table: prices by the model's name as the settings give it, such as "openai:gpt-5-mini"."""

    models: dict[str, Price] = Field(default_factory=dict)

    def cost(self, model: str | None, input_tokens: int, output_tokens: int) -> float | None:
        """The dollars of a call, 0 without a model, None for a model whose price is not known."""
        if not model:
            return 0.0
        if model.startswith("scripted:"):
            return 0.0
        price = self.models.get(model)
        if price is None:
            return None
        return (input_tokens * price.input + output_tokens * price.output) / 1e6


def read_prices(path: Path) -> Prices:
    """The table at `path`; an empty one where there is none. Raises UsageError."""
    import yaml

    if not path.is_file():
        return Prices()
    try:
        return Prices.model_validate(strict_yaml.load(path.read_text(encoding="utf-8")) or {})
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as exc:
        first = strict_yaml.problem_of(exc)
        raise UsageError(
            f"the price table {path} cannot be used: {first}", "Give input, output and as_of for each model."
        ) from exc
