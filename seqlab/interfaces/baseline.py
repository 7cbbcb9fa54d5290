"""Baseline: anything with fit and predict and no gradient. The floor that a model must clear."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seqlab.interfaces.context import Context
from seqlab.interfaces.records import Example, Prediction

if TYPE_CHECKING:
    from seqlab.interfaces.language_model import LanguageModel


class Baseline(ABC):
    """A cheap predictor, fitted before training starts.

    Args:
        config: The baseline's settings, a `BaselineSettings`.
    """

    def __init__(self, config: Any) -> None:
        self.config = config

    @abstractmethod
    def fit(self, train: Sequence[Example], dev: Sequence[Example], context: Context) -> None:
        """Learn from train; dev may be used to choose settings.

        Args:
            train: What the model is trained on too, no more and no less.
            dev: The development split.
            context: The model's vocabularies (and so its treatment of unknown words), seeds and threads.
        """

    @abstractmethod
    def predict(self, examples: Sequence[Example]) -> Iterator[Prediction]:
        """One prediction for each example, in order. Targets of the examples must not be looked at."""

    def language_model(self) -> LanguageModel:
        """What it predicts the next token with, after `fit` or `load`; of tasks of that kind only."""
        raise NotImplementedError(f"{type(self).__name__} is no language model")

    @abstractmethod
    def save(self, folder: Path) -> None:
        """Write what was learnt as plain files (JSON, safetensors, text), never as pickle."""

    @abstractmethod
    def load(self, folder: Path) -> None:
        """Read what `save` wrote."""
