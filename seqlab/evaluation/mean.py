"""The floor of numbers that always stands: the mean of train, whatever the input."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from seqlab.interfaces.baseline import Baseline
from seqlab.interfaces.context import Context
from seqlab.interfaces.records import Example, Number, NumberPrediction, Prediction

_FILE = "mean.json"


class Mean(Baseline):
    """Predicts the mean of the numbers of train: of all constants the one with the least mean squared error there."""

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self._mean: float | None = None

    def fit(self, train: Sequence[Example], dev: Sequence[Example], context: Context) -> None:
        """Take the mean of train.

        Raises:
            ValueError: If train is empty, or an example has no number.
        """
        values = []
        for example in train:
            if not isinstance(example.target, Number):
                raise ValueError(f"{example.place}: mean needs numbers to learn from")
            values.append(example.target.value)
        if not values:
            raise ValueError("mean found no number in train")
        self._mean = math.fsum(values) / len(values)

    def predict(self, examples: Sequence[Example]) -> Iterator[Prediction]:
        """The same number for each example."""
        if self._mean is None:
            raise RuntimeError("mean is neither fitted nor loaded")
        for _ in examples:
            yield NumberPrediction(self._mean)

    def save(self, folder: Path) -> None:
        """Write the number as JSON."""
        if self._mean is None:
            raise RuntimeError("mean is neither fitted nor loaded")
        (folder / _FILE).write_text(json.dumps({"mean": self._mean}) + "\n", encoding="utf-8")

    def load(self, folder: Path) -> None:
        """Read what `save` wrote."""
        self._mean = float(json.loads((folder / _FILE).read_text(encoding="utf-8"))["mean"])
