"""Metrics of numbers: how far predictions are from what is right."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from seqlab.interfaces.metric import Counts, Metric
from seqlab.interfaces.records import Number, NumberPrediction, Prediction, Target


class MeanSquaredError(Metric):
    """Mean of (predicted - gold) squared, in the square of the unit of the numbers.

    What always says the mean of the data has their variance.
    """

    names: ClassVar[tuple[str, ...]] = ("mse",)
    higher_is_better: ClassVar[bool] = False

    def counts(self, prediction: Prediction, gold: Target) -> Counts:
        """The square of the difference, and 1: `(2,)`.

        Raises:
            TypeError: If one of the two is no number.
        """
        return np.array((_difference(prediction, gold) ** 2, 1.0))

    def combine(self, totals: Counts) -> dict[str, Counts]:
        """Their mean."""
        return {"mse": totals[..., 0] / totals[..., 1]}


class MeanAbsoluteError(Metric):
    """Mean of |predicted - gold|, in the unit of the numbers."""

    names: ClassVar[tuple[str, ...]] = ("mae",)
    higher_is_better: ClassVar[bool] = False

    def counts(self, prediction: Prediction, gold: Target) -> Counts:
        """The size of the difference, and 1: `(2,)`.

        Raises:
            TypeError: If one of the two is no number.
        """
        return np.array((abs(_difference(prediction, gold)), 1.0))

    def combine(self, totals: Counts) -> dict[str, Counts]:
        """Their mean."""
        return {"mae": totals[..., 0] / totals[..., 1]}


def _difference(prediction: Prediction, gold: Target) -> float:
    if not isinstance(prediction, NumberPrediction) or not isinstance(gold, Number):
        raise TypeError(
            f"a {type(prediction).__name__} cannot be compared with a gold target of {type(gold).__name__.lower()}"
        )
    return prediction.value - gold.value
