"""A prediction as text: for people, and for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

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


def as_plain(example: Example, prediction: Prediction, text_of: Callable[[Sequence[str]], str] = " ".join) -> str:
    """One line: `word/TAG word/TAG`, or the label or the number, a tab and the text, or what was generated.

    Args:
        example: What was predicted.
        prediction: What for.
        text_of: The text of generated tokens, as their reader writes them.
    """
    match prediction:
        case TagsPrediction(tags=tags):
            return " ".join(f"{word}/{tag}" for word, tag in zip(_words(example), tags, strict=True)) + "\n"
        case LabelsPrediction(labels=labels):
            return f"{','.join(labels)}\t{_text(example)}\n"
        case NumberPrediction():
            return f"{prediction_value(prediction)}\t{_text(example)}\n"
        case TokensPrediction(tokens=tokens):
            return text_of(tokens) + "\n"
        case _:
            return " ".join(map(str, prediction_value(prediction))) + "\n"


def as_json_line(example: Example, prediction: Prediction, probabilities: bool) -> str:
    """One object in one line.

    Args:
        example: Its id, text, tokens and their offsets stand in it.
        prediction: Under `tags`, `labels`, `number`, `generated` or `log_probs`.
        probabilities: Whether `probabilities` stands in it too: of each predicted tag, or of every label; with
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
    match prediction:
        case TagsPrediction(tags=tags, probabilities=given):
            record["tags"] = tags
            found: Any = None if given is None else [round(value, _DIGITS) for value in given]
        case LabelsPrediction(labels=labels, probabilities=by_label):
            record["labels"] = labels
            found = None if by_label is None else {name: round(value, _DIGITS) for name, value in by_label.items()}
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


def _text(example: Example) -> str:
    main = example.inputs.get("main")
    if isinstance(main, Tokens):
        return main.text if main.text is not None else " ".join(main.items)
    return main.text if isinstance(main, Text) else example.id
