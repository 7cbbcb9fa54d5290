"""Learner: what a run trains. `network` is the core's; a plugin may bring its own, torch or not."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from seqlab.interfaces.context import Context
from seqlab.interfaces.records import Example, Prediction

if TYPE_CHECKING:
    from seqlab.interfaces.language_model import LanguageModel


@dataclass(frozen=True, slots=True)
class Progress:
    """A safe point of training: here it may be checkpointed, scored, stopped.

    Args:
        step: Updates so far.
        epoch: Epochs that are complete.
        share: Share of the whole training that is done, 0 to 1.
        loss: Mean loss per scored target over the updates since the last safe point, in nats.
        targets: Scored targets since the last safe point.
        epoch_ended: Whether an epoch has just ended.
        values: Further numbers to log: learning rate, gradient norm.
    """

    step: int
    epoch: int
    share: float
    loss: float
    targets: int
    epoch_ended: bool
    values: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TrainingState:
    """All that is needed to go on as if nothing had happened.

    Args:
        arrays: Weights, optimiser moments, random states, carried states.
        values: What fits into JSON: step, epoch, position in the data.
    """

    arrays: Mapping[str, NDArray[Any]]
    values: Mapping[str, Any]


class Learner(ABC):
    """What a run trains.

    Args:
        config: The learner's settings, a `LearnerSettings`.
        context: Vocabularies, seeds, training settings.
    """

    def __init__(self, config: Any, context: Context) -> None:
        self.config = config
        self.context = context

    @abstractmethod
    def sizes(self) -> Mapping[str, int]:
        """Number of parameters of each part, in the order in which they are printed."""

    @abstractmethod
    def fit(self, train: Sequence[Example], dev: Sequence[Example]) -> Iterator[Progress]:
        """Train, and stop at every safe point. After `restore` it goes on from there, to the same bits.

        Between two safe points the caller may save `training_state()`, call `predict` and `observe`; neither may
        change what follows.
        """

    def observe(self, scores: Mapping[str, float], improved: bool) -> None:
        """Hear the dev scores of the last safe point, and whether the one that decides is the best so far."""
        return

    def calibrate(self, dev: Sequence[Example]) -> None:
        """Fit on dev what makes probabilities hold; called once, when training has ended and the weights that are kept are back."""
        return

    @abstractmethod
    def predict(self, examples: Sequence[Example]) -> Iterator[Prediction]:
        """One prediction for each example, in order."""

    def vectors(self, examples: Sequence[Example]) -> Iterator[NDArray[Any]]:
        """For each example, in order, the one vector `(H,)` that stands for its input, in float32."""
        raise NotImplementedError(f"{type(self).__name__} has no vectors")

    def language_model(self) -> AbstractContextManager[LanguageModel]:
        """What it predicts the next token with, for as long as the context is entered; of tasks of that kind only."""
        raise NotImplementedError(f"{type(self).__name__} is no language model")

    @property
    def has_target_model(self) -> bool:
        """Whether it has a `target_model`."""
        return False

    def target_model(self, examples: Sequence[Example]) -> AbstractContextManager[LanguageModel]:
        """What it generates targets with, for as long as the context is entered; of tasks of that kind only.

        Args:
            examples: Whose inputs are known: `start(len(examples))` has a row for the target of each, in order.
        """
        raise NotImplementedError(f"{type(self).__name__} generates nothing")

    @abstractmethod
    def training_state(self) -> TrainingState:
        """A snapshot; later training must not change it."""

    @abstractmethod
    def restore(self, state: TrainingState) -> None:
        """Return to a snapshot."""

    @abstractmethod
    def save(self, folder: Path) -> None:
        """Write what prediction needs as plain files; the network learner writes `model.safetensors`."""

    @abstractmethod
    def load(self, folder: Path) -> None:
        """Read what `save` wrote."""
