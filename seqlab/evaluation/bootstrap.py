"""Intervals and paired comparisons by resampling whole examples.

A bootstrap sample draws N of N examples with replacement; all systems are scored on the same samples, so that the
difference of two systems is paired.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from seqlab.interfaces.metric import Counts, Metric

Values = NDArray[np.float64]

MEMORY = 64 * 2**20
"""Bytes that the weights of one chunk, and the sums made from them, may take."""

_EXACT_IN_FLOAT32 = 2**24
"""Whole numbers up to here are exact in float32, and so are their sums."""


class Combines(Protocol):
    """What makes scores of sums of counts: a metric, or the accuracy on slices."""

    def combine(self, totals: Counts) -> dict[str, Counts]:
        """Scores from sums of counts `(..., K)`."""


def is_additive(metric: Combines) -> bool:
    """Whether its scores are functions of sums over examples."""
    return not isinstance(metric, Metric) or type(metric).from_examples is Metric.from_examples


def resample(
    counts: Mapping[str, Sequence[Counts]], metrics: Sequence[Combines], seed: int, resamples: int
) -> dict[str, dict[str, Values]]:
    """Scores of every system on the same bootstrap samples.

    The counts of all systems stand side by side, so that a chunk of samples costs one matrix product. It is done in
    float32 where that is exact (half the time of float64), else in float64.

    Args:
        counts: For each system its counts under each metric, `(N, K)` of `metric.counts`.
        metrics: In the order of those counts.
        seed: The same seed and N give the same samples, whatever the systems.
        resamples: R, how many samples are drawn.

    Returns:
        For each system and each name of a score its values `(R,)`.

    Raises:
        ValueError: If there is no example, or the systems were scored on different numbers of examples.
    """
    sizes = {len(each) for by_metric in counts.values() for each in by_metric}
    if len(sizes) != 1 or 0 in sizes:
        raise ValueError(f"all systems must be scored on the same examples, at least one; got {sorted(sizes)}")
    examples = sizes.pop()
    scores: dict[str, dict[str, list[Values]]] = {system: {} for system in counts}
    additive = [place for place, metric in enumerate(metrics) if is_additive(metric)]
    stacked = side_by_side([by_metric[place] for by_metric in counts.values() for place in additive], examples)
    for weights in draw(examples, resamples, seed, stacked.dtype, width=stacked.shape[1]):
        totals = (weights @ stacked).astype(np.float64)  # (rows, all K)
        start = 0
        for system, by_metric in counts.items():
            for place, metric in enumerate(metrics):
                if isinstance(metric, Metric) and place not in additive:
                    values = metric.from_examples(by_metric[place], weights.astype(np.float64))
                else:
                    stop = start + by_metric[place].shape[1]
                    values = metric.combine(totals[:, start:stop])
                    start = stop
                for name, value in values.items():
                    scores[system].setdefault(name, []).append(value)
    return {system: {name: np.concatenate(parts) for name, parts in named.items()} for system, named in scores.items()}


def draw(examples: int, resamples: int, seed: int, dtype: Any = np.float64, width: int = 0) -> Iterator[NDArray[Any]]:
    """Bootstrap samples as weights: how often each example stands in each sample.

    Each row is multinomial. It is drawn as N whole numbers that are counted, which takes a sixth of the time of
    `Generator.multinomial` (0.17 s against 1.02 s for 10,000 rows of 2,077; `benchmarks/bootstrap.py`).

    Args:
        examples: N.
        resamples: R.
        seed: Of the numpy generator; the rows do not depend on how they are cut into chunks.
        dtype: Of the weights.
        width: Numbers that the caller makes from each row, to bound memory.

    Yields:
        Chunks `(rows, N)` that add up to R rows.
    """
    generator = np.random.default_rng(seed)
    rows = max(1, MEMORY // (8 * (examples + width)))
    for start in range(0, resamples, rows):
        weights = np.empty((min(rows, resamples - start), examples), dtype)
        for row in weights:
            row[:] = np.bincount(generator.integers(0, examples, size=examples), minlength=examples)
        yield weights


def interval(values: Values, confidence: float = 0.95) -> tuple[float, float]:
    """Percentile interval of a score.

    Args:
        values: `(R,)` scores of bootstrap samples; samples in which the score is undefined (NaN) are left out.
        confidence: Share of the samples between the ends.

    Returns:
        Lower and upper end; NaN if the score is undefined in every sample.

    References:
        Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, section 13.3.
    """
    defined = values[~np.isnan(values)]
    if not len(defined):
        return float("nan"), float("nan")
    low, high = np.quantile(defined, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)


def p_value(differences: Values) -> float:
    """Two-sided p-value of a paired difference, from the resamples that also give its interval.

    `2 (min(#(d <= 0), #(d >= 0)) + 1) / (R + 1)`, at most 1: twice the smaller tail, with the observed data counted
    as one more sample in it, so that it is never 0. It inverts the percentile interval: below about 0.05 where the
    95% interval leaves out 0. Identical systems give 1.

    Args:
        differences: `(R,)`; samples in which it is undefined (NaN) are left out.

    References:
        Davison and Hinkley, "Bootstrap Methods and their Application", 1997, chapter 4: the Monte Carlo p-value
        `(1 + #) / (R + 1)`, here of each tail.
    """
    defined = differences[~np.isnan(differences)]
    tail = min(int((defined <= 0).sum()), int((defined >= 0).sum()))
    return min(1.0, 2 * (tail + 1) / (len(defined) + 1))


def side_by_side(counts: Sequence[Counts], examples: int) -> NDArray[Any]:
    """All counts as columns `(N, sum of K)`, in the narrowest type in which their weighted sums are exact.

    Args:
        counts: Each `(N, K)`; weights of an example are at most N.
        examples: N.
    """
    if not counts:
        return np.empty((examples, 0), np.float32)
    stacked = np.concatenate(counts, axis=1)
    largest = np.abs(stacked).max(initial=0.0)
    whole = bool((stacked == np.floor(stacked)).all())
    return stacked.astype(np.float32) if whole and largest * examples <= _EXACT_IN_FLOAT32 else stacked
