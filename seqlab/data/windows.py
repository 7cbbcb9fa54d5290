"""Windows: rows of equal length, out of examples or of a text, of which only the last token is scored."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch

from seqlab.data.batching import gather
from seqlab.data.indexing import IndexedExamples
from seqlab.interfaces.corpus import Corpus
from seqlab.interfaces.records import Batch
from seqlab.interfaces.vocabulary import IGNORED, Vocabulary


def text_windows(
    corpus: Corpus, features: tuple[torch.Tensor, ...], vocabulary: Vocabulary, steps: int, rows: int
) -> Batch | None:
    """Pieces of a running text, evenly spread; None if it is shorter than one.

    Args:
        corpus: The text.
        features: What the embedders gave for its types.
        vocabulary: What is predicted.
        steps: T, tokens of a window.
        rows: Most windows.
    """
    if corpus.size < steps:
        return None
    starts = np.unique(np.linspace(0, corpus.size - steps, rows).astype(int)).tolist()
    lookup = corpus.lookup(vocabulary)
    targets = np.array([lookup[corpus.targets(start + steps - 1, start + steps)[0]] for start in starts])
    inputs = [corpus.inputs(start, start + steps) for start in starts]
    return Batch(
        inputs={"main": gather(inputs, features)},
        target=_last(targets, steps),
        target_lengths=torch.full((len(starts),), steps),
        examples=(),
        continues=torch.zeros(len(starts), dtype=torch.bool),
    )


def example_windows(
    indexed: IndexedExamples, features: Mapping[str, tuple[torch.Tensor, ...]], target_kind: str, steps: int, rows: int
) -> Batch | None:
    """The last tokens of examples, evenly spread; None if fewer than `rows` are so long.

    Args:
        indexed: Examples with one input, `main`, and a target.
        features: What the embedders gave.
        target_kind: Of the head.
        steps: T, tokens of a window.
        rows: How many windows.
    """
    of, targets = indexed.inputs["main"].rows, indexed.targets
    long_enough = np.flatnonzero(indexed.lengths() >= steps)
    if targets is None or len(long_enough) < rows:
        return None
    chosen = long_enough[np.linspace(0, len(long_enough) - 1, rows).astype(int)].tolist()
    last = np.array([targets[place][-1] for place in chosen])
    return Batch(
        inputs={"main": gather([of[place][-steps:] for place in chosen], features["main"])},
        target=torch.from_numpy(last) if target_kind == "labels" else _last(last, steps),
        target_lengths=torch.full((rows,), steps),
        examples=[indexed.examples[place] for place in chosen],
        continues=torch.zeros(rows, dtype=torch.bool),
    )


def _last(targets: np.ndarray[tuple[int], np.dtype[np.int64]], steps: int) -> torch.Tensor:
    """`(B, T)`: nothing but the last is scored."""
    padded = np.full((len(targets), steps), IGNORED, dtype=np.int64)
    padded[:, -1] = targets
    return torch.from_numpy(padded)
