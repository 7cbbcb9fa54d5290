"""Metrics `bleu` and `bleu_1` to `bleu_4`: n-gram precision of the whole set, counted by sacreBLEU."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sacrebleu.metrics.bleu import BLEU

from seqlab import Prediction, Target
from seqlab_generate.settings import BleuSettings
from seqlab_generate.texts import TextMetric

Counts = NDArray[np.float64]
ORDERS = 4


class Bleu(TextMetric):
    """BLEU (Papineni et al. 2002) of a corpus. Its counts of n-grams and lengths are sums over sentences.

    It equals `sacrebleu.corpus_bleu` on the same texts: signature `eff:no|smooth:exp`, and `tok` and `case` as the
    settings say.
    """

    names: ClassVar[tuple[str, ...]] = ("bleu",)
    order: ClassVar[int] = ORDERS
    """Words of the longest n-grams that count."""
    unit: ClassVar[str] = "sentences"

    def __init__(self, config: BleuSettings | None) -> None:
        super().__init__(config)
        settings = config or BleuSettings()
        options: dict[str, Any] = {"lowercase": settings.lowercase, "tokenize": settings.tokenize, "force": True}
        self._bleu = BLEU(**options, effective_order=True)  # which its counts do not depend on

    def counts(self, prediction: Prediction, gold: Target) -> Counts:
        """Matches of 1 to 4 words, n-grams of the prediction, its length, and that of the closest reference: `(10,)`."""
        found = self._bleu.sentence_score(*self.texts(prediction, gold))
        return np.array((*found.counts, *found.totals, found.sys_len, found.ref_len), dtype=np.float64)

    def combine(self, totals: Counts) -> dict[str, Counts]:
        """Geometric mean of the precisions up to the order, times the brevity penalty, from 0 to 100; where an order has no match, half
        of what the order before was smoothed with (Chen and Cherry 2014, method 3).
        """
        matches, given = totals[..., : self.order], totals[..., ORDERS : ORDERS + self.order]
        length, wanted = totals[..., -2], totals[..., -1]
        halvings = np.cumsum(matches == 0, axis=-1)
        smoothed = np.where(matches > 0, matches, 0.5**halvings)
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.log(smoothed / given).mean(axis=-1) + np.minimum(0.0, 1 - wanted / length)  # (...,)
        is_defined = (matches.max(axis=-1) > 0) & (given.min(axis=-1) > 0)
        return {self.names[0]: np.where(is_defined, 100 * np.exp(np.where(is_defined, logs, 0.0)), 0.0)}


class Bleu1(Bleu):
    """Up to single words; of several references the closest in length, as always."""

    names: ClassVar[tuple[str, ...]] = ("bleu_1",)
    order: ClassVar[int] = 1


class Bleu2(Bleu):
    """Up to two words."""

    names: ClassVar[tuple[str, ...]] = ("bleu_2",)
    order: ClassVar[int] = 2


class Bleu3(Bleu):
    """Up to three words."""

    names: ClassVar[tuple[str, ...]] = ("bleu_3",)
    order: ClassVar[int] = 3


class Bleu4(Bleu):
    """Up to four words: `bleu`, of words as they stand."""

    names: ClassVar[tuple[str, ...]] = ("bleu_4",)
