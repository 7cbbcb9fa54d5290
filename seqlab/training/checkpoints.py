"""Checkpoints: one safetensors file each, written to a temporary name, synced, renamed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from seqlab.errors import Place, Problem, RunError
from seqlab.files import write_atomically
from seqlab.interfaces.learner import Learner, TrainingState

LAST = "last"
BEST = "best"


@dataclass
class Journal:
    """What the loop itself must remember.

    Args:
        step: Updates so far.
        epoch: Complete epochs.
        best: The best dev score so far; None before the first.
        best_epoch: The epoch that gave it.
        waited: Epochs since then.
        seconds: Training seconds so far.
        stopped: Why training ended; None while it goes on.
        log_lines: How many lines of the log belong to this state.
        loss_sum: Sum of losses since the last logged step, and over the epoch.
        loss_count: Their targets.
    """

    step: int = 0
    epoch: int = 0
    best: float | None = None
    best_epoch: int = 0
    waited: int = 0
    seconds: float = 0.0
    stopped: str | None = None
    log_lines: int = 0
    loss_sum: list[float] = field(default_factory=lambda: [0.0, 0.0])
    loss_count: list[int] = field(default_factory=lambda: [0, 0])


class Checkpoints:
    """The checkpoints of one training, in a folder.

    Args:
        folder: Where they are; None keeps the best in memory and writes nothing (a dry run).
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._kept: dict[str, TrainingState] = {}
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    def path(self, name: str) -> Path | None:
        """The file of a checkpoint."""
        return None if self.folder is None else self.folder / f"{name}.safetensors"

    def save(self, name: str, state: TrainingState, journal: Journal) -> Path | None:
        """Write a checkpoint; what had the name before stays until the new one is complete.

        Raises:
            RunError: SL605 if the disk is full or the file cannot be written.
        """
        path = self.path(name)
        if path is None:
            self._kept[name] = state
            return None
        values = {"learner": state.values, "journal": vars(journal)}
        arrays = {key: np.asarray(array, order="C") for key, array in state.arrays.items()}
        write_atomically(path, save(arrays, metadata={"seqlab": json.dumps(values, sort_keys=True)}))
        return path

    def load(self, name: str) -> tuple[TrainingState, Journal] | None:
        """Read a checkpoint; None if there is none.

        Raises:
            RunError: SL606 if the file is broken.
        """
        path = self.path(name)
        if path is None:
            return (self._kept[name], Journal()) if name in self._kept else None
        if not path.is_file():
            return None
        try:
            with safe_open(path, "numpy") as file:
                arrays: Mapping[str, Any] = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
                values = json.loads(file.metadata()["seqlab"])
            return TrainingState(arrays, values["learner"]), Journal(**values["journal"])
        except (SafetensorError, KeyError, ValueError, TypeError) as error:
            raise RunError(
                Problem("SL606", f"this checkpoint cannot be read: {error}", place=Place(str(path)),
                        notes=("delete it to start that run afresh",))
            ) from error  # fmt: skip

    def restore(self, name: str, learner: Learner) -> Journal | None:
        """Put a learner back to a checkpoint; None if there is none.

        Raises:
            RunError: SL606 if the file is broken, or does not fit the learner.
        """
        found = self.load(name)
        if found is None:
            return None
        state, journal = found
        try:
            learner.restore(state)
        except (KeyError, RuntimeError, ValueError) as error:
            raise RunError(
                Problem("SL606", f"this checkpoint does not fit the model: {error}",
                        place=Place(str(self.path(name))), notes=("was the pipeline or a plugin changed?",))
            ) from error  # fmt: skip
        return journal
