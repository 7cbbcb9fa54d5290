"""Baselines `most_frequent_target` and `most_frequent_caption`: the same text for every input."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from seqlab import Baseline, Context, Example, Prediction, TokensPrediction
from seqlab_generate.pairs import Items, targets_of

_FILE = "most_frequent_target.json"


class MostFrequentTarget(Baseline):
    """The target that stands most often in train; of equal ones, the first."""

    _target: Items | None = None

    def fit(self, train: Sequence[Example], dev: Sequence[Example], context: Context) -> None:
        """Count whole targets."""
        counts = Counter(target for example in train for target in targets_of(example))
        self._target = max(counts, key=counts.__getitem__)

    def predict(self, examples: Sequence[Example]) -> Iterator[Prediction]:
        """The same for each."""
        if self._target is None:
            raise RuntimeError("most_frequent_target is neither fitted nor loaded")
        for _ in examples:
            yield TokensPrediction(self._target)

    def save(self, folder: Path) -> None:
        """Write it as JSON."""
        (folder / _FILE).write_text(json.dumps(self._target, ensure_ascii=False) + "\n", encoding="utf-8")

    def load(self, folder: Path) -> None:
        """Read what `save` wrote."""
        self._target = tuple(json.loads((folder / _FILE).read_text(encoding="utf-8")))
