"""Settings of regression. Imports neither torch nor numpy, since `seqlab validate` reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from annotated_types import Ge, Lt
from typing_extensions import Doc

from seqlab import HeadSettings, Requirements


@dataclass(frozen=True)
class RegressorSettings(HeadSettings):
    """One number for each sequence, from the pooled vector of its states."""

    dropout: Annotated[float, Ge(0), Lt(1), Doc("share of the pooled vector set to 0 before the output layer")] = 0.0

    target: ClassVar[Literal["number"]] = "number"
    decides_by_scores: ClassVar[bool] = True
    requires: ClassVar[Requirements] = Requirements(pooler=True)
    default_metrics: ClassVar[tuple[str, ...]] = ("mse", "mae")
    default_baselines: ClassVar[tuple[str, ...]] = ("mean",)
