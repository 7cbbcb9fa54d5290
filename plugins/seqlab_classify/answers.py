"""What the metrics of labels look at: the label and the probabilities of a prediction."""

from __future__ import annotations

from seqlab import Labels, LabelsPrediction, Prediction, Target


def one_label(prediction: Prediction, gold: Target) -> tuple[str, str]:
    """The predicted and the gold label.

    Raises:
        TypeError: If prediction and gold are not labels.
        ValueError: If one of them is not exactly one label.
    """
    said, right = labels_of(prediction, gold)
    if len(said.labels) != 1 or len(right.items) != 1:
        raise ValueError(f"this is for texts of one label; gold has {len(right.items)}, predicted {len(said.labels)}")
    return said.labels[0], right.items[0]


def labels_of(prediction: Prediction, gold: Target) -> tuple[LabelsPrediction, Labels]:
    """Both, as what they are.

    Raises:
        TypeError: If they are not labels.
    """
    if not isinstance(prediction, LabelsPrediction) or not isinstance(gold, Labels):
        raise TypeError(f"a {type(prediction).__name__} cannot be compared with a gold {type(gold).__name__}")
    return prediction, gold


def probability(prediction: LabelsPrediction, label: str) -> float:
    """That of a label; a prediction without probabilities is certain."""
    if prediction.probabilities is None:
        return float(label in prediction.labels)
    return prediction.probabilities.get(label, 0.0)
