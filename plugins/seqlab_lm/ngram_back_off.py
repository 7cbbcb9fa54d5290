"""A back-off model: how likely each n-gram's last word is after its others, and what a context leaves to shorter ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqlab_lm.ngram_sequences import Sequences, run_lengths
from seqlab_lm.ngram_trie import Ids, Trie

Floats = NDArray[np.float64]


class BackOff:
    """Log-probabilities of words after their contexts, by the longest n-gram that is known (Katz 1987; what ARPA files hold).

    ln p(w | h) is that of the n-gram h w where there is one; else the weight of h, 0 where there is none, and ln p(w | h
    without its first word).

    Args:
        trie: The n-grams.
        log_probs: For each length from 1 on, `(M,)`: ln p(last word | others), for each n-gram of that length.
        log_weights: For each length from 1 on, but the longest, `(M,)`: the natural logarithm of the back-off weight of each
            n-gram of that length.
        begin: Id of the symbol that stands before the first word of a sequence, `IGNORED` if there is none.
    """

    def __init__(self, trie: Trie, log_probs: Sequence[Floats], log_weights: Sequence[Floats], begin: int) -> None:
        self.trie = trie
        self.ngram_log_probs = tuple(log_probs)
        self.ngram_log_weights = (np.zeros(1), *log_weights)  # every word is known after the empty n-gram
        self.begin = begin

    @property
    def order(self) -> int:
        """Words of the longest n-grams."""
        return self.trie.order

    @property
    def size(self) -> int:
        """V."""
        return self.trie.size

    def log_probs(self, ids: NDArray[np.integer[Any]], starts: NDArray[np.integer[Any]], begin: bool) -> Floats:
        """Score a text, in memory that does not grow with it but for the answer.

        Args:
            ids: `(N,)`, each from 0 to V - 1, or `IGNORED`.
            starts: `(S,)`, rising: where sequences begin. No context reaches across.
            begin: Whether the first token of each sequence is context only.

        Returns:
            `(N,)` in nats; NaN where an id is `IGNORED`, and with `begin` where a sequence begins.

        Raises:
            ValueError: If an id is V or more, or the starts do not rise.
        """
        found = np.full(len(ids), np.nan)
        for window in Sequences(ids, starts, self.size).windows(self.order):
            scores = np.zeros(len(window.words))
            for level, (contexts, ngrams) in enumerate(self.trie.walk(window.words, window.runs)):
                seen = np.flatnonzero(contexts >= 0)
                scores[seen] += self.ngram_log_weights[level][contexts[seen]]
                known = np.flatnonzero(ngrams >= 0)
                scores[known] = self.ngram_log_probs[level][ngrams[known]]
            scores[(window.words < 0) | (window.firsts & begin)] = np.nan
            own = scores[window.skipped :]
            found[window.start : window.start + len(own)] = own
        return found

    def next_log_probs(self, context: NDArray[np.integer[Any]]) -> Floats:
        """The whole distribution of the word after each of some contexts.

        Args:
            context: `(B, order - 1)`, ids; `IGNORED` on the left where there is less. What stands left of an `IGNORED` is
                not looked at.

        Returns:
            `(B, V)` in nats.
        """
        found = np.tile(self.ngram_log_probs[0], (len(context), 1))  # (B, V)
        for length, contexts in enumerate(self._contexts(np.asarray(context, np.int64)), 1):
            seen = np.flatnonzero(contexts >= 0)
            rows, ngrams, words = self.trie.followers(length + 1, contexts[seen])
            found[seen] += self.ngram_log_weights[length][contexts[seen], None]
            found[seen[rows], words] = self.ngram_log_probs[length][ngrams]
        return found

    def _contexts(self, context: Ids) -> Iterator[Ids]:
        """For each length from 1 to `order - 1`, the n-gram `(B,)` of the last words; -1 where there is none."""
        rows, width = context.shape
        if not width:
            return
        firsts = np.zeros(context.shape, np.bool_)
        firsts[:, 0] = True
        words = context.ravel()
        walk = self.trie.walk(words, run_lengths(words, firsts.ravel(), self.order))
        for _, (_, ngrams) in zip(range(width), walk, strict=False):  # the longest n-grams are no contexts
            yield ngrams.reshape(rows, width)[:, -1]
