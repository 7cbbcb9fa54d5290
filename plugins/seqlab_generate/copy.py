"""Baseline `copy`: the source itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from seqlab import Baseline, Context, Example, Prediction, TokensPrediction
from seqlab_generate.pairs import source_of


class Copy(Baseline):
    """Says again what it reads: what names, numbers and punctuation alone are worth."""

    def fit(self, train: Sequence[Example], dev: Sequence[Example], context: Context) -> None:
        """Nothing is learnt."""

    def predict(self, examples: Sequence[Example]) -> Iterator[Prediction]:
        """The source of each."""
        for example in examples:
            yield TokensPrediction(source_of(example))

    def save(self, folder: Path) -> None:
        """Nothing is written."""

    def load(self, folder: Path) -> None:
        """Nothing is read."""
