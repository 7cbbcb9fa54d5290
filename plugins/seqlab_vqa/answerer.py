"""Heads `answerer` and `story_answerer`: a softmax over the answers of train, from a question and what it is about."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from seqlab import (
    IGNORED,
    Batch,
    Dropout,
    Encoded,
    Encoding,
    LabelsPrediction,
    Loss,
    Parts,
    Pooled,
    Prediction,
    ScoringHead,
    Sizes,
    Vocabularies,
)
from seqlab_vqa.fusion import Fusion
from seqlab_vqa.looks import Looks
from seqlab_vqa.settings import AnswererSettings

ANSWERS = "answers"
LOOK = "look"


class Answerer(ScoringHead):
    """The answer from a fused vector; which input the question is about, the settings say."""

    config: AnswererSettings

    def __init__(
        self, config: AnswererSettings, sizes: Mapping[str, Sizes], vocabularies: Vocabularies, parts: Parts
    ) -> None:
        super().__init__(config, sizes, vocabularies, parts)
        if vocabularies.target is None:
            raise ValueError("an answerer needs a vocabulary of answers")
        self.answers = vocabularies.target
        (self.about,) = (name for name in config.requires.inputs if name != "question")
        question, states = sizes["question"], sizes[self.about].states
        asked, seen = question.pooled or question.states, sizes[self.about].pooled or states
        self.looks = Looks(asked, states, config.size, config.hops) if config.hops else None
        if self.looks is not None:
            asked = seen = config.size
        self.fusion = Fusion(config.fusion, asked, seen, config.size)
        self.dropout = Dropout(config.dropout)
        self.projection = nn.Linear(config.size, len(self.answers))

    def loss(self, encoded: Encoded, batch: Batch) -> Loss:
        """Cross-entropy summed over the questions whose answer train knows, in nats."""
        assert batch.target is not None
        total = functional.cross_entropy(
            self.scores(encoded)[ANSWERS], batch.target, ignore_index=IGNORED, reduction="sum"
        )
        return Loss(total, int((batch.target != IGNORED).sum()))

    def decide(self, scores: Mapping[str, Tensor], encoded: Encoded, batch: Batch) -> list[Prediction]:
        """The likeliest answer, the probabilities of all, and the weights of the last look."""
        rows = scores[ANSWERS].softmax(dim=1).tolist()  # (B, C)
        lengths = encoded.encodings[self.about].lengths.tolist()
        looked: list[tuple[float, ...] | None] = [None] * len(rows)
        if LOOK in scores:
            looked = [tuple(row[:length]) for row, length in zip(scores[LOOK].tolist(), lengths, strict=True)]
        names = self.answers.items
        return [
            LabelsPrediction((names[row.index(max(row))],), dict(zip(names, row, strict=True)), each)
            for row, each in zip(rows, looked, strict=True)
        ]

    def scores(self, encoded: Encoded) -> Mapping[str, Tensor]:
        """Of answers `(B, C)`; and the weights of the last look `(B, T)` where there is one."""
        question, about = encoded.encodings["question"], encoded.encodings[self.about]
        asked = encoded.pooled["question"].vector if "question" in encoded.pooled else question.final  # (B, Q)
        weights = None
        if self.looks is not None:
            asked, seen, weights = self.looks(asked, about)
        else:
            seen = _whole(about, encoded.pooled.get(self.about))
        found = {ANSWERS: self.projection(self.dropout(self.fusion(asked, seen)))}
        return found if weights is None else {**found, LOOK: weights}


def _whole(encoding: Encoding, pooled: Pooled | None) -> Tensor:
    """One vector for all: the pooled one, or the mean of the states `(B, H)`."""
    if pooled is not None:
        return pooled.vector
    real = torch.arange(encoding.states.shape[1]) < encoding.lengths.unsqueeze(1)  # (B, T)
    return (encoding.states * real.unsqueeze(2)).sum(dim=1) / encoding.lengths.unsqueeze(1)
