"""How likely a language model finds a corpus: one text read through, or each example by itself."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray

from seqlab.data.batching import pad, plan_batches
from seqlab.interfaces.corpus import Corpus
from seqlab.interfaces.language_model import LanguageModel
from seqlab.interfaces.records import LogProbsPrediction
from seqlab.interfaces.state import State, select
from seqlab.interfaces.vocabulary import IGNORED

LogProbs = NDArray[np.float64]

BATCH_TOKENS = 4000
WINDOW = 256
"""Tokens of a text that are read at a time."""
MOST_ROWS = 16
LEAST_TOKENS = 4096
"""A text is read in several pieces side by side only where each has so many tokens."""
WARM_UP = 512
"""Tokens before a piece that are read first, so that the state at its beginning is as if all before had been read."""
LIKENESS = 0.5
"""States that differ by a smaller share of their norm are taken for the same. A network that fades differs by less than 0.2,
which changes its loss by less than 1e-6; one that has latched on to something by more than 1."""
MEMORY_SHARE = 8
"""Where a model's `memory` is read first too, a piece is longer by so many times as much."""


def predict_next_tokens(model: LanguageModel, corpus: Corpus, is_text: bool) -> Iterator[LogProbsPrediction]:
    """What a model says of each example of a corpus.

    Args:
        model: Of which no gradient is asked, and not asked any more once this returns.
        corpus: What is scored.
        is_text: Whether it is one running text, the state carried from example to example (`training.is_text`).
    """
    return by_example(score_corpus(model, corpus, is_text), corpus)


def score_corpus(model: LanguageModel, corpus: Corpus, is_text: bool) -> LogProbs:
    """`score_text` or `score_examples`."""
    return score_text(model, corpus) if is_text else score_examples(model, corpus)


def score_text(model: LanguageModel, corpus: Corpus) -> LogProbs:
    """A corpus as one text, the state carried from example to example.

    A long one is read in up to 16 pieces side by side. Each but the first is warmed up on the 512 tokens before it, which
    stands for all that was read before; a recurrent network hardly remembers anything for so long. Where it does, so that
    the piece before ends in quite another state, the piece is read again from that. A model that looks further back
    says so: its attribute `memory` is how many tokens, and as many more are read first. One whose memory is infinite,
    since it learns from all that it reads, reads a text in one piece.

    Args:
        model: Of which no gradient is asked.
        corpus: N tokens.

    Returns:
        `(N,)` log-probabilities in nats, NaN where the vocabulary has no such token.
    """
    ids = corpus.lookup(model.vocabulary)[np.asarray(corpus.targets(0, corpus.size))]  # (N,)
    memory = _memory(model)
    rows = max(1, min(MOST_ROWS, int(len(ids) // (LEAST_TOKENS + MEMORY_SHARE * memory))))
    steps = math.ceil(len(ids) / rows)
    pieces = np.full((rows, steps), IGNORED)
    pieces.ravel()[: len(ids)] = ids
    previous = np.concatenate([[model.begin], pieces[:-1, -1]])  # what stands before each piece
    state = model.start(1)
    if rows > 1:
        before = pieces[:-1, -WARM_UP - int(memory) :]
        state = _joined(state, _read(model, before[:, 0], before[:, 1:], model.start(rows - 1))[1])
    found, ends = _read(model, previous, pieces, state)
    end = select(ends, torch.tensor([0]))
    for row in range(1, rows):
        only = torch.tensor([row])
        begun, here = select(state, only), slice(row, row + 1)
        if _alike(begun, end):
            end = select(ends, only)
        else:
            found[here], end = _read(model, previous[here], pieces[here], end)
    log_probs = found.ravel()[: len(ids)]
    log_probs[ids == IGNORED] = math.nan
    return log_probs


def score_examples(model: LanguageModel, corpus: Corpus) -> LogProbs:
    """Each example of a corpus by itself, with nothing before it. A model of infinite `memory` reads one at a time.

    Args:
        model: Of which no gradient is asked.
        corpus: N tokens.

    Returns:
        `(N,)` log-probabilities in nats, NaN where the vocabulary has no such token.
    """
    lookup, starts = corpus.lookup(model.vocabulary), corpus.starts
    log_probs = np.empty(corpus.size)
    for chosen in plan_batches(np.diff(starts), BATCH_TOKENS, 1 if math.isinf(_memory(model)) else None):
        rows = [lookup[np.asarray(corpus.targets(starts[place], starts[place + 1]))] for place in chosen.tolist()]
        ids, lengths = (torch.from_numpy(each) for each in pad(rows, IGNORED))
        previous = torch.full((len(rows),), model.begin)
        found, _ = model.score(previous, ids, lengths, model.start(len(rows)))
        values = found.double().masked_fill(ids == IGNORED, math.nan).numpy()
        for place, row, length in zip(chosen.tolist(), values, lengths.tolist(), strict=True):
            log_probs[starts[place] : starts[place + 1]] = row[:length]
    return log_probs


def by_example(log_probs: LogProbs, corpus: Corpus) -> Iterator[LogProbsPrediction]:
    """The log-probabilities of a corpus `(N,)`, one prediction for each example."""
    starts = corpus.starts.tolist()
    for start, stop in pairwise(starts):
        yield LogProbsPrediction(tuple(log_probs[start:stop].tolist()))


def _memory(model: LanguageModel) -> float:
    """How many tokens back a model looks besides what fades away."""
    return float(getattr(model, "memory", 0))


def _read(
    model: LanguageModel, previous: NDArray[np.int64], ids: NDArray[np.int64], state: State
) -> tuple[LogProbs, State]:
    """Rows of equal length, `(B, T)`, window by window."""
    found = np.empty(ids.shape)
    before, rows = torch.from_numpy(np.ascontiguousarray(previous)), torch.from_numpy(np.ascontiguousarray(ids))
    for start in range(0, ids.shape[1], WINDOW):
        window = rows[:, start : start + WINDOW]
        log_probs, state = model.score(before, window, torch.full((len(ids),), window.shape[1]), state)
        found[:, start : start + WINDOW] = log_probs.double().numpy()
        before = window[:, -1]
    return found, state


def _alike(one: State, other: State) -> bool:
    """Whether two states differ by so little that it has no influence to speak of."""
    return all(
        float((one[name].double() - tensor.double()).norm()) <= LIKENESS * max(1.0, float(tensor.double().norm()))
        for name, tensor in other.items()
    )


def _joined(first: State, second: State) -> State:
    """The rows of both."""
    return {name: torch.cat([tensor, second[name]]) for name, tensor in first.items()}
