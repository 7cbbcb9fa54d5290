"""Which positions of a padded batch are real."""

from __future__ import annotations

import torch
from torch import Tensor


class RealPositions:
    """The real positions of a batch `(B, T, ...)` that is padded on the right.

    Args:
        lengths: `(B,)`, each from 1 to T.
        steps: T.
    """

    def __init__(self, lengths: Tensor, steps: int) -> None:
        self._lengths = lengths
        self._padding: Tensor | None = None
        if bool((lengths < steps).any()):
            self._padding = (torch.arange(steps, device=lengths.device) >= lengths.unsqueeze(1)).unsqueeze(
                2
            )  # (B, T, 1)

    def only(self, tensor: Tensor) -> Tensor:
        """`(B, T, D)` with zeros on padding, whatever stood there."""
        return tensor if self._padding is None else tensor.masked_fill(self._padding, 0)

    def last(self, tensor: Tensor) -> Tensor:
        """`(B, D)`: what stands at the last real position of each row of `(B, T, D)`."""
        return tensor[torch.arange(len(self._lengths), device=self._lengths.device), self._lengths - 1]
