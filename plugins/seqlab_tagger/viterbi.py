"""The best path through a chain of states (Viterbi 1967), one numpy step for each position."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]


def viterbi(emissions: Floats, transitions: Floats, start: Floats, end: Floats) -> list[int]:
    """The states that maximise the sum of the scores of a sequence.

    `start[s_1] + sum_t emissions[t, s_t] + sum_t transitions[s_t, s_{t+1}] + end[s_T]`; of equal paths, the one whose
    last states have the lowest numbers.

    Args:
        emissions: `(T, K)`, logarithms; minus infinity forbids a state. T is at least 1.
        transitions: `(K, K)`: from the row's state to the column's.
        start: `(K,)`: of beginning in a state.
        end: `(K,)`: of ending in a state.
    """
    arriving = np.ascontiguousarray(transitions.T)  # (K, K): to the row's state from the column's
    back = np.empty(emissions.shape, np.intp)  # (T, K)
    scores = np.empty_like(arriving)
    best = start + emissions[0]
    for step in range(1, len(emissions)):
        np.add(arriving, best, out=scores)
        scores.argmax(axis=1, out=back[step])
        best = scores.max(axis=1)
        best += emissions[step]
    states = [int((best + end).argmax())]
    for step in range(len(emissions) - 1, 0, -1):
        states.append(int(back[step, states[-1]]))
    return states[::-1]
