"""Embedder `word`: one trained vector for each frequent token."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from seqlab import Dropout, Embedded, Embedder, SparseRows, Vocabulary
from seqlab_embed.settings import WordSettings


class WordEmbedder(Embedder):
    """A table of vectors.

    A token seen n times in train is read as `<unk>` with probability z / (z + n) while training, so that the vector
    of `<unk>` is trained (Kiperwasser and Goldberg 2016, section 4). The first vectors are small, since N(0, 1) is far
    too large for a recurrent layer above (`benchmarks/README.md`).
    """

    config: WordSettings

    def __init__(self, config: WordSettings, vocabulary: Vocabulary | None) -> None:
        super().__init__(config, vocabulary)
        if vocabulary is None:
            raise ValueError("embedder 'word' reads tokens only")
        if config.lowercase:
            vocabulary = _lowercased(vocabulary)
        self.vocabulary = vocabulary.restricted(min_count=config.min_count)
        self.output_size = config.size
        kind = SparseRows if config.sparse else nn.Parameter
        self.vectors = kind(torch.randn(len(self.vocabulary), config.size) * config.initial_scale)
        self.dropout = Dropout(config.dropout, config.variational)
        self.embedding_dropout = Dropout(config.embedding_dropout)
        counts = torch.tensor(self.vocabulary.counts, dtype=torch.float32)
        rate = config.word_dropout / (config.word_dropout + counts) if config.word_dropout else torch.zeros_like(counts)
        self.register_buffer("drop_rate", rate, persistent=False)
        self.drop_rate: Tensor

    def features(self, items: Sequence[str]) -> Tensor:
        """Ids `(N,)`."""
        return torch.tensor(self.vocabulary.ids(item.lower() if self.config.lowercase else item for item in items))

    def forward(self, features: Tensor, index: Tensor, lengths: Tensor) -> Embedded:
        """Vectors `(B, T, size)`; see `Embedder.forward`."""
        if self.training and self.config.word_dropout:
            ids = features[index]  # (B, T): each occurrence is dropped for itself
            dropped = torch.rand(ids.shape) < self.drop_rate[ids]
            ids = ids.masked_fill(dropped, self.vocabulary.unknown)
        else:
            ids = features[index]
        vectors = functional.embedding(ids, self.vectors, sparse=self.config.sparse)
        if self.training and self.config.embedding_dropout:
            vectors = vectors * self._kept_rows(ids)
        return Embedded(self.dropout(vectors), lengths)

    def _kept_rows(self, ids: Tensor) -> Tensor:
        """For each position of `(B, T)` 0 or the scale of what is kept, the same wherever a row of the table is read.

        It is dropout of whole rows of the table (Gal and Ghahramani 2016; Merity et al. 2018, section 4.3), drawn for the
        rows that the batch reads alone: a large table costs no more than a small one (`benchmarks/regularisers.py`).
        """
        rows, place = torch.unique(ids, return_inverse=True)  # (R,), (B, T)
        return self.embedding_dropout.mask((len(rows), 1), self.vectors.dtype)[place]  # (B, T, 1)


def _lowercased(vocabulary: Vocabulary) -> Vocabulary:
    counts: Counter[str] = Counter()
    for item, count in zip(vocabulary.items, vocabulary.counts, strict=True):
        counts[item.lower()] += count
    return Vocabulary.of_inputs(counts)
