"""Optimizers: torch's own, in their fused form, several times faster on a CPU (`benchmarks/README.md`).

`adam` and `sgd` update a table of `SparseRows` only where a batch read it. What an optimizer does to a row that was not
read, to let it decay or to carry momentum, would touch the whole table, and is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from seqlab.errors import PipelineError, Problem
from seqlab.interfaces.embedder import SparseRows
from seqlab.training.settings import AdamSettings, AdamWSettings, SGDSettings


def adam(config: AdamSettings, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
    """Adaptive moments; lazily on sparse rows.

    Raises:
        PipelineError: SL312 if there are sparse rows and weights decay.
    """
    return LazyAdam(_fitting(parameters, config), **_adaptive(config))


def adamw(config: AdamWSettings, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
    """Adam with decoupled weight decay; without any it is Adam.

    Raises:
        PipelineError: SL312 if there are sparse rows and weights decay.
    """
    if not config.weight_decay:
        return adam(config, parameters)
    return torch.optim.AdamW(_fitting(parameters, config), **_adaptive(config))


def _adaptive(config: AdamSettings) -> dict[str, Any]:
    return {
        "lr": config.lr,
        "betas": (config.beta1, config.beta2),
        "eps": config.epsilon,
        "weight_decay": config.weight_decay,
        "fused": True,
    }


def sgd(config: SGDSettings, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
    """Stochastic gradient descent.

    Raises:
        PipelineError: SL312 if there are sparse rows and weights decay or momentum is kept.
    """
    return SparseSGD(
        _fitting(parameters, config),
        lr=config.lr,
        momentum=config.momentum,
        nesterov=config.nesterov,
        weight_decay=config.weight_decay,
        fused=True,
    )


def _fitting(parameters: Iterable[nn.Parameter], config: AdamSettings | SGDSettings) -> list[nn.Parameter]:
    own = list(parameters)
    if config.changes_every_row and any(isinstance(parameter, SparseRows) for parameter in own):
        raise PipelineError(
            Problem("SL312", f"'{config.changes_every_row}' of the optimizer would change every row of a sparse table",
                    notes=("leave it out, or write sparse: false for the embedder",))
        )  # fmt: skip
    return own


class LazyAdam(torch.optim.Adam):
    """Adam whose moments of a row move only when the row has a gradient, where gradients are sparse.

    `torch.optim.SparseAdam` for these, the fused Adam for all others, in one optimizer. A table whose gradient is dense,
    since an output layer shares it, is updated as any other.
    """

    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """Update every parameter that has a gradient."""
        with _apart(self) as sparse:
            loss: float | None = super().step(closure)
            for group, parameter, gradient in sparse:
                self._update_rows(group, parameter, gradient)
        return loss

    @torch.no_grad()
    def _update_rows(self, group: dict[str, Any], parameter: nn.Parameter, gradient: Tensor) -> None:
        state = self.state[parameter]
        if not state:
            state["step"] = torch.zeros(())
            state["exp_avg"] = torch.zeros_like(parameter, memory_format=torch.preserve_format)
            state["exp_avg_sq"] = torch.zeros_like(parameter, memory_format=torch.preserve_format)
        state["step"] += 1
        (beta1, beta2), step = group["betas"], float(state["step"])
        rows, new = gradient.indices()[0], gradient.values()  # (R,), (R, D)
        mean = state["exp_avg"].index_select(0, rows).lerp_(new, 1 - beta1)
        square = state["exp_avg_sq"].index_select(0, rows).mul_(beta2).addcmul_(new, new, value=1 - beta2)
        state["exp_avg"].index_copy_(0, rows, mean)
        state["exp_avg_sq"].index_copy_(0, rows, square)
        rate = group["lr"] * (1 - beta2**step) ** 0.5 / (1 - beta1**step)
        parameter.index_add_(0, rows, mean.div_(square.sqrt_().add_(group["eps"])), alpha=-rate)


class SparseSGD(torch.optim.SGD):
    """Stochastic gradient descent, fused, that takes sparse gradients beside dense ones."""

    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """Update every parameter that has a gradient."""
        with _apart(self) as sparse, torch.no_grad():
            loss: float | None = super().step(closure)
            for group, parameter, gradient in sparse:
                parameter.index_add_(0, gradient.indices()[0], gradient.values(), alpha=-group["lr"])
        return loss


@contextmanager
def _apart(optimizer: torch.optim.Optimizer) -> Iterator[list[tuple[dict[str, Any], nn.Parameter, Tensor]]]:
    """Hide the sparse gradients from torch's fused update, and give them back after: group, table, gradient."""
    found = []
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            if parameter.grad is not None and parameter.grad.is_sparse:
                found.append((group, parameter, parameter.grad.coalesce()))
                parameter.grad = None
    try:
        yield found
    finally:
        for _, parameter, gradient in found:
            parameter.grad = gradient
