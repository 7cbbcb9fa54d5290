"""Variant `interpolate`: the probabilities of the model and of baselines, mixed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from seqlab import Corpus, LanguageModel, PipelineError, Problem, State, Step, Variant
from seqlab_lm.variant_settings import InterpolateSettings

Numbers = NDArray[np.float64]

SMALLEST_CHANGE = 1e-6
"""Weights that change by less are found."""
MOST_ROUNDS = 10_000


class Interpolate(Variant):
    """p = w_0 p_model + w_1 p_baseline + ..., with the weights that make dev likeliest (Jelinek and Mercer 1980)."""

    config: InterpolateSettings

    def __init__(self, config: InterpolateSettings) -> None:
        super().__init__(config)
        self.weights: Mapping[str, float] = {}

    def fit(
        self,
        model: LanguageModel,
        baselines: Mapping[str, LanguageModel],
        dev: Corpus,
        score: Callable[[LanguageModel], Numbers],
    ) -> None:
        """Find the weights; see `Variant.fit`.

        Raises:
            PipelineError: SL323, SL324; see `language_model`.
        """
        models = self._models(model, baselines)
        log_probs = np.stack([score(each) for each in models.values()])
        found = mixture_weights(log_probs, self.config.weight)
        self.weights = dict(zip(models, found.tolist(), strict=True))

    def language_model(self, model: LanguageModel, baselines: Mapping[str, LanguageModel]) -> InterpolatedModel:
        """The mixture.

        Raises:
            PipelineError: SL323 if a baseline is not there, SL324 if it has another vocabulary than the model.
        """
        models = self._models(model, baselines)
        return InterpolatedModel(list(models.values()), [self.weights[key] for key in models])

    def chosen(self) -> Mapping[str, float]:
        """The weights: of `model`, and of each baseline by its key."""
        return self.weights

    def restore(self, chosen: Mapping[str, float]) -> None:
        """Take the weights."""
        self.weights = {key: float(chosen[key]) for key in ("model", *self.config.baseline)}

    def _models(self, model: LanguageModel, baselines: Mapping[str, LanguageModel]) -> dict[str, LanguageModel]:
        """The model and what is mixed in."""
        found = {"model": model}
        for key in self.config.baseline:
            if key not in baselines:
                message = f"variant 'interpolate' is made with baseline '{key}', which this run has not"
                raise PipelineError(Problem("SL323", message, notes=("add it under evaluation.baselines",)))
            if baselines[key].vocabulary.items != model.vocabulary.items:
                message = f"the model and baseline '{key}' cannot be mixed: they predict different tokens"
                sizes = f"the model has {len(model.vocabulary)}, the baseline {len(baselines[key].vocabulary)}"
                notes = (sizes, "a baseline takes the model's vocabulary from `context.vocabularies.target`")
                raise PipelineError(Problem("SL324", message, notes=notes))
            found[key] = baselines[key]
        return found


class InterpolatedModel:
    """A mixture as a `LanguageModel`; its state holds those of all its parts, as `0.name`, `1.name`, ...

    Args:
        models: K, over the same vocabulary.
        weights: One for each; they sum to 1.

    Attributes:
        memory: As far back as one of them looks; see `score_text`.
    """

    def __init__(self, models: Sequence[LanguageModel], weights: Sequence[float]) -> None:
        self.models = tuple(models)
        self.log_weights = [math.log(weight) if weight > 0 else -math.inf for weight in weights]
        self.vocabulary = models[0].vocabulary
        self.begin = models[0].begin
        self.memory: float = max(getattr(model, "memory", 0) for model in models)

    def start(self, rows: int) -> State:
        """That of each."""
        return self._together([model.start(rows) for model in self.models])

    def step(self, previous: Tensor, state: State) -> Step:
        """Read one token with each; see `LanguageModel.step`."""
        steps = [model.step(previous, self._of(number, state)) for number, model in enumerate(self.models)]
        return Step(self._mixed([step.log_probs for step in steps]), self._together([step.state for step in steps]))

    def score(self, previous: Tensor, ids: Tensor, lengths: Tensor, state: State) -> tuple[Tensor, State]:
        """Log-probabilities of given tokens; see `LanguageModel.score`."""
        pairs = [model.score(previous, ids, lengths, self._of(at, state)) for at, model in enumerate(self.models)]
        real = (torch.arange(ids.shape[1]) < lengths.unsqueeze(1)) & (ids >= 0)
        mixed = self._mixed([log_probs for log_probs, _ in pairs])
        return mixed.masked_fill(~real, 0), self._together([after for _, after in pairs])

    def _mixed(self, log_probs: Sequence[Tensor]) -> Tensor:
        """ln(w_0 p_0 + w_1 p_1 + ...), in float64."""
        weighted = [each.double() + weight for each, weight in zip(log_probs, self.log_weights, strict=True)]
        return torch.stack(weighted).logsumexp(dim=0)

    @staticmethod
    def _together(states: Sequence[State]) -> State:
        return {f"{number}.{name}": tensor for number, state in enumerate(states) for name, tensor in state.items()}

    @staticmethod
    def _of(number: int, state: State) -> State:
        return {
            name.partition(".")[2]: tensor for name, tensor in state.items() if name.partition(".")[0] == str(number)
        }


def mixture_weights(log_probs: Numbers, first: float | None = None) -> Numbers:
    """The weights of a mixture under which some tokens are likeliest, by expectation maximisation.

    Each round gives a model the share of the tokens that it accounts for: w_k = mean over t of w_k p_k(t) / sum_j w_j p_j(t)
    (Jelinek and Mercer 1980). The likelihood is concave in the weights, so there is one maximum; it ends when no weight
    changes by 1e-6.

    Args:
        log_probs: `(K, N)`, those of each token under each model; NaN for tokens that do not count.
        first: The weight of the first model, where it is given; the others share the rest.

    Returns:
        `(K,)`, not negative, with a sum of 1.
    """
    counted = log_probs[:, np.isfinite(log_probs.max(axis=0))]  # (K, N); one that no model can tell says nothing
    likelihoods = np.exp(counted - counted.max(axis=0, initial=-math.inf))
    count = len(log_probs)
    weights = np.full(count, 1 / count)
    if first is not None:
        weights = np.array([first, *[(1 - first) / (count - 1)] * (count - 1)])
    is_given = not counted.size or (first is not None and count == 2)
    for _ in range(0 if is_given else MOST_ROUNDS):
        shares = weights[:, None] * likelihoods
        found: Numbers = (shares / shares.sum(axis=0)).mean(axis=1)
        if first is not None:
            found = np.array([first, *(1 - first) * found[1:] / found[1:].sum()])
        change = float(np.abs(found - weights).max())
        weights = found
        if change < SMALLEST_CHANGE:
            break
    return weights
