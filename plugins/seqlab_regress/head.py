"""Head `regressor`: a number, from one vector."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor, nn

from seqlab import (
    Batch,
    Dropout,
    Encoded,
    Head,
    Loss,
    NumberPrediction,
    Parts,
    Prediction,
    Sizes,
    Vocabularies,
)
from seqlab_regress.settings import RegressorSettings


class Regressor(Head):
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
        found = self._numbers(encoded)
        return Loss((found - batch.target.to(found.dtype)).square().sum(), len(batch))

    def predict(self, encoded: Encoded, batch: Batch) -> list[Prediction]:
        """One number for each row."""
        return [NumberPrediction(value) for value in self._numbers(encoded).tolist()]

    def _numbers(self, encoded: Encoded) -> Tensor:
        """`(B,)`."""
        numbers: Tensor = self.projection(self.dropout(encoded.pooled["main"].vector)).squeeze(1)
        return numbers
