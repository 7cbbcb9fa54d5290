"""Schedules: the learning rate over training, as a factor of the optimizer's own."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from seqlab.interfaces.schedule import Schedule
from seqlab.training.settings import ConstantSettings, DecaySettings, PlateauSettings


class Constant(Schedule):
    """The same rate throughout."""

    config: ConstantSettings

    def factor(self, step: int, share: float) -> float:
        """1 after the warm-up."""
        return _warmup(step, self.config.warmup_steps)


class LinearDecay(Schedule):
    """Falls in a straight line to the end of training."""

    config: DecaySettings

    def factor(self, step: int, share: float) -> float:
        """1 - share, down to the final share of the rate."""
        final = self.config.final
        return _warmup(step, self.config.warmup_steps) * (final + (1 - final) * (1 - share))


class Cosine(Schedule):
    """Falls along half a cosine (Loshchilov and Hutter 2017, equation 5, without restarts)."""

    config: DecaySettings

    def factor(self, step: int, share: float) -> float:
        """(1 + cos(pi * share)) / 2, down to the final share of the rate."""
        final = self.config.final
        return _warmup(step, self.config.warmup_steps) * (final + (1 - final) * (1 + math.cos(math.pi * share)) / 2)


class Plateau(Schedule):
    """Falls by a factor each time the dev score has not got better for more than `patience` epochs."""

    config: PlateauSettings

    def __init__(self, config: PlateauSettings) -> None:
        super().__init__(config)
        self._waited = 0
        self._falls = 0

    def factor(self, step: int, share: float) -> float:
        """`factor` to the power of the falls so far."""
        return _warmup(step, self.config.warmup_steps) * float(self.config.factor**self._falls)

    def observe(self, improved: bool) -> None:
        """Count the epochs without a better score."""
        self._waited = 0 if improved else self._waited + 1
        if self._waited > self.config.patience:
            self._waited, self._falls = 0, self._falls + 1

    def state(self) -> Mapping[str, Any]:
        """Epochs waited and falls so far."""
        return {"waited": self._waited, "falls": self._falls}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Return to what `state` gave."""
        self._waited, self._falls = int(state["waited"]), int(state["falls"])


def _warmup(step: int, steps: int) -> float:
    """Rises in a straight line over the first updates; the first of them already moves."""
    return min(1.0, (step + 1) / (steps + 1))
