"""The scores of labels and the weights of tokens, from a pooled vector to predictions."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

LABELS = "labels"
ATTENTION = "attention"


def with_attention(labels: Tensor, weights: Tensor | None) -> dict[str, Tensor]:
    """What a head decides by: scores of labels `(B, C)`, and weights of tokens `(B, T)` where a pooler has some."""
    return {LABELS: labels} if weights is None else {LABELS: labels, ATTENTION: weights}


def attention_of(scores: Mapping[str, Tensor], lengths: Tensor) -> list[tuple[float, ...] | None]:
    """The weight of each real token in each pooled vector; None for each row of a pooler without weights."""
    if ATTENTION not in scores:
        return [None] * len(lengths)
    rows = zip(scores[ATTENTION].tolist(), lengths.tolist(), strict=True)
    return [tuple(row[:length]) for row, length in rows]
