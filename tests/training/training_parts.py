"""A plugin for tests: a language-model head that shares the embedder's vectors, and keeps a buffer without dimensions."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch.nn import functional

from seqlab import IGNORED, Head, HeadSettings, LogProbsPrediction, Loss, Registrar, Requirements, hookimpl


@dataclass(frozen=True)
class TiedSettings(HeadSettings):
    """The next token, by the vectors of the embedder."""

    target = "next_token"
    requires = Requirements(causal=True)
    default_metrics = ("accuracy",)
    output_specials = ("</s>",)


class Tied(Head):
    def __init__(self, config, sizes, vocabularies, parts):
        super().__init__(config, sizes, vocabularies, parts)
        self.vectors = parts.embedders["main"][0].vectors
        inputs = vocabularies.inputs["main"]
        self.register_buffer("rows", torch.tensor(inputs.ids(vocabularies.target.items)), persistent=False)
        self.register_buffer("seen", torch.tensor(0))

    def scores(self, encoded):
        return encoded.encodings["main"].states @ self.vectors[self.rows].T

    def loss(self, encoded, batch):
        self.seen += 1
        scores = self.scores(encoded).flatten(0, 1)
        total = functional.cross_entropy(scores, batch.target.flatten(), ignore_index=IGNORED, reduction="sum")
        return Loss(total, int((batch.target != IGNORED).sum()))

    def predict(self, encoded, batch):
        torch.rand(3)  # as a head that draws its answer would
        log_probs = self.scores(encoded).log_softmax(dim=2).gather(2, batch.target.clamp(min=0).unsqueeze(2))
        rows = zip(log_probs.squeeze(2).tolist(), batch.target_lengths.tolist(), strict=True)
        return [LogProbsPrediction(tuple(row[:length])) for row, length in rows]


@hookimpl
def seqlab_register_components(registry: Registrar) -> None:
    registry.head("tied", Tied, config=TiedSettings)
