"""Windows: rows of equal length, out of examples or of a text, of which only what is at the end is a target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import torch

from seqlab.data.batching import collate, gather
from seqlab.data.indexing import IndexedExamples, IndexedInput
from seqlab.interfaces.corpus import Corpus
from seqlab.interfaces.records import Batch, Example, Features
from seqlab.interfaces.vocabulary import IGNORED, Vocabulary


def text_windows(
    corpus: Corpus, features: tuple[torch.Tensor, ...], vocabulary: Vocabulary, steps: int, rows: int
) -> Batch:
    """Pieces of a running text, evenly spread, of which the last token is the target.

    Args:
        corpus: The text.
        features: What the embedders gave for its types.
        vocabulary: What is predicted.
        steps: Most tokens of a window; fewer where the text is shorter.
        rows: Most windows.
    """
    steps = min(steps, corpus.size)
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


def last_steps(examples: Sequence[Example], steps: int, rows: int) -> Sequence[Example]:
    """Vectors made elsewhere cut to their last steps, all of one length; examples of other inputs as they are.

    Args:
        examples: With one input, `main`.
        steps: Most that are kept of an example; fewer where not enough examples are so long.
        rows: How many examples must be left, where there are so many.
    """
    given = [example.inputs["main"] for example in examples]
    sequences = [value for value in given if isinstance(value, Features)]
    if len(sequences) < len(given):
        return examples
    lengths = sorted(map(len, sequences))
    steps = min(steps, lengths[-min(rows, len(lengths))])
    return [
        replace(example, inputs={"main": Features(value.array[-steps:])})
        for example, value in zip(examples, sequences, strict=True)
        if len(value) >= steps
    ]


def example_windows(
    indexed: IndexedExamples, features: Mapping[str, tuple[torch.Tensor, ...]], target_kind: str, steps: int, rows: int
) -> Batch | None:
    """The last tokens of examples, evenly spread, with their targets; None where there are no targets.

    Of tags, and of a next token, only the last is a target.

    Args:
        indexed: Examples with one input, `main`.
        features: What the embedders gave.
        target_kind: Of the head.
        steps: Most tokens of a window; fewer where not enough examples are so long.
        rows: Most windows.
    """
    if indexed.targets is None:
        return None
    lengths = np.array([len(row) for row in indexed.inputs["main"].rows])
    rows = min(rows, len(lengths))
    steps = min(steps, int(np.sort(lengths)[-rows]))
    long_enough = np.flatnonzero(lengths >= steps)
    chosen = long_enough[np.linspace(0, len(long_enough) - 1, rows).astype(int)]
    of = indexed.inputs["main"]
    cut = replace(
        indexed,
        examples=[indexed.examples[place] for place in chosen.tolist()],
        inputs={"main": IndexedInput(of.items, [of.rows[place][-steps:] for place in chosen.tolist()])},
        targets=[indexed.targets[place] for place in chosen.tolist()],
        corpus=None,
    )
    batch = collate(cut, features, np.arange(rows), target_kind)
    if target_kind not in ("tags", "next_token"):
        return batch
    return replace(batch, target=_last(np.array([row[-1] for row in cut.targets or ()]), steps),
                   target_lengths=torch.full((rows,), steps))  # fmt: skip


def _last(targets: np.ndarray[tuple[int], np.dtype[np.int64]], steps: int) -> torch.Tensor:
    """`(B, T)`: nothing but the last is scored."""
    padded = np.full((len(targets), steps), IGNORED, dtype=np.int64)
    padded[:, -1] = targets
    return torch.from_numpy(padded)
