"""Baselines `uniform` and `unigram`: the same distribution whatever stood before."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from seqlab import IGNORED, Baseline, Context, Corpus, Example, LogProbsPrediction, Prediction, State, Step, Vocabulary

_FILE = "log_probs.txt"


class FixedDistribution:
    """A `LanguageModel` that looks at nothing.

    Args:
        vocabulary: V symbols.
        log_probs: `(V,)`.
    """

    def __init__(self, vocabulary: Vocabulary, log_probs: NDArray[np.float64]) -> None:
        self.vocabulary = vocabulary
        self.begin = vocabulary.id("</s>") if "</s>" in vocabulary else IGNORED
        self.log_probs = torch.from_numpy(log_probs)

    def start(self, rows: int) -> State:
        """Nothing."""
        return {}

    def step(self, previous: Tensor, state: State) -> Step:
        """The distribution, once for each row."""
        return Step(self.log_probs.expand(len(previous), -1), state)

    def score(self, previous: Tensor, ids: Tensor, lengths: Tensor, state: State) -> tuple[Tensor, State]:
        """See `LanguageModel.score`."""
        real = (torch.arange(ids.shape[1]) < lengths.unsqueeze(1)) & (ids != IGNORED)
        return self.log_probs[ids.clamp(min=0)] * real, state


class FixedBaseline(Baseline):
    """What both share; a kind of it says what the distribution is."""

    _model: FixedDistribution | None = None

    @abstractmethod
    def distribution(self, vocabulary: Vocabulary) -> NDArray[np.float64]:
        """Log-probabilities `(V,)`."""

    def fit(self, train: Sequence[Example], dev: Sequence[Example], context: Context) -> None:
        """Read the counts of the output vocabulary, which are those of train."""
        vocabulary = context.vocabularies.target
        assert vocabulary is not None
        self._model = FixedDistribution(vocabulary, self.distribution(vocabulary))

    def predict(self, examples: Sequence[Example]) -> Iterator[Prediction]:
        """The log-probability of every token."""
        model = self.language_model()
        corpus = Corpus.of(examples, "</s>" in model.vocabulary)
        values = np.append(model.log_probs.numpy(), math.nan)  # the last one is that of `IGNORED`, once it is -1
        lookup, starts = np.maximum(corpus.lookup(model.vocabulary), -1), corpus.starts.tolist()
        for start, stop in pairwise(starts):
            yield LogProbsPrediction(tuple(values[lookup[corpus.targets(start, stop)]].tolist()))

    def language_model(self) -> FixedDistribution:
        """The distribution.

        Raises:
            RuntimeError: If it is neither fitted nor loaded.
        """
        if self._model is None:
            raise RuntimeError(f"{type(self).__name__} is neither fitted nor loaded")
        return self._model

    def save(self, folder: Path) -> None:
        """Write vocabulary and log-probabilities as text."""
        model = self.language_model()
        model.vocabulary.save(folder / "vocabulary.json")
        np.savetxt(folder / _FILE, model.log_probs.numpy(), fmt="%.17g")

    def load(self, folder: Path) -> None:
        """Read what `save` wrote."""
        vocabulary = Vocabulary.load(folder / "vocabulary.json")
        self._model = FixedDistribution(vocabulary, np.loadtxt(folder / _FILE, ndmin=1))


class Uniform(FixedBaseline):
    """1 / V for every token: its perplexity is V."""

    def distribution(self, vocabulary: Vocabulary) -> NDArray[np.float64]:
        """-ln V."""
        return np.full(len(vocabulary), -math.log(len(vocabulary)))


class Unigram(FixedBaseline):
    """The share of each token in train, each counted once more, so that none is impossible (Laplace)."""

    def distribution(self, vocabulary: Vocabulary) -> NDArray[np.float64]:
        """ln((n + 1) / (N + V))."""
        counts = np.array(vocabulary.counts, dtype=np.float64) + 1
        found: NDArray[np.float64] = np.log(counts / counts.sum())
        return found
