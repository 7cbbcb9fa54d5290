"""The mean of the weights over the end of training (Polyak and Juditsky 1992): where it begins, and where it stands in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from seqlab.config.pipeline import TrainingSection

DevScore = tuple[float, bool]
"""A dev score, and whether it was the best so far."""


class WeightAverage:
    """The running mean of the weights after each update, from some moment on.

    It begins with the last epochs (`average_last`), or when dev has stalled (`average_after`); it never ends.

    Args:
        settings: The `training:` section.

    Attributes:
        mean: The mean of each tensor of weights; empty until it begins.
        updates: How many updates it holds.
    """

    def __init__(self, settings: TrainingSection) -> None:
        self.settings = settings
        self.mean: list[Tensor] = []
        self.updates = 0
        self._stalled = False
        self._dev: list[DevScore] = []

    def observe(self, scores: Mapping[str, float], improved: bool) -> None:
        """Hear the dev scores, the one that decides first, and whether it is the best so far."""
        after = self.settings.average_after
        if after is None or self._stalled:
            return
        self._dev.append((float(next(iter(scores.values()))), improved))
        self._stalled = has_stalled(self._dev, after)

    def update(self, weights: Sequence[Tensor], epoch: int) -> None:
        """Take in the weights after an update.

        Args:
            weights: The same tensors each time.
            epoch: Complete epochs.
        """
        last = self.settings.average_last
        if not self._stalled and (not last or epoch < self.settings.epochs - last):
            return
        self.updates += 1
        if self.updates == 1:
            self.mean = [weight.clone() for weight in weights]
        else:
            torch._foreach_lerp_(self.mean, list(weights), 1 / self.updates)

    @contextmanager
    def standing_in(self, weights: Sequence[Tensor]) -> Iterator[None]:
        """The mean stands in place of the weights, where there is one; they come back after."""
        if not self.updates:
            yield
            return
        trained = [weight.clone() for weight in weights]
        torch._foreach_copy_(list(weights), self.mean)
        try:
            yield
        finally:
            torch._foreach_copy_(list(weights), trained)

    def state(self) -> Mapping[str, Any]:
        """What a checkpoint must keep besides the mean, as JSON values."""
        return {"updates": self.updates, "stalled": self._stalled, "dev": [list(score) for score in self._dev]}

    def restore(self, state: Mapping[str, Any], mean: Sequence[Tensor]) -> None:
        """Return to what `state` gave.

        Args:
            state: What it gave.
            mean: What `mean` was; of no account where it had not begun.
        """
        self.updates, self._stalled = int(state["updates"]), bool(state["stalled"])
        self._dev = [(float(score), bool(improved)) for score, improved in state["dev"]]
        self.mean = list(mean) if self.updates else []


def has_stalled(dev: Sequence[DevScore], after: int) -> bool:
    """Whether the last dev score is no better than the best of those more than `after` before it.

    It is the trigger of NT-ASGD (Merity et al. 2018, algorithm 1, in the form of the authors' program). Scores may
    go up and down within `after` of them, so that an unlucky one begins nothing.

    Args:
        dev: All scores so far, at least one; the first is the best of its time. Whether more is better shows in them.
        after: n, at least 1.
    """
    *before, (score, improved) = dev
    if improved or len(before) <= after:
        return False
    older = [each for each, best in before[:-after] if best]
    newest = [each for each, best in before if best][-1]
    if newest == older[-1]:
        return True  # the best of all is an old one, and this is no better
    return not (score > older[-1] if newest > older[-1] else score < older[-1])
