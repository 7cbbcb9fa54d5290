"""Reader: turns a file into examples."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

from seqlab.interfaces.records import Example, Prediction


class Reader(ABC):
    """Turns a file into examples.

    `read` is all that a run needs. A reader that also has `read_inputs` serves `seqlab predict` with its own format, and
    one that has `write` writes it.

    Args:
        config: The reader's settings, a `ReaderSettings` that names its inputs and its target.
    """

    encoding: ClassVar[str] = "utf-8"

    def __init__(self, config: Any) -> None:
        self.config = config

    @abstractmethod
    def read(self, path: Path, split: str) -> Iterator[Example]:
        """Yield the examples of one file, in its order, in memory that does not grow with the file.

        Args:
            path: The file; one that ends in `.gz` is unpacked on the way.
            split: `train`, `dev` or `test`; example ids begin with it where the data has none of its own.

        Raises:
            DataError: If the file cannot be read as what it should be, with `file:line`.
        """

    def files(self, path: Path, split: str) -> Sequence[Path]:
        """Every file that `read` takes something from, for the record of a run: more than one where data lies side by side.

        Args:
            path: As given to `read`, which has read it.
            split: The same.

        Returns:
            Files and folders that exist; by default `path` alone.
        """
        return (path,)

    def read_inputs(self, lines: Iterable[str], name: str) -> Iterator[Example]:
        """Yield examples whose target nobody looks at: it need not be there, and what stands there may be anything.

        Each keeps its lines in `Example.source`, so that `write` can give them back. As `read`, it takes one example
        at a time, and its ids are the data's own where there are some.

        Args:
            lines: Checked and without line ends, from a file or from a stream that never ends.
            name: What stands for the file in places.

        Raises:
            DataError: If the lines are not what they should be, with `name:line`.
            NotImplementedError: If the reader has no such way.
        """
        raise NotImplementedError(f"{type(self).__name__} cannot read for prediction")

    def tokens_of(self, text: str) -> tuple[str, ...]:
        """The tokens of a piece of text, as `read` would cut it; a prompt for one. By default, what stands between blanks."""
        return tuple(text.split())

    def text_of(self, tokens: Sequence[str]) -> str:
        """The text of tokens, as they would stand in a file. By default, with blanks between them."""
        return " ".join(tokens)

    def recognises(self, lines: Sequence[str]) -> bool:
        """Whether the first lines of a file or a stream look like this format; asked by `predict --input auto`."""
        return False

    def write(self, example: Example, prediction: Prediction) -> str:
        """An example in the reader's own format, with the prediction where the target stands.

        Args:
            example: Of `read_inputs`, whose `source` is kept in everything else; or of raw text, without a source.
            prediction: Of the kind of the reader's target.

        Returns:
            Its text, line ends included, so that the texts of all examples one after the other are a file.

        Raises:
            NotImplementedError: If the reader has no such way.
        """
        raise NotImplementedError(f"{type(self).__name__} cannot write predictions")
