"""Approximate randomisation: would the difference be as large if it were chance which system said what?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqlab.evaluation.bootstrap import MEMORY, Values, is_additive, side_by_side
from seqlab.interfaces.metric import Counts, Metric

_ROUNDING = 1e-12
"""Differences that are equal but for rounding count as equal."""


def randomisation_p(
    metric: Metric, model: Counts, baselines: Mapping[str, Counts], seed: int, resamples: int
) -> dict[str, float]:
    """Two-sided p-value of the model against each baseline: `(1 + #(|d*| >= |d|)) / (R + 1)`.

    If the two systems were the same, their answers to an example could be swapped. Each of R shuffles swaps them in
    every example with probability 1/2 and takes the difference d* anew. With sums of counts A and B, a row of signs s
    gives the sums `(A + B +- s (a - b)) / 2`, so that all shuffles against all baselines are one matrix product.

    Args:
        metric: Its first score is compared.
        model: The model's counts, `(N, K)` of `metric.counts`.
        baselines: Those of each baseline.
        seed: The same seed and N give the same shuffles.
        resamples: R.

    Returns:
        By baseline; shuffles in which the score is undefined (NaN) are left out.

    References:
        Noreen, "Computer-Intensive Methods for Testing Hypotheses", 1989. Yeh, "More accurate tests for the
        statistical significance of result differences", 2000, shuffles the answers of two systems for F1.
    """
    if not baselines:
        return {}
    name, width = metric.names[0], model.shape[1]
    moved = side_by_side([model - counts for counts in baselines.values()], len(model))
    sums = {key: (model + counts).sum(axis=0) for key, counts in baselines.items()}
    shuffled: dict[str, list[Values]] = {key: [] for key in baselines}
    for signs in draw_signs(len(model), resamples, seed, moved.dtype):
        totals = (signs @ moved).astype(np.float64)  # (rows, K of all baselines)
        for place, (key, counts) in enumerate(baselines.items()):
            if is_additive(metric):
                change = totals[:, place * width : (place + 1) * width]
                one, other = (metric.combine((sums[key] + sign * change) / 2) for sign in (1, -1))
            else:
                one, other = _from_examples(metric, np.concatenate((model, counts)), signs)
            shuffled[key].append(one[name] - other[name])
    once = np.ones((1, len(model)))
    observed = {key: _difference(metric, model, counts, once) for key, counts in baselines.items()}
    return {key: _share(np.concatenate(parts), observed[key]) for key, parts in shuffled.items()}


def draw_signs(examples: int, resamples: int, seed: int, dtype: Any = np.float64) -> Iterator[NDArray[Any]]:
    """Rows of fair signs, -1 where an example is swapped.

    Args:
        examples: N.
        resamples: R.
        seed: Of the numpy generator; the rows do not depend on how they are cut into chunks, and are another stream
            than the bootstrap's of the same seed.
        dtype: Of the signs.

    Yields:
        Chunks `(rows, N)` that add up to R rows.
    """
    generator = np.random.default_rng((seed, 1))
    rows = max(1, MEMORY // (8 * examples))
    for start in range(0, resamples, rows):
        signs = np.empty((min(rows, resamples - start), examples), dtype)
        for row in signs:
            row[:] = np.unpackbits(np.frombuffer(generator.bytes(-(-examples // 8)), np.uint8), count=examples)
        yield 1 - 2 * signs


def _from_examples(metric: Metric, both: Counts, signs: NDArray[Any]) -> tuple[dict[str, Counts], dict[str, Counts]]:
    """The scores of both shuffled systems, from the examples of both one after the other: `(2 N, K)`."""
    own = (signs.astype(np.float64) + 1) / 2  # (rows, N): 1 where not swapped
    return (
        metric.from_examples(both, np.concatenate((own, 1 - own), axis=1)),
        metric.from_examples(both, np.concatenate((1 - own, own), axis=1)),
    )


def _difference(metric: Metric, model: Counts, baseline: Counts, once: Counts) -> float:
    name = metric.names[0]
    return float((metric.from_examples(model, once)[name] - metric.from_examples(baseline, once)[name])[0])


def _share(differences: Values, observed: float) -> float:
    defined = differences[~np.isnan(differences)]
    as_large = np.abs(defined) >= abs(observed) - _ROUNDING * max(1.0, abs(observed))
    return (1 + int(as_large.sum())) / (len(defined) + 1)
