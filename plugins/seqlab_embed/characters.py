"""The characters of train, and the spelling of words as ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from seqlab import Vocabulary

PADDING, UNKNOWN, BEGIN, END = range(4)
SPECIALS = ("<pad>", "<unk>", "<w>", "</w>")

SHORT_SHARE = 0.8
"""Share of the words that are read as the shorter group; `benchmarks/characters.py` tries others."""


class Characters:
    """Spells words: `<w>`, the ids of their characters, `</w>`, padded on the right with 0.

    Characters are code points, as they stand: no normal form is made, no case is changed. The inventory is a pure
    function of the word vocabulary, so that a saved model has the same one again.

    Args:
        words: Every word of train with its count.
        min_count: Characters that are rarer in the running text of train are unknown.
        max_length: Of a longer word the first and the last half of so many characters are read.
    """

    def __init__(self, words: Vocabulary, min_count: int, max_length: int) -> None:
        counts: Counter[str] = Counter()
        for word, count in zip(words.items[words.specials :], words.counts[words.specials :], strict=True):
            for character in word:
                counts[character] += count
        frequent = sorted((c for c, count in counts.items() if count >= min_count), key=lambda c: (-counts[c], c))
        self.vocabulary = Vocabulary(
            [*SPECIALS, *frequent], [0] * len(SPECIALS) + [counts[c] for c in frequent], UNKNOWN, len(SPECIALS)
        )
        self.head = (max_length + 1) // 2
        self.tail = max_length // 2

    def __len__(self) -> int:
        return len(self.vocabulary)

    def spell(self, words: Sequence[str], least: int = 0) -> tuple[Tensor, Tensor]:
        """The ids of the characters of words.

        Args:
            words: N words; the empty one is spelled by its two ends.
            least: The smallest L.

        Returns:
            Ids `(N, L)` and lengths `(N,)`, ends included.
        """
        spelled = [[BEGIN, *self.vocabulary.ids(self._shortened(word)), END] for word in words]
        lengths = np.array([len(ids) for ids in spelled], dtype=np.int32)
        padded = np.full((len(spelled), max([least, *lengths])), PADDING, dtype=np.int32)
        padded[np.arange(padded.shape[1]) < lengths[:, None]] = np.concatenate(spelled)
        return torch.from_numpy(padded), torch.from_numpy(lengths)

    def _shortened(self, word: str) -> str:
        return word if len(word) <= self.head + self.tail else word[: self.head] + word[-self.tail :]


def first_vectors(characters: int, size: int) -> Tensor:
    """Small vectors to begin with, `(characters, size)`: of length 1 or so; padding and the unknown begin at 0."""
    vectors = torch.randn(characters, size).mul_(size**-0.5)
    vectors[[PADDING, UNKNOWN]] = 0
    return vectors


def read_by_length(features: Tensor, read: Callable[[Tensor], Tensor]) -> Tensor:
    """Read the shorter words of a batch apart from the longer ones, since one long word would make all of them long.

    Args:
        features: `(U, 1 + ...)`, the length of each word in front.
        read: Features `(N, 1 + ...)` -> vectors `(N, D)`.

    Returns:
        `(U, D)`, in the order of the features.
    """
    order = features[:, 0].argsort(stable=True)
    shorter = int(SHORT_SHARE * len(order))
    vectors = torch.cat([read(features[rows]) for rows in (order[:shorter], order[shorter:]) if len(rows)])
    back = torch.empty_like(order)
    back[order] = torch.arange(len(order))
    return vectors.index_select(0, back)
