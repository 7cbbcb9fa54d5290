"""Gradients through time that one can look at: the encoder is stepped token by token, and walked back by hand.

The recurrence is that of training, since a step is a batch of one token with the state given.
"""

from __future__ import annotations

from typing import TypeAlias

import torch
from torch import Tensor

from seqlab.interfaces.diagnosis import GradientFlow
from seqlab.interfaces.encoder import Encoder, Encoding
from seqlab.interfaces.head import Encoded
from seqlab.interfaces.records import Batch
from seqlab.interfaces.state import State
from seqlab.model.network import InputStack, Network

Stepped: TypeAlias = tuple[State, Encoding]
"""The state that a step was given, and what it gave."""


def gradient_flow(network: Network, batch: Batch) -> GradientFlow:
    """Look at the gradient of the loss of a batch.

    Args:
        network: With one input, `main`, whose encoder goes on from a state; in eval mode. In float64, or small gradients
            vanish twice.
        batch: Rows of equal length T, whose only targets are those of the last token (or of the example).

    Returns:
        The flow for lags 0 to T - 1. Lag 0 is the gradient with respect to what the last step gave the head, states and
        state; all others are those of the carried state.
    """
    stack = network.inputs["main"]
    assert isinstance(stack, InputStack)
    with torch.no_grad():
        vectors = stack.embed(batch.inputs["main"]).vectors
    steps = _stepped(stack.encoder, vectors)
    states = torch.cat([encoding.states for _, encoding in steps], dim=1).detach().requires_grad_()  # (B, T, H)
    state = {name: tensor.detach().requires_grad_() for name, tensor in steps[-1][1].state.items()}
    whole = Encoding(states, states[:, -1], batch.inputs["main"].lengths, state)
    vector = stack.pool(whole)
    loss = network.head.loss(Encoded({"main": whole}, {} if vector is None else {"main": vector}), batch)
    reached, *last = torch.autograd.grad(loss.sum, [states, *state.values()], allow_unused=True, materialize_grads=True)
    return _walked_back(stack.encoder, steps, reached, dict(zip(state, last, strict=True)))


def _stepped(encoder: Encoder, vectors: Tensor) -> list[Stepped]:
    """One step for each of `(B, T, D)`, each with a graph of its own."""
    ones = torch.ones(len(vectors), dtype=torch.int64)
    steps: list[Stepped] = []
    for place in range(vectors.shape[1]):
        given: State = {}
        if steps:
            given = {name: tensor.detach().requires_grad_() for name, tensor in steps[-1][1].state.items()}
        steps.append((given, encoder(vectors[:, place : place + 1], ones, given or None)))
    return steps


def _walked_back(encoder: Encoder, steps: list[Stepped], reached: Tensor, carried: State) -> GradientFlow:
    """From the last step to the first.

    Args:
        encoder: Of the steps.
        steps: T of them.
        reached: The gradient of the loss with respect to the states that the head saw, `(B, T, H)`.
        carried: That with respect to the last state, by which a decoder begins.
    """
    weights = [parameter for parameter in encoder.parameters() if parameter.requires_grad]
    norms, parts = [_norms({"states": reached[:, -1], **carried})], []
    for place in range(len(steps) - 1, -1, -1):
        given, encoding = steps[place]
        ends = [(encoding.states, reached[:, place : place + 1])]
        ends += [(encoding.state[name], gradient) for name, gradient in carried.items()]
        ends = [(tensor, gradient) for tensor, gradient in ends if tensor.requires_grad]
        found = torch.autograd.grad(
            [tensor for tensor, _ in ends],
            [*given.values(), *weights],
            [gradient for _, gradient in ends],
            allow_unused=True,
            materialize_grads=True,
        )
        carried = dict(zip(given, found, strict=False))
        parts.append(torch.cat([gradient.flatten() for gradient in found[len(given) :]]))
        if place:
            norms.append(_norms(carried))
    median, low, high = torch.stack(norms).quantile(torch.tensor([0.5, 0.1, 0.9], dtype=norms[0].dtype), dim=1).tolist()
    by_lag = torch.stack(parts)  # (T, all weights)
    sizes = by_lag.norm(dim=1)
    missing = (by_lag.sum(dim=0) - by_lag.cumsum(dim=0)).norm(dim=1)
    return GradientFlow(
        examples=len(reached),
        median=tuple(median),
        low=tuple(low),
        high=tuple(high),
        share=tuple((sizes / sizes.sum()).tolist()),
        bias=tuple((missing / by_lag.sum(dim=0).norm()).tolist()),
    )


def _norms(state: State) -> Tensor:
    """`(B,)`: of all that belongs to a row."""
    norms: Tensor = torch.linalg.vector_norm(torch.cat([tensor.flatten(1) for tensor in state.values()], dim=1), dim=1)
    return norms
