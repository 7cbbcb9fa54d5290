"""Sampling: from log-probabilities to the distribution that is drawn from, and the draw itself."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from seqlab.errors import Problem, RunError
from seqlab.interfaces.decoding import Decoding

_ROUNDING = 1e-6
"""By so much a sum of probabilities made in float32 may miss what it is: nine of ten equal symbols do reach 0.9."""

_FEW = 1024
"""So many of the likeliest symbols are sorted first; the others only where these do not reach `top_p`."""


def without(log_probs: Tensor, banned: Sequence[int]) -> Tensor:
    """Forbid symbols. What is left is not normalised, and need not be for anything below.

    Args:
        log_probs: `(B, V)`.
        banned: Ids; a negative one, such as `IGNORED`, is no symbol and forbids nothing.

    Returns:
        `(B, V)`, minus infinity for those that are banned.
    """
    ids = [id_ for id_ in banned if id_ >= 0]
    return log_probs.index_fill(1, torch.tensor(ids), -torch.inf) if ids else log_probs


def largest(values: Tensor, count: int) -> Tensor:
    """Where the largest values stand. Of equal values the first come first, which `torch.topk` does not promise.

    Args:
        values: `(B, N)`, no NaN among them.
        count: K, at most N.

    Returns:
        `(B, K)` places, the largest value first.
    """
    if count == values.shape[1]:
        return values.sort(dim=1, descending=True, stable=True).indices
    best, places = values.topk(count + 1, dim=1)  # with the first that is left out
    if not bool((best[:, 1:] == best[:, :-1]).any()):
        return places[:, :-1]
    least = best[:, -2:-1]  # (B, 1)
    above, equal = values > least, values == least
    kept = above | (equal & (equal.cumsum(dim=1) <= count - above.sum(dim=1, keepdim=True)))
    places = kept.nonzero()[:, 1].view(len(values), count)  # (B, K), in their order
    order = values.gather(1, places).sort(dim=1, descending=True, stable=True).indices
    return places.gather(1, order)


def distribution(log_probs: Tensor, decoding: Decoding) -> Tensor:
    """What is drawn from, after temperature, `top_k` and `top_p`.

    Temperature T makes of p what is proportional to `p ** (1 / T)`. `top_k` keeps the K likeliest symbols, the first of
    equal ones. `top_p` keeps of these, by falling probability, the fewest that together reach it.

    Args:
        log_probs: `(B, V)`, at least one of a row above minus infinity; they need not be normalised.
        decoding: With a temperature above 0.

    Returns:
        Probabilities `(B, V)`, float64.

    References:
        Holtzman et al. 2020, "The Curious Case of Neural Text Degeneration", section 3.1 (nucleus sampling), 5.2
        (temperature) and 5.3 (top-k).
    """
    exact = log_probs.double()
    best = exact.amax(dim=1, keepdim=True)  # taken away, so that the likeliest is finite however small the temperature
    scaled = (exact - best) / decoding.temperature
    probabilities = scaled.softmax(dim=1)
    size = log_probs.shape[1]
    if decoding.top_k is not None and decoding.top_k < size:
        ids = largest(log_probs, decoding.top_k)  # (B, K)
    elif decoding.top_p < 1:
        ids = largest(log_probs, min(_FEW, size))
        if bool((probabilities.gather(1, ids).sum(dim=1) < decoding.top_p).any()):
            ids = largest(log_probs, size)
    else:
        return probabilities
    kept = probabilities.gather(1, ids)
    if decoding.top_p < 1:
        whole = kept.sum(dim=1, keepdim=True) if decoding.top_k is not None else 1.0
        before = functional.pad(kept.cumsum(dim=1)[:, :-1], (1, 0)) / whole  # what the likelier ones hold together
        spare = before >= decoding.top_p - _ROUNDING
        spare[:, 0] = False
        kept = kept.masked_fill(spare, 0.0)
    kept = kept / kept.sum(dim=1, keepdim=True)
    return torch.zeros_like(scaled).scatter(1, ids, kept)


def draw(weights: Tensor, uniform: Tensor) -> Tensor:
    """Draw by the inverse transform: the first symbol whose cumulative weight exceeds `uniform` times their sum.

    A symbol of weight 0 is never drawn: the sum does not grow at it, so it is never the first to exceed anything. And
    since u is below 1, so is u times the sum below the sum, though the sum of a float distribution may be below 1.

    Args:
        weights: `(B, V)`, at least 0, with a sum above 0 in each row.
        uniform: `(B,)`, float64, from 0 to below 1.

    Returns:
        `(B,)` ids.
    """
    cumulative = weights.double().cumsum(dim=1)
    sought = uniform.unsqueeze(1) * cumulative[:, -1:]
    return torch.searchsorted(cumulative, sought, right=True).squeeze(1)


def nothing_left(row: int) -> RunError:
    """The error of a row in which nothing can be chosen.

    Args:
        row: Its number.
    """
    message = f"no token can be chosen for row {row}: all that are allowed have probability 0, or the model gives NaN"
    return RunError(
        Problem("SL617", message, notes=("allow more tokens; a model that gives NaN must be trained anew",))
    )
