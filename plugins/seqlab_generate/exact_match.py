"""Metric `exact_match`: the share of texts that are right as a whole."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from seqlab import Metric, Prediction, Target
from seqlab_generate.texts import references_of, tokens_of

Counts = NDArray[np.float64]


class ExactMatch(Metric):
    """A text is right if all its tokens are those of a reference, in their order."""

    names: ClassVar[tuple[str, ...]] = ("exact_match",)
    is_rate: ClassVar[bool] = True
    unit: ClassVar[str] = "sentences"

    def counts(self, prediction: Prediction, gold: Target) -> Counts:
        """Whether it is right, and 1: `(2,)`."""
        tokens = tokens_of(prediction)
        return np.array((any(tokens == each.items for each in references_of(gold)), 1.0))

    def combine(self, totals: Counts) -> dict[str, Counts]:
        """Right ones by all."""
        return {"exact_match": totals[..., 0] / totals[..., 1]}
