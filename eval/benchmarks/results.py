"""Prints the figures of a measurement of this project's own beside the last recorded ones and keeps them,
one JSON row per run, in results/NAME.jsonl."""

from __future__ import annotations

from typing import Any

from qa.evals import benchmarks


def record(name: str, figures: dict[str, Any], *, save: bool = True) -> None:
    """Prints `figures` beside those of the last recorded run of the measurement `name`, and appends them to
    its file if `save`."""
    measured = benchmarks.Figures(name=name, title=name, values=figures)
    print("", *benchmarks.table(measured), sep="\n")
    if save:
        print(f"appended to {benchmarks.record(measured)}")
