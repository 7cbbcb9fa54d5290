"""The carried state of an encoder or a decoder, and the four things the core does with one.

A state is a mapping from names to tensors, every one of them batch-first: `(B, ...)`. Its owner gives it meaning; the
core only selects rows of it (beams, sorted batches), cuts its gradient, clears rows that start afresh, and scales
its gradient.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import torch
from torch import Tensor

State: TypeAlias = Mapping[str, Tensor]


def select(state: State, rows: Tensor) -> State:
    """The state of some rows, in their order.

    Args:
        state: Tensors of `(B, ...)`.
        rows: `(N,)` row numbers; a row may stand more than once.

    Returns:
        Tensors of `(N, ...)`.
    """
    return {name: tensor.index_select(0, rows) for name, tensor in state.items()}


def detach(state: State) -> State:
    """The same values, with no gradient to what came before."""
    return {name: tensor.detach() for name, tensor in state.items()}


def reset(state: State, keep: Tensor) -> State:
    """The state with the rows cleared to zero that start afresh.

    Args:
        state: Tensors of `(B, ...)`.
        keep: `(B,)` bool, True where the state is carried on.
    """
    if bool(keep.all()):
        return state
    return {
        name: torch.where(keep.view(-1, *[1] * (tensor.dim() - 1)), tensor, torch.zeros_like(tensor))
        for name, tensor in state.items()
    }


def scale_gradient(state: State, factor: float | Tensor) -> State:
    """The same values, with the gradient to what came before multiplied by `factor`.

    Args:
        state: Tensors of `(B, ...)`.
        factor: One number, or one for each row `(B,)`.
    """
    return {name: _scaled(tensor, factor) for name, tensor in state.items()}


def _scaled(tensor: Tensor, factor: float | Tensor) -> Tensor:
    if isinstance(factor, Tensor):
        factor = factor.view(-1, *[1] * (tensor.dim() - 1))
    scaled: Tensor = _ScaleGradient.apply(tensor, factor)  # type: ignore[no-untyped-call]
    return scaled


class _ScaleGradient(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, tensor: Tensor, factor: float | Tensor) -> Tensor:
        ctx.factor = factor
        return tensor.view_as(tensor)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        return gradients[0] * ctx.factor, None
