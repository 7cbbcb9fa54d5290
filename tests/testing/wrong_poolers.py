"""A right pooler, and poolers that each break a law."""

from dataclasses import dataclass

import torch
from torch import nn

from seqlab import Pooled, Pooler


@dataclass(frozen=True)
class Settings:
    """None."""


class Mean(Pooler):
    """Keeps all laws."""

    def __init__(self, config, input_size):
        super().__init__(config, input_size)
        self.output_size = input_size

    def forward(self, encoding):
        return Pooled(encoding.states.sum(dim=1) / encoding.lengths.unsqueeze(1))


class MeanOfPadding(Mean):
    """Divides by the length of the longest row."""

    def forward(self, encoding):
        return Pooled(encoding.states.mean(dim=1))


class MaxOfPadding(Mean):
    """Lets the zeros on padding win over negative numbers."""

    def forward(self, encoding):
        return Pooled(encoding.states.amax(dim=1))


class AttentionWithoutMask(Mean):
    """Spreads its weights over padding too."""

    def __init__(self, config, input_size):
        super().__init__(config, input_size)
        self.query = nn.Linear(input_size, 1)

    def forward(self, encoding):
        weights = self.query(encoding.states).squeeze(2).softmax(dim=1)
        return Pooled(torch.einsum("bt,bth->bh", weights, encoding.states), weights)


class WrongOutputSize(Mean):
    """Says half of the width."""

    def __init__(self, config, input_size):
        super().__init__(config, input_size)
        self.output_size = input_size // 2
