"""Streams: a corpus as a few long rows, read window by window with the state carried from one to the next."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from seqlab.data.batching import gather
from seqlab.data.indexing import IndexedExamples
from seqlab.interfaces.records import Batch


def count_windows(indexed: IndexedExamples, rows: int, window_length: int) -> int:
    """How many windows one pass over the stream has."""
    assert indexed.targets is not None
    per_row = sum(map(len, indexed.targets)) // rows
    return -(-per_row // window_length)


def read_windows(
    indexed: IndexedExamples,
    features: tuple[torch.Tensor, ...],
    rows: int,
    window_length: int,
    first: int = 0,
) -> Iterator[Batch]:
    """The windows of one pass.

    All examples are joined into one stream, which is cut into `rows` equal pieces side by side; what does not fill the
    last column of pieces is left out. Window w covers steps `w * window_length` and on of every piece.

    Args:
        indexed: Examples whose target is the next token.
        features: What the embedders of the input gave for all items.
        rows: B, how many pieces are read side by side.
        window_length: T of a window; the last may be shorter.
        first: Number of the first window to read.

    Raises:
        ValueError: If the stream has fewer tokens than rows.
    """
    assert indexed.targets is not None
    stream = np.concatenate(indexed.inputs["main"].rows)
    targets = np.concatenate(indexed.targets)
    steps = len(stream) // rows
    if steps == 0:
        raise ValueError(f"a stream of {len(stream)} tokens cannot be cut into {rows} rows")
    pieces = stream[: steps * rows].reshape(rows, steps)
    wanted = targets[: steps * rows].reshape(rows, steps)
    for start in range(first * window_length, steps, window_length):
        window = pieces[:, start : start + window_length]
        target = torch.from_numpy(np.ascontiguousarray(wanted[:, start : start + window_length]))  # (B, T)
        yield Batch(
            inputs={"main": gather(list(window), features)},
            target=target,
            target_lengths=torch.full((rows,), target.shape[1]),
            examples=(),
            continues=torch.full((rows,), start > 0),
        )
