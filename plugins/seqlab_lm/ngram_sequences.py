"""What n-grams are counted in and scored on: one row of ids, and where its sequences begin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

CHUNK = 1 << 17
"""Positions that are looked at together, so that memory does not grow with the text."""


class Window(NamedTuple):
    """Some positions, and the words before them that count as their context.

    Args:
        start: The first position.
        skipped: How many words of the context stand before the first position.
        words: `(skipped + N,)`; -1 where a token is no word of the vocabulary.
        runs: `(skipped + N,)`, how many words stand in a row up to each and with it, within its sequence, at most `order`.
        firsts: `(skipped + N,)`, whether a sequence begins here.
    """

    start: int
    skipped: int
    words: NDArray[np.int64]
    runs: NDArray[np.int64]
    firsts: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Sequences:
    """Ids, cut into sequences that know nothing of each other.

    Args:
        ids: `(N,)`, each from 0 to V - 1, or `IGNORED`; perhaps a file mapped into memory.
        starts: `(S,)`, rising: where sequences begin. Two that are equal mean an empty sequence.
        size: V.
    """

    ids: NDArray[np.integer[Any]]
    starts: NDArray[np.integer[Any]]
    size: int

    def __post_init__(self) -> None:
        if np.any(self.starts[1:] < self.starts[:-1]):
            raise ValueError("the starts of sequences must rise")

    def windows(self, order: int) -> Iterator[Window]:
        """All positions in turn, each window with `order - 1` positions before it.

        Raises:
            ValueError: If an id is V or more.
        """
        for start in range(0, len(self.ids), CHUNK):
            left, stop = max(0, start - order + 1), min(start + CHUNK, len(self.ids))
            words = np.maximum(self.ids[left:stop], -1, dtype=np.int64)
            if words.max() >= self.size:
                raise ValueError(f"the id {words.max()} is not in a vocabulary of {self.size}")
            firsts = np.zeros(stop - left, np.bool_)
            low, high = np.searchsorted(self.starts, (left, stop))
            firsts[np.asarray(self.starts[low:high]) - left] = True
            yield Window(start, start - left, words, run_lengths(words, firsts, order), firsts)


def run_lengths(words: NDArray[np.int64], firsts: NDArray[np.bool_], most: int) -> NDArray[np.int64]:
    """How many words stand in a row up to each position and with it, within its sequence.

    Args:
        words: `(N,)`, negative where a token is no word; the run of such a position is 0.
        firsts: `(N,)`, whether a sequence begins here.
        most: What longer runs are said to be.
    """
    places = np.arange(len(words))
    begins = np.where(words < 0, places + 1, np.where(firsts, places, 0))
    return np.minimum(places + 1 - np.maximum.accumulate(begins), most)
