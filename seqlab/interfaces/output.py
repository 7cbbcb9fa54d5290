"""Output layer: states -> log-probabilities over the output vocabulary."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from seqlab.interfaces.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Loss:
    """A sum and how many terms it has, so that batches of unequal size average rightly.

    Args:
        sum: Scalar, in nats.
        count: How many scored targets the sum has.
    """

    sum: Tensor
    count: int


class OutputLayer(nn.Module, ABC):
    """Turns states into log-probabilities over V symbols; used by language-model heads and decoders.

    Args:
        config: The layer's settings.
        input_size: H.
        vocabulary: What can be predicted; V is its size.
        embedding: A weight `(V, H)` to share with the input embedding; None for one of its own.

    Raises:
        ValueError: If an embedding is given and the layer cannot share it.
    """

    def __init__(
        self, config: Any, input_size: int, vocabulary: Vocabulary, embedding: nn.Parameter | None = None
    ) -> None:
        super().__init__()
        self.config = config
        self.input_size = input_size
        self.vocabulary = vocabulary

    @abstractmethod
    def loss(self, hidden: Tensor, targets: Tensor) -> Loss:
        """Negative log-likelihood of the targets that are not `IGNORED`.

        Args:
            hidden: `(N, H)`.
            targets: `(N,)` ids.
        """

    @abstractmethod
    def log_probs(self, hidden: Tensor) -> Tensor:
        """`(N, V)` from `(N, H)`; every row sums to 1 after `exp`."""

    @abstractmethod
    def target_log_probs(self, hidden: Tensor, targets: Tensor) -> Tensor:
        """`(N,)`: log-probability of each target; 0 where it is `IGNORED`."""
