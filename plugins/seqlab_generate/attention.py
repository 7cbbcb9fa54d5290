"""Attention of a decoder's states over the states of an encoder: words, or regions of an image."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor, nn

from seqlab import Encoding


class Attention(nn.Module):
    """Weights over a memory, and its mean by them. Padding of the memory has the weight 0 exactly.

    ```text
    dot         score(q, m) = q m                      of one width; else as `general`
    general     score(q, m) = q W m                    Luong et al. 2015, section 3.1
    additive    score(q, m) = v tanh(W q + U m + b)    Bahdanau et al. 2015, appendix A.1.2
    ```

    Args:
        kind: Which of them.
        query_size: H, width of the decoder's states.
        memory_size: M, width of the encoder's.
    """

    def __init__(self, kind: Literal["dot", "general", "additive"], query_size: int, memory_size: int) -> None:
        super().__init__()
        self.kind = kind
        self.query: nn.Module = nn.Identity()
        if kind == "additive":
            self.query = nn.Linear(query_size, query_size, bias=False)
            self.memory = nn.Linear(memory_size, query_size)
            self.score = nn.Linear(query_size, 1, bias=False)
        elif kind == "general" or query_size != memory_size:
            self.query = nn.Linear(query_size, memory_size, bias=False)

    def keys(self, memory: Encoding) -> Tensor:
        """What queries are compared with, `(B, S, K)`; the same for all steps."""
        return self.memory(memory.states) if self.kind == "additive" else memory.states

    def forward(self, queries: Tensor, keys: Tensor, memory: Encoding) -> tuple[Tensor, Tensor]:
        """Look at the memory from all steps at once.

        Args:
            queries: `(B, T, H)`.
            keys: Of `keys`.
            memory: What is looked at, S positions.

        Returns:
            For each step the mean of the memory's states `(B, T, M)`, and its weights `(B, T, S)`.
        """
        queries = self.query(queries)  # (B, T, K)
        if self.kind == "additive":
            scores = self.score(torch.tanh(queries.unsqueeze(2) + keys.unsqueeze(1))).squeeze(3)  # (B, T, S)
        else:
            scores = queries @ keys.transpose(1, 2)  # (B, T, S)
        real = torch.arange(keys.shape[1], device=keys.device) < memory.lengths.unsqueeze(1)  # (B, S)
        weights = scores.masked_fill(~real.unsqueeze(1), -torch.inf).softmax(dim=2)
        return weights @ memory.states, weights
