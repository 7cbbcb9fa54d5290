"""Metric `span_f1`: F1 of whole spans, named entities for one."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from seqlab import Metric, Prediction, Tags, TagsPrediction, Target, spans

Counts = NDArray[np.float64]


class SpanF1(Metric):
    """F1, precision and recall of spans; a span is right if its first token, its last one and its type are.

    All spans count alike, whatever their type (micro average). They are read as the script `conlleval` of CoNLL-2000
    reads them, gold and predicted alike, whether the tags are IOB1, BIO or BIOES: an `I-` after `O`, or after another
    type, begins a span. So it equals the default of `seqeval.metrics.f1_score`. Nothing to find and nothing found is 0.

    References:
        Erik Tjong Kim Sang and Fien De Meulder, "Introduction to the CoNLL-2003 shared task", CoNLL 2003, section 2.3.
    """

    names: ClassVar[tuple[str, ...]] = ("span_f1", "span_precision", "span_recall")
    unit: ClassVar[str] = "spans"
    is_rate: ClassVar[bool] = True

    def counts(self, prediction: Prediction, gold: Target) -> Counts:
        """Spans of one example that are right, predicted and gold: `(3,)`.

        Raises:
            TypeError: If prediction and gold are not both tags.
            ValueError: If as many tags as tokens are not predicted.
        """
        if not isinstance(gold, Tags) or not isinstance(prediction, TagsPrediction):
            raise TypeError(f"spans are marked by tags, not by {type(prediction).__name__}")
        if len(prediction.tags) != len(gold):
            raise ValueError(f"{len(prediction.tags)} tags are predicted for {len(gold)} tokens")
        right, said = set(spans(gold.items)), set(spans(prediction.tags))
        return np.array((len(right & said), len(said), len(right)), np.float64)

    def combine(self, totals: Counts) -> dict[str, Counts]:
        """2 right / (predicted + gold), right / predicted, right / gold."""
        right, said, gold = totals[..., 0], totals[..., 1], totals[..., 2]
        parts = ((2 * right, said + gold), (right, said), (right, gold))
        return {name: _share(*part) for name, part in zip(self.names, parts, strict=True)}


def _share(part: Counts, whole: Counts) -> Counts:
    """0 where the whole is 0."""
    return np.divide(part, whole, out=np.zeros(whole.shape), where=whole != 0)
