"""A test double: a language model over a stream, with the state carried from window to window."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor, nn
from torch.nn import functional

from seqlab import (
    IGNORED,
    Baseline,
    BaselineSettings,
    Context,
    Example,
    HeadSettings,
    LogProbsPrediction,
    Loss,
    Metric,
    NextTokenHead,
    OutputLayer,
    Parts,
    Prediction,
    Reader,
    ReaderSettings,
    Registrar,
    Requirements,
    Sizes,
    Target,
    Tokens,
    Vocabularies,
    Vocabulary,
    hookimpl,
)


@dataclass(frozen=True)
class ToyLinesSettings(ReaderSettings):
    """A sentence a line, words between blanks."""


class ToyLines(Reader):
    def read(self, path: Path, split: str) -> Iterator[Example]:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            yield Example(f"{split}-{number}", f"{path}:{number}", {"main": Tokens(tuple(line.split()))})


@dataclass(frozen=True)
class ToyLanguageModelSettings(HeadSettings):
    """The next token from each state."""

    target = "next_token"
    requires = Requirements(causal=True)
    default_metrics = ("toy_nats_per_token",)
    default_baselines = ("toy_unigram",)
    output_specials = ("</s>",)


class ToySoftmax(OutputLayer):
    def __init__(self, config: Any, input_size: int, vocabulary: Vocabulary, embedding: Any = None) -> None:
        super().__init__(config, input_size, vocabulary, embedding)
        self.projection = nn.Linear(input_size, len(vocabulary))

    def loss(self, hidden: Tensor, targets: Tensor) -> Loss:
        total = functional.cross_entropy(self.projection(hidden), targets, ignore_index=IGNORED, reduction="sum")
        return Loss(total, int((targets != IGNORED).sum()))

    def log_probs(self, hidden: Tensor) -> Tensor:
        return self.projection(hidden).log_softmax(dim=-1)

    def target_log_probs(self, hidden: Tensor, targets: Tensor) -> Tensor:
        chosen = self.log_probs(hidden).gather(1, targets.clamp(min=0).unsqueeze(1)).squeeze(1)
        return chosen.masked_fill(targets == IGNORED, 0)


class ToyLanguageModel(NextTokenHead):
    def __init__(
        self, config: ToyLanguageModelSettings, sizes: Mapping[str, Sizes], vocabularies: Vocabularies, parts: Parts
    ) -> None:
        super().__init__(config, sizes, vocabularies, parts)
        self.output = ToySoftmax(None, sizes["main"].states, vocabularies.target)


class ToyNatsPerToken(Metric):
    names = ("nats_per_token",)
    higher_is_better = False

    def counts(self, prediction: Prediction, gold: Target) -> np.ndarray[Any, Any]:
        assert len(prediction.log_probs) == len(gold) + 1  # </s> is scored too
        return np.array([-sum(prediction.log_probs), len(prediction.log_probs)])

    def combine(self, totals: np.ndarray[Any, Any]) -> dict[str, np.ndarray[Any, Any]]:
        return {"nats_per_token": totals[..., 0] / totals[..., 1]}


@dataclass(frozen=True)
class ToyUnigramSettings(BaselineSettings):
    """How often each token stood in train."""

    targets = ("next_token",)


class ToyUnigram(Baseline):
    def fit(self, train: Sequence[Example], dev: Sequence[Example], context: Context) -> None:
        target = context.vocabularies.target
        counts = Counter(dict(zip(target.items, target.counts, strict=True)))
        total = sum(counts.values()) + len(counts) + 1  # everything, and what train does not have, once more
        self.log_probs = {item: math.log((count + 1) / total) for item, count in counts.items()}
        self.unknown = -math.log(total)

    def predict(self, examples: Sequence[Example]) -> Iterator[Prediction]:
        for example in examples:
            yield LogProbsPrediction(
                tuple(self.log_probs.get(item, self.unknown) for item in (*example.inputs["main"].items, "</s>"))
            )

    def save(self, folder: Path) -> None:
        (folder / "unigram.json").write_text(json.dumps([self.log_probs, self.unknown]))

    def load(self, folder: Path) -> None:
        self.log_probs, self.unknown = json.loads((folder / "unigram.json").read_text())


@hookimpl
def seqlab_register_components(registry: Registrar) -> None:
    registry.reader("toy_lines", ToyLines, config=ToyLinesSettings)
    registry.head("toy_language_model", ToyLanguageModel, config=ToyLanguageModelSettings)
    registry.metric("toy_nats_per_token", ToyNatsPerToken)
    registry.baseline("toy_unigram", ToyUnigram, config=ToyUnigramSettings)
