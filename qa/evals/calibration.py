"""How far a judge agrees with people: on labelled answers, with its chance agreement and its moods taken out.

A judge may gate when the lower end of kappa's interval is at least 0.6 on at least 100 held-out labels. Its
record is kept under its id, so that another model, prompt or temperature has to be calibrated anew.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from qa.errors import ModelOutputError, UsageError
from qa.evals.judging import Judge, Opinion, Support
from qa.evals.suite import Suite
from qa.types import Value

ENOUGH_LABELS = 100
ENOUGH_KAPPA = 0.6
REPEATS = 5
RESAMPLES = 2_000


class Label(Value):
    """An annotator's verdict: does `answer` state `fact` ("article:fact")? `dev` labels were looked at while
    the judge's prompt was written, `held-out` ones were not."""

    fact: str
    answer: str = Field(min_length=1)
    label: Support
    split: Literal["dev", "held-out"]


class Calibration(Value):
    """The figures of one judge on the held-out labels. Agreement is on "support" against the rest; shares are
    0 to 1. `constant` is what always giving the commoner verdict would score; `consistency` the share of
    facts that get the same verdict in every repeat; `flips` the share whose verdict changes with the order
    alone; `discarded` counts verdicts without a quote that stands in the answer, or in a reply that cannot be
    read.
    """

    judge: str
    labels: int
    base_rate: float
    accuracy: float
    constant: float
    kappa: float
    kappa_low: float
    kappa_high: float
    true_positive: float
    true_negative: float
    consistency: float
    flips: float
    discarded: int

    @property
    def may_gate(self) -> bool:
        """Whether the judge's verdicts may count."""
        return self.labels >= ENOUGH_LABELS and self.kappa_low >= ENOUGH_KAPPA


def read_labels(path: Path, suite: Suite) -> tuple[Label, ...]:
    """The labels in a JSONL file. Raises UsageError, which names the line."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")  # `splitlines` would break at U+2028 too
    except (OSError, UnicodeDecodeError) as exc:
        raise UsageError(f"the labels {path} cannot be read: {exc}", "Give a JSONL file.") from exc
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            label = Label.model_validate_json(line)
        except ValidationError as exc:
            raise UsageError(
                f"{path} line {number}: {exc.errors()[0]['msg']}",
                "A label has fact, answer, label (support, partial, not) and split (dev, held-out).",
            ) from exc
        if label.fact not in suite.facts:
            raise UsageError(f"{path} line {number}: there is no fact {label.fact!r}", "Correct the label.")
        found.append(label)
    if not any(label.split == "held-out" for label in found):
        raise UsageError(f"{path} holds no held-out labels", f"At least {ENOUGH_LABELS} are needed to gate.")
    return tuple(found)


def calibrate(judge: Judge, labels: Sequence[Label], *, seed: int = 0) -> Calibration:
    """The judge's figures on the held-out `labels`: five rounds, in each of them one call for an answer."""
    held = [label for label in labels if label.split == "held-out"]
    rounds = [_verdicts(judge, held, number) for number in range(1, REPEATS + 1)]
    wanted = [label.label == "support" for label in held]
    said = [verdict == "support" for verdict in rounds[0]]
    kappa, low, high = _kappa(wanted, said, [label.fact.partition(":")[0] for label in held], seed)
    share = sum(wanted) / len(wanted)
    return Calibration(
        judge=judge.id,
        labels=len(held),
        base_rate=share,
        accuracy=_share([w == s for w, s in zip(wanted, said, strict=True)]),
        constant=max(share, 1 - share),
        kappa=kappa,
        kappa_low=low,
        kappa_high=high,
        true_positive=_share([s for w, s in zip(wanted, said, strict=True) if w]),
        true_negative=_share([not s for w, s in zip(wanted, said, strict=True) if not w]),
        consistency=_share([len(set(verdicts)) == 1 for verdicts in zip(*rounds, strict=True)]),
        flips=_share([a != b for a, b in zip(rounds[0], rounds[1], strict=True)]),
        discarded=sum(verdict == "" for verdict in rounds[0]),
    )


def _verdicts(judge: Judge, labels: Sequence[Label], number: int) -> list[str]:
    """The judge's verdict on each label, "" where it was discarded; facts of one answer go in one call."""
    facts: dict[str, list[str]] = defaultdict(list)
    for label in labels:
        facts[label.answer].append(label.fact)
    found = {answer: _opinions(judge, names, answer, number) for answer, names in facts.items()}
    opinions = [found[label.answer].get(label.fact) for label in labels]
    return [opinion.verdict if opinion else "" for opinion in opinions]


def _opinions(judge: Judge, facts: Sequence[str], answer: str, number: int) -> dict[str, Opinion]:
    try:
        return judge.opinions(facts, answer, number)
    except ModelOutputError:  # a reply that cannot be read is the judge's own fault, and counts against it
        return {}


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits) if hits else 0.0


def _kappa(
    wanted: Sequence[bool], said: Sequence[bool], clusters: Sequence[str], seed: int
) -> tuple[float, float, float]:
    """Cohen's kappa and its 95 % interval: a seeded bootstrap over articles, or over labels where that is
    wider, since of few articles every draw is much the same."""
    import numpy as np

    pairs = np.array([wanted, said], dtype=float).T
    intervals = []
    for groups in (clusters, range(len(pairs))):
        members = [np.array([i for i, g in enumerate(groups) if g == name]) for name in dict.fromkeys(groups)]
        dice = np.random.default_rng(seed)
        draws = (dice.integers(0, len(members), len(members)) for _ in range(RESAMPLES))
        drawn = [_agreement(pairs[np.concatenate([members[i] for i in draw])]) for draw in draws]
        intervals.append(np.quantile(drawn, [0.025, 0.975]))
    (low, high), (lowest, highest) = intervals
    return _agreement(pairs), float(min(low, lowest)), float(max(high, highest))


def _agreement(pairs: object) -> float:
    import numpy as np

    table = np.asarray(pairs)
    observed = float(np.mean(table[:, 0] == table[:, 1]))
    a, b = table.mean(axis=0)
    by_chance = float(a * b + (1 - a) * (1 - b))
    # Where all labels and verdicts are the same, agreement says nothing.
    return 0.0 if by_chance == 1 else (observed - by_chance) / (1 - by_chance)


# ---------------------------------------------------------------- the record


def record(path: Path, calibration: Calibration) -> None:
    """Adds the figures to the suite's file of judges, in place of earlier ones of the same id."""
    known = {c.judge: c for c in read_judges(path)}
    known[calibration.judge] = calibration
    rows = [known[name].model_dump(mode="json") for name in sorted(known)]
    path.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def read_judges(path: Path) -> tuple[Calibration, ...]:
    """The judges that were calibrated; none where there is no file. Raises UsageError."""
    if not path.is_file():
        return ()
    try:
        return tuple(Calibration.model_validate(row) for row in json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as exc:
        raise UsageError(
            f"{path} cannot be read", "Delete it and calibrate again: qa eval calibrate."
        ) from exc


def may_gate(path: Path, judge_id: str) -> bool:
    """Whether the judge with this id was calibrated well enough."""
    return any(c.judge == judge_id and c.may_gate for c in read_judges(path))
