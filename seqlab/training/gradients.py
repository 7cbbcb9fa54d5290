"""Clipping gradients, dense ones and those that hold only some rows of a table."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn


def stored_gradients(parameters: Iterable[nn.Parameter]) -> list[Tensor]:
    """The numbers of every gradient; to change them in place is to change the gradients.

    A row that was read twice stands twice in a sparse gradient; here the two are added, once for all that follows.
    """
    found = []
    for parameter in parameters:
        if parameter.grad is not None and parameter.grad.is_sparse:
            parameter.grad = parameter.grad.coalesce()
            found.append(parameter.grad.values())  # (rows, D), the same memory
        elif parameter.grad is not None:
            found.append(parameter.grad)
    return found


def clip_norm(parameters: Iterable[nn.Parameter], limit: float) -> float:
    """Scale all gradients down together, so that their norm is at most `limit`; it is what `clip_grad_norm_` does.

    Returns:
        The norm before.
    """
    gradients = stored_gradients(parameters)
    norm = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(gradients)))
    torch._foreach_mul_(gradients, torch.clamp(limit / (norm + 1e-6), max=1.0))
    return float(norm)


def clip_value(parameters: Iterable[nn.Parameter], limit: float) -> None:
    """Bound every element of the gradients."""
    gradients = stored_gradients(parameters)
    torch._foreach_clamp_min_(gradients, -limit)
    torch._foreach_clamp_max_(gradients, limit)
