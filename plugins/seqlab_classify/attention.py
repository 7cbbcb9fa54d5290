"""The weights of tokens, for predictions."""

from __future__ import annotations

from torch import Tensor

from seqlab import Pooled


def attention_of(pooled: Pooled, lengths: Tensor) -> list[tuple[float, ...] | None]:
    """The weight of each real token in each pooled vector; None for each row of a pooler without weights."""
    if pooled.weights is None:
        return [None] * len(lengths)
    rows = zip(pooled.weights.tolist(), lengths.tolist(), strict=True)
    return [tuple(row[:length]) for row, length in rows]
