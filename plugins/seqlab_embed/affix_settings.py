"""Settings of the embedder `affix`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt, Lt
from typing_extensions import Doc

from seqlab import EmbedderSettings


@dataclass(frozen=True)
class AffixSettings(EmbedderSettings):
    """How a word begins, how it ends, and its shape: each a trained vector, found by a hash, side by side."""

    prefixes: Annotated[tuple[int, ...], Doc("lengths of the beginnings that are read")] = (1, 2, 3)
    suffixes: Annotated[tuple[int, ...], Doc("lengths of the ends that are read")] = (1, 2, 3, 4)
    shape: Annotated[bool, Doc("read which characters are capitals, small letters, digits or others: 'Xx', 'dd'")] = (
        True
    )
    size: Annotated[int, Ge(1), Doc("width of the vector of each of them")] = 16
    buckets: Annotated[int, Ge(1), Doc("vectors for each of them; affixes with one hash share a vector")] = 4096
    lowercase: Annotated[bool, Doc("read the affixes of 'The' as those of 'the'; the shape tells them apart")] = True
    dropout: Annotated[float, Ge(0), Lt(1), Doc("share of the elements set to 0")] = 0.0
    variational: Annotated[bool, Doc("one mask of this dropout for all steps of a row")] = False
    initial_scale: Annotated[float, Gt(0), Doc("standard deviation of the first vectors")] = 0.1
    sparse: Annotated[bool, Doc("update only the vectors that a batch read; needs adam or sgd without decay")] = False

    def __post_init__(self) -> None:
        """Refuse lengths that are none, and nothing at all."""
        if any(length < 1 for length in (*self.prefixes, *self.suffixes)):
            raise ValueError("'prefixes' and 'suffixes' are lengths in characters, from 1")
        if not self.parts:
            raise ValueError("nothing is read: give 'prefixes', 'suffixes' or 'shape: true'")

    @property
    def parts(self) -> int:
        """How many vectors stand side by side."""
        return len(self.prefixes) + len(self.suffixes) + self.shape
