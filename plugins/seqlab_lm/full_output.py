"""Output layer `full`: a softmax over the whole vocabulary."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from seqlab import Loss, OutputLayer, Vocabulary
from seqlab_lm.chunked_cross_entropy import last_rows, log_probs, summed_cross_entropy, target_log_probs
from seqlab_lm.output_settings import FullSettings
from seqlab_lm.scored_targets import in_place, only_scored


class FullOutput(OutputLayer):
    """One weight for each symbol and each unit of the state.

    A shared embedding may have more rows than there are symbols, as an embedder's table begins with `<pad>`: its last V
    rows are the weights of the symbols.

    Attributes:
        weight: `(V, H)`, or the shared embedding, with at least V rows.
        bias: `(V,)`, or None.

    Raises:
        ValueError: If a shared embedding is of another width than the states, or has too few rows.
    """

    config: FullSettings

    def __init__(
        self, config: FullSettings, input_size: int, vocabulary: Vocabulary, embedding: nn.Parameter | None = None
    ) -> None:
        super().__init__(config, input_size, vocabulary, embedding)
        self.size = len(vocabulary)
        if embedding is None:
            embedding = nn.Parameter(torch.randn(self.size, input_size) * config.initial_scale)
        if embedding.shape[1] != input_size:
            raise ValueError(
                f"output 'full' cannot share an embedding {embedding.shape[1]} wide with states {input_size} wide"
            )
        if len(embedding) < self.size:
            raise ValueError(f"output 'full' cannot share {len(embedding)} vectors among {self.size} symbols")
        self.weight = embedding
        self.bias = nn.Parameter(torch.zeros(self.size)) if config.bias else None

    @property
    def of_symbols(self) -> Tensor:
        """The rows of the weight that are those of the symbols, `(V, H)`."""
        return last_rows(self.weight, self.size)

    def loss(self, hidden: Tensor, targets: Tensor) -> Loss:
        """See `OutputLayer.loss`; labels are smoothed in training only."""
        hidden, targets, _ = only_scored(hidden, targets)
        smoothing = self.config.label_smoothing if self.training else 0.0
        total = summed_cross_entropy(hidden, self.weight, self.bias, targets, self.size, smoothing)
        return Loss(total, len(targets))

    def log_probs(self, hidden: Tensor) -> Tensor:
        """See `OutputLayer.log_probs`."""
        return log_probs(hidden, self.of_symbols, self.bias)

    def target_log_probs(self, hidden: Tensor, targets: Tensor) -> Tensor:
        """See `OutputLayer.target_log_probs`."""
        scored = only_scored(hidden, targets)
        found = target_log_probs(scored.hidden, self.of_symbols, self.bias, scored.targets)  # (N',)
        return in_place(found, scored.rows, len(targets))  # (N,)
