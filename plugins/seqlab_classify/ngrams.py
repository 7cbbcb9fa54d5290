"""Texts -> sparse rows of n-gram counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
from scipy import sparse

from seqlab import Example, Tokens


def words_of(example: Example, lowercase: bool) -> list[str]:
    """The words of a text.

    Raises:
        TypeError: If the input of the example is not cut into tokens.
    """
    words = example.inputs["main"]
    if not isinstance(words, Tokens):
        raise TypeError(f"{example.place}: n-grams are made of tokens, but the input is {type(words).__name__}")
    return [word.lower() for word in words.items] if lowercase else list(words.items)


def ngrams(words: Sequence[str], longest: int) -> Iterator[str]:
    """All n-grams of up to `longest` words, with blanks between them, the words first."""
    for length in range(1, longest + 1):
        for start in range(len(words) - length + 1):
            yield " ".join(words[start : start + length])


def columns_of(texts: Iterable[Sequence[str]], longest: int) -> dict[str, int]:
    """A column for each n-gram of the texts, in the order in which they are met."""
    found = dict.fromkeys(chain.from_iterable(ngrams(words, longest) for words in texts))
    return {ngram: number for number, ngram in enumerate(found)}


def count_rows(texts: Iterable[Sequence[str]], columns: Mapping[str, int], longest: int) -> Any:
    """How often each text has each n-gram: a CSR matrix `(N, F)` in float64. Those without a column are left out."""
    found = [[columns[ngram] for ngram in ngrams(words, longest) if ngram in columns] for words in texts]
    starts = np.zeros(len(found) + 1, np.int64)
    np.cumsum([len(each) for each in found], out=starts[1:])
    indices = np.fromiter(chain.from_iterable(found), np.int64, starts[-1])
    rows = sparse.csr_matrix((np.ones(len(indices)), indices, starts), shape=(len(found), len(columns)))
    rows.sum_duplicates()
    return rows
