"""What all probes have in common: a file of seeds, of which each line grows into an example."""

from __future__ import annotations

import random
import zlib
from abc import abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from seqlab import Example, Features, Reader, Target, Tokens, text_lines

Draw: TypeAlias = Callable[[int], int]
"""Gives a whole number from 0 to below its argument, each as likely as another."""


class Probe(Reader):
    """Grows one example out of each line of a file, whatever stands in it; the same line gives the same example.

    No sequence stands in two splits: which of them it may stand in follows from its checksum, and one that may not is
    drawn again.
    """

    @abstractmethod
    def grow(self, draw: Draw) -> tuple[tuple[str, ...], Target | None]:
        """One sequence of tokens, and what is to be predicted."""

    def as_input(self, tokens: tuple[str, ...]) -> Tokens | Features:
        """What a model is given of a sequence: by default its tokens."""
        return Tokens(tokens)

    def read(self, path: Path, split: str) -> Iterator[Example]:
        """Yield one example for each line that is not blank; its id is `split-N`, N the number of the line.

        Raises:
            DataError: SL410 to SL417 if it is no text file.
        """
        for number, line in enumerate(text_lines(path), 1):
            if seed := line.strip():
                tokens, target = self._grown(f"{split}/{seed}", split)
                yield Example(f"{split}-{number}", f"{path}:{number}", {"main": self.as_input(tokens)}, target)

    def _grown(self, seed: str, split: str) -> tuple[tuple[str, ...], Target | None]:
        number = random.Random(seed).random  # of all that the module draws, only this is promised to stay the same
        while True:
            tokens, target = self.grow(lambda below: int(number() * below))
            if split_of(tokens) == split or split not in ("train", "dev", "test"):
                return tokens, target


def split_of(tokens: tuple[str, ...]) -> str:
    """The only split that a sequence may stand in: a tenth of all are test, a tenth dev."""
    return {0: "test", 1: "dev"}.get(zlib.crc32(" ".join(tokens).encode()) % 10, "train")
