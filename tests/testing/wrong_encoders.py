"""A right encoder, and encoders that each break a law."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from seqlab import Encoder, EncoderSettings, Encoding

H = 4


@dataclass(frozen=True)
class Forward(EncoderSettings):
    """One direction, with a state."""

    is_causal = True
    has_state = True


@dataclass(frozen=True)
class Blind(EncoderSettings):
    """Neither causal nor with a state."""


@dataclass(frozen=True)
class TwoWays(EncoderSettings):
    """Two directions."""

    directions = 2


@dataclass(frozen=True)
class Causal(EncoderSettings):
    """Causal, without a state."""

    is_causal = True


def mask_of(inputs, lengths):
    return (torch.arange(inputs.shape[1]) < lengths.unsqueeze(1)).unsqueeze(2)


def last_of(states, lengths):
    return states[torch.arange(len(lengths)), lengths - 1]


class Elman(Encoder):
    """Keeps all laws: h_t = tanh(W x_t + U h_{t-1}), and the state stops where a row ends."""

    def __init__(self, config, input_size):
        super().__init__(config, input_size)
        self.output_size = H
        self.inward = nn.Linear(input_size, H)
        self.onward = nn.Linear(H, H)

    def start(self, inputs, state):
        return inputs.new_zeros(inputs.shape[0], H) if state is None else state["hidden"]

    def unroll(self, inputs, lengths, hidden):
        columns = []
        for step in range(inputs.shape[1]):
            moved = torch.tanh(self.inward(inputs[:, step]) + self.onward(hidden))
            hidden = torch.where((step < lengths).unsqueeze(1), moved, hidden)
            columns.append(hidden)
        return torch.stack(columns, dim=1), hidden

    def forward(self, inputs, lengths, state=None):
        inputs = inputs.masked_fill(~mask_of(inputs, lengths), 0)
        states, hidden = self.unroll(inputs, lengths, self.start(inputs, state))
        return Encoding(states * mask_of(inputs, lengths), hidden, lengths, {"hidden": hidden})


class TwoWayElman(Encoder):
    """Keeps all laws: each row is reversed within its own length."""

    def __init__(self, config, input_size):
        super().__init__(config, input_size)
        self.output_size = 2 * H
        self.forth, self.back = Elman(Forward(), input_size), Elman(Forward(), input_size)

    def reverse(self, tensor, lengths):
        turned = lengths.unsqueeze(1) - 1 - torch.arange(tensor.shape[1])
        order = torch.where(turned >= 0, turned, torch.arange(tensor.shape[1]))
        return tensor.gather(1, order.unsqueeze(2).expand_as(tensor))

    def forward(self, inputs, lengths, state=None):
        forth = self.forth(inputs, lengths)
        back = self.back(self.reverse(inputs, lengths), lengths)
        states = torch.cat([forth.states, self.reverse(back.states, lengths)], dim=2)
        return Encoding(states * mask_of(states, lengths), torch.cat([forth.final, back.final], dim=1), lengths, {})


class Neighbours(Encoder):
    """Keeps all laws: a convolution that reaches to both sides."""

    reads_padding = False

    def __init__(self, config, input_size):
        super().__init__(config, input_size)
        self.output_size = H
        self.convolution = nn.Conv1d(input_size, H, 3, padding=1)

    def forward(self, inputs, lengths, state=None):
        mask = mask_of(inputs, lengths)
        read = inputs if self.reads_padding else inputs.masked_fill(~mask, 0)
        states = torch.tanh(self.convolution(read.transpose(1, 2)).transpose(1, 2)) * mask
        return Encoding(states, last_of(states, lengths), lengths, {})


class PaddingLeak(Neighbours):
    """Reads what stands beside the last real step."""

    reads_padding = True


class WrongReverse(TwoWayElman):
    """Turns the padded row, so that the second direction begins on padding."""

    def reverse(self, tensor, lengths):
        return tensor.flip(1)


class ForgottenState(Elman):
    """Begins every window afresh."""

    def start(self, inputs, state):
        return super().start(inputs, None)


class WrongOutputSize(TwoWayElman):
    """Says the size of one direction."""

    def __init__(self, config, input_size):
        super().__init__(config, input_size)
        self.output_size = H


class SharedState(Elman):
    """Goes on from where the last call ended."""

    kept = None

    def start(self, inputs, state):
        rows = inputs.shape[0]
        fresh = self.kept is None or state is not None or self.kept.shape[0] != rows
        return super().start(inputs, state) if fresh else self.kept.to(inputs.dtype)

    def forward(self, inputs, lengths, state=None):
        encoding = super().forward(inputs, lengths, state)
        self.kept = inputs.detach().mean(dim=1)[:, :H]
        return encoding


class Noisy(Elman):
    """Drops out while it is not trained too."""

    def forward(self, inputs, lengths, state=None):
        return super().forward(functional.dropout(inputs, 0.5), lengths, state)


class IdleParameter(Elman):
    """Has a weight that nothing needs."""

    def __init__(self, config, input_size):
        super().__init__(config, input_size)
        self.idle = nn.Parameter(torch.ones(3))


class FinalFromPadding(Elman):
    """Takes the last column."""

    def forward(self, inputs, lengths, state=None):
        encoding = super().forward(inputs, lengths, state)
        return encoding._replace(final=encoding.states[:, -1])


class Unmasked(Elman):
    """Leaves the states of padding as they are."""

    def forward(self, inputs, lengths, state=None):
        inputs = inputs.masked_fill(~mask_of(inputs, lengths), 0)
        states, hidden = self.unroll(inputs, lengths, self.start(inputs, state))
        return Encoding(states, hidden, lengths, {"hidden": hidden})


class TimeFirstState(Elman):
    """Gives the state as torch's LSTM does, layers first."""

    def start(self, inputs, state):
        return super().start(inputs, None) if state is None else state["hidden"][0]

    def forward(self, inputs, lengths, state=None):
        encoding = super().forward(inputs, lengths, state)
        return encoding._replace(state={"hidden": encoding.state["hidden"].unsqueeze(0)})


