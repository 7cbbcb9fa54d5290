"""Baseline `last_mentioned`: the candidate that was mentioned last."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from seqlab import Baseline, Context, Example, LabelsPrediction, Prediction, words_of
from seqlab_vqa.examples import answer_of, most_frequent, story_in

_FILE = "last_mentioned.json"


class LastMentioned(Baseline):
    """The answer of train that stands last in the story; the most frequent one where none does."""

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self._counts: Counter[str] = Counter()

    def fit(self, train: Sequence[Example], dev: Sequence[Example], context: Context) -> None:
        """Count the answers."""
        self._counts = Counter(map(answer_of, train))

    def predict(self, examples: Sequence[Example]) -> Iterator[Prediction]:
        """Look for answers from the end of each story."""
        if not self._counts:
            raise RuntimeError("last_mentioned is neither fitted nor loaded")
        candidates = {" ".join(words_of(answer)): answer for answer in sorted(self._counts, reverse=True)}
        majority = most_frequent(self._counts)
        for example in examples:
            words = reversed(words_of(story_in(example)))
            yield LabelsPrediction((next((candidates[word] for word in words if word in candidates), majority),))

    def save(self, folder: Path) -> None:
        """Write the answers with their counts as JSON."""
        (folder / _FILE).write_text(json.dumps(self._counts, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")

    def load(self, folder: Path) -> None:
        """Read what `save` wrote."""
        self._counts = Counter(json.loads((folder / _FILE).read_text(encoding="utf-8")))
