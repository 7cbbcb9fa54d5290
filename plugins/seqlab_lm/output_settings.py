"""Settings of the output layers."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated

from annotated_types import Ge, Gt, Lt
from typing_extensions import Doc


@dataclass(frozen=True)
class FullSettings:
    """A softmax over the whole vocabulary."""

    tied: Annotated[bool, Doc("share the weights with the embedder (Press and Wolf 2017)")] = False
    bias: Annotated[bool, Doc("a bias for each symbol, never shared")] = True
    label_smoothing: Annotated[
        float, Ge(0), Lt(1), Doc("in training, the share of each target that is spread over all symbols alike")
    ] = 0.0
    initial_scale: Annotated[
        float, Gt(0), Doc("standard deviation of the first weights, where they are not shared")
    ] = 0.05


@dataclass(frozen=True)
class AdaptiveSettings:
    """A softmax over frequent symbols and clusters of rare ones (Grave et al. 2017), for large vocabularies."""

    cutoffs: Annotated[
        tuple[int, ...],
        Doc("symbols in front of each cluster, rising; none: what covers 70% and 90% of the tokens of train"),
    ] = ()
    div_value: Annotated[float, Ge(1), Doc("how many times narrower each cluster is than what stands before it")] = 4.0
    head_bias: Annotated[bool, Doc("a bias for each frequent symbol and each cluster")] = False

    def __post_init__(self) -> None:
        """Refuse cutoffs that are none."""
        if any(before >= after for before, after in pairwise((0, *self.cutoffs))):
            raise ValueError("'cutoffs' are whole numbers from 1, each larger than the one before")
