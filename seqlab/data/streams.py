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

    def plan(self, window_length: int) -> list[tuple[int, int]]:
        """Where each window of one pass begins and ends; the last may be shorter."""
        starts = range(0, self.steps, window_length)
        return [(start, min(start + window_length, self.steps)) for start in starts]

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
