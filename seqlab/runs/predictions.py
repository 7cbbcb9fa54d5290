"""What each system said, as lines of JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from seqlab.files import write_text_atomically
from seqlab.interfaces.evaluation import Predictions
from seqlab.interfaces.records import (
    LabelsPrediction,
    LogProbsPrediction,
    Prediction,
    TagsPrediction,
    Target,
    Tokens,
    TokensPrediction,
)


def write_predictions(predictions: Predictions, path: Path) -> None:
    """Write one line for each example: id, place, tokens, gold, the model's prediction and each baseline's."""
    write_text_atomically(path, "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in _records(predictions)))


def _records(predictions: Predictions) -> Iterator[dict[str, Any]]:
    for number, example in enumerate(predictions.examples):
        tokens = {name: value.items for name, value in example.inputs.items() if isinstance(value, Tokens)}
        yield {
            "id": example.id,
            "place": example.place,
            "tokens": tokens["main"] if list(tokens) == ["main"] else tokens,
            "gold": target_value(example.target),
            "model": prediction_value(predictions.model[number]),
            "baselines": {key: prediction_value(of[number]) for key, of in predictions.baselines.items()},
        }


def prediction_value(prediction: Prediction) -> Any:
    """The prediction itself, without probabilities, as a JSON value."""
    match prediction:
        case TagsPrediction(tags=items) | LabelsPrediction(labels=items) | TokensPrediction(tokens=items):
            return list(items)
        case LogProbsPrediction(log_probs=values):
            return list(values)


def target_value(target: Target | None) -> Any:
    """A target as a JSON value; alternatives are lists in a list."""
    if target is None:
        return None
    return [list(each.items) for each in target] if isinstance(target, tuple) else list(target.items)
