"""Embedder `sentence`: a vector for each sentence, of the vectors of its words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from seqlab import Dropout, Embedded, Embedder, Vocabulary, words_of
from seqlab_vqa.settings import SentenceSettings

_PADDING = 0
_SCALE = 0.1
"""Of the first vectors, as in Sukhbaatar et al. (2015, section 4.2)."""


class SentenceEmbedder(Embedder):
    """The sum of the vectors of words, weighted by place.

    Each distinct sentence of a batch is read once. The weight of element k of D in word j of J is
    (1 - j / J) - (k / D)(1 - 2 j / J), with j and k from 1 (Sukhbaatar et al. 2015, section 4.1).
    """

    config: SentenceSettings

    def __init__(self, config: SentenceSettings, vocabulary: Vocabulary | None) -> None:
        super().__init__(config, vocabulary)
        if vocabulary is None:
            raise ValueError("embedder 'sentence' reads tokens only")
        self.words = _words_in(vocabulary)
        self.output_size = config.size
        self.vectors = nn.Parameter(torch.randn(len(self.words), config.size) * _SCALE)
        self.places = nn.Parameter(torch.randn(config.places, config.size) * _SCALE) if config.places else None
        self.dropout = Dropout(config.dropout)

    def features(self, items: Sequence[str]) -> Tensor:
        """Ids of the words of each sentence `(N, W)`, padded with 0; a sentence without a word is `<unk>`."""
        rows = [self.words.ids(words_of(item)) or [self.words.unknown] for item in items]
        padded = torch.full((len(rows), max(map(len, rows), default=1)), _PADDING)
        for place, row in enumerate(rows):
            padded[place, : len(row)] = torch.tensor(row)
        return padded

    def forward(self, features: Tensor, index: Tensor, lengths: Tensor) -> Embedded:
        """Vectors `(B, T, size)`; see `Embedder.forward`."""
        real = features != _PADDING  # (U, W)
        weights = self._weights(real) if self.config.order else real.unsqueeze(2).to(self.vectors.dtype)
        read = functional.embedding(features, self.vectors)  # (U, W, D)
        sentences = (read * weights).sum(dim=1)  # (U, D)
        vectors = functional.embedding(index, sentences)  # (B, T, D)
        if self.places is not None:
            vectors = vectors + self._placed(index.shape[1], lengths)
        return Embedded(self.dropout(vectors), lengths)

    def _weights(self, real: Tensor) -> Tensor:
        """`(U, W, D)`, 0 on padding."""
        size, longest = self.config.size, real.shape[1]
        kind = self.vectors.dtype
        word = torch.arange(1, longest + 1, dtype=kind) / real.sum(dim=1, keepdim=True)  # (U, W): j / J
        element = torch.arange(1, size + 1, dtype=kind) / size  # (D,): k / D
        weights = (1 - word).unsqueeze(2) - element * (1 - 2 * word).unsqueeze(2)  # (U, W, D)
        return weights * real.unsqueeze(2)

    def _placed(self, steps: int, lengths: Tensor) -> Tensor:
        """`(B, T, D)`: the vector of each place, counted from the end; 0 for those before the first that has one."""
        assert self.places is not None
        back = lengths.unsqueeze(1) - 1 - torch.arange(steps)  # (B, T), below 0 on padding
        known = (back >= 0) & (back < len(self.places))
        return functional.embedding(back.clamp(0, len(self.places) - 1), self.places) * known.unsqueeze(2)


def _words_in(sentences: Vocabulary) -> Vocabulary:
    counts: Counter[str] = Counter()
    for sentence, count in zip(
        sentences.items[sentences.specials :], sentences.counts[sentences.specials :], strict=True
    ):
        for word in words_of(sentence):
            counts[word] += count
    return Vocabulary.of_inputs(counts)
