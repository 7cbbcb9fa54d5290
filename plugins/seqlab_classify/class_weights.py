"""Weights of labels, so that a rare one counts as much as a frequent one."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


def balanced(counts: Sequence[int]) -> Tensor:
    """`(C,)`: N / (C n_c) for a label that stands n_c times among N; their mean over train is 1.

    Args:
        counts: How often each label stands in train, at least once.
    """
    numbers = torch.tensor(counts, dtype=torch.get_default_dtype())
    return numbers.sum() / (len(counts) * numbers)
