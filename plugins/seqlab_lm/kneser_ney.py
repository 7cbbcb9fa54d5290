"""Interpolated modified Kneser-Ney: n-grams of any order, fitted and kept as whole arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqlab import IGNORED
from seqlab_lm.ngram_back_off import BackOff, Floats
from seqlab_lm.ngram_counting import Counts, count_ngrams
from seqlab_lm.ngram_discounts import discounts
from seqlab_lm.ngram_sequences import Sequences
from seqlab_lm.ngram_trie import Trie


def fit_kneser_ney(
    ids: NDArray[np.integer[Any]], starts: NDArray[np.integer[Any]], size: int, order: int, begin: bool
) -> KneserNey:
    """Count the n-grams of a text.

    Args:
        ids: `(N,)`, each from 0 to V - 1, or `IGNORED` for a token that is not in the vocabulary: no n-gram that holds one is
            counted, and none reaches across. May be a file mapped into memory.
        starts: `(S,)`, rising: where sequences begin. No n-gram reaches across.
        size: V.
        order: Words of the longest n-grams.
        begin: Whether the first token of each sequence, a symbol such as `</s>`, is context only.

    Raises:
        ValueError: If an id is V or more, the starts do not rise, or `order` is below 1.
    """
    if order < 1:
        raise ValueError(f"n-grams have at least one word, not {order}")
    trie, counts = count_ngrams(Sequences(ids, starts, size), order, begin)
    firsts = np.unique(ids[starts[starts < len(ids)]]) if begin else np.zeros(0, np.int64)
    return KneserNey(trie, counts, int(firsts[0]) if len(firsts) == 1 else IGNORED)


class KneserNey(BackOff):
    """n-grams with interpolated modified Kneser-Ney smoothing (Chen and Goodman 1999, section 4.1.6).

    p(w | h) = (c(h w) - D(c(h w))) / c(h .) + gamma(h) p(w | h without its first word), where gamma(h) is the share of c(h .)
    that the discounts D take off; after the empty context it is shared by all V words alike. What is interpolated so is also
    a back-off model, with gamma as its weights, and is scored as one.

    Args:
        trie: The n-grams.
        counts: For each length from 1 on, `(M,)`, those of `count_ngrams`.
        begin: Id of the symbol that begins every sequence, `IGNORED` if there is none.
    """

    def __init__(self, trie: Trie, counts: Sequence[Counts], begin: int) -> None:
        log_probs: list[Floats] = []
        log_weights: list[Floats] = []
        shorter = np.full(1, 1 / trie.size)  # p(last word | others) of all n-grams of a word less
        for length, (suffixes, count) in enumerate(zip(trie.suffixes(), counts, strict=True), 1):
            contexts, kinds = trie.prefixes(length), trie.count(length - 1)
            lost = discounts(count)[np.minimum(count, 3)]
            totals = np.bincount(contexts, weights=count, minlength=kinds)
            weights = np.ones(kinds)  # where nothing follows
            np.divide(np.bincount(contexts, weights=lost, minlength=kinds), totals, out=weights, where=totals > 0)
            shorter = (count - lost) / np.maximum(totals, 1)[contexts] + weights[contexts] * shorter[suffixes]
            log_probs.append(np.log(shorter))
            log_weights.append(np.log(weights))
        super().__init__(trie, log_probs, log_weights[1:], begin)
        self.counts = tuple(counts)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """What `from_arrays` reads: for each length the counts, and from 2 on how many n-grams go on from each that is a word
        shorter, and with which words.
        """
        arrays: dict[str, NDArray[Any]] = {"size": np.array([self.size]), "begin": np.array([self.begin])}
        for length, counts in enumerate(self.counts, 1):
            arrays[f"counts.{length}"] = counts
            if length > 1:
                followers = np.bincount(self.trie.prefixes(length), minlength=self.trie.count(length - 1))
                arrays[f"followers.{length}"] = followers.astype(np.min_scalar_type(followers.max(initial=0)))
                arrays[f"words.{length}"] = self.trie.last_words(length).astype(np.min_scalar_type(self.size))
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> KneserNey:
        """The model that `to_arrays` was asked of, bit for bit."""
        size = int(arrays["size"][0])
        order = sum(name.startswith("counts.") for name in arrays)
        keys = []
        for length in range(2, order + 1):
            followers = arrays[f"followers.{length}"]
            keys.append(np.repeat(np.arange(len(followers)), followers) * size + arrays[f"words.{length}"])
        counts = [arrays[f"counts.{length}"] for length in range(1, order + 1)]
        return cls(Trie(size, keys), counts, int(arrays["begin"][0]))
