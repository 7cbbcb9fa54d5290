"""Random choices that are the same on every machine and with every Python."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


class Draw:
    """A seeded source of choices.

    They are made of `random.random()` alone: of all that the module draws, only its numbers are promised to stay the
    same for the same seed (https://docs.python.org/3/library/random.html#notes-on-reproducibility).

    Args:
        seed: Any text.
    """

    def __init__(self, seed: str) -> None:
        self._number = random.Random(seed).random

    def one(self, items: Sequence[Item]) -> Item:
        """One of some items, each as likely as another."""
        return items[int(self._number() * len(items))]

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both among them."""
        return low + int(self._number() * (high - low + 1))

    def happens(self, share: float) -> bool:
        """Whether something happens that does so with this probability."""
        return self._number() < share
