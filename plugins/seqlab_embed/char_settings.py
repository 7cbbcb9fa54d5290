"""Settings of the embedders that read the characters of a word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Lt, MinLen
from typing_extensions import Doc

from seqlab import EmbedderSettings


@dataclass(frozen=True)
class CharacterSettings(EmbedderSettings):
    """What every embedder of characters has."""

    embedding_size: Annotated[int, Ge(1), Doc("width of the vector of a character")] = 25
    min_count: Annotated[int, Ge(1), Doc("characters that are rarer in train are read as unknown")] = 2
    max_length: Annotated[int, Ge(2), Doc("of a longer word only the first and the last half of this are read")] = 30
    dropout: Annotated[float, Ge(0), Lt(1), Doc("share of the elements of a word's vector set to 0")] = 0.0
    variational: Annotated[bool, Doc("one mask of this dropout for all steps of a row")] = False


@dataclass(frozen=True)
class CharRNNSettings(CharacterSettings):
    """A word's vector from an LSTM over its characters, read from both ends (Ling et al. 2015)."""

    size: Annotated[int, Ge(2), Doc("width of the vectors, half of it from each direction")] = 50

    def __post_init__(self) -> None:
        """Two directions of one width."""
        if self.size % 2:
            raise ValueError("'size' must be even: half of it comes from each direction")


@dataclass(frozen=True)
class CharCNNSettings(CharacterSettings):
    """A word's vector from convolutions over its characters, the largest over all places (Kim et al. 2016)."""

    filters: Annotated[int, Ge(1), Doc("filters of each width; the vector is this times the number of widths")] = 25
    widths: Annotated[
        tuple[Annotated[int, Ge(1)], ...], MinLen(1), Doc("how many characters side by side the filters see")
    ] = (2, 3, 4)
