"""What modified Kneser-Ney takes off each count, to leave room for what was not met."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

FALLBACK = (0.5, 1.0, 1.5)
"""Discounts where counts of counts say nothing, as in tiny corpora: those of KenLM's `--discount_fallback`."""


def discounts(counts: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
    """What is taken off a count of 0 (nothing), 1, 2, and 3 or more (Chen and Goodman 1999, equation 26).

    With n1 to n4 how many n-grams have a count of 1 to 4, and Y = n1 / (n1 + 2 n2), these are k - (k + 1) Y n(k+1) / nk.
    All three are `FALLBACK` if one of n1 to n4 is 0, or one of the three is not between 0 and k.

    Args:
        counts: `(M,)`, the counts of all n-grams of one length.

    Returns:
        `(4,)`.
    """
    n = np.bincount(np.minimum(counts, 5), minlength=6)[1:5].astype(np.float64)
    if not n.all():
        return np.array((0.0, *FALLBACK))
    k = np.arange(1, 4)
    found = k - (k + 1) * n[0] / (n[0] + 2 * n[1]) * n[1:] / n[:3]
    return np.array((0.0, *(found if np.all((found > 0) & (found < k)) else FALLBACK)))
