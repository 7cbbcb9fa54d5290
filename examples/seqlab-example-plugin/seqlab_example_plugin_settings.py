"""Settings of the encoder. This module imports neither torch nor numpy: `seqlab validate` reads it."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge
from typing_extensions import Doc

from seqlab import EncoderSettings


@dataclass(frozen=True)
class EMASettings(EncoderSettings):
    """Exponential moving averages with a learned decay for each channel."""

    hidden_size: Annotated[int, Ge(1), Doc("number of channels: width of the states")] = 200
    longest_half_life: Annotated[
        float, Ge(1), Doc("tokens until an input has faded to half; at the start from 1 to this over the channels")
    ] = 32.0

    @property
    def is_causal(self) -> bool:
        """An average of what came before."""
        return True

    @property
    def has_state(self) -> bool:
        """The last average is carried on."""
        return True
