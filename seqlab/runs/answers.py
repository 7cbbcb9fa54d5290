"""A prediction as text: for people, and for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from seqlab.data.shown import shown_inputs
from seqlab.interfaces.records import (
    Example,
    LabelsPrediction,
    NumberPrediction,
    Prediction,
    TagsPrediction,
    Text,
    Tokens,
    TokensPrediction,
)
from seqlab.runs.predictions import prediction_value

_DIGITS = 6
_MOST_RANKED = 3
"""Labels that stand in a line of plain text."""


def as_plain(example: Example, prediction: Prediction, text_of: Callable[[Sequence[str]], str] = " ".join) -> str:
    """One line: `word/TAG word/TAG`, or the label or the number, a tab and the text, or what was generated.

    Where an example has several inputs, the likeliest labels with their probabilities stand behind another tab.

    Args:
        example: What was predicted.
        prediction: What for.
        text_of: The text of generated tokens, as their reader writes them.
    """
    match prediction:
        case TagsPrediction(tags=tags):
            return " ".join(f"{word}/{tag}" for word, tag in zip(_words(example), tags, strict=True)) + "\n"
        case LabelsPrediction(labels=labels):
            ranked = f"\t{_ranked(prediction)}" if len(example.inputs) > 1 and prediction.probabilities else ""
            return f"{','.join(labels)}\t{_text(example)}{ranked}\n"
        case NumberPrediction():
            return f"{prediction_value(prediction)}\t{_text(example)}\n"
        case TokensPrediction(tokens=tokens):
            return text_of(tokens) + "\n"
        case _:
            return " ".join(map(str, prediction_value(prediction))) + "\n"


def as_json_line(example: Example, prediction: Prediction, probabilities: bool) -> str:
    """One object in one line.

    Args:
        example: Its id, text, tokens and their offsets stand in it; of several inputs, each as text under `inputs`.
        prediction: Under `tags`, `labels`, `number`, `generated` or `log_probs`.
        probabilities: Whether `probabilities` stands in it too: of each predicted tag, or of every label, likeliest first; with
            tags `n_best` and `marginals` too, with labels `attention`, the weight of each token, where the model gives them.
    """
    main = example.inputs.get("main")
    record: dict[str, Any] = {"id": example.id}
    if isinstance(main, Tokens | Text) and main.text is not None:
        record["text"] = main.text
    if isinstance(main, Tokens):
        record["tokens"] = main.items
        if main.starts:
            record["starts"] = main.starts
    if len(example.inputs) > 1:
        record["inputs"] = shown_inputs(example)
    match prediction:
        case TagsPrediction(tags=tags, probabilities=given):
            record["tags"] = tags
            found: Any = None if given is None else [round(value, _DIGITS) for value in given]
        case LabelsPrediction(labels=labels, probabilities=by_label):
            record["labels"] = labels
            found = None if by_label is None else {name: round(value, _DIGITS) for name, value in ranked(by_label)}
            if probabilities and prediction.attention is not None:
                record["attention"] = [round(weight, _DIGITS) for weight in prediction.attention]
        case NumberPrediction():
            record["number"], found = prediction_value(prediction), None
        case _:
            record["generated"] = prediction_value(prediction)
            found = None
    if probabilities:
        record["probabilities"] = found
        if isinstance(prediction, TagsPrediction):
            record |= _further(prediction)
    return json.dumps(record, ensure_ascii=False) + "\n"


def _further(prediction: TagsPrediction) -> dict[str, Any]:
    """The other sequences, and the probabilities of all tags, where the model gives them."""
    found: dict[str, Any] = {}
    if prediction.n_best:
        found["n_best"] = [{"tags": tags, "log_probability": round(each, _DIGITS)} for tags, each in prediction.n_best]
    if prediction.marginals is not None:
        found["marginals"] = [{tag: round(p, _DIGITS) for tag, p in each.items()} for each in prediction.marginals]
    return found


def _words(example: Example) -> tuple[str, ...]:
    main = example.inputs["main"]
    assert isinstance(main, Tokens)
    return main.items


def _ranked(prediction: LabelsPrediction) -> str:
    """`kitchen 0.981, garden 0.012`."""
    assert prediction.probabilities is not None
    return ", ".join(f"{name} {value:.3f}" for name, value in ranked(prediction.probabilities)[:_MOST_RANKED])


def ranked(probabilities: Mapping[str, float]) -> list[tuple[str, float]]:
    """Labels with their probabilities, the likeliest first."""
    return sorted(probabilities.items(), key=lambda pair: (-pair[1], pair[0]))


def _text(example: Example) -> str:
    """What a line says of an example: its last text, which is the question where there is one; else its name."""
    return next(reversed(shown_inputs(example).values()), example.id)
