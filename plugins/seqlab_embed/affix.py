"""Embedder `affix`: beginnings, ends and shape of a word, hashed. Almost free, and it reads words never seen."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from seqlab import Dropout, Embedded, Embedder, SparseRows, Vocabulary
from seqlab_embed.affix_settings import AffixSettings


class AffixEmbedder(Embedder):
    """One table of vectors for each beginning, each end and the shape.

    A vector is found by a hash of the affix, so that no vocabulary is needed and an affix never seen in train has a
    place too (Weinberger et al. 2009; as in spaCy's `MultiHashEmbed`). A word shorter than an affix gives the whole word.
    """

    config: AffixSettings

    def __init__(self, config: AffixSettings, vocabulary: Vocabulary | None) -> None:
        super().__init__(config, vocabulary)
        if vocabulary is None:
            raise ValueError("embedder 'affix' reads tokens only")
        self.output_size = config.parts * config.size
        kind = SparseRows if config.sparse else nn.Parameter
        self.vectors = kind(torch.randn(config.parts * config.buckets, config.size) * config.initial_scale)
        self.dropout = Dropout(config.dropout, config.variational)
        self.kinds = _Kinds()

    def features(self, items: Sequence[str]) -> Tensor:
        """Rows of the tables `(N, parts)`."""
        buckets = self.config.buckets
        return torch.tensor(
            [
                [
                    part * buckets + zlib.crc32(affix.encode()) % buckets
                    for part, affix in enumerate(self._affixes(item))
                ]
                for item in items
            ],
            dtype=torch.int64,
        )

    def forward(self, features: Tensor, index: Tensor, lengths: Tensor) -> Embedded:
        """Vectors `(B, T, parts * size)`; see `Embedder.forward`."""
        words = functional.embedding(features, self.vectors, sparse=self.config.sparse).flatten(1)  # (U, parts * size)
        return Embedded(self.dropout(functional.embedding(index, words)), lengths)

    def _affixes(self, word: str) -> list[str]:
        config = self.config
        read = word.lower() if config.lowercase else word
        found = [read[:length] for length in config.prefixes] + [read[-length:] for length in config.suffixes]
        return [*found, shape_of(word, self.kinds)] if config.shape else found


class _Kinds(dict[int, str]):
    """The kind of each character, found out when it is first met; a table for `str.translate`."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        kind = "X" if character.isupper() else "x" if character.isalpha() else "d" if character.isdigit() else character
        self[code] = kind
        return kind


_LONG_RUN = re.compile(r"(.)\1\1+", re.DOTALL)


def shape_of(word: str, kinds: Mapping[int, str] | None = None) -> str:
    """Which kinds of characters follow each other: 'McDonald-2' is 'XxXxx-d'.

    Capitals are X, other letters x, digits d, everything else itself; of a run no more than two are told, so that
    'Smith' and 'Lee' are both 'Xxx'.

    Args:
        word: Any string.
        kinds: The kind of each code point, kept from word to word; None to begin anew.
    """
    return _LONG_RUN.sub(r"\1\1", word.translate(_Kinds() if kinds is None else kinds))
