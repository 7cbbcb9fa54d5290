"""Encoder `lstm`: right on padding, without packing, in one fused call for each layer and direction."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from seqlab import Encoder, Encoding, State
from seqlab_rnn.settings import LSTMSettings

SATURATION = 1e4
"""Weight of the padding flag: large enough that a sigmoid is 0 or 1 exactly, in float32 and float64."""


class LSTMEncoder(Encoder):
    """Stacked LSTM, one or two directions.

    Padded batches run through torch's fused kernel as they are. Two things make that right:

    - The backward direction reads each row reversed within its own length, so that it never starts on padding.
    - Inputs carry one more column, 1 on padding, whose fixed weights shut the input gate and open the forget gate:
      the cell passes through padding unchanged, with its gradient, and ends as it was at the last real position.

    A packed sequence would be right too, at two to three times the cost (`benchmarks/README.md`).

    The state holds `hidden` and `cell`, each `(B, num_layers * directions, hidden_size)`.
    """

    config: LSTMSettings

    def __init__(self, config: LSTMSettings, input_size: int) -> None:
        super().__init__(config, input_size)
        self.output_size = config.hidden_size * config.directions
        widths = [input_size] + [self.output_size] * (config.num_layers - 1)
        self.layers = nn.ModuleList(
            nn.ModuleList(OneWayLSTM(width, config.hidden_size) for _ in range(config.directions)) for width in widths
        )
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, inputs: Tensor, lengths: Tensor, state: State | None = None) -> Encoding:
        """Encode a batch; see `Encoder.forward`.

        Raises:
            ValueError: If a state is given to an encoder of two directions.
        """
        if state is not None and self.config.bidirectional:
            raise ValueError("an encoder of two directions cannot go on from a state: it has not seen what follows")
        rows, steps = inputs.shape[0], inputs.shape[1]
        padded = None
        positions = torch.arange(steps, device=inputs.device)
        if bool((lengths < steps).any()):
            padding = (positions >= lengths.unsqueeze(1)).unsqueeze(2)  # (B, T, 1)
            inputs = inputs.masked_fill(padding, 0)  # whatever stands there must not outweigh the flag
            padded = padding.to(inputs.dtype)
        reversal = _reversal(lengths, positions) if self.config.bidirectional else None
        last = lengths - 1 + torch.arange(rows, device=inputs.device) * steps  # (B,) in the flattened (B * T)

        hidden_states: list[Tensor] = []
        cells: list[Tensor] = []
        states = inputs
        for number, layer in enumerate(self.layers):
            if number:
                states = self.dropout(states)
            if padded is not None:
                states = torch.cat([states, padded], dim=2)  # (B, T, D + 1)
            outputs = []
            for direction, one_way in enumerate(cast(nn.ModuleList, layer)):
                read = states if direction == 0 else _permute(states, reversal)
                output, cell = one_way(read, None if state is None else _layer_state(state, len(cells)))
                hidden_states.append(output.flatten(0, 1).index_select(0, last))  # (B, H)
                cells.append(cell)
                outputs.append(output if direction == 0 else _permute(output, reversal))
            states = outputs[0] if len(outputs) == 1 else torch.cat(outputs, dim=2)  # (B, T, H * directions)
        if padded is not None:
            states = states * (1 - padded)
        return Encoding(
            states=states,
            final=torch.cat(hidden_states[-self.config.directions :], dim=1),
            lengths=lengths,
            state={"hidden": torch.stack(hidden_states, dim=1), "cell": torch.stack(cells, dim=1)},
        )


class OneWayLSTM(nn.LSTM):
    """One layer in one direction, which the flag column may stop.

    Args:
        input_size: D.
        hidden_size: H.
    """

    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__(input_size, hidden_size, batch_first=True)
        flag = torch.zeros(4 * hidden_size, 1)  # torch's gate order: input, forget, cell, output
        flag[:hidden_size] = -SATURATION
        flag[hidden_size : 2 * hidden_size] = SATURATION
        self.register_buffer("flag_weight", flag, persistent=False)

    def forward(  # type: ignore[override]
        self, inputs: Tensor, state: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, Tensor]:
        """States of all steps and the cell after the last real one.

        Args:
            inputs: `(B, T, D)`, or `(B, T, D + 1)` with the flag column: 1 on padding.
            state: Hidden state and cell to start from, each `(B, H)`.

        Returns:
            `(B, T, H)` and `(B, H)`.
        """
        weights = [cast(Tensor, weight) for weight in self._flat_weights]  # input, hidden, and their biases
        if inputs.shape[2] > self.input_size:
            weights[0] = torch.cat([weights[0], cast(Tensor, self.flag_weight)], dim=1)
        if state is None:
            zero = inputs.new_zeros(1, inputs.shape[0], self.hidden_size)
            start = (zero, zero)
        else:
            start = (state[0].unsqueeze(0).contiguous(), state[1].unsqueeze(0).contiguous())
        output, _, cell = torch.lstm(inputs, start, weights, True, 1, 0.0, self.training, False, True)
        return output, cell[0]


def _layer_state(state: State, place: int) -> tuple[Tensor, Tensor]:
    return state["hidden"][:, place], state["cell"][:, place]


def _reversal(lengths: Tensor, positions: Tensor) -> Tensor:
    """`(B * T,)`: where each position of the reversed rows is read from; padding stays where it is."""
    steps = positions.shape[0]
    mirrored = lengths.unsqueeze(1) - 1 - positions  # (B, T)
    within = torch.where(mirrored >= 0, mirrored, positions)
    offsets = torch.arange(lengths.shape[0], device=lengths.device).unsqueeze(1) * steps
    return (within + offsets).flatten()


def _permute(states: Tensor, order: Tensor | None) -> Tensor:
    assert order is not None
    return states.flatten(0, 1).index_select(0, order).view_as(states)
