"""Embedder: distinct items -> vectors, gathered to `(B, T, D)`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, NamedTuple

from torch import Tensor, nn

from seqlab.interfaces.vocabulary import Vocabulary


class Embedded(NamedTuple):
    """Vectors for the encoder.

    Args:
        vectors: `(B, T, D)`; what stands on padding is of no account.
        lengths: `(B,)`: how many positions of each row are real. Images give their regions as positions.
    """

    vectors: Tensor
    lengths: Tensor


class SparseRows(nn.Parameter):
    """A table of vectors whose gradient holds only the rows that were read: `functional.embedding(..., sparse=True)`.

    The type is the mark by which an optimizer knows beforehand that it must update such rows and no others.
    """


class Embedder(nn.Module, ABC):
    """Turns items (words, images) into vectors, each distinct item of a batch once.

    What does not train is computed once for each distinct item of the corpus (`features`), what trains once for each
    distinct item of the batch (`forward`).

    Args:
        config: The embedder's settings, an `EmbedderSettings`.
        vocabulary: Every token of train with its count; None for inputs that are not tokens.

    Attributes:
        output_size: D, the width of the vectors.
    """

    output_size: int

    def __init__(self, config: Any, vocabulary: Vocabulary | None) -> None:
        super().__init__()
        self.config = config

    @abstractmethod
    def features(self, items: Sequence[Any]) -> Tensor:
        """What does not train: ids of words, characters or affixes; pixels; a frozen network's vectors.

        Args:
            items: N distinct items: strings for tokens, else `Image` or `Features`.

        Returns:
            `(N, ...)`, one row for each item.
        """

    @abstractmethod
    def forward(self, features: Tensor, index: Tensor, lengths: Tensor) -> Embedded:
        """Vectors of the positions of a batch.

        Args:
            features: `(U, ...)`, rows of `features` for the distinct items of the batch.
            index: `(B, T)`, which row stands at each position; 0 on padding.
            lengths: `(B,)`.
        """
