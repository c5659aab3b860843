"""Measures the rules against hand labels: how firmly a sentence states something, who says it, which days it
means.

    python eval/benchmarks/labels.py [--show modality|modality-2|attribution|dates] [--split dev]

The labels in eval/labels were written before the rules were tuned, by somebody who had not seen them; rules
are worked on with the `dev` half alone. `modality-2` is a second, harder set, written when the rules were
already tuned to the first: several claims of one sentence each with a label of its own (`about`), drawn into
halves by sentence. `--show` prints the lines of that half that come out wrong.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from results import record

from qa.answering.modality import modality
from qa.answering.speakers import speaker_of
from qa.days import resolved

LABELS = Path(__file__).resolve().parents[1] / "labels"
Row = dict[str, Any]


def rows(name: str) -> list[Row]:
    """The labels of one kind."""
    return [json.loads(line) for line in (LABELS / f"{name}.jsonl").read_text("utf-8").splitlines()]


def said_modality(row: Row) -> str:
    """How firmly the rules say it is stated."""
    return modality(row["sentence"], row["sentence"].index(row["about"]))


def said_speaker(row: Row) -> str:
    """Who the rules say it is from."""
    found = speaker_of(row["sentence"])
    return found.name if found else ""


def same_speaker(row: Row, said: str) -> bool:
    """Whether both name the same speaker: articles, titles and letter case aside, one inside the other."""

    def bare(text: str) -> str:
        words = text.lower().replace("’", "'").split()
        return " ".join(w for w in words if w not in ("the", "a", "an"))

    wanted, found = bare(row["speaker"]), bare(said)
    if not wanted or not found:
        return wanted == found
    return wanted in found or found in wanted


def said_days(row: Row) -> str:
    """The first and last day that the rules say the expression means, "" for none."""
    start = row["text"].index(row["expression"])
    end = start + len(row["expression"])
    found = resolved(row["text"], dt.datetime.fromisoformat(row["published"]))
    overlap = {min(r.end, end) - max(r.start, start): f"{r.first} to {r.last}" for r in found}
    best = max(overlap, default=0)
    return overlap[best] if best > 0 else ""


KINDS: dict[str, tuple[Callable[[Row], str], Callable[[Row, str], bool]]] = {
    "modality": (said_modality, lambda row, said: said == row["modality"]),
    "modality-2": (said_modality, lambda row, said: said == row["modality"]),
    "attribution": (said_speaker, same_speaker),
    "dates": (said_days, lambda row, said: said == f"{row['first']} to {row['last']}"),
}


def accuracy(name: str, split: str) -> float:
    """The share of one half's labels that the rules get right."""
    say, right = KINDS[name]
    chosen = [row for row in rows(name) if row["split"] == split]
    return round(sum(right(row, say(row)) for row in chosen) / len(chosen), 4)


def main() -> None:
    """Prints the accuracies beside the last recorded ones."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--show", choices=tuple(KINDS))
    parser.add_argument("--split", choices=("dev", "held-out"), default="dev")
    parser.add_argument("--no-record", action="store_true", help="print only")
    options = parser.parse_args()
    if options.show:
        say, right = KINDS[options.show]
        for row in rows(options.show):
            if row["split"] == options.split and not right(row, said := say(row)):
                wanted = row.get("modality") or row.get("speaker") or f"{row['first']} to {row['last']}"
                about = row.get("about") or row.get("expression", "")
                print(f"{wanted!r} said {said!r} [{about}] {row.get('sentence') or row['text']}")
        return
    figures = {name: {split: accuracy(name, split) for split in ("dev", "held-out")} for name in KINDS}
    record("labels", figures, save=not options.no_record)


if __name__ == "__main__":
    main()
