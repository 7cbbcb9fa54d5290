"""Metric `cider_d`: likeness to what several references agree on."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from seqlab import Metric, Prediction, Target
from seqlab_generate.ngram_counts import Ngram, ngrams
from seqlab_generate.settings import CiderDSettings
from seqlab_generate.texts import references_of, tokens_of

Counts = NDArray[np.float64]
ORDERS = 4
SCALE = 10.0


class CiderD(Metric):
    """CIDEr-D (Vedantam et al. 2015, equation 7), of words as they stand; the mean over examples, usually from 0 to about 1.

    An n-gram weighs its count times the logarithm of N / df, where df is the number of examples of the gold data that
    have it in a reference. For each order from 1 to 4 the likeness to a reference is the cosine of the two vectors,
    of whose products no more counts than the reference has, times a Gaussian of the difference in length; then the
    mean over references and orders, times 10. As in the authors' code, counts are not divided by the length of their text.
    What stands in every example weighs nothing, so that of one example alone it is 0.
    """

    names: ClassVar[tuple[str, ...]] = ("cider_d",)
    unit: ClassVar[str] = "sentences"

    config: CiderDSettings

    def __init__(self, config: CiderDSettings | None) -> None:
        super().__init__(config or CiderDSettings())
        self._rarity: Mapping[Ngram, float] = {}
        self._unseen = 0.0

    def prepare(self, golds: Sequence[Target]) -> None:
        """Count in how many examples each n-gram stands."""
        documents: Counter[Ngram] = Counter()
        for gold in golds:
            references = references_of(gold)
            documents.update(
                {ngram for each in references for order in range(1, ORDERS + 1) for ngram in ngrams(each.items, order)}
            )
        self._unseen = math.log(max(1, len(golds)))
        self._rarity = {ngram: self._unseen - math.log(count) for ngram, count in documents.items()}

    def counts(self, prediction: Prediction, gold: Target) -> Counts:
        """Its likeness, and 1: `(2,)`."""
        said, references = tokens_of(prediction), [each.items for each in references_of(gold)]
        own = [self._weighed(said, order) for order in range(1, ORDERS + 1)]
        likeness = 0.0
        for reference in references:
            near = math.exp(-((len(said) - len(reference)) ** 2) / (2 * self.config.sigma**2))
            likeness += near * sum(_cosine(one, self._weighed(reference, order)) for order, one in enumerate(own, 1))
        return np.array((SCALE * likeness / (ORDERS * len(references)), 1.0))

    def combine(self, totals: Counts) -> dict[str, Counts]:
        """The mean over examples."""
        return {"cider_d": totals[..., 0] / totals[..., 1]}

    def _weighed(self, tokens: Sequence[str], order: int) -> dict[Ngram, float]:
        return {ngram: count * self._rarity.get(ngram, self._unseen) for ngram, count in ngrams(tokens, order).items()}


def _cosine(said: Mapping[Ngram, float], right: Mapping[Ngram, float]) -> float:
    """The cosine, but that of what is said no more counts than the reference has; 0 where one of them weighs nothing."""
    lengths = math.sqrt(sum(x * x for x in said.values())) * math.sqrt(sum(x * x for x in right.values()))
    common = sum(min(weight, right[ngram]) * right[ngram] for ngram, weight in said.items() if ngram in right)
    return common / lengths if lengths else 0.0
