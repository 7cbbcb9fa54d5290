"""Embedder `vectors`: vectors that were trained elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from seqlab import Dropout, Embedded, Embedder, Vocabulary
from seqlab_embed.vector_files import Row, Vector, read_rows
from seqlab_embed.vectors_settings import VectorsSettings

LOWERED, EXACT = 1, 2
"""How a word of train was found in the file; 0 if it was not."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of train has a vector.

    Args:
        types: Share of the distinct words, 0 to 1.
        tokens: Share of the running words.
    """

    types: float
    tokens: float


class VectorsEmbedder(Embedder):
    """A table that is filled from a file of vectors when it is first used, and saved with the model.

    A word is looked up as it stands, then in lower case. A saved model holds the vectors of the words of train and the
    `keep` first ones of the file, which usually are those of the most frequent words; other words, and those that the
    file lacks, share one trained vector. The file is not read again: where the model is used it may be missing, and
    predictions are the same with and without it. Of words outside of train only 64 bits of a hash are kept.
    """

    config: VectorsSettings

    def __init__(self, config: VectorsSettings, vocabulary: Vocabulary | None) -> None:
        super().__init__(config, vocabulary)
        if vocabulary is None:
            raise ValueError("embedder 'vectors' reads tokens only")
        self.vocabulary = vocabulary
        self.output_size = config.size
        self.unknown = nn.Parameter(torch.zeros(config.size))
        table = torch.zeros(len(vocabulary), config.size)
        if config.trainable:
            self.vectors: Tensor = nn.Parameter(table)
        else:
            self.register_buffer("vectors", table)
        # shapes hang on settings and vocabulary alone, so that a saved model is loaded without the file
        self.register_buffer("found", torch.zeros(len(vocabulary), dtype=torch.uint8))
        self.register_buffer("kept", torch.zeros(config.keep, config.size))
        self.register_buffer("kept_hashes", torch.zeros(config.keep, dtype=torch.int64))  # rising, after the free ones
        self.register_buffer("kept_count", torch.tensor(-1))  # -1: not filled yet
        self.found: Tensor
        self.kept: Tensor
        self.kept_hashes: Tensor
        self.kept_count: Tensor
        self.dropout = Dropout(config.dropout, config.variational)

    def fill(self) -> None:
        """Read the file, unless the tables are filled or loaded already.

        Raises:
            DataError: If it is missing or broken; see `read_rows` and `read_package`.
        """
        if self.kept_count >= 0:
            return
        own = {word: id_ for id_, word in enumerate(self.vocabulary.items) if id_ >= self.vocabulary.specials}
        lowered: dict[str, list[int]] = {}
        for word, id_ in own.items():
            lowered.setdefault(word.lower(), []).append(id_)
        kept: dict[int, Vector] = {}
        table, found = self.vectors.detach().numpy(), self.found.numpy()  # the same memory, row by row far faster
        for word, vector in self._rows():
            exact = own.get(word)
            places = [id_ for id_ in lowered.get(word, ()) if id_ != exact and not found[id_]]
            if exact is not None and found[exact] != EXACT:
                places.append(exact)
            for id_ in places:
                table[id_] = vector()
                found[id_] = EXACT if id_ == exact else LOWERED
            if exact is None and len(kept) < self.config.keep:
                kept.setdefault(_hash(word), vector())
        hashes = sorted(kept)
        if hashes:
            self.kept_hashes[: len(hashes)] = torch.tensor(hashes)
            self.kept[: len(hashes)] = torch.from_numpy(np.stack([kept[each] for each in hashes]))
        self.kept_count.fill_(len(hashes))

    def coverage(self) -> Coverage:
        """How much of train has a vector; of no account before `fill`."""
        found = self.found.bool().numpy()[self.vocabulary.specials :]
        counts = np.array(self.vocabulary.counts[self.vocabulary.specials :])
        return Coverage(float(found.mean()), float(counts[found].sum() / max(counts.sum(), 1)))

    def features(self, items: Sequence[str]) -> Tensor:
        """Places `(N,)`: 0 for words without a vector, then the words of train, then those kept beside them.

        Raises:
            DataError: See `fill`.
        """
        self.fill()
        found = self.found.numpy()
        hashes = self.kept_hashes[: int(self.kept_count)].numpy()
        return torch.tensor([self._place(item, found, hashes) for item in items])

    def _place(self, word: str, found: np.ndarray, hashes: np.ndarray) -> int:
        for form in dict.fromkeys((word, word.lower())):
            id_ = self.vocabulary.id(form)
            if id_ >= self.vocabulary.specials and found[id_]:
                return id_ + 1
            hashed = _hash(form)
            place = int(np.searchsorted(hashes, hashed))
            if place < len(hashes) and hashes[place] == hashed:
                return 1 + len(self.vocabulary) + place
        return 0

    def forward(self, features: Tensor, index: Tensor, lengths: Tensor) -> Embedded:
        """Vectors `(B, T, size)`; see `Embedder.forward`."""
        rows, own = features.unsqueeze(1), len(self.vocabulary)
        words = torch.where(
            rows > 0, functional.embedding((features - 1).clamp(0, own - 1), self.vectors), self.unknown
        )
        if self.config.keep:
            words = torch.where(rows > own, functional.embedding((features - 1 - own).clamp(min=0), self.kept), words)
        return Embedded(self.dropout(functional.embedding(index, words)), lengths)  # from (U, size)

    def _rows(self) -> Iterator[Row]:
        if self.config.path is not None:
            return read_rows(self.config.path, self.config.size)
        from seqlab_embed.spacy_vectors import read_package  # spaCy takes seconds to import

        assert self.config.spacy is not None
        return read_package(self.config.spacy, self.config.size)


def _hash(word: str) -> int:
    """64 bits, signed."""
    return int.from_bytes(blake2b(word.encode(errors="surrogatepass"), digest_size=8).digest(), "little", signed=True)
