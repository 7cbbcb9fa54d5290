"""Metric `ece`: how far probabilities are from shares of right answers."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from seqlab import Metric, Prediction, Target
from seqlab_classify.answers import labels_of, one_label, probability
from seqlab_classify.settings import CalibrationErrorSettings

Counts = NDArray[np.float64]


class CalibrationError(Metric):
    """Expected calibration error: the mean over texts of |share right - mean probability| of the text's bin.

    Texts are sorted into bins of equal width by the probability of the predicted label, (0, 1/15], (1/15, 2/15], ...
    A prediction without probabilities counts as certain, so that its error is its share of wrong answers.

    References:
        Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, equation 3.
    """

    names: ClassVar[tuple[str, ...]] = ("ece",)
    higher_is_better: ClassVar[bool] = False
    is_rate: ClassVar[bool] = True
    unit: ClassVar[str] = "labels"
    config: CalibrationErrorSettings

    def counts(self, prediction: Prediction, gold: Target) -> Counts:
        """In the place of its bin: one text, its probability, whether it is right; `(3 bins,)`.

        Raises:
            TypeError: If prediction and gold are not labels.
            ValueError: If one of them is not exactly one label.
        """
        said, right = one_label(prediction, gold)
        share = probability(labels_of(prediction, gold)[0], said)
        found = np.zeros((self.config.bins, 3))
        found[bin_of(share, self.config.bins)] = 1, share, said == right
        return found.ravel()

    def combine(self, totals: Counts) -> dict[str, Counts]:
        """The weighted mean of the gaps."""
        bins = totals.reshape(*totals.shape[:-1], self.config.bins, 3)  # (..., bins, 3)
        gaps = np.abs(bins[..., 2] - bins[..., 1]).sum(axis=-1)
        texts = bins[..., 0].sum(axis=-1)
        return {"ece": np.divide(gaps, texts, out=np.zeros_like(gaps), where=texts > 0)}


def bin_of(share: float, bins: int) -> int:
    """Which bin a probability falls into; one at a border falls into the lower."""
    return min(bins - 1, max(0, int(np.ceil(share * bins)) - 1))