class MixedRows(Elman):
    """Subtracts the mean over the batch."""

    def forward(self, inputs, lengths, state=None):
        return super().forward(inputs - inputs.mean(dim=0), lengths, state)


class LearntStart(Elman):
    """Begins with a state that is learnt, which the core does not know."""

    def __init__(self, config, input_size):
        super().__init__(config, input_size)
        self.first = nn.Parameter(torch.ones(H))

    def start(self, inputs, state):
        return self.first.expand(inputs.shape[0], H) if state is None else state["hidden"]


class Unseeded(Elman):
    """Draws its weights from numpy, without a seed."""

    def __init__(self, config, input_size):
        super().__init__(config, input_size)
        with torch.no_grad():
            self.inward.bias.copy_(torch.from_numpy(np.random.default_rng().normal(size=H)))


class Unsaved(Elman):
    """Keeps a tensor that is drawn, but is neither parameter nor buffer."""

    def __init__(self, config, input_size):
        super().__init__(config, input_size)
        self.scale = torch.rand(input_size) + 0.5

    def forward(self, inputs, lengths, state=None):
        return super().forward(inputs * self.scale.to(inputs.dtype), lengths, state)


class CutGradient(Elman):
    """Lets no gradient through time."""

    def unroll(self, inputs, lengths, hidden):
        columns = []
        for step in range(inputs.shape[1]):
            moved = torch.tanh(self.inward(inputs[:, step]) + self.onward(hidden.detach()))
            hidden = torch.where((step < lengths).unsqueeze(1), moved, hidden)
            columns.append(hidden)
        return torch.stack(columns, dim=1), hidden


class InPlace(Elman):
    """Clears the padding of what it is given."""

    def forward(self, inputs, lengths, state=None):
        inputs.data.add_(1)
        return super().forward(inputs - 1, lengths, state)


class CutToLongest(Elman):
    """Gives back no column that is padding in every row, as `pad_packed_sequence` does."""

    def forward(self, inputs, lengths, state=None):
        return super().forward(inputs[:, : int(lengths.max())], lengths, state)


class Crashing(Elman):
    """Cannot read a row of one step."""

    def forward(self, inputs, lengths, state=None):
        if inputs.shape[1] == 1:
            raise RuntimeError("kernel size can't be greater than input size")
        return super().forward(inputs, lengths, state)
