"""Metrics over classes: accuracy and F1 of tags (one for each token) and labels (one or several for each example)."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from seqlab.interfaces.metric import Counts, Metric
from seqlab.interfaces.records import Labels, LabelsPrediction, Prediction, Tags, TagsPrediction, Target


class Accuracy(Metric):
    """Share of right answers: tokens with the right tag, or examples whose set of labels is right as a whole.

    A gold class that train does not have cannot be predicted and so counts as wrong. Nothing to score gives 0.
    """

    names: ClassVar[tuple[str, ...]] = ("accuracy",)
    unit: ClassVar[str] = "labels"
    is_rate: ClassVar[bool] = True

    def counts(self, prediction: Prediction, gold: Target) -> Counts:
        """Right answers and all answers of one example: `(2,)`.

        Raises:
            ValueError: If as many tags as tokens are not predicted.
            TypeError: If prediction and gold are not both tags or both labels.
        """
        if isinstance(gold, Tags):
            tags = _tags(prediction, gold)
            return np.array((sum(map(operator.eq, tags, gold.items)), len(tags)), dtype=np.float64)
        predicted, right = _label_sets(prediction, gold)
        return np.array((predicted == right, 1), dtype=np.float64)

    def combine(self, totals: Counts) -> dict[str, Counts]:
        """Right answers by all answers."""
        return {"accuracy": _ratio(totals[..., 0], totals[..., 1])}


class MacroF1(Metric):
    """Mean over classes of F1 = 2 TP / (2 TP + FP + FN), each class counting alike.

    The mean runs over the classes that stand in the gold data of the sample at hand: a class that is only predicted
    is no term of its own (its false positives are the false negatives of other classes). That is scikit-learn's
    `f1_score(gold, predicted, labels=sorted(set(gold)), average="macro", zero_division=0)`; scikit-learn's default
    also averages over classes that are only predicted, with F1 = 0 for each.

    References:
        Opitz and Burst, "Macro F1 and Macro F1", 2019: the mean of the F1 scores, not the F1 of mean precision and recall.
    """

    names: ClassVar[tuple[str, ...]] = ("macro_f1",)
    unit: ClassVar[str] = "classes"
    is_rate: ClassVar[bool] = True

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self._ids: dict[str, int] = {}

    def prepare(self, golds: Sequence[Target]) -> None:
        """Collect the classes of the gold data."""
        classes: set[str] = set()
        for gold in golds:
            if isinstance(gold, Tags | Labels):
                classes.update(gold.items)
        self._ids = {name: id_ for id_, name in enumerate(sorted(classes))}

    def counts(self, prediction: Prediction, gold: Target) -> Counts:
        """True positives, false positives and false negatives of each of C classes: `(3 C,)`.

        Raises:
            ValueError: If as many tags as tokens are not predicted.
            TypeError: If prediction and gold are not both tags or both labels.
            KeyError: If a gold class was not among those that `prepare` saw.
        """
        classes = len(self._ids)
        if isinstance(gold, Tags):
            predicted_items: Sequence[str] = _tags(prediction, gold)
            gold_items: Sequence[str] = gold.items
            right_items = [tag for tag, other in zip(gold_items, predicted_items, strict=True) if tag == other]
        else:
            predicted, right = _label_sets(prediction, gold)
            predicted_items, gold_items, right_items = list(predicted), list(right), list(predicted & right)
        find, ids = self._ids.get, self._ids
        in_gold = np.bincount([ids[item] for item in gold_items], minlength=classes)
        # Classes that are only predicted go to a slot past the end, which is then cut off.
        in_predicted = np.bincount([find(item, classes) for item in predicted_items], minlength=classes + 1)[:classes]
        in_both = np.bincount([ids[item] for item in right_items], minlength=classes)
        return np.concatenate((in_both, in_predicted - in_both, in_gold - in_both)).astype(np.float64)

    def combine(self, totals: Counts) -> dict[str, Counts]:
        """Mean F1 over the classes with a true positive or a false negative; 0 if there is none."""
        right, false_positive, false_negative = np.split(totals, 3, axis=-1)  # each (..., C)
        f1 = _f1(right, false_positive, false_negative)
        present = right + false_negative > 0
        return {"macro_f1": _ratio((f1 * present).sum(axis=-1), present.sum(axis=-1))}


class MicroF1(Metric):
    """F1 = 2 TP / (2 TP + FP + FN) of all decisions together, classes that are only predicted among them.

    Where every item has exactly one gold and one predicted class this is the accuracy; it differs for multi-label
    tasks. It equals scikit-learn's `f1_score(gold, predicted, average="micro")`.
    """

    names: ClassVar[tuple[str, ...]] = ("micro_f1",)
    unit: ClassVar[str] = "labels"
    is_rate: ClassVar[bool] = True

    def counts(self, prediction: Prediction, gold: Target) -> Counts:
        """True positives, false positives and false negatives of one example: `(3,)`.

        Raises:
            ValueError: If as many tags as tokens are not predicted.
            TypeError: If prediction and gold are not both tags or both labels.
        """
        if isinstance(gold, Tags):
            tags = _tags(prediction, gold)
            right = sum(map(operator.eq, tags, gold.items))
            wrong = len(tags) - right
            return np.array((right, wrong, wrong), dtype=np.float64)
        predicted, labels = _label_sets(prediction, gold)
        both = len(predicted & labels)
        return np.array((both, len(predicted) - both, len(labels) - both), dtype=np.float64)

    def combine(self, totals: Counts) -> dict[str, Counts]:
        """F1 of the sums."""
        return {"micro_f1": _f1(totals[..., 0], totals[..., 1], totals[..., 2])}


def _tags(prediction: Prediction, gold: Tags) -> tuple[str, ...]:
    if not isinstance(prediction, TagsPrediction):
        raise TypeError(f"the gold target is tags, but the prediction is a {type(prediction).__name__}")
    if len(prediction.tags) != len(gold):
        raise ValueError(f"{len(prediction.tags)} tags are predicted for {len(gold)} tokens")
    return prediction.tags


def _label_sets(prediction: Prediction, gold: Target) -> tuple[frozenset[str], frozenset[str]]:
    if not isinstance(gold, Labels) or not isinstance(prediction, LabelsPrediction):
        raise TypeError(f"a {type(prediction).__name__} cannot be compared with a gold target of {_kind(gold)}")
    return frozenset(prediction.labels), frozenset(gold.items)


def _kind(gold: Target) -> str:
    return type(gold).__name__.lower()


def _f1(right: Counts, false_positive: Counts, false_negative: Counts) -> Counts:
    return _ratio(2 * right, 2 * right + false_positive + false_negative)


def _ratio(numerator: Counts, denominator: Any) -> Counts:
    """Elementwise ratio; 0 where the denominator is 0."""
    top, bottom = np.asarray(numerator, dtype=np.float64), np.asarray(denominator, dtype=np.float64)
    return np.divide(top, bottom, out=np.zeros(np.broadcast_shapes(top.shape, bottom.shape)), where=bottom != 0)
