"""Scores of each class, and which classes are taken for which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from seqlab.interfaces.evaluation import ClassScores
from seqlab.interfaces.records import Labels, LabelsPrediction, Prediction, Tags, TagsPrediction, Target
from seqlab.interfaces.spans import scheme_of, spans


def class_scores(golds: Sequence[Target | None], predictions: Sequence[Prediction]) -> tuple[ClassScores, ...]:
    """Scores of every class that is gold or predicted, the most frequent gold class first.

    Where the gold tags are of a scheme of spans, what is counted are whole spans, and their classes are their types.

    Args:
        golds: Tags or labels.
        predictions: One for each; nothing is returned if one of them is neither tags nor labels.
    """
    support: Counter[str] = Counter()
    predicted: Counter[str] = Counter()
    right: Counter[str] = Counter()
    has_spans = marks_spans(golds)
    for gold, prediction in zip(golds, predictions, strict=True):
        if has_spans and isinstance(gold, Tags) and isinstance(prediction, TagsPrediction):
            marked, said_spans = set(spans(gold.items)), set(spans(prediction.tags))
            support.update(span.type for span in marked)
            predicted.update(span.type for span in said_spans)
            right.update(span.type for span in marked & said_spans)
        elif isinstance(gold, Tags) and isinstance(prediction, TagsPrediction):
            support.update(gold.items)
            predicted.update(prediction.tags)
            right.update(tag for tag, said in zip(gold.items, prediction.tags, strict=True) if tag == said)
        elif isinstance(gold, Labels) and isinstance(prediction, LabelsPrediction):
            labels, said_labels = set(gold.items), set(prediction.labels)
            support.update(labels)
            predicted.update(said_labels)
            right.update(labels & said_labels)
        else:
            return ()
    names = sorted(support | predicted, key=lambda name: (-support[name], name))
    return tuple(ClassScores(name, support[name], predicted[name], right[name]) for name in names)


def marks_spans(golds: Iterable[Target | None]) -> bool:
    """Whether gold tags are of a scheme of spans: `B-PER I-PER O`."""
    return scheme_of({tag for gold in golds if isinstance(gold, Tags) for tag in gold.items}) is not None


def confusion_counts(golds: Sequence[Target | None], predictions: Sequence[Prediction]) -> Counter[tuple[str, str]]:
    """How often each gold class is predicted as each class, right answers included.

    Args:
        golds: Tags, or one label for each example.
        predictions: One for each; nothing is counted if one of them has not exactly one class for each decision.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for gold, prediction in zip(golds, predictions, strict=True):
        if isinstance(gold, Tags) and isinstance(prediction, TagsPrediction):
            counts.update(zip(gold.items, prediction.tags, strict=True))
        elif (
            isinstance(gold, Labels)
            and isinstance(prediction, LabelsPrediction)
            and len(gold.items) == len(prediction.labels) == 1
        ):
            counts[gold.items[0], prediction.labels[0]] += 1
        else:
            return Counter()
    return counts


@dataclass(frozen=True, slots=True)
class ConfusionMatrix:
    """Counts of gold classes by predicted classes.

    Args:
        classes: Names of rows and columns alike, the most frequent gold class first.
        counts: A row for each gold class, a column for each predicted one.
        rest: How many classes were put together into the last row and column; 0 if each has its own.
    """

    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    rest: int = 0


def confusion_matrix(counts: Counter[tuple[str, str]], most: int = 25) -> ConfusionMatrix:
    """Arrange counts as a matrix.

    Args:
        counts: Of `confusion_counts`.
        most: Rows at most; rarer classes are put together into the last one.
    """
    support: Counter[str] = Counter()
    for (gold, said), number in counts.items():
        support[gold] += number
        support[said] += 0
    names = sorted(support, key=lambda name: (-support[name], name))
    kept = names if len(names) <= most else names[: most - 1]
    rest = len(names) - len(kept)
    place = {name: min(number, len(kept)) for number, name in enumerate(names)}
    size = len(kept) + bool(rest)
    matrix = [[0] * size for _ in range(size)]
    for (gold, said), number in counts.items():
        matrix[place[gold]][place[said]] += number
    return ConfusionMatrix(
        classes=(*kept, *((f"{rest} others",) if rest else ())), counts=tuple(map(tuple, matrix)), rest=rest
    )


def most_confused(counts: Iterable[tuple[tuple[str, str], int]], most: int) -> list[tuple[str, str, int]]:
    """Gold class, predicted class and how often, the most frequent first; ties by name."""
    wrong = [(gold, said, number) for (gold, said), number in counts if gold != said]
    return sorted(wrong, key=lambda each: (-each[2], each[0], each[1]))[:most]
