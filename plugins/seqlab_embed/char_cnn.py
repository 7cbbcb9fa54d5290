"""Embedder `char_cnn`: a word's vector from convolutions over its characters."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from seqlab import Dropout, Embedded, Embedder, Vocabulary
from seqlab_embed.char_settings import CharCNNSettings
from seqlab_embed.characters import PADDING, Characters, first_vectors, read_by_length


class CharCNNEmbedder(Embedder):
    """For each filter the largest answer over all places of a word, not below 0.

    Each distinct word of a batch is read once. The vectors of neighbours are laid end to end and multiplied, which costs
    less than torch's convolution of so few channels (`benchmarks/characters.py`). Only places that lie within the word count; a word that is shorter
    than a filter is seen at its first place, with zeros after its end. Kim et al. 2016, section 2.2, without highway.
    """

    config: CharCNNSettings

    def __init__(self, config: CharCNNSettings, vocabulary: Vocabulary | None) -> None:
        super().__init__(config, vocabulary)
        if vocabulary is None:
            raise ValueError("embedder 'char_cnn' reads tokens only")
        self.characters = Characters(vocabulary, config.min_count, config.max_length)
        self.output_size = config.filters * len(config.widths)
        self.vectors = nn.Parameter(first_vectors(len(self.characters), config.embedding_size))
        self.filters = nn.ModuleList(
            nn.Linear(width * config.embedding_size, config.filters) for width in config.widths
        )
        self.dropout = Dropout(config.dropout, config.variational)

    def features(self, items: Sequence[str]) -> Tensor:
        """`(N, 1 + L)`: the length and the ids of the characters."""
        ids, lengths = self.characters.spell(items, least=max(self.config.widths))
        return torch.cat([lengths.unsqueeze(1), ids], dim=1)

    def forward(self, features: Tensor, index: Tensor, lengths: Tensor) -> Embedded:
        """Vectors `(B, T, filters * widths)`; see `Embedder.forward`."""
        words = read_by_length(features, self._read)  # (U, filters * widths)
        return Embedded(self.dropout(functional.embedding(index, words)), lengths)

    def _read(self, features: Tensor) -> Tensor:
        """`(N, filters * widths)` from the features of N words."""
        sizes = features[:, :1]  # (N, 1)
        longest = max(int(sizes.max()), *self.config.widths)
        read = functional.embedding(features[:, 1 : 1 + longest], self.vectors, padding_idx=PADDING)  # (N, L, E)
        largest = []
        for width, filters in zip(self.config.widths, self.filters, strict=True):
            places = longest - width + 1
            windows = torch.cat([read[:, start : start + places] for start in range(width)], dim=2)
            answers = filters(windows)  # (N, places, filters)
            beyond = torch.arange(places) > (sizes - width).clamp(min=0)  # (N, places)
            largest.append(answers.masked_fill(beyond.unsqueeze(2), -torch.inf).max(dim=1).values)  # (N, filters)
        return torch.cat(largest, dim=1).relu()
