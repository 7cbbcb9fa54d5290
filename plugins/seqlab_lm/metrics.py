"""Metrics of language models: how surprised they are, for each token or for each character.

A token that is not in the vocabulary, where no `<unk>` stands for it, has no probability; it is not scored, by any system
alike, and the run says how many there are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from seqlab import LogProbsPrediction, Metric, Prediction, Target, Tokens

Counts = NDArray[np.float64]


class LossMetric(Metric):
    """What the metrics of a loss share: the sum of minus the log-probabilities of an example, and what it is divided by."""

    higher_is_better: ClassVar[bool] = False

    def counts(self, prediction: Prediction, gold: Target) -> Counts:
        """Nats of one example, and its scored tokens: `(2,)`.

        Raises:
            TypeError: If the prediction is no log-probabilities of tokens.
            ValueError: If it has not one for each token, and perhaps one for `</s>`.
        """
        values = _log_probs(prediction, gold)
        scored = values[~np.isnan(values)]
        return np.array((-scored.sum(), len(scored)))


class NatsPerToken(LossMetric):
    """Mean of -ln p(token | those before it) over all scored tokens, every `</s>` among them."""

    names: ClassVar[tuple[str, ...]] = ("nats_per_token",)
    unit: ClassVar[str] = "tokens"

    def combine(self, totals: Counts) -> dict[str, Counts]:
        """Nats by tokens."""
        return {"nats_per_token": _mean(totals)}


class Perplexity(LossMetric):
    """e to the nats per token: a uniform choice among so many tokens would be as surprising."""

    names: ClassVar[tuple[str, ...]] = ("perplexity",)
    unit: ClassVar[str] = "tokens"

    def combine(self, totals: Counts) -> dict[str, Counts]:
        """exp(nats by tokens)."""
        return {"perplexity": np.exp(_mean(totals))}


class NatsPerCharacter(LossMetric):
    """Nats for each character of the text, so that models of words and of characters can be compared.

    Where tokens are words, a word has its characters and the blank or line end after it, and `</s>` none of its own.
    """

    names: ClassVar[tuple[str, ...]] = ("nats_per_character",)
    unit: ClassVar[str] = "characters"

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self._blank = 0

    def prepare(self, golds: Sequence[Target]) -> None:
        """See whether the tokens are characters already."""
        self._blank = int(any(len(token) > 1 for gold in golds if isinstance(gold, Tokens) for token in gold.items))

    def counts(self, prediction: Prediction, gold: Target) -> Counts:
        """Nats of one example, and the characters of its scored tokens: `(2,)`."""
        values = _log_probs(prediction, gold)
        assert isinstance(gold, Tokens)
        scored = ~np.isnan(values)
        lengths = np.fromiter((len(token) + self._blank for token in gold.items), np.float64, len(gold))
        return np.array((-values[scored].sum(), lengths[scored[: len(lengths)]].sum()))

    def combine(self, totals: Counts) -> dict[str, Counts]:
        """Nats by characters."""
        return {"nats_per_character": _mean(totals)}


class BitsPerCharacter(NatsPerCharacter):
    """Bits for each character of the text: nats by ln 2."""

    names: ClassVar[tuple[str, ...]] = ("bits_per_character",)

    def combine(self, totals: Counts) -> dict[str, Counts]:
        """Bits by characters."""
        return {"bits_per_character": _mean(totals) / math.log(2)}


def _log_probs(prediction: Prediction, gold: Target) -> Counts:
    if not isinstance(prediction, LogProbsPrediction) or not isinstance(gold, Tokens):
        raise TypeError(f"log-probabilities of tokens are scored, not a {type(prediction).__name__}")
    if len(prediction.log_probs) - len(gold) not in (0, 1):
        raise ValueError(f"{len(prediction.log_probs)} log-probabilities for {len(gold)} tokens")
    return np.array(prediction.log_probs)


def _mean(totals: Counts) -> Counts:
    """The first count by the second; NaN where there is nothing to divide by."""
    undefined = np.full(totals.shape[:-1], math.nan)
    mean: Counts = np.divide(totals[..., 0], totals[..., 1], out=undefined, where=totals[..., 1] > 0)
    return mean
