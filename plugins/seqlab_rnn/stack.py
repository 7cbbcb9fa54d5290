"""The stack that `rnn`, `gru` and `lstm` share: layers, directions, padding, skips, dropout, state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, TypeAlias, cast

import torch
from torch import Tensor, nn

from seqlab import Dropout, Encoder, Encoding, State, side_by_side
from seqlab_rnn.one_way import OneWayLayer, Weights
from seqlab_rnn.padded import PaddedBatch
from seqlab_rnn.penalties import activation_penalty, temporal_penalty
from seqlab_rnn.settings import RecurrentSettings

Watch: TypeAlias = Callable[[OneWayLayer, Tensor, Tensor, Weights], None]
"""Sees a layer of one direction after its run: what it read `(T, B, D)`, the states that it gave `(T, B, H)`, its weights."""


class RecurrentEncoder(Encoder):
    """Recurrent layers, one above the other, each in one or two directions.

    Padded batches run as they are. The backward direction reads each row reversed within its own length, so that it never
    starts on padding; the last hidden state is the one at the last real position; what else a layer carries passes
    through padding by the layer's flag (`docs/explanation/padding.md`).

    A layer above the first reads the states below it, normalised and with dropout where that is asked for. `residual` adds
    to a layer's states what stood below, without either; `dense` lets it read the embedded input and the states of
    every layer below, side by side.

    With `reversed` the one direction is that from the last token to the first, which stands in the final state; states stand
    where their tokens do.

    The state holds `hidden` (and the LSTM's `cell`), each `(B, num_layers * directions, hidden_size)`.

    Args:
        config: The encoder's settings.
        input_size: D.

    Attributes:
        layer: The class of a layer in one direction.
    """

    layer: ClassVar[type[OneWayLayer]]
    config: RecurrentSettings

    def __init__(self, config: RecurrentSettings, input_size: int) -> None:
        super().__init__(config, input_size)
        self.output_size = config.hidden_size * config.directions
        self.works_side_by_side = config.directions > 1
        self.layers = nn.ModuleList(
            nn.ModuleList(self.layer(config, self._width(number)) for _ in range(config.directions))
            for number in range(config.num_layers)
        )
        self.dropout = Dropout(config.dropout, config.variational)
        upper = config.num_layers - 1 if config.layer_norm else 0
        self.norms = nn.ModuleList(nn.LayerNorm(self.output_size) for _ in range(upper))
        self.watch: Watch | None = None

    def forward(self, inputs: Tensor, lengths: Tensor, state: State | None = None) -> Encoding:
        """Encode a batch; see `Encoder.forward`.

        Raises:
            ValueError: If a state is given to an encoder that is not causal.
        """
        if state is not None and not self.config.is_causal:
            raise ValueError(
                "an encoder that reads from the end cannot go on from a state: it has not seen what follows"
            )
        batch = PaddedBatch(lengths, inputs.shape[1], not self.config.is_causal)
        below = batch.time_major(inputs)  # (T, B, D)
        if self.config.reversed:
            below = batch.reverse(below)
        read = [below]  # what the next layer reads, side by side
        carried: list[tuple[Tensor, ...]] = []
        for number, layer in enumerate(self.layers):
            one_ways = cast("list[OneWayLayer]", list(cast(nn.ModuleList, layer)))
            start = None if state is None else self._start(state, number)
            outputs = self._run_layer(one_ways, read, batch, start, carried)
            states = outputs[0] if len(outputs) == 1 else torch.cat(outputs, dim=2)  # (T, B, H * directions)
            if self.config.skip == "residual" and states.shape == below.shape:
                states = states + below
            below = states
            if number + 1 < len(self.layers):
                passed = self._drop(self.norms[number](states) if self.norms else states)
                read = [*read, passed] if self.config.skip == "dense" else [passed]
        states = batch.cleared(below)
        size = self.config.hidden_size
        final = batch.last(states)  # (B, H * directions)
        if self.config.bidirectional:
            final = torch.cat([final[:, :size], states[0, :, size:]], dim=1)
        if self.config.reversed:
            states = batch.reverse(states)
        return Encoding(
            states=states.transpose(0, 1),  # (B, T, H * directions)
            final=final,
            lengths=lengths,
            state={name: torch.stack(parts, dim=1) for name, *parts in zip(self.layer.carries, *carried, strict=True)},
            penalty=self._penalty(states, batch, lengths) if self.training else 0.0,
        )

    def _run_layer(
        self,
        one_ways: list[OneWayLayer],
        read: list[Tensor],
        batch: PaddedBatch,
        start: tuple[Tensor, ...] | None,
        carried: list[tuple[Tensor, ...]],
    ) -> list[Tensor]:
        """States of each direction `(T, B, H)`, in the order of the row; what is carried on goes to `carried`."""
        if one_ways[0].flagged and batch.padded is not None:
            read = [*read, batch.padded]
        inputs = read[0] if len(read) == 1 else torch.cat(read, dim=2)  # (T, B, D)
        reads = [inputs if direction == 0 else batch.reverse(inputs) for direction in range(len(one_ways))]
        weights = [one_way.weights() for one_way in one_ways]  # draws the weight drop, in the order of directions
        ran = side_by_side(
            [_call(one_way, each, start, given) for one_way, each, given in zip(one_ways, reads, weights, strict=True)]
        )
        carried += [(batch.last(output), *rest) for output, *rest in ran]
        if self.watch is not None:
            for one_way, each, (output, *_), given in zip(one_ways, reads, ran, weights, strict=True):
                self.watch(one_way, each, output, given)
        return [output if direction == 0 else batch.reverse(output) for direction, (output, *_) in enumerate(ran)]

    def recurrent_weights(self) -> Mapping[str, Tensor]:
        """See `Encoder.recurrent_weights`."""
        return {
            f"{self._called(name)} {gate}": matrix
            for name, layer in self._one_ways().items()
            for gate, matrix in layer.recurrent_weights().items()
        }

    def activations(self, inputs: Tensor, lengths: Tensor) -> Mapping[str, Tensor]:
        """See `Encoder.activations`."""
        names = {layer: self._called(name) for name, layer in self._one_ways().items()}
        real = torch.arange(inputs.shape[1]).unsqueeze(1) < lengths  # (T, B)
        found: dict[str, Tensor] = {}

        def watch(one_way: OneWayLayer, read: Tensor, states: Tensor, weights: Weights) -> None:
            values = one_way.gate_values(read, states, weights)
            if one_way.is_bounded:
                values["state"] = states
            found.update({f"{names[one_way]} {name}": value[real] for name, value in values.items()})

        self.watch = watch
        try:
            self(inputs, lengths)
        finally:
            self.watch = None
        return found

    def _one_ways(self) -> dict[str, OneWayLayer]:
        return {name: layer for name, layer in self.named_modules() if isinstance(layer, OneWayLayer)}

    def _called(self, module: str) -> str:
        """What reports call the layer `layers.0.1`: `layer 1`, with two directions `layer 1 backward`."""
        _, number, direction = module.split(".")
        side = (" forward", " backward")[int(direction)] if self.config.bidirectional else ""
        return f"layer {int(number) + 1}{side}"

    def _penalty(self, states: Tensor, batch: PaddedBatch, lengths: Tensor) -> Tensor | float:
        """What is added to the loss for the states of the last layer `(T, B, H * directions)`."""
        penalty: Tensor | float = 0.0
        if self.config.activation_penalty:
            penalty = self.config.activation_penalty * activation_penalty(states, lengths)
        if self.config.temporal_penalty:
            penalty = penalty + self.config.temporal_penalty * temporal_penalty(states, lengths, batch.padded)
        return penalty

    def _width(self, number: int) -> int:
        """Input width of a layer."""
        if not number:
            return self.input_size
        return self.output_size if self.config.skip != "dense" else self.input_size + number * self.output_size

    def _start(self, state: State, number: int) -> tuple[Tensor, ...]:
        """What a layer of the only direction goes on from, each `(B, H)`."""
        return tuple(state[name][:, number] for name in self.layer.carries)

    def _drop(self, states: Tensor) -> Tensor:
        """Dropout of `(T, B, H)`."""
        if not self.config.variational:
            return cast(Tensor, self.dropout(states))
        return cast(Tensor, self.dropout(states.transpose(0, 1))).transpose(0, 1)  # its rows come first


def _call(
    one_way: OneWayLayer, inputs: Tensor, start: tuple[Tensor, ...] | None, weights: Weights
) -> tuple[Callable[..., tuple[Tensor, ...]], tuple[Tensor, ...]]:
    """The run of one direction as a function and all the tensors that it is given."""

    def run(inputs: Tensor, *rest: Tensor) -> tuple[Tensor, ...]:
        carried = len(rest) - len(weights)
        return one_way.run(inputs, rest[:carried] or None, Weights(*rest[carried:]))

    return run, (inputs, *(start or ()), *weights)
