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
from torch import nn
from torch.nn import functional

from seqlab import (
    IGNORED,
    Baseline,
    BaselineSettings,
    Batch,
    Context,
    Encoded,
    Example,
    Head,
    HeadSettings,
    LogProbsPrediction,
    Loss,
    Metric,
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


class ToyLanguageModel(Head):
    def __init__(
        self, config: ToyLanguageModelSettings, sizes: Mapping[str, Sizes], vocabularies: Vocabularies, parts: Parts
    ) -> None:
        super().__init__(config, sizes, vocabularies, parts)
        self.projection = nn.Linear(sizes["main"].states, len(vocabularies.target))

    def loss(self, encoded: Encoded, batch: Batch) -> Loss:
        scores = self.projection(encoded.encodings["main"].states).flatten(0, 1)
        total = functional.cross_entropy(scores, batch.target.flatten(), ignore_index=IGNORED, reduction="sum")
        return Loss(total, int((batch.target != IGNORED).sum()))

    def predict(self, encoded: Encoded, batch: Batch) -> list[Prediction]:
        log_probs = self.projection(encoded.encodings["main"].states).log_softmax(dim=-1)
        chosen = log_probs.gather(2, batch.target.clamp(min=0).unsqueeze(2)).squeeze(2).tolist()
        return [
            LogProbsPrediction(tuple(row[:length]))
            for row, length in zip(chosen, batch.target_lengths.tolist(), strict=True)
        ]


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
