"""Settings of the reader of captioned images. Imports neither torch nor numpy, since `seqlab validate` reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from typing_extensions import Doc

from seqlab import ReaderSettings
from seqlab_readers.settings import Images


@dataclass(frozen=True)
class CaptionsSettings(ReaderSettings):
    """Images with captions: a table whose rows name an image and say what it shows; rows of one image are alternatives.

    Columns are parted by tabs. An image is named by its file, with or without its ending.
    """

    images: Images = None
    image: Annotated[str | int, Doc("column of the image: its name in the header, or its number from 1")] = "image"
    caption: Annotated[str | int, Doc("column of the caption, in the same way")] = "caption"
    header: Annotated[bool, Doc("the first line names the columns")] = True
    lowercase: Annotated[bool, Doc("read captions in lower case")] = False
    punctuation: Annotated[bool, Doc("keep words that have neither a letter nor a digit")] = True

    def __post_init__(self) -> None:
        """Without a header, columns are numbers; and they are two."""
        for name in ("image", "caption"):
            value = getattr(self, name)
            if isinstance(value, int) and value < 1:
                raise ValueError(f"{name}: columns are counted from 1, got {value}")
            if isinstance(value, str) and not self.header:
                raise ValueError(f"{name}: without a header a column is a number from 1, not {value!r}")
        if self.image == self.caption:
            raise ValueError(f"caption: the image and its caption cannot stand in one column, {self.image!r}")

    @property
    def inputs(self) -> Mapping[str, Literal["image"]]:
        """The image."""
        return {"main": "image"}

    @property
    def target(self) -> Literal["tokens"]:
        """Its captions."""
        return "tokens"
