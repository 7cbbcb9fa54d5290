"""Which positions are real."""

from __future__ import annotations

import torch
from torch import Tensor

from seqlab import Encoding


def real_positions(encoding: Encoding) -> Tensor:
    """The mask `(B, T)`, True on real positions."""
    steps = encoding.states.shape[1]
    return torch.arange(steps, device=encoding.states.device) < encoding.lengths.unsqueeze(1)  # (B, T)
