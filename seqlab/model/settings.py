"""Settings of the `network` learner: the `model:` section of most pipelines. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from annotated_types import Ge
from typing_extensions import Doc

from seqlab.interfaces.settings import HeadSettings, InputParts, Kind, LearnerSettings, Part


@dataclass(frozen=True)
class InputSettings:
    """The parts that read one input."""

    embedder: Annotated[tuple[Part, ...], Kind("embedder"), Doc("items -> vectors; several are concatenated")]
    encoder: Annotated[Part, Kind("encoder"), Doc("vectors -> states")]
    pooler: Annotated[tuple[Part, ...], Kind("pooler"), Doc("states -> one vector; several are concatenated")] = ()


@dataclass(frozen=True)
class NetworkSettings(LearnerSettings):
    """Embedder, encoder, pooler and head, trained by gradient descent.

    For one input, `embedder`, `encoder` and `pooler` stand side by side; for several, under `inputs` by name.
    """

    head: Annotated[Part, Kind("head"), Doc("the task's layer")]
    embedder: Annotated[tuple[Part, ...], Kind("embedder"), Doc("items -> vectors; several are concatenated")] = ()
    encoder: Annotated[Part | None, Kind("encoder"), Doc("vectors -> states")] = None
    pooler: Annotated[
        tuple[Part, ...], Kind("pooler"), Doc("states -> one vector, for heads that need one; several are concatenated")
    ] = ()
    inputs: Annotated[Mapping[str, InputSettings], Doc("the same by input name, for heads with several inputs")] = (
        field(default_factory=dict)
    )
    ensemble: Annotated[
        int,
        Ge(1),
        Doc(
            "so many networks of this kind, from other initial weights, are trained side by side and decide by the mean of their scores"
        ),
    ] = 1

    @property
    def head_settings(self) -> HeadSettings:
        """The head's own."""
        settings: HeadSettings = self.head.settings
        return settings

    def input_parts(self) -> Mapping[str, InputParts]:
        """The parts of every input, by name; a single input is called `main`."""
        found = {name: InputParts(of.embedder, of.encoder, of.pooler) for name, of in self.inputs.items()}
        if self.encoder is not None:
            found["main"] = InputParts(self.embedder, self.encoder, self.pooler)
        return found
