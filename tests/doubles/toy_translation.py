"""A test double: encoder, decoder, output layer. Source and target stand in two columns of a file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
from annotated_types import Ge
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import Doc

from seqlab import (
    IGNORED,
    Baseline,
    Batch,
    Context,
    Control,
    Decoder,
    DecoderHead,
    Decoding,
    Encoded,
    Encoding,
    Example,
    HeadSettings,
    Kind,
    Loss,
    Metric,
    OutputLayer,
    Part,
    Parts,
    Prediction,
    Reader,
    ReaderSettings,
    Registrar,
    Sizes,
    State,
    Step,
    Target,
    Tokens,
    TokensPrediction,
    Vocabularies,
    Vocabulary,
    begin_decoding,
    generate,
    hookimpl,
)


@dataclass(frozen=True)
class ToyPairsSettings(ReaderSettings):
    """Lines of source, a tab, target; further targets after further tabs."""

    @property
    def target(self) -> Any:
        return "tokens"


class ToyPairs(Reader):
    def read(self, path: Path, split: str) -> Iterator[Example]:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            source, *targets = (Tokens(tuple(part.split())) for part in line.split("\t"))
            target = targets[0] if len(targets) == 1 else tuple(targets)
            yield Example(f"{split}-{number}", f"{path}:{number}", {"main": source}, target)


@dataclass(frozen=True)
class ToyFullSettings:
    """A softmax over the whole vocabulary."""


class ToyFull(OutputLayer):
    def __init__(
        self, config: Any, input_size: int, vocabulary: Vocabulary, embedding: nn.Parameter | None = None
    ) -> None:
        super().__init__(config, input_size, vocabulary)
        self.projection = nn.Linear(input_size, len(vocabulary), bias=False)
        if embedding is not None:
            self.projection.weight = embedding

    def loss(self, hidden: Tensor, targets: Tensor) -> Loss:
        total = functional.cross_entropy(self.projection(hidden), targets, ignore_index=IGNORED, reduction="sum")
        return Loss(total, int((targets != IGNORED).sum()))

    def log_probs(self, hidden: Tensor) -> Tensor:
        return self.projection(hidden).log_softmax(dim=-1)

    def target_log_probs(self, hidden: Tensor, targets: Tensor) -> Tensor:
        return -functional.cross_entropy(self.projection(hidden), targets, ignore_index=IGNORED, reduction="none")


@dataclass(frozen=True)
class ToyDecoderSettings:
    """A GRU that starts from the encoder's final state."""

    output_size: Annotated[int, Ge(1), Doc("width of the state")] = 32


class ToyDecoder(Decoder):
    def __init__(
        self, config: ToyDecoderSettings, memory_size: int, vocabulary: Vocabulary, output: OutputLayer
    ) -> None:
        super().__init__(config, memory_size, vocabulary, output)
        self.embedding = output.projection.weight  # tied: one tensor under two names
        self.bridge = nn.Linear(memory_size, config.output_size)
        self.layer = nn.GRU(config.output_size, config.output_size, batch_first=True)

    def start(self, memory: Encoding) -> State:
        return {"hidden": self.bridge(memory.final).tanh()}

    def step(self, previous: Tensor, state: State, memory: Encoding) -> Step:
        hidden, _ = self.layer(self.embedding[previous].unsqueeze(1), state["hidden"].unsqueeze(0))
        return Step(self.output.log_probs(hidden[:, 0]), {"hidden": hidden[:, 0]}, hidden[:, 0])

    def teacher_force(
        self, targets: Tensor, memory: Encoding, sampling_rate: float = 0.0
    ) -> tuple[Tensor, Tensor | None]:
        start = torch.full_like(targets[:, :1], self.vocabulary.id("<s>"))
        shifted = torch.cat([start, targets[:, :-1]], dim=1).clamp(min=0)
        hidden, _ = self.layer(self.embedding[shifted], self.start(memory)["hidden"].unsqueeze(0))
        return hidden, None


@dataclass(frozen=True)
class ToyTranslatorSettings(HeadSettings):
    """Encoder, then decoder."""

    target = "tokens"
    output_specials = ("<s>", "</s>")
    default_metrics = ("toy_exact_match",)
    default_baselines = ("toy_copy",)
    default_controls = ("toy_shuffled_source",)

    decoder: Annotated[Part, Kind("decoder", default="toy_decoder"), Doc("generates the target")] = Part(
        "decoder", "toy_decoder", None
    )
    output: Annotated[Part, Kind("output", default="toy_full"), Doc("states -> tokens")] = Part(
        "output", "toy_full", None
    )
    max_length: Annotated[int, Ge(1), Doc("most tokens of an answer")] = 12


class ToyTranslator(DecoderHead):
    def __init__(
        self, config: ToyTranslatorSettings, sizes: Mapping[str, Sizes], vocabularies: Vocabularies, parts: Parts
    ) -> None:
        super().__init__(config, sizes, vocabularies, parts)
        self.tokens = vocabularies.target
        output = parts.build(config.output, config.decoder.settings.output_size, self.tokens)
        self.decoder = parts.build(config.decoder, sizes["main"].states, self.tokens, output)

    def predict(self, encoded: Encoded, batch: Batch) -> list[Prediction]:
        prefix = begin_decoding(self.decoder, self.memory(encoded), self.tokens.id("<s>"))
        decoding = Decoding(max_length=self.config.max_length, temperature=0)
        texts = generate(prefix, decoding, end=self.tokens.id("</s>"))
        return [TokensPrediction(tuple(self.tokens.item(id_) for id_ in best.ids)) for best, *_ in texts]


class ToyExactMatch(Metric):
    names = ("exact_match",)
    is_rate = True

    def counts(self, prediction: Prediction, gold: Target) -> np.ndarray[Any, Any]:
        golds = gold if isinstance(gold, tuple) else (gold,)
        return np.array([any(prediction.tokens == each.items for each in golds), 1.0])

    def combine(self, totals: np.ndarray[Any, Any]) -> dict[str, np.ndarray[Any, Any]]:
        return {"exact_match": totals[..., 0] / totals[..., 1]}


class ToyCopy(Baseline):
    """The source itself."""

    def fit(self, train: Sequence[Example], dev: Sequence[Example], context: Context) -> None:
        self.seed = context.seed

    def predict(self, examples: Sequence[Example]) -> Iterator[Prediction]:
        for example in examples:
            yield TokensPrediction(example.inputs["main"].items)

    def save(self, folder: Path) -> None:
        (folder / "copy.json").write_text(json.dumps({"seed": self.seed}))

    def load(self, folder: Path) -> None:
        self.seed = json.loads((folder / "copy.json").read_text())["seed"]


class ToyShuffledSource(Control):
    def perturb(self, examples: Sequence[Example], seed: int) -> Sequence[Example]:
        order = np.random.default_rng(seed).permutation(len(examples))
        return [replace(e, inputs=examples[other].inputs) for e, other in zip(examples, order, strict=True)]


@hookimpl
def seqlab_register_components(registry: Registrar) -> None:
    registry.reader("toy_pairs", ToyPairs, config=ToyPairsSettings)
    registry.output("toy_full", ToyFull, config=ToyFullSettings)
    registry.decoder("toy_decoder", ToyDecoder, config=ToyDecoderSettings)
    registry.head("toy_translator", ToyTranslator, config=ToyTranslatorSettings)
    registry.metric("toy_exact_match", ToyExactMatch)
    registry.baseline("toy_copy", ToyCopy)
    registry.control("toy_shuffled_source", ToyShuffledSource)
