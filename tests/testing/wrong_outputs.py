"""Output layers that each break a law; the right one is `seqlab.testing.stand_ins.PlainOutput`."""

from dataclasses import dataclass

from seqlab import IGNORED, Loss
from seqlab.testing.stand_ins import PlainOutput


@dataclass(frozen=True)
class Settings:
    """None."""


class Scores(PlainOutput):
    """Gives scores in place of log-probabilities."""

    def log_probs(self, hidden):
        return self.projection(hidden)


class MeanLoss(PlainOutput):
    """Gives a mean."""

    def loss(self, hidden, targets):
        loss = super().loss(hidden, targets)
        return Loss(loss.sum / max(loss.count, 1), loss.count)


class CountsEverything(PlainOutput):
    """Counts the targets that are IGNORED."""

    def loss(self, hidden, targets):
        return Loss(super().loss(hidden, targets).sum, len(targets))


class IgnoredIsASymbol(PlainOutput):
    """Takes IGNORED for the first symbol."""

    def target_log_probs(self, hidden, targets):
        return super().target_log_probs(hidden, targets.masked_fill(targets == IGNORED, 0))


class CopiesEmbedding(PlainOutput):
    """Copies the weight that it should share."""

    def __init__(self, config, input_size, vocabulary, embedding=None):
        super().__init__(config, input_size, vocabulary)
        if embedding is not None:
            self.projection.weight.data.copy_(embedding)
