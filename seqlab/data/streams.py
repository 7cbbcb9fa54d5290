"""Streams: a corpus as a few long rows, read window by window with the state carried from one to the next."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from seqlab.data.batching import gather
from seqlab.errors import DataError, Problem
from seqlab.interfaces.corpus import Corpus
from seqlab.interfaces.records import Batch
from seqlab.interfaces.vocabulary import Vocabulary

SHARE_OF_WHOLE_WINDOWS = 0.95
SPREAD = 5.0
"""Standard deviation of the length of a window, in tokens."""
SHORTEST = 5
LONGEST_MORE = 20
"""How much longer than the usual a window may be, since it must fit into memory: four standard deviations."""


class Stream:
    """A corpus cut into equal pieces that are read side by side; what does not fill the last column is left out.

    Args:
        corpus: What is read.
        vocabulary: What is predicted.
        features: What the embedders of the input gave for the types of the corpus.
        rows: B, how many pieces there are.

    Raises:
        DataError: SL447 if the corpus has fewer tokens than rows.
    """

    def __init__(self, corpus: Corpus, vocabulary: Vocabulary, features: tuple[torch.Tensor, ...], rows: int) -> None:
        self.corpus = corpus
        self.lookup = corpus.lookup(vocabulary)
        self.features = features
        self.rows = rows
        self.steps = corpus.size // rows
        if not self.steps:
            raise DataError(
                Problem("SL447", f"train has {corpus.size} tokens, which cannot be cut into {rows} rows",
                        notes=("set training.batch_size to a smaller number",))
            )  # fmt: skip

    def plan(self, window_length: int, random: np.random.Generator | None = None) -> list[tuple[int, int]]:
        """Where each window of one pass begins and ends; the last may be shorter.

        Args:
            window_length: Tokens of a row in a window.
            random: Draws the length of each around that number (`varied_length`); None for all alike.
        """
        windows, start = [], 0
        while start < self.steps:
            length = window_length if random is None else varied_length(window_length, random)
            windows.append((start, min(start + length, self.steps)))
            start += length
        return windows

    def read(self, windows: list[tuple[int, int]]) -> Iterator[Batch]:
        """The batches of windows, each going on where the one before ended."""
        for start, stop in windows:
            firsts = range(0, self.rows * self.steps, self.steps)
            inputs = [self.corpus.inputs(first + start, first + stop) for first in firsts]
            targets = np.stack([self.corpus.targets(first + start, first + stop) for first in firsts])
            yield Batch(
                inputs={"main": gather(inputs, self.features)},
                target=torch.from_numpy(self.lookup[targets]),  # (B, T)
                target_lengths=torch.full((self.rows,), stop - start),
                examples=(),
                continues=torch.full((self.rows,), start > 0),
            )


def varied_length(window_length: int, random: np.random.Generator) -> int:
    """A length near the usual, now and then near half of it (Merity et al. 2018, section 4.1).

    Windows of one length end at the same tokens in every pass, and these always learn from the shortest past.

    Args:
        window_length: The usual length; one shorter than 5 is also the shortest.
        random: Gives two numbers.
    """
    base = window_length if random.random() < SHARE_OF_WHOLE_WINDOWS else window_length / 2
    drawn = round(random.normal(base, SPREAD))
    return min(max(drawn, min(SHORTEST, window_length)), window_length + LONGEST_MORE)
