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
    sorted_ = LongestFirst(lengths)
    given = sorted_.by_step(emissions)  # (T, B, K)
    arriving = np.repeat(transitions.T, count, axis=1)  # (K, K N): to the row's state from each path of the column's
    back = np.zeros((len(given), rows, states, count), np.intp)
    best = np.full((rows, states, count), -np.inf)  # the best N paths that end in each state
    best[:, :, 0] = start + given[0]
    for step in range(1, len(given)):
        active = sorted_.active[step]
        scores = best[:active].reshape(active, 1, -1) + arriving  # (b, K, K N)
        values = _highest(scores, count, back[step, :active])
        np.add(values, given[step, :active, :, None], out=best[:active])
    final = np.zeros((rows, 1, count), np.intp)
    scores_of_paths = _highest((best + end[:, None]).reshape(rows, 1, -1), count, final)[:, 0]  # (B, N)
    paths = np.zeros((len(given), rows, count), np.intp)
    place = final[:, 0]  # (B, N): a state and the number of a path that ends in it
    for step in range(len(given) - 1, -1, -1):
        active = sorted_.active[step]
        paths[step, :active], ranks = np.divmod(place[:active], count)
        if step:
            goes_back = np.arange(active)[:, None], paths[step, :active], ranks
            place[:active] = back[step][goes_back]
    by_row = sorted_.by_row(paths, steps)  # (B, T, N)
    scores_by_row = np.empty_like(scores_of_paths)
    scores_by_row[sorted_.order] = scores_of_paths
    return by_row.swapaxes(1, 2), scores_by_row


def _highest(scores: Floats, count: int, places: NDArray[np.intp]) -> Floats:
    """The highest of the last axis, best first, `(b, K, M)` -> `(b, K, N)`; where they stand goes to `places`."""
    if count == 1:
        np.argmax(scores, axis=2, out=places[:, :, 0])
        return scores.max(axis=2, keepdims=True)  # type: ignore[no-any-return]
    places[:] = np.argsort(-scores, axis=2, kind="stable")[:, :, :count]
    return np.take_along_axis(scores, places, axis=2)
