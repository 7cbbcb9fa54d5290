"""Targets that are `IGNORED` are dropped before anything is multiplied."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor

from seqlab import IGNORED


class Scored(NamedTuple):
    """The rows of a batch whose targets are scored.

    Args:
        hidden: `(N', H)`.
        targets: `(N',)`, ids of symbols.
        rows: `(N',)`, which rows of the batch they are.
    """

    hidden: Tensor
    targets: Tensor
    rows: Tensor


def only_scored(hidden: Tensor, targets: Tensor) -> Scored:
    """Drop the rows `(N, H)` whose targets `(N,)` are not scored; without such rows, nothing is copied."""
    rows = (targets != IGNORED).nonzero().squeeze(1)  # (N',)
    if len(rows) == len(targets):
        return Scored(hidden, targets, rows)
    return Scored(hidden.index_select(0, rows), targets.index_select(0, rows), rows)


def in_place(found: Tensor, rows: Tensor, count: int) -> Tensor:
    """`(N,)` from what was found for some rows, `(N',)`: each where it belongs, and 0 elsewhere."""
    return found if len(rows) == count else found.new_zeros(count).index_copy(0, rows, found)
