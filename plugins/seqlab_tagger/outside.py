"""How far the score of `O` is moved, so that F1 is highest."""

from __future__ import annotations

from collections.abc import Callable

STEP, LOWEST, HIGHEST = 0.25, -2.0, 6.0
"""Offsets are tried in such steps, in nats."""


def fitted_offset(f1_of: Callable[[float], float]) -> float:
    """The offset with the highest F1; of several the one nearest to 0."""
    steps = range(round(LOWEST / STEP), round(HIGHEST / STEP) + 1)
    return max(sorted((step * STEP for step in steps), key=abs), key=f1_of)
