"""The encoder: h_t = a * h_{t-1} + (1 - a) * W x_t, with 0 < a < 1 learned for each channel."""

import torch
from seqlab_example_plugin_settings import EMASettings
from torch import Tensor, nn

from seqlab import Encoder, Encoding, State


class EMAEncoder(Encoder):
    """Exponential moving averages of the projected inputs.

    Source: Hunter (1986), "The exponentially weighted moving average"; the parallel scan is that of Hillis and
    Steele (1986), "Data parallel algorithms".

    Args:
        config: Number of channels and the longest half-life at the start.
        input_size: D, the width of what it reads.
    """

    def __init__(self, config: EMASettings, input_size: int) -> None:
        super().__init__(config, input_size)
        self.output_size = config.hidden_size
        self.project = nn.Linear(input_size, config.hidden_size)
        half_lives = torch.logspace(0.0, 1.0, config.hidden_size, base=config.longest_half_life)
        self.decay_logit = nn.Parameter(torch.logit(0.5 ** (1.0 / half_lives)))  # (H,)

    def forward(self, inputs: Tensor, lengths: Tensor, state: State | None = None) -> Encoding:
        """Encode a batch.

        Args:
            inputs: `(B, T, D)`, padded on the right.
            lengths: `(B,)`, each from 1 to T.
            state: `average`, `(B, H)`; None to start from zero.
        """
        decay = torch.sigmoid(self.decay_logit)
        states = (1.0 - decay) * self.project(inputs)  # (B, T, H)
        if state is not None:
            states = torch.cat([states[:, :1] + decay * state["average"][:, None], states[:, 1:]], dim=1)
        states = _scan(states, decay)
        real = torch.arange(inputs.shape[1], device=inputs.device) < lengths[:, None]  # (B, T)
        states = states * real[:, :, None]
        final = states[torch.arange(len(lengths), device=inputs.device), lengths - 1]  # (B, H)
        return Encoding(states, final, lengths, {"average": final})


def _scan(drive: Tensor, decay: Tensor) -> Tensor:
    """All h_t = decay * h_{t-1} + drive_t at once, from h_{-1} = 0.

    After k rounds each position holds the sum over the last 2**k inputs; doubling that takes one shifted addition, so
    T positions need log2(T) rounds. No power of the decay has a negative exponent: nothing overflows.

    Args:
        drive: `(B, T, H)`.
        decay: `(H,)`.
    """
    reach = 1
    while reach < drive.shape[1]:
        earlier = nn.functional.pad(drive[:, :-reach], (0, 0, reach, 0))  # (B, T, H)
        drive = drive + decay * earlier
        decay = decay * decay
        reach *= 2
    return drive
