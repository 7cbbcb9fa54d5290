"""Controls: the trained model without its question, or without what the question is about."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from seqlab import Control, Example


class QuestionOnly(Control):
    """The image or story of the first example for all: the question is all that is left to know."""

    def perturb(self, examples: Sequence[Example], seed: int) -> Sequence[Example]:
        """See `Control.perturb`."""
        return _same(examples, [name for example in examples[:1] for name in example.inputs if name != "question"])


class ImageOnly(Control):
    """The question of the first example for all: the image is all that is left to know."""

    def perturb(self, examples: Sequence[Example], seed: int) -> Sequence[Example]:
        """See `Control.perturb`."""
        return _same(examples, ["question"])


class ShuffledImages(Control):
    """Each image's questions are asked of another image of the split."""

    def perturb(self, examples: Sequence[Example], seed: int) -> Sequence[Example]:
        """See `Control.perturb`."""
        return _shuffled(examples, "image", seed)


class ShuffledContext(Control):
    """Each question is asked of the story of another."""

    def perturb(self, examples: Sequence[Example], seed: int) -> Sequence[Example]:
        """See `Control.perturb`."""
        return _shuffled(examples, "story", seed)


def _same(examples: Sequence[Example], names: Sequence[str]) -> Sequence[Example]:
    """All with those inputs of the first."""
    return [
        replace(example, inputs={**example.inputs, **{name: examples[0].inputs[name] for name in names}})
        for example in examples
    ]


def _shuffled(examples: Sequence[Example], name: str, seed: int) -> Sequence[Example]:
    """The values of an input in a circle of random order, so that each distinct one becomes another, the same for all."""
    values = list(dict.fromkeys(example.inputs[name] for example in examples))
    random.Random(seed).shuffle(values)
    other = dict(zip(values, values[1:] + values[:1], strict=True))
    return [replace(e, inputs={**e.inputs, name: other[e.inputs[name]]}) for e in examples]
