"""Settings of the optimizers and schedules. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt, Le, Lt
from typing_extensions import Doc


@dataclass(frozen=True)
class AdamSettings:
    """Adaptive moments (Kingma and Ba 2015)."""

    lr: Annotated[float, Gt(0), Doc("learning rate")] = 1e-3
    beta1: Annotated[float, Ge(0), Lt(1), Doc("decay of the mean of gradients")] = 0.9
    beta2: Annotated[float, Ge(0), Lt(1), Doc("decay of the mean of squared gradients")] = 0.999
    epsilon: Annotated[float, Gt(0), Doc("added to the root of the second moment")] = 1e-8
    weight_decay: Annotated[float, Ge(0), Doc("L2 penalty, added to the gradient")] = 0.0

    @property
    def changes_every_row(self) -> str | None:
        """The setting by which rows of a table change that have no gradient; None if none do."""
        return "weight_decay" if self.weight_decay else None


@dataclass(frozen=True)
class AdamWSettings(AdamSettings):
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019)."""

    weight_decay: Annotated[float, Ge(0), Doc("share of a weight that each update takes away, times lr")] = 0.01


@dataclass(frozen=True)
class SGDSettings:
    """Stochastic gradient descent."""

    lr: Annotated[float, Gt(0), Doc("learning rate")] = 0.1
    momentum: Annotated[float, Ge(0), Lt(1), Doc("share of the last update that is kept")] = 0.0
    nesterov: Annotated[bool, Doc("look ahead along the momentum")] = False
    weight_decay: Annotated[float, Ge(0), Doc("L2 penalty, added to the gradient")] = 0.0

    def __post_init__(self) -> None:
        """Refuse what torch would refuse later."""
        if self.nesterov and not self.momentum:
            raise ValueError("'nesterov' needs a 'momentum' above 0")

    @property
    def changes_every_row(self) -> str | None:
        """The setting by which rows of a table change that have no gradient; None if none do."""
        return "weight_decay" if self.weight_decay else "momentum" if self.momentum else None


@dataclass(frozen=True)
class ConstantSettings:
    """The same rate throughout, after the warm-up."""

    warmup_steps: Annotated[int, Ge(0), Doc("updates over which the rate rises from 0")] = 0


@dataclass(frozen=True)
class DecaySettings:
    """Falls from the optimizer's rate to a share of it at the end of training."""

    warmup_steps: Annotated[int, Ge(0), Doc("updates over which the rate rises from 0")] = 0
    final: Annotated[float, Ge(0), Le(1), Doc("share of the rate that is left at the end")] = 0.0


@dataclass(frozen=True)
class PlateauSettings:
    """Falls by a factor when the dev score has not got better for some epochs."""

    warmup_steps: Annotated[int, Ge(0), Doc("updates over which the rate rises from 0")] = 0
    factor: Annotated[float, Gt(0), Lt(1), Doc("what the rate is multiplied by")] = 0.5
    patience: Annotated[int, Ge(0), Doc("epochs without a better dev score that are borne")] = 1
