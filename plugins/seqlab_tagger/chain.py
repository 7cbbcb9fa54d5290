"""The sum over all paths through a chain of states, and how often each state and step stand in it: forward-backward.

A path has the score `start[s_1] + sum_t emissions[t, s_t] + sum_t transitions[s_t, s_{t+1}] + end[s_T]`, a logarithm up to a
constant. The logarithm of the sum of `exp(score)` over all paths is what a conditional random field divides by
(Lafferty, McCallum and Pereira 2001); its gradient are the marginals, which the backward recursion gives.

The recursions run over probabilities that are divided by their sum at every step (Rabiner 1989, section V.A), in numpy and
in float64: several times as fast as logarithms through autograd (`benchmarks/crf.py`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from seqlab_tagger.longest_first import LongestFirst
from seqlab_tagger.viterbi import IMPOSSIBLE, Floats

WIDEST = 200.0
"""Nats between the highest and the lowest score of a step, up to which nothing that matters can underflow.

Where every state may follow every other one, no state falls behind another by more than one step's range. Schemes of spans
forbid steps, but lead from every state to every other one in three: 3 x 200 is less than the 708 of float64.
"""


def log_partition(emissions: Tensor, transitions: Tensor, start: Tensor, end: Tensor, lengths: Tensor) -> Tensor:
    """The logarithm of the sum over all paths of each row: `(B,)`, float64.

    Args:
        emissions: `(B, T, K)`.
        transitions: `(K, K)`: from the row's state to the column's; `IMPOSSIBLE` forbids a step.
        start: `(K,)`.
        end: `(K,)`.
        lengths: `(B,)`, each at least 1.
    """
    with torch.no_grad():
        numbers = _numbers(emissions), _numbers(transitions), _numbers(start), _numbers(end)
        scaled = _ScaledChains(*numbers, lengths.numpy())
    if not scaled.is_safe:
        return _by_logarithms(emissions, transitions, start, end, lengths)
    found: Tensor = _LogPartition.apply(emissions, transitions, start, end, scaled)  # type: ignore[no-untyped-call]
    return found


def marginals(emissions: Tensor, transitions: Tensor, start: Tensor, end: Tensor, lengths: Tensor) -> Tensor:
    """The probability of each state at each position, all paths together: `(B, T, K)`, 0 on padding.

    The arguments are those of `log_partition`.
    """
    with torch.inference_mode(mode=False), torch.enable_grad():
        parts = [each.detach().clone() for each in (emissions, transitions, start, end)]
        parts[0].requires_grad_()
        total = log_partition(parts[0], parts[1], parts[2], parts[3], lengths.clone()).sum()
        return torch.autograd.grad(total, parts[0])[0]


class _ScaledChains:
    """The forward pass, kept for the backward one.

    Args:
        emissions: `(B, T, K)`, and the others as in `log_partition`.
        transitions: `(K, K)`.
        start: `(K,)`.
        end: `(K,)`.
        lengths: `(B,)`.

    Attributes:
        is_safe: Whether the scores are narrow enough, and every row has a path; if not, nothing else counts.
        log_partition: `(B,)`.
    """

    def __init__(
        self, emissions: Floats, transitions: Floats, start: Floats, end: Floats, lengths: np.ndarray[Any, Any]
    ) -> None:
        self.rows = LongestFirst(lengths)
        self.steps = emissions.shape[1]
        factors = self.rows.by_step(emissions)  # (T, B, K)
        tops = factors.max(axis=2)  # (T, B)
        edges = [_exponentials(each) for each in (transitions, start, end)]
        widest = float((tops - factors.min(axis=2)).max()) + max(edge[2] for edge in edges)
        self.is_safe = widest < WIDEST
        if not self.is_safe:
            return
        factors -= tops[:, :, None]
        np.exp(factors, out=factors)
        (self.moves, move, _), (first, begin, _), (self.final, finish, _) = edges
        self.factors = factors
        self.forward = np.zeros_like(factors)  # (T, B, K): sums to 1 over K
        self.sums = np.ones((*factors.shape[:2], 1))
        current = factors[0] * first
        with np.errstate(divide="ignore", invalid="ignore"):  # of a row without any allowed path
            for step, active in enumerate(self.rows.active[:-1]):
                if step:
                    current = np.matmul(self.forward[step - 1, :active], self.moves)
                    current *= factors[step, :active]
                np.add.reduce(current, axis=1, keepdims=True, out=self.sums[step, :active])
                np.divide(current, self.sums[step, :active], out=self.forward[step, :active])
            self.ends = self.forward[self.rows.last, np.arange(len(lengths))] @ self.final  # (B,)
            totals = np.log(self.sums).sum(axis=(0, 2)) + np.log(self.ends) + begin + finish + move * self.rows.last
        self.is_safe = bool(np.isfinite(totals).all())
        real = np.arange(len(factors))[:, None] <= self.rows.last  # (T, B)
        self.log_partition = np.empty(len(lengths))
        self.log_partition[self.rows.order] = totals + (tops * real).sum(axis=0)

    def gradients(self, weights: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Of emissions, transitions, start and end: the marginals, each row times its weight.

        Args:
            weights: `(B,)`.
        """
        sorted_weights = weights[self.rows.order, None]  # (B, 1)
        backward = np.zeros_like(self.factors)  # (T, B, K): what follows, by the sums of what came before
        arriving = np.zeros_like(self.factors)  # the same with the step's own factor
        leaving = np.ascontiguousarray(self.moves.T)
        for step in range(len(self.factors) - 1, -1, -1):
            active, going_on = self.rows.active[step], self.rows.active[step + 1]
            backward[step, going_on:active] = self.final / self.ends[going_on:active, None]
            if step:
                np.multiply(self.factors[step, :active], backward[step, :active], out=arriving[step, :active])
                arriving[step, :active] /= self.sums[step, :active]
                np.matmul(arriving[step, :active], leaving, out=backward[step - 1, :active])
        backward *= self.forward  # the marginals
        backward *= sorted_weights
        arriving *= sorted_weights
        states = self.moves.shape[0]
        pairs = self.forward[:-1].reshape(-1, states).T @ arriving[1:].reshape(-1, states)
        last = backward[self.rows.last, np.arange(len(weights))]
        return (
            self.rows.by_row(backward, self.steps),
            pairs * self.moves,
            backward[0].sum(axis=0),
            last.sum(axis=0),
        )


