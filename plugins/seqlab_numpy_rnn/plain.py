"""Parts 3 and 4, forward and backward: the equations, one step after the other.

    h_t = tanh(W_xh x_t + W_hh h_{t-1} + b_h)         x_t: all 0, but 1 at the character that is read
    p_t = softmax(W_hy h_t + b_y)
    loss = sum over t of -ln p_t[target_t]

Rows stand where the equations have columns, so a product is `row @ matrix`. The backward pass is the chain rule from the
last step to the first (Werbos 1990); `d_x` is the gradient of the loss with respect to x.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from seqlab_numpy_rnn.parameters import FloatArray, Parameters

Ids = NDArray[np.int64]


def log_softmax(scores: FloatArray) -> FloatArray:
    """Log-probabilities over the last axis; the largest score is taken out first, so that `exp` cannot overflow."""
    scores = scores - scores.max(axis=-1, keepdims=True)
    found: FloatArray = scores - np.log(np.exp(scores).sum(axis=-1, keepdims=True))
    return found


def one_hot(id_: int, parameters: Parameters) -> FloatArray:
    """`(V,)`: 1 at a character; all 0 for one that is not in the vocabulary, as before the first."""
    row = np.zeros_like(parameters.output_bias)
    if id_ >= 0:
        row[id_] = 1
    return row


def forward(parameters: Parameters, ids: Ids, state: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Read a window.

    Args:
        parameters: Of the network.
        ids: `(T,)`, the characters that are read.
        state: `(H,)`, what was read before.

    Returns:
        States `(T + 1, H)`, the given one first, and log-probabilities of what follows each character `(T, V)`.
    """
    states, log_probs = [state], []
    for id_ in ids.tolist():
        read = one_hot(id_, parameters) @ parameters.input_to_hidden
        remembered = states[-1] @ parameters.hidden_to_hidden
        states.append(np.tanh(read + remembered + parameters.hidden_bias))
        log_probs.append(log_softmax(states[-1] @ parameters.hidden_to_output + parameters.output_bias))
    return np.stack(states), np.stack(log_probs)


def backward(
    parameters: Parameters, ids: Ids, targets: Ids, states: FloatArray, log_probs: FloatArray, gradient: Parameters
) -> None:
    """Add up the gradient of a window, from its last step to its first.

    It ends at the state that was given: what was read before is a constant (truncated backpropagation through time).

    Args:
        parameters: Of the network.
        ids: `(T,)`, the characters that were read.
        targets: `(T,)`, those that followed.
        states: `(T + 1, H)`, of `forward`.
        log_probs: `(T, V)`, of `forward`.
        gradient: Zeros, which are filled.
    """
    d_later = np.zeros_like(states[0])  # what the steps after t want of state t
    for t in reversed(range(len(ids))):
        before, after = states[t], states[t + 1]
        d_scores = np.exp(log_probs[t]) - one_hot(int(targets[t]), parameters)  # softmax and logarithm in one
        gradient.hidden_to_output[:] += np.outer(after, d_scores)
        gradient.output_bias[:] += d_scores
        d_state = parameters.hidden_to_output @ d_scores + d_later
        d_sum = (1 - after**2) * d_state  # through tanh
        gradient.input_to_hidden[:] += np.outer(one_hot(int(ids[t]), parameters), d_sum)
        gradient.hidden_to_hidden[:] += np.outer(before, d_sum)
        gradient.hidden_bias[:] += d_sum
        d_later = parameters.hidden_to_hidden @ d_sum


def plain(
    parameters: Parameters, ids: Ids, targets: Ids, state: FloatArray, gradient: Parameters
) -> tuple[float, FloatArray]:
    """The loss of a window in nats, a sum over its steps, and the state after it; the gradient is written."""
    for _, array in gradient:
        array[:] = 0
    states, log_probs = forward(parameters, ids, state)
    backward(parameters, ids, targets, states, log_probs, gradient)
    return -float(log_probs[np.arange(len(ids)), targets].sum()), states[-1]
