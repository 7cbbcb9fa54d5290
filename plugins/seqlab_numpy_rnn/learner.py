"""Learner `min_char_rnn`: parts 1 and 5, reading the text and the loop."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

from seqlab import (
    Context,
    Corpus,
    Example,
    Learner,
    Prediction,
    Problem,
    Progress,
    RunError,
    TrainingState,
    predict_next_tokens,
)
from seqlab_numpy_rnn.adagrad import adagrad
from seqlab_numpy_rnn.hoisted import hoisted
from seqlab_numpy_rnn.language_model import NumpyLanguageModel
from seqlab_numpy_rnn.parameters import FloatArray, draw, zeros
from seqlab_numpy_rnn.plain import plain
from seqlab_numpy_rnn.settings import MinCharRNNSettings

SMOOTHING = 0.999
"""Share of the smooth loss that each window leaves as it is."""
WEIGHTS = "model.safetensors"


class MinCharRNN(Learner):
    """An Elman network over one running text, one window for each update, in numpy alone. A safe point is after every update.

    Attributes:
        smooth_loss: Nats in a window, smoothed over about a thousand windows. It begins at T ln V, where every character is
            as likely as any other.
    """

    config: MinCharRNNSettings

    def __init__(self, config: MinCharRNNSettings, context: Context) -> None:
        super().__init__(config, context)
        assert context.vocabularies.target is not None
        self.vocabulary = context.vocabularies.target
        self.window = int(context.training.window_length)
        self.loss_and_gradient, dtype = (plain, np.float64) if config.form == "plain" else (hoisted, np.float32)
        sizes = len(self.vocabulary), config.hidden_size
        self.weights, self.parameters = zeros(*sizes, dtype)
        self.gradients, self.gradient = zeros(*sizes, dtype)
        draw(self.parameters, context.stream("weights"))
        self.squares: FloatArray = np.zeros_like(self.weights)
        self.state: FloatArray = np.zeros(config.hidden_size, dtype)
        self.smooth_loss = self.window * math.log(len(self.vocabulary))
        self.step = self.epoch = 0
        self.position = 0  # windows of the epoch that are done

    def sizes(self) -> Mapping[str, int]:
        """Number of parameters of each matrix and bias."""
        return {name: array.size for name, array in self.parameters}

    def fit(self, train: Sequence[Example], dev: Sequence[Example]) -> Iterator[Progress]:
        """Train from where the learner stands; see `Learner.fit`."""
        training = self.context.training
        text = Corpus.of(train, ends=False)
        lookup = text.lookup(self.vocabulary)
        windows = math.ceil(text.size / self.window)
        while self.epoch < training.epochs:
            start = self.position * self.window
            if self.position == 0 or not training.carry_state:
                self.state = np.zeros_like(self.state)
            ids = lookup[text.inputs(start, start + self.window)]
            targets = lookup[text.targets(start, start + self.window)]  # each character's successor

            loss, self.state = self.loss_and_gradient(self.parameters, ids, targets, self.state, self.gradient)
            if not math.isfinite(loss):
                raise _not_finite(self.step)
            if (most := training.gradient_clip_value) is not None:
                np.clip(self.gradients, -most, most, out=self.gradients)
            adagrad(self.weights, self.gradients, self.squares, self.config.lr)

            mean = loss / len(targets)
            self.smooth_loss = SMOOTHING * self.smooth_loss + (1 - SMOOTHING) * mean * self.window
            self.step += 1
            self.position += 1
            if ended := self.position == windows:
                self.epoch, self.position = self.epoch + 1, 0
            share = (self.epoch + self.position / windows) / training.epochs
            if training.max_steps is not None:
                share = max(share, self.step / training.max_steps)
            values = {"smooth_loss": self.smooth_loss}
            yield Progress(self.step, self.epoch, min(share, 1.0), mean, len(targets), ended, values)

    def predict(self, examples: Sequence[Example]) -> Iterator[Prediction]:
        """The log-probability of every character, the state carried through the whole text."""
        with self.language_model() as model:
            yield from predict_next_tokens(model, Corpus.of(examples, ends=False), self.context.training.is_text)

    @contextmanager
    def language_model(self) -> Iterator[NumpyLanguageModel]:
        """The network, which predicts the next character."""
        yield NumpyLanguageModel(self.parameters, self.vocabulary)

    def training_state(self) -> TrainingState:
        """Weights, squared gradients, the carried state, and the place in the text."""
        arrays = {"weights": self.weights, "squares": self.squares, "state": self.state}
        values = {"step": self.step, "epoch": self.epoch, "position": self.position, "smooth_loss": self.smooth_loss}
        return TrainingState({name: array.copy() for name, array in arrays.items()}, values)

    def restore(self, state: TrainingState) -> None:
        """Return to a snapshot.

        Raises:
            ValueError: If it is of another model.
        """
        for name in ("weights", "squares", "state"):
            _fill(getattr(self, name), state.arrays[name], name)
        self.step, self.epoch, self.position = (int(state.values[name]) for name in ("step", "epoch", "position"))
        self.smooth_loss = float(state.values["smooth_loss"])

    def save(self, folder: Path) -> None:
        """Write `model.safetensors`: matrices and biases by name."""
        save_file(dict(self.parameters), folder / WEIGHTS)

    def load(self, folder: Path) -> None:
        """Read `model.safetensors`.

        Raises:
            KeyError: If a part is missing.
            ValueError: If it is of another model.
        """
        arrays = load_file(folder / WEIGHTS)
        for name, array in self.parameters:
            _fill(array, arrays[name], name)


def _fill(array: FloatArray, values: FloatArray, name: str) -> None:
    """Change an array in place: the parameters go on looking into their vector."""
    if (array.shape, array.dtype) != (values.shape, values.dtype):
        raise ValueError(f"'{name}' is {values.dtype} {values.shape}, not {array.dtype} {array.shape}")
    array[:] = values


def _not_finite(step: int) -> RunError:
    return RunError(
        Problem("SL608", f"the loss is not a finite number at update {step + 1}",
                notes=("try a smaller learning rate (model.lr) or training.gradient_clip_value=5",))
    )  # fmt: skip
