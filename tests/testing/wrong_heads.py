"""A right head, and heads that each break a law."""

from dataclasses import dataclass

from torch import nn
from torch.nn import functional

from seqlab import IGNORED, HeadSettings, LabelsPrediction, Loss, Requirements, ScoringHead, TagsPrediction


@dataclass(frozen=True)
class Settings(HeadSettings):
    """A label from the pooled vector."""

    target = "labels"
    decides_by_scores = True
    requires = Requirements(pooler=True)


class Classifier(ScoringHead):
    """Keeps all laws."""

    def __init__(self, config, sizes, vocabularies, parts):
        super().__init__(config, sizes, vocabularies, parts)
        self.projection = nn.Linear(sizes["main"].pooled, len(vocabularies.target))

    def scores(self, encoded):
        return {"labels": self.projection(encoded.pooled["main"].vector)}

    def loss(self, encoded, batch):
        total = functional.cross_entropy(
            self.scores(encoded)["labels"], batch.target, ignore_index=IGNORED, reduction="sum"
        )
        return Loss(total, int((batch.target != IGNORED).sum()))

    def decide(self, scores, encoded, batch):
        names = self.vocabularies.target.items
        return [LabelsPrediction((names[best],)) for best in scores["labels"].argmax(dim=1).tolist()]


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

    def decide(self, scores, encoded, batch):
        if batch.target is None:
            return super().decide(scores, encoded, batch)
        return [LabelsPrediction((self.vocabularies.target.items[id_],)) for id_ in batch.target.tolist()]


class WrongKind(Classifier):
    """Gives tags for a label."""

    def decide(self, scores, encoded, batch):
        return [TagsPrediction(each.labels) for each in super().decide(scores, encoded, batch)]


class MixesRows(Classifier):
    """Normalises its scores over the batch."""

    def scores(self, encoded):
        scores = super().scores(encoded)["labels"]
        return {"labels": scores - scores.mean(dim=0)}


class DecidesByItself(Classifier):
    """Looks at its own weights, whatever scores it is given."""

    def decide(self, scores, encoded, batch):
        return super().decide(self.scores(encoded), encoded, batch)


class Forgets(Classifier):
    """Has a second matrix that is never trained."""

    def __init__(self, config, sizes, vocabularies, parts):
        super().__init__(config, sizes, vocabularies, parts)
        self.fusion = nn.Linear(3, 3)
