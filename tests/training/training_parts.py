"""A plugin for tests: a language-model head that shares the embedder's vectors, and keeps a buffer without dimensions."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch.nn import functional

from seqlab import (
    IGNORED,
    HeadSettings,
    Loss,
    NextTokenHead,
    OutputLayer,
    Registrar,
    Requirements,
    hookimpl,
)


@dataclass(frozen=True)
class TiedSettings(HeadSettings):
    """The next token, by the vectors of the embedder."""

    target = "next_token"
    requires = Requirements(causal=True)
    default_metrics = ("accuracy",)
    output_specials = ("</s>",)


class TiedOutput(OutputLayer):
    def __init__(self, config, input_size, vocabulary, embedding):
        super().__init__(config, input_size, vocabulary, embedding)
        self.weight = embedding
        self.register_buffer("seen", torch.tensor(0))

    def scores(self, hidden):
        return hidden @ self.weight[-len(self.vocabulary) :].T

    def loss(self, hidden, targets):
        self.seen += 1
        total = functional.cross_entropy(self.scores(hidden), targets, ignore_index=IGNORED, reduction="sum")
        return Loss(total, int((targets != IGNORED).sum()))

    def log_probs(self, hidden):
        return self.scores(hidden).log_softmax(dim=1)

    def target_log_probs(self, hidden, targets):
        torch.rand(3)  # as a layer that draws its answer would
        return self.log_probs(hidden).gather(1, targets.clamp(min=0).unsqueeze(1)).squeeze(1)


class Tied(NextTokenHead):
    def __init__(self, config, sizes, vocabularies, parts):
        super().__init__(config, sizes, vocabularies, parts)
        table = parts.embedders["main"][0].vectors
        self.output = TiedOutput(None, sizes["main"].states, vocabularies.target, table)


@hookimpl
def seqlab_register_components(registry: Registrar) -> None:
    registry.head("tied", Tied, config=TiedSettings)
