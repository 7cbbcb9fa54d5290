"""The vector of each example, as a program reads it; and the examples whose vectors are nearest, as people do."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqlab.interfaces.records import Example, Text, Tokens

Vectors = NDArray[np.float32]

NEIGHBOURS = 3
"""So many are shown of each example."""
_ROWS = 500
"""Examples that are compared with all at a time."""


def as_vector_line(example: Example, vector: Vectors) -> str:
    """One object in one line: `id`, `text` where there is one, and `vector`, its H numbers."""
    record: dict[str, Any] = {"id": example.id}
    if isinstance(example.inputs["main"], Tokens | Text):
        record["text"] = name_of(example)
    return json.dumps(record | {"vector": [float(f"{number:.6g}") for number in vector]}, ensure_ascii=False) + "\n"


def name_of(example: Example) -> str:
    """What an example is called: its text, its tokens with blanks between them, or its id."""
    main = example.inputs["main"]
    if isinstance(main, Tokens):
        return main.text if main.text is not None else " ".join(main.items)
    return main.text if isinstance(main, Text) else example.id


def neighbour_texts(names: Sequence[str], vectors: Vectors) -> Iterator[str]:
    """Yield for each example its name, and below it the nearest others, each with the cosine.

    Args:
        names: Of N examples.
        vectors: `(N, H)`.
    """
    for name, row in zip(names, nearest(vectors, NEIGHBOURS), strict=True):
        yield f"{name}\n" + "".join(f"  {cosine:6.3f}  {names[place]}\n" for place, cosine in row)


def nearest(vectors: Vectors, count: int) -> Iterator[list[tuple[int, float]]]:
    """Yield for each vector the others of the greatest cosine, the nearest first; of equal ones the first.

    Args:
        vectors: `(N, H)`.
        count: How many of the others.

    Returns:
        For each its number and the cosine; a vector of zeros has the cosine 0 with all.
    """
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)  # (N, H)
    for start in range(0, len(unit), _ROWS):
        cosines = unit[start : start + _ROWS] @ unit.T  # (rows, N)
        for own, row in enumerate(cosines, start):
            row[own] = -np.inf
            order = np.argsort(-row, kind="stable")[: min(count, len(row) - 1)]
            yield [(int(place), float(row[place])) for place in order]
