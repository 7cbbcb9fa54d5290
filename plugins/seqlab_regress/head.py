"""Head `regressor`: a number, from one vector."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor, nn

from seqlab import (
    Batch,
    Dropout,
    Encoded,
    Loss,
    NumberPrediction,
    Parts,
    Prediction,
    ScoringHead,
    Sizes,
    Vocabularies,
)
from seqlab_regress.settings import RegressorSettings

NUMBERS = "numbers"


class Regressor(ScoringHead):
    """The number of a sequence, linear in its pooled vector.

    Numbers are learnt as they are, in their own unit: those that are far from 1 in size had better be scaled in the data.
    """

    config: RegressorSettings

    def __init__(
        self, config: RegressorSettings, sizes: Mapping[str, Sizes], vocabularies: Vocabularies, parts: Parts
    ) -> None:
        super().__init__(config, sizes, vocabularies, parts)
        width = sizes["main"].pooled
        if width is None:
            raise ValueError("head 'regressor' needs a pooled vector")
        self.dropout = Dropout(config.dropout)
        self.projection = nn.Linear(width, 1)

    def loss(self, encoded: Encoded, batch: Batch) -> Loss:
        """The squared differences, summed; in the square of the numbers' unit, not in nats."""
        assert batch.target is not None
        found = self.scores(encoded)[NUMBERS]
        return Loss((found - batch.target.to(found.dtype)).square().sum(), len(batch))

    def scores(self, encoded: Encoded) -> Mapping[str, Tensor]:
        """The numbers `(B,)`."""
        return {NUMBERS: self.projection(self.dropout(encoded.pooled["main"].vector)).squeeze(1)}

    def decide(self, scores: Mapping[str, Tensor], encoded: Encoded, batch: Batch) -> list[Prediction]:
        """One number for each row."""
        return [NumberPrediction(value) for value in scores[NUMBERS].tolist()]
