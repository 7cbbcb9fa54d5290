"""Settings of the embedder `vectors`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from annotated_types import Ge, Lt
from typing_extensions import Doc

from seqlab import EmbedderSettings


@dataclass(frozen=True)
class VectorsSettings(EmbedderSettings):
    """Vectors that were trained elsewhere, from a file or an installed spaCy package; words they lack share one."""

    size: Annotated[int, Ge(1), Doc("width of the vectors, as the file has it")]
    path: Annotated[Path | None, Doc("GloVe, word2vec (.bin if binary) or fastText (.vec), plain or .gz")] = None
    spacy: Annotated[str | None, Doc("an installed spaCy package with vectors, such as en_core_web_md")] = None
    trainable: Annotated[bool, Doc("train the vectors of the words of train further")] = False
    keep: Annotated[
        int, Ge(0), Doc("the model keeps so many first vectors of the file too, for words that train does not have")
    ] = 50_000
    dropout: Annotated[float, Ge(0), Lt(1), Doc("share of the elements of a vector set to 0")] = 0.0
    variational: Annotated[bool, Doc("one mask of this dropout for all steps of a row")] = False

    def __post_init__(self) -> None:
        """One source."""
        if (self.path is None) == (self.spacy is None):
            raise ValueError("give either 'path' or 'spacy'")
