"""Optimizers: torch's own, in their fused form, several times faster on a CPU (`benchmarks/README.md`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import nn

from seqlab.training.settings import AdamSettings, AdamWSettings, SGDSettings


def adam(config: AdamSettings, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
    """Adaptive moments."""
    return torch.optim.Adam(parameters, **_adaptive(config))


def adamw(config: AdamWSettings, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
    """Adam with decoupled weight decay."""
    return torch.optim.AdamW(parameters, **_adaptive(config))


def _adaptive(config: AdamSettings) -> dict[str, Any]:
    return {
        "lr": config.lr,
        "betas": (config.beta1, config.beta2),
        "eps": config.epsilon,
        "weight_decay": config.weight_decay,
        "fused": True,
    }


def sgd(config: SGDSettings, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
    """Stochastic gradient descent."""
    return torch.optim.SGD(
        parameters,
        lr=config.lr,
        momentum=config.momentum,
        nesterov=config.nesterov,
        weight_decay=config.weight_decay,
        fused=True,
    )
