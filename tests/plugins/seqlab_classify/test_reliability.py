"""What the report says of probabilities."""

from xml.etree import ElementTree

import pytest

from seqlab import Example, Labels, LabelsPrediction, TagsPrediction, Text
from seqlab_classify.reliability import Bin, _diagram, reliability


def texts(*golds):
    return [Example(str(n), f"f:{n}", {"main": Text("x")}, Labels((gold,))) for n, gold in enumerate(golds)]


def said(*shares):
    return [LabelsPrediction(("a",), {"a": share, "b": 1 - share}) for share in shares]


def test_texts_of_like_probability_are_put_together():
    first, second, last = reliability(texts("a", "b", "a", "a", "b"), said(0.55, 0.59, 0.62, 0.95, 1.0))
    assert (first.count, first.probability, first.right) == (2, pytest.approx(0.57), 0.5)
    assert second == Bin(1, 0.62, 1.0)
    assert (last.count, last.probability, last.right) == (2, pytest.approx(0.975), 0.5)


@pytest.mark.parametrize(
    "prediction",
    [LabelsPrediction(("a",)), LabelsPrediction(("a", "b"), {"a": 0.9, "b": 0.8}), TagsPrediction(("a",))],
)
def test_without_one_label_and_its_probability_there_is_nothing(prediction):
    assert reliability(texts("a"), [prediction]) == []


def test_a_point_stands_where_its_bin_is():
    drawing = ElementTree.fromstring(_diagram([Bin(4, 0.5, 1.0), Bin(1, 1.0, 0.0)]))
    first, second = drawing.iter("circle")
    frame = drawing.find("rect").attrib
    left, top, size = (float(frame[name]) for name in ("x", "y", "width"))
    assert (float(first.get("cx")), float(first.get("cy"))) == (left + size / 2, top)
    assert (float(second.get("cx")), float(second.get("cy"))) == (left + size, top + size)
    assert float(first.get("r")) > float(second.get("r"))
    assert "4 texts of probability 50%, 100% right" in drawing.get("aria-label")


def test_a_report_of_a_classifier_shows_it(tmp_path, seqlab):
    small = ["data.limit=40", "training.max_steps=3", "evaluation.resamples=100", "threads=1"]
    answer = seqlab("run", "sentiment", *small, "--run-dir", str(tmp_path / "ran"))
    assert answer.code == 0, answer.errors
    page = (tmp_path / "ran" / "report.html").read_text(encoding="utf-8")
    assert "Reliability" in page
    assert "<circle" in page
