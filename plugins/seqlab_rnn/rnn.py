"""Encoder `rnn`: the simple recurrent network."""

from __future__ import annotations

import torch
from torch import Tensor

from seqlab_rnn.initialisers import identity, uniform
from seqlab_rnn.one_way import OneWayLayer, Weights
from seqlab_rnn.rnn_recurrence import run_rnn
from seqlab_rnn.settings import RNNSettings
from seqlab_rnn.stack import RecurrentEncoder

CLOSED = -1e30
"""Weight of the padding flag: whatever is added to it, a rectifier gives 0."""


class RNNLayer(OneWayLayer):
    """`h_t = f(W x_t + U h_(t-1) + b)` (Elman 1990), f being tanh or a rectifier.

    What a tanh gives on padding is bounded, and nobody reads it. A rectifier could grow there without end, and infinity
    times a gradient of 0 is no number: so its inputs have a flag, which makes the state 0 on padding.
    """

    def __init__(self, config: RNNSettings, input_size: int) -> None:
        super().__init__(config, input_size)
        self.rectified = config.nonlinearity == "relu"
        self.flagged = self.rectified
        self.is_bounded = not self.rectified
        if self.flagged:
            self.register_buffer("flag_weight", torch.full((config.hidden_size, 1), CLOSED), persistent=False)
        if config.recurrent_init == "identity":
            identity(self.weight_hh)
        elif config.recurrent_init == "uniform":
            uniform(self.weight_hh)

    def run(self, inputs: Tensor, state: tuple[Tensor, ...] | None, weights: Weights) -> tuple[Tensor, ...]:
        """All steps; see `OneWayLayer.run`."""
        start = inputs.new_zeros(inputs.shape[1], self.hidden_size) if state is None else state[0]
        matrix = weights.inputs
        if inputs.shape[2] > self.input_size:
            matrix = torch.cat([matrix, self.get_buffer("flag_weight")], dim=1)
        bias = weights.input_bias + weights.recurrent_bias
        return (run_rnn(inputs, start, matrix, weights.recurrent, bias, self.rectified),)


class RNNEncoder(RecurrentEncoder):
    """Stacked simple recurrent layers, one or two directions; see `RecurrentEncoder`."""

    layer = RNNLayer
