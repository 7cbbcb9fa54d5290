"""Predictions: of the right type for a kind of target, and equal but for rounding. Nothing here imports torch."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

from seqlab.interfaces.records import (
    LabelsPrediction,
    LogProbsPrediction,
    NumberPrediction,
    Prediction,
    TagsPrediction,
    TokensPrediction,
)
from seqlab.interfaces.settings import TargetKind
from seqlab.interfaces.vocabulary import Vocabulary
from seqlab.testing.laws import Broken

TYPES: dict[TargetKind, type] = {
    "tags": TagsPrediction, "labels": LabelsPrediction, "number": NumberPrediction, "tokens": TokensPrediction,
    "next_token": LogProbsPrediction,
}  # fmt: skip
"""What is predicted for each kind of target."""

TOLERANCE = 1e-4
"""Of probabilities and log-probabilities, which went through float32."""


def belongs(prediction: Any, kind: TargetKind, length: int | None, vocabulary: Vocabulary | None, whose: str) -> None:
    """See that a prediction is of the type and the length that its kind of target has.

    Args:
        prediction: Of whatever type.
        kind: What is predicted.
        length: How many tags or scored tokens are expected; None for other kinds.
        vocabulary: What can be predicted; None if anything can.
        whose: Which row or example it is for.

    Raises:
        Broken: If it is not.
    """
    wanted = TYPES[kind]
    if not isinstance(prediction, wanted):
        raise Broken(
            f"the prediction of {whose} is a {type(prediction).__name__}, but the target is of kind '{kind}': "
            f"{wanted.__name__}"
        )
    if isinstance(prediction, LogProbsPrediction):
        _count("log-probabilities", prediction.log_probs, length, whose)
        if any(not number <= 1e-6 for number in prediction.log_probs):
            raise Broken(f"the log-probabilities of {whose} go up to {max(prediction.log_probs)}, above 0")
        return
    if isinstance(prediction, NumberPrediction):
        if not isinstance(prediction.value, float) or not math.isfinite(prediction.value):
            raise Broken(f"what is predicted for {whose} is no finite float: {prediction.value!r}")
        return
    if isinstance(prediction, TagsPrediction):
        names = prediction.tags
        _count("tags", names, length, whose)
        if prediction.probabilities is not None:
            _probabilities(prediction.probabilities, whose)
    elif isinstance(prediction, LabelsPrediction):
        names = prediction.labels
        if prediction.probabilities is not None:
            _probabilities(tuple(prediction.probabilities.values()), whose)
    else:
        assert isinstance(prediction, TokensPrediction)
        names = prediction.tokens
    if not isinstance(names, tuple):
        raise Broken(
            f"what is predicted for {whose} is a {type(names).__name__}, not a tuple: a record can not be changed"
        )
    for name in names:
        if not isinstance(name, str) or (vocabulary is not None and name not in vocabulary):
            raise Broken(f"{name!r} is predicted for {whose}, which is not in the output vocabulary")


def agree(found: Any, expected: Any, name: str, now: str, before: str) -> None:
    """See that two predictions are equal but for rounding.

    Raises:
        Broken: If they differ.
    """
    if dataclasses.is_dataclass(found) and type(found) is type(expected):
        for field in dataclasses.fields(found):
            agree(getattr(found, field.name), getattr(expected, field.name), f"{field.name} in {name}", now, before)
    elif isinstance(found, Mapping) and isinstance(expected, Mapping) and set(found) == set(expected):
        for key in found:
            agree(found[key], expected[key], f"{key!r} in {name}", now, before)
    elif isinstance(found, tuple | list) and isinstance(expected, tuple | list) and len(found) == len(expected):
        for place, (one, other) in enumerate(zip(found, expected, strict=True)):
            agree(one, other, f"place {place} of {name}", now, before)
    elif isinstance(found, float) and isinstance(expected, float):
        if not math.isclose(found, expected, rel_tol=TOLERANCE, abs_tol=TOLERANCE):
            raise Broken(f"{name} is {found:.6g} {now}, but {expected:.6g} {before}")
    elif found != expected:
        raise Broken(f"{name} is {_shown(found)} {now}, but {_shown(expected)} {before}")


def perfect(kind: TargetKind, target: Any, length: int) -> Prediction:
    """The prediction that could not be better.

    Args:
        kind: What is predicted.
        target: The gold target; the first of several alternatives is taken.
        length: How many tokens are scored, for the kind `next_token`.
    """
    if kind == "tags":
        return TagsPrediction(target.items, tuple(1.0 for _ in target.items))
    if kind == "labels":
        return LabelsPrediction(target.items, {name: float(name in target.items) for name in CLASSES})
    if kind == "number":
        return NumberPrediction(target.value)
    if kind == "tokens":
        gold = target[0] if isinstance(target, tuple) else target
        return TokensPrediction(gold.items, ((gold.items, 0.0),))
    return LogProbsPrediction((0.0,) * length)


CLASSES = ("good", "bad", "neither")
"""The labels of the generated corpus."""


def _count(what: str, given: tuple[Any, ...], length: int | None, whose: str) -> None:
    if length is not None and len(given) != length:
        raise Broken(f"{len(given)} {what} are predicted for {whose}, which has {length} positions")


def _probabilities(given: tuple[float, ...], whose: str) -> None:
    if any(not -1e-6 <= each <= 1 + 1e-6 for each in given):
        raise Broken(f"the probabilities of {whose} are not in [0, 1]: {given}")


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 120 else f"{text[:117]}..."
