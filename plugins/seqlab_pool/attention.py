"""Pooler `attention`: a weighted mean of the states, by a learnt query."""

from __future__ import annotations

import torch
from torch import nn

from seqlab import Dropout, Encoding, Pooled, Pooler
from seqlab_pool.mask import real_positions
from seqlab_pool.settings import AttentionSettings


class AttentionPooler(Pooler):
    """How much each state counts is learnt.

    u_t = tanh(W h_t + b), a = softmax over t of u_t . q, vector = sum over t of a_t h_t (Yang et al. 2016, equations 5-7;
    the score is that of Bahdanau et al. 2015 with one learnt query in place of the decoder's state).
    """

    config: AttentionSettings

    def __init__(self, config: AttentionSettings, input_size: int) -> None:
        super().__init__(config, input_size)
        self.output_size = input_size
        self.projection = nn.Linear(input_size, config.size)
        self.query = nn.Linear(config.size, 1, bias=False)  # a bias would move all scores alike, and no weight
        self.dropout = Dropout(config.dropout)

    def forward(self, encoding: Encoding) -> Pooled:
        """Vectors `(B, H)` and weights `(B, T)`, 0 on padding; see `Pooler.forward`."""
        projected = torch.tanh(self.projection(encoding.states))  # (B, T, size)
        scores = self.query(self.dropout(projected)).squeeze(2)  # (B, T)
        weights = scores.masked_fill(~real_positions(encoding), -torch.inf).softmax(dim=1)
        return Pooled(torch.bmm(weights.unsqueeze(1), encoding.states).squeeze(1), weights)  # (B, H)
