"""Sentences -> sparse rows of features, one for each token.

What depends on a word alone is worked out once for each distinct word; rows are then gathered by number. Python sees
each distinct word once, and each token only to look up its number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from seqlab_tagger.word_features import neighbour_features, own_features

Integers: TypeAlias = NDArray[np.int64]
Columns: TypeAlias = dict[str, int]

PAIRS = ((-1, 0), (0, 1), (-1, 1))
_EDGE = "<edge>"  # a feature, and a number of `lower`, of what stands before and after a sentence


class FeatureMatrix:
    """Which feature is which column.

    In this order: `own_features` of the word, `neighbour_features` of the words at -1 and +1, the forms without case
    of those at -2 and +2, and the pairs `PAIRS` of forms without case that train has at least twice. A feature that
    train does not have is left out.

    Args:
        own: Columns of the word's own features.
        beside: Columns of its neighbours' features.
        lower: Numbers of the forms without case.
        pairs: For each of `PAIRS`, the sorted numbers of its pairs, `first * len(lower) + second`.
    """

    def __init__(self, own: Columns, beside: Columns, lower: Columns, pairs: Sequence[Integers]) -> None:
        self.own = own
        self.beside = beside
        self.lower = lower
        self.pairs = tuple(pairs)

    @property
    def columns(self) -> int:
        """Number of features."""
        return len(self.own) + 2 * len(self.beside) + 2 * len(self.lower) + sum(len(each) for each in self.pairs)

    @classmethod
    def of(cls, sentences: Sequence[Sequence[str]]) -> FeatureMatrix:
        """The features that sentences have."""
        words = list(dict.fromkeys(chain.from_iterable(sentences)))
        own = _numbered(chain.from_iterable(map(own_features, words)))
        beside = _numbered(chain([_EDGE], chain.from_iterable(map(neighbour_features, words))))
        lower = _numbered(chain([_EDGE], (word.lower() for word in words)))
        matrix = cls(own, beside, lower, [])
        _, lowered, at, places = matrix._stream(sentences)
        pairs = []
        for first, second in PAIRS:
            keys, counts = np.unique(matrix._keys(lowered[at], places, first, second), return_counts=True)
            pairs.append(keys[counts >= 2])
        matrix.pairs = tuple(pairs)
        return matrix

    def rows(self, sentences: Sequence[Sequence[str]]) -> Any:
        """Features of every token: a CSR matrix `(tokens, columns)` of ones in float32."""
        words, lowered, at, places = self._stream(sentences)
        lower = lowered[at]
        own = _features_of(words, own_features, self.own)
        beside = _features_of(words, neighbour_features, self.beside)
        blocks = [own[at[places]]]
        blocks += [beside[at[places + offset]] for offset in (-1, 1)]
        blocks += [_one_of(lower[places + offset], len(self.lower)) for offset in (-2, 2)]
        for (first, second), known in zip(PAIRS, self.pairs, strict=True):
            keys = self._keys(lower, places, first, second)
            found = np.searchsorted(known, keys)
            same = np.append(known, -2)[found] == keys
            blocks.append(_one_of(np.where(same, found, -1), len(known)))
        return sparse.hstack(blocks, format="csr", dtype=np.float32)

    def _stream(self, sentences: Sequence[Sequence[str]]) -> tuple[list[str], Integers, Integers, Integers]:
        """All sentences in a row, with two edges around each.

        Returns:
            The distinct words, the edge first; the number of each of them in `lower`, else -1; which of them stands
            at each position; the positions that are tokens.
        """
        numbers: dict[str | None, int] = {None: 0}
        at = [0, 0]
        for sentence in sentences:
            at += [numbers.setdefault(word, len(numbers)) for word in sentence]
            at += [0, 0]
        words = [word for word in numbers if word is not None]
        lowered = [self.lower[_EDGE], *(self.lower.get(word.lower(), -1) for word in words)]
        lengths = np.array([len(sentence) for sentence in sentences], np.int64)
        before = np.arange(1, len(lengths) + 1) * 2  # edges before each sentence
        places = np.arange(lengths.sum()) + np.repeat(before, lengths)
        return words, np.array(lowered, np.int64), np.array(at, np.int64), places

    def _keys(self, lower: Integers, places: Integers, first: int, second: int) -> Integers:
        """Numbers of pairs; -1 where one of the two is unknown."""
        left, right = lower[places + first], lower[places + second]
        return np.where((left < 0) | (right < 0), -1, left * len(self.lower) + right)


def _numbered(features: Any) -> Columns:
    return {feature: number for number, feature in enumerate(dict.fromkeys(features))}


def _features_of(words: Sequence[str], extract: Callable[[str], list[str]], columns: Mapping[str, int]) -> Any:
    """`(1 + words, columns)`: the edge, then each word."""
    found = [[columns[_EDGE]] if _EDGE in columns else []]
    found += [[columns[feature] for feature in extract(word) if feature in columns] for word in words]
    starts = np.zeros(len(found) + 1, np.int64)
    np.cumsum([len(each) for each in found], out=starts[1:])
    indices = np.fromiter(chain.from_iterable(found), np.int64, starts[-1])
    return sparse.csr_matrix((np.ones(len(indices), np.float32), indices, starts), shape=(len(found), len(columns)))


def _one_of(columns: Integers, width: int) -> Any:
    """A one in the given column of each row; none where it is -1."""
    rows = np.flatnonzero(columns >= 0)
    values = np.ones(len(rows), np.float32)
    return sparse.csr_matrix((values, (rows, columns[rows])), shape=(len(columns), width))
