"""Settings of the variants: what is made of a trained language model without training it anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt, Lt, MinLen
from typing_extensions import Doc

from seqlab import VariantSettings


@dataclass(frozen=True)
class InterpolateSettings(VariantSettings):
    """The model and baselines, mixed."""

    baseline: Annotated[
        tuple[str, ...], MinLen(1), Doc("which baselines are mixed in: one or several, by the names of their results")
    ]
    weight: Annotated[
        float | None, Gt(0), Lt(1), Doc("of the model; null: chosen on dev, as those of several baselines always are")
    ] = None

    def __post_init__(self) -> None:
        _distinct(self.baseline)

    @property
    def needs(self) -> tuple[str, ...]:
        """The baselines."""
        return self.baseline


@dataclass(frozen=True)
class NeuralCacheSettings(VariantSettings):
    """What followed the last states that were like this one is likely again (Grave, Joulin and Usunier 2017)."""

    size: Annotated[int, Ge(1), Doc("how many of the last tokens are remembered")] = 500
    theta: Annotated[
        float | None,
        Ge(0),
        Doc("how much likeness counts; 0: all that is remembered counts alike; null: chosen on dev"),
    ] = None
    weight: Annotated[float | None, Gt(0), Lt(1), Doc("of the cache; null: chosen on dev")] = None
    baseline: Annotated[
        tuple[str, ...], Doc("baselines that model and cache are mixed with, as by `interpolate`; none: with nothing")
    ] = ()

    def __post_init__(self) -> None:
        _distinct(self.baseline)

    @property
    def needs(self) -> tuple[str, ...]:
        """The baselines."""
        return self.baseline


@dataclass(frozen=True)
class DynamicEvaluationSettings(VariantSettings):
    """The model goes on learning from what it has just read (Mikolov et al. 2010; Krause et al. 2018)."""

    window: Annotated[int, Ge(1), Doc("tokens that are read between two steps of gradient descent")] = 20
    learning_rate: Annotated[float | None, Gt(0), Doc("of these steps; null: chosen on dev")] = None
    decay: Annotated[float, Ge(0), Lt(1), Doc("share of what was learnt that is forgotten at each step")] = 0.0
    dev_tokens: Annotated[int, Ge(1), Doc("the learning rate is chosen on so many tokens at the beginning of dev")] = (
        10_000
    )


def _distinct(keys: tuple[str, ...]) -> None:
    if len(set(keys)) < len(keys):
        raise ValueError("'baseline' names the same baseline twice")
