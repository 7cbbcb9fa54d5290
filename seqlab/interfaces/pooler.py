"""Pooler: states -> one vector."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, NamedTuple

from torch import Tensor, nn

from seqlab.interfaces.encoder import Encoding


class Pooled(NamedTuple):
    """One vector for each row.

    Args:
        vector: `(B, H)`.
        weights: `(B, T)`, each row a distribution over its real positions; None for a pooler without weights.
    """

    vector: Tensor
    weights: Tensor | None = None


class Pooler(nn.Module, ABC):
    """Turns the states of a row into one vector.

    Args:
        config: The pooler's settings.
        input_size: Width of the states.

    Attributes:
        output_size: Width of the vector.
    """

    output_size: int

    def __init__(self, config: Any, input_size: int) -> None:
        super().__init__()
        self.config = config
        self.input_size = input_size

    @abstractmethod
    def forward(self, encoding: Encoding) -> Pooled:
        """Pool the real positions of each row.

        Args:
            encoding: States `(B, T, H)`, zero on padding, with `lengths` `(B,)` and `final` `(B, H)`.
        """
