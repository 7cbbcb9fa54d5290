"""Control: the trained model on perturbed input. A model that does not get worse never looked at it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from seqlab.interfaces.records import Example


class Control(ABC):
    """Perturbs examples (shuffled images, shuffled source) for the trained model to predict.

    Args:
        config: The control's settings.
    """

    def __init__(self, config: Any) -> None:
        self.config = config

    @abstractmethod
    def perturb(self, examples: Sequence[Example], seed: int) -> Sequence[Example]:
        """The examples with perturbed inputs, in the same order and with the same targets; a pure function."""
