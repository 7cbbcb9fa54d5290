"""The n-grams of a model as numbers: each is the id of its beginning, and one more word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from seqlab_lm.ngram_sorting import Keys, sort_with_places

Ids = NDArray[np.int64]

FEW = 500
"""Look-ups; more of them are sorted first, so that neighbours in the table are looked up in turn."""


class Trie:
    """N-grams of all lengths up to the longest, without strings and tuples.

    The n-grams of one length are counted from 0 in the order of their keys: key = id of the n-gram without its last word
    x V + last word. N-grams of one word have the id of the word, whether they were met or not; the empty one has 0.

    Args:
        size: V.
        keys: Sorted and distinct keys of the n-grams of 2, 3, ... words.
    """

    def __init__(self, size: int, keys: Sequence[Keys]) -> None:
        self.size = size
        self.keys = tuple(keys)

    @property
    def order(self) -> int:
        """Words of the longest n-grams."""
        return len(self.keys) + 1

    def __len__(self) -> int:
        """How many n-grams there are, V of one word among them."""
        return self.size + sum(map(len, self.keys))

    def count(self, length: int) -> int:
        """How many n-grams of one length there are."""
        return (1, self.size)[length] if length < 2 else len(self.keys[length - 2])

    def prefixes(self, length: int) -> Ids:
        """Ids of the n-grams of one length without their last word."""
        return np.zeros(self.size, np.int64) if length == 1 else self.keys[length - 2] // self.size

    def last_words(self, length: int) -> Ids:
        """The last word of each n-gram of one length."""
        return np.arange(self.size) if length == 1 else self.keys[length - 2] % self.size

    def spelled(self, length: int, ids: Ids) -> Ids:
        """The words of some n-grams of one length, `(N, length)`."""
        words = np.empty((len(ids), length), np.int64)
        for place in range(length - 1, 0, -1):
            ids, words[:, place] = np.divmod(self.keys[place - 1][ids], self.size)
        words[:, 0] = ids
        return words

    def suffixes(self) -> Iterator[Ids]:
        """Ids of all n-grams without their first word, for each length from 1 on.

        Raises:
            ValueError: If an n-gram without its first word is none of the model.
        """
        found = np.zeros(self.size, np.int64)
        yield found
        for length in range(2, self.order + 1):
            words = self.last_words(length)
            found = words if length == 2 else self.find(length - 1, found[self.prefixes(length)], words)
            if len(found) and found.min() < 0:
                raise ValueError(f"an n-gram of {length} words ends in one of {length - 1} words that is missing")
            yield found

    def find(self, length: int, prefixes: Ids, words: Ids) -> Ids:
        """Ids of n-grams of 2 or more words, -1 where there is none.

        Args:
            length: Words of each.
            prefixes: `(N,)`, the ids of all but the last.
            words: `(N,)`, the last.
        """
        table, wanted = self.keys[length - 2], prefixes * self.size + words
        if not len(table):
            return np.full(len(wanted), -1, np.int64)
        if len(wanted) <= FEW:
            places = np.searchsorted(table, wanted)
            return np.where(table.take(places, mode="clip") == wanted, places, -1)
        wanted, order = sort_with_places(wanted)
        places = np.searchsorted(table, wanted)
        found = np.empty_like(places)
        found[order] = np.where(table.take(places, mode="clip") == wanted, places, -1)
        return found

    def walk(self, words: Ids, runs: Ids) -> Iterator[tuple[Ids, Ids]]:
        """For each length from 1 to the longest: the n-grams before all positions of a text, and those that end there.

        Args:
            words: `(N,)`; what is below 0 is no word.
            runs: `(N,)`, how many words stand in a row up to each position and with it, at most `order`.

        Returns:
            Ids `(N,)` of the n-gram of `length - 1` words before each position, and of that one and its word; -1 where there
            is none.
        """
        contexts, ids = np.where(runs > 0, 0, -1), np.where(runs > 0, words, -1)
        yield contexts, ids
        for length in range(2, self.order + 1):
            contexts = np.full(len(words), -1, np.int64)
            contexts[1:] = ids[:-1]
            contexts[runs < length] = -1
            known = np.flatnonzero(contexts >= 0)
            ids = np.full(len(words), -1, np.int64)
            ids[known] = self.find(length, contexts[known], words[known])
            yield contexts, ids

    def followers(self, length: int, contexts: Ids) -> tuple[Ids, Ids, Ids]:
        """All n-grams of 2 or more words that go on from given ones.

        Args:
            length: Words of the n-grams that are wanted.
            contexts: `(B,)`, ids of n-grams of a word less.

        Returns:
            Three times `(M,)`: the place in `contexts`, the id of the longer n-gram, and its last word.
        """
        table = self.keys[length - 2]
        first = np.searchsorted(table, contexts * self.size)
        counts = np.searchsorted(table, (contexts + 1) * self.size) - first
        rows = np.repeat(np.arange(len(contexts)), counts)
        ids = np.arange(len(rows)) + (first - (np.cumsum(counts) - counts))[rows]
        return rows, ids, table[ids] - contexts[rows] * self.size
