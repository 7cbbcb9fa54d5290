"""Which tags a word may have that train does not hold, judged by its ending (Brants 2000, section 2.3)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from seqlab_tagger.viterbi import Floats


class SuffixModel:
    """P(tag | ending), smoothed from shorter to longer endings by successive abstraction.

    With `p_i` the relative frequencies of tags among rare words that share the last i letters, and `P_{-1}` those
    among all rare words,

        P_i(tag) = (p_i(tag) + smoothing * P_{i-1}(tag)) / (1 + smoothing)

    for i = 0 (the empty ending) up to the longest ending that rare words have. Words with a capital first letter and
    words without have endings of their own. Case is otherwise ignored.

    Brants takes the standard deviation of the tags' probabilities for `smoothing`.

    Args:
        counts: `(K,)` for each rare word: how often it has each tag. At least one word.
        suffix_length: Letters of the longest ending.
        smoothing: Weight of the next shorter ending; that of the ending itself is 1.

    References:
        Thorsten Brants, "TnT: a statistical part-of-speech tagger", ANLP 2000, equations 7 to 9.
    """

    def __init__(self, counts: Mapping[str, Floats], suffix_length: int, smoothing: float) -> None:
        self.suffix_length = suffix_length
        self.smoothing = smoothing
        self._endings: dict[tuple[bool, str], Floats] = {}
        for word, of_tags in counts.items():
            for key in self._keys(word):
                seen = self._endings.get(key)
                self._endings[key] = of_tags if seen is None else seen + of_tags
        total = np.sum(list(counts.values()), axis=0)
        self._all: Floats = total / total.sum()

    def probabilities(self, word: str) -> Floats:
        """P(tag | ending of the word): `(K,)`, sums to 1."""
        found: Floats = self._all
        for key in self._keys(word):
            counts = self._endings.get(key)
            if counts is None:
                break
            found = (counts / counts.sum() + self.smoothing * found) / (1 + self.smoothing)
        return found

    def _keys(self, word: str) -> list[tuple[bool, str]]:
        capital, lowered = word[:1].isupper(), word.lower()
        longest = min(self.suffix_length, len(lowered))
        return [(capital, lowered[len(lowered) - length :]) for length in range(longest + 1)]
