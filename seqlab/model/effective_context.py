"""How much of the past a language model uses: its loss where less of it is read, or where the far part is shuffled."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from seqlab.interfaces.corpus import Corpus
from seqlab.interfaces.diagnosis import ContextLoss
from seqlab.interfaces.language_model import LanguageModel

LENGTHS = (1, 2, 5, 10, 20, 50, 100, 200)
BATCH_TOKENS = 4000


def context_loss(
    model: LanguageModel, corpus: Corpus, targets: int, random: np.random.Generator, lengths: tuple[int, ...] = LENGTHS
) -> ContextLoss | None:
    """Predict tokens of a text from less and less of what stands before them.

    Args:
        model: Of which no gradient is asked.
        corpus: One running text.
        targets: N, how many tokens to predict, drawn without repetition; those that the vocabulary lacks are left out.
        random: Draws them, and shuffles.
        lengths: How many tokens are kept, rising; the last is the whole context.

    Returns:
        The mean losses; None where the text is too short.
    """
    longest = lengths[-1]
    ids = corpus.lookup(model.vocabulary)[np.asarray(corpus.targets(0, corpus.size))]
    places = longest + np.flatnonzero(ids[longest:] >= 0)
    if not len(places):
        return None
    places = np.sort(random.choice(places, min(targets, len(places)), replace=False))
    context = ids[places[:, None] + np.arange(-longest, 0)]  # (N, longest), the nearest last
    kept, shuffled = [], []
    for length in lengths:
        kept.append(_loss(model, context[:, longest - length :], ids[places]))
        far = random.permuted(context[:, : longest - length], axis=1)
        whole = np.concatenate([far, context[:, longest - length :]], axis=1)
        shuffled.append(_loss(model, whole, ids[places]) if length < longest else kept[-1])
    return ContextLoss(len(places), lengths, tuple(kept), tuple(shuffled))


def _loss(model: LanguageModel, context: NDArray[np.int64], targets: NDArray[np.int64]) -> float:
    """Mean loss of `(N,)` targets, each after a row of `(N, T)`."""
    total = 0.0
    rows = max(1, BATCH_TOKENS // context.shape[1])
    for start in range(0, len(targets), rows):
        read = torch.from_numpy(np.ascontiguousarray(context[start : start + rows]))
        state = model.start(len(read))
        lengths = torch.full((len(read),), read.shape[1] - 1)
        previous = read[:, 0]
        if read.shape[1] > 1:
            _, state = model.score(previous, read[:, 1:], lengths, state)
            previous = read[:, -1]
        last = torch.from_numpy(targets[start : start + rows]).unsqueeze(1)
        found, _ = model.score(previous, last, torch.ones_like(lengths), state)
        total -= float(found.sum())
    return total / len(targets)
