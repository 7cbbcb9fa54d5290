"""Baseline `question_prior`: what a question alone gives away."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from seqlab import Baseline, Context, Example, LabelsPrediction, Prediction
from seqlab_vqa.examples import answer_of, most_frequent, question_in

_FILE = "question_prior.json"


class QuestionPrior(Baseline):
    """The most frequent answer to the same words; of equal ones the first name. An unknown question gets that of all train."""

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self._answers: dict[str, str] = {}
        self._majority: str | None = None

    def fit(self, train: Sequence[Example], dev: Sequence[Example], context: Context) -> None:
        """Count the answers to each question."""
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for example in train:
            counts[question_in(example)][answer_of(example)] += 1
        self._answers = {question: most_frequent(answers) for question, answers in counts.items()}
        self._majority = most_frequent(sum(counts.values(), Counter()))

    def predict(self, examples: Sequence[Example]) -> Iterator[Prediction]:
        """The answer that the question most often has."""
        if self._majority is None:
            raise RuntimeError("question_prior is neither fitted nor loaded")
        for example in examples:
            yield LabelsPrediction((self._answers.get(question_in(example), self._majority),))

    def save(self, folder: Path) -> None:
        """Write the answers as JSON."""
        record = {"majority": self._majority, "answers": self._answers}
        (folder / _FILE).write_text(json.dumps(record, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")

    def load(self, folder: Path) -> None:
        """Read what `save` wrote."""
        record = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        self._majority, self._answers = record["majority"], record["answers"]
