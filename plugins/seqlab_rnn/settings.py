"""Settings of the recurrent encoders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Lt
from typing_extensions import Doc

from seqlab import EncoderSettings


@dataclass(frozen=True)
class RecurrentSettings(EncoderSettings):
    """What every recurrent encoder can be told."""

    hidden_size: Annotated[int, Ge(1), Doc("width of the state, per direction")] = 200
    num_layers: Annotated[int, Ge(1), Doc("layers, each reading the states of the one below")] = 1
    bidirectional: Annotated[bool, Doc("read from both ends; such an encoder is not causal")] = False
    reversed: Annotated[
        bool, Doc("read from the end to the beginning, so that the first token is read last (Sutskever et al. 2014)")
    ] = False
    skip: Annotated[
        Literal["none", "residual", "dense"],
        Doc("residual: a layer's input is added to its states; dense: it reads the states of all layers below"),
    ] = "none"
    dropout: Annotated[float, Ge(0), Lt(1), Doc("share of a layer's states set to 0 for the layers above")] = 0.0
    variational: Annotated[bool, Doc("one dropout mask for all steps of a row")] = False
    weight_drop: Annotated[float, Ge(0), Lt(1), Doc("share of the recurrent weights set to 0, anew for each batch")] = (
        0.0
    )
    layer_norm: Annotated[bool, Doc("normalise a layer's states for the layers above")] = False
    activation_penalty: Annotated[
        float, Ge(0), Doc("what is added to the loss: this times the mean square of the last layer's states (AR)")
    ] = 0.0
    temporal_penalty: Annotated[
        float, Ge(0), Doc("the same of the difference between a state and the next one (TAR)")
    ] = 0.0

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        if self.reversed and self.bidirectional:
            raise ValueError("reversed: a bidirectional encoder reads from both ends already; leave one of the two out")

    @property
    def is_causal(self) -> bool:
        """One direction only, from the beginning."""
        return not (self.bidirectional or self.reversed)

    @property
    def has_state(self) -> bool:
        """A state can be carried from the beginning to the end only."""
        return self.is_causal

    @property
    def is_backward(self) -> bool:
        """As `reversed` says."""
        return self.reversed

    @property
    def directions(self) -> int:
        """1 or 2."""
        return 2 if self.bidirectional else 1


@dataclass(frozen=True)
class RNNSettings(RecurrentSettings):
    """The simple recurrent network (Elman 1990); with `relu` and `identity` it is the IRNN (Le et al. 2015)."""

    nonlinearity: Annotated[Literal["tanh", "relu"], Doc("what makes the state of what is summed up")] = "tanh"
    recurrent_init: Annotated[
        Literal["orthogonal", "identity", "uniform"],
        Doc(
            "first recurrent weights: a random rotation, the identity, or each drawn evenly within 1 / sqrt(hidden_size)"
        ),
    ] = "orthogonal"


@dataclass(frozen=True)
class GRUSettings(RecurrentSettings):
    """Gated recurrent units (Cho et al. 2014), the reset gate after the matrix product as in cuDNN."""

    chrono_range: Annotated[
        int | None, Ge(2), Doc("longest span to remember, in tokens; update gates begin with such spans")
    ] = None


@dataclass(frozen=True)
class LSTMSettings(RecurrentSettings):
    """Long short-term memory (Hochreiter and Schmidhuber 1997), with forget gates (Gers et al. 2000)."""

    forget_bias: Annotated[float, Doc("first bias of the forget gate; above 0 it begins by remembering")] = 1.0
    chrono_range: Annotated[int | None, Ge(2), Doc("longest span to remember, in tokens; replaces forget_bias")] = None
