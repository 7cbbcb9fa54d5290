"""Metric `chrf`: F-score of character n-grams of the whole set."""

from __future__ import annotations

from collections import Counter
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from seqlab import Prediction, Target
from seqlab_generate.texts import TextMetric

Counts = NDArray[np.float64]
ORDERS = 6
BETA = 2


class Chrf(TextMetric):
    """chrF2 (Popović 2015): recall weighs twice as much as precision; both are means over n-grams of 1 to 6 characters.

    It equals `sacrebleu.corpus_chrf` on the same texts: signature `case:mixed|eff:yes|nc:6|nw:0|space:no`. Of several
    references the one with the best score of its own counts.
    """

    names: ClassVar[tuple[str, ...]] = ("chrf",)
    unit: ClassVar[str] = "sentences"

    def counts(self, prediction: Prediction, gold: Target) -> Counts:
        """For each order the n-grams of the prediction, those of the reference, and those in both: `(18,)`."""
        text, references = self.texts(prediction, gold)
        said = _ngrams(text)
        found = [_matched(said, _ngrams(reference)) for reference in references]
        return max(found, key=lambda counts: float(_score(counts)))

    def combine(self, totals: Counts) -> dict[str, Counts]:
        """From 0 to 100."""
        return {"chrf": _score(totals)}


def _ngrams(text: str) -> list[Counter[str]]:
    characters = "".join(text.split())
    return [Counter(characters[i : i + n] for i in range(len(characters) - n + 1)) for n in range(1, ORDERS + 1)]


def _matched(said: list[Counter[str]], right: list[Counter[str]]) -> Counts:
    # Of an order that the reference has not, sacreBLEU counts nothing in the prediction either.
    rows = [
        (one.total() * bool(other), other.total(), (one & other).total())
        for one, other in zip(said, right, strict=True)
    ]
    return np.array(rows, dtype=np.float64).ravel()


def _score(totals: Counts) -> Counts:
    said, right, both = (totals[..., place::3] for place in range(3))  # each (..., 6)
    is_counted = (said > 0) & (right > 0)
    orders = np.maximum(is_counted.sum(axis=-1), 1)
    precision, recall = (
        np.divide(both, each, out=np.zeros_like(both), where=is_counted).sum(axis=-1) / orders for each in (said, right)
    )
    weighted = BETA**2 * precision + recall
    score: Counts = np.divide(
        100 * (1 + BETA**2) * precision * recall, weighted, out=np.zeros_like(weighted), where=weighted > 0
    )
    return score
