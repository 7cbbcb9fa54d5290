"""Rows of unequal length in the order in which a loop over steps needs no mask: the longest first."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.intp]


class LongestFirst:
    """At step t, the rows that still go on are the first `active[t]`.

    Args:
        lengths: `(B,)`, each at least 1.

    Attributes:
        order: `(B,)`: which row stands at each place; of equally long ones the first.
        last: `(B,)`: the last step of each row, in that order.
        active: For each step from 0 to T, how many rows are longer than it; 0 at T.
    """

    def __init__(self, lengths: Any) -> None:
        lengths = np.asarray(lengths)
        self.order: Integers = np.argsort(-lengths, kind="stable")
        self.last: Integers = lengths[self.order] - 1
        steps = np.arange(lengths.max() + 1)
        self.active: list[int] = np.searchsorted(np.sort(-lengths), -steps, side="left").tolist()

    def by_step(self, array: NDArray[Any]) -> NDArray[Any]:
        """`(B, T, ...)` -> `(T, B, ...)`, with the rows in this order and no further step than the longest has."""
        steps = int(self.last[0]) + 1
        return np.ascontiguousarray(array[self.order, :steps].swapaxes(0, 1))

    def by_row(self, array: NDArray[Any], steps: int) -> NDArray[Any]:
        """`(T, B, ...)` -> `(B, steps, ...)`, with the rows as they were and zeros in further steps."""
        found = np.zeros((array.shape[1], steps, *array.shape[2:]), array.dtype)
        found[self.order, : len(array)] = array.swapaxes(0, 1)
        return found
