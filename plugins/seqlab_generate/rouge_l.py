"""Metric `rouge_l`: the longest common subsequence with the best reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from seqlab import Metric, Prediction, Target
from seqlab_generate.settings import RougeLSettings
from seqlab_generate.texts import references_of, tokens_of

Counts = NDArray[np.float64]


class RougeL(Metric):
    """ROUGE-L (Lin 2004, section 3): F of the longest common subsequence, over the words of the text and of the reference.

    Of several references the best; the mean over examples.
    """

    names: ClassVar[tuple[str, ...]] = ("rouge_l",)
    is_rate: ClassVar[bool] = True
    unit: ClassVar[str] = "sentences"

    config: RougeLSettings

    def __init__(self, config: RougeLSettings | None) -> None:
        super().__init__(config or RougeLSettings())

    def counts(self, prediction: Prediction, gold: Target) -> Counts:
        """Its score, and 1: `(2,)`."""
        said = tokens_of(prediction)
        return np.array((max(self._score(said, each.items) for each in references_of(gold)), 1.0))

    def combine(self, totals: Counts) -> dict[str, Counts]:
        """The mean over examples."""
        return {"rouge_l": totals[..., 0] / totals[..., 1]}

    def _score(self, said: Sequence[str], right: Sequence[str]) -> float:
        common = longest_common(said, right)
        if not common:
            return 0.0
        precision, recall, square = common / len(said), common / len(right), self.config.beta**2
        return (1 + square) * precision * recall / (recall + square * precision)


def longest_common(one: Sequence[str], other: Sequence[str]) -> int:
    """Length of the longest sequence that both have in this order, not necessarily side by side."""
    row = [0] * (len(other) + 1)
    for word in one:
        before = 0  # the cell above and to the left
        for place, each in enumerate(other, 1):
            above = row[place]
            row[place] = before + 1 if word == each else max(above, row[place - 1])
            before = above
    return row[-1]
