"""The floor that always stands: the most frequent class of train, whatever the input.

The only module of the evaluation that knows scikit-learn; it is imported when the baseline is fitted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from seqlab.interfaces.baseline import Baseline
from seqlab.interfaces.context import Context
from seqlab.interfaces.records import Example, Labels, LabelsPrediction, Prediction, Tags, TagsPrediction

_FILE = "most_frequent_class.json"


class MostFrequentClass(Baseline):
    """Predicts the most frequent tag over all tokens of train, or its most frequent label; ties go to the first name.

    An example with several labels counts as one class: the most frequent set of labels is predicted.
    """

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self._answer: Tags | Labels | None = None

    def fit(self, train: Sequence[Example], dev: Sequence[Example], context: Context) -> None:
        """Find the most frequent class of train.

        Raises:
            ValueError: If an example of train has neither tags nor labels, or there is no class at all.
        """
        classes: list[tuple[str, ...]] = []
        kind: type[Tags] | type[Labels] = Labels
        for example in train:
            if isinstance(example.target, Tags):
                kind = Tags
                classes += [(tag,) for tag in example.target.items]
            elif isinstance(example.target, Labels):
                classes.append(tuple(sorted(example.target.items)))
            else:
                raise ValueError(f"{example.place}: most_frequent_class needs tags or labels to learn from")
        if not classes:
            raise ValueError("most_frequent_class found no class in train")
        self._answer = kind(_most_frequent(classes))

    def predict(self, examples: Sequence[Example]) -> Iterator[Prediction]:
        """The same class everywhere: once for each token, or once for each example."""
        if self._answer is None:
            raise RuntimeError("most_frequent_class is neither fitted nor loaded")
        if isinstance(self._answer, Tags):
            for example in examples:
                yield TagsPrediction(self._answer.items * tagged_length(example))
        else:
            for _ in examples:
                yield LabelsPrediction(self._answer.items)

    def save(self, folder: Path) -> None:
        """Write the class as JSON."""
        if self._answer is None:
            raise RuntimeError("most_frequent_class is neither fitted nor loaded")
        record = {"target": "tags" if isinstance(self._answer, Tags) else "labels", "class": self._answer.items}
        (folder / _FILE).write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")

    def load(self, folder: Path) -> None:
        """Read what `save` wrote."""
        record = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        self._answer = (Tags if record["target"] == "tags" else Labels)(tuple(record["class"]))


def _most_frequent(classes: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    import numpy
    from sklearn.dummy import DummyClassifier  # type: ignore[import-untyped, unused-ignore]

    names = sorted(set(classes))
    ids = {name: id_ for id_, name in enumerate(names)}
    gold = numpy.array([ids[name] for name in classes])
    classifier = DummyClassifier(strategy="most_frequent").fit(numpy.zeros((len(gold), 1)), gold)
    return names[int(classifier.predict([[0.0]])[0])]


def tagged_length(example: Example) -> int:
    """Number of tokens of the input that is tagged: `main`, or the first.

    Raises:
        TypeError: If that input has no tokens.
    """
    tagged = example.inputs["main"] if "main" in example.inputs else next(iter(example.inputs.values()))
    if not hasattr(tagged, "__len__"):
        raise TypeError(f"{example.place}: an input of {type(tagged).__name__} has no tokens to tag")
    return len(tagged)
