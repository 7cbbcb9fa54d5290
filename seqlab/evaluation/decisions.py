"""What was decided and what was right: the view of predictions that tests, slices and lists of errors share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqlab.interfaces.records import (
    Labels,
    LabelsPrediction,
    Prediction,
    Tags,
    TagsPrediction,
    Target,
    Tokens,
    TokensPrediction,
)


def decisions(prediction: Prediction, gold: Target | None) -> list[tuple[str, str]] | None:
    """Gold and predicted of each decision of one example, as text; equal where the prediction is right.

    Args:
        prediction: What a system said.
        gold: What is right.

    Returns:
        One pair for each tag, or one for the example; a generated text is right if any reference is the same. None
        where predictions are neither right nor wrong (log-probabilities).
    """
    if isinstance(gold, Tags) and isinstance(prediction, TagsPrediction):
        return list(zip(gold.items, prediction.tags, strict=True))
    if isinstance(gold, Labels) and isinstance(prediction, LabelsPrediction):
        return [(", ".join(sorted(gold.items)), ", ".join(sorted(prediction.labels)))]
    if isinstance(prediction, TokensPrediction) and isinstance(gold, Tokens | tuple):
        said = " ".join(prediction.tokens)
        accepted = [" ".join(each.items) for each in (gold if isinstance(gold, tuple) else (gold,))]
        return [(said if said in accepted else accepted[0] if accepted else "", said)]
    return None


@dataclass(frozen=True, slots=True)
class Rightness:
    """Which decisions of a system are right, all examples one after the other.

    Args:
        right: `(T,)` bool, one for each of T decisions.
        owner: `(T,)`: the number of the example that each decision belongs to.
        examples: N, how many examples there are.
    """

    right: NDArray[np.bool_]
    owner: NDArray[np.intp]
    examples: int

    def whole(self) -> NDArray[np.bool_]:
        """Examples in which every decision is right: `(N,)` bool."""
        errors = np.bincount(self.owner[~self.right], minlength=self.examples)  # (N,)
        return np.equal(errors, 0)


def rightness(predictions: Sequence[Prediction], golds: Sequence[Target]) -> Rightness | None:
    """Which decisions of a system are right; None where predictions are neither right nor wrong.

    Args:
        predictions: One for each gold target.
        golds: What is right.
    """
    right: list[bool] = []
    lengths: list[int] = []
    for prediction, gold in zip(predictions, golds, strict=True):
        pairs = decisions(prediction, gold)
        if pairs is None:
            return None
        right += [truth == said for truth, said in pairs]
        lengths.append(len(pairs))
    return Rightness(np.array(right, bool), np.repeat(np.arange(len(golds)), lengths), len(golds))
