"""Variant `neural_cache`: what followed the states that were like this one is likely again."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from seqlab import IGNORED, Corpus, LanguageModel, NetworkLanguageModel, PipelineError, Problem, State, Step, Variant
from seqlab_lm.interpolate import Interpolate, Numbers, mixture_weights
from seqlab_lm.variant_settings import InterpolateSettings, NeuralCacheSettings

THETAS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.4, 2.0)
"""From which `theta` is chosen."""


class NeuralCache(Variant):
    """A continuous cache beside the network (Grave, Joulin and Usunier 2017), see `CachedModel`.

    `theta` is chosen from a few numbers, the weight of the cache for each of them by expectation maximisation; dev is read
    once for all of them.
    """

    config: NeuralCacheSettings

    def __init__(self, config: NeuralCacheSettings) -> None:
        super().__init__(config)
        self.theta = self.weight = math.nan
        self.mixture = Interpolate(InterpolateSettings(config.baseline)) if config.baseline else None

    def fit(
        self,
        model: LanguageModel,
        baselines: Mapping[str, LanguageModel],
        dev: Corpus,
        score: Callable[[LanguageModel], Numbers],
    ) -> None:
        """Choose `theta` and the weights; see `Variant.fit`.

        Raises:
            PipelineError: SL323, SL324; see `language_model`.
        """
        thetas = THETAS if self.config.theta is None else (self.config.theta,)
        trial = _Trial(_network(model), self.config.size, thetas)
        score(trial)
        given = None if self.config.weight is None else 1 - self.config.weight
        by_network, by_cache = trial.log_probs()
        self.theta, self.weight = _best(thetas, by_network, by_cache, given)
        if self.mixture is not None:
            self.mixture.fit(self._cached(model), baselines, dev, score)

    def language_model(self, model: LanguageModel, baselines: Mapping[str, LanguageModel]) -> LanguageModel:
        """Network and cache, and the baselines if there are any.

        Raises:
            PipelineError: SL324 if the model is no network, or a baseline has another vocabulary; SL323 if one is not there.
        """
        cached = self._cached(model)
        return cached if self.mixture is None else self.mixture.language_model(cached, baselines)

    def chosen(self) -> Mapping[str, float]:
        """`theta` and `weight`; with baselines the weights of `interpolate` too, its `model` being network and cache."""
        mixture = {} if self.mixture is None else self.mixture.chosen()
        return {"theta": self.theta, "weight": self.weight} | {f"mixture.{key}": each for key, each in mixture.items()}

    def restore(self, chosen: Mapping[str, float]) -> None:
        """Take what `chosen` gave."""
        self.theta, self.weight = float(chosen["theta"]), float(chosen["weight"])
        if self.mixture is not None:
            self.mixture.restore({key.removeprefix("mixture."): each for key, each in chosen.items()})

    def _cached(self, model: LanguageModel) -> CachedModel:
        return CachedModel(_network(model), self.config.size, self.theta, self.weight)


class _Look(NamedTuple):
    """What is seen from each of T states.

    Args:
        hidden: `(B, T, H)`, what the output layer sees.
        likeness: `(B, T, S + T)`, products with the S remembered states and with the T states themselves.
        followers: `(B, S + T)`, which token followed each.
        usable: `(B, T, S + T)`, where a state is among the last S before, and its follower can be predicted.
        state: What is remembered after.
    """

    hidden: Tensor
    likeness: Tensor
    followers: Tensor
    usable: Tensor
    state: State


class CachedModel:
    """A network and a cache of its last states as a `LanguageModel` (Grave, Joulin and Usunier 2017, equations 2 and 3).

    With h_i what the output layer sees before it predicts the token x_i:

        p_cache(w | x_1 ... x_(t-1))  ~  sum over i = t - size ... t - 1 of [w = x_i] exp(theta h_t . h_i)
        p  =  (1 - weight) p_network + weight p_cache

    Where nothing is remembered yet, p is that of the network. A token outside the vocabulary takes a place in the cache,
    but cannot be predicted from it.

    Its state holds that of the network, and of each row the last `size` states, oldest first, `(B, size, H)`, what followed
    them, `(B, size)` (what followed the last one is told by the next call), and how many there are, `(B,)`.

    Args:
        model: The network.
        size: How many states are remembered.
        theta: How much likeness counts.
        weight: Of the cache.

    Attributes:
        memory: `size`; see `score_text`.
    """

    def __init__(self, model: NetworkLanguageModel, size: int, theta: float, weight: float) -> None:
        self.model = model
        self.memory = size
        self.theta = theta
        self.log_weights = math.log1p(-weight), math.log(weight) if weight > 0 else -math.inf
        self.vocabulary = model.vocabulary
        self.begin = model.begin

    def start(self, rows: int) -> State:
        """An empty cache."""
        once = torch.ones(1, dtype=torch.int64)
        hidden, _ = self.model.read(torch.full((1, 1), self.begin), once, self.model.start(1))  # how wide, which type
        network = {f"network.{name}": tensor for name, tensor in self.model.start(rows).items()}
        return network | {
            "cache.hidden": hidden.new_zeros(rows, self.memory, hidden.shape[2]),
            "cache.followers": torch.full((rows, self.memory), IGNORED),
            "cache.count": torch.zeros(rows, dtype=torch.int64),
        }

    def step(self, previous: Tensor, state: State) -> Step:
        """Read one token; see `LanguageModel.step`."""
        once = torch.ones_like(previous)
        look = self._look(previous, torch.full((len(previous), 1), IGNORED), once, state)
        hidden, usable = look.hidden[:, 0], look.usable[:, 0]
        scores = (self.theta * look.likeness[:, 0]).double().masked_fill(~usable, -math.inf)  # (B, size + 1)
        shares = scores.softmax(dim=1).where(usable, 0)  # NaN where nothing is remembered
        cache = shares.new_zeros(len(previous), len(self.vocabulary))
        cache.scatter_add_(1, look.followers.clamp(min=0), shares)
        mixed = self._mixed(self.model.output.log_probs(hidden).double(), cache.log(), usable.any(dim=1, keepdim=True))
        return Step(mixed, look.state, hidden)

    def score(self, previous: Tensor, ids: Tensor, lengths: Tensor, state: State) -> tuple[Tensor, State]:
        """Log-probabilities of given tokens; see `LanguageModel.score`."""
        look = self._look(previous, ids, lengths, state)
        network = self.model.target_log_probs(look.hidden, ids, lengths).double()
        cache, filled = _from_cache(look, ids, self.theta)
        return self._mixed(network, cache, filled).where(_real(ids, lengths), 0), look.state

    def _mixed(self, network: Tensor, cache: Tensor, filled: Tensor) -> Tensor:
        """ln((1 - weight) p_network + weight p_cache) where the cache is filled, else ln p_network."""
        mixed = torch.logaddexp(network + self.log_weights[0], cache + self.log_weights[1])
        return mixed.where(filled, network)

    def _look(self, previous: Tensor, ids: Tensor, lengths: Tensor, state: State) -> _Look:
        """Read on, and see what is like each new state."""
        size, steps = self.memory, ids.shape[1]
        before = {name.removeprefix("network."): each for name, each in state.items() if name.startswith("network.")}
        hidden, network = self.model.read(torch.cat([previous.unsqueeze(1), ids[:, :-1]], dim=1), lengths, before)

        count = state["cache.count"].unsqueeze(1)  # (B, 1)
        remembered = state["cache.followers"]
        remembered = torch.cat([remembered[:, :-1], previous.unsqueeze(1)], dim=1)
        followers = torch.cat([remembered, ids.masked_fill(~_real(ids, lengths), IGNORED)], dim=1)  # (B, size + T)
        states = torch.cat([state["cache.hidden"], hidden], dim=1)  # (B, size + T, H)

        place, query = torch.arange(size + steps), torch.arange(steps).unsqueeze(1)
        near = (place >= query) & (place < query + size)  # (T, size + T): the last ones before it
        known = (followers >= 0) & (place >= size - count)
        kept = lengths.unsqueeze(1) + torch.arange(size)  # (B, size)
        return _Look(
            hidden,
            hidden @ states.transpose(1, 2),
            followers,
            near & known.unsqueeze(1),
            {f"network.{name}": tensor for name, tensor in network.items()}
            | {
                "cache.hidden": states.gather(1, kept.unsqueeze(2).expand(-1, -1, states.shape[2])),
                "cache.followers": followers.gather(1, kept),
                "cache.count": (state["cache.count"] + lengths).clamp(max=size),
            },
        )


class _Trial(CachedModel):
    """A network that notes, of each token that it scores, what caches of several `theta` say."""

    def __init__(self, model: NetworkLanguageModel, size: int, thetas: Sequence[float]) -> None:
        super().__init__(model, size, theta=0.0, weight=0.0)
        self.thetas = thetas
        self._network: list[Tensor] = []
        self._cache: list[Tensor] = []

    def score(self, previous: Tensor, ids: Tensor, lengths: Tensor, state: State) -> tuple[Tensor, State]:
        """What the network says."""
        look = self._look(previous, ids, lengths, state)
        network = self.model.target_log_probs(look.hidden, ids, lengths).double()
        found = [_from_cache(look, ids, theta) for theta in self.thetas]
        noted = _real(ids, lengths) & found[0][1]
        self._network.append(network[noted])
        self._cache.append(torch.stack([cache[noted] for cache, _ in found]))
        return network, look.state

    def log_probs(self) -> tuple[Numbers, Numbers]:
        """`(N,)` of the network and `(thetas, N)` of the caches, for every token before which something is remembered."""
        return torch.cat(self._network).numpy(), torch.cat(self._cache, dim=1).numpy()


def _from_cache(look: _Look, ids: Tensor, theta: float) -> tuple[Tensor, Tensor]:
    """The logarithm of p_cache for given tokens `(B, T)`, and where anything is remembered at all."""
    scores = (theta * look.likeness).masked_fill_(~look.usable, -math.inf)  # (B, T, size + T)
    shares = (scores - scores.amax(dim=2, keepdim=True)).exp_()  # not yet divided by their sum
    of_token = (shares * (look.followers.unsqueeze(1) == ids.unsqueeze(2))).sum(dim=2)
    return (of_token.double() / shares.sum(dim=2).double()).log(), look.usable.any(dim=2)


def _best(
    thetas: Sequence[float], network: Numbers, cache: Numbers, network_weight: float | None
) -> tuple[float, float]:
    """`theta` and weight of the cache under which the tokens are likeliest."""
    tried = []
    for theta, row in zip(thetas, cache, strict=True):
        weights = mixture_weights(np.stack([network, row]), network_weight)
        mixed = np.logaddexp(network + np.log(weights[0]), row + (np.log(weights[1]) if weights[1] else -math.inf))
        tried.append((float(mixed.sum()), theta, float(weights[1])))
    return max(tried)[1:]


def _real(ids: Tensor, lengths: Tensor) -> Tensor:
    """`(B, T)`: where a token stands that is in the vocabulary."""
    return (torch.arange(ids.shape[1]) < lengths.unsqueeze(1)) & (ids >= 0)


def _network(model: LanguageModel) -> NetworkLanguageModel:
    if not isinstance(model, NetworkLanguageModel):
        message = f"variant 'neural_cache' needs the states of a network, which a {type(model).__name__} does not give"
        raise PipelineError(Problem("SL324", message, notes=("remove it under evaluation.variants",)))
    return model
