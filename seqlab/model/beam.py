"""Beam search: the best texts that are found when only the best beginnings are followed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from seqlab.interfaces.decoding import Decoding, Generated
from seqlab.interfaces.state import select
from seqlab.model.prefix import Prefix
from seqlab.model.sampling import largest, nothing_left, without


class _Text(NamedTuple):
    """A text as far as it goes: its last token, and the text before it."""

    before: _Text | None
    id: int
    log_prob: float  # of the last token
    total: float  # of all
    length: int
    attention: Tensor | None  # (S,)


class _Search:
    """The search of one row: texts that still grow, best first, and those that are done."""

    def __init__(self, row: int, decoding: Decoding, width: int, end: int | None) -> None:
        self.row = row
        self.decoding = decoding
        self.width = width
        self.end = end
        self.live: list[_Text | None] = [None]  # None: the empty text
        self.done: list[tuple[float, _Text]] = []  # with their scores

    def grow(self, ids: list[list[int]], log_probs: list[list[float]], attention: Tensor | None) -> list[int]:
        """One token further.

        Args:
            ids: `(live, K)`, for each living text the likeliest tokens after it.
            log_probs: `(live, K)`.
            attention: `(live, S)`.

        Returns:
            For each text that lives on, which of those before it goes on from.
        """
        found = [
            (total, parent, place)
            for parent, text in enumerate(self.live)
            for place, log_prob in enumerate(log_probs[parent])
            if (total := (text.total if text else 0.0) + log_prob) > -math.inf
        ]
        found.sort(key=lambda candidate: -candidate[0])  # stable: of equal ones the first
        before, self.live, parents = self.live, [], []
        for total, parent, place in found[: self.width]:
            text, weights = before[parent], None if attention is None else attention[parent]
            length = text.length + 1 if text else 1
            grown = _Text(text, ids[parent][place], log_probs[parent][place], total, length, weights)
            if grown.id == self.end or length == self.decoding.max_length:
                self.done.append((total / self._penalty(length), grown))
            else:
                self.live.append(grown)
                parents.append(parent)
        if self._is_over():
            self.live = []
            return []
        return parents

    def best(self) -> tuple[Generated, ...]:
        """The best texts, best first.

        Raises:
            RunError: SL617 if all have probability 0.
        """
        if not self.done:
            raise nothing_left(self.row)
        ranked = sorted(self.done, key=lambda scored: -scored[0])
        return tuple(self._record(score, text) for score, text in ranked[: self.decoding.n_best])

    def _is_over(self) -> bool:
        """Whether no living text can still be one of the best, or none is likely to.

        Log-probabilities only fall and the penalty only rises with the length, so the best that a text can come to is
        what it has now over the penalty of the longest length. That says little where this length is far off: once as
        many are done as the beam is wide, it is enough that none is one of the best as it stands.
        """
        if not self.live:
            return True
        if len(self.done) < self.decoding.n_best:
            return False
        last = sorted((score for score, _ in self.done), reverse=True)[self.decoding.n_best - 1]
        best = self.live[0]
        assert best is not None
        length = best.length if len(self.done) >= self.width else self.decoding.max_length
        return last >= best.total / self._penalty(length)

    def _penalty(self, length: int) -> float:
        """`lp(Y)` of Wu et al. 2016, equation 14."""
        return float(((5 + length) / 6) ** self.decoding.length_penalty)

    def _record(self, score: float, last: _Text) -> Generated:
        texts: list[_Text] = []
        text: _Text | None = last
        while text is not None:
            texts.append(text)
            text = text.before
        texts.reverse()
        ended = last.id == self.end
        tokens = texts[:-1] if ended else texts
        weights = tuple(tuple(each.attention.tolist()) for each in tokens if each.attention is not None)
        return Generated(
            tuple(each.id for each in tokens),
            tuple(each.log_prob for each in texts),
            ended,
            score,
            weights if last.attention is not None else None,
        )


def beam_search(
    prefix: Prefix, decoding: Decoding, width: int, end: int | None, banned: Sequence[int], first_row: int
) -> list[tuple[Generated, ...]]:
    """For each row the best texts that a beam search finds.

    Each step keeps, of all continuations of the texts that it has, the `width` likeliest. Those that end are put aside,
    and the search goes on with the others until none of them can still become one of the `n_best`; or, once as many are
    aside as the beam is wide, until none of them is one of the best as it stands. A width as large as the number of all
    texts gives the best of all; width 1 is greedy.

    Texts are ranked by `log P(Y) / lp(Y)`, `lp(Y) = ((5 + |Y|) / 6) ** length_penalty`, where |Y| counts `</s>` too. A
    text that is cut at the longest length is ranked as any other. Log-probabilities are the model's own, also where
    symbols are banned: normalised again without them, contexts would win in which the model expects what is banned.

    Args:
        prefix: B rows.
        decoding: Its `max_length`, `length_penalty` and `n_best`.
        width: Its `beam`.
        end: Id of `</s>`; None for texts of the longest length only.
        banned: Ids that must not be in a text.
        first_row: The number of the first row.

    Returns:
        For each row at most `n_best` texts, best first; fewer only where there are no more.

    Raises:
        RunError: SL617 if all texts of a row have probability 0, or the model gives NaN.

    References:
        Wu et al. 2016, "Google's Neural Machine Translation System", section 7, equation 14.
    """
    searches = [_Search(first_row + row, decoding, width, end) for row in range(len(prefix.previous))]
    running, (step, state, previous) = searches, prefix
    while running:
        taken = step(previous, state)
        log_probs = without(taken.log_probs, banned)  # (all living texts, V)
        broken = log_probs.isnan().any(dim=1).tolist()
        if True in broken:
            raise nothing_left([search.row for search in running for _ in search.live][broken.index(True)])
        places = largest(log_probs, min(width, log_probs.shape[1]))  # (all living texts, K)
        ids, values = places.tolist(), log_probs.gather(1, places).tolist()  # as float64
        parents: list[int] = []
        start = 0
        for search in running:
            stop = start + len(search.live)
            weights = None if taken.attention is None else taken.attention[start:stop]
            parents += [start + parent for parent in search.grow(ids[start:stop], values[start:stop], weights)]
            start = stop
        running = [search for search in running if search.live]
        state = select(taken.state, torch.tensor(parents, dtype=torch.long))
        previous = torch.tensor([text.id for search in running for text in search.live if text], dtype=torch.long)
    return [search.best() for search in searches]
