"""Variant: another language model made of the trained one, without training it anew: a mixture, a cache."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from seqlab.interfaces.corpus import Corpus

if TYPE_CHECKING:
    from collections.abc import Callable

    from seqlab.interfaces.language_model import LanguageModel


class Variant(ABC):
    """Makes a language model of another one. Its scores stand beside those of the model, never in their place.

    Args:
        config: The variant's settings, a `VariantSettings`.
    """

    def __init__(self, config: Any) -> None:
        self.config = config

    @abstractmethod
    def fit(
        self,
        model: LanguageModel,
        baselines: Mapping[str, LanguageModel],
        dev: Corpus,
        score: Callable[[LanguageModel], Any],
    ) -> None:
        """Choose what has to be chosen, on dev.

        Args:
            model: The trained model.
            baselines: Those of the run, by key.
            dev: The development split.
            score: The log-probabilities of dev under a language model, `(N,)` in nats, NaN for tokens outside the
                vocabulary: as the run scores it.

        Raises:
            PipelineError: If a baseline that the settings name is not there.
        """

    @abstractmethod
    def language_model(self, model: LanguageModel, baselines: Mapping[str, LanguageModel]) -> LanguageModel:
        """The model that it makes, after `fit` or `restore`."""

    def chosen(self) -> Mapping[str, float]:
        """What `fit` chose, as it stands in the run's files."""
        return {}

    def restore(self, chosen: Mapping[str, float]) -> None:
        """Return to what `chosen` gave."""
        return
