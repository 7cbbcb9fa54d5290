"""Settings of the embedder `features`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from annotated_types import Ge, Lt
from typing_extensions import Doc

from seqlab import EmbedderSettings


@dataclass(frozen=True)
class FeaturesSettings(EmbedderSettings):
    """Vectors that the data itself holds, frames of speech or measurements: each is a step, as it is or mapped linearly."""

    accepts: ClassVar[tuple[Literal["features"], ...]] = ("features",)

    size: Annotated[int, Ge(1), Doc("width of the vectors, as the data has it")]
    projection: Annotated[
        int | None, Ge(1), Doc("width of a trained linear map of each vector; none: the vectors as they are")
    ] = None
    dropout: Annotated[float, Ge(0), Lt(1), Doc("share of the elements of a vector set to 0")] = 0.0
    variational: Annotated[bool, Doc("one mask of this dropout for all steps of a row")] = False
