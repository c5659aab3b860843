"""The statistics of a comparison: paired by question, clustered by article, with three outcomes in mind.

Questions about one article rise and fall together, so the article is the unit (Miller 2024, "Adding error
bars to evals"). Scores are shares of trials passed. A drop is tested by flipping the signs of whole
articles, the interval is a paired bootstrap over articles, and both are seeded.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

EXACT_CLUSTERS = 20
"""Up to so many articles with any difference, every combination of signs is counted (2**20 is a million)."""
FLIPS = 20_000
RESAMPLES = 4_000
FEW_CLUSTERS = 6
"""With fewer articles that differ, a bootstrap knows too little: the exact binomial bound widens it."""
LEVEL = 0.025
POWER = 0.8


class Paired(NamedTuple):
    """One question in both runs: its article, and its share of trials passed, 0 to 1."""

    cluster: str
    base: float
    candidate: float


class Comparison(NamedTuple):
    """The paired comparison of all questions; see `verdicts.SuiteTest` for the fields."""

    difference: float
    se: float
    low: float
    high: float
    p_drop: float
    mde: float
    mcnemar: float | None


def compared(pairs: Sequence[Paired], *, trials: int = 1, seed: int = 0) -> Comparison:
    """The comparison of `pairs` (at least one), each with `trials` independent trials on the candidate's
    side."""
    import numpy as np

    differences = np.array([p.candidate - p.base for p in pairs])
    sums, sizes = _by_cluster(differences, [p.cluster for p in pairs])
    low, high = _interval(sums, sizes, seed)
    differing = int(np.count_nonzero(sums))
    if differing < FEW_CLUSTERS:
        low = min(low, -_highest_share(float(-differences[differences < 0].sum()), len(pairs)))
        high = max(high, _highest_share(float(differences[differences > 0].sum()), len(pairs)))
    se = clustered_se(differences.tolist(), [p.cluster for p in pairs])
    return Comparison(
        difference=float(differences.mean()),
        se=se,
        low=low,
        high=high,
        p_drop=drop_p(sums.tolist(), seed=seed),
        mde=smallest_drop(se, len(pairs), trials),
        mcnemar=mcnemar(pairs) if all(p.base in (0, 1) and p.candidate in (0, 1) for p in pairs) else None,
    )


def _by_cluster(values: Floats, clusters: Sequence[str]) -> tuple[Floats, Floats]:
    import numpy as np

    names = sorted(set(clusters))
    place = np.array([names.index(c) for c in clusters])
    sizes = np.bincount(place, minlength=len(names)).astype(float)
    return np.bincount(place, weights=values, minlength=len(names)).astype(float), sizes


def clustered_se(values: Sequence[float], clusters: Sequence[str]) -> float:
    """The standard error of the mean of `values` when those of one cluster go together (cluster-robust,
    with the correction for few clusters). 0 for a single cluster, where it cannot be known."""
    import numpy as np

    if not values:
        return 0.0
    array = np.array(values, dtype=float)
    residuals, sizes = _by_cluster(array - array.mean(), clusters)
    count = len(sizes)
    if count < 2:
        return 0.0
    return float(np.sqrt(count / (count - 1) * np.sum(residuals**2)) / len(array))


def _interval(sums: Floats, sizes: Floats, seed: int) -> tuple[float, float]:
    """The 95 % interval of the mean difference: articles drawn with replacement, both sides together."""
    import numpy as np
    from scipy.stats import bootstrap

    if len(sums) < 2 or not np.any(sums):
        mean = float(sums.sum() / sizes.sum())
        return mean, mean
    found = bootstrap(
        (sums, sizes),
        lambda s, n, axis=-1: s.sum(axis=axis) / n.sum(axis=axis),
        paired=True,
        vectorized=True,
        n_resamples=RESAMPLES,
        method="percentile",
        rng=np.random.default_rng(seed),
    )
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def _highest_share(count: float, size: int) -> float:
    """The upper 97.5 % bound (Clopper-Pearson) of a share of which `count` in `size` were seen."""
    from scipy.stats import beta

    return 1.0 if count >= size else float(beta.ppf(1 - LEVEL, count + 1, size - count))


def drop_p(sums: Sequence[float], *, seed: int = 0) -> float:
    """The one-sided p of a drop: the share of sign flips of whole articles that come out as low or lower.

    Exact for up to 20 articles that differ (own code: the library's version builds every combination in
    Python), else 20,000 seeded flips, the observed one counted in.
    """
    import numpy as np

    values = np.array([s for s in sums if s], dtype=float)
    if not len(values):
        return 1.0
    observed = values.sum() + 1e-9
    if len(values) <= EXACT_CLUSTERS:
        totals = np.zeros(1)
        for value in values:
            totals = np.concatenate((totals + value, totals - value))
        return float(np.mean(totals <= observed))
    signs = np.random.default_rng(seed).choice((-1.0, 1.0), size=(FLIPS, len(values)))
    return float((1 + np.sum(signs @ values <= observed)) / (FLIPS + 1))


def mcnemar(pairs: Sequence[Paired]) -> float:
    """The exact two-sided McNemar p of passes against fails, question by question."""
    from scipy.stats import binomtest

    lost = sum(p.base > p.candidate for p in pairs)
    won = sum(p.candidate > p.base for p in pairs)
    return float(binomtest(lost, lost + won).pvalue) if lost + won else 1.0


def smallest_drop(se: float, cases: int, trials: int) -> float:
    """The smallest drop that a comparison like this one sees with 80 % power (the minimum detectable effect).

    From the standard error, but never less than what makes six independent failures likely, which is the
    least that a sign flip at p < 0.025 needs.
    """
    from scipy.optimize import brentq
    from scipy.stats import binom, norm

    needed, size = 6, cases * trials
    if size < needed:
        return 1.0
    floor = float(brentq(lambda p: binom.sf(needed - 1, size, p) - POWER, 1e-9, 1 - 1e-9))
    return min(1.0, max(floor, float(norm.ppf(1 - LEVEL) + norm.ppf(POWER)) * se))


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values, corrected for being several (Holm 1979), in the order given."""
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    corrected, highest = [0.0] * len(p_values), 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[index]))
        corrected[index] = highest
    return corrected


def all_of(passed: int, trials: int, k: int) -> float:
    """pass^k: the unbiased chance that `k` fresh trials all pass, from `passed` of `trials` (trials >= k)."""
    return comb(passed, k) / comb(trials, k)


def any_of(passed: int, trials: int, k: int) -> float:
    """pass@k: the unbiased chance that at least one of `k` fresh trials passes (Chen et al. 2021)."""
    return 1 - comb(trials - passed, k) / comb(trials, k)
