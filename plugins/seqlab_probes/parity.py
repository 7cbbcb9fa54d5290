"""Reader `parity`: one bit of memory that must never be wrong."""

from __future__ import annotations

from itertools import accumulate
from operator import xor

from seqlab import Tags
from seqlab_probes.probe import Draw, Probe
from seqlab_probes.settings import ParitySettings

PARITIES = ("even", "odd")


class Parity(Probe):
    """Grows `1 0 1 1`, tagged `odd odd even odd`."""

    config: ParitySettings

    def grow(self, draw: Draw) -> tuple[tuple[str, ...], Tags]:
        """Bits, from half of the longest length to all of it."""
        shortest = self.config.length // 2
        bits = [draw(2) for _ in range(shortest + draw(self.config.length - shortest + 1))]
        return tuple(map(str, bits)), Tags(tuple(PARITIES[each] for each in accumulate(bits, xor)))
