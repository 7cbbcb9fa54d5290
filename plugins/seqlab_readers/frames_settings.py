"""Settings of the reader of frames. Imports neither torch nor numpy, since `seqlab validate` reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from typing_extensions import Doc

from seqlab import ReaderSettings
from seqlab_readers.settings import Unit


@dataclass(frozen=True)
class FramesSettings(ReaderSettings):
    """A table of two columns parted by tabs: a file of vectors, such as the frames of an utterance, and what is said in it.

    A file is an array `(T, D)` as `numpy.save` writes it, named as it lies beside the table: `frames/0001.npy`. One in an
    archive of `numpy.savez` is named by both: `train.npz/0001.npy`.
    """

    unit: Annotated[Unit, Doc("what a token of the text is; words are what stands between white space")] = "character"
    lowercase: Annotated[bool, Doc("read the text in lower case")] = False

    @property
    def inputs(self) -> Mapping[str, Literal["features"]]:
        """The vectors."""
        return {"main": "features"}

    @property
    def target(self) -> Literal["tokens"]:
        """The tokens of the text."""
        return "tokens"
