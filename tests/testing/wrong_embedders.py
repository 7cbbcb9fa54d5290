"""A right embedder, and embedders that each break a law."""

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from seqlab import Embedded, Embedder, EmbedderSettings

D = 4


@dataclass(frozen=True)
class Settings(EmbedderSettings):
    """None."""


class Table(Embedder):
    """Keeps all laws: one vector for each known word."""

    def __init__(self, config, vocabulary):
        super().__init__(config, vocabulary)
        self.vocabulary = vocabulary
        self.output_size = D
        self.vectors = nn.Parameter(torch.randn(len(vocabulary), D))

    def features(self, items):
        return torch.tensor(self.vocabulary.ids(items))

    def forward(self, features, index, lengths):
        return Embedded(functional.embedding(features[index], self.vectors), lengths)


class SeesNeighbours(Table):
    """Adds the vector before."""

    def forward(self, features, index, lengths):
        vectors = functional.embedding(features[index], self.vectors)
        return Embedded(vectors + functional.pad(vectors, (0, 0, 1, 0))[:, :-1], lengths)


class Centred(Table):
    """Takes the mean over the words of the batch away from each."""

    def forward(self, features, index, lengths):
        table = functional.embedding(features, self.vectors)
        return Embedded((table - table.mean(dim=0))[index], lengths)


class OnlyKnown(Table):
    """Has no vector for an unknown word."""

    def features(self, items):
        return torch.tensor([self.vocabulary.items.index(item) for item in items])


class TrainsInFeatures(Table):
    """Looks its vectors up where nothing is trained."""

    def features(self, items):
        return self.vectors[self.vocabulary.ids(items)]

    def forward(self, features, index, lengths):
        return Embedded(features[index], lengths)
