"""Metric `rouge_l`: how much of a text stands in a reference in the same order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from seqlab import Prediction, Target
from seqlab_generate.settings import RougeLSettings
from seqlab_generate.texts import TextMetric

Counts = NDArray[np.float64]


class RougeL(TextMetric):
    """ROUGE-L of sentences (Lin 2004, section 3.1): the F-measure of the longest common subsequence of words, their mean.

    Of several references the one with the best F-measure counts (Lin 2004, section 2.1). Words stand between blanks, as
    the data has them; nothing is stemmed.
    """

    names: ClassVar[tuple[str, ...]] = ("rouge_l",)
    is_rate: ClassVar[bool] = True
    unit: ClassVar[str] = "sentences"

    def __init__(self, config: RougeLSettings | None) -> None:
        super().__init__(config)
        self._settings = config or RougeLSettings()

    def counts(self, prediction: Prediction, gold: Target) -> Counts:
        """The best F-measure, and 1: `(2,)`."""
        text, references = self.texts(prediction, gold)
        said = self._words(text)
        return np.array((max(self._f_measure(said, self._words(each)) for each in references), 1.0))

    def combine(self, totals: Counts) -> dict[str, Counts]:
        """Their mean."""
        return {"rouge_l": totals[..., 0] / totals[..., 1]}

    def _words(self, text: str) -> list[str]:
        return (text.lower() if self._settings.lowercase else text).split()

    def _f_measure(self, said: Sequence[str], right: Sequence[str]) -> float:
        """`(1 + b²) R P / (R + b² P)`, equation 4; 0 where nothing is common."""
        common = longest_common_subsequence(said, right)
        if not common:
            return 0.0
        recall, precision, weight = common / len(right), common / len(said), self._settings.beta**2
        return (1 + weight) * recall * precision / (recall + weight * precision)


def longest_common_subsequence(one: Sequence[str], other: Sequence[str]) -> int:
    """Most words that stand in both in the same order, with or without others between them.

    Row by row of the table of Cormen et al., "Introduction to Algorithms", section 15.4.
    """
    row = [0] * (len(other) + 1)
    for word in one:
        above = row
        row = [0]
        for place, rival in enumerate(other):
            row.append(above[place] + 1 if word == rival else max(above[place + 1], row[place]))
    return row[-1]
