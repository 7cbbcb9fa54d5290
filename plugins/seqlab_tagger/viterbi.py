"""The best paths through chains of states (Viterbi 1967): one numpy step for each position, all chains at once."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from seqlab_tagger.longest_first import LongestFirst

Floats: TypeAlias = NDArray[np.float64]

IMPOSSIBLE = -1e9
"""The score of a step that must not be taken, where a path is to be found even if none goes without."""


def viterbi(
    emissions: Floats, transitions: Floats, start: Floats, end: Floats, lengths: NDArray[np.integer], count: int = 1
) -> tuple[NDArray[np.intp], Floats]:
    """The states that maximise the sum of the scores of each row, and the next best ones.

    `start[s_1] + sum_t emissions[t, s_t] + sum_t transitions[s_t, s_{t+1}] + end[s_T]`; of equal paths, the one whose
    last states have the lowest numbers.

    Args:
        emissions: `(B, T, K)`, logarithms; minus infinity forbids a state.
        transitions: `(K, K)`: from the row's state to the column's.
        start: `(K,)`: of beginning in a state.
        end: `(K,)`: of ending in a state.
        lengths: `(B,)`: how many positions of each row are real, at least 1.
        count: How many paths of each row, N.

    Returns:
        The paths `(B, N, T)`, 0 on padding, and their scores `(B, N)`, best first. A row that has fewer paths has the
        score minus infinity in place of the others, and so has a path that is forbidden.
    """
    rows, steps, states = emissions.shape
    in_order = LongestFirst(lengths)
    given = in_order.by_step(emissions)  # (T, B, K)
    # The best N paths that end in each state, and their scores: column `state * N + rank`.
    leaving = np.repeat(transitions, count, axis=0)  # (K N, K)
    best = np.full((len(given), rows, states * count), -np.inf)
    best[0, :, ::count] = start + given[0]
    for step in range(1, len(given)):
        active = in_order.active[step]
        highest = _highest(best[step - 1, :active, :, None] + leaving, count)  # (b, N, K)
        highest += given[step, :active, None]
        best[step, :active] = highest.swapaxes(1, 2).reshape(active, -1)
    final = best[in_order.last, np.arange(rows)] + np.repeat(end, count)  # (B, K N)
    place = np.argsort(-final, axis=1, kind="stable")[:, :count]  # (B, N)
    scores = np.empty((rows, count))
    scores[in_order.order] = np.take_along_axis(final, place, axis=1)
    # Where a path came from is asked for the paths that are given alone, which is cheaper than to note it for all.
    paths = np.zeros((len(given), rows, count), np.intp)
    for step in range(len(given) - 1, -1, -1):
        active = in_order.active[step]
        paths[step, :active], ranks = np.divmod(place[:active], count)
        if step:
            arriving = best[step - 1, :active, None] + leaving.T[paths[step, :active]]  # (b, N, K N)
            place[:active] = _ranked(arriving, ranks)
    return in_order.by_row(paths, steps).swapaxes(1, 2), scores


def _highest(scores: Floats, count: int) -> Floats:
    """The highest along the middle axis, best first: `(b, M, K)` -> `(b, N, K)`."""
    if count == 1:
        return np.asarray(scores.max(axis=1, keepdims=True))
    return -np.sort(-scores, axis=1)[:, :count]


def _ranked(scores: Floats, ranks: NDArray[np.intp]) -> NDArray[np.intp]:
    """Where the highest stands, the next one, ...: `(b, N, M)`, for each the rank that is wanted `(b, N)` -> `(b, N)`."""
    if ranks.shape[1] == 1:
        return np.asarray(scores.argmax(axis=2))
    return np.take_along_axis(np.argsort(-scores, axis=2, kind="stable"), ranks[:, :, None], axis=2)[:, :, 0]
