"""Parts 3 and 4 once more, with all that does not wait for the step before taken out of the loop over time.

What is read and what is said is computed for all steps at once, and the gradient of each matrix is one product over time.
Only `state @ hidden_to_hidden` is left inside, forward and backward. `benchmarks/min_char_rnn.py` has the figures.
"""

from __future__ import annotations

import numpy as np

from seqlab_numpy_rnn.parameters import FloatArray, Parameters
from seqlab_numpy_rnn.plain import Ids, log_softmax


def read(parameters: Parameters, ids: Ids, state: FloatArray) -> FloatArray:
    """States after each character, `(T, ..., H)`.

    Args:
        parameters: Of the network.
        ids: `(T,)`, or `(T, B)` for several texts side by side; what is not in the vocabulary is read as zeros.
        state: `(H,)` or `(B, H)`, what was read before.
    """
    states = parameters.input_to_hidden[np.maximum(ids, 0)]  # (T, ..., H): the rows that `one_hot @` picks
    states[ids < 0] = 0
    states += parameters.hidden_bias
    for row in states:
        row += np.dot(state, parameters.hidden_to_hidden)
        state = np.tanh(row, out=row)
    return states


def hoisted(
    parameters: Parameters, ids: Ids, targets: Ids, state: FloatArray, gradient: Parameters
) -> tuple[float, FloatArray]:
    """The loss of a window in nats, a sum over its steps, and the state after it; the gradient is written."""
    steps = np.arange(len(ids))
    states = read(parameters, ids, state)  # (T, H)
    log_probs = log_softmax(states @ parameters.hidden_to_output + parameters.output_bias)  # (T, V)

    d_scores = np.exp(log_probs)
    d_scores[steps, targets] -= 1  # (T, V)
    d_sums = d_scores @ parameters.hidden_to_output.T  # (T, H); first what each step wants of its own state
    slopes = 1 - states**2
    d_sum = np.zeros_like(state)
    for t in reversed(range(len(ids))):
        d_sums[t] += np.dot(parameters.hidden_to_hidden, d_sum)  # and what the steps after it want
        d_sums[t] *= slopes[t]
        d_sum = d_sums[t]

    read_before = (ids[:, None] == np.arange(len(parameters.output_bias))).astype(states.dtype)  # (T, V), one-hot
    states_before = np.concatenate([state[None], states[:-1]])
    np.matmul(read_before.T, d_sums, out=gradient.input_to_hidden)
    np.matmul(states_before.T, d_sums, out=gradient.hidden_to_hidden)
    np.matmul(states.T, d_scores, out=gradient.hidden_to_output)
    np.sum(d_sums, axis=0, out=gradient.hidden_bias)
    np.sum(d_scores, axis=0, out=gradient.output_bias)
    return -float(log_probs[steps, targets].sum()), states[-1].copy()
