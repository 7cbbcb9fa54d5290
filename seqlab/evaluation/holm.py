"""Several comparisons at once: p-values that stay honest together."""

from __future__ import annotations

from collections.abc import Mapping

from seqlab.interfaces.evaluation import Comparison


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """p-values corrected so that the chance of any false claim among them stays below the level.

    Sorted upwards, the i-th of m (from 0) is multiplied by m - i, made monotone, and cut at 1.

    Args:
        p_values: By name.

    Returns:
        The corrected ones under the same names, in the same order.

    References:
        Holm, "A simple sequentially rejective multiple test procedure", 1979.
    """
    corrected: dict[str, float] = {}
    largest = 0.0
    for place, name in enumerate(sorted(p_values, key=lambda each: p_values[each])):
        largest = max(largest, min(1.0, (len(p_values) - place) * p_values[name]))
        corrected[name] = largest
    return {name: corrected[name] for name in p_values}


def corrected_p(comparison: Mapping[str, Comparison], test: str) -> dict[str, float]:
    """The p-values of one test against all baselines, corrected for their number; without those that have none.

    Args:
        comparison: By baseline.
        test: Field of `Comparison`: `p_value`, `randomisation_p`, `mcnemar_p`.
    """
    return holm({key: getattr(each, test) for key, each in comparison.items() if getattr(each, test) is not None})
