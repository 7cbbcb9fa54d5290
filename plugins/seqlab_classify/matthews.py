"""Metric `mcc`: the correlation of predicted and gold labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from seqlab import Labels, Metric, Prediction, Target
from seqlab_classify.answers import one_label

Counts = NDArray[np.float64]


class MatthewsCorrelation(Metric):
    """Matthews correlation; for more than two labels the R_K of Gorodkin, which is the same for two.

    With s texts, c of them right, p_k predictions and t_k golds of label k:
    (c s - sum p_k t_k) / sqrt((s^2 - sum p_k^2) (s^2 - sum t_k^2)); 0 where the denominator is.
    Labels that are predicted but stand in no gold are taken as one.

    References:
        Jan Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient", 2004, equation 8.
    """

    names: ClassVar[tuple[str, ...]] = ("mcc",)
    unit: ClassVar[str] = "labels"

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self._ids: dict[str, int] = {}

    def prepare(self, golds: Sequence[Target]) -> None:
        """Collect the labels of the gold data."""
        names = sorted({name for gold in golds if isinstance(gold, Labels) for name in gold.items})
        self._ids = {name: number for number, name in enumerate(names)}

    def counts(self, prediction: Prediction, gold: Target) -> Counts:
        """Whether it is right, and one for its predicted and its gold label: `(1 + 2 (K + 1),)`.

        Raises:
            TypeError: If prediction and gold are not labels.
            ValueError: If one of them is not exactly one label.
        """
        said, right = one_label(prediction, gold)
        others = len(self._ids)
        found = np.zeros(1 + 2 * (others + 1))
        found[0] = said == right
        found[1 + self._ids.get(said, others)] = 1
        found[1 + others + 1 + self._ids[right]] = 1
        return found

    def combine(self, totals: Counts) -> dict[str, Counts]:
        """The correlation of the sums."""
        right, (said, gold) = totals[..., 0], np.split(totals[..., 1:], 2, axis=-1)  # (...), (..., K + 1) twice
        texts = gold.sum(axis=-1)
        covariance = right * texts - (said * gold).sum(axis=-1)
        variances = (texts**2 - (said**2).sum(axis=-1)) * (texts**2 - (gold**2).sum(axis=-1))
        return {"mcc": np.divide(covariance, np.sqrt(variances), out=np.zeros_like(covariance), where=variances > 0)}
