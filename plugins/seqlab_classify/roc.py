"""Metric `auc`: how well probabilities rank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from seqlab import Labels, Metric, Prediction, Target
from seqlab_classify.answers import labels_of, probability

Counts = NDArray[np.float64]


class AreaUnderROC(Metric):
    """The chance that a text with a label is given a higher probability of it than a text without; ties count half.

    The mean over the labels of the gold data, each against the rest, each counting alike; a label that all texts of a
    sample have, or none, is left out. For two labels of which each text has one, that is the usual area. A prediction
    without probabilities is certain: its area is its mean recall.

    It equals scikit-learn's `roc_auc_score(gold, probabilities, multi_class="ovr", average="macro")`.
    """

    names: ClassVar[tuple[str, ...]] = ("auc",)
    is_rate: ClassVar[bool] = True
    unit: ClassVar[str] = "labels"

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self._labels: tuple[str, ...] = ()

    def prepare(self, golds: Sequence[Target]) -> None:
        """Collect the labels of the gold data."""
        self._labels = tuple(sorted({name for gold in golds if isinstance(gold, Labels) for name in gold.items}))

    def counts(self, prediction: Prediction, gold: Target) -> Counts:
        """For each label whether the text has it, then for each its probability: `(2 K,)`.

        Raises:
            TypeError: If prediction and gold are not labels.
        """
        said, right = labels_of(prediction, gold)
        has = [float(label in right.items) for label in self._labels]
        return np.array([*has, *(probability(said, label) for label in self._labels)])

    def combine(self, totals: Counts) -> dict[str, Counts]:
        """It is no function of sums: see `from_examples`."""
        raise NotImplementedError("the area under a curve is no function of sums")

    def from_examples(self, counts: Counts, weights: Counts) -> dict[str, Counts]:
        """Areas of resampled texts; 0.5 where there is nothing to rank."""
        has, shares = np.split(counts, 2, axis=1)  # (N, K) each
        total, labels = np.zeros(len(weights)), np.zeros(len(weights))
        for label in range(has.shape[1]):
            wins, pairs = _ranked(weights, has[:, label], shares[:, label])
            total += np.divide(wins, pairs, out=np.zeros_like(wins), where=pairs > 0)
            labels += pairs > 0
        return {"auc": np.divide(total, labels, out=np.full_like(total, 0.5), where=labels > 0)}


def _ranked(weights: Counts, has: Counts, shares: Counts) -> tuple[Counts, Counts]:
    """How many pairs of a text with the label and one without are ranked rightly, and how many there are: `(R,)` each."""
    order = np.argsort(shares, kind="stable")
    ordered, flags = shares[order], has[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])  # of texts with the same probability
    drawn = weights[:, order]
    positive = np.add.reduceat(drawn * flags, starts, axis=1)  # (R, groups)
    negative = np.add.reduceat(drawn * (1 - flags), starts, axis=1)
    below = negative.cumsum(axis=1) - negative / 2
    return (positive * below).sum(axis=1), positive.sum(axis=1) * negative.sum(axis=1)
