"""Variants of a study over their seeds: is the difference more than that between runs of one and the same variant?"""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from seqlab.evaluation.holm import holm

_MOST_ASSIGNMENTS = 200_000
"""So many assignments are all counted (two times ten runs have 184,756); of more, a sample is drawn."""

_SAMPLES = 10_000
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class SeedComparison:
    """One variant of a study against another.

    Args:
        variant: The one.
        against: The other.
        runs: How many runs each has.
        difference: Difference of their means, the one minus the other.
        p_value: Two-sided permutation test of the difference of means.
        p_value_holm: The same, corrected for the number of comparisons of the study.
        exact: Whether every assignment of runs was counted; else 10,000 were drawn.
        smallest: The smallest p-value that so few runs can give.
        beats: Share of pairs of runs in which the one's is better; ties count half.
    """

    variant: str
    against: str
    runs: tuple[int, int]
    difference: float
    p_value: float
    p_value_holm: float
    exact: bool
    smallest: float
    beats: float


def compare_variants(scores: Mapping[str, Sequence[float]], higher_is_better: bool) -> tuple[SeedComparison, ...]:
    """Each variant against the first, then the best against the others where the best is not the first.

    Seeds are not paired: the same seed in two variants gives no run more in common than another seed would.

    Args:
        scores: By variant, one for each run; variants with fewer than two runs are left out.
        higher_is_better: Whether more is better.
    """
    enough = {name: values for name, values in scores.items() if len(values) >= 2 and all(map(math.isfinite, values))}
    if len(enough) < 2:
        return ()
    means = {name: statistics.fmean(values) for name, values in enough.items()}
    first, *others = enough
    best = (max if higher_is_better else min)(means, key=lambda name: means[name])
    pairs = [(name, first) for name in others]
    if best != first:
        pairs += [(best, name) for name in others if name != best]
    found = [_compare(one, other, enough, higher_is_better) for one, other in pairs]
    corrected = holm({str(place): each.p_value for place, each in enumerate(found)})
    return tuple(replace(each, p_value_holm=corrected[str(place)]) for place, each in enumerate(found))


def permutation_p(one: Sequence[float], other: Sequence[float], seed: int = 0) -> tuple[float, bool]:
    """Two-sided p-value of the difference of two means when runs are assigned to the variants at random.

    All `(n + m)! / (n! m!)` assignments are counted where they are at most 200,000: the p-value is the share of those
    with a difference at least as large. Else 10,000 are drawn, and it is `(1 + #) / (R + 1)`.

    Args:
        one: Scores of n runs.
        other: Scores of m runs.
        seed: Of the sample.

    Returns:
        The p-value, and whether it is exact.

    References:
        Good, "Permutation, Parametric and Bootstrap Tests of Hypotheses", 2005.
    """
    pooled = np.array([*one, *other], np.float64)
    size, total = len(one), pooled.sum()
    exact = math.comb(len(pooled), size) <= _MOST_ASSIGNMENTS
    if exact:
        chosen = np.array(list(itertools.combinations(range(len(pooled)), size)))  # (assignments, n)
    else:
        chosen = np.random.default_rng(seed).random((_SAMPLES, len(pooled))).argsort(axis=1)[:, :size]
    sums = pooled[chosen].sum(axis=1)
    differences = np.abs(sums / size - (total - sums) / len(other))
    observed = abs(statistics.fmean(one) - statistics.fmean(other))
    as_large = int((differences >= observed - _ROUNDING * max(1.0, np.abs(pooled).max())).sum())
    return (as_large / len(chosen), True) if exact else ((1 + as_large) / (len(chosen) + 1), False)


def smallest_p(one: int, other: int) -> float:
    """The smallest p-value that so many runs can give: of 3 and 3, 2 of 20 assignments are as extreme as any."""
    assignments = math.comb(one + other, one)
    if assignments > _MOST_ASSIGNMENTS:
        return 1 / (_SAMPLES + 1)
    return (2 if one == other else 1) / assignments


def probability_of_beating(one: Sequence[float], other: Sequence[float], higher_is_better: bool) -> float:
    """Share of pairs of runs in which the one's is better, ties counting half: the Mann-Whitney U over n m.

    Args:
        one: Scores of n runs.
        other: Scores of m runs.
        higher_is_better: Whether more is better.

    References:
        Mann and Whitney, "On a test of whether one of two random variables is stochastically larger than the other",
        1947.
    """
    sign = 1 if higher_is_better else -1
    gains = sign * np.subtract.outer(np.asarray(one, np.float64), np.asarray(other, np.float64))  # (n, m)
    return float(((gains > 0) + 0.5 * (gains == 0)).mean())


def _compare(one: str, other: str, scores: Mapping[str, Sequence[float]], higher_is_better: bool) -> SeedComparison:
    p_value, exact = permutation_p(scores[one], scores[other])
    return SeedComparison(
        variant=one,
        against=other,
        runs=(len(scores[one]), len(scores[other])),
        difference=statistics.fmean(scores[one]) - statistics.fmean(scores[other]),
        p_value=p_value,
        p_value_holm=p_value,
        exact=exact,
        smallest=smallest_p(len(scores[one]), len(scores[other])),
        beats=probability_of_beating(scores[one], scores[other], higher_is_better),
    )
