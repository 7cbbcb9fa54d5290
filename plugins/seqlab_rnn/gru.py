"""Encoder `gru`: gated recurrent units."""

from __future__ import annotations

from torch import Tensor

from seqlab_rnn.gru_recurrence import run_gru
from seqlab_rnn.initialisers import chrono_
from seqlab_rnn.one_way import OneWayLayer, Weights
from seqlab_rnn.settings import GRUSettings
from seqlab_rnn.stack import RecurrentEncoder


class GRULayer(OneWayLayer):
    """Gated recurrent units (Cho et al. 2014) in the form of cuDNN and torch; gates are reset, update, new.

    Its state is a mean of values between -1 and 1, so what it does on padding is bounded, and nobody reads it.
    """

    gates = ("reset gate", "update gate", "candidate")

    def __init__(self, config: GRUSettings, input_size: int) -> None:
        super().__init__(config, input_size)
        if config.chrono_range is not None:
            chrono_(self.bias_ih[self.hidden_size : 2 * self.hidden_size], config.chrono_range)  # keeps the old state

    def run(self, inputs: Tensor, state: tuple[Tensor, ...] | None, weights: Weights) -> tuple[Tensor, ...]:
        """All steps; see `OneWayLayer.run`."""
        start = inputs.new_zeros(inputs.shape[1], self.hidden_size) if state is None else state[0]
        return (run_gru(inputs, start, *weights),)


class GRUEncoder(RecurrentEncoder):
    """Stacked GRU, one or two directions; see `RecurrentEncoder`."""

    layer = GRULayer
