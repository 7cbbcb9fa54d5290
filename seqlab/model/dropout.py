"""Dropout whose mask costs a fifth of torch's on a CPU."""

from __future__ import annotations

import torch
from torch import Tensor, nn

LEVELS = 1 << 16
"""A mask compares 16 random bits with a threshold; rates are kept to 1 / 65,536."""


class Dropout(nn.Module):
    """Sets a share of the elements to 0 while training, and scales the others so that their mean stays the same.

    Torch draws one 32-bit number for each element, one after the other; here one draw of 64 bits serves four
    (`benchmarks/README.md`). The mask comes from torch's generator, so that it is repeated with it.

    Args:
        rate: Share of the elements that is set to 0, in [0, 1).
        variational: One mask for all steps of a row: `(B, T, D)` is masked by `(B, 1, D)` (Gal and Ghahramani 2016).

    Raises:
        ValueError: If the rate is not in [0, 1).
    """

    def __init__(self, rate: float, variational: bool = False) -> None:
        super().__init__()
        if not 0 <= rate < 1:
            raise ValueError(f"the rate of a dropout is in [0, 1), not {rate}")
        self.rate = rate
        self.variational = variational
        self.threshold = round(rate * LEVELS)

    def forward(self, inputs: Tensor) -> Tensor:
        """Mask `(B, T, D)`, or any shape if it is not variational."""
        if not self.training or not self.threshold:
            return inputs
        shape = (inputs.shape[0], 1, *inputs.shape[2:]) if self.variational else inputs.shape
        return inputs * self.mask(shape, inputs.dtype)

    def mask(self, shape: tuple[int, ...], dtype: torch.dtype = torch.float32) -> Tensor:
        """Zeros, and the scale of what is kept, whatever the mode."""
        size = torch.Size(shape).numel()
        bits = torch.empty((size + 3) // 4, dtype=torch.int64).random_(-(1 << 63), None)  # (size / 4,)
        lanes = bits.view(torch.int16)[:size].view(shape)  # uniform over [-32768, 32767]
        return lanes.ge(self.threshold - LEVELS // 2).to(dtype).mul_(LEVELS / (LEVELS - self.threshold))

    def extra_repr(self) -> str:
        """What `print(network)` shows."""
        return f"{self.rate}, variational={self.variational}"
