"""Subwords: the pieces that words are cut into, learnt on the train split only."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

_KEPT = 100_000
"""Words whose pieces are remembered: all but the rare ones, in memory that does not grow with a stream."""


class Subwords:
    """Cuts words by byte pair encoding (Sennrich et al. 2016, "Neural Machine Translation of Rare Words with Subword Units").

    A word begins as its characters and a blank, the end of the word. Neighbours are merged, of all pairs that can be
    the one that was learnt first, of equal ones the leftmost. So pieces that follow one another are a text:
    `low` and `er ` are `lower`. No character is lost; one that train does not have is a piece by itself.

    Args:
        merges: Pairs of pieces that become one, in the order in which they were learnt.

    Attributes:
        pieces: `pieces(word)` are the pieces of a word.
    """

    def __init__(self, merges: Iterable[Sequence[str]]) -> None:
        self.merges = tuple((first, second) for first, second in merges)
        self._ranks = {pair: rank for rank, pair in enumerate(self.merges)}
        self.pieces = lru_cache(_KEPT)(self._pieces)

    def cut(self, words: Iterable[str]) -> tuple[str, ...]:
        """The pieces of words, one after the other."""
        return tuple(piece for word in words for piece in self.pieces(word))

    def words(self, pieces: Iterable[str]) -> list[tuple[str, int]]:
        """The words that pieces make, each with how many of them it is made of.

        What a decoder generates need not be whole words: the last one may lack its end, and a blank that ends nothing
        belongs to the word after it, if there is one.
        """
        found: list[tuple[str, int]] = []
        text, count = "", 0
        for piece in pieces:
            text, count = text + piece, count + 1
            if piece.endswith(" ") and (word := text.strip(" ")):
                found.append((word, count))
                text, count = "", 0
        return [*found, (word, count)] if (word := text.strip(" ")) else found

    def save(self, path: Path) -> None:
        """Write as JSON, a merge in each line."""
        lines = ",\n".join(json.dumps(pair, ensure_ascii=False) for pair in self.merges)
        path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Subwords:
        """Read what `save` wrote."""
        return cls(json.loads(path.read_text(encoding="utf-8")))

    def _pieces(self, word: str) -> tuple[str, ...]:
        pieces = [*word, " "]
        while len(pieces) > 1:
            ranks = [self._ranks.get(pair, math.inf) for pair in pairwise(pieces)]
            place = ranks.index(best := min(ranks))
            if best == math.inf:
                break
            pieces[place : place + 2] = ["".join(pieces[place : place + 2])]
        return tuple(pieces)
