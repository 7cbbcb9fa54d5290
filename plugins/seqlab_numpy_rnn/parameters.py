"""Part 2, the parameters: three matrices and two biases, which are views of one vector."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

FloatArray = NDArray[np.floating[Any]]

SPREAD = 0.01
"""Standard deviation of the first weights; biases begin at 0."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """Of an Elman network (1990) over characters; a gradient has the same shape.

    Args:
        input_to_hidden: `(V, H)`, one row for each character: W_xh of the equations, transposed.
        hidden_to_hidden: `(H, H)`, W_hh transposed.
        hidden_to_output: `(H, V)`, W_hy transposed.
        hidden_bias: `(H,)`.
        output_bias: `(V,)`.
    """

    input_to_hidden: FloatArray
    hidden_to_hidden: FloatArray
    hidden_to_output: FloatArray
    hidden_bias: FloatArray
    output_bias: FloatArray

    def __iter__(self) -> Iterator[tuple[str, FloatArray]]:
        """Names and arrays, in the order of the vector."""
        return ((field.name, getattr(self, field.name)) for field in fields(self))


def zeros(vocabulary_size: int, hidden_size: int, dtype: DTypeLike) -> tuple[FloatArray, Parameters]:
    """A vector of zeros, and the parameters that look into it: what is done to all of them is done to the vector."""
    v, h = vocabulary_size, hidden_size
    shapes = [(v, h), (h, h), (h, v), (h,), (v,)]
    ends = np.cumsum([np.prod(shape) for shape in shapes])
    vector = np.zeros(ends[-1], dtype)
    parts = [part.reshape(shape) for part, shape in zip(np.split(vector, ends[:-1]), shapes, strict=True)]
    return vector, Parameters(*parts)


def draw(parameters: Parameters, random: np.random.Generator) -> None:
    """Fill the matrices from N(0, 0.01^2): small, so that at first every character is as likely as any other."""
    for _, array in parameters:
        if array.ndim == 2:
            array[:] = random.normal(0, SPREAD, array.shape)
