"""Encoder `cnn`: stacked convolutions over time."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from seqlab import Dropout, Encoder, Encoding, State
from seqlab_feedforward.convolution import TimeConvolution
from seqlab_feedforward.real import RealPositions
from seqlab_feedforward.settings import CNNSettings


class CNNEncoder(Encoder):
    """`h = relu(b + W [neighbours])`, layer upon layer, as many states as inputs (Collobert et al. 2011, section 3.3).

    A layer of even width reads one input more after the present one than before it; a causal layer reads all of its
    inputs before. Padding is cleared below every layer, since a convolution would spread it. A causal encoder carries what
    each layer read last: `layer_0`, `layer_1`, ..., each `(B, width - 1, D)`.
    """

    config: CNNSettings

    def __init__(self, config: CNNSettings, input_size: int) -> None:
        super().__init__(config, input_size)
        self.output_size = config.hidden_size
        self.layers = nn.ModuleList()
        for number, width in enumerate(config.widths):
            after = 0 if config.causal else width // 2
            read = config.hidden_size if number else input_size
            self.layers.append(TimeConvolution(read, config.hidden_size, width - 1 - after, after))
        self.dropout = Dropout(config.dropout)

    def forward(self, inputs: Tensor, lengths: Tensor, state: State | None = None) -> Encoding:
        """Encode a batch; see `Encoder.forward`.

        Raises:
            ValueError: If a state is given to an encoder that looks ahead.
        """
        if state is not None and not self.config.causal:
            raise ValueError("convolutions that look ahead cannot go on from a state: they have not seen what follows")
        real = RealPositions(lengths, inputs.shape[1])
        states = real.only(inputs)
        contexts: dict[str, Tensor] = {}
        for number, layer in enumerate(self.layers):
            name = f"layer_{number}"
            read = self.dropout(states) if number else states
            sums, contexts[name] = layer(read, lengths, None if state is None else state[name])
            above = real.only(torch.relu(sums))  # (B, T, H)
            states = above + states if self.config.residual and above.shape == states.shape else above
        return Encoding(states, real.last(states), lengths, contexts if self.config.causal else {})
