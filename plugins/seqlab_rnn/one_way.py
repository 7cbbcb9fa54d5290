"""What the layers `rnn`, `gru` and `lstm` share: weights, weight drop, and how they are run."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, NamedTuple

import torch
from torch import Tensor, nn

from seqlab import Dropout
from seqlab_rnn.initialisers import orthogonal_per_gate, xavier_per_gate


class Weights(NamedTuple):
    """The weights of one layer in one direction, for one batch; gates stand one above the other, in torch's order.

    Args:
        inputs: `(gates * H, D)`.
        recurrent: `(gates * H, H)`, some of them dropped.
        input_bias: `(gates * H,)`.
        recurrent_bias: `(gates * H,)`.
    """

    inputs: Tensor
    recurrent: Tensor
    input_bias: Tensor
    recurrent_bias: Tensor


class OneWayLayer(nn.Module, ABC):
    """One recurrent layer in one direction, from the first step to the last.

    Everything in it is time-major, `(T, B, ...)`, so that a step is one piece of memory.

    Args:
        config: The encoder's settings, a `RecurrentSettings`.
        input_size: D.

    Attributes:
        gates: What the matrices of the weights make, in their order; what ends in `gate` is from 0 to 1.
        carries: Names of the states that go from step to step; the first is `hidden`, which the outputs tell.
        is_bounded: Whether its states are from -1 to 1.
        flagged: Whether its inputs have one more column where a batch is padded: 1 on padding, else 0.
    """

    gates: ClassVar[tuple[str, ...]] = ("state",)
    carries: ClassVar[tuple[str, ...]] = ("hidden",)
    is_bounded: bool = True
    flagged: bool = False

    def __init__(self, config: Any, input_size: int) -> None:
        super().__init__()
        self.input_size = input_size
        self.hidden_size: int = config.hidden_size
        rows = len(self.gates) * self.hidden_size
        self.weight_ih = nn.Parameter(torch.empty(rows, input_size))
        self.weight_hh = nn.Parameter(torch.empty(rows, self.hidden_size))
        self.bias_ih = nn.Parameter(torch.zeros(rows))
        self.bias_hh = nn.Parameter(torch.zeros(rows))
        self.weight_drop = Dropout(config.weight_drop)
        xavier_per_gate(self.weight_ih, len(self.gates))
        orthogonal_per_gate(self.weight_hh, len(self.gates))

    def weights(self) -> Weights:
        """The weights for the next batch.

        While training, weight drop draws which recurrent weights are 0 for all its rows and steps (Merity et al. 2018,
        section 2): the same recurrent connection is missing throughout, and the kernel stays as it is.
        """
        return Weights(self.weight_ih, self.weight_drop(self.weight_hh), self.bias_ih, self.bias_hh)

    def recurrent_weights(self) -> dict[str, Tensor]:
        """`(H, H)` for each gate."""
        return dict(zip(self.gates, self.weight_hh.chunk(len(self.gates)), strict=True))

    def gate_values(self, inputs: Tensor, states: Tensor, weights: Weights) -> dict[str, Tensor]:
        """The gates of all steps, `(T, B, H)`, worked out again from what the layer read and gave.

        Args:
            inputs: `(T, B, D)`.
            states: `(T, B, H)`, what it gave, from a state of zeros.
            weights: What `weights()` gave.
        """
        before = torch.cat([torch.zeros_like(states[:1]), states[:-1]])
        summed = inputs[:, :, : self.input_size] @ weights.inputs.T + weights.input_bias
        summed = summed + before @ weights.recurrent.T + weights.recurrent_bias  # (T, B, gates * H)
        parts = zip(self.gates, summed.chunk(len(self.gates), dim=2), strict=True)
        return {name: part.sigmoid() for name, part in parts if name.endswith("gate")}

    @abstractmethod
    def run(self, inputs: Tensor, state: tuple[Tensor, ...] | None, weights: Weights) -> tuple[Tensor, ...]:
        """All steps of a batch. It draws nothing and changes nothing, so that two may run at a time.

        Args:
            inputs: `(T, B, D)`, with the flag column `(T, B, D + 1)`.
            state: What is carried, each `(B, H)`, in the order of `carries`; None for zeros.
            weights: What `weights()` gave.

        Returns:
            The states of all steps `(T, B, H)`; then for each name of `carries` after the first its value after the last
            real step, `(B, H)`.
        """
