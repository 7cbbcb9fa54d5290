"""The last step of every embedder of images: from the vectors of distinct images to those of the rows of a batch."""

from __future__ import annotations

import torch
from torch import Tensor

from seqlab import Embedded


def gathered(vectors: Tensor, index: Tensor) -> Embedded:
    """The regions of the image of each row.

    Args:
        vectors: `(U, R, D)`, R vectors of each distinct image.
        index: `(B, 1)`, which image each row has.

    Returns:
        `(B, R, D)`, all of them real.
    """
    rows = vectors[index[:, 0]]  # (B, R, D)
    return Embedded(rows, torch.full((len(rows),), rows.shape[1], dtype=torch.int64))
