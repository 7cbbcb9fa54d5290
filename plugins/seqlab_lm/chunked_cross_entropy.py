"""Softmax over V symbols without a table (N, V): a chunk of rows at a time, in one buffer.

The logits of 700 states over 33,000 words are 92 MB, and the plain form keeps two to four tables of that size. Here only
one chunk of rows stands in memory, and while it is there its gradient is taken. That is faster, too, since the logits are
gone over fewer times (`benchmarks/outputs.py`).

Throughout, the weight of the symbols is the last V rows of a table `(rows, H)`, whose other rows are let alone: an
embedder's table begins with `<pad>`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

ROWS = 384
"""Most rows of a chunk where V is large. With fewer than 200 the matrix products are slow, with more than 400 no faster."""

ELEMENTS = 1 << 20
"""Where V is small, a chunk has more rows: as many as fill a buffer of this size."""


def summed_cross_entropy(
    hidden: Tensor, table: Tensor, bias: Tensor | None, targets: Tensor, size: int, smoothing: float = 0.0
) -> Tensor:
    """Minus the sum of the log-probabilities of targets.

    With smoothing e, each target is 1 - e of itself and e / V of every symbol (Szegedy et al. 2016, section 7).

    Args:
        hidden: `(N, H)`.
        table: `(rows, H)`, at least V rows.
        bias: `(V,)`, or None.
        targets: `(N,)`, ids of symbols, all of them scored.
        size: V.
        smoothing: e.

    Returns:
        A scalar, in nats.
    """
    rows, width = hidden.shape
    if rows * size <= width * (rows + size):  # logits smaller than the gradients that would be kept: characters
        logits = functional.linear(hidden, last_rows(table, size), bias)
        return functional.cross_entropy(logits, targets, reduction="sum", label_smoothing=smoothing)
    total: Tensor = _SummedCrossEntropy.apply(  # type: ignore[no-untyped-call]
        hidden, table, bias, targets, size, smoothing, torch.is_grad_enabled()
    )
    return total


def target_log_probs(hidden: Tensor, weight: Tensor, bias: Tensor | None, targets: Tensor) -> Tensor:
    """The log-probability of each target, `(N,)`. For a gradient each chunk is computed once more.

    Args:
        hidden: `(N, H)`.
        weight: `(V, H)`.
        bias: `(V,)`, or None.
        targets: `(N,)`, ids of symbols.
    """
    if torch.is_grad_enabled():
        chunks = _chunks(len(hidden), len(weight))
        parts = zip(hidden.chunk(chunks), targets.chunk(chunks), strict=True)
        again = partial(checkpoint, _target_log_probs, use_reentrant=False, preserve_rng_state=False)
        return torch.cat([again(each, weight, bias, chosen) for each, chosen in parts])
    found = hidden.new_empty(len(hidden))
    for rows, logits in _logits_of_chunks(hidden, weight, bias):
        chosen = logits.gather(1, targets[rows].unsqueeze(1))  # (n, 1)
        log_total, _ = _exponentiate(logits)
        found[rows] = (chosen - log_total).squeeze(1)
    return found


def log_probs(hidden: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """All log-probabilities `(N, V)`; without a gradient they stand in memory once.

    Args:
        hidden: `(N, H)`.
        weight: `(V, H)`.
        bias: `(V,)`, or None.
    """
    if torch.is_grad_enabled():
        return functional.linear(hidden, weight, bias).log_softmax(dim=1)
    found = hidden.new_empty(len(hidden), len(weight))
    chunks = _chunks(len(hidden), len(weight))
    for each, logits in zip(hidden.chunk(chunks), found.chunk(chunks), strict=True):
        _linear(each, weight, bias, logits)
        logits.sub_(logits.logsumexp(dim=1, keepdim=True))
    return found


def last_rows(table: Tensor, size: int) -> Tensor:
    """The weights of the symbols, `(V, H)`; the table itself if it has no other rows, which spares autograd a copy."""
    return table if len(table) == size else table[len(table) - size :]


class _SummedCrossEntropy(torch.autograd.Function):
    """See `summed_cross_entropy`. Gradients are taken in the forward pass, and scaled in the backward one."""

    @staticmethod
    def forward(
        ctx: Any,
        hidden: Tensor,
        table: Tensor,
        bias: Tensor | None,
        targets: Tensor,
        size: int,
        smoothing: float,
        tracked: bool,
    ) -> Tensor:
        weight = last_rows(table, size)
        of_hidden, of_table, of_bias = (
            torch.zeros_like(each) if each is not None and tracked and needed else None
            for each, needed in zip((hidden, table, bias), ctx.needs_input_grad, strict=False)
        )
        total = hidden.new_zeros(())
        for rows, logits in _logits_of_chunks(hidden, weight, bias):
            chosen = targets[rows].unsqueeze(1)  # (n, 1)
            own = logits.gather(1, chosen)  # (n, 1)
            expected = own if not smoothing else own.lerp(logits.mean(dim=1, keepdim=True), smoothing)
            log_total, sums = _exponentiate(logits)
            total += (log_total - expected).sum()
            if not tracked:
                continue
            # Now the buffer becomes the gradient of the logits: probabilities minus targets.
            logits.mul_(sums.reciprocal_())
            if smoothing:
                logits.sub_(smoothing / size)
            logits.scatter_add_(1, chosen, logits.new_full((1, 1), smoothing - 1).expand_as(chosen))
            if of_hidden is not None:
                torch.mm(logits, weight, out=of_hidden[rows])
            if of_table is not None:
                last_rows(of_table, size).addmm_(logits.t(), hidden[rows])
            if of_bias is not None:
                of_bias += logits.sum(dim=0)
        ctx.save_for_backward(of_hidden, of_table, of_bias)
        return total

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        return (*(None if each is None else each * gradient for each in ctx.saved_tensors), None, None, None, None)


def _logits_of_chunks(hidden: Tensor, weight: Tensor, bias: Tensor | None) -> Iterator[tuple[slice, Tensor]]:
    """The rows of each chunk, and their logits `(n, V)`, which stand in a buffer that the next chunk overwrites."""
    parts = hidden.chunk(_chunks(len(hidden), len(weight)))
    buffer = hidden.new_empty(len(parts[0]), len(weight))
    start = 0
    for part in parts:
        rows = slice(start, start + len(part))
        yield rows, _linear(part, weight, bias, buffer[: len(part)])
        start = rows.stop


def _chunks(rows: int, size: int) -> int:
    """Into how many chunks, all of the same number of rows."""
    return max(1, math.ceil(rows / max(ROWS, ELEMENTS // size)))


def _linear(hidden: Tensor, weight: Tensor, bias: Tensor | None, out: Tensor) -> Tensor:
    if bias is None:
        return torch.mm(hidden, weight.t(), out=out)
    return torch.addmm(bias, hidden, weight.t(), out=out)


def _exponentiate(logits: Tensor) -> tuple[Tensor, Tensor]:
    """Turn logits `(n, V)` into multiples of their probabilities, in place.

    Returns:
        The logarithm of the sum of their exponentials, and the sum that the multiples have, both `(n, 1)`.
    """
    top = logits.amax(dim=1, keepdim=True)  # so that nothing overflows
    sums = logits.sub_(top).exp_().sum(dim=1, keepdim=True)
    return sums.log() + top, sums


def _target_log_probs(hidden: Tensor, weight: Tensor, bias: Tensor | None, targets: Tensor) -> Tensor:
    return -functional.cross_entropy(functional.linear(hidden, weight, bias), targets, reduction="none")
