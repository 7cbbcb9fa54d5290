"""Head: the task's layer. Loss, prediction, and which metrics and baselines belong to the task."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor, nn

from seqlab.interfaces.decoder import Decoder
from seqlab.interfaces.embedder import Embedder
from seqlab.interfaces.encoder import Encoding
from seqlab.interfaces.output import Loss, OutputLayer
from seqlab.interfaces.pooler import Pooled
from seqlab.interfaces.records import Batch, LogProbsPrediction, Prediction, Vocabularies
from seqlab.interfaces.vocabulary import IGNORED


@dataclass(frozen=True, slots=True)
class Encoded:
    """What a head sees, by input name; a single input is called `main`.

    Args:
        encodings: States of each input.
        pooled: One vector of each input that has a pooler.
    """

    encodings: Mapping[str, Encoding]
    pooled: Mapping[str, Pooled]


@dataclass(frozen=True, slots=True)
class Sizes:
    """Widths of one input.

    Args:
        states: H of its encoder.
        pooled: Width of its pooled vector; None without a pooler.
    """

    states: int
    pooled: int | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """What a head may build and borrow.

    Args:
        build: Builds a component of the head's settings: `build(config.decoder, memory_size, vocabulary, output)`.
        embedders: The embedders of each input, to share weights with.
    """

    build: Callable[..., Any]
    embedders: Mapping[str, tuple[Embedder, ...]] = field(default_factory=dict)


class Head(nn.Module, ABC):
    """The task's layer; it owns its decoder, its output layer and its fusion of inputs.

    Args:
        config: The head's settings, a `HeadSettings` with its target, requirements, default metrics and baselines.
        sizes: Widths by input name.
        vocabularies: Of the inputs and of the target.
        parts: What it may build and borrow.

    Attributes:
        sampling_rate: Of a head that decodes: the share of the tokens before each that `loss` lets the decoder draw itself
            while training. The loop sets it, as `training.sampling_rate` says.
    """

    sampling_rate: float = 0.0

    def __init__(self, config: Any, sizes: Mapping[str, Sizes], vocabularies: Vocabularies, parts: Parts) -> None:
        super().__init__()
        self.config = config
        self.vocabularies = vocabularies

    @abstractmethod
    def loss(self, encoded: Encoded, batch: Batch) -> Loss:
        """Loss of a batch, in nats (of numbers: in the square of their unit), with the number of its terms."""

    @abstractmethod
    def predict(self, encoded: Encoded, batch: Batch) -> list[Prediction]:
        """One prediction for each row of the batch."""


class ScoringHead(Head):
    """A head that decides by scores, so that several networks can decide together: by the means of their scores.

    To average the scores before a softmax is to take the geometric mean of the distributions, made to sum to 1; of the
    scores of a conditional random field, that of its distributions over sequences.

    References:
        Geoffrey Hinton, "Training products of experts by minimizing contrastive divergence", Neural Computation 14 (2002).
        Balaji Lakshminarayanan, Alexander Pritzel and Charles Blundell, "Simple and scalable predictive uncertainty
        estimation using deep ensembles", NeurIPS 2017.
    """

    @abstractmethod
    def scores(self, encoded: Encoded) -> Mapping[str, Tensor]:
        """All that the decision hangs on, by name: of labels `(B, C)`, of tags `(B, T, C)`, weights of tokens `(B, T)`."""

    @abstractmethod
    def decide(self, scores: Mapping[str, Tensor], encoded: Encoded, batch: Batch) -> list[Prediction]:
        """One prediction for each row of the batch.

        Args:
            scores: What `scores` gives, of this head or the means over several.
            encoded: For lengths alone.
            batch: What is predicted.
        """

    def predict(self, encoded: Encoded, batch: Batch) -> list[Prediction]:
        """One prediction for each row of the batch, by the head's own scores."""
        return self.decide(self.scores(encoded), encoded, batch)

    def calibrate(self, batches: Iterable[tuple[Mapping[str, Tensor], Batch]]) -> None:
        """Fit on dev, once training has ended, what makes probabilities hold; without a gradient.

        What is fitted is a buffer, so that it is saved with the weights. By default there is nothing.

        Args:
            batches: Dev, with the scores that the trained network gives, or the means over several.
        """
        return


class DecoderHead(Head):
    """A head whose target is generated from the input, token by token, by a decoder.

    The decoder with what it looks at is a `LanguageModel` of the targets; the core scores and generates through that.

    Attributes:
        decoder: What generates.
    """

    decoder: Decoder

    def memory(self, encoded: Encoded) -> Encoding:
        """What the decoder looks at: the states of the input `main`."""
        return encoded.encodings["main"]

    def loss(self, encoded: Encoded, batch: Batch) -> Loss:
        """Minus the log-probability of every token of the target and of `</s>`, given the right ones before it, in nats."""
        assert batch.target is not None
        rate = self.sampling_rate if self.training else 0.0
        hidden, _ = self.decoder.teacher_force(batch.target, self.memory(encoded), rate)  # (B, T, H)
        return self.decoder.output.loss(hidden.flatten(0, 1), batch.target.flatten())


class NextTokenHead(Head):
    """A head whose target is the next token of the input: from every state, the distribution of what follows.

    With the encoder below it, it is a `LanguageModel`; the core scores and generates through that.

    Attributes:
        output: Hidden states -> log-probabilities.
    """

    output: OutputLayer

    def hidden(self, states: Tensor) -> Tensor:
        """What the output layer sees: `(B, T, output.input_size)` from the states of the encoder `(B, T, H)`."""
        return states

    def loss(self, encoded: Encoded, batch: Batch) -> Loss:
        """Minus the log-probability of every target in the vocabulary."""
        assert batch.target is not None
        hidden = self.hidden(encoded.encodings["main"].states)
        return self.output.loss(hidden.flatten(0, 1), batch.target.flatten())

    def predict(self, encoded: Encoded, batch: Batch) -> list[Prediction]:
        """The log-probability of every target of a row; NaN where it is not in the vocabulary."""
        assert batch.target is not None
        assert batch.target_lengths is not None
        hidden = self.hidden(encoded.encodings["main"].states)
        found = self.output.target_log_probs(hidden.flatten(0, 1), batch.target.flatten()).view_as(batch.target)
        rows = found.masked_fill(batch.target == IGNORED, math.nan).tolist()
        lengths = batch.target_lengths.tolist()
        return [LogProbsPrediction(tuple(row[:length])) for row, length in zip(rows, lengths, strict=True)]
