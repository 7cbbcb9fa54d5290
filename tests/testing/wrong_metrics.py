"""A right metric, and metrics that each break a law."""

from dataclasses import dataclass
from operator import eq

import numpy as np

from seqlab import Metric, MetricSettings


@dataclass(frozen=True)
class Settings(MetricSettings):
    """Of tags."""

    targets = ("tags",)


class Share(Metric):
    """Keeps all laws: the share of right tags."""

    names = ("share",)
    is_rate = True

    def counts(self, prediction, gold):
        return np.array([sum(map(eq, prediction.tags, gold.items)), len(gold)], dtype=float)

    def combine(self, totals):
        return {"share": totals[..., 0] / totals[..., 1]}


class Accumulates(Share):
    """Adds every example to those before."""

    def __init__(self, config):
        super().__init__(config)
        self.total = np.zeros(2)

    def counts(self, prediction, gold):
        self.total = self.total + super().counts(prediction, gold)
        return self.total


class FirstAxis(Share):
    """Looks for the counts in the first axis."""

    def combine(self, totals):
        return {"share": totals[0] / totals[1] if totals.ndim == 1 else totals[..., 0] / totals[..., 1].sum()}


class LowerIsBetter(Share):
    """Says that less is better."""

    higher_is_better = False


class PerCent(Share):
    """Gives per cent for a rate."""

    def combine(self, totals):
        return {"share": 100 * totals[..., 0] / totals[..., 1]}


class OtherName(Share):
    """Gives a name that it does not declare."""

    names = ("precision",)


class HeedsNoWeights(Share):
    """Scores every sample alike."""

    def from_examples(self, counts, weights):
        return {"share": np.full(len(weights), counts[:, 0].sum() / counts[:, 1].sum())}


class OnlyOfOneLength(Share):
    """Counts each token for itself."""

    def counts(self, prediction, gold):
        return np.array([tag == other for tag, other in zip(prediction.tags, gold.items, strict=True)], dtype=float)
