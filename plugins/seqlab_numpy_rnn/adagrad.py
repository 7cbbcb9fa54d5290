"""Part 5, the update: Adagrad."""

from __future__ import annotations

import numpy as np

from seqlab_numpy_rnn.parameters import FloatArray

EPSILON = 1e-8
"""Added under the root, where the lecture has it. Torch adds its `eps` to the root instead; torch's
`initial_accumulator_value=1e-8, eps=0` is the same as this."""


def adagrad(weights: FloatArray, gradient: FloatArray, squares: FloatArray, lr: float) -> None:
    """Take one step, the shorter the more a weight has moved before (Duchi et al. 2011).

    Args:
        weights: `(N,)`, changed in place.
        gradient: `(N,)`.
        squares: `(N,)`, the sum of all squared gradients, to which those of this one are added.
        lr: Learning rate.
    """
    squares += gradient * gradient
    weights -= lr * gradient / np.sqrt(squares + EPSILON)
