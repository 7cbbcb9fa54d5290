"""Metric: predictions and gold -> scores, kept per example so that they can be resampled."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from seqlab.interfaces.records import Prediction, Target

Counts = NDArray[np.float64]


class Metric(ABC):
    """Scores predictions.

    A score is a function of sums over examples: `combine(sum of counts)`. So a bootstrap sample costs one row of a
    matrix product, not a pass over the data. A metric that is not a function of sums (AUC, calibration error)
    overrides `from_examples`.

    Args:
        config: The metric's settings, a `MetricSettings`.

    Attributes:
        names: What it gives, the most important first; one metric may give several scores (BLEU-1 to BLEU-4).
        higher_is_better: Whether more is better.
        is_rate: Whether it is a fraction from 0 to 1, printed as per cent.
        unit: What it counts: `tokens`, `sentences`.
    """

    names: ClassVar[tuple[str, ...]]
    higher_is_better: ClassVar[bool] = True
    is_rate: ClassVar[bool] = False
    unit: ClassVar[str] = "examples"

    def __init__(self, config: Any) -> None:
        self.config = config

    def prepare(self, golds: Sequence[Target]) -> None:
        """Look at all golds once: which classes there are. Called before `counts`."""
        return

    @abstractmethod
    def counts(self, prediction: Prediction, gold: Target) -> Counts:
        """What one example adds: `(K,)`, the same K for all."""

    @abstractmethod
    def combine(self, totals: Counts) -> dict[str, Counts]:
        """Scores from sums of counts.

        Args:
            totals: `(..., K)`.

        Returns:
            For each name an array `(...)`; a rate is a fraction, not per cent.
        """

    def from_examples(self, counts: Counts, weights: Counts) -> dict[str, Counts]:
        """Scores of resampled examples.

        Args:
            counts: `(N, K)`, one row for each example.
            weights: `(R, N)`: how often each example stands in each of R samples.

        Returns:
            For each name an array `(R,)`.
        """
        return self.combine(weights @ counts)
