"""Generation, written once, over anything that steps: a decoder with its memory, a language model."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from seqlab.interfaces.decoder import Step
from seqlab.interfaces.state import State

Stepper = Callable[[Tensor, State], Step]
"""`(B,)` ids of the tokens before and the state -> the next step."""


def greedy(step: Stepper, state: State, start: Tensor, end: int, max_length: int) -> list[list[int]]:
    """The likeliest token at every step, until `end`.

    Args:
        step: One step further.
        state: The state before the first token.
        start: `(B,)` ids of the tokens before the first: `<s>`.
        end: Id of `</s>`, which is not part of the answer.
        max_length: Most tokens of a row.

    Returns:
        For each row its ids.
    """
    previous = start
    running = torch.ones_like(start, dtype=torch.bool)
    columns: list[Tensor] = []
    for _ in range(max_length):
        taken = step(previous, state)
        previous, state = taken.log_probs.argmax(dim=1), taken.state
        running = running & (previous != end)
        if not bool(running.any()):
            break
        columns.append(torch.where(running, previous, end))
    if not columns:
        return [[] for _ in range(start.shape[0])]
    rows: list[list[int]] = torch.stack(columns, dim=1).tolist()
    return [[id_ for id_ in row if id_ != end] for row in rows]
