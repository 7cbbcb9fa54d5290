"""A convolution over time that padding does not touch, and that can be cut into windows."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn


class TimeConvolution(nn.Module):
    """A linear layer over neighbouring inputs, side by side: `y_t = b + sum over k of W_k x_(t + k)`.

    The weights are drawn by Xavier's rule, biases are zero.

    Args:
        input_size: D.
        output_size: H.
        before: How many inputs before the present one are read.
        after: How many inputs after it.
    """

    def __init__(self, input_size: int, output_size: int, before: int, after: int) -> None:
        super().__init__()
        self.before, self.after = before, after
        self.convolution = nn.Conv1d(input_size, output_size, before + 1 + after)
        nn.init.xavier_uniform_(self.convolution.weight)
        nn.init.zeros_(cast(Tensor, self.convolution.bias))

    def forward(self, inputs: Tensor, lengths: Tensor, context: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Sums for every position.

        Args:
            inputs: `(B, T, D)`, zero on padding.
            lengths: `(B,)`.
            context: The inputs before the first, `(B, before, D)`; None for zeros.

        Returns:
            `(B, T, H)`, of no account on padding; and the last real inputs `(B, before, D)`, the context of what follows.
        """
        rows, _, width = inputs.shape
        if context is None:
            context = inputs.new_zeros(rows, self.before, width)
        parts = [context, inputs, inputs.new_zeros(rows, self.after, width)]
        line = torch.cat(parts, dim=1) if self.before or self.after else inputs  # (B, before + T + after, D)
        sums = self.convolution(line.transpose(1, 2)).transpose(1, 2)  # (B, T, H)
        # Position p of a row stands at p + before in the line, so the last `before` real ones begin at its length.
        last = lengths.unsqueeze(1) + torch.arange(self.before, device=lengths.device)  # (B, before)
        return sums, line[torch.arange(rows, device=lengths.device).unsqueeze(1), last]
