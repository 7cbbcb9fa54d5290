"""Poolers `last` and `first`: one state speaks for the row."""

from __future__ import annotations

from typing import Any

from seqlab import Encoding, Pooled, Pooler


class LastPooler(Pooler):
    """The final state, where a recurrent encoder has read the whole row.

    For two directions that is the last state of the forward one beside the first of the backward one, not the state at
    the last position, whose backward half has read one token only.
    """

    def __init__(self, config: Any, input_size: int) -> None:
        super().__init__(config, input_size)
        self.output_size = input_size

    def forward(self, encoding: Encoding) -> Pooled:
        """Vectors `(B, H)`; see `Pooler.forward`."""
        return Pooled(encoding.final)


class FirstPooler(Pooler):
    """The state at position 0, as it stands, for encoders whose every state has seen the whole row.

    A causal encoder has read one token there, and nothing else reaches its head. Of two directions the backward half has
    read the whole row, and the forward half its first token; both ends of the reading are what `last` gives.
    """

    def __init__(self, config: Any, input_size: int) -> None:
        super().__init__(config, input_size)
        self.output_size = input_size

    def forward(self, encoding: Encoding) -> Pooled:
        """Vectors `(B, H)`; see `Pooler.forward`."""
        return Pooled(encoding.states[:, 0])
