"""Control `shuffled_images`: the same questions, or none, of other images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from seqlab import Control, Example, Image


class ShuffledImages(Control):
    """Gives every image the place of another, wherever it stands.

    Distinct images change places in one circle, so that none stays where it was; examples that share an image share
    another one.
    """

    def perturb(self, examples: Sequence[Example], seed: int) -> Sequence[Example]:
        """The examples with other images; see `Control.perturb`."""
        images = list(
            dict.fromkeys(value for each in examples for value in each.inputs.values() if isinstance(value, Image))
        )
        order = np.random.default_rng(seed).permutation(len(images)).tolist()
        other = {images[here]: images[there] for here, there in zip(order, order[1:] + order[:1], strict=True)}
        return [
            replace(
                each,
                inputs={
                    name: other[value] if isinstance(value, Image) else value for name, value in each.inputs.items()
                },
            )
            for each in examples
        ]
