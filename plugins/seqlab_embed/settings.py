"""Settings of the embedders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt, Lt
from typing_extensions import Doc

from seqlab import EmbedderSettings


@dataclass(frozen=True)
class WordSettings(EmbedderSettings):
    """One trained vector for each token that is frequent enough; all others share that of `<unk>`."""

    size: Annotated[int, Ge(1), Doc("width of the vectors")] = 100
    min_count: Annotated[int, Ge(1), Doc("tokens that are rarer in train are read as <unk>")] = 1
    lowercase: Annotated[bool, Doc("read 'The' as 'the'")] = False
    dropout: Annotated[float, Ge(0), Lt(1), Doc("share of the elements of a vector set to 0")] = 0.0
    variational: Annotated[bool, Doc("one mask of this dropout for all steps of a row")] = False
    embedding_dropout: Annotated[
        float, Ge(0), Lt(1), Doc("share of the words set to 0 wherever they stand in a batch, anew for each")
    ] = 0.0
    word_dropout: Annotated[
        float, Ge(0), Doc("z: a token seen n times is read as <unk> with probability z / (z + n), so <unk> is trained")
    ] = 0.25
    initial_scale: Annotated[float, Gt(0), Doc("standard deviation of the first vectors")] = 0.1
    sparse: Annotated[
        bool, Doc("update only the vectors that a batch read: for large tables; needs adam or sgd without decay")
    ] = False
