"""A right head, and heads that each break a law."""

from dataclasses import dataclass

from torch import nn
from torch.nn import functional

from seqlab import IGNORED, Head, HeadSettings, LabelsPrediction, Loss, Requirements, TagsPrediction


@dataclass(frozen=True)
class Settings(HeadSettings):
    """A label from the pooled vector."""

    target = "labels"
    requires = Requirements(pooler=True)


class Classifier(Head):
    """Keeps all laws."""

    def __init__(self, config, sizes, vocabularies, parts):
        super().__init__(config, sizes, vocabularies, parts)
        self.projection = nn.Linear(sizes["main"].pooled, len(vocabularies.target))

    def scores(self, encoded):
        return self.projection(encoded.pooled["main"].vector)

    def loss(self, encoded, batch):
        total = functional.cross_entropy(self.scores(encoded), batch.target, ignore_index=IGNORED, reduction="sum")
        return Loss(total, int((batch.target != IGNORED).sum()))

    def predict(self, encoded, batch):
        names = self.vocabularies.target.items
        return [LabelsPrediction((names[best],)) for best in self.scores(encoded).argmax(dim=1).tolist()]


class MeanLoss(Classifier):
    """Gives a mean."""

    def loss(self, encoded, batch):
        loss = super().loss(encoded, batch)
        return Loss(loss.sum / loss.count, loss.count)


class CountsRows(Classifier):
    """Counts rows, labels that are unknown to train among them."""

    def loss(self, encoded, batch):
        return Loss(super().loss(encoded, batch).sum, len(batch))


class LooksAtTargets(Classifier):
    """Says what is right, where that is known."""

    def predict(self, encoded, batch):
        if batch.target is None:
            return super().predict(encoded, batch)
        return [LabelsPrediction((self.vocabularies.target.items[id_],)) for id_ in batch.target.tolist()]


class WrongKind(Classifier):
    """Gives tags for a label."""

    def predict(self, encoded, batch):
        return [TagsPrediction(each.labels) for each in super().predict(encoded, batch)]


class MixesRows(Classifier):
    """Normalises its scores over the batch."""

    def scores(self, encoded):
        scores = super().scores(encoded)
        return scores - scores.mean(dim=0)


class Forgets(Classifier):
    """Has a second matrix that is never trained."""

    def __init__(self, config, sizes, vocabularies, parts):
        super().__init__(config, sizes, vocabularies, parts)
        self.fusion = nn.Linear(3, 3)
