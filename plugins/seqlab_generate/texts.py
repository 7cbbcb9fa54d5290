"""The texts that metrics compare, from tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from seqlab import Metric, Prediction, Target, Tokens, TokensPrediction


def references_of(gold: Target) -> tuple[Tokens, ...]:
    """All that is right.

    Raises:
        TypeError: If it is no tokens.
    """
    given = gold if isinstance(gold, tuple) else (gold,)
    references = tuple(each for each in given if isinstance(each, Tokens))
    if len(references) != len(given) or not references:
        raise TypeError(f"texts are compared with tokens, not with {type(given[0]).__name__ if given else 'nothing'}")
    return references


def tokens_of(prediction: Prediction) -> tuple[str, ...]:
    """What was generated.

    Raises:
        TypeError: If it is no tokens.
    """
    if not isinstance(prediction, TokensPrediction):
        raise TypeError(f"generated tokens are scored, not a {type(prediction).__name__}")
    return prediction.tokens


class TextMetric(Metric):
    """What metrics of whole texts share: words are joined by blanks; where blanks are tokens too, by nothing."""

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self._joint = " "

    def prepare(self, golds: Sequence[Target]) -> None:
        """See whether the tokens are all characters of the texts, blanks among them."""
        every = (token for gold in golds for reference in references_of(gold) for token in reference.items)
        self._joint = "" if " " in every else " "

    def texts(self, prediction: Prediction, gold: Target) -> tuple[str, list[str]]:
        """What was generated, and all that is right."""
        return self._joint.join(tokens_of(prediction)), [self._joint.join(each.items) for each in references_of(gold)]
