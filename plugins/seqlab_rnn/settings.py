"""Settings of the recurrent encoders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Lt
from typing_extensions import Doc

from seqlab import EncoderSettings


@dataclass(frozen=True)
class LSTMSettings(EncoderSettings):
    """Long short-term memory (Hochreiter and Schmidhuber 1997), with forget gates (Gers et al. 2000)."""

    hidden_size: Annotated[int, Ge(1), Doc("width of the state, per direction")] = 200
    num_layers: Annotated[int, Ge(1), Doc("layers, each reading the states of the one below")] = 1
    bidirectional: Annotated[bool, Doc("read from both ends; such an encoder is not causal")] = False
    dropout: Annotated[float, Ge(0), Lt(1), Doc("share of the inputs of each layer above the first set to 0")] = 0.0

    @property
    def is_causal(self) -> bool:
        """One direction only."""
        return not self.bidirectional

    @property
    def has_state(self) -> bool:
        """A state can be carried in one direction only."""
        return not self.bidirectional

    @property
    def directions(self) -> int:
        """1 or 2."""
        return 2 if self.bidirectional else 1
