"""Encoder `window`: each state from a fixed window of inputs."""

from __future__ import annotations

import torch
from torch import Tensor

from seqlab import Encoder, Encoding, State
from seqlab_feedforward.convolution import TimeConvolution
from seqlab_feedforward.real import RealPositions
from seqlab_feedforward.settings import WindowSettings


class WindowEncoder(Encoder):
    """`h_t = f(b + W [x_(t - size + 1); ...; x_t])`: the hidden layer of Bengio et al. (2003), section 2, equation 1.

    Before the first input and after the last one stand zeros. Where nothing after t is read, the state carries
    `inputs`, the last `size - 1` of them, `(B, size - 1, D)`.
    """

    config: WindowSettings

    def __init__(self, config: WindowSettings, input_size: int) -> None:
        super().__init__(config, input_size)
        self.output_size = config.hidden_size
        self.layer = TimeConvolution(input_size, config.hidden_size, config.size - 1, config.after)

    def forward(self, inputs: Tensor, lengths: Tensor, state: State | None = None) -> Encoding:
        """Encode a batch; see `Encoder.forward`.

        Raises:
            ValueError: If a state is given to an encoder that looks ahead.
        """
        if state is not None and self.config.after:
            raise ValueError("a window that looks ahead cannot go on from a state: it has not seen what follows")
        real = RealPositions(lengths, inputs.shape[1])
        sums, context = self.layer(real.only(inputs), lengths, None if state is None else state["inputs"])
        states = real.only(torch.tanh(sums) if self.config.nonlinearity == "tanh" else torch.relu(sums))  # (B, T, H)
        return Encoding(states, real.last(states), lengths, {} if self.config.after else {"inputs": context})
