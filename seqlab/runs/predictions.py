"""What each system said, as lines of JSON, and back."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from seqlab.errors import Place, Problem, RunError
from seqlab.files import write_text_atomically
from seqlab.interfaces.evaluation import Predictions
from seqlab.interfaces.records import (
    Example,
    Image,
    Input,
    Labels,
    LabelsPrediction,
    LogProbsPrediction,
    Number,
    NumberPrediction,
    Prediction,
    Tags,
    TagsPrediction,
    Target,
    Text,
    Tokens,
    TokensPrediction,
)
from seqlab.interfaces.settings import TargetKind

_DIGITS = 6
"""Of a log-probability in a file."""
_ATTENTION_KEPT = 6
"""So many of the first examples keep what a decoder looked at: those that a report draws."""
_ATTENTION_DIGITS = 3

_SIGNIFICANT = 7
"""Digits of a predicted number: as many as float32 has."""


def write_predictions(predictions: Predictions, path: Path) -> None:
    """Write one line for each example: id, place, tokens, gold, the model's prediction and each baseline's.

    `text` and `image` hold inputs of these kinds and the text of tokens, by name; `probabilities` what the systems gave;
    `attention` what the model looked at while it wrote each token, of the first examples; `slices` for each part of the data a 1 or 0 for each decision: whether it belongs to it.
    """
    write_text_atomically(path, "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in _records(predictions)))


def read_predictions(path: Path, kind: TargetKind) -> Predictions:
    """Read what `write_predictions` wrote.

    Args:
        path: The file.
        kind: What the head of the run predicts.

    Raises:
        RunError: SL613 if it is not there or not what it should be.
    """
    examples: list[Example] = []
    model: list[Prediction] = []
    baselines: dict[str, list[Prediction]] = {}
    variants: dict[str, list[Prediction]] = {}
    slices: dict[str, list[tuple[bool, ...]]] = {}
    lines = 0
    try:
        with path.open(encoding="utf-8", newline="\n") as file:  # a word may hold what Python takes for a line end
            for line in file:
                lines += 1
                record = json.loads(line)
                given = record.get("probabilities", {})
                target = _target(record["gold"], kind)
                examples.append(Example(record["id"], record["place"], _inputs(record), target))
                model.append(_with_attention(_prediction(record["model"], kind, given.get("model")), record))
                for key, value in record["baselines"].items():
                    found = _prediction(value, kind, given.get("baselines", {}).get(key))
                    baselines.setdefault(key, []).append(found)
                for key, value in record.get("variants", {}).items():
                    variants.setdefault(key, []).append(_prediction(value, kind, None))
                for name, flags in record.get("slices", {}).items():
                    slices.setdefault(name, []).append(tuple(flag == "1" for flag in flags))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = error.strerror if isinstance(error, OSError) else f"{type(error).__name__}: {error}"
        raise RunError(
            Problem("SL613", f"the predictions of this run cannot be read: {reason}", Place(str(path), lines or None),
                    notes=("repeat the run, or name another one",))
        ) from error  # fmt: skip
    return Predictions(examples, model, baselines, variants=variants, slices=slices)


def _records(predictions: Predictions) -> Iterator[dict[str, Any]]:
    for number, example in enumerate(predictions.examples):
        tokens = {name: value.items for name, value in example.inputs.items() if isinstance(value, Tokens)}
        record: dict[str, Any] = {
            "id": example.id,
            "place": example.place,
            "tokens": tokens["main"] if list(tokens) == ["main"] else tokens,
            "gold": target_value(example.target),
            "model": prediction_value(predictions.model[number]),
            "baselines": {key: prediction_value(of[number]) for key, of in predictions.baselines.items()},
        }
        if predictions.variants:
            record["variants"] = {key: prediction_value(of[number]) for key, of in predictions.variants.items()}
        texts = {
            name: value.text
            for name, value in example.inputs.items()
            if isinstance(value, Tokens | Text) and value.text is not None
        }
        images = {
            name: [str(value.path), value.member] for name, value in example.inputs.items() if isinstance(value, Image)
        }
        given = {key: found for key, of in predictions.baselines.items() if (found := _probabilities(of[number]))}
        probabilities = {"model": _probabilities(predictions.model[number]), "baselines": given}
        slices = {name: "".join(str(int(flag)) for flag in of[number]) for name, of in predictions.slices.items()}
        optional = {
            "text": texts,
            "image": images,
            "probabilities": probabilities if any(probabilities.values()) else {},
            "attention": _attention(predictions.model[number]) if number < _ATTENTION_KEPT else (),
            "slices": slices,
        }
        yield record | {key: value for key, value in optional.items() if value}


def prediction_value(prediction: Prediction) -> Any:
    """The prediction itself, without probabilities, as a JSON value."""
    match prediction:
        case TagsPrediction(tags=items) | LabelsPrediction(labels=items) | TokensPrediction(tokens=items):
            return list(items)
        case NumberPrediction(value=value):
            return float(f"{value:.{_SIGNIFICANT}g}")
        case LogProbsPrediction(log_probs=values):
            return [None if math.isnan(value) else round(value, _DIGITS) for value in values]


def target_value(target: Target | None) -> Any:
    """A target as a JSON value; alternatives are lists in a list."""
    if target is None:
        return None
    if isinstance(target, Number):
        return target.value
    return [list(each.items) for each in target] if isinstance(target, tuple) else list(target.items)


def _probabilities(prediction: Prediction) -> Any:
    if isinstance(prediction, TagsPrediction | LabelsPrediction):
        return prediction.probabilities
    return None


def _attention(prediction: Prediction) -> list[list[float]]:
    given = prediction.attention if isinstance(prediction, TokensPrediction) else None
    return [[round(weight, _ATTENTION_DIGITS) for weight in weights] for weights in given or ()]


def _with_attention(prediction: Prediction, record: Mapping[str, Any]) -> Prediction:
    if not isinstance(prediction, TokensPrediction) or "attention" not in record:
        return prediction
    return replace(prediction, attention=tuple(tuple(weights) for weights in record["attention"]))


def _inputs(record: Mapping[str, Any]) -> dict[str, Input]:
    """The inputs of a line; vectors made elsewhere are not kept."""
    texts = record.get("text", {})
    tokens = record["tokens"] if isinstance(record["tokens"], dict) else {"main": record["tokens"]}
    inputs: dict[str, Input] = {name: Tokens(tuple(items), texts.get(name)) for name, items in tokens.items()}
    inputs |= {name: Text(text) for name, text in texts.items() if name not in tokens}
    return inputs | {name: Image(Path(path), member) for name, (path, member) in record.get("image", {}).items()}


def _target(value: Any, kind: TargetKind) -> Target | None:
    if value is None:
        return None
    if kind == "number":
        return Number(float(value))
    if kind in ("tags", "labels"):
        return (Tags if kind == "tags" else Labels)(tuple(value))
    return tuple(Tokens(tuple(each)) for each in value) if _is_nested(value) else Tokens(tuple(value))


def _prediction(value: Any, kind: TargetKind, probabilities: Any) -> Prediction:
    match kind:
        case "tags":
            return TagsPrediction(tuple(value), None if probabilities is None else tuple(probabilities))
        case "labels":
            return LabelsPrediction(tuple(value), probabilities)
        case "number":
            return NumberPrediction(float(value))
        case "next_token":
            return LogProbsPrediction(tuple(math.nan if each is None else each for each in value))
        case "tokens":
            return TokensPrediction(tuple(value))


def _is_nested(value: Sequence[Any]) -> bool:
    return bool(value) and isinstance(value[0], list)
