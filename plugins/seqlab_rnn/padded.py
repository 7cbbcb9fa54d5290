"""Where the rows of a time-major batch end, and how they are reversed."""

from __future__ import annotations

import torch
from torch import Tensor


class PaddedBatch:
    """Positions of a batch that is padded on the right, its tensors being `(T, B, ...)`.

    Args:
        lengths: `(B,)`, each from 1 to T.
        steps: T.
        reversible: Whether `reverse` will be asked for.

    Attributes:
        padded: `(T, B, 1)`, 1 on padding and 0 elsewhere; None where no row is padded, or before `time_major`.
    """

    def __init__(self, lengths: Tensor, steps: int, reversible: bool) -> None:
        rows = lengths.shape[0]
        positions = torch.arange(steps, device=lengths.device).unsqueeze(1)  # (T, 1)
        columns = torch.arange(rows, device=lengths.device)  # (B,)
        self._ends = (lengths - 1) * rows + columns  # (B,) in the flattened (T * B)
        self._padding = (positions >= lengths).unsqueeze(2) if bool((lengths < steps).any()) else None  # (T, B, 1)
        self.padded: Tensor | None = None
        self._order: Tensor | None = None
        if reversible:
            mirrored = lengths - 1 - positions  # (T, B)
            within = torch.where(mirrored >= 0, mirrored, positions)  # padding stays where it is
            self._order = (within * rows + columns).flatten()

    def time_major(self, inputs: Tensor) -> Tensor:
        """Inputs `(B, T, D)` as `(T, B, D)`, zero on padding, so that nothing there outweighs a flag or is no number."""
        inputs = inputs.transpose(0, 1)
        if self._padding is None:
            return inputs.contiguous()
        self.padded = self._padding.to(inputs.dtype)
        return inputs.masked_fill(self._padding, 0).contiguous()

    def reverse(self, tensor: Tensor) -> Tensor:
        """`(T, B, D)` with each row reversed within its own length; twice is once nothing."""
        assert self._order is not None
        return tensor.flatten(0, 1).index_select(0, self._order).view_as(tensor)

    def last(self, tensor: Tensor) -> Tensor:
        """`(B, D)`: what stands at the last real position of each row of `(T, B, D)`."""
        return tensor.flatten(0, 1).index_select(0, self._ends)

    def cleared(self, tensor: Tensor) -> Tensor:
        """`(T, B, D)` with zeros on padding."""
        return tensor if self.padded is None else tensor * (1 - self.padded)
