"""Batches: which examples stand together, and how they become padded tensors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from seqlab.data.indexing import Ids, IndexedExamples
from seqlab.interfaces.records import Batch, InputBatch
from seqlab.interfaces.vocabulary import IGNORED

POOL = 100
"""Examples are sorted by length within so many batches, so that training stays random on a large corpus."""


def plan_batches(
    lengths: Ids, tokens: int | None, size: int | None, stream: np.random.Generator | None = None
) -> list[Ids]:
    """Group examples of like length; a pure function of its arguments.

    Args:
        lengths: `(N,)` tokens of each example.
        tokens: Most padded tokens of a batch: rows times the longest row. An example longer than that stands alone.
        size: Most examples of a batch.
        stream: Shuffles the examples before, and the batches after; None keeps them sorted by length (prediction).

    Returns:
        The example numbers of each batch; every example stands in one batch.
    """
    order = np.arange(len(lengths)) if stream is None else stream.permutation(len(lengths))
    mean = float(lengths.mean()) if len(lengths) else 1.0
    per_batch = size if size is not None else max(1, int((tokens or 1) / max(mean, 1.0)))
    pool = len(order) if stream is None else POOL * per_batch
    batches: list[Ids] = []
    for start in range(0, len(order), max(pool, 1)):
        chunk = order[start : start + pool]
        chunk = chunk[np.argsort(lengths[chunk], kind="stable")]
        batches += _cut(chunk, lengths[chunk], tokens, size)
    if stream is not None:
        batches = [batches[i] for i in stream.permutation(len(batches))]
    return batches


def _cut(order: Ids, lengths: Ids, tokens: int | None, size: int | None) -> list[Ids]:
    """Cut examples of rising length into batches that keep the budget."""
    batches = []
    start = 0
    for end, length in enumerate(lengths.tolist(), 1):
        rows = end - start
        if rows > 1 and ((tokens is not None and rows * length > tokens) or (size is not None and rows > size)):
            batches.append(order[start : end - 1])
            start = end - 1
    if start < len(order):
        batches.append(order[start:])
    return batches


def collate(
    indexed: IndexedExamples, features: Mapping[str, tuple[torch.Tensor, ...]], rows: Ids, target_kind: str
) -> Batch:
    """Put examples side by side, padded on the right, each distinct item of the batch once.

    Args:
        indexed: The examples as numbers.
        features: For each input, what each of its embedders gave for all items, `(N, ...)`.
        rows: `(B,)` example numbers.
        target_kind: Kind of the head's target; a label or a number gives `(B,)`, several labels `(B, C)`, all else `(B, T)`.
    """
    chosen = rows.tolist()
    inputs = {name: gather([of.rows[i] for i in chosen], features[name]) for name, of in indexed.inputs.items()}
    target = target_lengths = None
    if indexed.targets is not None:
        ids = [indexed.targets[i] for i in chosen]
        if indexed.multi_hot:
            target = torch.from_numpy(np.stack(ids))  # (B, C)
        elif target_kind in ("labels", "number"):
            target = torch.from_numpy(np.array([row[0] for row in ids]))  # (B,)
        else:
            padded, lengths = pad(ids, IGNORED)
            target, target_lengths = torch.from_numpy(padded), torch.from_numpy(lengths)  # (B, T)
    return Batch(
        inputs=inputs,
        target=target,
        target_lengths=target_lengths,
        examples=[indexed.examples[i] for i in chosen],
        continues=torch.zeros(len(chosen), dtype=torch.bool),
    )


def gather(rows: Sequence[NDArray[np.integer[Any]]], features: tuple[torch.Tensor, ...]) -> InputBatch:
    """Pad item numbers and keep the features of the distinct ones.

    Args:
        rows: For each row `(T,)` item numbers.
        features: For each embedder `(N, ...)`.
    """
    padded, lengths = pad(rows, int(rows[0][0]))
    distinct, index = np.unique(padded, return_inverse=True)
    index = index.reshape(padded.shape)
    index[np.arange(padded.shape[1]) >= lengths[:, None]] = 0
    chosen = torch.from_numpy(distinct)
    return InputBatch(
        features=tuple(of.index_select(0, chosen) for of in features),
        index=torch.from_numpy(index),
        lengths=torch.from_numpy(lengths),
    )


def pad(rows: Sequence[NDArray[np.integer[Any]]], filler: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """`(B, T)` with the rows padded on the right, and their lengths `(B,)`."""
    lengths = np.array([len(row) for row in rows], dtype=np.int64)
    padded = np.full((len(rows), int(lengths.max())), filler, dtype=np.int64)
    padded[np.arange(padded.shape[1]) < lengths[:, None]] = np.concatenate(rows)
    return padded, lengths
