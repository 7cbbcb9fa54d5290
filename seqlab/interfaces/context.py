"""Context: what a learner or a baseline is told about the run that it belongs to."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seqlab.interfaces.records import Vocabularies

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class Context:
    """What a learner or a baseline may know of its run; never the run's folder.

    Args:
        vocabularies: Fitted on train.
        seed: The pipeline's seed. Use `stream` rather than the bare number.
        threads: How many threads torch uses.
        training: The `training:` section of the pipeline.
        build: Builds a component that settings name: `build(part, *arguments)`.
        head: The head's settings of the task: its target, its specials.
    """

    vocabularies: Vocabularies
    seed: int
    threads: int
    training: Any
    build: Callable[..., Any]
    head: Any

    def seed_for(self, purpose: str) -> int:
        """A 63-bit seed for one purpose; streams of different purposes do not meet."""
        digest = hashlib.sha256(f"{self.seed}/{purpose}".encode()).digest()
        return int.from_bytes(digest[:8], "big") >> 1

    def stream(self, purpose: str) -> np.random.Generator:
        """A fresh numpy generator for one purpose: the same seed and purpose give the same numbers."""
        import numpy

        return numpy.random.default_rng(self.seed_for(purpose))
