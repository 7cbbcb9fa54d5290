"""Settings of the decoder. Imports neither torch nor numpy, since `seqlab validate` reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Lt
from typing_extensions import Doc

AttentionKind = Literal["none", "dot", "general", "additive"]


@dataclass(frozen=True)
class RNNDecoderSettings:
    """A recurrent network that reads what was generated so far, and looks at the encoder's states.

    It starts from the encoder's last state where cell, layers and widths are the same and the encoder has one direction;
    else from a linear map of its final vector, and a tanh.
    """

    cell: Annotated[Literal["lstm", "gru", "rnn"], Doc("what makes a state of the state before and a token")] = "lstm"
    hidden_size: Annotated[int, Ge(1), Doc("width of the state")] = 200
    num_layers: Annotated[int, Ge(1), Doc("layers, each reading the states of the one below")] = 1
    embedding_size: Annotated[int, Ge(1), Doc("width of the vectors of the tokens that are read")] = 200
    tied: Annotated[
        bool, Doc("read tokens by the weights of the output layer, which is as wide then (Press and Wolf 2017)")
    ] = False
    attention: Annotated[
        AttentionKind,
        Doc(
            "how a state weighs the encoder's: q m; q W m (Luong et al. 2015); v tanh(W q + U m) (Bahdanau et al. 2015)"
        ),
    ] = "general"
    input_feeding: Annotated[
        bool, Doc("read beside each token what was told to the output layer before; a step at a time, so slower")
    ] = False
    context: Annotated[bool, Doc("read the encoder's final vector beside each token (Cho et al. 2014)")] = False
    dropout: Annotated[
        float, Ge(0), Lt(1), Doc("share set to 0 of token vectors, of states between layers and before the output")
    ] = 0.0

    @property
    def output_size(self) -> int:
        """Width of what the output layer sees."""
        return self.embedding_size if self.tied else self.hidden_size
