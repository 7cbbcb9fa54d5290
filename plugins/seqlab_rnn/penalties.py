"""Activation regularisation: a price on large states, and on states that change fast."""

from __future__ import annotations

from torch import Tensor


def activation_penalty(states: Tensor, lengths: Tensor) -> Tensor:
    """Mean square of the states of all real positions (AR; Merity et al. 2018, section 4.6).

    Args:
        states: `(T, B, H)`, zero on padding.
        lengths: `(B,)`, each at least 1.
    """
    return states.square().sum() / (lengths.sum() * states.shape[2])


def temporal_penalty(states: Tensor, lengths: Tensor, padded: Tensor | None) -> Tensor:
    """Mean square of the difference between a state and the next one of its row (TAR; section 4.6).

    Args:
        states: `(T, B, H)`, zero on padding.
        lengths: `(B,)`, each at least 1.
        padded: `(T, B, 1)`, 1 on padding; None where no row is padded.

    Returns:
        0 where no row has two positions.
    """
    steps = states[1:] - states[:-1]  # (T - 1, B, H)
    if padded is not None:
        steps = steps * (1 - padded[1:])  # from the last real state to padding is no step
    return steps.square().sum() / ((lengths - 1).sum().clamp(min=1) * states.shape[2])
