"""Backpropagation through time, cut: an encoder reads a batch piece by piece, and little or no gradient crosses between two.

The values are those of one pass. What changes is how far back the gradient of a loss reaches.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from seqlab.interfaces.encoder import Encoder, Encoding
from seqlab.interfaces.state import State, detach, scale_gradient


@dataclass(frozen=True, slots=True)
class Truncation:
    """Where the gradient is cut inside a batch, and how.

    Args:
        kind: `truncated`: no gradient crosses a boundary (Williams and Peng 1990), which is biased. `randomised`: at each
            boundary and for each row it is divided by `probability` with that probability, else cut, which is right on
            average (Tallec and Ollivier 2017, section 3).
        length: Steps from one boundary to the next.
        probability: Of crossing a boundary, above 0.
    """

    kind: Literal["truncated", "randomised"]
    length: int
    probability: float = 1.0

    def cross(self, state: State) -> State:
        """The state after a boundary: the same values, and what is left of the gradient to those before."""
        if self.kind == "truncated":
            return detach(state)
        rows = len(next(iter(state.values())))
        return scale_gradient(state, (torch.rand(rows) < self.probability) / self.probability)


def encode(
    encoder: Encoder, inputs: Tensor, lengths: Tensor, state: State | None, truncation: Truncation | None
) -> Encoding:
    """Encode a batch, cutting the gradient on the way.

    Dropout that is drawn once for each pass of an encoder is here drawn once for each piece.

    Args:
        encoder: One that goes on from a state, where anything is cut.
        inputs: `(B, T, D)`, padded on the right.
        lengths: `(B,)`, each from 1 to T.
        state: What an earlier window of the same rows left; None to start afresh.
        truncation: None for the whole gradient.
    """
    steps = inputs.shape[1]
    if truncation is None or steps <= truncation.length:
        whole: Encoding = encoder(inputs, lengths, state)
        return whole
    pieces: list[Encoding] = []
    for start in range(0, steps, truncation.length):
        piece = inputs[:, start : start + truncation.length]
        left = (lengths - start).clamp(max=piece.shape[1])  # (B,), below 1 where a row has ended
        before = pieces[-1] if pieces else None
        if before is not None:
            state = truncation.cross(before.state)
        pieces.append(_read(encoder, piece, left, state, before))
    weights = [
        float((lengths - start).clamp(0, truncation.length).sum()) for start in range(0, steps, truncation.length)
    ]
    return Encoding(
        states=torch.cat([piece.states for piece in pieces], dim=1),  # (B, T, H)
        final=pieces[-1].final,
        lengths=lengths,
        state=pieces[-1].state,
        penalty=sum(piece.penalty * weight for piece, weight in zip(pieces, weights, strict=True)) / sum(weights),
    )


def _read(encoder: Encoder, inputs: Tensor, left: Tensor, state: State | None, before: Encoding | None) -> Encoding:
    """One piece. Rows that ended before it keep their state and final state."""
    if before is None or bool((left > 0).all()):
        encoding: Encoding = encoder(inputs, left, state)
        return encoding
    assert state is not None
    rows = (left > 0).nonzero().squeeze(1)
    found: Encoding = encoder(inputs[rows], left[rows], {name: tensor[rows] for name, tensor in state.items()})
    zeros = inputs.new_zeros(*inputs.shape[:2], found.states.shape[2])
    return Encoding(
        states=zeros.index_copy(0, rows, found.states),  # (B, T, H)
        final=before.final.index_copy(0, rows, found.final),
        lengths=left,
        state={name: before.state[name].index_copy(0, rows, tensor) for name, tensor in found.state.items()},
        penalty=found.penalty,
    )
