"""Two vectors become one: what is asked, and what it is asked about."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from seqlab_vqa.settings import FusionKind


class Fusion(nn.Module):
    """A fused vector `(B, size)` of a question `(B, Q)` and a context `(B, C)`.

    Args:
        kind: `product`, tanh(U q) * tanh(W c) (Antol et al. 2015, section 4.2); `concatenation`, tanh(W [q; c]); `gated`,
            z * tanh(U q) + (1 - z) * tanh(W c) with z = sigmoid(Z [q; c]) (Arevalo et al. 2017, section 3.1).
        question_size: Q.
        context_size: C.
        size: Width of the fused vector.
    """

    def __init__(self, kind: FusionKind, question_size: int, context_size: int, size: int) -> None:
        super().__init__()
        self.kind = kind
        both = question_size + context_size
        self.joint = nn.Linear(both, size) if kind != "product" else None
        self.question = nn.Linear(question_size, size) if kind != "concatenation" else None
        self.context = nn.Linear(context_size, size) if kind != "concatenation" else None

    def forward(self, question: Tensor, context: Tensor) -> Tensor:
        """Fuse the vectors of each row."""
        both = torch.cat([question, context], dim=1)  # (B, Q + C)
        if self.question is None or self.context is None:
            assert self.joint is not None
            return torch.tanh(self.joint(both))  # (B, size)
        asked, seen = torch.tanh(self.question(question)), torch.tanh(self.context(context))  # (B, size)
        if self.joint is None:
            return asked * seen
        gate = torch.sigmoid(self.joint(both))
        return gate * asked + (1 - gate) * seen
