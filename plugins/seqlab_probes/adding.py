"""Reader `adding`: two numbers to keep, and to add."""

from __future__ import annotations

import numpy as np

from seqlab import Features, Number
from seqlab_probes.probe import Draw, Probe
from seqlab_probes.settings import AddingSettings

MARK = "*"
GRID = 10**6
"""A number is one of so many even steps from 0 to below 1, so that it is the same wherever it is read."""


class Adding(Probe):
    """Grows `0.512345 0.250000* 0.731000 0.125000*` as vectors (number, mark), whose target is 0.375."""

    config: AddingSettings

    def grow(self, draw: Draw) -> tuple[tuple[str, ...], Number]:
        """Numbers, one of each half marked, and the sum of these two."""
        length = self.config.length
        numbers = [draw(GRID) for _ in range(length)]
        marked = draw(length // 2), length // 2 + draw(length - length // 2)
        tokens = [f"{number / GRID:.6f}" for number in numbers]
        for place in marked:
            tokens[place] += MARK
        return tuple(tokens), Number(sum(numbers[place] for place in marked) / GRID)

    def as_input(self, tokens: tuple[str, ...]) -> Features:
        """`(T, 2)`: the number, and 1 where it is marked."""
        pairs = [(float(token.rstrip(MARK)), token.endswith(MARK)) for token in tokens]
        return Features(np.array(pairs, dtype=np.float32))
