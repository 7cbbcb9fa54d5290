"""Settings of the reader of pairs. Imports neither torch nor numpy, since `seqlab validate` reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from typing_extensions import Doc

from seqlab import ReaderSettings
from seqlab_readers.settings import Unit


@dataclass(frozen=True)
class PairsSettings(ReaderSettings):
    """A source and its target: in two columns of a table, or line by line in two files whose names differ in their ending.

    `input: 1`, `output: 2` are columns parted by tabs. `input: de`, `output: en` are files: a split names any one of
    those that lie beside each other, `train: multi30k/train.de`. The same for both is for autoencoders, whose target is the
    source itself.
    """

    input: Annotated[int | str, Doc("what is read: a column of a table, from 1, or the ending of a file: de")] = 1
    output: Annotated[int | str, Doc("what is to be generated, in the same way")] = 2
    unit: Annotated[Unit, Doc("what a token is; words are what stands between white space")] = "word"
    punctuation: Annotated[
        bool, Doc("cut punctuation off words, as sacreBLEU's 13a does; for text that is not tokenised yet")
    ] = False
    lowercase: Annotated[bool, Doc("read both in lower case")] = False

    def __post_init__(self) -> None:
        """Both are columns, or both are endings."""
        for name in ("input", "output"):
            value = getattr(self, name)
            if isinstance(value, int) and value < 1:
                raise ValueError(f"{name}: columns are counted from 1, got {value}")
            if isinstance(value, str) and (not value or "/" in value):
                raise ValueError(f"{name}: the ending of a file is a word such as de, got {value!r}")
        if isinstance(self.input, int) != isinstance(self.output, int):
            raise ValueError("output: give columns for both, or endings of files for both")
        if self.punctuation and self.unit == "character":
            raise ValueError("punctuation: is for words; remove it, or write unit: word")

    @property
    def target(self) -> Literal["tokens"]:
        """The tokens of the target."""
        return "tokens"