class _LogPartition(torch.autograd.Function):
    """See `log_partition`: the forward pass is done, the backward pass is done when a gradient is asked for."""

    @staticmethod
    def forward(
        ctx: Any, emissions: Tensor, transitions: Tensor, start: Tensor, end: Tensor, scaled: _ScaledChains
    ) -> Tensor:
        ctx.scaled = scaled
        ctx.types = [each.dtype for each in (emissions, transitions, start, end)]
        return torch.from_numpy(scaled.log_partition)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, weights: Tensor) -> tuple[Tensor | None, ...]:
        found = ctx.scaled.gradients(weights.numpy())
        return (*(torch.from_numpy(each).to(type_) for each, type_ in zip(found, ctx.types, strict=True)), None)


def _by_logarithms(emissions: Tensor, transitions: Tensor, start: Tensor, end: Tensor, lengths: Tensor) -> Tensor:
    """The same for scores of any size."""
    emissions, transitions, start, end = (each.double() for each in (emissions, transitions, start, end))
    scores = start + emissions[:, 0]  # (B, K)
    for step in range(1, int(lengths.max())):
        following = (scores.unsqueeze(2) + transitions).logsumexp(dim=1) + emissions[:, step]
        scores = torch.where((step < lengths).unsqueeze(1), following, scores)
    return (scores + end).logsumexp(dim=1)


def _exponentials(scores: Floats) -> tuple[Floats, float, float]:
    """Exponentials by the highest of them, the logarithm of that one, and the range of all that are not forbidden."""
    possible = scores[scores > IMPOSSIBLE / 2]
    if not len(possible):
        return np.zeros_like(scores), 0.0, np.inf
    top = float(possible.max())
    return np.exp(scores - top), top, top - float(possible.min())


def _numbers(tensor: Tensor) -> Floats:
    return tensor.detach().numpy().astype(np.float64)
