"""The temperature that makes probabilities hold."""

from __future__ import annotations

import torch
from torch import Tensor

LARGEST = 20.0
"""Temperatures are sought between 1 / LARGEST and LARGEST; a dev set without an error would want 0."""

_STEPS = 60


def fitted_temperature(scores: Tensor, golds: Tensor) -> float:
    """The temperature T for which the scores divided by T give the gold labels the highest likelihood.

    The likelihood is concave in 1/T, so its derivative, the sum of s_gold - E[s] under the softmax, is bisected.

    Args:
        scores: `(N, C)`, before the softmax.
        golds: `(N,)`, which of them is right.

    Returns:
        T; 1 where there is no text.

    References:
        Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, section 4.2.
    """
    if not len(golds):
        return 1.0
    scores = scores.double()
    right = scores.gather(1, golds.unsqueeze(1)).sum()
    low, high = 1 / LARGEST, LARGEST  # of 1 / T
    for _ in range(_STEPS):
        middle = (low * high) ** 0.5
        expected = (torch.softmax(scores * middle, dim=1) * scores).sum()
        low, high = (middle, high) if right > expected else (low, middle)
    return float((low * high) ** -0.5)
