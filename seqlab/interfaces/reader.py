"""Reader: turns a file into examples."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from seqlab.interfaces.records import Example


class Reader(ABC):
    """Turns a file into examples.

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
