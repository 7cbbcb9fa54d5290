"""One network while it learns: its optimizer, and random numbers of its own."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from seqlab.config.pipeline import TrainingSection
from seqlab.interfaces.records import Batch
from seqlab.interfaces.state import State, detach
from seqlab.model.network import Network
from seqlab.model.side_by_side import threads_for_calls
from seqlab.model.through_time import Truncation
from seqlab.training.gradients import clip_norm, clip_value


class NotFiniteError(Exception):
    """The loss, or the gradient, is not a finite number; the message says which."""


@dataclass(frozen=True, slots=True)
class Update:
    """One update of one network.

    Args:
        loss: Mean over the targets.
        targets: How many were scored.
        norm: Of the gradient before clipping, where it is clipped by norm.
        states: What the next window goes on from, by input name, where states are carried.
    """

    loss: float
    targets: int
    norm: float | None
    states: Mapping[str, State] = field(default_factory=dict)


class Member:
    """A network, alone or one of an ensemble, with all that it needs to learn.

    What it draws from torch's generator does not hang on who else draws, so that it learns the same bits in whichever
    process it stands.

    Args:
        network: What learns.
        optimizer: Of its parameters.
        settings: The `training:` section.
        truncation: How far the gradient goes back; None for all the way.
        seed: Of its random numbers.
    """

    def __init__(
        self,
        network: Network,
        optimizer: torch.optim.Optimizer,
        settings: TrainingSection,
        truncation: Truncation | None,
        seed: int,
    ) -> None:
        self.network = network
        self.optimizer = optimizer
        self.settings = settings
        self.truncation = truncation
        self.parameters = list(network.parameters())
        self.rates = [float(group["lr"]) for group in optimizer.param_groups]
        torch.manual_seed(seed)
        self.random = torch.get_rng_state()  # of the next update, whoever draws from torch's generator before it

    @contextmanager
    def drawing(self) -> Iterator[None]:
        """Torch's generator goes on where this network left it."""
        torch.set_rng_state(self.random)
        yield
        self.random = torch.get_rng_state()

    def update(self, batch: Batch, factor: float, states: Mapping[str, State] | None = None) -> Update:
        """One update.

        Args:
            batch: What to learn from.
            factor: What every learning rate of the settings is multiplied by.
            states: What the batch goes on from, by input name.

        Raises:
            NotFiniteError: Before a weight has changed.
        """
        with threads_for_calls(self.network.works_side_by_side):
            return self._update(batch, factor, states)

    def _update(self, batch: Batch, factor: float, states: Mapping[str, State] | None) -> Update:
        settings = self.settings
        for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
            group["lr"] = rate * factor
        self.network.train()
        with self.drawing():
            encoded = self.network(batch, states, self.truncation)
            loss = self.network.loss(encoded, batch)
            objective = loss.sum / max(loss.count, 1)
            for encoding in encoded.encodings.values():
                objective = objective + encoding.penalty
            value = float(loss.sum.detach()) / max(loss.count, 1)
            if not math.isfinite(value):
                raise NotFiniteError("loss")
            self.optimizer.zero_grad(set_to_none=True)
            objective.backward()  # type: ignore[no-untyped-call]
        norm = None
        if settings.gradient_clip_norm is not None:
            norm = clip_norm(self.parameters, settings.gradient_clip_norm)
            if not math.isfinite(norm):
                raise NotFiniteError("gradient")
        if settings.gradient_clip_value is not None:
            clip_value(self.parameters, settings.gradient_clip_value)
        self.optimizer.step()
        if settings.window_length is None or not settings.carry_state:
            return Update(value, loss.count, norm)
        carried = {name: detach(encoding.state) for name, encoding in encoded.encodings.items()}
        return Update(value, loss.count, norm, carried)

    def state(self) -> dict[str, NDArray[np.generic]]:
        """What it must remember besides its weights: the optimizer's moments, `NUMBER.NAME`, and the generator's state."""
        moments: dict[str, Tensor] = {
            f"{number}.{name}": moment
            for number, named in self.optimizer.state_dict()["state"].items()
            for name, moment in named.items()
            if moment is not None
        }
        return {name: tensor.numpy().copy() for name, tensor in (moments | {"random": self.random}).items()}

    def restore(self, state: Mapping[str, NDArray[np.generic]]) -> None:
        """Return to what `state` gave.

        Raises:
            KeyError: If it is of another model.
        """
        self.random = torch.from_numpy(state["random"].copy())
        moments: dict[int, dict[str, Tensor]] = {}
        for name, array in state.items():
            if name != "random":
                number, _, moment = name.partition(".")
                moments.setdefault(int(number), {})[moment] = torch.from_numpy(array.copy())
        groups = self.optimizer.state_dict()["param_groups"]
        self.optimizer.load_state_dict({"state": moments, "param_groups": groups})
