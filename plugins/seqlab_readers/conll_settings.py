"""Settings of the reader of columns. Imports neither torch nor numpy, since `seqlab validate` reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge
from typing_extensions import Doc

from seqlab import ReaderSettings


@dataclass(frozen=True)
class ConllSettings(ReaderSettings):
    """Words with one tag each, from a file of columns: one word a line, an empty line after each sentence.

    So come the corpora of named entities and chunks from CoNLL-2000 on. Lines of `-DOCSTART-`, which begin a document,
    are passed over, and so are lines of white space, which end a sentence.
    """

    word: Annotated[int, Ge(1), Doc("column of the word, counted from 1")] = 1
    tag: Annotated[int, Doc("column of the tag, counted from 1, or from the end: -1 is the last one")] = -1
    separator: Annotated[
        str | None, Doc('what stands between two columns, such as a tab, "\\t"; none: any number of blanks and tabs')
    ] = None
    comment: Annotated[str | None, Doc("lines that begin so are passed over; none: every line is a word")] = None
    convert_to: Annotated[
        Literal["IOB1", "BIO", "BIOES"] | None,
        Doc("give the tags of spans in this scheme, whichever the file has, or none; BIO is IOB2; none: as they stand"),
    ] = None

    def __post_init__(self) -> None:
        if self.tag == 0:
            raise ValueError("tag: columns are counted from 1, or from the end: -1 is the last one")
        if self.tag == self.word:
            raise ValueError(f"tag: column {self.tag} holds the word")
        for name in ("separator", "comment"):
            if getattr(self, name) == "":
                raise ValueError(f"{name}: must not be empty; leave it out")

    @property
    def target(self) -> Literal["tags"]:
        """A tag for each word."""
        return "tags"
