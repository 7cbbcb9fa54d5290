"""The n-grams of a text, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

Ngram = tuple[str, ...]


def ngrams(tokens: Sequence[str], order: int) -> Counter[Ngram]:
    """How often each sequence of `order` tokens stands in a text."""
    return Counter(tuple(tokens[start : start + order]) for start in range(len(tokens) - order + 1))
