"""Encoder `lstm`: right on padding, without packing, in one fused call for each layer and direction."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from seqlab_rnn.initialisers import chrono_
from seqlab_rnn.one_way import OneWayLayer, Weights
from seqlab_rnn.settings import LSTMSettings
from seqlab_rnn.stack import RecurrentEncoder

SATURATION = 1e4
"""Weight of the padding flag: large enough that a sigmoid is 0 or 1 exactly, in float32 and float64."""


class LSTMLayer(OneWayLayer):
    """Long short-term memory in torch's fused kernel; gates are input, forget, cell, output.

    The kernel gives the cell after the last step of the batch. Where rows end earlier, the inputs carry one more column, 1
    on padding, whose fixed weights shut the input gate and open the forget gate: the cell passes through padding
    unchanged, with its gradient, and ends as it was at the last real position.
    """

    gates = ("input gate", "forget gate", "candidate", "output gate")
    carries = ("hidden", "cell")
    flagged = True

    def __init__(self, config: LSTMSettings, input_size: int) -> None:
        super().__init__(config, input_size)
        size = config.hidden_size
        flag = torch.zeros(4 * size, 1)
        flag[:size] = -SATURATION
        flag[size : 2 * size] = SATURATION
        self.register_buffer("flag_weight", flag, persistent=False)
        forget = self.bias_ih[size : 2 * size]
        if config.chrono_range is None:
            nn.init.constant_(forget, config.forget_bias)  # Jozefowicz et al. 2015, section 3.1
        else:
            chrono_(forget, config.chrono_range)
            with torch.no_grad():
                self.bias_ih[:size] = -forget

    def run(self, inputs: Tensor, state: tuple[Tensor, ...] | None, weights: Weights) -> tuple[Tensor, ...]:
        """All steps; see `OneWayLayer.run`."""
        matrix = weights.inputs
        if inputs.shape[2] > self.input_size:
            matrix = torch.cat([matrix, self.get_buffer("flag_weight")], dim=1)  # (4 * H, D + 1)
        if state is None:
            zero = inputs.new_zeros(1, inputs.shape[1], self.hidden_size)
            start = (zero, zero)
        else:
            start = (state[0].unsqueeze(0).contiguous(), state[1].unsqueeze(0).contiguous())
        flat = [matrix, *weights[1:]]
        output, _, cell = torch.lstm(inputs, start, flat, True, 1, 0.0, self.training, False, False)
        return output, cell[0]


class LSTMEncoder(RecurrentEncoder):
    """Stacked LSTM, one or two directions; see `RecurrentEncoder`. Its state holds `hidden` and `cell`."""

    layer = LSTMLayer
