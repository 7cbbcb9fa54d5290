"""Generation, written once, for whatever steps: a language model, a decoder with its memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from seqlab.interfaces.decoding import Decoding, Generated
from seqlab.interfaces.state import select
from seqlab.model.beam import beam_search
from seqlab.model.prefix import Prefix
from seqlab.model.sampling import distribution, draw, nothing_left, without


class Chosen(NamedTuple):
    """One step of generation, for the rows that had not ended before it.

    Args:
        rows: Their numbers, rising.
        ids: The token of each; `</s>` where the row ends with it.
        log_probs: Of each token under the model as it is, in nats.
        attention: `(len(rows), S)`, or None.
    """

    rows: list[int]
    ids: list[int]
    log_probs: list[float]
    attention: Tensor | None


@torch.no_grad()
def generate(
    prefix: Prefix,
    decoding: Decoding,
    *,
    end: int | None = None,
    banned: Sequence[int] = (),
    seed: int = 0,
    first_row: int = 0,
) -> list[tuple[Generated, ...]]:
    """Go on from a prefix.

    Args:
        prefix: What was read: of `read_prompts`, of `begin_decoding`. B rows.
        decoding: How the tokens are chosen.
        end: Id of `</s>`, at which a row ends; None where a text has no end but its longest length.
        banned: Ids that are never chosen (`<unk>`); what is left is normalised before it is drawn from.
        seed: What is drawn is a function of the seed and the row's number: not of the other rows. At least 0.
        first_row: The number of the first row, so that a call may make a part of what belongs together.

    Returns:
        For each row what was generated, best first: one text, or up to `n_best` of a beam search.

    Raises:
        RunError: SL617 if nothing can be chosen: all that is not banned has probability 0, or the model gave NaN.
    """
    if decoding.beam is not None:
        return beam_search(prefix, decoding, decoding.beam, end, banned, first_row)
    texts = [_Text() for _ in prefix.previous]
    for chosen in generate_steps(prefix, decoding, end=end, banned=banned, seed=seed, first_row=first_row):
        weights = chosen.attention.tolist() if chosen.attention is not None else [None] * len(chosen.rows)
        for row, id_, log_prob, attention in zip(chosen.rows, chosen.ids, chosen.log_probs, weights, strict=True):
            texts[row].add(id_, log_prob, attention)
    return [(text.record(end),) for text in texts]


def generate_steps(
    prefix: Prefix,
    decoding: Decoding,
    *,
    end: int | None = None,
    banned: Sequence[int] = (),
    seed: int = 0,
    first_row: int = 0,
) -> Iterator[Chosen]:
    """The same while it is made, a step at a time, as it is shown in a terminal.

    Args:
        prefix: As in `generate`, and so are the others.
        decoding: Without a beam, which knows its first token only at the end.
        end: Id of `</s>`.
        banned: Ids that are never chosen.
        seed: Of what is drawn.
        first_row: The number of the first row.

    Yields:
        What was chosen for the rows that have not ended, at most `max_length` times.

    Raises:
        ValueError: If `decoding` has a beam.
        RunError: SL617 if nothing can be chosen.
    """
    if decoding.beam is not None:
        raise ValueError("a beam search has no steps to show: it knows its first token only at the end")
    return _steps(prefix, decoding, end, banned, seed, first_row)


@torch.no_grad()
def _steps(
    prefix: Prefix, decoding: Decoding, end: int | None, banned: Sequence[int], seed: int, first_row: int
) -> Iterator[Chosen]:
    rows = list(range(len(prefix.previous)))
    greedy = decoding.temperature == 0
    streams = [] if greedy else [_stream(seed, first_row + row) for row in rows]
    step, state, previous = prefix
    for _ in range(decoding.max_length):
        if not rows:
            return
        taken = step(previous, state)
        allowed = without(taken.log_probs, banned)
        best, previous = allowed.max(dim=1)
        possible = best > -torch.inf  # False for NaN too
        if not bool(possible.all()):
            raise nothing_left(first_row + rows[possible.tolist().index(False)])
        if not greedy:
            uniform = torch.tensor([streams[row].random() for row in rows], dtype=torch.float64)
            previous = draw(distribution(allowed, decoding), uniform)
        ids = previous.tolist()
        log_probs = taken.log_probs.gather(1, previous.unsqueeze(1)).squeeze(1)
        yield Chosen(rows, ids, log_probs.tolist(), taken.attention)
        state = taken.state
        if end in ids:
            going = [place for place, id_ in enumerate(ids) if id_ != end]
            rows = [rows[place] for place in going]
            places = torch.tensor(going, dtype=torch.long)
            state, previous = select(state, places), previous.index_select(0, places)


def _stream(seed: int, row: int) -> np.random.Generator:
    """Numbers of one row. Not from torch's generator, which looks at 32 bits of a seed: rows would meet."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(row,)))


class _Text:
    """A text while it grows."""

    def __init__(self) -> None:
        self.ids: list[int] = []
        self.log_probs: list[float] = []
        self.attention: list[tuple[float, ...]] = []

    def add(self, id_: int, log_prob: float, attention: list[float] | None) -> None:
        self.ids.append(id_)
        self.log_probs.append(log_prob)
        if attention is not None:
            self.attention.append(tuple(attention))

    def record(self, end: int | None) -> Generated:
        ended = bool(self.ids) and self.ids[-1] == end
        length = len(self.ids) - ended
        attention = tuple(self.attention[:length]) if self.attention else None
        return Generated(tuple(self.ids[:length]), tuple(self.log_probs), ended, sum(self.log_probs), attention)
