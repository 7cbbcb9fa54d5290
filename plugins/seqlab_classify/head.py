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
    LabelsPrediction,
    Loss,
    Parts,
    Prediction,
    ScoringHead,
    Sizes,
    Vocabularies,
)
from seqlab_classify.attention import LABELS, attention_of, with_attention
from seqlab_classify.class_weights import balanced
from seqlab_classify.settings import ClassifierSettings
from seqlab_classify.temperature import fitted_temperature


class Classifier(ScoringHead):
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
        total = functional.cross_entropy(
            self.scores(encoded)[LABELS], batch.target, weight=self.class_weights, ignore_index=IGNORED, reduction="sum"
        )
        return Loss(total, int((batch.target != IGNORED).sum()))

    def scores(self, encoded: Encoded) -> Mapping[str, Tensor]:
        """Of labels `(B, C)`; and where the pooler has weights, those of the tokens `(B, T)`."""
        pooled = encoded.pooled["main"]
        return with_attention(self.projection(self.dropout(pooled.vector)), pooled.weights)

    def decide(self, scores: Mapping[str, Tensor], encoded: Encoded, batch: Batch) -> list[Prediction]:
        """The likeliest label, the probabilities of all, and where the pooler has weights, those of the tokens."""
        rows = torch.softmax(scores[LABELS] / self.temperature, dim=1).tolist()  # (B, C)
        names = self.labels.items
        return [
            LabelsPrediction((names[row.index(max(row))],), dict(zip(names, row, strict=True)), attention)
            for row, attention in zip(rows, attention_of(scores, encoded.encodings["main"].lengths), strict=True)
        ]

    def calibrate(self, batches: Iterable[tuple[Mapping[str, Tensor], Batch]]) -> None:
        """Fit the temperature on dev (Guo et al. 2017, section 4.2); it changes no label."""
        if not self.config.calibrate:
            return
        found, golds = [], []
        for scores, batch in batches:
            assert batch.target is not None
            known = batch.target != IGNORED
            found.append(scores[LABELS][known])
            golds.append(batch.target[known])
        self.temperature.fill_(fitted_temperature(torch.cat(found), torch.cat(golds)))
