"""Settings of the tagger's head and baseline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from annotated_types import Ge, Lt
from typing_extensions import Doc

from seqlab import BaselineSettings, HeadSettings


@dataclass(frozen=True)
class TaggerSettings(HeadSettings):
    """A tag for every token, each from the state at its token."""

    dropout: Annotated[float, Ge(0), Lt(1), Doc("share of each state set to 0 before the output layer")] = 0.0

    target: ClassVar[Literal["tags"]] = "tags"
    default_metrics: ClassVar[tuple[str, ...]] = ("accuracy",)
    default_baselines: ClassVar[tuple[str, ...]] = ("most_frequent_class", "most_frequent_tag")


@dataclass(frozen=True)
class MostFrequentTagSettings(BaselineSettings):
    """Each word's most frequent tag; it has no settings."""

    targets: ClassVar[tuple[Literal["tags"], ...]] = ("tags",)
