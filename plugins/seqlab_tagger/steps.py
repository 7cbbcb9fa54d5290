"""Which tags may follow each other, as scores: 0 where a scheme of spans allows it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from seqlab import Scheme, may_follow
from seqlab_tagger.viterbi import IMPOSSIBLE, Floats


def step_scores(tags: Sequence[str], scheme: Scheme | None) -> tuple[Floats, Floats, Floats]:
    """0 for what is allowed, `IMPOSSIBLE` for what is not: `(K, K)` from row to column, at the start and the end `(K,)`.

    Args:
        tags: K of them.
        scheme: None allows everything.
    """
    if scheme is None:
        return np.zeros((len(tags), len(tags))), np.zeros(len(tags)), np.zeros(len(tags))
    allowed = np.array([[may_follow(before, tag, scheme) for tag in (*tags, None)] for before in (*tags, None)])
    scores = np.where(allowed, 0.0, IMPOSSIBLE)  # (K + 1, K + 1)
    return scores[:-1, :-1], scores[-1, :-1], scores[:-1, -1]
