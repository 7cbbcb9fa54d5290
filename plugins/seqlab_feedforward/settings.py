"""Settings of the encoders without recurrence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Lt, MinLen
from typing_extensions import Doc

from seqlab import EncoderSettings


@dataclass(frozen=True)
class WindowSettings(EncoderSettings):
    """A layer over the last few inputs, side by side (Bengio et al. 2003); it knows nothing of what came before them."""

    hidden_size: Annotated[int, Ge(1), Doc("width of the states")] = 200
    size: Annotated[int, Ge(1), Doc("inputs up to and with the present one")] = 5
    after: Annotated[int, Ge(0), Doc("inputs after the present one; with any, the encoder is not causal")] = 0
    nonlinearity: Annotated[Literal["tanh", "relu"], Doc("what makes the state of what is summed up")] = "tanh"

    @property
    def is_causal(self) -> bool:
        """Nothing after the present input is read."""
        return not self.after

    @property
    def has_state(self) -> bool:
        """The last inputs are carried."""
        return not self.after


@dataclass(frozen=True)
class CNNSettings(EncoderSettings):
    """Convolutions over time, one above the other (Collobert et al. 2011), each with a rectifier."""

    hidden_size: Annotated[int, Ge(1), Doc("width of the states of every layer")] = 200
    widths: Annotated[
        tuple[Annotated[int, Ge(1)], ...],
        MinLen(1),
        Doc("how many neighbouring inputs each layer reads; a layer for each"),
    ] = (3, 3)
    causal: Annotated[bool, Doc("read the present input and those before it only")] = False
    residual: Annotated[bool, Doc("add a layer's input to its states, where the widths agree")] = False
    dropout: Annotated[float, Ge(0), Lt(1), Doc("share of a layer's states set to 0 for the layer above")] = 0.0

    @property
    def is_causal(self) -> bool:
        """As it is told."""
        return self.causal

    @property
    def has_state(self) -> bool:
        """The last inputs of each layer are carried."""
        return self.causal


@dataclass(frozen=True)
class IdentitySettings(EncoderSettings):
    """No encoder at all: each state is its input."""

    @property
    def is_causal(self) -> bool:
        """A state is a function of its own input."""
        return True

    @property
    def has_state(self) -> bool:
        """There is nothing to carry, and nothing is lost."""
        return True
