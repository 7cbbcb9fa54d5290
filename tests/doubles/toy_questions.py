"""A test double: two inputs. A question of words and a scene of vectors; the answer needs both of them."""

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
    Batch,
    Control,
    Embedded,
    Embedder,
    EmbedderSettings,
    Encoded,
    Encoder,
    EncoderSettings,
    Encoding,
    Example,
    Features,
    Head,
    HeadSettings,
    Labels,
    LabelsPrediction,
    Loss,
    Parts,
    Pooled,
    Pooler,
    Prediction,
    Reader,
    ReaderSettings,
    Registrar,
    Requirements,
    Sizes,
    State,
    Text,
    Vocabularies,
    Vocabulary,
    hookimpl,
)


@dataclass(frozen=True)
class ToyQuestionsSettings(ReaderSettings):
    """Lines of JSON: question, scene (a list of vectors), answer."""

    @property
    def inputs(self) -> Mapping[str, Any]:
        return {"question": "text", "scene": "features"}

    @property
    def target(self) -> Any:
        return "labels"


class ToyQuestionsReader(Reader):
    def read(self, path: Path, split: str) -> Iterator[Example]:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                record = json.loads(line)
                scene = Features(np.array(record["scene"], dtype=np.float32))
                inputs = {"question": Text(record["question"]), "scene": scene}
                yield Example(f"{split}-{number}", f"{path}:{number}", inputs, Labels((record["answer"],)))


@dataclass(frozen=True)
class ToyRegionsSettings(EmbedderSettings):
    """Vectors as they are; each region is a position."""

    accepts = ("features",)
    size: Annotated[int, Ge(1), Doc("width of the vectors")] = 3


class ToyRegions(Embedder):
    def __init__(self, config: ToyRegionsSettings, vocabulary: Vocabulary | None) -> None:
        super().__init__(config, vocabulary)
        self.output_size = config.size

    def features(self, items: Sequence[Features]) -> Tensor:
        return torch.from_numpy(np.stack([item.array for item in items]))  # (N, regions, size)

    def forward(self, features: Tensor, index: Tensor, lengths: Tensor) -> Embedded:
        vectors = features[index[:, 0]]  # (B, regions, size)
        return Embedded(vectors, torch.full_like(lengths, vectors.shape[1]))


@dataclass(frozen=True)
class ToyIdentitySettings(EncoderSettings):
    """States are the inputs."""

    is_causal = True


class ToyIdentity(Encoder):
    def __init__(self, config: ToyIdentitySettings, input_size: int) -> None:
        super().__init__(config, input_size)
        self.output_size = input_size

    def forward(self, inputs: Tensor, lengths: Tensor, state: State | None = None) -> Encoding:
        mask = torch.arange(inputs.shape[1]) < lengths.unsqueeze(1)
        states = inputs * mask.unsqueeze(2)
        return Encoding(states, states[torch.arange(len(lengths)), lengths - 1], lengths, {})


@dataclass(frozen=True)
class ToyMeanSettings:
    """The mean of the real states."""


class ToyMean(Pooler):
    def __init__(self, config: ToyMeanSettings, input_size: int) -> None:
        super().__init__(config, input_size)
        self.output_size = input_size

    def forward(self, encoding: Encoding) -> Pooled:
        return Pooled(encoding.states.sum(dim=1) / encoding.lengths.unsqueeze(1))


@dataclass(frozen=True)
class ToyFusionSettings(HeadSettings):
    """The product of both vectors gives the answer."""

    target = "labels"
    requires = Requirements(pooler=True, inputs=("question", "scene"))
    default_metrics = ("accuracy",)
    default_controls = ("toy_shuffled_scenes",)
    size: Annotated[int, Ge(1), Doc("width of the product")] = 16


class ToyFusion(Head):
    def __init__(
        self, config: ToyFusionSettings, sizes: Mapping[str, Sizes], vocabularies: Vocabularies, parts: Parts
    ) -> None:
        super().__init__(config, sizes, vocabularies, parts)
        self.answers = vocabularies.target
        self.question = nn.Linear(sizes["question"].pooled, config.size)
        self.scene = nn.Linear(sizes["scene"].pooled, config.size)
        self.projection = nn.Linear(config.size, len(self.answers))

    def _scores(self, encoded: Encoded) -> Tensor:
        product = self.question(encoded.pooled["question"].vector) * self.scene(encoded.pooled["scene"].vector)
        return self.projection(product)  # (B, C)

    def loss(self, encoded: Encoded, batch: Batch) -> Loss:
        return Loss(
            functional.cross_entropy(self._scores(encoded), batch.target, reduction="sum"),
            int((batch.target != IGNORED).sum()),
        )

    def predict(self, encoded: Encoded, batch: Batch) -> list[Prediction]:
        rows = self._scores(encoded).softmax(dim=1).tolist()
        return [
            LabelsPrediction((max(named, key=named.__getitem__),), named)
            for named in (dict(zip(self.answers.items, row, strict=True)) for row in rows)
        ]


class ToyShuffledScenes(Control):
    def perturb(self, examples: Sequence[Example], seed: int) -> Sequence[Example]:
        order = np.random.default_rng(seed).permutation(len(examples))
        return [
            replace(example, inputs={**example.inputs, "scene": examples[other].inputs["scene"]})
            for example, other in zip(examples, order, strict=True)
        ]


@hookimpl
def seqlab_register_components(registry: Registrar) -> None:
    registry.reader("toy_questions", ToyQuestionsReader, config=ToyQuestionsSettings)
    registry.embedder("toy_regions", ToyRegions, config=ToyRegionsSettings)
    registry.encoder("toy_identity", ToyIdentity, config=ToyIdentitySettings)
    registry.pooler("toy_mean", ToyMean, config=ToyMeanSettings)
    registry.head("toy_fusion", ToyFusion, config=ToyFusionSettings)
    registry.control("toy_shuffled_scenes", ToyShuffledScenes, summary="scenes of other questions")
