"""Head `tagger`: a softmax over tags at every position."""

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
    Loss,
    Parts,
    Prediction,
    ScoringHead,
    Sizes,
    TagsPrediction,
    Vocabularies,
)
from seqlab_tagger.settings import TaggerSettings

TAGS = "tags"


class Tagger(ScoringHead):
    """Each tag from the state at its token, independently of the others."""

    config: TaggerSettings

    def __init__(
        self, config: TaggerSettings, sizes: Mapping[str, Sizes], vocabularies: Vocabularies, parts: Parts
    ) -> None:
        super().__init__(config, sizes, vocabularies, parts)
        if vocabularies.target is None:
            raise ValueError("a tagger needs a vocabulary of tags")
        self.tags = vocabularies.target
        self.dropout = Dropout(config.dropout)
        self.projection = nn.Linear(sizes["main"].states, len(self.tags))

    def loss(self, encoded: Encoded, batch: Batch) -> Loss:
        """Cross-entropy summed over the tokens whose tag train knows, in nats."""
        assert batch.target is not None
        scores = self.scores(encoded)[TAGS]  # (B, T, C)
        total = functional.cross_entropy(
            scores.flatten(0, 1), batch.target.flatten(), ignore_index=IGNORED, reduction="sum"
        )
        return Loss(total, int((batch.target != IGNORED).sum()))

    def scores(self, encoded: Encoded) -> Mapping[str, Tensor]:
        """Of tags `(B, T, C)`."""
        return {TAGS: self.projection(self.dropout(encoded.encodings["main"].states))}

    def decide(self, scores: Mapping[str, Tensor], encoded: Encoded, batch: Batch) -> list[Prediction]:
        """The likeliest tag at every token, with its probability."""
        lengths = encoded.encodings["main"].lengths
        log_probs = torch.log_softmax(scores[TAGS], dim=-1)  # (B, T, C)
        best, ids = log_probs.max(dim=-1)  # (B, T)
        names = self.tags.items
        return [
            TagsPrediction(tuple(names[i] for i in row[:length]), tuple(probability[:length]))
            for row, probability, length in zip(ids.tolist(), best.exp().tolist(), lengths.tolist(), strict=True)
        ]
