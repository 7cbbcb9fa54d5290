"""Reader `copy_memory`: letters to keep over a delay."""

from __future__ import annotations

from seqlab import Tags
from seqlab_probes.probe import Draw, Probe
from seqlab_probes.settings import CopyMemorySettings

LETTERS = "abcdefgh"
BLANK, GO = "_", ">"


class CopyMemory(Probe):
    """Grows `c a f _ _ _ _ > > >`, tagged `_ _ _ _ _ _ _ c a f`."""

    config: CopyMemorySettings

    def grow(self, draw: Draw) -> tuple[tuple[str, ...], Tags]:
        """The letters, the delay, and as many signs to repeat them."""
        count, delay = self.config.symbols, self.config.delay
        letters = tuple(LETTERS[draw(len(LETTERS))] for _ in range(count))
        return letters + (BLANK,) * delay + (GO,) * count, Tags((BLANK,) * (count + delay) + letters)
