"""Encoder `identity`: the embedded inputs themselves."""

from __future__ import annotations

from torch import Tensor

from seqlab import Encoder, Encoding, State
from seqlab_feedforward.real import RealPositions
from seqlab_feedforward.settings import IdentitySettings


class IdentityEncoder(Encoder):
    """Gives back what it is given, with zeros on padding: for bags of words, and for regions of an image."""

    config: IdentitySettings

    def __init__(self, config: IdentitySettings, input_size: int) -> None:
        super().__init__(config, input_size)
        self.output_size = input_size

    def forward(self, inputs: Tensor, lengths: Tensor, state: State | None = None) -> Encoding:
        """Encode a batch; see `Encoder.forward`. A state is of no account: nothing goes from one step to the next."""
        real = RealPositions(lengths, inputs.shape[1])
        states = real.only(inputs)
        return Encoding(states, real.last(states), lengths, {})
