"""Settings of the readers of labelled texts. Imports neither torch nor numpy, since `seqlab validate` reads it."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import MinLen
from typing_extensions import Doc

from seqlab import ReaderSettings


@dataclass(frozen=True)
class LabelledSettings(ReaderSettings):
    """What all readers of labelled texts have in common."""

    encoding: Annotated[str, Doc("of the files: utf-8, latin-1, windows-1252, gb18030, ...; not UTF-16")] = "utf-8"

    def __post_init__(self) -> None:
        """See that Python knows the encoding, and that lines can be told before it is applied."""
        try:
            line_end = codecs.encode("\n", self.encoding)
        except (LookupError, TypeError, ValueError):
            raise ValueError(f"encoding: Python knows no encoding '{self.encoding}'") from None
        if line_end != b"\n":
            raise ValueError(f"encoding: files in {self.encoding} must be converted first: iconv -t UTF-8")

    @property
    def inputs(self) -> Mapping[str, Literal["text"]]:
        """A text, which the tokenizer of the pipeline cuts."""
        return {"main": "text"}

    @property
    def target(self) -> Literal["labels"]:
        """The label of the text, or several."""
        return "labels"


@dataclass(frozen=True)
class DelimitedSettings(LabelledSettings):
    """What tables have in common."""

    text: Annotated[int | str, Doc("column of the text: its name in the header, or its number from 1")] = "text"
    label: Annotated[int | str, Doc("column of the label, in the same way")] = "label"
    header: Annotated[bool, Doc("whether the first row names the columns; without it, columns are numbers")] = True
    several: Annotated[
        str | None, MinLen(1), Doc("what stands between the labels of a text that may have several, or none")
    ] = None

    def __post_init__(self) -> None:
        """Without a header a column has no name."""
        super().__post_init__()
        for name in ("text", "label"):
            column = getattr(self, name)
            if isinstance(column, str) and not self.header:
                raise ValueError(f"{name}: without a header a column is a number, counted from 1, not '{column}'")
            if isinstance(column, int) and column < 1:
                raise ValueError(f"{name}: columns are counted from 1, got {column}")
        if self.text == self.label:
            raise ValueError(f"label: the column of the text cannot be that of the label, '{self.label}'")


@dataclass(frozen=True)
class TsvSettings(DelimitedSettings):
    """A table with a text and a label in each row, columns parted by tabs.

    A quotation mark is a character as any other unless `quoted` is true. A row has as many columns as the header.
    """

    quoted: Annotated[bool, Doc('whether a cell may stand in double quotes, with "" for a quote in it')] = False

    @property
    def delimiter(self) -> str:
        """What parts columns."""
        return "\t"


@dataclass(frozen=True)
class CsvSettings(DelimitedSettings):
    """A table with a text and a label in each row, columns parted by commas.

    A cell that holds a comma, a quotation mark or a line end stands in double quotes, as RFC 4180 says.
    """

    delimiter: Annotated[Literal[",", ";", "|"], Doc("what parts columns")] = ","
    quoted: Annotated[bool, Doc('whether a cell may stand in double quotes, with "" for a quote in it')] = True


@dataclass(frozen=True)
class JsonLinesSettings(LabelledSettings):
    """One JSON object in each line, with a text and its label among its fields.

    A label is a string or a whole number; a list of them is for texts that may have several, or none.
    """

    text: Annotated[str, Doc("field of the text")] = "text"
    label: Annotated[str, Doc("field of the label, or of the list of labels")] = "label"


@dataclass(frozen=True)
class FoldersSettings(LabelledSettings):
    """One text in each file, in a folder that is named like its label: `train/good/17.txt`.

    A split is a folder of such folders: `train: reviews/train`. All of a file is one text, its lines joined by blanks.
    """


@dataclass(frozen=True)
class ParallelSettings(LabelledSettings):
    """Texts in one file and their labels in another, line by line; as sets for intents of users come (ATIS, SNIPS).

    A split is the folder that holds both: `train: atis/train`.
    """

    text: Annotated[str, MinLen(1), Doc("file of the texts in the folder, or the same with .gz")] = "seq.in"
    label: Annotated[str, MinLen(1), Doc("file of the labels")] = "label"
    several: Annotated[
        str | None, MinLen(1), Doc("what stands between the labels of a text that may have several, or none")
    ] = None
