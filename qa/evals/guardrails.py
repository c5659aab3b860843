"""Second figures that must not get worse while the first stays level: dangerous claims, wrong answers where
there is none, silence where there is one, citations, and what it costs. Corrected together by Holm."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qa.evals.comparing import Pair
from qa.evals.runs import Trial
from qa.evals.statistics import drop_p, holm
from qa.evals.verdicts import Guardrail

LEVEL = 0.01
LEAST = 0.05
"""Worse by less than this is shown, and breaks nothing."""

Figure = Callable[[Trial, Pair], float | None]


def _claims(trial: Trial, pair: Pair) -> float | None:
    return float(bool(trial.score.claims)) if trial.score else None


def _false_answers(trial: Trial, pair: Pair) -> float | None:
    if trial.score is None or pair.task.case.expect != "abstain":
        return None
    return float("abstention" in trial.score.faults)


def _false_abstentions(trial: Trial, pair: Pair) -> float | None:
    if trial.score is None or pair.task.case.expect == "abstain":
        return None
    return float(trial.score.abstained)


def _cited(trial: Trial, pair: Pair) -> float | None:
    return trial.score.citation_recall if trial.score else None


def _precise(trial: Trial, pair: Pair) -> float | None:
    return trial.score.citation_precision if trial.score else None


def _tokens(trial: Trial, pair: Pair) -> float | None:
    return float(trial.input_tokens + trial.output_tokens)


_FIGURES: tuple[tuple[str, Figure, bool, bool], ...] = (
    # name, figure, higher is better, breaks the gate
    ("answers with a forbidden claim", _claims, False, True),
    ("answered though no article answers", _false_answers, False, True),
    ("abstained though an article answers", _false_abstentions, False, True),
    ("stated facts cited from their evidence", _cited, True, True),
    ("cited sentences that are evidence", _precise, True, True),
    ("tokens a trial", _tokens, False, False),
)


def _vital(trial: Trial, pair: Pair) -> float | None:
    return trial.score.recall if trial.score else None


def _foreign(trial: Trial, pair: Pair) -> float | None:
    return float(bool(trial.score.unknown)) if trial.score else None


def _fits(trial: Trial, pair: Pair) -> float | None:
    return float("length" not in trial.score.faults and trial.score.words > 0) if trial.score else None


def _alone(trial: Trial, pair: Pair) -> float | None:
    return trial.score.stands_alone if trial.score else None


_OF_SUMMARIES: tuple[tuple[str, Figure, bool, bool], ...] = (
    ("summaries: vital facts stated", _vital, True, False),
    ("summaries with a foreign name, number or day", _foreign, False, False),
    ("summaries of the length asked for", _fits, True, False),
    ("summaries that stand alone", _alone, True, False),
)
"""Shown, and corrected apart: a suite's summaries must not make the other figures harder to break."""


def guardrails(pairs: Sequence[Pair], seed: int = 0) -> tuple[Guardrail, ...]:
    """The figures on both sides with their corrected p; those that nothing can be said of are left out."""
    summaries = [pair for pair in pairs if pair.task.case.output == "summary"]
    return (*_compared(pairs, _FIGURES, seed), *_compared(summaries, _OF_SUMMARIES, seed))


def _compared(
    pairs: Sequence[Pair], figures: Sequence[tuple[str, Figure, bool, bool]], seed: int
) -> tuple[Guardrail, ...]:
    rows = []
    for name, figure, higher, gates in figures:
        sides = [_both(pair, figure) for pair in pairs]
        known = [(pair.task.cluster, s) for pair, s in zip(pairs, sides, strict=True) if s is not None]
        if not known or (not gates and not any(b or c for _, (b, c) in known)):
            continue
        base = sum(b for _, (b, _) in known) / len(known)
        candidate = sum(c for _, (_, c) in known) / len(known)
        worse: dict[str, float] = {}
        for cluster, (before, after) in known:
            worse[cluster] = worse.get(cluster, 0.0) + (after - before if higher else before - after)
        rows.append((name, base, candidate, drop_p(list(worse.values()), seed=seed), higher, gates))
    corrected = holm([row[3] for row in rows])
    return tuple(
        Guardrail(
            name=name,
            base=base,
            candidate=candidate,
            p=p,
            p_holm=p_holm,
            higher_is_better=higher,
            broken=p_holm < LEVEL and (base - candidate if higher else candidate - base) >= LEAST,
            gates=gates,
        )
        for (name, base, candidate, p, higher, gates), p_holm in zip(rows, corrected, strict=True)
    )


def _both(pair: Pair, figure: Figure) -> tuple[float, float] | None:
    means = []
    for trials in (pair.base, pair.candidate):
        known = [v for v in (figure(t, pair) for t in trials) if v is not None]
        if not known:
            return None
        means.append(sum(known) / len(known))
    return means[0], means[1]
