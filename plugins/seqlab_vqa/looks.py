"""Attention of a question over states, once or several times."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from seqlab import Encoding


class Looks(nn.Module):
    """A question looks at states, and what it finds is added to what it asks next (Sukhbaatar et al. 2015, section 2.2).

    A look weighs the states by softmax(u K h / sqrt(size)) and finds the weighted sum of V h; the next one asks u + what
    was found. Each look has K and V of its own.

    Args:
        question_size: Q.
        state_size: H.
        size: Width of what is compared, and of what is found.
        hops: How many looks, at least 1.
    """

    def __init__(self, question_size: int, state_size: int, size: int, hops: int) -> None:
        super().__init__()
        self.size = size
        self.question = nn.Linear(question_size, size)
        self.keys = nn.ModuleList(nn.Linear(state_size, size, bias=False) for _ in range(hops))
        self.values = nn.ModuleList(nn.Linear(state_size, size, bias=False) for _ in range(hops))

    def forward(self, question: Tensor, encoding: Encoding) -> tuple[Tensor, Tensor, Tensor]:
        """Look at the states of each row.

        Args:
            question: `(B, Q)`.
            encoding: What is looked at.

        Returns:
            What the last look asked `(B, size)`, what it found `(B, size)`, and its weights `(B, T)`, 0 on padding.
        """
        states = encoding.states  # (B, T, H)
        padding = torch.arange(states.shape[1]) >= encoding.lengths.unsqueeze(1)  # (B, T)
        asked = found = self.question(question)  # (B, size)
        weights = torch.empty(0)
        for hop, (key, value) in enumerate(zip(self.keys, self.values, strict=True)):
            asked = asked + found if hop else asked
            scores = (key(states) @ asked.unsqueeze(2)).squeeze(2) * self.size**-0.5  # (B, T)
            weights = scores.masked_fill(padding, -torch.inf).softmax(dim=1)  # (B, T)
            found = (weights.unsqueeze(1) @ value(states)).squeeze(1)  # (B, size)
        return asked, found, weights
