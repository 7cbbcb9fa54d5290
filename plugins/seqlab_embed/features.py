"""Embedder `features`: vectors that the data itself holds."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from seqlab import DataError, Dropout, Embedded, Embedder, Features, Problem, Vocabulary
from seqlab_embed.features_settings import FeaturesSettings


class FeaturesEmbedder(Embedder):
    """The vectors of a sequence as the steps of its row.

    An item is a whole sequence `(T, size)`, so an input has one item, and its length is that of the sequence. Sequences
    of unequal length are kept side by side, padded; one more column says which vectors are real.
    """

    config: FeaturesSettings

    def __init__(self, config: FeaturesSettings, vocabulary: Vocabulary | None) -> None:
        super().__init__(config, vocabulary)
        self.output_size = config.projection or config.size
        self.projection = nn.Linear(config.size, config.projection) if config.projection else nn.Identity()
        self.dropout = Dropout(config.dropout, config.variational)

    def features(self, items: Sequence[Features]) -> Tensor:
        """The sequences side by side, `(N, longest, size + 1)`; the last column is 1 on real vectors, 0 on padding.

        Raises:
            DataError: SL444 if the vectors have another width than `size` says.
        """
        size = self.config.size
        table = torch.zeros(len(items), max(len(item) for item in items), size + 1)
        for row, item in zip(table, items, strict=True):
            if item.array.shape[1:] != (size,):
                raise _of_another_width(item, size)
            row[: len(item), :size] = torch.from_numpy(item.array)
            row[: len(item), size] = 1
        return table

    def forward(self, features: Tensor, index: Tensor, lengths: Tensor) -> Embedded:
        """Vectors `(B, longest of the batch, output_size)` and their lengths; see `Embedder.forward`."""
        rows = features[index[:, 0]]  # (B, longest, size + 1)
        steps = rows[:, :, -1].sum(dim=1).to(lengths.dtype)  # (B,)
        vectors = rows[:, : int(steps.max()), :-1]  # (B, longest of the batch, size)
        return Embedded(self.dropout(self.projection(vectors)), steps)


def _of_another_width(item: Features, size: int) -> DataError:
    shape = tuple(item.array.shape)
    if len(shape) != 2:
        return DataError(Problem("SL444", f"features have the shape {shape}, but embedder 'features' reads (T, {size})",
                                 notes=("one row for each step, one column for each number of it",)))  # fmt: skip
    return DataError(Problem("SL444", f"the vectors of the data have {shape[1]} numbers, but embedder 'features' has "
                             f"size: {size}", notes=(f"write size: {shape[1]}",)))  # fmt: skip
