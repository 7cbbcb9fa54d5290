"""Encoder: vectors -> states and a final state."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, NamedTuple

from torch import Tensor, nn

from seqlab.interfaces.state import State


class Encoding(NamedTuple):
    """What an encoder gives.

    Args:
        states: `(B, T, H)`, zero on padding.
        final: `(B, H)`: the last real state, or the first where `is_backward`; for two directions, the last of the forward one
            beside the first of the backward one.
        lengths: `(B,)`.
        state: All layers and directions after the last real position; only a causal encoder may be given one.
        penalty: What is added to the loss of the batch (activation regularisation); 0 for none.
    """

    states: Tensor
    final: Tensor
    lengths: Tensor
    state: State
    penalty: Tensor | float = 0.0


class Encoder(nn.Module, ABC):
    """Turns vectors into states.

    The laws that every encoder keeps: padding changes nothing; a batch of one equals its row in a larger batch; a
    causal encoder's state t does not move when input t + 1 does; windows with a carried state equal one pass.

    Args:
        config: The encoder's settings, an `EncoderSettings`.
        input_size: D, the width of what it reads.

    Attributes:
        output_size: H, `hidden_size` times directions.
        works_side_by_side: Whether most of its work is in calls of `side_by_side`, so that what is between them is done
            best by one thread.
    """

    output_size: int
    works_side_by_side: bool = False

    def __init__(self, config: Any, input_size: int) -> None:
        super().__init__()
        self.config = config
        self.input_size = input_size

    @abstractmethod
    def forward(self, inputs: Tensor, lengths: Tensor, state: State | None = None) -> Encoding:
        """Encode a batch.

        Args:
            inputs: `(B, T, D)`, padded on the right.
            lengths: `(B,)`, each from 1 to T.
            state: What an earlier window of the same rows left; None to start afresh.
        """

    def recurrent_weights(self) -> Mapping[str, Tensor]:
        """The matrices `(H, H)` that a state is multiplied by at every step, by layer and gate; for `seqlab diagnose`."""
        return {}

    def activations(self, inputs: Tensor, lengths: Tensor) -> Mapping[str, Tensor]:
        """Gates, from 0 to 1, and states, from -1 to 1, at the real positions of a batch; for `seqlab diagnose`.

        Args:
            inputs: `(B, T, D)`, padded on the right.
            lengths: `(B,)`.

        Returns:
            `(N, H)` by name; the name of a gate ends in `gate`, that of states in `state`. A state without such bounds is
            left out.
        """
        return {}
