"""What is written of predictions is read back."""

from pathlib import Path

import pytest

from seqlab.interfaces.evaluation import Predictions
from seqlab.interfaces.records import (
    Example,
    Image,
    Labels,
    LabelsPrediction,
    LogProbsPrediction,
    Number,
    NumberPrediction,
    Tags,
    TagsPrediction,
    Text,
    Tokens,
    TokensPrediction,
)
from seqlab.runs.predictions import read_predictions, write_predictions

ODD = "line\u2028end"


@pytest.mark.parametrize(
    "kind, inputs, target, said",
    [
        ("tags", {"main": Tokens((ODD, "b"), f"{ODD} b")}, Tags(("X", "Y")), TagsPrediction(("X", "X"), (0.1, 1 / 3))),
        ("labels", {"main": Text("a b")}, Labels(("x",)), LabelsPrediction(("y",), {"x": 0.25, "y": 0.75})),
        ("number", {"main": Text("a")}, Number(1 / 3), NumberPrediction(-1.25e-9)),
        ("tokens", {"main": Tokens(("a",))}, Tokens(("b", "c")), TokensPrediction(("b",))),
        ("tokens", {"main": Tokens(("a",))}, (Tokens(("b",)), Tokens(("c", "d"))), TokensPrediction(())),
        ("next_token", {"main": Tokens(("a", "b"))}, Tokens(("a", "b")), LogProbsPrediction((-0.5, -0.333333))),
        (
            "labels",
            {"image": Image(Path("a.zip"), "b.png"), "question": Tokens(("what", "?"))},
            Labels(("x",)),
            LabelsPrediction(("x",)),
        ),
    ],
)
def test_every_kind_comes_back(kind, inputs, target, said, tmp_path):
    example = Example("1", "file:1", inputs, target)
    flags = tuple(n == 0 for n in range(1 if kind == "number" else len(target)))
    variants = {"mixed": [said]} if kind == "next_token" else {}
    predictions = Predictions([example], [said], {"floor": [said]}, variants=variants, slices={"part": [flags]})
    write_predictions(predictions, tmp_path / "p.jsonl")
    back = read_predictions(tmp_path / "p.jsonl", kind)
    assert list(back.examples) == [example]
    assert (list(back.model), {key: list(of) for key, of in back.baselines.items()}) == ([said], {"floor": [said]})
    assert {key: list(of) for key, of in back.variants.items()} == variants
    assert back.slices == {"part": [flags]}
