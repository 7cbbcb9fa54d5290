"""Head `classifier`: a softmax over labels, from one vector."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from seqlab import (
    IGNORED,
    Batch,
    Dropout,
    Encoded,
    Head,
    LabelsPrediction,
    Loss,
    Parts,
    Prediction,
    Sizes,
    Vocabularies,
)
from seqlab_classify.attention import attention_of
from seqlab_classify.class_weights import balanced
from seqlab_classify.settings import ClassifierSettings
from seqlab_classify.temperature import fitted_temperature


class Classifier(Head):
    """The label of a text from its pooled vector.

    Attributes:
        temperature: What the scores are divided by when probabilities are asked for; 1 until `calibrate`.
    """

    config: ClassifierSettings
    temperature: Tensor
    class_weights: Tensor | None

    def __init__(
        self, config: ClassifierSettings, sizes: Mapping[str, Sizes], vocabularies: Vocabularies, parts: Parts
    ) -> None:
        super().__init__(config, sizes, vocabularies, parts)
        if vocabularies.target is None:
            raise ValueError("head 'classifier' needs a vocabulary of labels")
        width = sizes["main"].pooled
        if width is None:
            raise ValueError("head 'classifier' needs a pooled vector")
        self.labels = vocabularies.target
        self.dropout = Dropout(config.dropout)
        self.projection = nn.Linear(width, len(self.labels))
        self.register_buffer("temperature", torch.ones(()))
        weights = balanced(self.labels.counts) if config.class_weights == "balanced" else None
        self.register_buffer("class_weights", weights, persistent=False)

    def loss(self, encoded: Encoded, batch: Batch) -> Loss:
        """Cross-entropy summed over the texts whose label train knows, in nats; each weighted by its label's weight."""
        assert batch.target is not None
        scores = self.projection(self.dropout(encoded.pooled["main"].vector))  # (B, C)
        total = functional.cross_entropy(
            scores, batch.target, weight=self.class_weights, ignore_index=IGNORED, reduction="sum"
        )
        return Loss(total, int((batch.target != IGNORED).sum()))

    def predict(self, encoded: Encoded, batch: Batch) -> list[Prediction]:
        """The likeliest label, the probabilities of all, and where the pooler has weights, those of the tokens."""
        pooled = encoded.pooled["main"]
        rows = torch.softmax(self.projection(pooled.vector) / self.temperature, dim=1).tolist()  # (B, C)
        names = self.labels.items
        return [
            LabelsPrediction((names[row.index(max(row))],), dict(zip(names, row, strict=True)), attention)
            for row, attention in zip(rows, attention_of(pooled, encoded.encodings["main"].lengths), strict=True)
        ]

    def calibrate(self, batches: Iterable[tuple[Encoded, Batch]]) -> None:
        """Fit the temperature on dev (Guo et al. 2017, section 4.2); it changes no label."""
        if not self.config.calibrate:
            return
        scores, golds = [], []
        for encoded, batch in batches:
            assert batch.target is not None
            known = batch.target != IGNORED
            scores.append(self.projection(encoded.pooled["main"].vector)[known])
            golds.append(batch.target[known])
        self.temperature.fill_(fitted_temperature(torch.cat(scores), torch.cat(golds)))
