"""Baseline `stratified`: guesses that know how often each class stands in train, and nothing of the input."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from seqlab.evaluation.most_frequent_class import tagged_length
from seqlab.interfaces.baseline import Baseline
from seqlab.interfaces.context import Context
from seqlab.interfaces.records import Example, Labels, LabelsPrediction, Prediction, Tags, TagsPrediction
from seqlab.interfaces.settings import BaselineSettings, TargetKind

_FILE = "stratified.json"


@dataclass(frozen=True)
class StratifiedSettings(BaselineSettings):
    """Guesses by the frequencies of train; it has no settings."""

    targets: ClassVar[tuple[TargetKind, ...]] = ("tags", "labels")


class Stratified(Baseline):
    """Draws each tag, or each example's label, from the frequencies of train, independently of all others.

    An example with several labels counts as one class: whole sets of labels are drawn. The expected accuracy is the
    sum of squares of the frequencies, if the data has those of train. The same examples in the same order get the
    same classes, in this process and in any other.

    References:
        scikit-learn's `DummyClassifier(strategy="stratified")`, whose semantics these are.
    """

    def __init__(self, config: StratifiedSettings) -> None:
        super().__init__(config)
        self._kind: type[Tags] | type[Labels] = Labels
        self._counts: dict[tuple[str, ...], int] = {}
        self._seed = 0

    def fit(self, train: Sequence[Example], dev: Sequence[Example], context: Context) -> None:
        """Count the classes of train.

        Raises:
            ValueError: If an example of train has neither tags nor labels, or there is no class at all.
        """
        counts: Counter[tuple[str, ...]] = Counter()
        for example in train:
            if isinstance(example.target, Tags):
                self._kind = Tags
                counts.update((tag,) for tag in example.target.items)
            elif isinstance(example.target, Labels):
                self._kind = Labels
                counts[tuple(sorted(example.target.items))] += 1
            else:
                raise ValueError(f"{example.place}: stratified needs tags or labels to learn from")
        if not counts:
            raise ValueError("stratified found no class in train")
        self._counts = dict(sorted(counts.items()))
        self._seed = context.seed_for("baseline/stratified")

    def predict(self, examples: Sequence[Example]) -> Iterator[Prediction]:
        """A class for every token, or for every example."""
        import numpy

        if not self._counts:
            raise RuntimeError("stratified is neither fitted nor loaded")
        frequencies = numpy.array(list(self._counts.values())) / sum(self._counts.values())
        generator = numpy.random.default_rng(self._seed)  # that of `context.stream`, from its start
        names = list(self._counts)
        for example in examples:
            size = tagged_length(example) if self._kind is Tags else 1
            drawn = [names[number] for number in generator.choice(len(names), size, p=frequencies).tolist()]
            if self._kind is Tags:
                yield TagsPrediction(tuple([tag for (tag,) in drawn]))
            else:
                yield LabelsPrediction(drawn[0])

    def save(self, folder: Path) -> None:
        """Write classes, counts and the seed as JSON."""
        if not self._counts:
            raise RuntimeError("stratified is neither fitted nor loaded")
        target = "tags" if self._kind is Tags else "labels"
        record = {"target": target, "seed": self._seed, "counts": list(self._counts.items())}
        (folder / _FILE).write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")

    def load(self, folder: Path) -> None:
        """Read what `save` wrote."""
        record = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        self._kind = Tags if record["target"] == "tags" else Labels
        self._seed = record["seed"]
        self._counts = {tuple(names): count for names, count in record["counts"]}
