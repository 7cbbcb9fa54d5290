"""Baseline `lead_1`: the first sentence of the source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from seqlab import Baseline, Context, Example, Prediction, TokensPrediction
from seqlab_generate.pairs import Items, source_of


class Lead1(Baseline):
    """The source up to the first token that ends in a point, an exclamation or a question mark; the whole without one.

    The floor of summaries, and a high one where the most important stands first (Nenkova 2005).
    """

    def fit(self, train: Sequence[Example], dev: Sequence[Example], context: Context) -> None:
        """Nothing is learnt."""

    def predict(self, examples: Sequence[Example]) -> Iterator[Prediction]:
        """The first sentence of each."""
        for example in examples:
            yield TokensPrediction(first_sentence(source_of(example)))

    def save(self, folder: Path) -> None:
        """Nothing is written."""

    def load(self, folder: Path) -> None:
        """Nothing is read."""


def first_sentence(tokens: Items) -> Items:
    """Tokens up to the end of the first sentence, its mark among them."""
    end = next((place for place, token in enumerate(tokens) if token.endswith((".", "!", "?"))), len(tokens))
    return tokens[: end + 1]
