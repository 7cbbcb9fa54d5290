"""Judge: what is a text worth that a language model has written?"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from seqlab.interfaces.corpus import Corpus


class Judge(ABC):
    """Looks at generated texts, the same number from the model and from each baseline that can write.

    Args:
        config: The judge's settings.

    Attributes:
        higher_is_better: Whether more of it is better.
    """

    higher_is_better: ClassVar[bool] = True

    def __init__(self, config: Any) -> None:
        self.config = config

    def prepare(self, train: Corpus) -> None:
        """Look at train once, before the first text."""
        return

    @abstractmethod
    def share(self, text: str, tokens: Sequence[str]) -> float:
        """From 0 to 1: whether the text is good, or how much of it is.

        Args:
            text: What was written, the prompt before it.
            tokens: The same as tokens of the model.
        """
