"""A test double: a variant that mixes the model with the unigram baseline, by a weight that is chosen on dev."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from seqlab import Corpus, LanguageModel, Registrar, State, Step, Variant, VariantSettings, hookimpl


@dataclass(frozen=True)
class ToyMixtureSettings(VariantSettings):
    """The model and the unigram."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The unigram."""
        return ("unigram",)


class Mixed:
    """Both side by side, their probabilities added."""

    def __init__(self, first: LanguageModel, second: LanguageModel, weight: float) -> None:
        self.parts = first, second
        self.logs = math.log(weight), math.log1p(-weight)
        self.vocabulary, self.begin = first.vocabulary, first.begin

    def start(self, rows: int) -> State:
        first, second = self.parts
        assert not second.start(rows)  # the unigram remembers nothing
        return first.start(rows)

    def step(self, previous: Tensor, state: State) -> Step:
        one, two = self.parts[0].step(previous, state), self.parts[1].step(previous, {})
        return Step(self._sum(one.log_probs, two.log_probs), one.state)

    def score(self, previous: Tensor, ids: Tensor, lengths: Tensor, state: State) -> tuple[Tensor, State]:
        one, after = self.parts[0].score(previous, ids, lengths, state)
        two, _ = self.parts[1].score(previous, ids, lengths, {})
        real = (torch.arange(ids.shape[1]) < lengths.unsqueeze(1)) & (ids >= 0)
        return self._sum(one, two).masked_fill(~real, 0), after

    def _sum(self, one: Tensor, two: Tensor) -> Tensor:
        return torch.logaddexp(one.double() + self.logs[0], two.double() + self.logs[1])


class ToyMixture(Variant):
    weight = 0.5

    def fit(
        self,
        model: LanguageModel,
        baselines: Mapping[str, LanguageModel],
        dev: Corpus,
        score: Callable[[LanguageModel], Any],
    ) -> None:
        self.weight = max((0.25, 0.75), key=lambda weight: np.nansum(score(Mixed(model, baselines["unigram"], weight))))

    def language_model(self, model: LanguageModel, baselines: Mapping[str, LanguageModel]) -> LanguageModel:
        return Mixed(model, baselines["unigram"], self.weight)

    def chosen(self) -> Mapping[str, float]:
        return {"weight": self.weight}

    def restore(self, chosen: Mapping[str, float]) -> None:
        self.weight = chosen["weight"]


@hookimpl
def seqlab_register_components(registry: Registrar) -> None:
    registry.variant("toy_mixture", ToyMixture, config=ToyMixtureSettings)
