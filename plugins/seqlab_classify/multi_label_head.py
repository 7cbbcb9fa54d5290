"""Head `multi_label_classifier`: a sigmoid for each label, from one vector."""

from __future__ import annotations

from collections.abc import Mapping

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
from seqlab_classify.settings import MultiLabelClassifierSettings


class MultiLabelClassifier(ScoringHead):
    """Whether a text has each label, independently of the others."""

    config: MultiLabelClassifierSettings
    class_weights: Tensor | None

    def __init__(
        self,
        config: MultiLabelClassifierSettings,
        sizes: Mapping[str, Sizes],
        vocabularies: Vocabularies,
        parts: Parts,
    ) -> None:
        super().__init__(config, sizes, vocabularies, parts)
        if vocabularies.target is None:
            raise ValueError("head 'multi_label_classifier' needs a vocabulary of labels")
        width = sizes["main"].pooled
        if width is None:
            raise ValueError("head 'multi_label_classifier' needs a pooled vector")
        self.labels = vocabularies.target
        self.dropout = Dropout(config.dropout)
        self.projection = nn.Linear(width, len(self.labels))
        weights = balanced(self.labels.counts) if config.class_weights == "balanced" else None
        self.register_buffer("class_weights", weights, persistent=False)

    def loss(self, encoded: Encoded, batch: Batch) -> Loss:
        """Binary cross-entropy summed over all labels of all texts, in nats; its terms are these decisions.

        With class weights the term of a label that a text has is weighted by its label's.
        """
        assert batch.target is not None
        known = batch.target != IGNORED  # (B, C)
        scores = self.scores(encoded)[LABELS]  # (B, C)
        terms = functional.binary_cross_entropy_with_logits(
            scores, batch.target.to(scores.dtype), pos_weight=self.class_weights, reduction="none"
        )
        return Loss(terms.masked_fill(~known, 0).sum(), int(known.sum()))

    def scores(self, encoded: Encoded) -> Mapping[str, Tensor]:
        """Of labels `(B, C)`; and where the pooler has weights, those of the tokens `(B, T)`."""
        pooled = encoded.pooled["main"]
        return with_attention(self.projection(self.dropout(pooled.vector)), pooled.weights)

    def decide(self, scores: Mapping[str, Tensor], encoded: Encoded, batch: Batch) -> list[Prediction]:
        """The labels from the threshold on, the probabilities of all, and the weights of the tokens if there are some."""
        rows = torch.sigmoid(scores[LABELS]).tolist()  # (B, C)
        names = self.labels.items
        return [
            LabelsPrediction(
                tuple(name for name, share in zip(names, row, strict=True) if share >= self.config.threshold),
                dict(zip(names, row, strict=True)),
                attention,
            )
            for row, attention in zip(rows, attention_of(scores, encoded.encodings["main"].lengths), strict=True)
        ]
