"""Counting n-grams as Kneser and Ney want them: how often the longest stand there, after how many words the others do."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqlab_lm.ngram_sequences import Sequences
from seqlab_lm.ngram_sorting import Keys, sort_with_places
from seqlab_lm.ngram_trie import Trie

Counts = NDArray[np.integer[Any]]


def count_ngrams(sequences: Sequences, order: int, begin: bool) -> tuple[Trie, list[Counts]]:
    """Count all n-grams that end in a target, within their sequence and without `IGNORED`.

    An n-gram of `order` words counts as often as it stands there. A shorter one counts once for each distinct word that
    stands before it, and once for each time that nothing does: at the beginning of its sequence and after `IGNORED`. So
    n-grams that begin with `</s>` count as often as they stand there (Chen and Goodman 1999, section 4.1.6).

    Args:
        sequences: The text, N positions.
        order: Words of the longest n-grams.
        begin: Whether the first token of each sequence is no target.

    Returns:
        The n-grams, and their counts for each length, in the smallest type that holds them. Needs about 40 N bytes.
    """
    size = sequences.size
    words, runs = _read(sequences, order, begin)
    ids, types = words, size  # the n-gram of the present length that ends at each position, and how many there are
    keys: list[Keys] = []
    counts: list[Counts] = []
    for length in range(2, order + 1):
        places = np.flatnonzero(runs >= length)
        sorted_keys, sources = sort_with_places(ids[places - 1].astype(np.int64) * size + words[places])
        is_new = np.ones(len(places), np.bool_)
        np.not_equal(sorted_keys[1:], sorted_keys[:-1], out=is_new[1:])
        first = np.flatnonzero(is_new)
        bare = np.flatnonzero(runs == length - 1)
        shorter = np.bincount(ids[places[sources[first]]], minlength=types) + np.bincount(ids[bare], minlength=types)
        counts.append(_smallest(shorter))
        keys.append(sorted_keys[first])
        ids, types = np.zeros_like(words), len(first)
        ids[places[sources]] = np.cumsum(is_new) - 1
    places = np.flatnonzero(runs >= order)
    counts.append(_smallest(np.bincount(ids[places], minlength=types)))
    return Trie(size, keys), counts


def _read(sequences: Sequences, order: int, begin: bool) -> tuple[NDArray[Any], NDArray[Any]]:
    """Words `(N,)`; and how many of them stand in a row up to each target, at most `order`; 0 where there is no target."""
    total = len(sequences.ids)
    words = np.zeros(total, np.promote_types(np.min_scalar_type(-total), np.min_scalar_type(-sequences.size)))
    runs = np.zeros(total, np.min_scalar_type(order))
    for window in sequences.windows(order):
        own = slice(window.start, window.start + len(window.words) - window.skipped)
        words[own] = window.words[window.skipped :]
        targets = ~window.firsts if begin else np.ones_like(window.firsts)
        runs[own] = (window.runs * targets)[window.skipped :]
    return words, runs


def _smallest(counts: NDArray[np.int64]) -> Counts:
    return counts.astype(np.min_scalar_type(counts.max(initial=0)))
