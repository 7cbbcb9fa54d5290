"""Poolers `mean`, `max` and `mean_max`: each element over all real positions."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from seqlab import Encoding, Pooled, Pooler
from seqlab_pool.mask import real_positions


class MeanPooler(Pooler):
    """The mean of the real states."""

    def __init__(self, config: Any, input_size: int) -> None:
        super().__init__(config, input_size)
        self.output_size = input_size

    def forward(self, encoding: Encoding) -> Pooled:
        """Vectors `(B, H)`; see `Pooler.forward`."""
        return Pooled(mean_over_time(encoding))


class MaxPooler(Pooler):
    """The largest value of each element over the real states (Collobert et al. 2011, section 3.3.2)."""

    def __init__(self, config: Any, input_size: int) -> None:
        super().__init__(config, input_size)
        self.output_size = input_size

    def forward(self, encoding: Encoding) -> Pooled:
        """Vectors `(B, H)`; see `Pooler.forward`."""
        return Pooled(max_over_time(encoding))


class MeanMaxPooler(Pooler):
    """Mean and largest value side by side (Howard and Ruder 2018, section 3.3, without the last state)."""

    def __init__(self, config: Any, input_size: int) -> None:
        super().__init__(config, input_size)
        self.output_size = 2 * input_size

    def forward(self, encoding: Encoding) -> Pooled:
        """Vectors `(B, 2 * H)`, the means first; see `Pooler.forward`."""
        return Pooled(torch.cat([mean_over_time(encoding), max_over_time(encoding)], dim=1))


def mean_over_time(encoding: Encoding) -> Tensor:
    """The mean `(B, H)` of the real states."""
    real = real_positions(encoding).unsqueeze(2)  # (B, T, 1); masked, so that no gradient reaches padding either
    return (encoding.states * real).sum(dim=1) / encoding.lengths.unsqueeze(1)  # (B, H)


def max_over_time(encoding: Encoding) -> Tensor:
    """The largest value `(B, H)` of each element; where several positions share it, they share the gradient."""
    real = real_positions(encoding).unsqueeze(2)  # (B, T, 1)
    return torch.where(real, encoding.states, -torch.inf).amax(dim=1)  # (B, H); the zeros of padding must not win
