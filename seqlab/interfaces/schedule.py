"""Schedule: the learning rate over training, as a factor of the optimizer's own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any


class Schedule(ABC):
    """The learning rate over training.

    Args:
        config: The schedule's settings.
    """

    def __init__(self, config: Any) -> None:
        self.config = config

    @abstractmethod
    def factor(self, step: int, share: float) -> float:
        """What the optimizer's learning rate is multiplied by.

        Args:
            step: Updates so far.
            share: Share of the whole training that is done, 0 to 1.
        """

    def observe(self, improved: bool) -> None:
        """Hear whether the dev score of the last epoch was the best so far."""
        return

    def state(self) -> Mapping[str, Any]:
        """What a checkpoint must keep, as JSON values."""
        return {}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Return to what `state` gave."""
        return
