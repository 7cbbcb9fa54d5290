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


class ShuffledContext(Control):
    """Each story changes places with another, in one circle of random order, so that none stays where it was."""

    def perturb(self, examples: Sequence[Example], seed: int) -> Sequence[Example]:
        """See `Control.perturb`."""
        stories = list(dict.fromkeys(example.inputs["story"] for example in examples))
        random.Random(seed).shuffle(stories)
        other = dict(zip(stories, stories[1:] + stories[:1], strict=True))
        return [replace(e, inputs={**e.inputs, "story": other[e.inputs["story"]]}) for e in examples]


def _same(examples: Sequence[Example], names: Sequence[str]) -> Sequence[Example]:
    """All with those inputs of the first."""
    return [
        replace(example, inputs={**example.inputs, **{name: examples[0].inputs[name] for name in names}})
        for example in examples
    ]
