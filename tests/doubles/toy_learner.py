"""A test double: a learner that is not a torch module. Softmax regression from words to tags, in numpy."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from annotated_types import Gt
from typing_extensions import Doc

from seqlab import (
    Context,
    Example,
    HeadSettings,
    Learner,
    LearnerSettings,
    Prediction,
    Progress,
    Registrar,
    Tags,
    TagsPrediction,
    Tokens,
    TrainingState,
    hookimpl,
)


@dataclass(frozen=True)
class ToyTask(HeadSettings):
    """A tag for each token."""

    target = "tags"
    default_metrics = ("accuracy",)
    default_baselines = ("most_frequent_tag",)


@dataclass(frozen=True)
class ToyLearnerSettings(LearnerSettings):
    """One row of scores for each word."""

    rate: Annotated[float, Gt(0), Doc("step size")] = 0.5

    @property
    def head_settings(self) -> HeadSettings:
        return ToyTask()


class ToyLearner(Learner):
    """log p(tag | word) = softmax of the word's row; one update for each sentence, in a seeded order."""

    def __init__(self, config: ToyLearnerSettings, context: Context) -> None:
        super().__init__(config, context)
        self.words = context.vocabularies.inputs["main"]
        self.tags = context.vocabularies.target
        self.rows = context.stream("weights").normal(0, 0.01, (len(self.words), len(self.tags)))
        self.step = self.epoch = self.position = 0

    def sizes(self) -> Mapping[str, int]:
        return {"rows": self.rows.size}

    def fit(self, train: Sequence[Example], dev: Sequence[Example]) -> Iterator[Progress]:
        epochs = self.context.training.epochs
        while self.epoch < epochs:
            order = self.context.stream(f"order/{self.epoch}").permutation(len(train))
            for number in order[self.position :]:
                ids, gold = self._ids(train[number]), self.tags.ids(train[number].target.items)
                log_probs = self._log_probs(ids)
                loss = -log_probs[np.arange(len(ids)), gold].mean()
                gradient = np.exp(log_probs)
                gradient[np.arange(len(ids)), gold] -= 1
                np.subtract.at(self.rows, ids, self.config.rate * gradient)
                self.step += 1
                self.position += 1
                ended = self.position == len(train)
                if ended:
                    self.epoch, self.position = self.epoch + 1, 0
                share = (self.epoch + self.position / len(train)) / epochs
                yield Progress(self.step, self.epoch, share, float(loss), len(ids), ended)

    def predict(self, examples: Sequence[Example]) -> Iterator[Prediction]:
        for example in examples:
            best = self._log_probs(self._ids(example)).argmax(axis=1)
            yield TagsPrediction(tuple(self.tags.item(int(tag)) for tag in best))

    def training_state(self) -> TrainingState:
        return TrainingState(
            {"rows": self.rows.copy()}, {"step": self.step, "epoch": self.epoch, "position": self.position}
        )

    def restore(self, state: TrainingState) -> None:
        self.rows = np.array(state.arrays["rows"])
        self.step, self.epoch, self.position = (state.values[name] for name in ("step", "epoch", "position"))

    def save(self, folder: Path) -> None:
        (folder / "rows.json").write_text(json.dumps(self.rows.tolist()))

    def load(self, folder: Path) -> None:
        self.rows = np.array(json.loads((folder / "rows.json").read_text()))

    def _ids(self, example: Example) -> list[int]:
        tokens: Any = example.inputs["main"]
        assert isinstance(tokens, Tokens)
        assert example.target is None or isinstance(example.target, Tags)
        return self.words.ids(tokens.items)

    def _log_probs(self, ids: list[int]) -> np.ndarray[Any, Any]:
        scores = self.rows[ids]
        return scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))


@hookimpl
def seqlab_register_components(registry: Registrar) -> None:
    registry.learner("toy_learner", ToyLearner, config=ToyLearnerSettings, summary="softmax regression in numpy")
