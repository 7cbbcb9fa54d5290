"""Reader `counting`: what a finite automaton cannot tell, a^n b^n."""

from __future__ import annotations

from seqlab_probes.probe import Draw, Probe
from seqlab_probes.settings import CountingSettings


class Counting(Probe):
    """Grows `a a a b b b a b a a b b`: after the first b of a block all is certain, up to the first b of the next."""

    config: CountingSettings

    def grow(self, draw: Draw) -> tuple[tuple[str, ...], None]:
        """The blocks, one after the other; the next token is the target."""
        sizes = [1 + draw(self.config.longest) for _ in range(self.config.blocks)]
        return tuple(letter for size in sizes for letter in "a" * size + "b" * size), None
