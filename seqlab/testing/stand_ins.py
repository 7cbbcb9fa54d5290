"""The simplest parts that can stand around the one that is checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from seqlab.interfaces.embedder import Embedded, Embedder
from seqlab.interfaces.output import Loss, OutputLayer
from seqlab.interfaces.vocabulary import IGNORED, Vocabulary


class PlainOutput(OutputLayer):
    """A softmax over one matrix, without a bias."""

    def __init__(
        self, config: Any, input_size: int, vocabulary: Vocabulary, embedding: nn.Parameter | None = None
    ) -> None:
        super().__init__(config, input_size, vocabulary, embedding)
        self.projection = nn.Linear(input_size, len(vocabulary), bias=False)
        if embedding is not None:
            self.projection.weight = embedding

    def loss(self, hidden: Tensor, targets: Tensor) -> Loss:
        """See `OutputLayer.loss`."""
        return Loss(-self.target_log_probs(hidden, targets).sum(), int((targets != IGNORED).sum()))

    def log_probs(self, hidden: Tensor) -> Tensor:
        """See `OutputLayer.log_probs`."""
        return self.projection(hidden).log_softmax(dim=-1)  # type: ignore[no-any-return]

    def target_log_probs(self, hidden: Tensor, targets: Tensor) -> Tensor:
        """See `OutputLayer.target_log_probs`."""
        return -functional.cross_entropy(self.projection(hidden), targets, ignore_index=IGNORED, reduction="none")


class PlainEmbedder(Embedder):
    """One vector for each token, in `vectors`, as wide as the states: a head may share it."""

    def __init__(self, config: Any, vocabulary: Vocabulary, size: int) -> None:
        super().__init__(config, vocabulary)
        self.vocabulary = vocabulary
        self.output_size = size
        self.vectors = nn.Parameter(torch.randn(len(vocabulary), size) * 0.1)

    def features(self, items: Sequence[str]) -> Tensor:
        """Ids `(N,)`."""
        return torch.tensor(self.vocabulary.ids(items))

    def forward(self, features: Tensor, index: Tensor, lengths: Tensor) -> Embedded:
        """See `Embedder.forward`."""
        return Embedded(functional.embedding(features[index], self.vectors), lengths)
